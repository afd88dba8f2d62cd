//! Care of a journal at rest: verify, count, export, import, copy, forget, repair. For the command line; knows nothing of it.

mod repair;
mod rewrite;
mod stats;
mod transfer;
mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use repair::beside;
pub use repair::{Loss, Repair, RepairError, repair};
pub use rewrite::{copy, forget};
pub(super) use stats::disk_bytes;
pub use stats::{KindStats, Stats, stats};
pub use transfer::{TransferError, export, import};
pub use verify::{Verification, verify};

use super::store::{End, Store, at};
use super::stored::{AnyEntry, decode_any};
use super::{Damage, Kind, Seq, Stored, StreamId, key};
use crate::domain::aggregate::{Claim, ClaimKey};

/// How many entries are read at once.
const PAGE: usize = 512;

/// Every stream that left a trace: a head or an entry.
fn every_stream(store: &Store) -> BTreeSet<StreamId> {
    let mut streams = BTreeSet::new();
    for kind in Kind::ALL {
        streams.extend(store.streams(kind, None));
    }
    let mut from = Bound::Included(key::ENTRIES.to_vec());
    let end = vec![key::ENTRIES[0] + 1];
    while let Some(Ok((found, _))) = store.range((from, Bound::Excluded(end.clone()))).next() {
        let Some((stream, _)) = key::parse_numbered(&found) else {
            break;
        };
        streams.insert(stream);
        from = Bound::Excluded(key::entry(stream, Seq(u64::MAX)).to_vec());
    }
    streams
}

/// Walks the entries of a stream as far as they are whole, decoding each. Says how far that was, and what stopped it.
fn walk(
    store: &Store,
    stream: StreamId,
    end: End,
    mut each: impl FnMut(Stored, AnyEntry) -> Result<(), Damage>,
) -> (Seq, Result<(), Damage>) {
    let mut last = Seq::ZERO;
    while last < end.seq {
        let mut limit = PAGE;
        let page = loop {
            match store.read(stream, last, limit, end) {
                // A page fails as a whole: find the last entry before the damage.
                Err(_) if limit > 1 => limit /= 2,
                page => break page,
            }
        };
        let page = match page {
            Ok(page) => page,
            Err(damage) => return (last, Err(damage)),
        };
        for stored in page {
            let seq = stored.seq;
            let decoded = decode_any(stream.kind, &stored.bytes).and_then(|entry| {
                if entry.seq() == seq {
                    each(stored, entry)
                } else {
                    Err(at(stream, Some(seq), "it bears another number"))
                }
            });
            if let Err(damage) = decoded {
                return (last, Err(at(stream, Some(seq), damage.what)));
            }
            last = seq;
        }
    }
    (last, Ok(()))
}

/// The claims that one stream holds, gathered from its entries.
#[derive(Debug, Default)]
struct Holdings(BTreeSet<ClaimKey>);

impl Holdings {
    fn note(&mut self, entry: &AnyEntry) {
        for claim in entry.claims() {
            match claim {
                Claim::Reserve(key) => self.0.insert(key),
                Claim::Release(key) => self.0.remove(&key),
            };
        }
    }
}

/// Who holds what, as recorded.
fn recorded_claims(store: &Store) -> Result<BTreeMap<ClaimKey, Option<StreamId>>, Damage> {
    let mut claims = BTreeMap::new();
    for pair in store.scan(key::CLAIMS) {
        let (found, value) = pair?;
        if let Some(claim) = key::parse_claim(&found) {
            claims.insert(claim, super::record::decode_holder(&value));
        }
    }
    Ok(claims)
}
