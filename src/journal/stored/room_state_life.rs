//! What its people do in a room, as its snapshot keeps it: requests, moderation, votes, chat, undo.

use serde::{Deserialize, Serialize};

use super::codec::Wrong;
use super::room_asked::ChangeV1;
use super::room_parts::{ItemV1, TrackV1, index};
use super::scalar::Id;
use crate::domain::room::OpenRoom;
use crate::domain::room::chat::{Chat, Message};
use crate::domain::room::moderation::{Ban, Moderation};
use crate::domain::room::request::{Decision, Request, Requests, Verdict};
use crate::domain::room::undo::{Step, Undo};
use crate::domain::room::vote::{VoteSkip, Votes};
use crate::ids::{ItemId, MessageId, RequestId, UserId};
use crate::time::Timestamp;

#[derive(Serialize, Deserialize)]
pub(super) struct LifeState {
    vote_skip: (bool, u8),
    pending: Vec<RequestState>,
    decided: Vec<RequestState>,
    banned: Vec<(Id<UserId>, Id<UserId>, i64)>,
    muted: Vec<Id<UserId>>,
    votes: Vec<Id<UserId>>,
    messages: Vec<MessageState>,
    deleted: Vec<Id<MessageId>>,
    undo: Vec<StepState>,
}

#[derive(Serialize, Deserialize)]
struct MessageState {
    id: Id<MessageId>,
    by: Id<UserId>,
    at_ms: i64,
    text: Option<String>,
}

#[derive(Serialize, Deserialize)]
enum StepState {
    Removed(Box<ItemV1>, u32, Option<u32>),
    Moved(Id<ItemId>, u32),
    Edited(Id<ItemId>, Box<TrackV1>),
    Reordered(Vec<Id<ItemId>>),
    Cleared(Vec<ItemV1>, u32),
}

impl From<&OpenRoom> for LifeState {
    fn from(room: &OpenRoom) -> Self {
        let VoteSkip { on, percent } = room.settings.vote_skip;
        let banned = room.moderation.banned.iter();
        let message = |message: &Message| MessageState {
            id: Id(message.id),
            by: Id(message.by),
            at_ms: message.at.as_ms(),
            text: message.text.clone(),
        };
        Self {
            vote_skip: (on, percent),
            pending: room.requests.pending.iter().map(Into::into).collect(),
            decided: room.requests.decided.iter().map(Into::into).collect(),
            banned: banned
                .map(|(user, ban)| (Id(*user), Id(ban.by), ban.at.as_ms()))
                .collect(),
            muted: room.moderation.muted.iter().copied().map(Id).collect(),
            votes: room.votes.by.iter().copied().map(Id).collect(),
            messages: room.chat.messages.iter().map(message).collect(),
            deleted: room.chat.deleted.iter().copied().map(Id).collect(),
            undo: room.undo.steps.iter().map(Into::into).collect(),
        }
    }
}

impl LifeState {
    /// Puts what is kept here into a room that has the rest.
    pub(super) fn fill(self, room: &mut OpenRoom) -> Result<(), Wrong> {
        let (on, percent) = self.vote_skip;
        room.settings.vote_skip = VoteSkip { on, percent };
        room.requests = Requests {
            pending: all(self.pending)?,
            decided: all(self.decided)?,
        };
        let ban = |(user, by, at_ms): (Id<UserId>, Id<UserId>, i64)| {
            let at = Timestamp::from_ms(at_ms);
            (user.0, Ban { by: by.0, at })
        };
        room.moderation = Moderation {
            banned: self.banned.into_iter().map(ban).collect(),
            muted: self.muted.into_iter().map(|user| user.0).collect(),
        };
        room.votes = Votes {
            by: self.votes.into_iter().map(|user| user.0).collect(),
        };
        let message = |message: MessageState| Message {
            id: message.id.0,
            by: message.by.0,
            at: Timestamp::from_ms(message.at_ms),
            text: message.text,
        };
        room.chat = Chat {
            messages: self.messages.into_iter().map(message).collect(),
            deleted: self.deleted.into_iter().map(|id| id.0).collect(),
        };
        room.undo = Undo {
            steps: all(self.undo)?,
        };
        Ok(())
    }
}

