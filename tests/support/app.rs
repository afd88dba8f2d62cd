//! An app on a journal in memory that can be held, made to fail, and crashed; and listeners that keep what they hear.
#![allow(
    dead_code,
    reason = "which of these a test file uses is its own affair"
)]

use std::any::Any;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tutti::app::{App, AppError, NewRoom, Options};
use tutti::clock::SystemClock;
use tutti::domain::aggregate::{By, ClaimKey};
use tutti::domain::room::playlist::{self, Source, Track};
use tutti::domain::room::settings::{Control, Visibility};
use tutti::domain::room::{self, OpenRoom, Room};
use tutti::domain::user::Credentials;
use tutti::domain::user::profile::Username;
use tutti::entity::{Encoded, Encoder, Offer, Outlet, Resume, Subscriber};
use tutti::ids::{ConnectionId, RoomId, SessionId, UserId};
use tutti::journal::memory::MemoryJournal;
use tutti::journal::{
    Append, AppendError, Damage, Done, Entry, Epoch, Figures, Head, Health, Journal, Kind, Seq,
    Stored, StreamId,
};
use tutti::presence::{Connection, Eviction, Farewell};
use tutti::time::Span;

/// Waits until `look` finds something; fails after 10 s.
pub async fn eventually<T, F: Future<Output = Option<T>>>(look: impl Fn() -> F) -> T {
    let search = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), search)
        .await
        .expect("found within 10 s")
}

/// A command that adds a track of that length.
pub fn add_track(title: &str, duration_ms: Option<i64>) -> room::Command {
    let track = Track {
        title: title.to_owned(),
        artists: vec!["The Tests".to_owned()],
        album: None,
        duration: duration_ms.map(Span::from_ms),
        artwork_url: None,
        source: Source::Url("https://example.org/song.mp3".to_owned()),
    };
    playlist::Command::Add { track, index: None }.into()
}

/// A journal in memory whose appends can be held back and made to fail.
#[derive(Default)]
pub struct TestJournal {
    inner: MemoryJournal,
    holding: AtomicBool,
    held: Mutex<VecDeque<(Append, Done)>>,
    arrived: Notify,
    failures: Mutex<VecDeque<AppendError>>,
    keep_marks: AtomicBool,
}

impl TestJournal {
    /// From now on nothing becomes durable …
    pub fn hold(&self) {
        self.holding.store(true, Ordering::SeqCst);
    }

    /// … until now.
    pub fn release(&self) {
        self.holding.store(false, Ordering::SeqCst);
        loop {
            let next = self.held.lock().expect("a lock").pop_front();
            let Some((append, done)) = next else { return };
            self.carry_out(append, done);
        }
    }

    /// Waits until so many appends are held.
    pub async fn until_held(&self, count: usize) {
        loop {
            let arrived = self.arrived.notified();
            if self.held.lock().expect("a lock").len() >= count {
                return;
            }
            arrived.await;
        }
    }

    /// The next append fails so.
    pub fn fail_next(&self, error: AppendError) {
        self.failures.lock().expect("a lock").push_back(error);
    }

    /// Marks of effects stay from now on, as after a crash that lost what was not flushed.
    pub fn forget_settled(&self) {
        self.keep_marks.store(true, Ordering::SeqCst);
    }

    fn carry_out(&self, append: Append, done: Done) {
        if let Some(error) = self.failures.lock().expect("a lock").pop_front() {
            return done(Err(error));
        }
        self.inner.append(append, done);
    }
}

impl Journal for TestJournal {
    fn append(&self, append: Append, done: Done) {
        if self.holding.load(Ordering::SeqCst) {
            self.held.lock().expect("a lock").push_back((append, done));
            self.arrived.notify_waiters();
        } else {
            self.carry_out(append, done);
        }
    }

    fn append_together(&self, appends: Vec<(Append, Done)>) {
        for (append, done) in appends {
            self.append(append, done);
        }
    }

    fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        self.inner.head(stream)
    }

    fn read(&self, stream: StreamId, after: Seq, limit: usize) -> Result<Vec<Stored>, Damage> {
        self.inner.read(stream, after, limit)
    }

    fn snapshot(&self, stream: StreamId) -> Option<(Seq, Vec<u8>)> {
        self.inner.snapshot(stream)
    }

    fn save_snapshot(&self, stream: StreamId, seq: Seq, bytes: Vec<u8>) {
        self.inner.save_snapshot(stream, seq, bytes);
    }

    fn claimed(&self, key: &ClaimKey) -> Option<StreamId> {
        self.inner.claimed(key)
    }

    fn streams(&self, kind: Kind, after: Option<uuid::Uuid>, limit: usize) -> Vec<StreamId> {
        self.inner.streams(kind, after, limit)
    }

    fn unsettled(&self) -> Vec<(StreamId, Seq)> {
        self.inner.unsettled()
    }

    fn settle(&self, stream: StreamId, seq: Seq) {
        if !self.keep_marks.load(Ordering::SeqCst) {
            self.inner.settle(stream, seq);
        }
    }

    fn health(&self) -> Health {
        self.inner.health()
    }

    fn figures(&self) -> Figures {
        self.inner.figures()
    }
}

/// A room's state, and its last entry.
#[derive(Debug)]
pub struct Whole {
    pub room: OpenRoom,
    pub seq: Seq,
    pub epoch: Epoch,
}

/// An app, and the journal under it.
pub struct Stage {
    pub app: App,
    pub journal: Arc<TestJournal>,
}

impl Stage {
    /// An app on an empty journal.
    pub async fn start() -> Self {
        Self::on(Arc::default()).await
    }

    async fn on(journal: Arc<TestJournal>) -> Self {
        Self::with(journal, Options::default()).await
    }

    /// An app whose accounts leave memory at once when nobody uses them.
    pub async fn with(journal: Arc<TestJournal>, options: Options) -> Self {
        let options = Options {
            idle_accounts: Span::ZERO,
            ..options
        };
        let clock = Arc::new(SystemClock::start());
        let app = App::start(journal.clone(), clock, options)
            .await
            .expect("an app");
        app.until_ready().await;
        Self { app, journal }
    }

    /// Stops in good order and starts again.
    pub async fn restart(self) -> Self {
        self.app.close().await;
        Self::on(self.journal).await
    }

    /// Starts again without having stopped.
    pub async fn crash(self) -> Self {
        self.journal.keep_marks.store(false, Ordering::SeqCst);
        Self::on(self.journal).await
    }

    /// A new guest.
    pub async fn guest(&self) -> UserId {
        self.app
            .become_guest("Guest".to_owned())
            .await
            .expect("a guest")
    }

    /// A new user with that username.
    pub async fn register(&self, username: &str) -> Result<UserId, AppError> {
        let username = Username::new(username).expect("a username");
        let credentials = Credentials {
            username,
            email: None,
            password_hash: "$argon2id$".to_owned(),
        };
        self.app.register(None, credentials, None, None).await
    }

    /// A public room with one track of ten minutes, and its host.
    pub async fn room_with_track(&self) -> (UserId, RoomId) {
        let host = self.guest().await;
        let new = NewRoom {
            name: "Room".to_owned(),
            visibility: Visibility::Public,
            control: Control::Host,
        };
        let room = self
            .app
            .create_room(host, new, None)
            .await
            .expect("a room")
            .id;
        let add = add_track("Long", Some(600_000));
        self.app
            .execute(By::User(host), room, add, None)
            .await
            .expect("a track");
        (host, room)
    }

    /// A room, whole.
    pub async fn whole(&self, id: RoomId) -> Result<Whole, AppError> {
        let seen = self.app.look(id, |room| room.open().cloned()).await?;
        let room = seen.ok_or(AppError::NotFound("there is no such room"))?;
        let view = self.app.view(UserId(uuid::Uuid::nil()), id).await?;
        let (seq, epoch) = (view.seq, view.epoch);
        Ok(Whole { room, seq, epoch })
    }

