//! Replay: the entries of a stream, decoded, in order. Where there are many, helpers read, check and decode ahead.
//!
//! Pages are independent of each other: an entry's own link is where the next page's part of the chain begins.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::stored::Stored;
use super::{Damage, Entry, Journal, Seq, StreamId};

/// How many entries are read at once. Fewer than some pages are not worth a thread.
const PAGE: u64 = 512;
const WORTH_HELP: u64 = 4 * PAGE;
const MOST_HELPERS: usize = 4;

type Page<A> = Result<Vec<Entry<<A as crate::domain::aggregate::Aggregate>::Event>>, Damage>;

/// Hands every entry after `after` up to `end`, which must be durable, to `each`: in order and without gaps.
///
/// # Errors
/// Where one is missing, damaged or of an unknown type; `each` has then seen only entries before it.
pub fn replay<A: Stored>(
    journal: &dyn Journal,
    stream: StreamId,
    after: Seq,
    end: Seq,
    mut each: impl FnMut(Entry<A::Event>),
) -> Result<(), Damage> {
    let count = end.0.saturating_sub(after.0);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let helpers = cores.min(MOST_HELPERS);
    let plan = Plan {
        stream,
        end,
        stride: helpers as u64 * PAGE,
    };
    if helpers > 1 && count >= WORTH_HELP {
        return thread::scope(|scope| {
            let give_out = |helper: u64| {
                let (give, pages) = sync_channel(1);
                let from = Seq(after.0 + helper * PAGE);
                scope.spawn(move || plan.read_ahead::<A>(journal, from, &give));
                pages
            };
            let pages: Vec<_> = (0..helpers as u64).map(give_out).collect();
            let numbers = (after.0..end.0).step_by(PAGE as usize);
            numbers
                .zip(pages.iter().cycle())
                .try_for_each(|(_, pages)| {
                    next::<A>(pages)?.into_iter().for_each(&mut each);
                    Ok(())
                })
        });
    }
    for after in (after.0..end.0).step_by(PAGE as usize) {
        plan.page::<A>(journal, Seq(after))?
            .into_iter()
            .for_each(&mut each);
    }
    Ok(())
}

/// The next page of a helper; it gives one for each time it is asked, unless it panicked.
fn next<A: Stored>(pages: &Receiver<Page<A>>) -> Page<A> {
    let gone = |_| Damage {
        stream: None,
        seq: None,
        what: "it could not be decoded".to_owned(),
    };
    pages.recv().map_err(gone)?
}

/// Which entries are to be read.
#[derive(Clone, Copy)]
struct Plan {
    stream: StreamId,
    end: Seq,
    /// From one page of a helper to its next.
    stride: u64,
}

impl Plan {
    /// Reads one page after the other, at most one more than is asked for, until the end, damage, or nobody asks.
    fn read_ahead<A: Stored>(self, journal: &dyn Journal, from: Seq, give: &SyncSender<Page<A>>) {
        for after in (from.0..self.end.0).step_by(self.stride as usize) {
            let page = self.page::<A>(journal, Seq(after));
            let over = page.is_err();
            if give.send(page).is_err() || over {
                return;
            }
        }
    }

    fn page<A: Stored>(self, journal: &dyn Journal, after: Seq) -> Page<A> {
        let count = PAGE.min(self.end.0 - after.0) as usize;
        let mut entries = Vec::with_capacity(count);
        journal.visit(self.stream, after, count, &mut |seq, bytes| {
            let wrong = |what| Damage {
                stream: Some(self.stream),
                seq: Some(seq),
                what,
            };
            let entry = A::decode_entry(bytes).map_err(|damage| wrong(damage.what))?;
            if entry.seq != seq {
                return Err(wrong("it bears another number".to_owned()));
            }
            entries.push(entry);
            Ok(())
        })?;
        Ok(entries)
    }
}
