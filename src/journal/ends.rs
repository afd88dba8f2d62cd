//! Where the streams stand that moved last: each commit packs its ends into one of a few slots that take turns.
//!
//! One packed slot costs the store a fraction of one record a stream. A stream's own record is written with its first
//! entry, and again when the slot that holds its end is taken by a later commit. So a stream's end is what the newest
//! slot says, else what its own record says. The slots also carry the commit's number and the digest of all ends.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use sled::Batch;
use uuid::Uuid;

use super::by_stream::{ByStream, Moved, Moves};
use super::calm::calm;
use super::record::{self, Commit, MAX_VALUE, open, seal, take};
use super::store::damage;
use super::{Damage, Epoch, Head, Kind, Seq, StreamId, key};

/// How many commits are packed at any time.
const SLOTS: u64 = 4;
/// Commit, digest, how many parts, which one, how many ends; and the checksum behind them.
const FRAME: usize = 8 + 16 + 1 + 1 + 2 + 4;
const END: usize = 1 + 16 + 8 + 8 + 16;
/// How many ends one part holds.
const ENDS: usize = (MAX_VALUE - FRAME) / END;

/// The ends that are packed, for everybody who reads. Cheap to clone: all clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends(Arc<RwLock<ByStream<Packed>>>);

/// An end, and the commit that packed it.
#[derive(Debug, Clone, Copy)]
struct Packed {
    commit: u64,
    head: Head,
}

impl Ends {
    /// Where a stream stands, if it moved lately.
    pub(super) fn get(&self, stream: StreamId) -> Option<Head> {
        let packed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        packed.get(&stream).map(|packed| packed.head)
    }

    /// The number of the last commit.
    pub(super) fn commit(&self) -> u64 {
        let packed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let commits = packed.values().map(|packed| packed.commit);
        commits.max().unwrap_or_default()
    }

    /// All that moved lately.
    pub(super) fn all(&self) -> BTreeMap<StreamId, Head> {
        let packed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        packed
            .iter()
            .map(|(id, packed)| (*id, packed.head))
            .collect()
    }
}

/// What the slots of a database say.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) commit: Commit,
    pub(super) ends: Ends,
    pub(super) ring: Ring,
    pub(super) damage: Vec<Damage>,
}

/// Which streams each slot holds. Only the writer packs.
#[derive(Debug, Default)]
pub(super) struct Ring([Vec<StreamId>; SLOTS as usize]);

/// The streams whose own records say it again.
pub(super) type Leaving = Vec<StreamId>;

impl Ring {
    /// Adds a commit's ends to its batch, and the own records of those that leave the slot for it. Says who leaves:
    /// they are forgotten with [`Ring::forget`] once the batch is applied.
    pub(super) fn pack(
        &mut self,
        ends: &Ends,
        commit: &Commit,
        moves: &Moves,
        batch: &mut Batch,
    ) -> Leaving {
        let moved: Vec<StreamId> = moves.keys().copied().collect();
        for (part, value) in (0u8..).zip(encode(commit, moves)) {
            batch.insert(&key::packed(slot(commit.number), part)[..], value);
        }
        let place = &mut self.0[usize::from(slot(commit.number))];
        let mut leaving = std::mem::replace(place, moved);
        let mut packed = ends.0.write().unwrap_or_else(PoisonError::into_inner);
        packed.extend(moves.iter().map(|(stream, moved)| {
            let (commit, head) = (commit.number, moved.now);
            (*stream, Packed { commit, head })
        }));
        // Whoever moved since is in a later slot as well.
        leaving.retain(|stream| match packed.get(stream) {
            Some(Packed { commit: last, head }) if last + SLOTS <= commit.number => {
                batch.insert(key::head(*stream), record::encode_head(head));
                true
            }
            _ => false,
        });
        leaving
    }

    pub(super) fn forget(ends: &Ends, leaving: &Leaving) {
        let mut packed = ends.0.write().unwrap_or_else(PoisonError::into_inner);
        for stream in leaving {
            packed.remove(stream);
        }
    }
}

fn slot(commit: u64) -> u8 {
    (commit % SLOTS) as u8
}

