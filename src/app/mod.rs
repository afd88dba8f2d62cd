//! The app: dialect-neutral use cases, all that a dialect may call. Execute, query, watch.
//!
//! Looks facts up and puts the context together; the rules are the domain's, the words are the gateway's.

mod accounts;
mod admin;
mod again;
mod around;
mod chat;
mod door;
mod error;
mod friends;
mod history;
mod invites;
mod people;
mod quick;
mod requests;
mod rooms;
mod seen;
mod sharing;
mod starts;
mod upkeep;
mod view;

use std::sync::{Arc, RwLock};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::domain::room::Room;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::entity::{Failure, Policy, Registry, Relay};
use crate::journal::{Figures, Health, Journal};
use crate::presence::{Farewell, Presence};
use crate::projection::{Directory, RequestIndex};
use crate::time::{Span, Timestamp};
use around::Around;

pub use admin::{AdminUser, Hearing, Verified};
pub use chat::{MAX_MESSAGES, ToldMessage};
pub use door::Doorstep;
pub use error::AppError;
pub use history::{MAX_HISTORY, Moment, Page, SharedEntry};
pub use people::{Direction, Found, FriendRequest, FriendView, InviteView, Outcome, Relation};
pub use rooms::NewRoom;
pub use upkeep::{HOST_GRACE, NAMED_PRESENCE, PresenceChanged, Reacted, UNHEARD, replayed};
pub use view::{LISTED_MEMBERS, Listed, Members, RoomView, listed_members};

/// What may be set where an app starts.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// When the server last ran before, where known: music that nobody comes back to pauses at the position of then.
    pub previous_alive: Option<Timestamp>,
    /// Users and sessions that nobody has asked for so long leave memory.
    pub idle_accounts: Span,
    /// Rooms that nobody follows and nobody has asked for so long leave memory.
    pub idle_rooms: Span,
    /// Rooms without a member are closed after so long.
    pub empty_rooms: Span,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            previous_alive: None,
            idle_accounts: Span::from_ms(10),
            idle_rooms: Span::from_secs(60),
            empty_rooms: Span::from_secs(3_600),
        }
    }
}

/// The use cases, and everything they reach. Cheap to clone.
#[derive(Clone)]
pub struct App {
    clock: Arc<dyn Clock>,
    started_at: Timestamp,
    journal: Arc<dyn Journal>,
    presence: Arc<Presence>,
    directory: Arc<Directory>,
    requests: Arc<RequestIndex>,
    rooms: Registry<Room>,
    users: Registry<User>,
    sessions: Registry<Session>,
    relay: Relay,
    ready: Arc<watch::Sender<bool>>,
    closing: Arc<watch::Sender<bool>>,
    /// After how long rooms that everybody left are closed.
    empty_rooms: Arc<watch::Sender<Span>>,
    /// Held while the first account may be made.
    first: Arc<tokio::sync::Mutex<()>>,
    around: Arc<Around>,
}

impl App {
    /// Starts the entities on a journal.
    ///
    /// # Errors
    /// Where the actors cannot be started.
    pub async fn start(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Self, Failure> {
        let presence = Arc::new(Presence::default());
        let directory = Arc::new(Directory::default());
        let requests = Arc::new(RequestIndex::default());
        let around = Arc::new(Around {
            clock: clock.clone(),
            presence: presence.clone(),
            directory: directory.clone(),
            requests: requests.clone(),
            reach: RwLock::new(None),
        });
        let brief = Policy {
            idle: options.idle_accounts,
            waiting: 64,
        };
        let long = Policy {
            idle: options.idle_rooms,
            waiting: 1_024,
        };
        let rooms = Registry::start(journal.clone(), clock.clone(), around.clone(), long).await?;
        let users = Registry::start(journal.clone(), clock.clone(), around.clone(), brief).await?;
        let sessions =
            Registry::start(journal.clone(), clock.clone(), around.clone(), brief).await?;
        let relay = Relay::start(journal.clone(), &users);
        around.reach(relay.clone(), rooms.clone());
        // Before anything new, so that what concerns one user stays in order.
        if let Err(damage) = relay.recover() {
            tracing::error!(%damage, "what concerns others could not be delivered again");
        }
        let ready = Arc::new(watch::Sender::new(false));
        let app = Self {
            started_at: clock.now(),
            clock,
            journal,
            presence,
            directory,
            requests,
            rooms,
            users,
            sessions,
            relay,
            ready,
            closing: Arc::new(watch::Sender::new(false)),
            empty_rooms: Arc::new(watch::Sender::new(options.empty_rooms)),
            first: Arc::default(),
            around,
        };
        app.begin_upkeep(options);
        Ok(app)
    }

    /// When this program began to serve.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Server time.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// How people and rooms are called.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Who is connected.
    pub fn presence(&self) -> &Arc<Presence> {
        &self.presence
    }

    /// The journal, for reading and for its health.
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    /// Whether appends are taken.
    pub fn health(&self) -> Health {
        self.journal.health()
    }

    /// How much the journal holds, and how long the disk takes.
    pub fn figures(&self) -> Figures {
        self.journal.figures()
    }

    /// Whether the projections are rebuilt.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Waits until the projections are rebuilt.
    pub async fn until_ready(&self) {
        let mut ready = self.ready.subscribe();
        let _ = ready.wait_for(|ready| *ready).await;
    }

    /// Lets idle entities leave memory, without waiting for the next look around.
    pub fn sweep_idle(&self) {
        self.rooms.sweep();
        self.users.sweep();
        self.sessions.sweep();
    }

    /// How many rooms, users and sessions run.
    pub fn running(&self) -> [usize; 3] {
        [
            self.rooms.running_count(),
            self.users.running_count(),
            self.sessions.running_count(),
        ]
    }

    /// Runs a task of the app's own, which ends with it at the latest.
    fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut closing = self.closing.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = task => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }

    /// Tells every connection to come back after a restart, and closes it.
    pub fn farewell(&self) {
        self.presence.close_all(Farewell::Restart);
    }

    /// Stops every entity once what it does is durable. Nothing is taken from here on.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.farewell();
        self.rooms.close().await;
        self.relay.close().await;
        self.sessions.close().await;
        self.users.close().await;
        self.around.let_go();
    }
}
