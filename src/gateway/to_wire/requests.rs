//! Guests' requests, in native words and in REST.

use crate::domain::room::request::{Action, Change, Decision, Request, Requests, Verdict};
use crate::ids::RoomId;
use crate::time::Timestamp;
use crate::wire::requests;
use crate::wire::requests::{RequestAction, RequestStatus, RequestedChange};

/// How many decided requests a native snapshot lists.
const LISTED_DECIDED: usize = 50;

impl From<Action> for RequestAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Add => Self::Add,
            Action::Move => Self::Move,
            Action::Remove => Self::Remove,
            Action::Edit => Self::Edit,
        }
    }
}

impl From<&Change> for RequestedChange {
    fn from(change: &Change) -> Self {
        let (track, item_id, position) = match change {
            Change::Add { track, index } => (Some(track), None, *index),
            Change::Move { item, index } => (None, Some(*item), Some(*index)),
            Change::Remove { item } => (None, Some(*item), None),
            Change::Edit { item, track, index } => (Some(track), Some(*item), *index),
        };
        Self {
            action: change.action().into(),
            track: track.map(Into::into),
            item_id,
            position,
        }
    }
}

fn status(decision: Option<&Decision>) -> (RequestStatus, Option<String>) {
    match decision.map(|decision| &decision.verdict) {
        None => (RequestStatus::Pending, None),
        Some(Verdict::Approved) => (RequestStatus::Approved, None),
        Some(Verdict::Denied { reason }) => (RequestStatus::Denied, reason.clone()),
        Some(Verdict::Withdrawn) => (RequestStatus::Withdrawn, None),
    }
}

impl From<&Request> for requests::Request {
    fn from(request: &Request) -> Self {
        let decision = request.decision.as_ref();
        let (status, reason) = status(decision);
        Self {
            request_id: request.id,
            status,
            payload: (&request.change).into(),
            requested_by: request.by,
            requested_at_ms: request.at.as_ms(),
            decided_by: decision.and_then(|decision| decision.by),
            decided_at_ms: decision.map(|decision| Timestamp::as_ms(decision.at)),
            reason,
        }
    }
}

/// A request in REST.
pub fn room_request(room: RoomId, request: &Request) -> requests::RoomRequest {
    let decision = request.decision.as_ref();
    let (status, reason) = status(decision);
    requests::RoomRequest {
        request_id: request.id,
        room_id: room,
        status,
        payload: (&request.change).into(),
        requested_by: request.by,
        requested_at: request.at.to_string(),
        decided_by: decision.and_then(|decision| decision.by),
        decided_at: decision.map(|decision| decision.at.to_string()),
        reason,
    }
}

/// The requests a native snapshot lists.
pub(super) fn listed(requests: &Requests) -> Vec<requests::Request> {
    let forgotten = requests.decided.len().saturating_sub(LISTED_DECIDED);
    let latest = requests.decided.iter().skip(forgotten);
    latest.chain(&requests.pending).map(Into::into).collect()
}
