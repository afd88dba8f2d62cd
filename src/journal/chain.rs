//! The hash chain through a stream: each link seals an entry together with all before it.

/// One link: half a BLAKE3 hash, ample against accident.
pub(super) type Link = [u8; 16];

/// The link of an entry that follows `previous`; before the first entry it is all zeros.
pub(super) fn link(previous: &Link, entry: &[u8]) -> Link {
    let mut key = [0; 32];
    key[..16].copy_from_slice(previous);
    let mut link = Link::default();
    link.copy_from_slice(&blake3::keyed_hash(&key, entry).as_bytes()[..16]);
    link
}
