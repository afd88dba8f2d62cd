//! Looking after the server: its people, its rooms, and whether its journal is whole.
//!
//! Everything here is for admins; who is one is a fact about the account, read each time.

use crate::domain::aggregate::By;
use crate::domain::room;
use crate::domain::user::{self, Account};
use crate::entity::Order;
use crate::ids::{RoomId, UserId};
use crate::journal::stored::decode_any;
use crate::journal::{Damage, Journal, Kind, Seq, StreamId};
use crate::presence::Report;
use crate::projection::RoomCard;
use crate::time::Span;

use super::{App, AppError};

/// How many entries are checked at a time.
const CHECKED: usize = 1_000;

/// An account, as an admin sees it.
#[derive(Debug, Clone)]
pub struct AdminUser {
    /// Whose.
    pub id: UserId,
    /// The account.
    pub account: Account,
    /// How many devices are signed in.
    pub devices: usize,
}

/// How well a room hears what it should.
#[derive(Debug, Clone, PartialEq)]
pub struct Hearing {
    /// How many people follow it.
    pub connected: usize,
    /// What those who report said last.
    pub reports: Vec<Report>,
}

/// What came of looking through the whole journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many rooms, users and sessions have entries.
    pub streams: u64,
    /// How many entries were read.
    pub entries: u64,
    /// What is wrong, the first few.
    pub damage: Vec<Damage>,
}

impl App {
    /// Fails where the user does not run the server.
    ///
    /// # Errors
    /// [`user::Rejection::NotAdmin`], or where the machine says no.
    pub async fn require_admin(&self, user: UserId) -> Result<(), AppError> {
        if self.account(user).await?.is_admin {
            return Ok(());
        }
        Err(user::Rejection::NotAdmin.into())
    }

    /// Lets an account run the server, or lets it no more.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn set_admin(&self, id: UserId, admin: bool) -> Result<(), AppError> {
        self.account(id).await?;
        self.tell_user(id, user::Command::SetAdmin(admin)).await
    }

    /// Gives an account a command that only Tutti itself gives.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn tell_user(&self, id: UserId, command: user::Command) -> Result<(), AppError> {
        self.users
            .execute(id, Order::new(command, By::System))
            .await?;
        Ok(())
    }

    /// Lets nobody sign in to an account any more, and signs all its devices out; or lets its owner in again. Said by an
    /// admin, or by nobody at the command line.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn set_disabled(
        &self,
        id: UserId,
        disabled: bool,
        by: Option<UserId>,
    ) -> Result<(), AppError> {
        self.account(id).await?;
        let command = match disabled {
            true => user::Command::Disable { by },
            false => user::Command::Enable { by },
        };
        self.tell_user(id, command).await?;
        if disabled {
            self.sign_out_everywhere(id).await?;
        }
        Ok(())
    }

    /// A crash may have come between an account's end and that of its sessions.
    pub(super) async fn sign_out_disabled(&self) {
        for id in self.directory.disabled() {
            if let Err(error) = self.sign_out_everywhere(id).await {
                tracing::error!(user = %id, ?error, "a disabled account could not be signed out");
            }
        }
    }

    /// The registered accounts in whose username or name `text` is; the latest made first.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn all_users(&self, text: &str, limit: usize) -> Result<Vec<AdminUser>, AppError> {
        let mut users = Vec::new();
        for id in self.directory.registered(text, limit) {
            match self.account(id).await {
                Ok(account) => users.push(AdminUser {
                    id,
                    account,
                    devices: self.sessions_of(id).len(),
                }),
                Err(AppError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(users)
    }

    /// The open rooms in whose name `text` is, the latest active first, each with how well it is heard.
    pub fn all_rooms(&self, text: &str, limit: usize) -> Vec<(RoomId, RoomCard, Hearing)> {
        let rooms = self.directory.all_rooms(text, limit).into_iter();
        rooms
            .map(|(id, card)| (id, card, self.hearing(id)))
            .collect()
    }

    fn hearing(&self, id: RoomId) -> Hearing {
        let connected = self.presence.connected(id);
        let seen = self.presence.seen(id, &connected, self.clock.now());
        Hearing {
            connected: connected.len(),
            reports: seen.iter().filter_map(|seen| seen.report).collect(),
        }
    }

    /// Closes a room for good, whoever is in it.
    ///
    /// # Errors
    /// Where there is no such room, or the machine says no.
    pub async fn close_for_all(&self, id: RoomId) -> Result<(), AppError> {
        self.execute(By::System, id, room::Command::Close, None)
            .await?;
        Ok(())
    }

    /// Rooms that everybody leaves are closed after so long, from now on.
    pub fn close_empty_after(&self, after: Span) {
        self.empty_rooms.send_replace(after);
    }

    /// Reads the whole journal, as it was when each part is reached. Takes long where it is long.
    ///
    /// # Errors
    /// Where the machine says no; what is damaged is told, and no error.
    pub async fn verify_journal(&self) -> Result<Verified, AppError> {
        let journal = self.journal.clone();
        let reading = tokio::task::spawn_blocking(move || verify(journal.as_ref()));
        let broken =
            |_| AppError::Failed(crate::entity::Failure::Unknown("reading broke off".into()));
        reading.await.map_err(broken)
    }
}

fn verify(journal: &dyn Journal) -> Verified {
    let mut found = Verified::default();
    for kind in [Kind::Room, Kind::User, Kind::Session] {
        let mut after = None;
        loop {
            let streams = journal.streams(kind, after, CHECKED);
            let Some(last) = streams.last() else { break };
            after = Some(last.id);
            for stream in streams {
                found.streams += 1;
                if let Err(damage) = verify_stream(journal, stream, &mut found.entries) {
                    found.damage.push(damage);
                    found.damage.truncate(20);
                }
            }
        }
    }
    found
}

fn verify_stream(journal: &dyn Journal, stream: StreamId, entries: &mut u64) -> Result<(), Damage> {
    let head = journal.head(stream)?.map_or(Seq::ZERO, |head| head.seq);
    let mut seq = Seq::ZERO;
    while seq < head {
        let before = seq;
        journal.visit(stream, seq, CHECKED, &mut |at, bytes| {
            decode_any(stream.kind, bytes)?;
            seq = at;
            *entries += 1;
            Ok(())
        })?;
        if seq == before {
            return Err(Damage {
                stream: Some(stream),
                seq: Some(head),
                what: "an entry is missing".to_owned(),
            });
        }
    }
    Ok(())
}
