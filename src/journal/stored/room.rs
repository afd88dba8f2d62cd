//! What is stored of a room's facts.

use super::codec::{Wrong, bodies, shapes};
use super::room_asked::{
    RequestApprovedV1, RequestDeniedV1, RequestSubmittedV1, RequestWithdrawnV1, of_request,
};
use super::room_life::{
    MemberBannedV1, MemberKickedV1, MemberMutedV1, MemberUnbannedV1, MemberUnmutedV1,
    MessageDeletedV1, MessageSaidV1, SkipVotedV1, UndoneV1, of_chat, of_moderation, of_undo,
    of_vote,
};
use super::room_parts::{InviteV1, ItemV1, SettingsV1, TimelineV1, TrackV1, index, volume};
use super::scalar::{
    Id, StoredChange, StoredControl, StoredHostChange, StoredRepeat, StoredRole, StoredVisibility,
};
use crate::domain::room::membership::Event as Membership;
use crate::domain::room::playback::Event as Playback;
use crate::domain::room::playlist::Event as Playlist;
use crate::domain::room::settings::Event as Settings;
use crate::domain::room::vote::VoteSkip;
use crate::domain::room::{Event, timeline::Timeline};
use crate::ids::{ItemId, UserId};
use crate::time::Timestamp;

bodies! {
    /// The stored facts about a room. Append only: a number never means anything else.
    RoomBody {
        1 "created" 1 => CreatedV1,
        2 "closed" 1 => ClosedV1,
        3 "playback_started" 1 => PlaybackStartedV1,
        4 "playback_paused" 1 => PlaybackPausedV1,
        5 "playback_seeked" 1 => PlaybackSeekedV1,
        6 "playback_changed" 1 => PlaybackChangedV1,
        7 "playback_finished" 1 => PlaybackFinishedV1,
        8 "playback_emptied" 1 => PlaybackEmptiedV1,
        9 "item_added" 1 => ItemAddedV1,
        10 "item_moved" 1 => ItemMovedV1,
        11 "item_removed" 1 => ItemRemovedV1,
        12 "item_edited" 1 => ItemEditedV1,
        13 "playlist_cleared" 1 => PlaylistClearedV1,
        14 "repeat_set" 1 => RepeatSetV1,
        15 "playlist_shuffled" 1 => PlaylistShuffledV1,
        16 "playlist_unshuffled" 1 => PlaylistUnshuffledV1,
        17 "member_joined" 1 => MemberJoinedV1,
        18 "member_left" 1 => MemberLeftV1,
        19 "host_changed" 1 => HostChangedV1,
        20 "role_changed" 1 => RoleChangedV1,
        21 "renamed" 1 => RenamedV1,
        22 "visibility_set" 1 => VisibilitySetV1,
        23 "control_set" 1 => ControlSetV1,
        24 "volume_set" 1 => VolumeSetV1,
        25 "invite_renewed" 1 => InviteRenewedV1,
        26 "request_submitted" 1 => RequestSubmittedV1,
        27 "request_approved" 1 => RequestApprovedV1,
        28 "request_denied" 1 => RequestDeniedV1,
        29 "request_withdrawn" 1 => RequestWithdrawnV1,
        30 "member_kicked" 1 => MemberKickedV1,
        31 "member_banned" 1 => MemberBannedV1,
        32 "member_unbanned" 1 => MemberUnbannedV1,
        33 "member_muted" 1 => MemberMutedV1,
        34 "member_unmuted" 1 => MemberUnmutedV1,
        35 "vote_skip_set" 1 => VoteSkipSetV1,
        36 "skip_voted" 1 => SkipVotedV1,
        37 "message_said" 1 => MessageSaidV1,
        38 "message_deleted" 1 => MessageDeletedV1,
        39 "playlist_reordered" 1 => PlaylistReorderedV1,
        40 "undone" 1 => UndoneV1,
    }
}

