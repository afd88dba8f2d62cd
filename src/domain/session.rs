//! A session: one signed-in device. Opened, refreshed, revoked; remembers the device's output latency.
//!
//! Knows refresh tokens only by their hash. A token shown twice means that somebody has a copy: the session ends.

pub mod push;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::ids::{SessionId, UserId};
use crate::time::{Span, Timestamp};

use super::aggregate::{Aggregate, ClaimKey, Context};
use super::text;
use push::Subscription;

/// How many former refresh tokens are remembered, to recognise one that is shown again.
pub const REMEMBERED_TOKENS: usize = 64;
/// How long a session lives without being refreshed.
pub const LIFETIME: Span = Span::from_secs(30 * 24 * 3600);
/// The largest output latency a device may have, in either direction.
pub const MAX_LATENCY: Span = Span::from_ms(2_000);
/// What is kept of what a device calls itself, in characters.
pub const MAX_CLIENT: usize = 200;

/// The SHA-2 or BLAKE3 hash of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// A session, from before it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Session {
    /// Nobody has opened it.
    #[default]
    Unborn,
    /// Signed in.
    Open(Box<OpenSession>),
    /// Signed out.
    Revoked {
        /// Whose it was.
        user: UserId,
        /// Since when.
        at: Timestamp,
        /// Why.
        why: Revocation,
    },
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Whose.
    pub user: UserId,
    /// What the device calls itself.
    pub client: String,
    /// When it signed in.
    pub opened_at: Timestamp,
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// The refresh token that is valid now.
    pub token: TokenHash,
    /// Tokens that were valid once, the latest last.
    pub former: Vec<TokenHash>,
    /// How much later than the clock says this device sounds, calibrated by its listener.
    pub output_latency: Span,
    /// Where news may be left for it while it has no page open, as its owner wished.
    pub push: Option<Subscription>,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// Its user signed out.
    SignedOut,
    /// A refresh token was shown twice.
    TokenReused,
    /// It was not refreshed in time.
    Expired,
}

/// A request to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Sign a device in.
    Open {
        /// Who.
        user: UserId,
        /// What the device calls itself.
        client: String,
        /// Its first refresh token.
        token: TokenHash,
    },
    /// Exchange the refresh token for the next one. Accepted also where it ends the session instead: shown a former
    /// token, or too late; look at the facts.
    Refresh {
        /// The one shown.
        shown: TokenHash,
        /// The one to follow.
        next: TokenHash,
    },
    /// Sign the device out.
    Revoke,
    /// Remember how late the device sounds.
    SetOutputLatency(Span),
    /// Leave news with the push service of the device's browser, or do so no more.
    SetPush(Option<Box<Subscription>>),
}

/// A fact about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A device signed in.
    Opened {
        /// Who.
        user: UserId,
        /// What the device calls itself.
        client: String,
        /// Its first refresh token.
        token: TokenHash,
        /// When.
        at: Timestamp,
    },
    /// The refresh token is another.
    Refreshed {
        /// Valid from then on.
        token: TokenHash,
        /// When.
        at: Timestamp,
    },
    /// The device is signed out.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why.
        why: Revocation,
    },
    /// The device sounds that much later than its clock says.
    OutputLatencySet(Span),
    /// News may be left for the device, there.
    PushSubscribed(Box<Subscription>),
    /// News may be left for the device no more.
    PushUnsubscribed,
}

/// Why a session says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such session, it is over, or it is somebody else's.
    SignedOut,
    /// It is open already.
    Exists,
    /// The refresh token was never this session's.
    WrongToken,
    /// No device sounds that late.
    InvalidLatency,
    /// That is no address, key or secret of a push subscription.
    InvalidPush,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOut => "this session is over: sign in again",
            Self::Exists => "this session is open already",
            Self::WrongToken => "this refresh token is not valid",
            Self::InvalidLatency => "an output latency lies between -2,000 and 2,000 ms",
            Self::InvalidPush => {
                "a push subscription has an address of at most 1,024 characters, a key of 65 bytes and a secret of 16"
            }
        })
    }
}

impl Session {
    /// The device, while it is signed in and was refreshed in time.
    pub fn open(&self, now: Timestamp) -> Option<&OpenSession> {
        match self {
            Self::Open(session) if now <= session.refreshed_at + LIFETIME => Some(session),
            Self::Unborn | Self::Open(_) | Self::Revoked { .. } => None,
        }
    }
}

