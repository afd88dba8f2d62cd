//! What is checked at every start: that the database holds all that was ever acknowledged (guarantee G5).
//!
//! Quick: the last commit against the high-water mark, the sum of all heads against what that commit says, and the last
//! entries of the streams that moved last. Each stream's own chain is checked whenever it is read.

use std::fmt::Write as _;

use super::high_water::Mark;
use super::record::{self, Commit, Digest};
use super::store::{Store, at};
use super::tally::Tally;
use super::{Damage, Seq, key};

/// How many findings are named before the rest is counted.
const NAMED: usize = 5;

/// Finds what is wrong, beside what reading the packed ends found.
pub(super) fn check(
    store: &Store,
    commit: &Commit,
    mark: &Mark,
    damage: &mut Vec<Damage>,
    tally: &Tally,
) -> Blame {
    let digest = digest(store, damage, tally);
    recent(store, mark, damage);
    let behind = commit.number < mark.commit;
    if damage.is_empty() && behind {
        damage.push(super::store::damage(format!(
            "it ends at commit {} where {} was acknowledged",
            commit.number, mark.commit
        )));
    }
    let differs = commit.digest != digest;
    if damage.is_empty() && differs {
        damage.push(super::store::damage(
            "the ends of some streams are not those that were recorded",
        ));
    }
    if differs || behind && !mark.names_all_since(commit.number) {
        Blame::Anybody
    } else {
        Blame::Named
    }
}

/// Who may have lost entries, where something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// Only streams that are named, or whose own entries show it.
    Named,
    /// Any stream, and nothing about it may show.
    Anybody,
}

/// The sum of all heads as they are, which are counted on the way.
fn digest(store: &Store, damage: &mut Vec<Damage>, tally: &Tally) -> Digest {
    let mut digest = Digest::default();
    let mut packed = store.ends.all();
    for pair in store.scan(key::HEADS) {
        let (key, value) = match pair {
            Ok(pair) => pair,
            Err(found) => {
                damage.push(found);
                break;
            }
        };
        match (key::parse(&key), record::decode_head(&value)) {
            (Some((stream, [])), Some(own)) => {
                let newest = packed.remove(&stream).unwrap_or(own);
                if own.epoch == newest.epoch && own.seq > newest.seq {
                    damage.push(at(
                        stream,
                        None,
                        "the records of its end contradict each other",
                    ));
                }
                digest += (stream, &newest);
                tally.wrote(newest.seq.0, 1);
            }
            (Some((stream, _)), None) => {
                damage.push(at(stream, None, "the record of its end is damaged"));
            }
            _ => damage.push(super::store::damage("an unknown key among the heads")),
        }
    }
    for (stream, head) in packed {
        damage.push(at(stream, None, "the record of its end is missing"));
        digest += (stream, &head);
    }
    digest
}

/// The streams that moved last must end no earlier than the mark says, with a last entry that is whole.
fn recent(store: &Store, mark: &Mark, damage: &mut Vec<Damage>) {
    let mut acknowledged = mark.heads.clone();
    for stream in store.ends.all().into_keys() {
        acknowledged.entry(stream).or_default();
    }
    for (stream, seq) in acknowledged {
        let found = store.head(stream).and_then(|head| {
            let end = head.map_or(Seq::ZERO, |head| head.seq);
            if end < seq {
                let what = format!("it ends at seq {end} where seq {seq} was acknowledged");
                return Err(at(stream, None, what));
            }
            match head {
                Some(head) => {
                    let last = Seq(head.seq.0.saturating_sub(1));
                    store.read(stream, last, 1, head.into()).map(|_| ())
                }
                None => Ok(()),
            }
        });
        damage.extend(found.err());
    }
}

/// One sentence that names what is missing and says what to do.
pub(super) fn sentence(damage: &[Damage]) -> String {
    let mut text = String::from("entries that were acknowledged are missing or damaged: ");
    for (n, found) in damage.iter().take(NAMED).enumerate() {
        let separator = if n == 0 { "" } else { "; " };
        let place = match (found.stream, found.seq) {
            (Some(stream), Some(seq)) => format!("{stream} at seq {seq}: "),
            (Some(stream), None) => format!("{stream}: "),
            (None, _) => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{place}{}", found.what);
    }
    if damage.len() > NAMED {
        let _ = write!(text, "; and {} more", damage.len() - NAMED);
    }
    text.push_str(". `tutti journal verify` shows all of it, `tutti journal repair` mends it");
    text
}
