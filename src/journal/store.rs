//! Reading the database: heads, entries and their chain, claims, marks. Every sort of damage comes out as [`Damage`].

use std::borrow::Cow;
use std::ops::Bound;

use sled::IVec;

use super::calm::{Stumble, calm};
use super::chain::{self, Link};
use super::ends::Ends;
use super::record;
use super::{Damage, Head, Kind, Seq, Stored, StreamId, Visitor, key};
use crate::domain::aggregate::ClaimKey;

/// How many entries are fetched under one watch over sled's panics.
const AT_ONCE: usize = 64;

/// The database as the journal reads it.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pub(super) db: sled::Db,
    /// The ends that override their streams' own records.
    pub(super) ends: Ends,
}

/// Where a stream is said to end.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) seq: Seq,
    /// The link that its chain must come to, where that is known.
    pub(super) chain: Option<Link>,
}

impl From<Head> for End {
    fn from(head: Head) -> Self {
        Self {
            seq: head.seq,
            chain: Some(head.chain),
        }
    }
}

/// What one step of a scan yields.
pub(super) type Pair = Result<(IVec, IVec), Damage>;

impl Store {
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<IVec>, Stumble> {
        calm(|| self.db.get(key))
    }

    /// Every pair whose key begins so, in order; ends with the first error.
    pub(super) fn scan(&self, prefix: &[u8]) -> impl Iterator<Item = Pair> + use<> {
        calmly(self.db.scan_prefix(prefix))
    }

    /// Every pair of a range of keys, in order; ends with the first error.
    pub(super) fn range(
        &self,
        range: (Bound<Vec<u8>>, Bound<Vec<u8>>),
    ) -> impl Iterator<Item = Pair> + use<> {
        calmly(self.db.range::<Vec<u8>, _>(range))
    }