fn all<S, T: TryFrom<S, Error = Wrong>>(stored: Vec<S>) -> Result<Vec<T>, Wrong> {
    stored.into_iter().map(TryInto::try_into).collect()
}

impl From<&Step> for StepState {
    fn from(step: &Step) -> Self {
        match step {
            Step::Removed {
                item,
                index: at,
                shuffled_index,
            } => Self::Removed(
                Box::new((&**item).into()),
                index(*at),
                shuffled_index.map(index),
            ),
            Step::Moved { item, index: at } => Self::Moved(Id(*item), index(*at)),
            Step::Edited { item, track } => Self::Edited(Id(*item), Box::new((&**track).into())),
            Step::Reordered { order } => Self::Reordered(order.iter().copied().map(Id).collect()),
            Step::Cleared { items, back } => {
                Self::Cleared(items.iter().map(Into::into).collect(), index(*back))
            }
        }
    }
}

impl TryFrom<StepState> for Step {
    type Error = Wrong;

    fn try_from(step: StepState) -> Result<Self, Wrong> {
        Ok(match step {
            StepState::Removed(item, index, shuffled) => Self::Removed {
                item: Box::new((*item).try_into()?),
                index: index as usize,
                shuffled_index: shuffled.map(|index| index as usize),
            },
            StepState::Moved(item, index) => Self::Moved {
                item: item.0,
                index: index as usize,
            },
            StepState::Edited(item, track) => Self::Edited {
                item: item.0,
                track: Box::new((*track).try_into()?),
            },
            StepState::Reordered(order) => Self::Reordered {
                order: order.into_iter().map(|item| item.0).collect(),
            },
            StepState::Cleared(items, back) => Self::Cleared {
                items: all(items)?,
                back: back as usize,
            },
        })
    }
}

#[derive(Serialize, Deserialize)]
struct RequestState {
    id: Id<RequestId>,
    by: Id<UserId>,
    at_ms: i64,
    change: ChangeV1,
    decision: Option<DecisionState>,
}

#[derive(Serialize, Deserialize)]
struct DecisionState {
    verdict: VerdictState,
    by: Option<Id<UserId>>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
enum VerdictState {
    Approved,
    Denied(Option<String>),
    Withdrawn,
}

impl From<&Request> for RequestState {
    fn from(request: &Request) -> Self {
        let decision = |decision: &Decision| DecisionState {
            verdict: match &decision.verdict {
                Verdict::Approved => VerdictState::Approved,
                Verdict::Denied { reason } => VerdictState::Denied(reason.clone()),
                Verdict::Withdrawn => VerdictState::Withdrawn,
            },
            by: decision.by.map(Id),
            at_ms: decision.at.as_ms(),
        };
        Self {
            id: Id(request.id),
            by: Id(request.by),
            at_ms: request.at.as_ms(),
            change: (&request.change).into(),
            decision: request.decision.as_ref().map(decision),
        }
    }
}

impl TryFrom<RequestState> for Request {
    type Error = Wrong;

    fn try_from(v: RequestState) -> Result<Self, Wrong> {
        let decision = |decision: DecisionState| Decision {
            verdict: match decision.verdict {
                VerdictState::Approved => Verdict::Approved,
                VerdictState::Denied(reason) => Verdict::Denied { reason },
                VerdictState::Withdrawn => Verdict::Withdrawn,
            },
            by: decision.by.map(|user| user.0),
            at: Timestamp::from_ms(decision.at_ms),
        };
        Ok(Self {
            id: v.id.0,
            by: v.by.0,
            at: Timestamp::from_ms(v.at_ms),
            change: v.change.try_into()?,
            decision: v.decision.map(decision),
        })
    }
}
