//! Rooms in the words of sessions.

use super::invite_path;
use crate::app::RoomView;
use crate::domain::room::playback;
use crate::domain::room::playlist;
use crate::time::Timestamp;
use crate::wire::sessions::{ListeningSession, PlayState, Playback, Playlist, SessionState};

/// A room as a session, for its members. `origin` goes before the invite link's path.
pub fn session(view: &RoomView, origin: &str) -> ListeningSession {
    let settings = &view.settings;
    ListeningSession {
        session_id: view.id,
        name: settings.name.clone(),
        host_id: view.members.host,
        invite_code: settings.invite.code.clone(),
        invite_url: format!("{origin}{}", invite_path(&settings.invite)),
        visibility: settings.visibility.into(),
        control: settings.control.into(),
        member_count: view.members.count,
        created_at: view.created_at.to_string(),
    }
}

/// Where the music is: now, or when a scheduled start is due.
pub fn session_playback(
    playback: &playback::Playback,
    playlist: &playlist::Playlist,
    now: Timestamp,
) -> Playback {
    let timeline = playback.timeline;
    let at = timeline.map_or(now, |timeline| timeline.at.max(now));
    let position = playback.position_at(playlist, at);
    let item = timeline.and_then(|timeline| playlist.get(timeline.item));
    Playback {
        track_id: item.map(|item| item.id),
        position_ms: position.unwrap_or_default().as_ms(),
        state: if playback.is_playing() {
            PlayState::Playing
        } else {
            PlayState::Paused
        },
        updated_at: at.to_string(),
        server_time: now.to_string(),
        track: item.map(|item| (&item.track).into()),
    }
}

/// The playlist, whole.
pub fn session_playlist(playlist: &playlist::Playlist) -> Playlist {
    let items = &playlist.items;
    Playlist {
        items: items.iter().map(Into::into).collect(),
        order: items.iter().map(|item| item.id).collect(),
    }
}

/// Everything that whoever comes in has to know.
pub fn session_state(view: &RoomView, now: Timestamp) -> SessionState {
    SessionState {
        playback: session_playback(&view.playback, &view.playlist, now),
        playlist: session_playlist(&view.playlist),
    }
}
