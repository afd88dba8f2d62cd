//! Verify: is every entry there, whole and in its place, and does all that follows from them agree?

use std::collections::BTreeMap;

use super::super::store::{at, damage};
use super::super::{Damage, Seq, SledJournal, StreamId};
use super::{Holdings, every_stream, recorded_claims, walk};
use crate::domain::aggregate::ClaimKey;

/// What a walk through the whole journal found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// How many streams there are.
    pub streams: u64,
    /// How many entries are whole.
    pub entries: u64,
    /// The first problem of each stream, and those that are no stream's.
    pub problems: Vec<Damage>,
}

/// Walks every stream: numbers without gaps, checksums, hash chain, recorded ends, claims, unsettled marks.
pub fn verify(journal: &SledJournal) -> Verification {
    let store = &journal.core().store;
    let mut found = Verification::default();
    let mut holders: BTreeMap<ClaimKey, StreamId> = BTreeMap::new();
    for stream in every_stream(store) {
        found.streams += 1;
        let head = match store.head(stream) {
            Ok(Some(head)) => head,
            Ok(None) => continue,
            Err(damage) => {
                found.problems.push(damage);
                continue;
            }
        };
        let mut holdings = Holdings::default();
        let (last, outcome) = walk(store, stream, head.into(), |_, entry| {
            holdings.note(&entry);
            Ok(())
        });
        found.entries += last.0;
        let shared = holdings.0.into_iter().find_map(|key| {
            let other = holders.insert(key, stream)?;
            Some(at(
                stream,
                None,
                format!("it holds what {other} holds as well"),
            ))
        });
        found.problems.extend(outcome.err().or(shared));
    }
    claims(journal, &holders, &mut found.problems);
    for (stream, seq) in store.unsettled() {
        let end = store.head_record(stream).ok().flatten();
        if seq > end.map_or(Seq::ZERO, |head| head.seq) {
            found.problems.push(at(
                stream,
                Some(seq),
                "a mark for an entry that is not there",
            ));
        }
    }
    let named: Vec<_> = found.problems.iter().map(|p| p.stream).collect();
    let open = journal.found_at_open().iter();
    let news = open.filter(|damage| damage.stream.is_none() || !named.contains(&damage.stream));
    let news: Vec<_> = news.cloned().collect();
    found.problems.extend(news);
    found
}

/// What is recorded of claims must be what the entries say.
fn claims(
    journal: &SledJournal,
    holders: &BTreeMap<ClaimKey, StreamId>,
    problems: &mut Vec<Damage>,
) {
    let recorded = match recorded_claims(&journal.core().store) {
        Ok(recorded) => recorded,
        Err(found) => {
            problems.push(found);
            return;
        }
    };
    for (key, holder) in holders {
        match recorded.get(key) {
            Some(Some(recorded)) if recorded == holder => {}
            Some(_) => problems.push(at(*holder, None, "what it holds is recorded for another")),
            None => problems.push(at(*holder, None, "what it holds is not recorded")),
        }
    }
    let unfounded = recorded.keys().filter(|key| !holders.contains_key(key));
    for _ in unfounded {
        problems.push(damage("a reservation is recorded that no entry took"));
    }
}
