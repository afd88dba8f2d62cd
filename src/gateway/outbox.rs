//! The writing side of one WebSocket, and the fast path of fan-out: [`Outbox::send`].
//!
//! While the peer keeps up, an offer is one `send` and nothing is queued; no task is woken. Where the socket takes no
//! more, the rest waits in a bounded queue that a task of its own drains; at the bound the connection alone is closed
//! with "try again later" (guarantee G9). Everything the server writes passes here, replies and pongs too, so that frames
//! never interleave. Knows frames only by their ends, and nothing of what they say.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice};
use std::net::Shutdown;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use futures_util::task::AtomicWaker;
use serde::Serialize;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use super::frame;
use crate::entity::{Offer, Outlet};

/// The most messages that wait for one connection.
pub const MAX_MESSAGES: usize = 256;
/// The most bytes that wait for one connection.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Close code: try again later.
const TRY_AGAIN_LATER: u16 = 1013;

/// The writing side of one WebSocket. Holds no buffer while its peer keeps up.
#[derive(Debug)]
pub struct Outbox {
    stream: TcpStream,
    /// Written under the lock of `backlog`.
    phase: AtomicU8,
    backlog: Mutex<Option<Box<Backlog>>>,
    reader: AtomicWaker,
    /// The beat at which the peer was last heard.
    heard: AtomicU32,
    runtime: Handle,
    me: Weak<Self>,
}

/// Frames may be written.
const OPEN: u8 = 0;
/// A close frame was written, or waits last in the queue: nothing may follow.
const CLOSING: u8 = 1;
/// Nothing can be written.
const OVER: u8 = 2;

#[derive(Debug, Default)]
struct Backlog {
    /// Whole, joined frames with their number; of the first, `written` bytes are gone.
    waiting: VecDeque<(Bytes, usize)>,
    written: usize,
    bytes: usize,
    messages: usize,
}

impl Outbox {
    pub(super) fn new(stream: TcpStream, beat: u32) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            stream,
            phase: AtomicU8::new(OPEN),
            backlog: Mutex::new(None),
            reader: AtomicWaker::new(),
            heard: AtomicU32::new(beat),
            runtime: Handle::current(),
            me: me.clone(),
        })
    }

    /// Takes `messages` whole frames, joined in `frames`. Never waits; writes at once where nothing is queued.
    ///
    /// One offer is taken whole even beyond the bound where nothing waits, so that a large snapshot gets through.
    pub fn send(&self, frames: &Bytes, messages: usize) -> Offer {
        let mut backlog = self.lock();
        if self.phase() != OPEN {
            return Offer::Refused;
        }
        if let Some(waiting) = backlog.as_deref_mut() {
            if waiting.would_overflow(frames.len(), messages) {
                self.overflow(waiting);
                return Offer::Refused;
            }
            waiting.push(frames.clone(), messages);
            return Offer::Taken;
        }
        self.write_or_queue(&mut backlog, frames, messages)
    }

    fn write_or_queue(
        &self,
        backlog: &mut Option<Box<Backlog>>,
        frames: &Bytes,
        messages: usize,
    ) -> Offer {
        let written = match self.write_now(frames) {
            Ok(written) if written == frames.len() => return Offer::Taken,
            Ok(written) => written,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.set(OVER);
                return Offer::Refused;
            }
        };
        let mut waiting = Box::<Backlog>::default();
        waiting.push(frames.clone(), messages);
        waiting.written = written;
        waiting.bytes -= written;
        *backlog = Some(waiting);
        if let Some(me) = self.me.upgrade() {
            self.runtime.spawn(me.drain());
        }
        Offer::Taken
    }

    /// Past the runtime's note of whether the socket takes more: it nearly always does, and the note is one more place in
    /// memory for each of thousands of sockets. Where it does not, the runtime tries again and takes note.
    fn write_now(&self, frames: &[u8]) -> io::Result<usize> {
        match SockRef::from(&self.stream).send(frames) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.stream.try_write(frames),
            written => written,
        }
    }

    /// One message as JSON to this connection alone, in order with everything else.
    pub fn send_json<T: Serialize>(&self, message: &T) {
        self.send(&frame::json(message), 1);
    }

    /// Ends the connection: a close frame behind what waits; then nothing more is taken.
    pub fn close(&self, code: u16, reason: &str) {
        self.send_last(&frame::close(code, reason));
    }

    /// Puts a close frame behind what waits; then nothing more is taken.
    fn send_last(&self, close: &Bytes) {
        let mut backlog = self.lock();
        if self.phase() != OPEN {
            return;
        }
        match backlog.as_deref_mut() {
            Some(waiting) => waiting.push(close.clone(), 1),
            None => {
                self.write_or_queue(&mut backlog, close, 1);
            }
        }
        if self.phase() == OPEN {
            self.set(CLOSING);
        }
    }

    /// Drops what waits, but for the rest of a frame whose beginning is gone already, and closes.
    fn overflow(&self, backlog: &mut Backlog) {
        backlog.keep_started_frame();
        let close = frame::close(TRY_AGAIN_LATER, "too slow: come back and resume");
        backlog.push(close, 1);
        self.set(CLOSING);
    }

    fn phase(&self) -> u8 {
        self.phase.load(Ordering::Acquire)
    }

    /// Called under the lock; a reader that waits learns of it.
    fn set(&self, phase: u8) {
        self.phase.store(phase, Ordering::Release);
        self.reader.wake();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Backlog>>> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn drain(self: Arc<Self>) {
        while self.stream.writable().await.is_ok() && self.flush() {}
    }

    /// Writes what waits; whether some still does.
    fn flush(&self) -> bool {
        let mut backlog = self.lock();
        while let Some(waiting) = backlog.as_deref_mut() {
            match waiting.write(&self.stream) {
                Ok(()) if waiting.waiting.is_empty() => *backlog = None,
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => {
                    *backlog = None;
                    self.set(OVER);
                }
            }
        }
        false
    }
}

