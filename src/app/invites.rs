//! Use cases of coming into rooms that are not public: invites of friends, and the friends of a host.

use crate::domain::aggregate::Facts;
use crate::domain::room::settings::Visibility;
use crate::domain::user::User;
use crate::domain::user::friendship::Command;
use crate::entity::Idempotency;
use crate::ids::{RoomId, UserId};
use crate::projection::RoomCard;

use super::people::InviteView;
use super::{App, AppError};

impl App {
    /// Invites a friend into a room of which the caller is a member.
    ///
    /// # Errors
    /// Where the caller is no member or the other no friend, or the machine says no.
    pub async fn invite_friend(
        &self,
        user: UserId,
        room: RoomId,
        friend: UserId,
        key: Option<Idempotency>,
    ) -> Result<(), AppError> {
        self.require_member(user, room).await?;
        let command = Command::InviteToRoom { room, friend };
        self.friendship(user, command, key).await?;
        Ok(())
    }

    /// The invites of a user into rooms that are open, the latest first.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn invites(&self, user: UserId) -> Result<Vec<InviteView>, AppError> {
        let mine = self.friendships(user).await?;
        let invites = mine.invites.iter().filter_map(|(room, invite)| {
            Some(InviteView {
                room: *room,
                card: self.directory.room(*room)?,
                by: invite.by,
                at: invite.at,
            })
        });
        let mut invites: Vec<InviteView> = invites.collect();
        invites.sort_unstable_by_key(|invite| std::cmp::Reverse((invite.at, invite.room)));
        Ok(invites)
    }

    /// Puts an invite aside.
    ///
    /// # Errors
    /// Where there is none, or the machine says no.
    pub async fn dismiss_invite(
        &self,
        user: UserId,
        room: RoomId,
        key: Option<Idempotency>,
    ) -> Result<(), AppError> {
        let command = Command::DismissInvite { room };
        self.friendship(user, command, key).await?;
        Ok(())
    }

    /// What a room that is not public wants to know of one who comes: whether they are a friend of the host's, and which
    /// friend invited them.
    pub(super) async fn facts_of_coming(
        &self,
        user: UserId,
        room: RoomId,
    ) -> Result<Facts, AppError> {
        let public = |card: &RoomCard| card.visibility == Visibility::Public;
        if self.directory.room(room).as_ref().is_some_and(public) {
            return Ok(Facts::default());
        }
        let host = self
            .rooms
            .query(room, |room, _| room.open()?.membership.host);
        let host = host.await?;
        let look = move |user: &User, _| {
            let mine = &user.known()?.friendships;
            let invite = mine.invites.get(&room);
            Some(Facts {
                friend_of: host.filter(|host| mine.is_friend(*host)),
                invited_by: invite.map(|invite| invite.by),
                ..Facts::default()
            })
        };
        Ok(self.users.query(user, look).await?.unwrap_or_default())
    }
}
