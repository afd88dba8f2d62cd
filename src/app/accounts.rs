//! Use cases of accounts and sessions.

use crate::domain::aggregate::{By, ClaimKey, Facts};
use crate::domain::room::membership;
use crate::domain::session::{self, OpenSession, TokenHash};
use crate::domain::user::profile::{Email, Username};
use crate::domain::user::{self, Account, Credentials, User};
use crate::entity::{Idempotency, Order};
use crate::ids::{SessionId, UserId, fresh};
use crate::journal::Kind;

use super::{App, AppError};

impl App {
    /// Makes an account without a password.
    ///
    /// # Errors
    /// Where the name does not fit, or the machine says no.
    pub async fn become_guest(&self, name: String) -> Result<UserId, AppError> {
        let id = UserId(fresh(self.clock.now()));
        self.users
            .execute(
                id,
                Order::new(user::Command::BecomeGuest { name }, By::User(id)),
            )
            .await?;
        Ok(id)
    }

    /// Makes an account with a password, or gives one to a guest, who keeps its rooms.
    ///
    /// # Errors
    /// Where a name is taken, or the machine says no.
    pub async fn register(
        &self,
        guest: Option<UserId>,
        credentials: Credentials,
        name: Option<String>,
        key: Option<Idempotency>,
    ) -> Result<UserId, AppError> {
        let id = guest.unwrap_or_else(|| UserId(fresh(self.clock.now())));
        let command = user::Command::Register { credentials, name };
        self.until_ready().await;
        // One at a time, until somebody is registered: who is first runs the server.
        let first = match self.directory.is_anybody_registered() {
            true => None,
            false => Some(self.first.lock().await),
        };
        let facts = Facts {
            first_account: first.is_some() && !self.directory.is_anybody_registered(),
            ..Facts::default()
        };
        let order = Order {
            key,
            facts,
            ..Order::new(command, By::User(id))
        };
        self.users.execute(id, order).await?;
        Ok(id)
    }

    /// Whose username or e-mail address that is.
    pub fn find_login(&self, text: &str) -> Option<UserId> {
        let key = match Username::new(text) {
            Ok(username) => ClaimKey::Username(username.key()),
            Err(_) => ClaimKey::Email(Email::new(text).ok()?.key()),
        };
        self.journal
            .claimed(&key)
            .filter(|stream| stream.kind == Kind::User)
            .map(|stream| UserId(stream.id))
    }

    /// Looks at a user's state, once everything it contains is durable.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn look_at_user<R: Send + 'static>(
        &self,
        id: UserId,
        look: impl FnOnce(&User) -> R + Send + 'static,
    ) -> Result<R, AppError> {
        Ok(self.users.query(id, |user, _| look(user)).await?)
    }

    /// An account.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn account(&self, id: UserId) -> Result<Account, AppError> {
        let account = self
            .users
            .query(id, |user, _| user.known().cloned())
            .await?;
        account.ok_or(AppError::NotFound("there is no such user"))
    }

    /// Gives a command to an account, by its owner.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn user_command(
        &self,
        id: UserId,
        command: user::Command,
        key: Option<Idempotency>,
    ) -> Result<(), AppError> {
        if !command.permitted(id, By::User(id)) {
            return Err(user::Rejection::NotYours.into());
        }
        self.users
            .execute(
                id,
                Order {
                    key,
                    ..Order::new(command, By::User(id))
                },
            )
            .await?;
        Ok(())
    }

    /// Signs a device in.
    ///
    /// # Errors
    /// [`user::Rejection::Disabled`], or where the machine says no.
    pub async fn open_session(
        &self,
        user: UserId,
        client: String,
        token: TokenHash,
    ) -> Result<SessionId, AppError> {
        self.require_enabled(user).await?;
        let id = SessionId(fresh(self.clock.now()));
        let command = session::Command::Open {
            user,
            client,
            token,
        };
        self.sessions
            .execute(id, Order::new(command, By::User(user)))
            .await?;
        // Disabled in this very moment: whoever did so may not have seen this session yet.
        if let Err(disabled) = self.require_enabled(user).await {
            self.session_command(id, session::Command::Revoke).await?;
            return Err(disabled);
        }
        Ok(id)
    }

    async fn require_enabled(&self, user: UserId) -> Result<(), AppError> {
        match self.account(user).await?.disabled_at {
            None => Ok(()),
            Some(_) => Err(user::Rejection::Disabled.into()),
        }
    }

    /// A signed-in device.
    ///
    /// # Errors
    /// [`session::Rejection::SignedOut`] where it is over, or where the machine says no.
    pub async fn session(&self, id: SessionId) -> Result<OpenSession, AppError> {
        let now = self.clock.now();
        let session = self
            .sessions
            .query(id, move |session, _| session.open(now).cloned())
            .await?;
        session.ok_or(AppError::Session(session::Rejection::SignedOut))
    }

    /// Gives a command to a session; returns what it led to.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn session_command(
        &self,
        id: SessionId,
        command: session::Command,
    ) -> Result<Vec<session::Event>, AppError> {
        let executed = self
            .sessions
            .execute(id, Order::new(command, By::System))
            .await?;
        Ok(executed
            .entry
            .map(|entry| entry.events.clone())
            .unwrap_or_default())
    }

    /// The signed-in devices of a user, the oldest first.
    pub fn sessions_of(&self, user: UserId) -> Vec<SessionId> {
        self.directory.sessions_of(user)
    }

    /// Signs out every device of a user, and says how many those were.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn sign_out_everywhere(&self, user: UserId) -> Result<usize, AppError> {
        let mut devices = 0;
        for session in self.sessions_of(user) {
            match self
                .session_command(session, session::Command::Revoke)
                .await
            {
                Ok(_) => devices += 1,
                Err(AppError::Session(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(devices)
    }

    /// Forgets a person: in no room any more, signed out everywhere, nobody's friend, and no account.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn erase_user(&self, id: UserId) -> Result<(), AppError> {
        let account = self.account(id).await?;
        for room in account.rooms.keys() {
            let leave = membership::Command::Leave.into();
            match self.execute(By::User(id), *room, leave, None).await {
                Ok(_) | Err(AppError::Room(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.sign_out_everywhere(id).await?;
        let order = Order::new(user::Command::Erase, By::System);
        let done = self.users.execute(id, order).await?;
        self.carried(id, done.seq).await;
        Ok(())
    }
}