impl OpenSession {
    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        let revoked = |why| Ok(vec![Event::Revoked { at: ctx.now, why }]);
        match command {
            Command::Open { .. } => Err(Rejection::Exists),
            _ if ctx.by.user().is_some_and(|user| user != self.user) => Err(Rejection::SignedOut),
            _ if ctx.now > self.refreshed_at + LIFETIME => revoked(Revocation::Expired),
            Command::Refresh { shown, next } if *shown == self.token => {
                Ok(vec![Event::Refreshed {
                    token: *next,
                    at: ctx.now,
                }])
            }
            Command::Refresh { shown, .. } if self.former.contains(shown) => {
                revoked(Revocation::TokenReused)
            }
            Command::Refresh { .. } => Err(Rejection::WrongToken),
            Command::Revoke => revoked(Revocation::SignedOut),
            Command::SetOutputLatency(latency)
                if latency.as_ms().unsigned_abs() > MAX_LATENCY.as_ms().unsigned_abs() =>
            {
                Err(Rejection::InvalidLatency)
            }
            Command::SetOutputLatency(latency) if *latency == self.output_latency => Ok(vec![]),
            Command::SetOutputLatency(latency) => Ok(vec![Event::OutputLatencySet(*latency)]),
            Command::SetPush(wish) if wish.as_deref() == self.push.as_ref() => Ok(vec![]),
            Command::SetPush(Some(push)) => Ok(vec![Event::PushSubscribed(push.clone())]),
            Command::SetPush(None) => Ok(vec![Event::PushUnsubscribed]),
        }
    }
}

impl Aggregate for Session {
    type Id = SessionId;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        match (self, command) {
            (
                Self::Unborn,
                Command::Open {
                    user,
                    client,
                    token,
                },
            ) => {
                let client = text::tidy(client).chars().take(MAX_CLIENT).collect();
                Ok(vec![Event::Opened {
                    user: *user,
                    client,
                    token: *token,
                    at: ctx.now,
                }])
            }
            (Self::Unborn, _) => Err(Rejection::SignedOut),
            (Self::Revoked { .. }, Command::Revoke) => Ok(vec![]),
            (Self::Revoked { .. }, _) => Err(Rejection::SignedOut),
            (Self::Open(session), command) => session.decide(command, ctx),
        }
    }

    fn evolve(&mut self, event: &Event) {
        match (&mut *self, event) {
            (
                _,
                Event::Opened {
                    user,
                    client,
                    token,
                    at,
                },
            ) => {
                *self = Self::Open(Box::new(OpenSession {
                    user: *user,
                    client: client.clone(),
                    opened_at: *at,
                    refreshed_at: *at,
                    token: *token,
                    former: Vec::new(),
                    output_latency: Span::ZERO,
                    push: None,
                }));
            }
            (Self::Open(session), Event::Refreshed { token, at }) => {
                let excess = (session.former.len() + 1).saturating_sub(REMEMBERED_TOKENS);
                session.former.drain(..excess);
                session.former.push(session.token);
                session.token = *token;
                session.refreshed_at = *at;
            }
            (Self::Open(session), Event::Revoked { at, why }) => {
                *self = Self::Revoked {
                    user: session.user,
                    at: *at,
                    why: *why,
                };
            }
            (Self::Open(session), Event::OutputLatencySet(latency)) => {
                session.output_latency = *latency
            }
            (Self::Open(session), Event::PushSubscribed(push)) => {
                session.push = Some(Subscription::clone(push));
            }
            (Self::Open(session), Event::PushUnsubscribed) => session.push = None,
            (Self::Unborn | Self::Revoked { .. }, _) => {}
        }
    }

    fn name(command: &Command) -> &'static str {
        match command {
            Command::Open { .. } => "open",
            Command::Refresh { .. } => "refresh",
            Command::Revoke => "revoke",
            Command::SetOutputLatency(_) => "set_output_latency",
            Command::SetPush(_) => "set_push",
        }
    }

    /// A session claims nothing.
    fn claim_taken(_key: &ClaimKey) -> Rejection {
        Rejection::Exists
    }
}
