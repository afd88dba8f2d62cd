//! Between the encoder, which speaks to all sockets of a room at once, and the outlet of each, which knows whose it is:
//! payloads as JSON, each with its kind and whom it concerns.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use crate::entity::Encoded;

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The room as it stands, for one who came; concerns its host.
    Room,
    /// What to play; concerns the connection that said so itself.
    Synced,
    /// Somebody came; concerns them.
    Came,
    /// Somebody went; concerns them.
    Went,
    /// Another is host; concerns nobody.
    HostChanged,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Room,
        Self::Synced,
        Self::Came,
        Self::Went,
        Self::HostChanged,
    ];
}

/// One payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// Whom it concerns: a user, a connection, or nobody.
    pub(super) concerns: u128,
    /// JSON.
    pub(super) payload: &'a str,
}

/// Payloads in the making.
#[derive(Debug, Default)]
pub(super) struct Frames {
    bytes: BytesMut,
    count: usize,
}

/// Kind, whom it concerns, and the length of the payload.
const HEAD: usize = 1 + 16 + 4;

impl Frames {
    /// One more.
    pub(super) fn push(&mut self, kind: Kind, concerns: u128, payload: &impl Serialize) {
        let start = self.bytes.len();
        self.bytes.put_u8(kind as u8);
        self.bytes.put_u128(concerns);
        self.bytes.put_u32(0);
        if let Err(error) = serde_json::to_writer((&mut self.bytes).writer(), payload) {
            tracing::error!(%error, "an event could not be put into words");
            return self.bytes.truncate(start);
        }
        let length = u32::try_from(self.bytes.len() - start - HEAD).unwrap_or(u32::MAX);
        self.bytes[start + HEAD - 4..start + HEAD].copy_from_slice(&length.to_be_bytes());
        self.count += 1;
    }

    /// All of them.
    pub(super) fn finish(self) -> Encoded {
        Encoded {
            bytes: self.bytes.freeze(),
            messages: self.count,
        }
    }
}

/// The payloads in `bytes`, in order.
pub(super) fn read(bytes: &Bytes) -> impl Iterator<Item = Frame<'_>> {
    let mut rest: &[u8] = bytes;
    std::iter::from_fn(move || {
        let (head, after) = rest.split_at_checked(HEAD)?;
        let kind = *Kind::ALL.get(usize::from(head[0]))?;
        let concerns = u128::from_be_bytes(head[1..17].try_into().ok()?);
        let length = u32::from_be_bytes(head[17..].try_into().ok()?);
        let (payload, after) = after.split_at_checked(length as usize)?;
        rest = after;
        Some(Frame {
            kind,
            concerns,
            payload: std::str::from_utf8(payload).ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let mut frames = Frames::default();
        frames.push(Kind::Came, u128::MAX, &"one");
        frames.push(Kind::HostChanged, 0, &serde_json::json!({ "two": 2 }));
        let encoded = frames.finish();
        assert_eq!(encoded.messages, 2);
        let read: Vec<_> = read(&encoded.bytes)
            .map(|frame| (frame.kind, frame.concerns, frame.payload))
            .collect();
        let expected = [
            (Kind::Came, u128::MAX, "\"one\""),
            (Kind::HostChanged, 0, "{\"two\":2}"),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn every_kind_is_found_again_by_its_number() {
        for (number, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
        }
    }
}
