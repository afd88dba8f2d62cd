//! A room's past: its entries, and the room as it was.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::aggregate::Aggregate;
use crate::domain::room::{self, Room};
use crate::ids::{MessageId, RoomId, UserId};
use crate::journal::stored::Stored;
use crate::journal::{Entry, Kind, Seq, StreamId};
use crate::time::Timestamp;

use super::{App, AppError, RoomView};

/// The longest history given at a time.
pub const MAX_HISTORY: usize = 1_000;

/// Which moment of a room to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// After that entry.
    Seq(Seq),
    /// At that time.
    At(Timestamp),
}

/// Which entries of a history are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Those that follow an entry.
    After(Seq),
    /// The latest before an entry.
    Before(Seq),
}

/// An entry as many hands share it.
pub type SharedEntry = Arc<Entry<room::Event>>;

impl App {
    /// Entries of a room, in order, for its members.
    ///
    /// # Errors
    /// Where the caller is no member, or the machine says no.
    pub async fn history(
        &self,
        user: UserId,
        id: RoomId,
        page: Page,
        limit: usize,
    ) -> Result<Vec<Entry<room::Event>>, AppError> {
        self.require_member(user, id).await?;
        let (seq, deleted) = self.deleted_messages(id).await?;
        let limit = limit.min(MAX_HISTORY);
        let (after, last) = match page {
            Page::After(after) => (after.0, seq.0),
            Page::Before(before) => {
                let last = before.0.saturating_sub(1).min(seq.0);
                (last.saturating_sub(limit as u64), last)
            }
        };
        let left = usize::try_from(last.saturating_sub(after)).unwrap_or(usize::MAX);
        let mut entries = self.entries(id, Seq(after), limit.min(left))?;
        for event in entries.iter_mut().flat_map(|entry| &mut entry.events) {
            if let room::Event::Chat(said) = event {
                *said = said.without(&deleted);
            }
        }
        Ok(entries)
    }

    pub(super) fn entries(
        &self,
        id: RoomId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Entry<room::Event>>, AppError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let stream = StreamId {
            kind: Kind::Room,
            id: id.0,
        };
        let stored = self.journal.read(stream, after, limit)?;
        Ok(stored
            .iter()
            .map(|stored| Room::decode_entry(&stored.bytes))
            .collect::<Result<_, _>>()?)
    }

    /// A room as it was, for its members.
    ///
    /// # Errors
    /// Where the caller is no member, there was no such moment, or the machine says no.
    pub async fn state_at(
        &self,
        user: UserId,
        id: RoomId,
        moment: Moment,
    ) -> Result<RoomView, AppError> {
        self.require_member(user, id).await?;
        let head = self.rooms.query(id, |_, head| head).await?;
        let app = self.clone();
        let replayed = tokio::task::spawn_blocking(move || app.replay(id, head.seq, moment)).await;
        let (room, seq, at) = replayed.map_err(|_| {
            AppError::Failed(crate::entity::Failure::Unknown("replay broke off".into()))
        })??;
        let never = || AppError::NotFound("the room was not open at that moment");
        let open = room.open().ok_or_else(never)?;
        Ok(RoomView::of(id, open, Some(user), (seq, head.epoch), at))
    }

    fn replay(
        &self,
        id: RoomId,
        head: Seq,
        moment: Moment,
    ) -> Result<(Room, Seq, Timestamp), AppError> {
        let mut room = Room::default();
        let (mut seq, mut at) = (Seq::ZERO, Timestamp::default());
        if let Moment::Seq(wanted) = moment
            && wanted > head
        {
            return Err(AppError::NotFound("the room has no entry of that number"));
        }
        while seq < head {
            for entry in self.entries(id, seq, MAX_HISTORY)? {
                let over = match moment {
                    Moment::Seq(last) => entry.seq > last,
                    Moment::At(time) => entry.at > time,
                };
                if over || entry.seq > head {
                    return Ok((room, seq, at));
                }
                entry.events.iter().for_each(|event| room.evolve(event));
                (seq, at) = (entry.seq, entry.at);
            }
        }
        Ok((room, seq, at))
    }

    /// The last entry, and the messages whose text is not to be told again.
    pub(super) async fn deleted_messages(
        &self,
        id: RoomId,
    ) -> Result<(Seq, BTreeSet<MessageId>), AppError> {
        let look = |room: &Room, head: crate::journal::Head| {
            let deleted = room.open().map(|open| open.chat.deleted.clone());
            (head.seq, deleted.unwrap_or_default())
        };
        Ok(self.rooms.query(id, look).await?)
    }
}
