//! Snapshots in the database: a small one in one value, a large one in chunks under a generation of their own, switched
//! over at once and written between commits, so that no entry waits for it.

use sled::Batch;

use super::calm::{Stumble, calm};
use super::queue::Picture;
use super::record::{MAX_VALUE, open, seal, take};
use super::store::Store;
use super::{Epoch, Head, Seq, StreamId, key};

/// How many chunks are written between two commits.
const CHUNKS_AT_ONCE: u32 = 8;

/// What lies under a snapshot's key: where it stands, and either its bytes or where its chunks are.
struct Cover {
    seq: Seq,
    epoch: Epoch,
    generation: u32,
    chunks: u32,
    /// Checksum of all its bytes.
    crc: u32,
    /// The bytes, where there are no chunks.
    small: Vec<u8>,
}

impl Cover {
    fn encode(&self) -> Vec<u8> {
        let mut value = self.seq.0.to_le_bytes().to_vec();
        value.extend_from_slice(&self.epoch.0.to_le_bytes());
        value.extend_from_slice(&self.generation.to_le_bytes());
        value.extend_from_slice(&self.chunks.to_le_bytes());
        value.extend_from_slice(&self.crc.to_le_bytes());
        value.extend_from_slice(&self.small);
        seal(value)
    }

    fn decode(value: &[u8]) -> Option<Self> {
        let mut content = open(value)?;
        let rest = &mut content;
        Some(Self {
            seq: Seq(u64::from_le_bytes(take(rest)?)),
            epoch: Epoch(u64::from_le_bytes(take(rest)?)),
            generation: u32::from_le_bytes(take(rest)?),
            chunks: u32::from_le_bytes(take(rest)?),
            crc: u32::from_le_bytes(take(rest)?),
            small: rest.to_vec(),
        })
    }
}

/// The snapshot of a stream that ends in `head`; none where it is damaged, unfinished or of another numbering.
pub(super) fn load(store: &Store, stream: StreamId, head: &Head) -> Option<(Seq, Vec<u8>)> {
    // The writer may exchange it while it is read: then it is whole the second time.
    (0..2).find_map(|_| {
        let cover = cover(store, stream)?;
        let fits = cover.epoch == head.epoch && cover.seq <= head.seq;
        let bytes = fits.then(|| gather(store, stream, &cover)).flatten()?;
        Some((cover.seq, bytes))
    })
}

fn cover(store: &Store, stream: StreamId) -> Option<Cover> {
    let value = store.get(&key::snapshot(stream)).ok().flatten()?;
    Cover::decode(&value)
}

fn gather(store: &Store, stream: StreamId, cover: &Cover) -> Option<Vec<u8>> {
    let mut bytes = cover.small.clone();
    for number in 0..cover.chunks {
        let chunk = store.get(&key::chunk(stream, cover.generation, number));
        bytes.extend_from_slice(&chunk.ok().flatten()?);
    }
    (crc32fast::hash(&bytes) == cover.crc).then_some(bytes)
}

/// A snapshot on its way into the database.
#[derive(Debug)]
pub(super) struct Saving {
    picture: Picture,
    epoch: Epoch,
    generation: u32,
    written: u32,
}

impl Saving {
    /// Starts, unless there is a newer one already. `head` is where the stream ends.
    pub(super) fn start(store: &Store, picture: Picture, head: &Head) -> Option<Self> {
        let present = cover(store, picture.stream);
        let current = |cover: &Cover| cover.epoch == head.epoch && cover.seq >= picture.seq;
        if picture.seq > head.seq || present.as_ref().is_some_and(current) {
            return None;
        }
        let generation = present.map_or(0, |cover| cover.generation.wrapping_add(1));
        Some(Self {
            picture,
            epoch: head.epoch,
            generation,
            written: 0,
        })
    }

    /// Writes the next part; the last one makes the whole valid. Says whether there is more to write.
    pub(super) fn step(&mut self, store: &Store) -> Result<bool, Stumble> {
        let Picture { stream, seq, bytes } = &self.picture;
        let small = bytes.len() <= MAX_VALUE;
        let chunks = if small { 0 } else { count(bytes) };
        let mut batch = Batch::default();
        let until = (self.written + CHUNKS_AT_ONCE).min(chunks);
        for number in self.written..until {
            let from = number as usize * MAX_VALUE;
            let chunk = &bytes[from..(from + MAX_VALUE).min(bytes.len())];
            batch.insert(key::chunk(*stream, self.generation, number), chunk);
        }
        self.written = until;
        let more = self.written < chunks;
        if !more {
            self.remove_others(store, &mut batch);
            let cover = Cover {
                seq: *seq,
                epoch: self.epoch,
                generation: self.generation,
                chunks,
                crc: crc32fast::hash(bytes),
                small: if small { bytes.clone() } else { Vec::new() },
            };
            batch.insert(key::snapshot(*stream), cover.encode());
        }
        calm(|| store.db.apply_batch(batch))?;
        Ok(more)
    }

    /// The chunks of the one before, and of any that was never finished.
    fn remove_others(&self, store: &Store, batch: &mut Batch) {
        let stream = self.picture.stream;
        let own = key::chunk(stream, self.generation, 0);
        let own = &own[..own.len() - 4];
        for (key, _) in store.scan(&key::chunks(stream)).map_while(Result::ok) {
            if !key.starts_with(own) {
                batch.remove(key);
            }
        }
    }
}

fn count(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len().div_ceil(MAX_VALUE)).unwrap_or(u32::MAX)
}
