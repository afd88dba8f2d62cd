//! A room at a number, as a snapshot keeps it.
//!
//! Disposable: where the version is another, the room is replayed instead. Its version is the snapshot's: change both
//! together.

use serde::{Deserialize, Serialize};

use super::codec::Wrong;
use super::room_parts::{ItemV1, SettingsV1, TimelineV1};
use super::room_state_life::LifeState;
use super::scalar::{Id, StoredRepeat, StoredRole};
use crate::domain::room::chat::Chat;
use crate::domain::room::membership::{Member, Membership};
use crate::domain::room::moderation::Moderation;
use crate::domain::room::playback::Playback;
use crate::domain::room::playlist::Playlist;
use crate::domain::room::request::Requests;
use crate::domain::room::undo::Undo;
use crate::domain::room::vote::Votes;
use crate::domain::room::{OpenRoom, Room};
use crate::ids::{ItemId, UserId};
use crate::time::Timestamp;

#[derive(Serialize, Deserialize)]
pub(super) enum RoomState {
    Unborn,
    Open(Box<OpenState>),
    Closed { at_ms: i64 },
}

#[derive(Serialize, Deserialize)]
pub(super) struct OpenState {
    settings: SettingsV1,
    members: Vec<MemberState>,
    next_order: u64,
    host: Option<Id<UserId>>,
    items: Vec<ItemV1>,
    repeat: StoredRepeat,
    shuffled: Option<Vec<Id<ItemId>>>,
    timeline: Option<TimelineV1>,
    life: LifeState,
    created_at_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct MemberState {
    user: Id<UserId>,
    role: StoredRole,
    joined_at_ms: i64,
    order: u64,
}

impl From<&Room> for RoomState {
    fn from(room: &Room) -> Self {
        match room {
            Room::Unborn => Self::Unborn,
            Room::Open(room) => Self::Open(Box::new(OpenState::from(&**room))),
            Room::Closed { at } => Self::Closed { at_ms: at.as_ms() },
        }
    }
}

impl From<&OpenRoom> for OpenState {
    fn from(room: &OpenRoom) -> Self {
        let member = |m: &Member| MemberState {
            user: Id(m.user),
            role: StoredRole(m.role),
            joined_at_ms: m.joined_at.as_ms(),
            order: m.order,
        };
        let shuffled = room.playlist.shuffled.as_ref();
        Self {
            settings: (&room.settings).into(),
            members: room.membership.members.values().map(member).collect(),
            next_order: room.membership.next_order,
            host: room.membership.host.map(Id),
            items: room.playlist.items.iter().map(ItemV1::from).collect(),
            repeat: StoredRepeat(room.playlist.repeat),
            shuffled: shuffled.map(|order| order.iter().copied().map(Id).collect()),
            timeline: room.playback.timeline.as_ref().map(TimelineV1::from),
            life: room.into(),
            created_at_ms: room.created_at.as_ms(),
        }
    }
}

impl TryFrom<RoomState> for Room {
    type Error = Wrong;

    fn try_from(state: RoomState) -> Result<Self, Wrong> {
        Ok(match state {
            RoomState::Unborn => Self::Unborn,
            RoomState::Open(open) => Self::Open(Box::new((*open).try_into()?)),
            RoomState::Closed { at_ms } => Self::Closed {
                at: Timestamp::from_ms(at_ms),
            },
        })
    }
}

impl TryFrom<OpenState> for OpenRoom {
    type Error = Wrong;

    fn try_from(v: OpenState) -> Result<Self, Wrong> {
        let member = |m: MemberState| {
            let member = Member {
                user: m.user.0,
                role: m.role.0,
                joined_at: Timestamp::from_ms(m.joined_at_ms),
                order: m.order,
            };
            (member.user, member)
        };
        let items: Result<_, _> = v.items.into_iter().map(TryInto::try_into).collect();
        let order = |order: Vec<Id<ItemId>>| order.into_iter().map(|item| item.0).collect();
        let mut room = Self {
            settings: v.settings.try_into()?,
            membership: Membership {
                members: v.members.into_iter().map(member).collect(),
                next_order: v.next_order,
                host: v.host.map(|user| user.0),
            },
            playlist: Playlist {
                items: items?,
                repeat: v.repeat.0,
                shuffled: v.shuffled.map(order),
            },
            playback: Playback {
                timeline: v.timeline.map(Into::into),
            },
            requests: Requests::default(),
            moderation: Moderation::default(),
            votes: Votes::default(),
            chat: Chat::default(),
            undo: Undo::default(),
            created_at: Timestamp::from_ms(v.created_at_ms),
        };
        v.life.fill(&mut room)?;
        Ok(room)
    }
}
