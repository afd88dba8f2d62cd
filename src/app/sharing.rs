//! Playlists that come and go whole: into a room, and to and from a user's saved ones.

use std::sync::Arc;

use crate::domain::aggregate::By;
use crate::domain::room::playlist::{self, Item, MAX_ITEMS, Track};
use crate::domain::room::{self, Room};
use crate::domain::user;
use crate::domain::user::playlists::{Command as Keep, Event as Kept, Saved};
use crate::entity::{Executed, Idempotency, Order};
use crate::ids::{PlaylistId, RoomId, UserId, fresh};
use crate::journal::stored::Stored;
use crate::journal::{Kind, MAX_TOGETHER, Seq, StreamId};

use super::{App, AppError, SharedEntry};

/// About how many bytes of tracks are kept at once: whole or not at all, in one commit of the journal.
const AT_ONCE_BYTES: usize = MAX_TOGETHER - 16 * 1024;

impl App {
    /// Puts tracks at the end of a room's playlist, or in place of it: all of them or none, whatever breaks.
    ///
    /// # Errors
    /// Where the caller does not control, a track is badly described, or they do not fit; [`AppError::TooMuch`] where
    /// they are too much for once. Then nothing is changed.
    pub async fn import(
        &self,
        user: UserId,
        id: RoomId,
        tracks: &[Track],
        replace: bool,
        key: Option<&Idempotency>,
    ) -> Result<Vec<Item>, AppError> {
        self.require_member(user, id).await?;
        let tracks = checked(tracks)?;
        require_fitting(&tracks)?;
        let clear = replace.then_some(playlist::Command::Clear);
        let add = |track: Track| playlist::Command::Add { track, index: None };
        let commands = clear.into_iter().chain(tracks.into_iter().map(add));
        let command = room::Command::Together {
            name: "import",
            commands: commands.map(Into::into).collect(),
        };
        // By its name it is found again, in however many entries it stands.
        let key = key.cloned().or_else(|| self.own_key());
        let by = By::User(user);
        let executed = self.execute(by, id, command, key.clone()).await?;
        let mut added = Vec::new();
        for entry in self.entries_of(id, executed, key.as_ref())? {
            added.extend(entry.events.iter().filter_map(|event| match event {
                room::Event::Playlist(playlist::Event::Added { item, .. }) => Some(item.clone()),
                _ => None,
            }));
        }
        Ok(added)
    }

    fn own_key(&self) -> Option<Idempotency> {
        let id = format!("import.{}", fresh(self.clock.now()).simple());
        Some(Idempotency {
            id: id.parse().ok()?,
            fingerprint: 0,
        })
    }

    /// The entries that one command of that name became, in order; `executed` says the last.
    fn entries_of(
        &self,
        id: RoomId,
        executed: Executed<room::Event>,
        key: Option<&Idempotency>,
    ) -> Result<Vec<SharedEntry>, AppError> {
        let mut entries: Vec<_> = executed.entry.into_iter().collect();
        let stream = StreamId {
            kind: Kind::Room,
            id: id.0,
        };
        while let (Some(first), Some(key)) = (entries.last(), key) {
            let before = Seq(first.seq.0.saturating_sub(2));
            let stored = self.journal.read(stream, before, 1)?.pop();
            let Some(stored) = stored.filter(|stored| stored.seq < first.seq) else {
                break;
            };
            let entry = Room::decode_entry(&stored.bytes)?;
            let same = entry.cause.by == first.cause.by;
            if !same || entry.cause.command_id.as_ref() != Some(&key.id) {
                break;
            }
            entries.push(Arc::new(entry));
        }
        entries.reverse();
        Ok(entries)
    }

    /// Keeps tracks under a name: all of them or none, whatever breaks.
    ///
    /// # Errors
    /// Where they do not fit, [`AppError::TooMuch`] where they are too much for once, or the machine says no.
    pub async fn save_playlist(
        &self,
        user: UserId,
        name: String,
        tracks: &[Track],
        key: Option<&Idempotency>,
    ) -> Result<PlaylistId, AppError> {
        let most = user::playlists::MAX_TRACKS;
        if tracks.len() > most {
            return Err(user::Rejection::from(user::playlists::Rejection::TooLong).into());
        }
        require_fitting(tracks)?;
        let tracks = tracks.to_vec();
        let order = Order {
            key: key.cloned(),
            ..Order::new(Keep::Save { name, tracks }.into(), By::User(user))
        };
        let executed = self.users.execute(user, order).await?;
        let events = executed.entry.iter().flat_map(|entry| &entry.events);
        let saved = events.into_iter().find_map(|event| match event {
            user::Event::Playlists(
                Kept::Saved { playlist, .. } | Kept::Extended { playlist, .. },
            ) => Some(*playlist),
            _ => None,
        });
        saved.ok_or(AppError::NotFound("there is no such playlist"))
    }

    /// A user's own saved playlist.
    ///
    /// # Errors
    /// Where there is none of that name, or the machine says no.
    pub async fn saved_playlist(
        &self,
        user: UserId,
        playlist: PlaylistId,
    ) -> Result<Saved, AppError> {
        let account = self.account(user).await?;
        let saved = account.playlists.get(playlist).cloned();
        Ok(saved.map_err(user::Rejection::from)?)
    }
}

fn checked(tracks: &[Track]) -> Result<Vec<Track>, AppError> {
    let well = |track: &Track| {
        let wrong = |what| room::Rejection::from(playlist::Rejection::InvalidTrack(what));
        Ok(track.checked().map_err(wrong)?)
    };
    tracks.iter().map(well).collect()
}

/// The latest of these tracks that can be kept at once.
pub(super) fn latest_fitting(mut tracks: Vec<Track>) -> Vec<Track> {
    tracks.drain(..tracks.len().saturating_sub(MAX_ITEMS));
    tracks.reverse();
    if let Err(AppError::TooMuch(fit)) = require_fitting(&tracks) {
        tracks.truncate(fit);
    }
    tracks.reverse();
    tracks
}

/// Fails where the tracks are too much to be kept at once, with how many of the first are not.
pub(super) fn require_fitting(tracks: &[Track]) -> Result<(), AppError> {
    let mut left = AT_ONCE_BYTES;
    let fit = tracks.iter().take_while(|track| {
        let fits = track.weight() <= left;
        left = left.saturating_sub(track.weight());
        fits
    });
    match fit.count() {
        fit if fit < tracks.len() => Err(AppError::TooMuch(fit)),
        _ => Ok(()),
    }
}

/// The name of the nth command of one call.
pub(super) fn numbered(key: Option<&Idempotency>, nth: usize) -> Option<Idempotency> {
    let key = key?;
    let id = if nth == 0 {
        key.id.clone()
    } else {
        format!("{}#{nth}", key.id).parse().ok()?
    };
    let fingerprint = key.fingerprint;
    Some(Idempotency { id, fingerprint })
}