    /// Where a stream ends. The head and the entries must agree on it.
    pub(super) fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        let mut before = None;
        loop {
            let head = self.head_record(stream)?;
            let end = head.map_or(Seq::ZERO, |head| head.seq);
            let Some(beyond) = self.first_after(stream, end)? else {
                return Ok(head);
            };
            // The writer may have added it since; then the head has moved as well.
            if before == Some(head) {
                return Err(Damage {
                    stream: Some(stream),
                    seq: Some(beyond),
                    what: "an entry lies beyond the recorded end".to_owned(),
                });
            }
            before = Some(head);
        }
    }

    /// The recorded end alone.
    pub(super) fn head_record(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        // A stream that leaves the packed ends in this moment has its own record already.
        if let Some(head) = self.ends.get(stream) {
            return Ok(Some(head));
        }
        let value = self
            .get(&key::head(stream))
            .map_err(|e| at(stream, None, e))?;
        value
            .map(|value| {
                record::decode_head(&value)
                    .ok_or_else(|| at(stream, None, "the record of its end is damaged"))
            })
            .transpose()
    }

    /// The number of the first entry after `seq`.
    fn first_after(&self, stream: StreamId, seq: Seq) -> Result<Option<Seq>, Damage> {
        let from = key::entry(stream, seq);
        let next = calm(|| self.db.get_gt(from)).map_err(|e| at(stream, Some(seq.next()), e))?;
        let found = next.and_then(|(key, _)| {
            key.starts_with(&key::entries(stream))
                .then(|| key::parse_numbered(&key))
                .flatten()
        });
        Ok(found.map(|(_, seq)| seq))
    }

    /// Up to `limit` entries after `after`, each checked against the chain.
    pub(super) fn read(
        &self,
        stream: StreamId,
        after: Seq,
        limit: usize,
        end: End,
    ) -> Result<Vec<Stored>, Damage> {
        let mut entries = Vec::new();
        self.visit(stream, after, limit, end, &mut |seq, bytes| {
            let bytes = bytes.to_vec();
            entries.push(Stored { seq, bytes });
            Ok(())
        })?;
        Ok(entries)
    }

    /// Shows up to `limit` entries after `after`, each checked against the chain. Where there is damage, what was shown
    /// before it must not be used either.
    pub(super) fn visit(
        &self,
        stream: StreamId,
        after: Seq,
        limit: usize,
        end: End,
        each: Visitor<'_>,
    ) -> Result<(), Damage> {
        if after >= end.seq || limit == 0 {
            return Ok(());
        }
        let last = Seq(after.0.saturating_add(limit as u64)).min(end.seq);
        let mut link = self.link_of(stream, after)?;
        let mut expected = after.next();
        let mut scan = self
            .db
            .range(key::entry(stream, expected)..=key::entry(stream, last));
        let mut some = Vec::with_capacity(AT_ONCE);
        while expected <= last {
            calm(|| fetch(&mut scan, &mut some)).map_err(|e| at(stream, Some(expected), e))?;
            if some.is_empty() {
                return Err(at(stream, Some(expected), "the entry is missing"));
            }
            for (key, value) in some.drain(..) {
                if key::parse_numbered(&key) != Some((stream, expected)) {
                    return Err(at(stream, Some(expected), "the entry is missing"));
                }
                let (stored, bytes) = self.assemble(stream, expected, &value)?;
                link = chain::link(&link, &bytes);
                if link != stored {
                    return Err(at(
                        stream,
                        Some(expected),
                        "it is not what was written: the hash chain breaks",
                    ));
                }
                each(expected, &bytes)?;
                expected = expected.next();
            }
        }
        if last == end.seq && end.chain.is_some_and(|chain| chain != link) {
            return Err(at(
                stream,
                Some(end.seq),
                "the recorded end belongs to another chain",
            ));
        }
        Ok(())
    }

    /// The link of an entry, which the next one builds on.
    fn link_of(&self, stream: StreamId, seq: Seq) -> Result<Link, Damage> {
        if seq == Seq::ZERO {
            return Ok(Link::default());
        }
        let value = self
            .get(&key::entry(stream, seq))
            .map_err(|e| at(stream, Some(seq), e))?
            .ok_or_else(|| at(stream, Some(seq), "the entry is missing"))?;
        record::decode_entry(&value)
            .map(|(_, link, _)| link)
            .ok_or_else(|| at(stream, Some(seq), "cut short"))
    }

    /// An entry's link, and its bytes put together from their pieces.
    fn assemble<'a>(
        &self,
        stream: StreamId,
        seq: Seq,
        value: &'a [u8],
    ) -> Result<(Link, Cow<'a, [u8]>), Damage> {
        let (pieces, link, first) =
            record::decode_entry(value).ok_or_else(|| at(stream, Some(seq), "cut short"))?;
        if pieces == 0 {
            return Ok((link, Cow::Borrowed(first)));
        }
        let mut bytes = first.to_vec();
        for number in 0..pieces {
            let piece = self
                .get(&key::piece(stream, seq, number))
                .map_err(|e| at(stream, Some(seq), e))?
                .ok_or_else(|| at(stream, Some(seq), "a piece of the entry is missing"))?;
            bytes.extend_from_slice(&piece);
        }
        Ok((link, Cow::Owned(bytes)))
    }

    /// The size of an entry as it was appended.
    pub(super) fn entry_size(&self, stream: StreamId, seq: Seq, value: &[u8]) -> usize {
        let Some((pieces, _, first)) = record::decode_entry(value) else {
            return 0;
        };
        let piece = |number| self.get(&key::piece(stream, seq, number)).ok().flatten();
        let rest: usize = (0..pieces).filter_map(piece).map(|piece| piece.len()).sum();
        first.len() + rest
    }

    /// Who holds a reservation.
    pub(super) fn holder(&self, key: &ClaimKey) -> Result<Option<StreamId>, Damage> {
        let value = self.get(&key::claim(key)).map_err(damage)?;
        value
            .map(|value| {
                record::decode_holder(&value).ok_or_else(|| damage("a reservation is damaged"))
            })
            .transpose()
    }

    /// Streams of a kind, by their heads.
    pub(super) fn streams(
        &self,
        kind: Kind,
        after: Option<uuid::Uuid>,
    ) -> impl Iterator<Item = StreamId> {
        let first = match after {
            Some(id) => Bound::Excluded(key::head(StreamId { kind, id })),
            None => Bound::Included(key::heads(kind).to_vec()),
        };
        let mut last = key::heads(kind).to_vec();
        last.extend_from_slice(&[0xff; 17]);
        self.range((first, Bound::Excluded(last)))
            .map_while(Result::ok)
            .filter_map(|(key, _)| key::parse(&key).map(|(stream, _)| stream))
    }

    /// Every entry with effects that are not settled.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = (StreamId, Seq)> {
        self.scan(key::UNSETTLED_ALL)
            .map_while(Result::ok)
            .filter_map(|(key, _)| key::parse_numbered(&key))
    }
}

/// Takes the next few pairs.
fn fetch(scan: &mut sled::Iter, some: &mut Vec<(IVec, IVec)>) -> sled::Result<()> {
    for pair in scan.take(AT_ONCE) {
        some.push(pair?);
    }
    Ok(())
}

/// A scan that ends with its first error, be it a panic.
fn calmly(mut scan: sled::Iter) -> impl Iterator<Item = Pair> {
    let mut over = false;
    std::iter::from_fn(move || {
        if over {
            return None;
        }
        let next = calm(|| scan.next().transpose()).map_err(damage).transpose();
        over = !matches!(next, Some(Ok(_)));
        next
    })
}

pub(super) fn damage(what: impl ToString) -> Damage {
    Damage {
        stream: None,
        seq: None,
        what: what.to_string(),
    }
}

pub(super) fn at(stream: StreamId, seq: Option<Seq>, what: impl ToString) -> Damage {
    Damage {
        stream: Some(stream),
        seq,
        what: what.to_string(),
    }
}
