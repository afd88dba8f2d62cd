//! What is checked at every start: that the database holds all that was ever acknowledged (guarantee G5).
//!
//! Quick: the commit record against the high-water mark, the sum of all heads against the record, and the last entries
//! of the streams that moved last. Each stream's own chain is checked whenever it is read.

use std::fmt::Write as _;

use super::high_water::Mark;
use super::record::{self, Commit, Digest};
use super::store::{Store, at};
use super::{Damage, Seq, key};

/// How many findings are named before the rest is counted.
const NAMED: usize = 5;

/// What the database says of itself, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) commit: Commit,
    pub(super) damage: Vec<Damage>,
}

pub(super) fn check(store: &Store, mark: &Mark) -> Finding {
    let mut damage = Vec::new();
    let commit = store.commit().unwrap_or_else(|found| {
        damage.push(found);
        Commit::default()
    });
    let digest = digest(store, &mut damage);
    recent(store, mark, &mut damage);
    if damage.is_empty() && commit.number < mark.commit {
        damage.push(super::store::damage(format!(
            "it ends at commit {} where {} was acknowledged",
            commit.number, mark.commit
        )));
    }
    if damage.is_empty() && commit.digest != digest {
        damage.push(super::store::damage(
            "the ends of some streams are not those that were recorded",
        ));
    }
    Finding { commit, damage }
}

/// The sum of all heads as they are.
pub(super) fn digest(store: &Store, damage: &mut Vec<Damage>) -> Digest {
    let mut digest = Digest::default();
    for pair in store.scan(key::HEADS) {
        let (key, value) = match pair {
            Ok(pair) => pair,
            Err(found) => {
                damage.push(found);
                break;
            }
        };
        match (key::parse(&key), record::decode_head(&value)) {
            (Some((stream, [])), Some(head)) => digest += (stream, &head),
            (Some((stream, _)), None) => {
                damage.push(at(stream, None, "the record of its end is damaged"));
            }
            _ => damage.push(super::store::damage("an unknown key among the heads")),
        }
    }
    digest
}

/// The streams that moved last must end no earlier than the mark says, with a last entry that is whole.
fn recent(store: &Store, mark: &Mark, damage: &mut Vec<Damage>) {
    for (&stream, &seq) in &mark.heads {
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