/// What the reading side of the same connection needs.
impl Outbox {
    /// Reads from the socket without waiting.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.try_read(buffer)
    }

    /// Ready when the socket may be read or the connection is over.
    pub(super) fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.reader.register(cx.waker());
        if self.is_closed() {
            return Poll::Ready(());
        }
        self.stream.poll_read_ready(cx).map(|_| ())
    }

    /// Answers the peer's close frame with its echo; nothing follows.
    pub(super) fn echo_close(&self, echo: &Bytes) {
        self.send_last(echo);
    }

    /// The peer was heard.
    pub(super) fn hear(&self, beat: u32) {
        self.heard.store(beat, Ordering::Relaxed);
    }

    /// The beat at which the peer was last heard.
    pub(super) fn heard(&self) -> u32 {
        self.heard.load(Ordering::Relaxed)
    }

    /// Brings the close frame out, ends our direction, and reads until the peer ends its own: closing a socket with unread
    /// data would take the close frame back.
    pub(super) async fn finish(&self) {
        while self.flush() {
            if self.stream.writable().await.is_err() {
                return;
            }
        }
        let _ = SockRef::from(&self.stream).shutdown(Shutdown::Write);
        let mut nothing = [0; 1024];
        while self.stream.readable().await.is_ok() {
            match self.stream.try_read(&mut nothing) {
                Ok(0) => return,
                Err(error) if error.kind() != ErrorKind::WouldBlock => return,
                _ => {}
            }
        }
    }

    /// Cuts the connection: nothing is written or read from now on, whoever still holds this.
    pub(super) fn cut(&self) {
        let mut backlog = self.lock();
        *backlog = None;
        self.set(OVER);
        let _ = SockRef::from(&self.stream).shutdown(Shutdown::Both);
    }
}

impl Outlet for Outbox {
    fn offer(&self, bytes: &Bytes, messages: usize) -> Offer {
        self.send(bytes, messages)
    }

    fn is_closed(&self) -> bool {
        self.phase() != OPEN
    }
}

impl Backlog {
    fn push(&mut self, frames: Bytes, messages: usize) {
        self.bytes += frames.len();
        self.messages += messages;
        self.waiting.push_back((frames, messages));
    }

    fn would_overflow(&self, bytes: usize, messages: usize) -> bool {
        self.bytes + bytes > MAX_BYTES || self.messages + messages > MAX_MESSAGES
    }

    /// One write of as much as one call takes.
    fn write(&mut self, stream: &TcpStream) -> io::Result<()> {
        const SLICES: usize = 32;
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut skip = self.written;
        let mut used = 0;
        for (slice, (frames, _)) in slices.iter_mut().zip(&self.waiting) {
            *slice = IoSlice::new(&frames[skip..]);
            skip = 0;
            used += 1;
        }
        let mut written = stream.try_write_vectored(&slices[..used])?;
        self.bytes -= written;
        written += self.written;
        while let Some((frames, messages)) = self.waiting.front()
            && written >= frames.len()
        {
            written -= frames.len();
            self.messages -= messages;
            self.waiting.pop_front();
        }
        self.written = written;
        Ok(())
    }

