//! The reading side of one WebSocket: what a client's frames come to (RFC 6455, sections 5 and 7).
//!
//! Keeps bytes only while a message is on its way, so that a connection which only listens holds no buffer. Knows nothing
//! of what messages say, and writes nothing.

use bytes::{Buf, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::frame::{self, LONGEST_CONTROL};

/// The largest message and the largest frame a client may send, in bytes.
pub const MAX_MESSAGE: usize = 64 * 1024;

const CONTINUE: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A text message.
    Text(String),
    /// A binary message, which nobody here understands.
    Binary,
}

/// What one frame comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The end of a message.
    Message(Incoming),
    /// A frame that answers the client's: a pong.
    Answer(bytes::Bytes),
    /// The frame that echoes the client's close; nothing follows.
    Close(bytes::Bytes),
    /// Nothing by itself.
    Nothing,
}

/// The client broke the protocol: the close code for it, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) u16, pub(super) &'static str);

const TOO_LARGE: Broken = Broken(1009, "the message is too large: at most 64 KiB");
const NOT_TEXT: Broken = Broken(1007, "text must be UTF-8");

/// The reading side of one WebSocket.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// What came and is not yet a whole frame.
    coming: BytesMut,
    /// The message whose fragments come.
    started: Option<Box<Started>>,
}

#[derive(Debug)]
struct Started {
    is_text: bool,
    bytes: Vec<u8>,
    /// So much of it is known to be whole characters.
    checked: usize,
}

/// The head of a client's frame.
struct Head {
    is_final: bool,
    opcode: u8,
    mask: [u8; 4],
    /// The length of the head itself, and of what follows it.
    size: usize,
    payload: usize,
}

impl Inbox {
    /// Takes bytes as they came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.coming.extend_from_slice(bytes);
    }

    /// What the next whole frame comes to; nothing where none is there yet.
    ///
    /// # Errors
    /// How the client broke the protocol; what follows means nothing then.
    pub(super) fn step(&mut self) -> Result<Option<Step>, Broken> {
        let Some(head) = Head::read(&self.coming)? else {
            return Ok(None);
        };
        let whole = head.size + head.payload;
        let Some(payload) = self.coming.get(head.size..whole) else {
            return Ok(None);
        };
        let masks = head.mask.iter().cycle();
        let payload = payload.iter().zip(masks).map(|(byte, mask)| byte ^ mask);
        let payload: Vec<u8> = payload.collect();
        self.coming.advance(whole);
        if self.coming.is_empty() {
            self.coming = BytesMut::new();
        }
        match head.opcode {
            CLOSE => Ok(Some(Step::Close(echo(&payload)?))),
            PING => Ok(Some(Step::Answer(frame::pong(&payload)))),
            PONG => Ok(Some(Step::Nothing)),
            _ => self.data(&head, payload).map(Some),
        }
    }

    fn data(&mut self, head: &Head, payload: Vec<u8>) -> Result<Step, Broken> {
        let mut message = match (head.opcode, self.started.take()) {
            (CONTINUE, None) => return Err(Broken(1002, "a continuation of nothing")),
            (CONTINUE, Some(mut message)) => {
                if message.bytes.len() + payload.len() > MAX_MESSAGE {
                    return Err(TOO_LARGE);
                }
                message.bytes.extend_from_slice(&payload);
                message
            }
            (_, Some(_)) => return Err(Broken(1002, "a message within a message")),
            (opcode, None) if head.is_final => return whole(opcode == TEXT, payload),
            (opcode, None) => Box::new(Started {
                is_text: opcode == TEXT,
                bytes: payload,
                checked: 0,
            }),
        };
        message.check()?;
        if head.is_final {
            return whole(message.is_text, message.bytes);
        }
        self.started = Some(message);
        Ok(Step::Nothing)
    }
}

impl Started {
    /// Fails where what came cannot be the beginning of a text.
    fn check(&mut self) -> Result<(), Broken> {
        if !self.is_text {
            return Ok(());
        }
        match std::str::from_utf8(&self.bytes[self.checked..]) {
            Ok(_) => self.checked = self.bytes.len(),
            Err(wrong) if wrong.error_len().is_some() => return Err(NOT_TEXT),
            Err(cut) => self.checked += cut.valid_up_to(),
        }
        Ok(())
    }
}

fn whole(is_text: bool, bytes: Vec<u8>) -> Result<Step, Broken> {
    if !is_text {
        return Ok(Step::Message(Incoming::Binary));
    }
    let text = String::from_utf8(bytes).map_err(|_| NOT_TEXT)?;
    Ok(Step::Message(Incoming::Text(text)))
}

