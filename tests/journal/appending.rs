//! Appending and waiting for the answer.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tutti::domain::aggregate::Claim;
use tutti::journal::{Append, AppendError, Head, Journal, Kind, Seq, StreamId};
use uuid::Uuid;

pub(crate) type Answer = Receiver<Result<Head, AppendError>>;

pub(crate) fn stream(kind: Kind, n: u128) -> StreamId {
    StreamId {
        kind,
        id: Uuid::from_u128(n),
    }
}

pub(crate) fn room(n: u128) -> StreamId {
    stream(Kind::Room, n)
}

/// An append without claims or effects.
pub(crate) fn plain(stream: StreamId, expected: u64, bytes: &[u8]) -> Append {
    Append {
        stream,
        expected: Seq(expected),
        bytes: bytes.to_vec(),
        claims: Vec::new(),
        has_effects: false,
    }
}

/// Appends and does not wait.
pub(crate) fn start(journal: &dyn Journal, append: Append) -> Answer {
    let (answer, receive) = channel();
    let done = move |outcome| {
        // The test may have stopped listening.
        let _ = answer.send(outcome);
    };
    journal.append(append, Box::new(done));
    receive
}

pub(crate) fn wait(answer: &Answer) -> Result<Head, AppendError> {
    answer
        .recv_timeout(Duration::from_secs(60))
        .expect("an answer")
}

pub(crate) fn append(journal: &dyn Journal, append: Append) -> Result<Head, AppendError> {
    wait(&start(journal, append))
}

/// Appends entries `from + 1` to `to`, whose bytes name stream and number.
pub(crate) fn fill(journal: &dyn Journal, stream: StreamId, from: u64, to: u64) {
    for seq in from..to {
        append(journal, plain(stream, seq, &content(stream, seq + 1))).expect("appends");
    }
}

/// What [`fill`] writes.
pub(crate) fn content(stream: StreamId, seq: u64) -> Vec<u8> {
    format!("{stream} {seq} {}", "x".repeat(seq as usize % 97)).into_bytes()
}

pub(crate) fn claiming(mut append: Append, claims: impl IntoIterator<Item = Claim>) -> Append {
    append.claims = claims.into_iter().collect();
    append
}
