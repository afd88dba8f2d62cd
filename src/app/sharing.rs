//! Playlists that come and go whole: into a room, and to and from a user's saved ones.

use crate::domain::aggregate::By;
use crate::domain::room::playlist::{self, Item, MAX_ITEMS, Track};
use crate::domain::room::{self};
use crate::domain::user;
use crate::domain::user::playlists::{Command as Keep, Event as Kept, Saved};
use crate::entity::{Idempotency, Order};
use crate::ids::{PlaylistId, RoomId, UserId};

use super::{App, AppError};

/// About how many bytes of tracks go into one entry.
const ENTRY_BYTES: usize = 40 * 1024;

impl App {
    /// Puts tracks at the end of a room's playlist, or in place of it: in one entry, or, where they are too long for one,
    /// in as few as hold them.
    ///
    /// # Errors
    /// Where the caller does not control, a track is badly described, or they do not fit; then nothing is changed.
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
        let listed = self.look(id, |room| room.open().map(|open| open.playlist.items.len()));
        let listed = if replace {
            0
        } else {
            listed.await?.unwrap_or(0)
        };
        if listed + tracks.len() > MAX_ITEMS {
            return Err(room::Rejection::from(playlist::Rejection::Full).into());
        }
        let mut added = Vec::with_capacity(tracks.len());
        for (nth, part) in parts(&tracks).into_iter().enumerate() {
            let clear = (replace && nth == 0).then_some(playlist::Command::Clear);
            let add = |track: &Track| {
                let (track, index) = (track.clone(), None);
                playlist::Command::Add { track, index }
            };
            let commands = clear.into_iter().chain(part.iter().map(add));
            let command = room::Command::Together {
                name: "import",
                commands: commands.map(Into::into).collect(),
            };
            let key = numbered(key, nth);
            let executed = self.execute(By::User(user), id, command, key).await?;
            let events = executed.entry.iter().flat_map(|entry| &entry.events);
            added.extend(events.filter_map(|event| match event {
                room::Event::Playlist(playlist::Event::Added { item, .. }) => Some(item.clone()),
                _ => None,
            }));
        }
        Ok(added)
    }

    /// Keeps tracks under a name.
    ///
    /// # Errors
    /// Where they do not fit, or the machine says no.
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
        let mut parts = parts(tracks).into_iter().enumerate();
        let first = parts.next().map_or(Vec::new(), |(_, part)| part.to_vec());
        let save = Keep::Save {
            name,
            tracks: first,
        };
        let order = Order {
            key: numbered(key, 0),
            ..Order::new(save.into(), By::User(user))
        };
        let executed = self.users.execute(user, order).await?;
        let events = executed.entry.iter().flat_map(|entry| &entry.events);
        let saved = events.into_iter().find_map(|event| match event {
            user::Event::Playlists(Kept::Saved { playlist, .. }) => Some(*playlist),
            _ => None,
        });
        let playlist = saved.ok_or(AppError::NotFound("there is no such playlist"))?;
        for (nth, part) in parts {
            let tracks = part.to_vec();
            let extend = Keep::Extend { playlist, tracks };
            self.user_command(user, extend.into(), numbered(key, nth))
                .await?;
        }
        Ok(playlist)
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

/// The tracks in pieces that each fit into one entry.
fn parts(tracks: &[Track]) -> Vec<&[Track]> {
    let mut parts = Vec::new();
    let (mut from, mut weight) = (0, 0);
    for (place, track) in tracks.iter().enumerate() {
        if weight + track.weight() > ENTRY_BYTES && place > from {
            parts.push(&tracks[from..place]);
            (from, weight) = (place, 0);
        }
        weight += track.weight();
    }
    if from < tracks.len() {
        parts.push(&tracks[from..]);
    }
    parts
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
