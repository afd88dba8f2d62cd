//! The journal's own small values: heads, commits, holders of claims. Fixed layouts, each with a CRC-32.

use std::ops::{AddAssign, SubAssign};

use uuid::Uuid;

use super::chain::Link;
use super::{Epoch, Head, Kind, Seq, StreamId};

/// The largest value ever given to sled, in bytes.
///
/// A leaf of sled's tree holds up to 17 values and is written as one message; a message above an eighth of a megabyte
/// leaves the log for a file of its own, which sled never syncs. So nothing larger than this goes in at once.
pub(super) const MAX_VALUE: usize = 6 * 1024;

/// Closes a value with its checksum.
pub(super) fn seal(mut value: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&value);
    value.extend_from_slice(&crc.to_le_bytes());
    value
}

/// What a value holds, where its checksum is right.
pub(super) fn open(value: &[u8]) -> Option<&[u8]> {
    let (content, crc) = value.split_last_chunk::<4>()?;
    (crc32fast::hash(content) == u32::from_le_bytes(*crc)).then_some(content)
}

/// Takes a number of fixed size off the front.
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

pub(super) fn encode_head(head: &Head) -> Vec<u8> {
    let mut value = Vec::with_capacity(36);
    value.extend_from_slice(&head.seq.0.to_le_bytes());
    value.extend_from_slice(&head.epoch.0.to_le_bytes());
    value.extend_from_slice(&head.chain);
    seal(value)
}

pub(super) fn decode_head(value: &[u8]) -> Option<Head> {
    let mut content = open(value)?;
    let rest = &mut content;
    let head = Head {
        seq: Seq(u64::from_le_bytes(take(rest)?)),
        epoch: Epoch(u64::from_le_bytes(take(rest)?)),
        chain: take::<16>(rest)? as Link,
    };
    rest.is_empty().then_some(head)
}

/// What all heads come to: a sum of hashes, so that one lost or stale head among thousands shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Digest(u128);

fn share(stream: StreamId, head: &Head) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[stream.kind as u8]);
    hasher.update(stream.id.as_bytes());
    hasher.update(&head.seq.0.to_le_bytes());
    hasher.update(&head.epoch.0.to_le_bytes());
    hasher.update(&head.chain);
    let hash = hasher.finalize();
    let half = hash.as_bytes().first_chunk::<16>().copied();
    u128::from_le_bytes(half.unwrap_or_default())
}

impl AddAssign<(StreamId, &Head)> for Digest {
    fn add_assign(&mut self, (stream, head): (StreamId, &Head)) {
        self.0 = self.0.wrapping_add(share(stream, head));
    }
}

impl SubAssign<(StreamId, &Head)> for Digest {
    fn sub_assign(&mut self, (stream, head): (StreamId, &Head)) {
        self.0 = self.0.wrapping_sub(share(stream, head));
    }
}

/// Written in every batch: how many there have been, and what all heads come to with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Commit {
    pub(super) number: u64,
    pub(super) digest: Digest,
}

impl Commit {
    pub(super) fn encode(&self) -> [u8; 24] {
        let mut value = [0; 24];
        value[..8].copy_from_slice(&self.number.to_le_bytes());
        value[8..].copy_from_slice(&self.digest.0.to_le_bytes());
        value
    }

    /// Takes one off the front.
    pub(super) fn take(rest: &mut &[u8]) -> Option<Self> {
        Some(Self {
            number: u64::from_le_bytes(take(rest)?),
            digest: Digest(u128::from_le_bytes(take(rest)?)),
        })
    }
}

pub(super) fn encode_holder(stream: StreamId) -> Vec<u8> {
    let mut value = vec![stream.kind as u8];
    value.extend_from_slice(stream.id.as_bytes());
    seal(value)
}

pub(super) fn decode_holder(value: &[u8]) -> Option<StreamId> {
    let (kind, id) = open(value)?.split_first()?;
    Some(StreamId {
        kind: Kind::from_number(*kind)?,
        id: Uuid::from_bytes(id.try_into().ok()?),
    })
}

/// Makes `value` the first value of an entry: how many pieces follow it, its link, and as much of it as fits. Gives
/// the pieces.
pub(super) fn encode_entry<'a>(
    value: &mut Vec<u8>,
    link: &Link,
    bytes: &'a [u8],
) -> std::slice::Chunks<'a, u8> {
    let (first, rest) = bytes.split_at(bytes.len().min(MAX_VALUE));
    let pieces = rest.chunks(MAX_VALUE);
    value.clear();
    value.push(u8::try_from(pieces.len()).unwrap_or(u8::MAX));
    value.extend_from_slice(link);
    value.extend_from_slice(first);
    pieces
}

/// How many pieces follow, the link, and the first bytes of an entry.
pub(super) fn decode_entry(value: &[u8]) -> Option<(u8, Link, &[u8])> {
    let (pieces, rest) = value.split_first()?;
    let (link, first) = rest.split_first_chunk::<16>()?;
    Some((*pieces, *link, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_bit_in_a_head_is_noticed() {
        let head = Head {
            seq: Seq(7),
            epoch: Epoch(8),
            chain: [9; 16],
        };
        let value = encode_head(&head);
        assert_eq!(decode_head(&value), Some(head));
        for bit in 0..value.len() * 8 {
            let mut wrong = value.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode_head(&wrong), None);
        }
    }

    #[test]
    fn the_digest_forgets_a_head_that_is_taken_away() {
        let stream = |n| StreamId {
            kind: Kind::Room,
            id: Uuid::from_u128(n),
        };
        let head = |n| Head {
            seq: Seq(n),
            ..Head::default()
        };
        let mut one = Digest::default();
        one += (stream(1), &head(5));
        let mut two = one;
        two += (stream(2), &head(1));
        assert_ne!(one, two);
        two -= (stream(2), &head(1));
        assert_eq!(one, two);
    }
}
