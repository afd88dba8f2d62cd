//! Rooms as one looks at them: everything that a list or a page says of a room.
//!
//! What is looked at is copied while the room's actor waits, so it takes no more than is shown: of thousands of members
//! only those worth listing.

use crate::domain::room::membership::{Member, Role};
use crate::domain::room::playback::Playback;
use crate::domain::room::playlist::Playlist;
use crate::domain::room::settings::{Settings, Visibility};
use crate::domain::room::{OpenRoom, Room};
use crate::ids::{RoomId, UserId};
use crate::journal::{Epoch, Head, Seq};
use crate::time::Timestamp;

use super::{App, AppError, NAMED_PRESENCE};

/// So many members are listed in a room that has more than [`NAMED_PRESENCE`]; a smaller one lists them all.
pub const LISTED_MEMBERS: usize = 100;

/// A room as it stands, or stood, for one who looks at it.
#[derive(Debug, Clone)]
pub struct RoomView {
    /// Which.
    pub id: RoomId,
    /// How it is set up.
    pub settings: Settings,
    /// Who belongs.
    pub members: Members,
    /// What will play.
    pub playlist: Playlist,
    /// What plays.
    pub playback: Playback,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The last entry contained.
    pub seq: Seq,
    /// Identity of the numbering.
    pub epoch: Epoch,
    /// When that entry was decided.
    pub last_activity: Timestamp,
}

/// Who belongs to a room, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// All of them, the longest-present first; in a large room the host, the co-hosts and the longest-present.
    pub listed: Vec<Listed>,
    /// How many belong.
    pub count: usize,
    /// The host; none where nobody belongs.
    pub host: Option<UserId>,
    /// What the one who looks is; nothing where they do not belong.
    pub viewer: Option<Role>,
}

/// A member worth listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Who, as what, since when.
    pub member: Member,
    /// May not speak.
    pub muted: bool,
}

/// The members worth listing: all of them, or in a large room the host, the co-hosts and the longest-present.
pub fn listed_members(room: &OpenRoom) -> Vec<Member> {
    let membership = &room.membership;
    if membership.members.len() > NAMED_PRESENCE {
        membership.foremost(LISTED_MEMBERS)
    } else {
        membership.by_seniority()
    }
}

impl RoomView {
    /// A room as `viewer` sees it; `head` is its last entry, decided at `last_activity`.
    pub fn of(
        id: RoomId,
        room: &OpenRoom,
        viewer: Option<UserId>,
        (seq, epoch): (Seq, Epoch),
        last_activity: Timestamp,
    ) -> Self {
        let listed = |member: Member| Listed {
            member,
            muted: room.is_muted(member.user),
        };
        let members = Members {
            listed: listed_members(room).into_iter().map(listed).collect(),
            count: room.membership.members.len(),
            host: room.membership.host,
            viewer: viewer.and_then(|user| room.membership.role(user)),
        };
        Self {
            id,
            settings: room.settings.clone(),
            members,
            playlist: room.playlist.clone(),
            playback: room.playback.clone(),
            created_at: room.created_at,
            seq,
            epoch,
            last_activity,
        }
    }
}

impl App {
    /// A room as it stands, whoever asks.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn view(&self, viewer: UserId, id: RoomId) -> Result<RoomView, AppError> {
        let card = self.directory.room(id);
        let look = move |room: &Room, head: Head| {
            let room = room.open()?;
            let at = card.map_or(room.created_at, |card| card.last_activity);
            let head = (head.seq, head.epoch);
            Some(RoomView::of(id, room, Some(viewer), head, at))
        };
        let seen = self.rooms.query(id, look).await?;
        seen.ok_or(AppError::NotFound("there is no such room"))
    }

    /// A room as it stands, for one who may know of it: its members, whoever could join it without a code, and anybody
    /// where it is public.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn view_for(&self, user: UserId, id: RoomId) -> Result<RoomView, AppError> {
        let view = self.view(user, id).await?;
        let visibility = view.settings.visibility;
        if visibility == Visibility::Public || view.members.viewer.is_some() {
            return Ok(view);
        }
        let facts = self.facts_of_coming(user, id).await?;
        let friend_of_host = facts.friend_of.is_some() && facts.friend_of == view.members.host;
        let comes = visibility == Visibility::Friends && friend_of_host;
        let look = move |room: &Room| {
            let room = room.open()?;
            let member = |by: UserId| room.membership.role(by).is_some();
            let invited = facts.invited_by.is_some_and(member);
            Some((comes || invited) && !room.moderation.banned.contains_key(&user))
        };
        if self.look(id, look).await? == Some(true) {
            Ok(view)
        } else {
            Err(AppError::NotFound("there is no such room"))
        }
    }

    /// The rooms a user belongs to, the latest joined first.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomView>, AppError> {
        let account = self.account(user).await?;
        let mut joined: Vec<(Timestamp, RoomId)> =
            account.rooms.iter().map(|(id, at)| (*at, *id)).collect();
        joined.sort_unstable_by(|a, b| b.cmp(a));
        let mut views = Vec::with_capacity(joined.len());
        for (_, id) in joined {
            match self.view(user, id).await {
                Ok(view) if view.members.viewer.is_some() => views.push(view),
                Ok(_) | Err(AppError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(views)
    }

    /// The rooms whose name contains `text` and that anybody, or friends of the host such as the user, may enter.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn discover(
        &self,
        user: UserId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<RoomView>, AppError> {
        let mine = self.friendships(user).await?;
        let found = self
            .directory
            .discoverable_rooms(text, limit, |host| mine.is_friend(host));
        let mut views = Vec::new();
        for id in found {
            match self.view(user, id).await {
                Ok(view) => views.push(view),
                Err(AppError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(views)
    }
}