/// One part of a slot.
struct Part {
    commit: Commit,
    parts: u8,
    part: u8,
    heads: Vec<(StreamId, Head)>,
}

fn encode(commit: &Commit, moves: &Moves) -> Vec<Vec<u8>> {
    let parts = moves.len().div_ceil(ENDS).max(1);
    let mut values = Vec::with_capacity(parts);
    let mut rest = moves.iter();
    let mut left = moves.len();
    for part in 0..parts {
        let count = left.min(ENDS);
        left -= count;
        let mut value = Vec::with_capacity(FRAME + count * END);
        value.extend_from_slice(&commit.encode());
        value.extend_from_slice(&[parts as u8, part as u8]);
        value.extend_from_slice(&(count as u16).to_le_bytes());
        for (stream, Moved { now: head, .. }) in rest.by_ref().take(count) {
            value.push(stream.kind as u8);
            value.extend_from_slice(stream.id.as_bytes());
            value.extend_from_slice(&head.seq.0.to_le_bytes());
            value.extend_from_slice(&head.epoch.0.to_le_bytes());
            value.extend_from_slice(&head.chain);
        }
        values.push(seal(value));
    }
    values
}

fn decode(value: &[u8]) -> Option<Part> {
    let mut content = open(value)?;
    let rest = &mut content;
    let commit = Commit::take(rest)?;
    let [parts, part] = take(rest)?;
    let count = u16::from_le_bytes(take(rest)?);
    let mut heads = Vec::with_capacity(usize::from(count).min(ENDS));
    for _ in 0..count {
        let [kind] = take(rest)?;
        let kind = Kind::from_number(kind)?;
        let id = Uuid::from_bytes(take(rest)?);
        let head = Head {
            seq: Seq(u64::from_le_bytes(take(rest)?)),
            epoch: Epoch(u64::from_le_bytes(take(rest)?)),
            chain: take(rest)?,
        };
        heads.push((StreamId { kind, id }, head));
    }
    rest.is_empty().then_some(Part {
        commit,
        parts,
        part,
        heads,
    })
}

/// Reads every slot. They hold the newest commits without a gap; whatever does not is damage.
pub(super) fn read(db: &sled::Db) -> Found {
    let mut found = Found::default();
    let mut commits = BTreeMap::new();
    for slot in 0..SLOTS as u8 {
        match read_slot(db, slot) {
            Ok(Some((commit, heads))) => drop(commits.insert(commit.number, (commit, heads))),
            Ok(None) => {}
            Err(what) => found.damage.push(what),
        }
    }
    let Some((&newest, (commit, _))) = commits.last_key_value() else {
        return found;
    };
    found.commit = *commit;
    let oldest = newest.saturating_sub(SLOTS - 1).max(1);
    if found.damage.is_empty()
        && let Some(gap) = (oldest..=newest).find(|number| !commits.contains_key(number))
    {
        found
            .damage
            .push(damage(format!("the ends of commit {gap} are missing")));
    }
    {
        let mut packed = found.ends.0.write().unwrap_or_else(PoisonError::into_inner);
        for (commit, (_, heads)) in commits {
            let streams = heads.iter().map(|(stream, _)| *stream);
            found.ring.0[usize::from(slot(commit))].extend(streams);
            let heads = heads.into_iter();
            packed.extend(heads.map(|(stream, head)| (stream, Packed { commit, head })));
        }
    }
    found
}

type Slot = (Commit, Vec<(StreamId, Head)>);