shapes! {
    CreatedV1 { host: Id<UserId>, settings: SettingsV1, at_ms: i64 }
    ClosedV1 { members: Vec<Id<UserId>>, invite: InviteV1, at_ms: i64 }
    PlaybackStartedV1 { timeline: TimelineV1 }
    PlaybackPausedV1 { timeline: TimelineV1 }
    PlaybackSeekedV1 { timeline: TimelineV1 }
    PlaybackChangedV1 { timeline: TimelineV1, why: StoredChange }
    PlaybackFinishedV1 { timeline: TimelineV1 }
    PlaybackEmptiedV1 {}
    ItemAddedV1 { item: ItemV1, index: u32, shuffled_index: Option<u32> }
    ItemMovedV1 { item: Id<ItemId>, index: u32 }
    ItemRemovedV1 { item: Id<ItemId> }
    ItemEditedV1 { item: Id<ItemId>, track: TrackV1 }
    PlaylistClearedV1 {}
    RepeatSetV1 { repeat: StoredRepeat }
    PlaylistShuffledV1 { order: Vec<Id<ItemId>> }
    PlaylistUnshuffledV1 {}
    MemberJoinedV1 { user: Id<UserId>, role: StoredRole, at_ms: i64 }
    MemberLeftV1 { user: Id<UserId> }
    HostChangedV1 { from: Option<Id<UserId>>, to: Id<UserId>, why: StoredHostChange }
    RoleChangedV1 { user: Id<UserId>, role: StoredRole }
    RenamedV1 { name: String }
    VisibilitySetV1 { visibility: StoredVisibility }
    ControlSetV1 { control: StoredControl }
    VolumeSetV1 { volume_permille: u16 }
    InviteRenewedV1 { old: InviteV1, new: InviteV1 }
    VoteSkipSetV1 { on: bool, percent: u8 }
    PlaylistReorderedV1 { order: Vec<Id<ItemId>> }
}

impl From<&Event> for RoomBody {
    fn from(event: &Event) -> Self {
        match event {
            Event::Created { host, settings, at } => Self::CreatedV1(CreatedV1 {
                host: Id(*host),
                settings: settings.into(),
                at_ms: at.as_ms(),
            }),
            Event::Closed {
                members,
                invite,
                at,
            } => Self::ClosedV1(ClosedV1 {
                members: members.iter().copied().map(Id).collect(),
                invite: invite.into(),
                at_ms: at.as_ms(),
            }),
            Event::Playback(event) => of_playback(event),
            Event::Playlist(event) => of_playlist(event),
            Event::Membership(event) => of_membership(event),
            Event::Settings(event) => of_settings(event),
            Event::Request(event) => of_request(event),
            Event::Moderation(event) => of_moderation(event),
            Event::Vote(event) => of_vote(event),
            Event::Chat(event) => of_chat(event),
            Event::Undo(event) => of_undo(event),
        }
    }
}

fn of_playback(event: &Playback) -> RoomBody {
    let stored = |timeline: &Timeline| TimelineV1::from(timeline);
    match event {
        Playback::Started { timeline } => RoomBody::PlaybackStartedV1(PlaybackStartedV1 {
            timeline: stored(timeline),
        }),
        Playback::Paused { timeline } => RoomBody::PlaybackPausedV1(PlaybackPausedV1 {
            timeline: stored(timeline),
        }),
        Playback::Seeked { timeline } => RoomBody::PlaybackSeekedV1(PlaybackSeekedV1 {
            timeline: stored(timeline),
        }),
        Playback::Changed { timeline, why } => RoomBody::PlaybackChangedV1(PlaybackChangedV1 {
            timeline: stored(timeline),
            why: StoredChange(*why),
        }),
        Playback::Finished { timeline } => RoomBody::PlaybackFinishedV1(PlaybackFinishedV1 {
            timeline: stored(timeline),
        }),
        Playback::Emptied => RoomBody::PlaybackEmptiedV1(PlaybackEmptiedV1 {}),
    }
}