    fn keep_started_frame(&mut self) {
        let Some((mut started, _)) = self.waiting.pop_front() else {
            return;
        };
        let end = frame::end_of_frame(&started, self.written);
        started.truncate(end);
        started.advance(self.written);
        *self = Self::default();
        if !started.is_empty() {
            self.push(started, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn text(text: &[u8]) -> Bytes {
        let mut frame = BytesMut::new();
        frame::push_text(&mut frame, text);
        frame.freeze()
    }

    async fn pair() -> (Arc<Outbox>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (ours, _) = listener.accept().await.unwrap();
        ours.writable().await.unwrap();
        (Outbox::new(ours, 0), peer)
    }

    fn waits(outbox: &Outbox) -> bool {
        outbox.lock().is_some()
    }

    /// Sends until the socket is full and something waits; how many bytes that were.
    fn fill(outbox: &Outbox) -> usize {
        let big = text(&[b'x'; 60_000]);
        let mut sent = 0;
        while !waits(outbox) {
            assert_eq!(outbox.send(&big, 1), Offer::Taken);
            sent += big.len();
        }
        sent
    }

    #[tokio::test]
    async fn what_the_socket_takes_is_not_queued() {
        let (outbox, mut peer) = pair().await;
        assert_eq!(outbox.send(&text(b"hello"), 1), Offer::Taken);
        assert!(!waits(&outbox));
        let mut got = [0; 7];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"\x81\x05hello");
    }

    #[tokio::test]
    async fn what_waits_arrives_in_order_and_nothing_is_lost() {
        let (outbox, mut peer) = pair().await;
        let filled = fill(&outbox);
        for n in 0..100u8 {
            assert_eq!(outbox.send(&text(&[b'a' + n % 26]), 1), Offer::Taken);
        }
        outbox.close(1000, "");
        assert_eq!(outbox.send(&text(b"late"), 1), Offer::Refused);
        peer.shutdown().await.unwrap();
        let ending = outbox.clone();
        tokio::spawn(async move {
            ending.finish().await;
            ending.cut();
        });
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.unwrap();
        let expected: Vec<u8> = (0..100u8)
            .flat_map(|n| [0x81, 1, b'a' + n % 26])
            .chain(*b"\x88\x02\x03\xe8")
            .collect();
        assert_eq!(got[filled..], expected);
    }

    #[tokio::test]
    async fn one_message_too_many_closes_with_try_again_after_the_started_frame() {
        let (outbox, mut peer) = pair().await;
        fill(&outbox);
        for _ in 1..MAX_MESSAGES {
            assert_eq!(outbox.send(&text(b"x"), 1), Offer::Taken);
        }
        assert!(!outbox.is_closed());
        assert_eq!(outbox.send(&text(b"x"), 1), Offer::Refused);
        assert!(outbox.is_closed());
        let ending = outbox.clone();
        tokio::spawn(async move {
            ending.finish().await;
            ending.cut();
        });
        let mut got = Vec::new();
        let mut chunk = vec![0; 65_536];
        while let Ok(read @ 1..) = peer.read(&mut chunk).await {
            got.extend_from_slice(&chunk[..read]);
        }
        let close = frame::close(1013, "too slow: come back and resume");
        assert!(got.ends_with(&close));
        let whole = text(&[b'x'; 60_000]).len();
        assert_eq!(
            (got.len() - close.len()) % whole,
            0,
            "only whole frames before"
        );
    }

    #[tokio::test]
    async fn too_many_bytes_close_too_but_one_large_message_alone_gets_through() {
        let (outbox, _peer) = pair().await;
        let huge = text(&vec![b'x'; 8 * MAX_BYTES]);
        assert_eq!(outbox.send(&huge, 1), Offer::Taken);
        assert_eq!(outbox.send(&text(b"x"), 1), Offer::Refused);
    }

    #[tokio::test]
    async fn nothing_is_taken_after_the_connection_is_cut() {
        let (outbox, _peer) = pair().await;
        outbox.cut();
        assert_eq!(outbox.send(&text(b"x"), 1), Offer::Refused);
        assert!(outbox.is_closed());
    }
}
