//! What concerns a user, whichever room: whether they are there, where they listen, and news for them.

use crate::ids::{ConnectionId, RequestId, RoomId, UserId};
use crate::time::Timestamp;

use super::{Presence, State};

/// News for one user, told to each of their connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Somebody asks to be their friend.
    FriendRequestReceived {
        /// Under which name.
        request: RequestId,
        /// Who.
        from: UserId,
        /// When.
        at: Timestamp,
    },
    /// They have a new friend, whom they had asked.
    FriendRequestAccepted {
        /// Who.
        friend: UserId,
    },
    /// A friend request, theirs or to them, waits no more and made nobody friends.
    FriendRequestGone {
        /// Which.
        request: RequestId,
    },
    /// A friend ended the friendship.
    FriendRemoved {
        /// Who.
        friend: UserId,
    },
    /// A friend came online, went, or listens elsewhere.
    FriendSeen {
        /// Who.
        friend: UserId,
        /// Since when they are friends.
        since: Timestamp,
        /// Whether they have a connection.
        online: bool,
        /// The rooms they listen in that the one who is told may enter.
        listening_in: Vec<RoomId>,
    },
    /// A friend invites them into a room.
    RoomInvite {
        /// Into which.
        room: RoomId,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
    },
}

/// Who hears what is told to users without a connection. Never waits.
pub type Away = Box<dyn Fn(UserId, &Notice) + Send + Sync>;

impl Presence {
    /// Has `away` hear, from now on, what is told to users without a connection. The first one stays.
    pub fn when_away(&self, away: Away) {
        let _ = self.1.set(away);
    }

    /// Tells every connection of a user.
    pub fn notify(&self, user: UserId, news: &Notice) {
        let handles: Vec<_> = {
            let state = self.state();
            let theirs = state.of_user.get(&user).into_iter().flatten();
            theirs
                .filter_map(|id| Some(state.connections.get(id)?.handle.clone()))
                .collect()
        };
        match self.1.get() {
            Some(away) if handles.is_empty() => away(user, news),
            _ => handles.iter().for_each(|handle| handle.notice(news)),
        }
    }

    /// At most so many users who came, went, entered a room or left one since that was last asked.
    pub fn take_moved(&self, limit: usize) -> Vec<UserId> {
        let mut state = self.state();
        let taken: Vec<UserId> = state.moved.iter().take(limit).copied().collect();
        for user in &taken {
            state.moved.remove(user);
        }
        if state.moved.is_empty() {
            state.moved.shrink_to(limit);
        }
        taken
    }

    /// The rooms that users follow, in the order asked; nothing for those without a connection.
    pub fn whereabouts(&self, users: &[UserId]) -> Vec<Option<Vec<RoomId>>> {
        let state = self.state();
        let rooms_of = |user: &UserId| {
            let theirs = state.of_user.get(user)?.iter();
            let lives = theirs.filter_map(|id| state.connections.get(id));
            let mut rooms: Vec<RoomId> = lives.flat_map(|live| live.rooms.clone()).collect();
            rooms.sort_unstable();
            rooms.dedup();
            Some(rooms)
        };
        users.iter().map(rooms_of).collect()
    }
}

impl State {
    pub(super) fn forget_connection(&mut self, user: UserId, connection: ConnectionId) {
        let Some(theirs) = self.of_user.get_mut(&user) else {
            return;
        };
        theirs.retain(|id| *id != connection);
        self.moved.insert(user);
        if theirs.is_empty() {
            self.of_user.remove(&user);
        }
    }
}
