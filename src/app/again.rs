//! An evening once more: a new room with what was played in another.

use crate::domain::room::playback;
use crate::domain::room::played::Played;
use crate::domain::room::playlist::Track;
use crate::domain::room::{self, Room};
use crate::entity::{Failure, Idempotency};
use crate::ids::{RoomId, UserId};
use crate::journal::Seq;

use super::history::MAX_HISTORY;
use super::rooms::NewRoom;
use super::sharing::{latest_fitting, numbered};
use super::{App, AppError, RoomView};
use crate::domain::aggregate::Aggregate;

impl App {
    /// Opens a room like another one that the caller belongs to, with the tracks that were played there, in that order; the
    /// caller is its host. It is called as that one is, where no name is given. The same key opens the same room again.
    ///
    /// # Errors
    /// Where the caller is no member, nothing was played, or the machine says no.
    pub async fn play_again(
        &self,
        user: UserId,
        id: RoomId,
        name: Option<String>,
        key: Option<Idempotency>,
    ) -> Result<RoomView, AppError> {
        self.require_member(user, id).await?;
        let before = self.view(user, id).await?;
        let app = self.clone();
        let reading = tokio::task::spawn_blocking(move || app.played(id, before.seq));
        let broken = |_| AppError::Failed(Failure::Unknown("reading the past broke off".into()));
        let tracks = reading.await.map_err(broken)??;
        if tracks.is_empty() {
            return Err(room::Rejection::from(playback::Rejection::NothingToPlay).into());
        }
        let settings = &before.settings;
        let new = NewRoom {
            name: name.unwrap_or_else(|| settings.name.clone()),
            visibility: settings.visibility,
            control: settings.control,
        };
        let made = self.create_room(user, new, key.clone()).await?;
        let key = numbered(key.as_ref(), 1);
        self.import(user, made.id, &tracks, false, key.as_ref())
            .await?;
        self.view(user, made.id).await
    }

    /// What was played in a room up to that entry, and goes on being played now: the latest, where it is more than a
    /// playlist takes.
    fn played(&self, id: RoomId, head: Seq) -> Result<Vec<Track>, AppError> {
        let (mut room, mut played, mut seq) = (Room::default(), Played::default(), Seq::ZERO);
        while seq < head {
            for entry in self.entries(id, seq, MAX_HISTORY)? {
                if let Some(open) = room.open() {
                    played.see(open, entry.at);
                }
                entry.events.iter().for_each(|event| room.evolve(event));
                seq = entry.seq;
            }
        }
        if let Some(open) = room.open() {
            played.see(open, self.clock.now());
        }
        Ok(latest_fitting(played.tracks()))
    }
}