fn read_slot(db: &sled::Db, slot_number: u8) -> Result<Option<Slot>, Damage> {
    let wrong = || damage("the record of the newest ends is damaged");
    let part = |part: u8| -> Result<Option<Part>, Damage> {
        let value = calm(|| db.get(key::packed(slot_number, part))).map_err(damage)?;
        value
            .map(|value| {
                let right =
                    |found: &Part| found.part == part && slot(found.commit.number) == slot_number;
                decode(&value).filter(right).ok_or_else(wrong)
            })
            .transpose()
    };
    let Some(first) = part(0)? else {
        return Ok(None);
    };
    let mut heads = first.heads;
    for number in 1..first.parts {
        let next = part(number)?;
        let next = next.filter(|next| next.commit == first.commit);
        heads.extend(next.ok_or_else(wrong)?.heads);
    }
    Ok(Some((first.commit, heads)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(n: u128) -> StreamId {
        StreamId {
            kind: Kind::Room,
            id: Uuid::from_u128(n),
        }
    }

    fn head(n: u64) -> Head {
        Head {
            seq: Seq(n),
            epoch: Epoch(n),
            chain: [7; 16],
        }
    }

    fn commit(number: u64) -> Commit {
        Commit {
            number,
            ..Commit::default()
        }
    }

    fn database() -> sled::Db {
        let config = sled::Config::new().temporary(true);
        config.open().expect("opens")
    }

    fn write(db: &sled::Db, ends: &Ends, ring: &mut Ring, number: u64, heads: &[(u128, u64)]) {
        let moved = |(n, seq): &(u128, u64)| {
            let (before, now) = (None, head(*seq));
            (stream(*n), Moved { before, now })
        };
        let moves = heads.iter().map(moved).collect();
        let mut batch = Batch::default();
        let leaving = ring.pack(ends, &commit(number), &moves, &mut batch);
        db.apply_batch(batch).expect("applies");
        Ring::forget(ends, &leaving);
    }

    #[test]
    fn as_many_ends_as_one_commit_can_move_are_read_back() {
        for count in [1, ENDS as u128, ENDS as u128 + 1, 256] {
            let (db, ends, mut ring) = (database(), Ends::default(), Ring::default());
            let heads: Vec<_> = (0..count).map(|n| (n, n as u64 + 1)).collect();
            write(&db, &ends, &mut ring, 1, &heads);
            let found = read(&db);
            assert_eq!(found.damage, []);
            assert_eq!((found.commit.number, found.ends.all()), (1, ends.all()));
            assert_eq!(found.ends.all().len() as u128, count);
            for pair in db.iter().values() {
                assert!(pair.expect("reads").len() <= MAX_VALUE);
            }
        }
    }

    #[test]
    fn an_end_is_in_a_slot_or_in_its_own_record() {
        let (db, ends, mut ring) = (database(), Ends::default(), Ring::default());
        write(&db, &ends, &mut ring, 1, &[(1, 1), (2, 1)]);
        for number in 2..=30 {
            write(&db, &ends, &mut ring, number, &[(2, number)]);
            let own = db.get(key::head(stream(1))).expect("reads");
            let packed = read(&db).ends;
            assert_eq!(packed.get(stream(1)).is_some(), number < 1 + SLOTS);
            assert_eq!(own.is_some(), number > SLOTS);
            assert_eq!(packed.get(stream(2)), Some(head(number)));
            assert_eq!(packed.all(), ends.all());
        }
        assert_eq!(db.get(key::head(stream(2))), Ok(None));
    }

    #[test]
    fn a_slot_that_is_missing_or_wrong_is_noticed() {
        let (db, ends, mut ring) = (database(), Ends::default(), Ring::default());
        let many: Vec<_> = (0..200).map(|n| (n, 1)).collect();
        for number in 1..=9 {
            write(&db, &ends, &mut ring, number, &many);
        }
        assert_eq!(read(&db).damage, []);
        for slot in 0..SLOTS as u8 {
            for part in 0..2 {
                let key = key::packed(slot, part);
                let whole = db.remove(key).expect("removes").expect("is there");
                assert_eq!(read(&db).damage.len(), 1);
                let mut wrong = whole.to_vec();
                wrong[40] ^= 1;
                db.insert(key, wrong).expect("writes");
                assert_eq!(read(&db).damage.len(), 1);
                let other = key::packed((slot + 1) % SLOTS as u8, part);
                let foreign = db.get(other).expect("reads").expect("is there");
                db.insert(key, foreign).expect("writes");
                assert_eq!(read(&db).damage.len(), 1);
                db.insert(key, whole).expect("writes");
            }
        }
        assert_eq!(read(&db).damage, []);
    }
}
