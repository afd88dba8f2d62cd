//! Use cases of rooms.

use crate::domain::aggregate::{By, ClaimKey, Facts};
use crate::domain::room::settings::{Control, Invite, Visibility};
use crate::domain::room::{self, Room, membership, playback, playlist};
use crate::entity::{Ephemeral, Executed, Idempotency, Order, Resume, Subscriber};
use crate::ids::{
    ConnectionId, MediaId, RoomId, UserId, canonical_crockford, fresh, random_crockford,
};
use crate::journal::{Kind, Seq};

use super::{App, AppError, RoomView};

/// How a new room is set up.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// Who controls.
    pub control: Control,
}

impl App {
    /// Opens a room; the caller is its host. The same key opens the same room again.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn create_room(
        &self,
        host: UserId,
        new: NewRoom,
        key: Option<Idempotency>,
    ) -> Result<RoomView, AppError> {
        let id = match &key {
            Some(key) => RoomId(derived(host, key.id.as_str())),
            None => self.new_room_id(),
        };
        self.open_room(id, host, new, Self::new_invite(), key).await
    }

    pub(super) fn new_room_id(&self) -> RoomId {
        RoomId(fresh(self.clock.now()))
    }

    pub(super) async fn open_room(
        &self,
        id: RoomId,
        host: UserId,
        new: NewRoom,
        invite: Invite,
        key: Option<Idempotency>,
    ) -> Result<RoomView, AppError> {
        let command = room::Command::Create {
            name: new.name,
            visibility: new.visibility,
            control: new.control,
            invite,
        };
        self.rooms
            .execute(
                id,
                Order {
                    key,
                    ..Order::new(command, By::User(host))
                },
            )
            .await?;
        self.view(host, id).await
    }

    /// Secrets for a room's invites.
    pub fn new_invite() -> Invite {
        Invite {
            code: random_crockford(Invite::CODE_LEN),
            link: random_crockford(Invite::LINK_LEN),
        }
    }

    /// The room that an invite code or a link's secret opens.
    pub fn room_by_invite(&self, typed: &str) -> Option<RoomId> {
        let key = ClaimKey::Invite(canonical_crockford(typed));
        self.journal
            .claimed(&key)
            .filter(|stream| stream.kind == Kind::Room)
            .map(|stream| RoomId(stream.id))
    }

    /// Makes the caller a member, with the invite they showed, if any.
    ///
    /// # Errors
    /// Where the room does not let them in, or the machine says no.
    pub async fn join(
        &self,
        user: UserId,
        id: RoomId,
        invite: Option<&str>,
        key: Option<Idempotency>,
    ) -> Result<RoomView, AppError> {
        let invite = invite.map(canonical_crockford);
        self.execute(
            By::User(user),
            id,
            membership::Command::Join { invite }.into(),
            key,
        )
        .await?;
        self.view(user, id).await
    }

    /// Gives a command to a room. Role and visibility are read from the actor, each time.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn execute(
        &self,
        by: By,
        id: RoomId,
        command: room::Command,
        key: Option<Idempotency>,
    ) -> Result<Executed<room::Event>, AppError> {
        let order = self.room_order(by, id, command, key).await?;
        Ok(self.rooms.execute(id, order).await?)
    }

    /// Gives a command to a room and lets the answer come later; commands of one caller are decided in the order given.
    ///
    /// # Errors
    /// Where too many commands wait.
    pub async fn submit(
        &self,
        by: By,
        id: RoomId,
        command: room::Command,
        key: Option<Idempotency>,
    ) -> Result<impl Future<Output = Result<Seq, AppError>> + Send + 'static, AppError> {
        let order = self.room_order(by, id, command, key).await?;
        let answer = self.rooms.submit(id, order).await?;
        Ok(async move {
            let broken = || {
                AppError::Failed(crate::entity::Failure::Unknown(
                    "the room broke off: try again".into(),
                ))
            };
            Ok(answer.await.map_err(|_| broken())??.seq)
        })
    }

    /// A command with what its rules ask for, and no more: the head start for music, who is connected for succession,
    /// friendship for joining.
    async fn room_order(
        &self,
        by: By,
        id: RoomId,
        command: room::Command,
        key: Option<Idempotency>,
    ) -> Result<Order<Room>, AppError> {
        let connected = || Facts {
            connected: self.presence.connected(id),
            ..Facts::default()
        };
        let lead = self.lead_of(id, &command);
        let mut facts = Facts::default();
        match &command {
            room::Command::Playback(playback::Command::PauseUnheard { .. })
            | room::Command::Vote(_)
            | room::Command::Membership(
                membership::Command::Leave
                | membership::Command::ClaimHost
                | membership::Command::SucceedHost { .. },
            ) => facts = connected(),
            room::Command::Membership(membership::Command::Join { .. }) => {
                if let By::User(user) = by {
                    facts = self.facts_of_coming(user, id).await?;
                }
            }
            _ => {}
        }
        Ok(Order {
            command,
            by,
            key,
            lead,
            facts,
        })
    }

    /// Looks at a room's state, once everything it contains is durable.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn look<R: Send + 'static>(
        &self,
        id: RoomId,
        look: impl FnOnce(&Room) -> R + Send + 'static,
    ) -> Result<R, AppError> {
        Ok(self.rooms.query(id, |room, _| look(room)).await?)
    }

    /// Fails where the caller is not a member.
    ///
    /// # Errors
    /// [`membership::Rejection::NotMember`], [`AppError::NotFound`], or where the machine says no.
    pub async fn require_member(&self, user: UserId, id: RoomId) -> Result<(), AppError> {
        let role = self
            .rooms
            .query(id, move |room, _| {
                room.open().map(|room| room.membership.role(user))
            })
            .await?;
        match role {
            None => Err(AppError::NotFound("there is no such room")),
            Some(None) => Err(room::Rejection::Membership(membership::Rejection::NotMember).into()),
            Some(Some(_)) => Ok(()),
        }
    }

    /// Follows a room with a connection.
    ///
    /// # Errors
    /// Where the caller is no member, or the machine says no.
    pub async fn watch(
        &self,
        user: UserId,
        id: RoomId,
        subscriber: Subscriber<Room>,
        resume: Option<Resume>,
    ) -> Result<(), AppError> {
        self.require_member(user, id).await?;
        let connection = subscriber.id;
        self.presence.enter(connection, id);
        if let Err(failure) = self.rooms.watch(id, subscriber, resume).await {
            self.unwatch(user, id, connection);
            return Err(failure.into());
        }
        // Somebody may have taken them out while they were coming in: what is true now counts.
        if let Err(error) = self.require_member(user, id).await {
            self.unwatch(user, id, connection);
            return Err(error);
        }
        Ok(())
    }

    /// Follows a room no more.
    pub fn unwatch(&self, user: UserId, id: RoomId, connection: ConnectionId) {
        self.rooms.unwatch(id, connection);
        if self.presence.leave(connection, id, self.clock.now()) {
            self.watch_for_lost_host(id, user);
        }
    }

    /// A connection is gone.
    pub fn disconnected(&self, connection: ConnectionId, rooms: &[RoomId]) {
        for room in rooms {
            self.rooms.unwatch(*room, connection);
        }
        for (room, user) in self.presence.disconnect(connection, self.clock.now()) {
            self.watch_for_lost_host(room, user);
        }
        rooms.iter().for_each(|room| self.wait_no_more(*room));
    }

    /// Shows something passing to everybody who follows a room.
    pub fn show(&self, id: RoomId, what: Ephemeral) {
        self.rooms.show(id, what);
    }

    /// Whether a user shares a room with somebody in whose playlist the file is.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn may_hear(&self, user: UserId, media: MediaId) -> Result<bool, AppError> {
        let Ok(account) = self.account(user).await else {
            return Ok(false);
        };
        for id in account.rooms.keys() {
            if self.may_hear_in(user, *id, media).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a user belongs to a room in whose playlist the file is.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn may_hear_in(
        &self,
        user: UserId,
        id: RoomId,
        media: MediaId,
    ) -> Result<bool, AppError> {
        let wanted = playlist::Source::Media(media);
        self.look(id, move |room| {
            room.open().is_some_and(|room| {
                let mut items = room.playlist.items.iter();
                room.membership.role(user).is_some() && items.any(|i| i.track.source == wanted)
            })
        })
        .await
    }
}

/// The id of the room that a named creation makes: the same name by the same user is the same room.
fn derived(host: UserId, key: &str) -> uuid::Uuid {
    let mut hasher = blake3::Hasher::new_derive_key("tutti 2026 room id of a creation");
    hasher.update(host.0.as_bytes());
    hasher.update(key.as_bytes());
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
