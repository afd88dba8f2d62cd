//! Maps by stream, and how a round of the writer moves its streams. The writer looks into several such maps for every
//! entry, and a stream's id is made by this server, so hashing it against an adversary would be for nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{Head, Seq, StreamId};

/// A map by stream.
pub(super) type ByStream<T> = HashMap<StreamId, T, BuildHasherDefault<Mix>>;

/// How a round moves a stream: where it stood, where it had any entry, and where it stands then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) before: Option<Head>,
    pub(super) now: Head,
}

/// All streams that a round moves.
pub(super) type Moves = ByStream<Moved>;

/// How many entries a round holds, and how many of them are the first of their streams.
pub(super) fn size(moves: &Moves) -> (u64, u64) {
    moves.values().fold((0, 0), |(entries, streams), moved| {
        let before = moved.before.map_or(Seq::ZERO, |head| head.seq);
        let first = u64::from(moved.before.is_none());
        (entries + moved.now.seq.0 - before.0, streams + first)
    })
}

/// An odd number whose bits are spread evenly: the golden ratio. Both halves of a product with it are used, since the
/// map looks at the lowest bits and at the highest.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes the few bytes of an id.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0.rotate_left(29) ^ word) * u128::from(SPREAD);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use uuid::Uuid;

    use super::super::Kind;
    use super::*;

    #[test]
    fn ids_that_differ_in_one_end_only_are_spread_over_a_map() {
        for shift in [0, 40, 64, 104] {
            for bits in [0, 57] {
                let hasher = ByStream::<()>::default();
                let place = |n: u128| {
                    let id = Uuid::from_u128(n << shift);
                    let kind = Kind::Room;
                    (hasher.hasher().hash_one(StreamId { kind, id }) >> bits) % 128
                };
                let places: HashSet<u64> = (0..1024).map(place).collect();
                assert!(places.len() > 96, "{} at {shift}, {bits}", places.len());
            }
        }
    }
}
