//! The connection under a WebSocket, which can be cut: where a peer takes nothing any more, no word reaches it, and whoever
//! writes to it would wait for ever.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use socketioxide::extract::SocketRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Cuts one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(CancellationToken);

impl Cut {
    /// From here on, reading finds the end and writing fails.
    fn cut(&self) {
        self.0.cancel();
    }
}

/// The connections that sessions were upgraded to, by the session's name.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<String, Cut>>);

impl Lines {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Cut>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts the WebSocket under a socket; says whether there is one.
    pub(super) fn cut_under(&self, socket: &SocketRef) -> bool {
        let lines = self.lock();
        let opened = socket.req_parts().extensions.get::<Cut>();
        let upgraded = lines.get(socket.id.as_str());
        opened.or(upgraded).inspect(|cut| cut.cut()).is_some()
    }
}

/// A connection that can be cut.
pub(super) struct Line {
    io: TokioIo<Upgraded>,
    until_cut: [Pin<Box<WaitForCancellationFutureOwned>>; 2],
    listed: Option<(Weak<Lines>, String)>,
}

impl Line {
    /// A connection that `cut` ends. Listed under the session it is an upgrade of, where it is one.
    pub(super) fn new(
        upgraded: Upgraded,
        cut: &Cut,
        lines: &Arc<Lines>,
        session: Option<String>,
    ) -> Self {
        let wait = || Box::pin(cut.0.clone().cancelled_owned());
        let listed = session.map(|session| {
            lines.lock().insert(session.clone(), cut.clone());
            (Arc::downgrade(lines), session)
        });
        Self {
            io: TokioIo::new(upgraded),
            until_cut: [wait(), wait()],
            listed,
        }
    }

    fn is_cut(&mut self, side: usize, cx: &mut Context<'_>) -> bool {
        self.until_cut[side].as_mut().poll(cx).is_ready()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((lines, session)) = self.listed.take()
            && let Some(lines) = lines.upgrade()
        {
            lines.lock().remove(&session);
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_cut(0, cx) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

const BROKEN: io::ErrorKind = io::ErrorKind::BrokenPipe;

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_cut(1, cx) {
            return Poll::Ready(Err(BROKEN.into()));
        }
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_cut(1, cx) {
            return Poll::Ready(Err(BROKEN.into()));
        }
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