fn of_playlist(event: &Playlist) -> RoomBody {
    match event {
        Playlist::Added {
            item,
            index: at,
            shuffled_index,
        } => RoomBody::ItemAddedV1(ItemAddedV1 {
            item: item.into(),
            index: index(*at),
            shuffled_index: shuffled_index.map(index),
        }),
        Playlist::Moved { item, index: to } => RoomBody::ItemMovedV1(ItemMovedV1 {
            item: Id(*item),
            index: index(*to),
        }),
        Playlist::Removed { item } => RoomBody::ItemRemovedV1(ItemRemovedV1 { item: Id(*item) }),
        Playlist::Edited { item, track } => RoomBody::ItemEditedV1(ItemEditedV1 {
            item: Id(*item),
            track: track.into(),
        }),
        Playlist::Reordered { order } => RoomBody::PlaylistReorderedV1(PlaylistReorderedV1 {
            order: order.iter().copied().map(Id).collect(),
        }),
        Playlist::Cleared => RoomBody::PlaylistClearedV1(PlaylistClearedV1 {}),
        Playlist::RepeatSet(repeat) => RoomBody::RepeatSetV1(RepeatSetV1 {
            repeat: StoredRepeat(*repeat),
        }),
        Playlist::Shuffled { order } => RoomBody::PlaylistShuffledV1(PlaylistShuffledV1 {
            order: order.iter().copied().map(Id).collect(),
        }),
        Playlist::Unshuffled => RoomBody::PlaylistUnshuffledV1(PlaylistUnshuffledV1 {}),
    }
}

fn of_membership(event: &Membership) -> RoomBody {
    match event {
        Membership::Joined { user, role, at } => RoomBody::MemberJoinedV1(MemberJoinedV1 {
            user: Id(*user),
            role: StoredRole(*role),
            at_ms: at.as_ms(),
        }),
        Membership::Left { user } => RoomBody::MemberLeftV1(MemberLeftV1 { user: Id(*user) }),
        Membership::HostChanged { from, to, why } => RoomBody::HostChangedV1(HostChangedV1 {
            from: from.map(Id),
            to: Id(*to),
            why: StoredHostChange(*why),
        }),
        Membership::RoleChanged { user, role } => RoomBody::RoleChangedV1(RoleChangedV1 {
            user: Id(*user),
            role: StoredRole(*role),
        }),
    }
}

fn of_settings(event: &Settings) -> RoomBody {
    match event {
        Settings::Renamed(name) => RoomBody::RenamedV1(RenamedV1 { name: name.clone() }),
        Settings::VisibilitySet(visibility) => RoomBody::VisibilitySetV1(VisibilitySetV1 {
            visibility: StoredVisibility(*visibility),
        }),
        Settings::ControlSet(control) => RoomBody::ControlSetV1(ControlSetV1 {
            control: StoredControl(*control),
        }),
        Settings::VolumeSet(volume) => RoomBody::VolumeSetV1(VolumeSetV1 {
            volume_permille: volume.permille(),
        }),
        Settings::VoteSkipSet(VoteSkip { on, percent }) => RoomBody::VoteSkipSetV1(VoteSkipSetV1 {
            on: *on,
            percent: *percent,
        }),
        Settings::InviteRenewed { old, new } => RoomBody::InviteRenewedV1(InviteRenewedV1 {
            old: old.into(),
            new: new.into(),
        }),
    }
}

impl TryFrom<RoomBody> for Event {
    type Error = Wrong;

