//! A room from outside, for whoever holds an invite: what one sees at its door, before going in.

use super::{App, AppError};
use crate::domain::room::Room;
use crate::ids::{RoomId, UserId};

/// How many of those inside are named at the door.
const NAMED: usize = 8;

/// What is seen of a room from its door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doorstep {
    /// Which room.
    pub id: RoomId,
    /// What it is called.
    pub name: String,
    /// Who hosts it; nobody where nobody belongs.
    pub host: Option<UserId>,
    /// Some of those who are connected.
    pub here: Vec<UserId>,
    /// How many members are connected.
    pub connected: usize,
    /// How many belong.
    pub members: usize,
    /// The title of the current song.
    pub song: Option<String>,
    /// Whether it plays.
    pub playing: bool,
    /// Whether the one who looks belongs.
    pub member: bool,
    /// Whether the one who looks is banned.
    pub banned: bool,
}

impl App {
    /// The room that an invite opens, as it is seen from its door; `viewer` is who looks, where they are signed in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the invite opens nothing, or where the machine says no.
    pub async fn doorstep(
        &self,
        typed: &str,
        viewer: Option<UserId>,
    ) -> Result<Doorstep, AppError> {
        const NOTHING: AppError =
            AppError::NotFound("this invite opens no room: ask for a new one");
        let id = self.room_by_invite(typed).ok_or(NOTHING)?;
        let connected = self.presence.connected(id);
        let look = move |room: &Room| {
            let room = room.open()?;
            let timeline = room.playback.timeline;
            let current = timeline.and_then(|timeline| room.playlist.get(timeline.item));
            let of_viewer = |is: &dyn Fn(UserId) -> bool| viewer.is_some_and(is);
            Some(Doorstep {
                id,
                name: room.settings.name.clone(),
                host: room.membership.host,
                here: connected.iter().copied().take(NAMED).collect(),
                connected: connected.len(),
                members: room.membership.members.len(),
                song: current.map(|item| item.track.title.clone()),
                playing: timeline.is_some_and(|timeline| timeline.playing),
                member: of_viewer(&|user| room.membership.role(user).is_some()),
                banned: of_viewer(&|user| room.moderation.banned.contains_key(&user)),
            })
        };
        self.look(id, look).await?.ok_or(NOTHING)
    }
}
