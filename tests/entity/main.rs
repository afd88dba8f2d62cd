//! The generic entity, through the app: persist before publish, retries, resuming, idling, and coming back from a panic.

mod commands;
mod failing;
mod following;
mod idling;
mod rooms;
#[path = "../support"]
mod support {
    pub mod app;
}

use support::app::{Listener, Stage, add_track};
use tutti::domain::aggregate::By;
use tutti::domain::room::{membership, playback, settings};
use tutti::entity::{Idempotency, Resume};
use tutti::ids::UserId;
use tutti::journal::Seq;

fn key(id: &str, fingerprint: u64) -> Option<Idempotency> {
    Some(Idempotency {
        id: id.parse().expect("a command id"),
        fingerprint,
    })
}

fn seek(ms: u64) -> playback::Command {
    playback::Command::Seek {
        position: tutti::time::Position::from_ms(ms),
    }
}
