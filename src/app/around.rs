//! What surrounds the entities: keeps the directory current, hands effects to the relay, and lets go of connections
//! whose room or session is over.

use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::Clock;
use crate::domain::aggregate::Facts;
use crate::domain::policy;
use crate::domain::room::{self, Room, membership, moderation};
use crate::domain::session::{self, Session};
use crate::domain::user::friendship::Event as Friendship;
use crate::domain::user::{self, User};
use crate::entity::{Registry, Relay, Surroundings};
use crate::ids::{RoomId, SessionId, UserId};
use crate::journal::Entry;
use crate::presence::{Eviction, Notice, Presence};
use crate::projection::{Directory, RequestIndex};
use crate::time::Span;

use super::starts;

/// Everything an entity's surroundings reach.
pub(super) struct Around {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) presence: Arc<Presence>,
    pub(super) directory: Arc<Directory>,
    pub(super) requests: Arc<RequestIndex>,
    /// Set while the registries run: they hold this, so it must let go of them in the end.
    pub(super) reach: RwLock<Option<Reach>>,
}

/// Where what is durable leads to.
#[derive(Clone)]
pub(super) struct Reach {
    relay: Relay,
    rooms: Registry<Room>,
}

impl Around {
    pub(super) fn reach(&self, relay: Relay, rooms: Registry<Room>) {
        *self.reach.write().unwrap_or_else(PoisonError::into_inner) = Some(Reach { relay, rooms });
    }

    pub(super) fn let_go(&self) {
        *self.reach.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn with_reach(&self, act: impl FnOnce(&Reach)) {
        if let Some(reach) = self
            .reach
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
        {
            act(reach);
        }
    }

    fn evict(&self, room: RoomId, user: Option<UserId>, why: Eviction) {
        for connection in self.presence.evict(room, user, why, self.clock.now()) {
            self.with_reach(|reach| reach.rooms.unwatch(room, connection));
        }
    }
}

impl Surroundings<Room> for Around {
    fn lead(&self, id: RoomId) -> Span {
        self.presence.lead(id, None, self.clock.now())
    }

    fn facts(&self, id: RoomId) -> Facts {
        Facts {
            connected: self.presence.connected(id),
            ..Facts::default()
        }
    }

    fn has_effects(&self, id: RoomId, event: &room::Event) -> bool {
        !policy::of_room(id, event).is_empty()
    }

    fn durable(&self, id: RoomId, state: Option<&Room>, entry: &Entry<room::Event>) {
        if let Some(room) = state {
            self.directory.note_room(id, entry.seq, room, entry.at);
        }
        for event in &entry.events {
            self.requests.note(id, state, event);
        }
        self.with_reach(|reach| reach.relay.deliver_of_room(id, entry));
    }

    fn published(&self, id: RoomId, entry: &Entry<room::Event>) {
        for event in &entry.events {
            match event {
                room::Event::Membership(membership::Event::Left { user }) => {
                    self.evict(id, Some(*user), Eviction::Left);
                }
                room::Event::Moderation(moderation::Event::Kicked { user, .. }) => {
                    self.evict(id, Some(*user), Eviction::Kicked);
                }
                room::Event::Moderation(moderation::Event::Banned { user, .. }) => {
                    self.evict(id, Some(*user), Eviction::Banned);
                }
                room::Event::Playback(event) => starts::note(&self.presence, id, event, entry.at),
                room::Event::Closed { .. } => self.evict(id, None, Eviction::RoomClosed),
                _ => {}
            }
        }
    }
}

impl Surroundings<User> for Around {
    fn lead(&self, _: UserId) -> Span {
        Span::ZERO
    }

    fn facts(&self, _: UserId) -> Facts {
        Facts::default()
    }

    fn has_effects(&self, id: UserId, event: &user::Event) -> bool {
        !policy::of_user(id, event).is_empty()
    }

    fn durable(&self, id: UserId, state: Option<&User>, entry: &Entry<user::Event>) {
        if let Some(user) = state {
            self.directory.note_user(id, entry.seq, user);
        }
        self.with_reach(|reach| reach.relay.deliver_of_user(id, entry));
    }

    fn published(&self, id: UserId, entry: &Entry<user::Event>) {
        for news in entry.events.iter().filter_map(news) {
            self.presence.notify(id, &news);
        }
    }
}

/// What a fact about a user is news of, for that user.
fn news(event: &user::Event) -> Option<Notice> {
    let user::Event::Friendship(event) = event else {
        return None;
    };
    match *event {
        Friendship::RequestReceived {
            request, from, at, ..
        } => Some(Notice::FriendRequestReceived { request, from, at }),
        Friendship::AcceptHeard { friend, .. } | Friendship::RequestsCrossed { friend, .. } => {
            Some(Notice::FriendRequestAccepted { friend })
        }
        Friendship::Rejected { request, .. } | Friendship::RejectHeard { request, .. } => {
            Some(Notice::FriendRequestGone { request })
        }
        Friendship::RemoveHeard { friend, .. } => Some(Notice::FriendRemoved { friend }),
        Friendship::InviteReceived { room, by, at, .. } => {
            Some(Notice::RoomInvite { room, by, at })
        }
        Friendship::RequestSent { .. }
        | Friendship::Accepted { .. }
        | Friendship::RequestWithdrawn { .. }
        | Friendship::Removed { .. }
        | Friendship::InviteSent { .. }
        | Friendship::InviteDismissed { .. }
        | Friendship::Gone { .. } => None,
    }
}

impl Surroundings<Session> for Around {
    fn lead(&self, _: SessionId) -> Span {
        Span::ZERO
    }

    fn facts(&self, _: SessionId) -> Facts {
        Facts::default()
    }

    fn has_effects(&self, _: SessionId, _: &session::Event) -> bool {
        false
    }

    fn durable(&self, id: SessionId, state: Option<&Session>, entry: &Entry<session::Event>) {
        if let Some(session) = state {
            self.directory.note_session(id, entry.seq, session);
        }
        if entry
            .events
            .iter()
            .any(|event| matches!(event, session::Event::Revoked { .. }))
        {
            self.presence.close_session(id);
        }
    }
}
