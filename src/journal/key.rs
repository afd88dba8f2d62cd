//! Where things lie in sled's one tree: a letter for what it is, then the stream, then a number, all in sorting order.

use uuid::Uuid;

use super::{Kind, Seq, StreamId};
use crate::domain::aggregate::ClaimKey;

const ENTRY: u8 = b'e';
const PIECE: u8 = b'p';
const HEAD: u8 = b'h';
const CLAIM: u8 = b'c';
const SNAPSHOT: u8 = b's';
const CHUNK: u8 = b't';
const UNSETTLED: u8 = b'u';
const PACKED: u8 = b'm';

/// Every head.
pub(super) const HEADS: &[u8] = &[HEAD];
/// Every claim.
pub(super) const CLAIMS: &[u8] = &[CLAIM];
/// Every entry that is not settled.
pub(super) const UNSETTLED_ALL: &[u8] = &[UNSETTLED];
/// Every entry.
pub(super) const ENTRIES: &[u8] = &[ENTRY];

fn of_stream(what: u8, stream: StreamId, room: usize) -> Vec<u8> {
    let mut key = Vec::with_capacity(18 + room);
    key.extend_from_slice(&[what, stream.kind as u8]);
    key.extend_from_slice(stream.id.as_bytes());
    key
}

/// One entry. Every append makes one, so it takes no memory of its own.
pub(super) fn entry(stream: StreamId, seq: Seq) -> [u8; 26] {
    let mut key = [0; 26];
    key[..2].copy_from_slice(&[ENTRY, stream.kind as u8]);
    key[2..18].copy_from_slice(stream.id.as_bytes());
    key[18..].copy_from_slice(&seq.0.to_be_bytes());
    key
}

/// Every entry of a stream.
pub(super) fn entries(stream: StreamId) -> Vec<u8> {
    of_stream(ENTRY, stream, 0)
}

/// A further piece of a large entry.
pub(super) fn piece(stream: StreamId, seq: Seq, number: u8) -> Vec<u8> {
    let mut key = of_stream(PIECE, stream, 9);
    key.extend_from_slice(&seq.0.to_be_bytes());
    key.push(number);
    key
}

pub(super) fn head(stream: StreamId) -> Vec<u8> {
    of_stream(HEAD, stream, 0)
}

/// One part of a slot of packed ends.
pub(super) fn packed(slot: u8, part: u8) -> [u8; 3] {
    [PACKED, slot, part]
}

/// The heads of a kind.
pub(super) fn heads(kind: Kind) -> [u8; 2] {
    [HEAD, kind as u8]
}

pub(super) fn snapshot(stream: StreamId) -> Vec<u8> {
    of_stream(SNAPSHOT, stream, 0)
}

/// One chunk of a large snapshot.
pub(super) fn chunk(stream: StreamId, generation: u32, number: u32) -> Vec<u8> {
    let mut key = of_stream(CHUNK, stream, 8);
    key.extend_from_slice(&generation.to_be_bytes());
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// Every chunk of a stream's snapshots, of whatever generation.
pub(super) fn chunks(stream: StreamId) -> Vec<u8> {
    of_stream(CHUNK, stream, 0)
}

pub(super) fn unsettled(stream: StreamId, seq: Seq) -> Vec<u8> {
    let mut key = of_stream(UNSETTLED, stream, 8);
    key.extend_from_slice(&seq.0.to_be_bytes());
    key
}

/// A claim under an explicit number that never means anything else.
pub(super) fn claim(key: &ClaimKey) -> Vec<u8> {
    let (number, text) = match key {
        ClaimKey::Username(text) => (1, text),
        ClaimKey::Email(text) => (2, text),
        ClaimKey::Invite(text) => (3, text),
    };
    let mut out = vec![CLAIM, number];
    out.extend_from_slice(text.as_bytes());
    out
}

/// The claim that a key stands for.
pub(super) fn parse_claim(key: &[u8]) -> Option<ClaimKey> {
    let [CLAIM, number, text @ ..] = key else {
        return None;
    };
    let text = std::str::from_utf8(text).ok()?.to_owned();
    match number {
        1 => Some(ClaimKey::Username(text)),
        2 => Some(ClaimKey::Email(text)),
        3 => Some(ClaimKey::Invite(text)),
        _ => None,
    }
}

/// The stream that a key belongs to, and what follows it.
pub(super) fn parse(key: &[u8]) -> Option<(StreamId, &[u8])> {
    let (_, key) = key.split_first()?;
    let (kind, key) = key.split_first()?;
    let (id, rest) = key.split_first_chunk::<16>()?;
    let kind = Kind::from_number(*kind)?;
    let id = Uuid::from_bytes(*id);
    Some((StreamId { kind, id }, rest))
}

/// The stream and number of an entry or an unsettled mark.
pub(super) fn parse_numbered(key: &[u8]) -> Option<(StreamId, Seq)> {
    let (stream, rest) = parse(key)?;
    let seq = u64::from_be_bytes(rest.try_into().ok()?);
    Some((stream, Seq(seq)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(kind: Kind, n: u128) -> StreamId {
        StreamId {
            kind,
            id: Uuid::from_u128(n),
        }
    }

    #[test]
    fn entries_sort_by_stream_and_then_by_number() {
        let a = stream(Kind::Room, 1);
        let b = stream(Kind::Room, 2);
        let c = stream(Kind::User, 0);
        let keys = [
            entry(a, Seq(1)),
            entry(a, Seq(255)),
            entry(a, Seq(256)),
            entry(b, Seq(1)),
            entry(c, Seq(1)),
        ];
        assert!(keys.is_sorted());
        assert_eq!(parse_numbered(&keys[2]), Some((a, Seq(256))));
    }

    #[test]
    fn a_claim_is_read_back_as_it_was() {
        for key in [
            ClaimKey::Username("ann".to_owned()),
            ClaimKey::Email("änn@example.org".to_owned()),
            ClaimKey::Invite("ABC".to_owned()),
        ] {
            assert_eq!(parse_claim(&claim(&key)), Some(key));
        }
    }
}
