//! Starts that wait: music that somebody has yet to load starts as late as it may, and sooner once everybody has it.
//!
//! The room decides the start at once, the longest head start ahead, so that listeners know what to load; what they
//! report then brings it forward. One that never reports cannot hold it.

use crate::domain::aggregate::By;
use crate::domain::room::playback::{self, Change};
use crate::domain::room::{self, playlist};
use crate::ids::{ConnectionId, ItemId, RoomId};
use crate::presence::{LOADING_LEAD, Presence, Report};
use crate::time::{Span, Timestamp};

use super::App;

impl App {
    /// The head start of what a command leads to: none that matters where it leads to no start.
    pub(super) fn lead_of(&self, id: RoomId, command: &room::Command) -> Span {
        let card = || self.directory.room(id);
        let lead = |item| self.presence.lead(id, item, self.clock.now());
        match command {
            room::Command::Vote(_) => lead(card().and_then(|card| card.next)),
            room::Command::Playback(playback::Command::Seek { .. }) => {
                lead(card().and_then(|card| card.item)).min(LOADING_LEAD)
            }
            room::Command::Playback(command) => lead(match command {
                playback::Command::Select { item, .. } | playback::Command::Hasten { item } => {
                    Some(*item)
                }
                playback::Command::SkipNext => card().and_then(|card| card.next),
                playback::Command::SkipPrev => card().and_then(|card| card.previous.or(card.item)),
                _ => card().and_then(|card| card.item),
            }),
            room::Command::Playlist(playlist::Command::Remove { item }) => match card() {
                Some(card) if card.item == Some(*item) => lead(card.next),
                _ => crate::presence::SHORTEST_LEAD,
            },
            _ => crate::presence::SHORTEST_LEAD,
        }
    }

    /// Keeps what a listener says of itself, never journaled; where a start waited for nobody else, it comes sooner.
    pub fn report(&self, connection: ConnectionId, id: RoomId, report: Report) {
        let now = self.clock.now();
        if let Some(item) = self.presence.report(connection, id, report, now) {
            self.hasten(id, item);
        }
    }

    /// A listener is gone, whom a start may have waited for.
    pub(super) fn wait_no_more(&self, id: RoomId) {
        if let Some(item) = self.presence.take_ready(id, self.clock.now()) {
            self.hasten(id, item);
        }
    }

    fn hasten(&self, id: RoomId, item: ItemId) {
        let app = self.clone();
        self.run(async move {
            let command = playback::Command::Hasten { item };
            if let Err(error) = app.execute(By::System, id, command.into(), None).await {
                tracing::warn!(room = %id, ?error, "a start that waited could not be brought forward");
            }
        });
    }
}

/// What a change of the music, decided at `at`, means for the start that waits.
pub(super) fn note(presence: &Presence, id: RoomId, event: &playback::Event, at: Timestamp) {
    match event {
        // A track that follows at another's end waits for that end and nothing else.
        playback::Event::Changed {
            why: Change::Ended, ..
        } => presence.start_is_settled(id),
        playback::Event::Started { timeline } | playback::Event::Changed { timeline, .. }
            if timeline.playing && timeline.at.since(at) > LOADING_LEAD =>
        {
            presence.start_waits(id, timeline.item, timeline.at);
        }
        _ => presence.start_is_settled(id),
    }
}
