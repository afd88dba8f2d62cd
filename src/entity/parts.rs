//! What one command led to, in as few entries as hold it: one, nearly always. Several are appended together or not at
//! all, and share their cause and their time.

use super::message::Failure;
use crate::journal::stored::Stored;
use crate::journal::{Entry, MAX_ENTRY, MAX_TOGETHER};

/// One of them, with its bytes.
pub(super) type Part<E> = (Entry<E>, Vec<u8>);

/// The entry as it is, or in several numbered on from it.
///
/// # Errors
/// [`Failure::TooLarge`], where a single fact does not fit into an entry, or all of them not into one commit.
pub(super) fn parts<A: Stored>(entry: Entry<A::Event>) -> Result<Vec<Part<A::Event>>, Failure> {
    let mut parts = Vec::with_capacity(1);
    split::<A>(entry, &mut parts)?;
    let all: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    if all > MAX_TOGETHER {
        return Err(Failure::TooLarge);
    }
    Ok(parts)
}

fn split<A: Stored>(
    mut entry: Entry<A::Event>,
    into: &mut Vec<Part<A::Event>>,
) -> Result<(), Failure> {
    if let Some((last, _)) = into.last() {
        entry.seq = last.seq.next();
    }
    let bytes = A::encode_entry(&entry);
    if bytes.len() <= MAX_ENTRY {
        into.push((entry, bytes));
        return Ok(());
    }
    if entry.events.len() < 2 {
        return Err(Failure::TooLarge);
    }
    let behind = Entry {
        seq: entry.seq,
        at: entry.at,
        cause: entry.cause.clone(),
        events: entry.events.split_off(entry.events.len() / 2),
    };
    split::<A>(entry, into)?;
    split::<A>(behind, into)
}
