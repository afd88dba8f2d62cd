//! WebSocket frames as a server writes them: a short header and the payload, unmasked (RFC 6455, section 5.2).
//!
//! Made once, shared by every connection that is told the same.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use super::json;

const FIN_TEXT: u8 = 0x81;
const FIN_CLOSE: u8 = 0x88;
const FIN_PING: u8 = 0x89;
const FIN_PONG: u8 = 0x8a;
/// The longest header a server writes.
const LONGEST_HEADER: usize = 10;
/// The longest payload of a control frame, in bytes.
pub(super) const LONGEST_CONTROL: usize = 125;

fn header(first: u8, len: usize) -> ([u8; LONGEST_HEADER], usize) {
    let mut header = [0u8; LONGEST_HEADER];
    header[0] = first;
    if len < 126 {
        header[1] = len as u8;
        (header, 2)
    } else if let Ok(len) = u16::try_from(len) {
        header[1] = 126;
        header[2..4].copy_from_slice(&len.to_be_bytes());
        (header, 4)
    } else {
        header[1] = 127;
        header[2..10].copy_from_slice(&(len as u64).to_be_bytes());
        (header, 10)
    }
}

/// Appends one text frame.
pub fn push_text(into: &mut BytesMut, text: &[u8]) {
    let (header, len) = header(FIN_TEXT, text.len());
    into.reserve(len + text.len());
    into.put_slice(&header[..len]);
    into.put_slice(text);
}

/// Appends one text frame that holds a message as JSON.
pub fn push_json<T: Serialize>(into: &mut BytesMut, message: &T) {
    if let Err(error) = json::written(message, |text| push_text(into, text)) {
        tracing::error!(%error, "a message could not be put into JSON");
    }
}

/// One text frame that holds a message as JSON.
pub fn json<T: Serialize>(message: &T) -> Bytes {
    let mut frame = BytesMut::new();
    push_json(&mut frame, message);
    frame.freeze()
}

/// A close frame; a reason that is too long is cut.
pub fn close(code: u16, reason: &str) -> Bytes {
    let room = LONGEST_CONTROL - 2;
    let cut = (0..=reason.len().min(room))
        .rev()
        .find(|end| reason.is_char_boundary(*end))
        .unwrap_or(0);
    let payload = [&code.to_be_bytes(), &reason.as_bytes()[..cut]].concat();
    close_with(&payload)
}

/// A close frame with that payload.
pub fn close_with(payload: &[u8]) -> Bytes {
    control(FIN_CLOSE, payload)
}

/// The answer to a ping with that payload.
pub fn pong(payload: &[u8]) -> Bytes {
    control(FIN_PONG, payload)
}

fn control(first: u8, payload: &[u8]) -> Bytes {
    let (header, len) = header(first, payload.len());
    let mut frame = BytesMut::with_capacity(len + payload.len());
    frame.put_slice(&header[..len]);
    frame.put_slice(payload);
    frame.freeze()
}

/// A ping without a payload.
pub const PING: &[u8] = &[FIN_PING, 0];

/// Where the frame ends that byte `at` of whole, joined server frames belongs to; `at` itself where a frame begins there.
pub fn end_of_frame(frames: &[u8], at: usize) -> usize {
    let mut start = 0;
    while start < at {
        start += whole_len(&frames[start..]);
    }
    start.min(frames.len())
}

/// The length of the first of whole server frames, header included; never zero.
fn whole_len(frames: &[u8]) -> usize {
    match frames {
        [_, 126, a, b, ..] => 4 + usize::from(u16::from_be_bytes([*a, *b])),
        [_, 127, a, b, c, d, e, f, g, h, ..] => {
            let len = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
            10usize.saturating_add(usize::try_from(len).unwrap_or(usize::MAX))
        }
        [_, short, ..] => 2 + usize::from(*short),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocket};

    fn read_back(frames: Bytes) -> Vec<Message> {
        let mut socket =
            WebSocket::from_raw_socket(ReadOnly(std::io::Cursor::new(frames)), Role::Client, None);
        std::iter::from_fn(|| socket.read().ok()).collect()
    }

    struct ReadOnly(std::io::Cursor<Bytes>);

    impl std::io::Read for ReadOnly {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(into)
        }
    }

    impl std::io::Write for ReadOnly {
        fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
            Ok(from.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_client_reads_text_frames_of_every_header_length() {
        let mut frames = BytesMut::new();
        let texts: Vec<String> = [0, 125, 126, 65_535, 65_536]
            .iter()
            .map(|len| "x".repeat(*len))
            .collect();
        texts
            .iter()
            .for_each(|text| push_text(&mut frames, text.as_bytes()));
        let read: Vec<String> = read_back(frames.freeze())
            .into_iter()
            .map(|message| message.into_text().unwrap().to_string())
            .collect();
        assert_eq!(read, texts);
    }

    #[test]
    fn the_end_of_a_started_frame_is_found_among_joined_ones() {
        let mut joined = BytesMut::new();
        for text in [&b"one"[..], &[b'x'; 300], &[b'y'; 70_000], b"four"] {
            push_text(&mut joined, text);
        }
        let ends = [5, 5 + 304, 309 + 70_010, 70_319 + 6];
        assert_eq!(end_of_frame(&joined, 0), 0);
        assert_eq!(end_of_frame(&joined, 1), ends[0]);
        assert_eq!(end_of_frame(&joined, 5), ends[0]);
        assert_eq!(end_of_frame(&joined, 6), ends[1]);
        assert_eq!(end_of_frame(&joined, 310), ends[2]);
        assert_eq!(end_of_frame(&joined, joined.len()), ends[3]);
    }

    #[test]
    fn a_close_frame_carries_its_code_and_a_reason_cut_between_characters() {
        let long = "é".repeat(100);
        let Some(Message::Close(Some(close))) = read_back(close(1013, &long)).pop() else {
            panic!("no close frame")
        };
        assert_eq!(u16::from(close.code), 1013);
        assert_eq!(close.reason.as_str(), "é".repeat(61));
    }
}