    fn try_from(body: RoomBody) -> Result<Self, Wrong> {
        use RoomBody as B;
        Ok(match body {
            B::CreatedV1(v) => Self::Created {
                host: v.host.0,
                settings: v.settings.try_into()?,
                at: Timestamp::from_ms(v.at_ms),
            },
            B::ClosedV1(v) => Self::Closed {
                members: v.members.into_iter().map(|user| user.0).collect(),
                invite: v.invite.into(),
                at: Timestamp::from_ms(v.at_ms),
            },
            B::PlaybackStartedV1(v) => Self::Playback(Playback::Started {
                timeline: v.timeline.into(),
            }),
            B::PlaybackPausedV1(v) => Self::Playback(Playback::Paused {
                timeline: v.timeline.into(),
            }),
            B::PlaybackSeekedV1(v) => Self::Playback(Playback::Seeked {
                timeline: v.timeline.into(),
            }),
            B::PlaybackChangedV1(v) => Self::Playback(Playback::Changed {
                timeline: v.timeline.into(),
                why: v.why.0,
            }),
            B::PlaybackFinishedV1(v) => Self::Playback(Playback::Finished {
                timeline: v.timeline.into(),
            }),
            B::PlaybackEmptiedV1(_) => Self::Playback(Playback::Emptied),
            B::ItemAddedV1(v) => Self::Playlist(Playlist::Added {
                item: v.item.try_into()?,
                index: v.index as usize,
                shuffled_index: v.shuffled_index.map(|index| index as usize),
            }),
            B::ItemMovedV1(v) => Self::Playlist(Playlist::Moved {
                item: v.item.0,
                index: v.index as usize,
            }),
            B::ItemRemovedV1(v) => Self::Playlist(Playlist::Removed { item: v.item.0 }),
            B::ItemEditedV1(v) => Self::Playlist(Playlist::Edited {
                item: v.item.0,
                track: v.track.try_into()?,
            }),
            B::PlaylistClearedV1(_) => Self::Playlist(Playlist::Cleared),
            B::RepeatSetV1(v) => Self::Playlist(Playlist::RepeatSet(v.repeat.0)),
            B::PlaylistShuffledV1(v) => Self::Playlist(Playlist::Shuffled {
                order: v.order.into_iter().map(|item| item.0).collect(),
            }),
            B::PlaylistUnshuffledV1(_) => Self::Playlist(Playlist::Unshuffled),
            B::MemberJoinedV1(v) => Self::Membership(Membership::Joined {
                user: v.user.0,
                role: v.role.0,
                at: Timestamp::from_ms(v.at_ms),
            }),
            B::MemberLeftV1(v) => Self::Membership(Membership::Left { user: v.user.0 }),
            B::HostChangedV1(v) => Self::Membership(Membership::HostChanged {
                from: v.from.map(|user| user.0),
                to: v.to.0,
                why: v.why.0,
            }),
            B::RoleChangedV1(v) => Self::Membership(Membership::RoleChanged {
                user: v.user.0,
                role: v.role.0,
            }),
            B::RenamedV1(v) => Self::Settings(Settings::Renamed(v.name)),
            B::VisibilitySetV1(v) => Self::Settings(Settings::VisibilitySet(v.visibility.0)),
            B::ControlSetV1(v) => Self::Settings(Settings::ControlSet(v.control.0)),
            B::VolumeSetV1(v) => Self::Settings(Settings::VolumeSet(volume(v.volume_permille)?)),
            B::InviteRenewedV1(v) => Self::Settings(Settings::InviteRenewed {
                old: v.old.into(),
                new: v.new.into(),
            }),
            B::RequestSubmittedV1(v) => v.try_into()?,
            B::RequestApprovedV1(v) => v.into(),
            B::RequestDeniedV1(v) => v.into(),
            B::RequestWithdrawnV1(v) => v.into(),
            B::MemberKickedV1(v) => v.into(),
            B::MemberBannedV1(v) => v.into(),
            B::MemberUnbannedV1(v) => v.into(),
            B::MemberMutedV1(v) => v.into(),
            B::MemberUnmutedV1(v) => v.into(),
            B::VoteSkipSetV1(v) => Self::Settings(Settings::VoteSkipSet(VoteSkip {
                on: v.on,
                percent: v.percent,
            })),
            B::SkipVotedV1(v) => v.into(),
            B::MessageSaidV1(v) => v.into(),
            B::MessageDeletedV1(v) => v.into(),
            B::PlaylistReorderedV1(v) => Self::Playlist(Playlist::Reordered {
                order: v.order.into_iter().map(|item| item.0).collect(),
            }),
            B::UndoneV1(v) => v.into(),
        })
    }
}
