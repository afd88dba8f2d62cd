//! What is stored of moderation, votes, chat and undo.

use super::codec::shapes;
use super::room::RoomBody;
use super::scalar::Id;
use crate::domain::room::Event;
use crate::domain::room::chat::Event as Chat;
use crate::domain::room::moderation::Event as Moderation;
use crate::domain::room::undo::Event as Undone;
use crate::domain::room::vote::Event as Vote;
use crate::ids::{ItemId, MessageId, UserId};
use crate::time::Timestamp;

shapes! {
    MemberKickedV1 { user: Id<UserId>, by: Id<UserId> }
    MemberBannedV1 { user: Id<UserId>, by: Id<UserId>, at_ms: i64 }
    MemberUnbannedV1 { user: Id<UserId> }
    MemberMutedV1 { user: Id<UserId>, by: Id<UserId> }
    MemberUnmutedV1 { user: Id<UserId> }
    SkipVotedV1 { user: Id<UserId>, item: Id<ItemId>, votes: u32, needed: u32 }
    MessageSaidV1 { message: Id<MessageId>, by: Id<UserId>, at_ms: i64, text: String }
    MessageDeletedV1 { message: Id<MessageId>, by: Id<UserId> }
    UndoneV1 { dropped: u32, restored: u32, left: u32 }
}

pub(super) fn of_moderation(event: &Moderation) -> RoomBody {
    match *event {
        Moderation::Kicked { user, by } => RoomBody::MemberKickedV1(MemberKickedV1 {
            user: Id(user),
            by: Id(by),
        }),
        Moderation::Banned { user, by, at } => RoomBody::MemberBannedV1(MemberBannedV1 {
            user: Id(user),
            by: Id(by),
            at_ms: at.as_ms(),
        }),
        Moderation::Unbanned { user } => {
            RoomBody::MemberUnbannedV1(MemberUnbannedV1 { user: Id(user) })
        }
        Moderation::Muted { user, by } => RoomBody::MemberMutedV1(MemberMutedV1 {
            user: Id(user),
            by: Id(by),
        }),
        Moderation::Unmuted { user } => {
            RoomBody::MemberUnmutedV1(MemberUnmutedV1 { user: Id(user) })
        }
    }
}

pub(super) fn of_vote(vote: &Vote) -> RoomBody {
    RoomBody::SkipVotedV1(SkipVotedV1 {
        user: Id(vote.user),
        item: Id(vote.item),
        votes: vote.votes,
        needed: vote.needed,
    })
}

pub(super) fn of_chat(event: &Chat) -> RoomBody {
    match event {
        Chat::Said {
            message,
            by,
            at,
            text,
        } => RoomBody::MessageSaidV1(MessageSaidV1 {
            message: Id(*message),
            by: Id(*by),
            at_ms: at.as_ms(),
            text: text.clone(),
        }),
        Chat::Deleted { message, by } => RoomBody::MessageDeletedV1(MessageDeletedV1 {
            message: Id(*message),
            by: Id(*by),
        }),
    }
}

pub(super) fn of_undo(undone: &Undone) -> RoomBody {
    RoomBody::UndoneV1(UndoneV1 {
        dropped: undone.dropped,
        restored: undone.restored,
        left: undone.left,
    })
}

macro_rules! lifted {
    ($($stored:ident as $v:ident => $fact:expr;)*) => {$(
        impl From<$stored> for Event {
            fn from($v: $stored) -> Self {
                $fact.into()
            }
        }
    )*};
}

lifted! {
    MemberKickedV1 as v => Moderation::Kicked { user: v.user.0, by: v.by.0 };
    MemberBannedV1 as v => Moderation::Banned {
        user: v.user.0,
        by: v.by.0,
        at: Timestamp::from_ms(v.at_ms),
    };
    MemberUnbannedV1 as v => Moderation::Unbanned { user: v.user.0 };
    MemberMutedV1 as v => Moderation::Muted { user: v.user.0, by: v.by.0 };
    MemberUnmutedV1 as v => Moderation::Unmuted { user: v.user.0 };
    SkipVotedV1 as v => Vote { user: v.user.0, item: v.item.0, votes: v.votes, needed: v.needed };
    MessageSaidV1 as v => Chat::Said {
        message: v.message.0,
        by: v.by.0,
        at: Timestamp::from_ms(v.at_ms),
        text: v.text,
    };
    MessageDeletedV1 as v => Chat::Deleted { message: v.message.0, by: v.by.0 };
    UndoneV1 as v => Undone { dropped: v.dropped, restored: v.restored, left: v.left };
}
