//! Request bodies that must come at a pace: one that trickles in byte by byte holds nothing up for long.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

use crate::clock::Stopwatch;

/// How slowly a body may come.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The time any body has.
    pub grace: Duration,
    /// More time for each this many bytes received: one second.
    pub bytes_per_second: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(8),
            bytes_per_second: 4 * 1024,
        }
    }
}

/// The body came too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body came too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// A request body that fails with [`TooSlow`] where it falls behind its pace.
#[derive(Debug)]
pub struct PacedBody {
    inner: Incoming,
    pace: Pace,
    started: Stopwatch,
    received: u64,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    /// Holds `inner` to `pace`, from now on.
    pub fn new(inner: Incoming, pace: Pace) -> Self {
        Self {
            inner,
            pace,
            started: Stopwatch::start(),
            received: 0,
            alarm: None,
        }
    }

    fn time_left(&self) -> Duration {
        let earned =
            Duration::from_millis(self.received.saturating_mul(1000) / self.pace.bytes_per_second);
        (self.pace.grace + earned).saturating_sub(self.started.elapsed())
    }

    /// Whether the body is behind; where not, wakes up when it may be.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let left = self.time_left();
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(left)));
            ready!(alarm.as_mut().poll(cx));
            self.alarm = None;
            if left.is_zero() {
                return Poll::Ready(());
            }
        }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Pending => self
                .poll_late(cx)
                .map(|()| Some(Err(Box::new(TooSlow) as _))),
            Poll::Ready(Some(Ok(frame))) => {
                let data = frame.data_ref().map_or(0, |data| data.len() as u64);
                self.received += data;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
