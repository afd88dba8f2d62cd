//! Use cases of quick rooms: rooms without accounts, found by a name that anybody may say.
//!
//! The name is the room's invite: the secret of its invite link follows from it, so that whoever knows the name comes in,
//! the claim on it makes one room of one name, and a name is free again once its room is closed.

use crate::domain::aggregate::By;
use crate::domain::room::settings::{Control, Invite, Visibility};
use crate::domain::room::{self, membership};
use crate::ids::{RoomId, UserId, crockford, random_crockford};

use super::{App, AppError, NewRoom, RoomView};

/// How often a room is looked for again that was opened or closed by somebody else in the same moment.
const TRIES: usize = 4;

/// What the room without a name is called.
const UNNAMED: &str = "Listen now";

impl App {
    /// Brings a user into the quick room of that name, which is opened where there is none: who opens it is its host, and
    /// so is whoever comes while no host is connected.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn enter_quick(&self, user: UserId, name: &str) -> Result<RoomId, AppError> {
        let link = link_of(name);
        let mut last = AppError::NotFound("the room closes just now: try again");
        for _ in 0..TRIES {
            let entered = match self.room_by_invite(&link) {
                Some(id) => self.join(user, id, Some(&link), None).await,
                None => self.open_quick(user, name, &link).await,
            };
            match entered {
                Ok(view) => return Ok(view.id),
                Err(error @ AppError::NotFound(_)) => last = error,
                Err(error @ AppError::Room(room::Rejection::InviteTaken)) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    async fn open_quick(&self, host: UserId, name: &str, link: &str) -> Result<RoomView, AppError> {
        let new = NewRoom {
            name: if name.is_empty() { UNNAMED } else { name }.to_owned(),
            visibility: Visibility::Invite,
            control: Control::Host,
        };
        let invite = Invite {
            code: random_crockford(Invite::CODE_LEN),
            link: link.to_owned(),
        };
        self.open_room(self.new_room_id(), host, new, invite, None)
            .await
    }

    /// Takes over a room that no connected host has; nothing happens where one has.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn take_over(&self, user: UserId, id: RoomId) -> Result<(), AppError> {
        let host = self.look(id, |room| room.open().and_then(|room| room.membership.host));
        let host = host.await?;
        if host.is_some_and(|host| host == user || self.presence.connected(id).contains(&host)) {
            return Ok(());
        }
        let claim = membership::Command::ClaimHost.into();
        match self.execute(By::User(user), id, claim, None).await {
            Err(AppError::Room(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Somebody's last connection to a quick room is gone: they leave it, and the next one is host. Nothing happens while
    /// another of their connections follows the room.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn leave_quick(&self, user: UserId, id: RoomId) -> Result<(), AppError> {
        if self.presence.connected(id).contains(&user) {
            return Ok(());
        }
        let leave = membership::Command::Leave.into();
        match self.execute(By::User(user), id, leave, None).await {
            Ok(_) | Err(AppError::Room(_) | AppError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The secret of the invite link of a quick room.
fn link_of(name: &str) -> String {
    let digest = blake3::derive_key("tutti 2026 invite of a quick room", name.as_bytes());
    crockford(&digest[..Invite::LINK_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_one_invite_and_another_name_another() {
        assert_eq!(link_of("main"), link_of("main"));
        assert_ne!(link_of("main"), link_of("Main"));
        assert_eq!(link_of("main").len(), Invite::LINK_LEN);
    }
}
