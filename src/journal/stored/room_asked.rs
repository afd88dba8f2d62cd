//! What is stored of guests' requests.

use super::codec::{Wrong, shapes};
use super::room::RoomBody;
use super::room_parts::{TrackV1, index};
use super::scalar::{Id, StoredAction};
use crate::domain::room::Event;
use crate::domain::room::request::{Action, Change, Event as Request};
use crate::ids::{ItemId, RequestId, UserId};
use crate::time::Timestamp;

shapes! {
    ChangeV1 { action: StoredAction, track: Option<TrackV1>, item: Option<Id<ItemId>>, index: Option<u32> }
    RequestSubmittedV1 { request: Id<RequestId>, by: Id<UserId>, at_ms: i64, change: ChangeV1 }
    RequestApprovedV1 { request: Id<RequestId>, by: Id<UserId>, at_ms: i64 }
    RequestDeniedV1 { request: Id<RequestId>, by: Id<UserId>, at_ms: i64, reason: Option<String> }
    RequestWithdrawnV1 { request: Id<RequestId>, at_ms: i64 }
}

impl From<&Change> for ChangeV1 {
    fn from(change: &Change) -> Self {
        let (track, item, place) = match change {
            Change::Add { track, index } => (Some(track), None, *index),
            Change::Move { item, index } => (None, Some(*item), Some(*index)),
            Change::Remove { item } => (None, Some(*item), None),
            Change::Edit { item, track, index } => (Some(track), Some(*item), *index),
        };
        Self {
            action: StoredAction(change.action()),
            track: track.map(TrackV1::from),
            item: item.map(Id),
            index: place.map(index),
        }
    }
}

impl TryFrom<ChangeV1> for Change {
    type Error = Wrong;

    fn try_from(v: ChangeV1) -> Result<Self, Wrong> {
        let track = v.track.map(TryInto::try_into).transpose()?;
        let item = v.item.map(|item| item.0);
        let index = v.index.map(|index| index as usize);
        Ok(match (v.action.0, track, item, index) {
            (Action::Add, Some(track), None, index) => Self::Add { track, index },
            (Action::Move, None, Some(item), Some(index)) => Self::Move { item, index },
            (Action::Remove, None, Some(item), None) => Self::Remove { item },
            (Action::Edit, Some(track), Some(item), index) => Self::Edit { item, track, index },
            _ => return Err("a requested change with parts that do not fit".to_owned()),
        })
    }
}

pub(super) fn of_request(event: &Request) -> RoomBody {
    match event {
        Request::Submitted {
            request,
            by,
            at,
            change,
        } => RoomBody::RequestSubmittedV1(RequestSubmittedV1 {
            request: Id(*request),
            by: Id(*by),
            at_ms: at.as_ms(),
            change: change.into(),
        }),
        Request::Approved { request, by, at } => RoomBody::RequestApprovedV1(RequestApprovedV1 {
            request: Id(*request),
            by: Id(*by),
            at_ms: at.as_ms(),
        }),
        Request::Denied {
            request,
            by,
            at,
            reason,
        } => RoomBody::RequestDeniedV1(RequestDeniedV1 {
            request: Id(*request),
            by: Id(*by),
            at_ms: at.as_ms(),
            reason: reason.clone(),
        }),
        Request::Withdrawn { request, at } => RoomBody::RequestWithdrawnV1(RequestWithdrawnV1 {
            request: Id(*request),
            at_ms: at.as_ms(),
        }),
    }
}

impl TryFrom<RequestSubmittedV1> for Event {
    type Error = Wrong;

    fn try_from(v: RequestSubmittedV1) -> Result<Self, Wrong> {
        Ok(Self::Request(Request::Submitted {
            request: v.request.0,
            by: v.by.0,
            at: Timestamp::from_ms(v.at_ms),
            change: v.change.try_into()?,
        }))
    }
}

impl From<RequestApprovedV1> for Event {
    fn from(v: RequestApprovedV1) -> Self {
        Self::Request(Request::Approved {
            request: v.request.0,
            by: v.by.0,
            at: Timestamp::from_ms(v.at_ms),
        })
    }
}

impl From<RequestDeniedV1> for Event {
    fn from(v: RequestDeniedV1) -> Self {
        Self::Request(Request::Denied {
            request: v.request.0,
            by: v.by.0,
            at: Timestamp::from_ms(v.at_ms),
            reason: v.reason,
        })
    }
}

impl From<RequestWithdrawnV1> for Event {
    fn from(v: RequestWithdrawnV1) -> Self {
        Self::Request(Request::Withdrawn {
            request: v.request.0,
            at: Timestamp::from_ms(v.at_ms),
        })
    }
}
