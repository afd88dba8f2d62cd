//! The outbox: the one way out to a connection's socket. The fast path of fan-out ends here.
//!
//! Offering writes at once, with one non-blocking system call, while nothing waits; what the socket does not take is
//! queued, in order, up to a bound. Beyond the bound the connection alone is closed with "try again later", and comes
//! back by resuming: a slow listener never costs the others anything (guarantee G9).

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;

use super::frame;
use crate::entity::{Offer, Outlet};

/// The most messages that wait for one connection.
pub const MAX_MESSAGES: usize = 256;
/// The most bytes that wait for one connection.
pub const MAX_BYTES: usize = 1024 * 1024;
/// "Try again later".
const TRY_AGAIN_LATER: u16 = 1013;

/// A connection's way out.
pub struct Outbox {
    half: OwnedWriteHalf,
    queue: Mutex<Queue>,
    /// Wakes the connection's task: something waits, or the end has come.
    attention: Notify,
}

#[derive(Default)]
struct Queue {
    chunks: VecDeque<(Bytes, usize)>,
    bytes: usize,
    messages: usize,
    state: State,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// A close frame is the last that will be written.
    Closing,
    Closed,
}

impl Outbox {
    /// The way out through this half of a socket.
    pub fn new(half: OwnedWriteHalf) -> Arc<Self> {
        Arc::new(Self {
            half,
            queue: Mutex::default(),
            attention: Notify::new(),
        })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes whole frames, or queues what the socket does not take.
    pub fn send(&self, frames: &Bytes, messages: usize) -> Offer {
        let mut queue = self.queue();
        if queue.state != State::Open {
            return Offer::Refused;
        }
        self.put(&mut queue, frames, messages)
    }

    /// Writes one message as JSON.
    pub fn send_json<T: Serialize>(&self, message: &T) {
        self.send(&frame::json(message), 1);
    }

    fn put(&self, queue: &mut Queue, frames: &Bytes, messages: usize) -> Offer {
        let written = if queue.chunks.is_empty() {
            self.try_write(frames)
        } else {
            Some(0)
        };
        match written {
            Some(all) if all == frames.len() => Offer::Taken,
            Some(part) => self.wait(queue, frames.slice(part..), messages),
            None => {
                self.end(queue);
                Offer::Refused
            }
        }
    }

    /// How much the socket took; nothing where it is broken.
    fn try_write(&self, bytes: &[u8]) -> Option<usize> {
        match self.half.try_write(bytes) {
            Ok(written) => Some(written),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Some(0),
            Err(_) => None,
        }
    }

    fn wait(&self, queue: &mut Queue, rest: Bytes, messages: usize) -> Offer {
        let full = queue.messages + messages > MAX_MESSAGES || queue.bytes + rest.len() > MAX_BYTES;
        if full && queue.state == State::Open {
            self.overflow(queue);
            return Offer::Refused;
        }
        queue.bytes += rest.len();
        queue.messages += messages;
        queue.chunks.push_back((rest, messages));
        self.attention.notify_one();
        Offer::Taken
    }

    /// Drops what waits but for a frame that is half written, and says "try again later".
    fn overflow(&self, queue: &mut Queue) {
        queue.chunks.truncate(1);
        queue.bytes = queue.chunks.iter().map(|(bytes, _)| bytes.len()).sum();
        queue.messages = queue.chunks.len();
        self.finish(queue, TRY_AGAIN_LATER, "too slow: come back and resume");
    }

    /// Writes a close frame behind what waits, and nothing more.
    pub fn close(&self, code: u16, reason: &str) {
        let mut queue = self.queue();
        if queue.state == State::Open {
            self.finish(&mut queue, code, reason);
        }
    }

    fn finish(&self, queue: &mut Queue, code: u16, reason: &str) {
        queue.state = State::Closing;
        self.put(queue, &frame::close(code, reason), 1);
        self.attention.notify_one();
    }

    fn end(&self, queue: &mut Queue) {
        queue.state = State::Closed;
        queue.chunks = VecDeque::new();
        (queue.bytes, queue.messages) = (0, 0);
        self.attention.notify_one();
    }

    /// Writes what waits, as the socket takes it, until the connection is to end: closed from here, overflowed or
    /// broken. Run by the connection's own task; may be dropped and begun again at any time.
    pub async fn attend(&self) {
        loop {
            if self.drain().await != State::Open {
                return;
            }
            self.attention.notified().await;
        }
    }

    /// Lets what waits leave, for as long as `patience`, and ends the connection.
    pub async fn finish_within(&self, patience: std::time::Duration) {
        let _ = tokio::time::timeout(patience, self.drain()).await;
        self.end(&mut self.queue());
    }

    /// Writes all that waits.
    async fn drain(&self) -> State {
        loop {
            {
                let mut queue = self.queue();
                self.write_waiting(&mut queue);
                if queue.chunks.is_empty() {
                    return queue.state;
                }
            }
            if self.half.writable().await.is_err() {
                self.end(&mut self.queue());
            }
        }
    }

    fn write_waiting(&self, queue: &mut Queue) {
        while let Some((front, messages)) = queue.chunks.front().cloned() {
            match self.try_write(&front) {
                None => return self.end(queue),
                Some(0) => return,
                Some(written) if written == front.len() => {
                    queue.chunks.pop_front();
                    queue.bytes -= written;
                    queue.messages -= messages;
                }
                Some(written) => {
                    queue.bytes -= written;
                    if let Some((rest, _)) = queue.chunks.front_mut() {
                        *rest = rest.slice(written..);
                    }
                }
            }
        }
        queue.chunks = VecDeque::new();
    }
}

impl Outlet for Outbox {
    fn offer(&self, bytes: &Bytes, messages: usize) -> Offer {
        self.send(bytes, messages)
    }

    fn is_closed(&self) -> bool {
        self.queue().state != State::Open
    }
}
