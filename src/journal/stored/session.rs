//! What is stored of a session.

use serde::{Deserialize, Serialize};

use super::codec::{Wrong, bodies};
use super::scalar::{Id, StoredHash, StoredRevocation};
use crate::domain::session::push::Subscription;
use crate::domain::session::{Event, MAX_LATENCY, OpenSession, REMEMBERED_TOKENS, Session};
use crate::ids::UserId;
use crate::time::{Span, Timestamp};

bodies! {
    /// The stored facts about a session. Append only: a number never means anything else.
    SessionBody {
        1 "opened" 1 => OpenedV1,
        2 "refreshed" 1 => RefreshedV1,
        3 "revoked" 1 => RevokedV1,
        4 "output_latency_set" 1 => OutputLatencySetV1,
        5 "push_subscribed" 1 => PushSubscribedV1,
        6 "push_unsubscribed" 1 => PushUnsubscribedV1,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenedV1 {
    user: Id<UserId>,
    client: String,
    token: StoredHash,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshedV1 {
    token: StoredHash,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokedV1 {
    at_ms: i64,
    why: StoredRevocation,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputLatencySetV1 {
    latency_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PushSubscribedV1 {
    endpoint: String,
    key: Vec<u8>,
    secret: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PushUnsubscribedV1 {}

impl From<&Subscription> for PushSubscribedV1 {
    fn from(push: &Subscription) -> Self {
        Self {
            endpoint: push.endpoint().to_owned(),
            key: push.key().to_vec(),
            secret: push.secret().to_vec(),
        }
    }
}

impl TryFrom<PushSubscribedV1> for Subscription {
    type Error = Wrong;

    fn try_from(v: PushSubscribedV1) -> Result<Self, Wrong> {
        Self::new(&v.endpoint, &v.key, &v.secret).map_err(|wrong| wrong.to_string())
    }
}

impl From<&Event> for SessionBody {
    fn from(event: &Event) -> Self {
        match event {
            Event::Opened {
                user,
                client,
                token,
                at,
            } => Self::OpenedV1(OpenedV1 {
                user: Id(*user),
                client: client.clone(),
                token: StoredHash(*token),
                at_ms: at.as_ms(),
            }),
            Event::Refreshed { token, at } => Self::RefreshedV1(RefreshedV1 {
                token: StoredHash(*token),
                at_ms: at.as_ms(),
            }),
            Event::Revoked { at, why } => Self::RevokedV1(RevokedV1 {
                at_ms: at.as_ms(),
                why: StoredRevocation(*why),
            }),
            Event::OutputLatencySet(latency) => Self::OutputLatencySetV1(OutputLatencySetV1 {
                latency_ms: latency.as_ms(),
            }),
            Event::PushSubscribed(push) => Self::PushSubscribedV1((&**push).into()),
            Event::PushUnsubscribed => Self::PushUnsubscribedV1(PushUnsubscribedV1 {}),
        }
    }
}

impl TryFrom<SessionBody> for Event {
    type Error = Wrong;

    fn try_from(body: SessionBody) -> Result<Self, Wrong> {
        Ok(match body {
            SessionBody::OpenedV1(v) => Self::Opened {
                user: v.user.0,
                client: v.client,
                token: v.token.0,
                at: Timestamp::from_ms(v.at_ms),
            },
            SessionBody::RefreshedV1(v) => Self::Refreshed {
                token: v.token.0,
                at: Timestamp::from_ms(v.at_ms),
            },
            SessionBody::RevokedV1(v) => Self::Revoked {
                at: Timestamp::from_ms(v.at_ms),
                why: v.why.0,
            },
            SessionBody::OutputLatencySetV1(v) => Self::OutputLatencySet(latency(v.latency_ms)?),
            SessionBody::PushSubscribedV1(v) => Self::PushSubscribed(Box::new(v.try_into()?)),
            SessionBody::PushUnsubscribedV1(PushUnsubscribedV1 {}) => Self::PushUnsubscribed,
        })
    }
}

fn latency(ms: i64) -> Result<Span, Wrong> {
    if ms.unsigned_abs() <= MAX_LATENCY.as_ms().unsigned_abs() {
        Ok(Span::from_ms(ms))
    } else {
        Err(format!("no device sounds {ms} ms late"))
    }
}

/// A session at a number, as a snapshot keeps it. Its version is the snapshot's: change both together.
#[derive(Serialize, Deserialize)]
pub(super) enum SessionState {
    Unborn,
    Open {
        user: Id<UserId>,
        client: String,
        opened_at_ms: i64,
        refreshed_at_ms: i64,
        token: StoredHash,
        former: Vec<StoredHash>,
        output_latency_ms: i64,
        push: Option<PushSubscribedV1>,
    },
    Revoked {
        user: Id<UserId>,
        at_ms: i64,
        why: StoredRevocation,
    },
}

impl From<&Session> for SessionState {
    fn from(session: &Session) -> Self {
        match session {
            Session::Unborn => Self::Unborn,
            Session::Open(open) => Self::Open {
                user: Id(open.user),
                client: open.client.clone(),
                opened_at_ms: open.opened_at.as_ms(),
                refreshed_at_ms: open.refreshed_at.as_ms(),
                token: StoredHash(open.token),
                former: open.former.iter().copied().map(StoredHash).collect(),
                output_latency_ms: open.output_latency.as_ms(),
                push: open.push.as_ref().map(Into::into),
            },
            Session::Revoked { user, at, why } => Self::Revoked {
                user: Id(*user),
                at_ms: at.as_ms(),
                why: StoredRevocation(*why),
            },
        }
    }
}

impl TryFrom<SessionState> for Session {
    type Error = Wrong;

    fn try_from(state: SessionState) -> Result<Self, Wrong> {
        Ok(match state {
            SessionState::Unborn => Self::Unborn,
            SessionState::Open { former, .. } if former.len() > REMEMBERED_TOKENS => {
                return Err("too many former tokens".to_owned());
            }
            SessionState::Open {
                user,
                client,
                opened_at_ms,
                refreshed_at_ms,
                token,
                former,
                output_latency_ms,
                push,
            } => Self::Open(Box::new(OpenSession {
                user: user.0,
                client,
                opened_at: Timestamp::from_ms(opened_at_ms),
                refreshed_at: Timestamp::from_ms(refreshed_at_ms),
                token: token.0,
                former: former.into_iter().map(|hash| hash.0).collect(),
                output_latency: latency(output_latency_ms)?,
                push: push.map(TryInto::try_into).transpose()?,
            })),
            SessionState::Revoked { user, at_ms, why } => Self::Revoked {
                user: user.0,
                at: Timestamp::from_ms(at_ms),
                why: why.0,
            },
        })
    }
}