    /// Follows a room.
    pub async fn watch(
        &self,
        user: UserId,
        room: RoomId,
        listener: &Listener,
        resume: Option<Resume>,
    ) -> ConnectionId {
        let session = SessionId(uuid::Uuid::from_u128(1));
        let id = self
            .app
            .presence()
            .connect(user, session, Arc::new(Indifferent));
        let heard = listener.heard.clone();
        let subscriber = Subscriber {
            id,
            encoder: heard.clone(),
            outlet: heard,
        };
        self.app
            .watch(user, room, subscriber, resume)
            .await
            .expect("following");
        listener.until_began().await;
        id
    }

    /// Waits until a user belongs to so many rooms.
    pub async fn until_rooms(&self, user: UserId, count: usize) {
        eventually(|| async {
            let account = self.app.account(user).await.ok()?;
            (account.rooms.len() == count).then_some(())
        })
        .await;
    }
}

struct Indifferent;

impl Connection for Indifferent {
    fn close(&self, _: Farewell) {}
    fn evicted(&self, _: RoomId, _: Eviction) {}
}

/// One who follows a room and keeps what it hears.
#[derive(Default)]
pub struct Listener {
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    seqs: Mutex<Vec<u64>>,
    snapshot: Mutex<Vec<(Epoch, Seq)>>,
    resumed: AtomicUsize,
    news: Notify,
}

impl Encoder<Room> for Heard {
    fn entries(&self, _: RoomId, entries: &[Arc<Entry<room::Event>>]) -> Encoded {
        self.seqs
            .lock()
            .expect("a lock")
            .extend(entries.iter().map(|entry| entry.seq.0));
        self.news.notify_waiters();
        Encoded {
            bytes: Bytes::from_static(b"e"),
            messages: entries.len(),
        }
    }

    fn snapshot(&self, _: RoomId, _: &Room, epoch: Epoch, seq: Seq) -> Encoded {
        self.snapshot.lock().expect("a lock").push((epoch, seq));
        self.news.notify_waiters();
        Encoded {
            bytes: Bytes::from_static(b"s"),
            messages: 1,
        }
    }

    fn resumed(&self, _: RoomId, _: Epoch, _: Seq, entries: &[Arc<Entry<room::Event>>]) -> Encoded {
        self.seqs
            .lock()
            .expect("a lock")
            .extend(entries.iter().map(|entry| entry.seq.0));
        self.resumed.fetch_add(1, Ordering::SeqCst);
        self.news.notify_waiters();
        Encoded {
            bytes: Bytes::from_static(b"r"),
            messages: 1,
        }
    }

    fn ephemeral(&self, _: RoomId, _: &(dyn Any + Send + Sync)) -> Option<Encoded> {
        None
    }
}

impl Outlet for Heard {
    fn offer(&self, _: &Bytes, _: usize) -> Offer {
        Offer::Taken
    }

    fn is_closed(&self) -> bool {
        false
    }
}

impl Listener {
    /// The numbers of the entries heard.
    pub fn seqs(&self) -> Vec<u64> {
        self.heard.seqs.lock().expect("a lock").clone()
    }

    /// How many entries were heard.
    pub fn count(&self) -> usize {
        self.seqs().len()
    }

    /// How many snapshots came.
    pub fn snapshots(&self) -> usize {
        self.heard.snapshot.lock().expect("a lock").len()
    }

    /// Where the last snapshot stands.
    pub fn position(&self) -> (Epoch, Seq) {
        *self
            .heard
            .snapshot
            .lock()
            .expect("a lock")
            .last()
            .expect("a snapshot")
    }

    /// The number it stands at.
    pub fn snapshot_seq(&self) -> u64 {
        self.position().1.0
    }

    /// Waits until what was heard is as it should be.
    pub async fn until(&self, enough: impl Fn(&[u64]) -> bool) {
        self.until_true(|| enough(&self.seqs())).await;
    }

    async fn until_began(&self) {
        self.until_true(|| self.snapshots() + self.heard.resumed.load(Ordering::SeqCst) > 0)
            .await;
    }

    async fn until_true(&self, holds: impl Fn() -> bool) {
        let wait = async {
            loop {
                let news = self.heard.news.notified();
                if holds() {
                    return;
                }
                news.await;
            }
        };
        let heard = || format!("heard {:?}", self.seqs());
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .unwrap_or_else(|_| panic!("{}", heard()));
    }
}