/// The answer to a close frame: the same again.
fn echo(payload: &[u8]) -> Result<bytes::Bytes, Broken> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        let empty = payload.is_empty().then(|| frame::close_with(payload));
        return empty.ok_or(Broken(1002, "half a close code"));
    };
    if !CloseCode::from(u16::from_be_bytes(*code)).is_allowed() {
        return Err(Broken(1002, "no such close code"));
    }
    std::str::from_utf8(reason).map_err(|_| NOT_TEXT)?;
    Ok(frame::close_with(payload))
}

impl Head {
    /// Reads the head of the frame that begins here; nothing where it is not whole.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Broken> {
        let Some((&[first, second], rest)) = bytes.split_first_chunk() else {
            return Ok(None);
        };
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0f);
        if first & 0x70 != 0 {
            return Err(Broken(1002, "a reserved bit is set"));
        }
        if !matches!(opcode, CONTINUE | TEXT | BINARY | CLOSE | PING | PONG) {
            return Err(Broken(1002, "no such kind of frame"));
        }
        if second & 0x80 == 0 {
            return Err(Broken(1002, "a client masks its frames"));
        }
        let short = usize::from(second & 0x7f);
        if opcode >= CLOSE && (!is_final || short > LONGEST_CONTROL) {
            return Err(Broken(1002, "a control frame is short and whole"));
        }
        let Some((payload, rest)) = length(short, rest) else {
            return Ok(None);
        };
        if payload > MAX_MESSAGE {
            return Err(TOO_LARGE);
        }
        let Some((mask, rest)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        Ok(Some(Self {
            is_final,
            opcode,
            mask: *mask,
            size: bytes.len() - rest.len(),
            payload,
        }))
    }
}

/// The length of a payload, and what follows it; nothing where it is not whole.
fn length(short: usize, rest: &[u8]) -> Option<(usize, &[u8])> {
    match short {
        126 => {
            let (len, rest) = rest.split_first_chunk()?;
            Some((usize::from(u16::from_be_bytes(*len)), rest))
        }
        127 => {
            let (len, rest) = rest.split_first_chunk()?;
            let len = usize::try_from(u64::from_be_bytes(*len)).unwrap_or(usize::MAX);
            Some((len, rest))
        }
        short => Some((short, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIN: u8 = 0x80;

    fn client_frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [3, 5, 7, 9];
        let len = u8::try_from(payload.len()).expect("short");
        let mut frame = vec![first];
        match len {
            126.. => frame.extend([FIN | 126, 0, len]),
            _ => frame.push(FIN | len),
        }
        frame.extend(mask);
        let masked = payload.iter().zip(mask.iter().cycle());
        frame.extend(masked.map(|(byte, mask)| byte ^ mask));
        frame
    }

    /// Everything that frames come to, given in pieces of that size.
    fn steps(frames: &[u8], size: usize) -> Result<Vec<Step>, Broken> {
        let (mut inbox, mut steps) = (Inbox::default(), Vec::new());
        for piece in frames.chunks(size) {
            inbox.push(piece);
            while let Some(step) = inbox.step()? {
                steps.extend((step != Step::Nothing).then_some(step));
            }
        }
        assert_eq!(
            (inbox.coming.capacity(), inbox.started.is_some()),
            (0, false)
        );
        Ok(steps)
    }

    #[test]
    fn frames_come_to_the_same_in_whatever_pieces_they_arrive_and_leave_no_buffer_behind() {
        let long = "ü".repeat(90);
        let text = long.as_bytes();
        let frames = [
            client_frame(FIN | TEXT, text),
            client_frame(TEXT, &text[..11]),
            client_frame(FIN | PING, b"now"),
            client_frame(CONTINUE, b""),
            client_frame(FIN | CONTINUE, &text[11..]),
            client_frame(FIN | PONG, b"unasked"),
            client_frame(FIN | BINARY, b"\xff"),
            client_frame(FIN | CLOSE, b"\x03\xe8bye"),
        ]
        .concat();
        let said = || Step::Message(Incoming::Text(long.clone()));
        let expected = [
            said(),
            Step::Answer(frame::pong(b"now")),
            said(),
            Step::Message(Incoming::Binary),
            Step::Close(frame::close(1000, "bye")),
        ];
        for size in [1, 2, 3, 7, 64, 1_000] {
            assert_eq!(
                steps(&frames, size).expect("well formed"),
                expected,
                "{size}"
            );
        }
    }

    #[test]
    fn text_that_cannot_become_utf_8_is_refused_at_its_first_wrong_byte() {
        let mut inbox = Inbox::default();
        inbox.push(&client_frame(TEXT, b"\xc3"));
        assert_eq!(inbox.step(), Ok(Some(Step::Nothing)));
        inbox.push(&client_frame(CONTINUE, b"("));
        assert_eq!(inbox.step(), Err(NOT_TEXT));
    }
}
