//! What is stored of a user's saved playlists: the facts, and all of them in a snapshot.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::codec::{Wrong, shapes};
use super::room_parts::TrackV1;
use super::scalar::Id;
use super::user::UserBody;
use crate::domain::room::track::Track;
use crate::domain::user;
use crate::domain::user::playlists::{Event, Playlists, Saved};
use crate::ids::PlaylistId;
use crate::time::Timestamp;

shapes! {
    PlaylistSavedV1 { playlist: Id<PlaylistId>, name: String, tracks: Vec<TrackV1>, at_ms: i64 }
    PlaylistExtendedV1 { playlist: Id<PlaylistId>, tracks: Vec<TrackV1> }
    PlaylistDeletedV1 { playlist: Id<PlaylistId> }
}

fn stored(tracks: &[Track]) -> Vec<TrackV1> {
    tracks.iter().map(Into::into).collect()
}

fn lifted(tracks: Vec<TrackV1>) -> Result<Vec<Track>, Wrong> {
    tracks.into_iter().map(TryInto::try_into).collect()
}

pub(super) fn of_playlists(event: &Event) -> UserBody {
    match event {
        Event::Saved {
            playlist,
            name,
            tracks,
            at,
        } => UserBody::PlaylistSavedV1(PlaylistSavedV1 {
            playlist: Id(*playlist),
            name: name.clone(),
            tracks: stored(tracks),
            at_ms: at.as_ms(),
        }),
        Event::Extended { playlist, tracks } => UserBody::PlaylistExtendedV1(PlaylistExtendedV1 {
            playlist: Id(*playlist),
            tracks: stored(tracks),
        }),
        Event::Deleted { playlist } => UserBody::PlaylistDeletedV1(PlaylistDeletedV1 {
            playlist: Id(*playlist),
        }),
    }
}

impl TryFrom<PlaylistSavedV1> for user::Event {
    type Error = Wrong;

    fn try_from(v: PlaylistSavedV1) -> Result<Self, Wrong> {
        Ok(Self::Playlists(Event::Saved {
            playlist: v.playlist.0,
            name: v.name,
            tracks: lifted(v.tracks)?,
            at: Timestamp::from_ms(v.at_ms),
        }))
    }
}

impl TryFrom<PlaylistExtendedV1> for user::Event {
    type Error = Wrong;

    fn try_from(v: PlaylistExtendedV1) -> Result<Self, Wrong> {
        Ok(Self::Playlists(Event::Extended {
            playlist: v.playlist.0,
            tracks: lifted(v.tracks)?,
        }))
    }
}

impl From<PlaylistDeletedV1> for user::Event {
    fn from(v: PlaylistDeletedV1) -> Self {
        Self::Playlists(Event::Deleted {
            playlist: v.playlist.0,
        })
    }
}

/// The playlists in a snapshot.
#[derive(Serialize, Deserialize)]
pub(super) struct PlaylistsState(Vec<PlaylistSavedV1>);

impl From<&Playlists> for PlaylistsState {
    fn from(playlists: &Playlists) -> Self {
        let saved = playlists
            .saved
            .iter()
            .map(|(playlist, saved)| PlaylistSavedV1 {
                playlist: Id(*playlist),
                name: saved.name.clone(),
                tracks: stored(&saved.tracks),
                at_ms: saved.at.as_ms(),
            });
        Self(saved.collect())
    }
}

impl TryFrom<PlaylistsState> for Playlists {
    type Error = Wrong;

    fn try_from(state: PlaylistsState) -> Result<Self, Wrong> {
        let saved = state.0.into_iter().map(|v| {
            let saved = Saved {
                name: v.name,
                tracks: Arc::new(lifted(v.tracks)?),
                at: Timestamp::from_ms(v.at_ms),
            };
            Ok((v.playlist.0, saved))
        });
        Ok(Self {
            saved: saved.collect::<Result<_, Wrong>>()?,
        })
    }
}
