//! What the app does by itself: brings projections and playing rooms back at start, hands rooms over when their host is
//! lost, stops music nobody hears, and tells listeners about each other.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::aggregate::By;
use crate::domain::room::{Room, membership, playback};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::ids::{RoomId, SessionId, UserId};
use crate::journal::stored::Stored;
use crate::journal::{Journal, Kind, Seq, StreamId};
use crate::projection::Directory;
use crate::time::{Span, Timestamp};

use super::{App, Options};

/// A host that comes back within this time stays host.
pub const HOST_GRACE: Span = Span::from_secs(10);
/// Music that nobody hears for so long is paused.
pub const UNHEARD: Span = Span::from_secs(60);
/// How often playing rooms are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How often changes of presence are told.
const TELL: Duration = Duration::from_millis(1_000);

/// In a room with more connected users, presence names nobody: the counts suffice.
pub const NAMED_PRESENCE: usize = 200;
/// In a room with more connected users, reports are told ten times less often.
const QUIET_PRESENCE: usize = 20;

/// Presence changed: an [`crate::entity::Ephemeral`] for the followers of a room.
#[derive(Debug, Clone)]
pub struct PresenceChanged {
    /// Whose; nobody's in a large room.
    pub members: Vec<membership::Member>,
    /// How many are connected.
    pub connected: usize,
}

/// Somebody reacts: an [`crate::entity::Ephemeral`] for the followers of a room.
#[derive(Debug, Clone)]
pub struct Reacted {
    /// Who.
    pub user: UserId,
    /// With which emoji.
    pub emoji: String,
}

impl App {
    pub(super) fn begin_upkeep(&self, options: Options) {
        let app = self.clone();
        self.run(async move {
            app.rebuild().await;
            app.pause_unheard(options.previous_alive).await;
        });
        let app = self.clone();
        self.run(async move { app.close_empty().await });
        let app = self.clone();
        self.run(async move { app.tell_presence().await });
        let app = self.clone();
        self.run(async move { app.tell_friends().await });
    }

    /// Rebuilds the projections, and brings the playing rooms back.
    async fn rebuild(&self) {
        let (journal, directory) = (self.journal.clone(), self.directory.clone());
        let requests = self.requests.clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut guests = Vec::new();
            each::<User>(journal.as_ref(), |id, seq, user, _| {
                directory.note_user(UserId(id), seq, user)
            });
            each::<Room>(journal.as_ref(), |id, seq, room, at| {
                directory.note_room(RoomId(id), seq, room, at);
                guests.extend(guests_in(&directory, RoomId(id), room));
                requests.note_room(RoomId(id), room);
            });
            each::<Session>(journal.as_ref(), |id, seq, session, _| {
                directory.note_session(SessionId(id), seq, session);
            });
            guests.retain(|(user, _)| directory.sessions_of(*user).is_empty());
            guests
        });
        match read.await {
            Ok(lost) => self.let_leave(lost),
            Err(error) => tracing::error!(%error, "the projections could not be rebuilt"),
        }
        self.sign_out_disabled().await;
        for room in self.directory.playing() {
            if let Err(failure) = self.rooms.wake(room).await {
                tracing::error!(%room, ?failure, "a playing room could not be brought back");
            }
        }
        self.ready.send_replace(true);
    }

    /// Guests of the moment who never left: no session is theirs, so nobody can come back as them. They leave once a host
    /// would be succeeded, as they would have when their last connection went.
    fn let_leave(&self, lost: Vec<(UserId, RoomId)>) {
        if lost.is_empty() {
            return;
        }
        let app = self.clone();
        self.run(async move {
            tokio::time::sleep(HOST_GRACE.to_std()).await;
            for (user, room) in lost {
                if let Err(error) = app.leave_quick(user, room).await {
                    tracing::warn!(%room, ?error, "who is gone for good could not leave");
                }
            }
        });
    }

    /// A host whose last connection to a room is gone has a while to come back.
    pub(super) fn watch_for_lost_host(&self, room: RoomId, user: UserId) {
        let app = self.clone();
        self.run(async move {
            let hosts = app.rooms.query(room, move |state, _| {
                state
                    .open()
                    .is_some_and(|open| open.membership.host == Some(user))
            });
            if !hosts.await.unwrap_or(false) {
                return;
            }
            tokio::time::sleep(HOST_GRACE.to_std()).await;
            let command = membership::Command::SucceedHost { lost: user };
            if let Err(error) = app.execute(By::System, room, command.into(), None).await {
                tracing::warn!(%room, ?error, "the lost host could not be succeeded");
            }
        });
    }

    async fn pause_unheard(&self, previous_alive: Option<Timestamp>) {
        let started = self.clock.now();
        let mut since: std::collections::HashMap<RoomId, Timestamp> =
            std::collections::HashMap::new();
        let mut ticks = tokio::time::interval(LOOK);
        loop {
            ticks.tick().await;
            let now = self.clock.now();
            let playing = self.directory.playing();
            since.retain(|room, _| playing.contains(room));
            for room in playing {
                if self.presence.connected_count(room) > 0 {
                    since.remove(&room);
                    continue;
                }
                let first = *since.entry(room).or_insert(now);
                let empty = self.presence.empty_since(room);
                if now - empty.unwrap_or(first) < UNHEARD {
                    continue;
                }
                let before_start = previous_alive.filter(|_| first <= started + Span::from_secs(5));
                let last_heard = empty.or(before_start).unwrap_or(first);
                let command = playback::Command::PauseUnheard { last_heard };
                if let Err(error) = self.execute(By::System, room, command.into(), None).await {
                    tracing::warn!(%room, ?error, "music that nobody hears could not be paused");
                }
            }
        }
    }

    /// Closes rooms that everybody left, `after` so long.
    async fn close_empty(&self) {
        self.until_ready().await;
        let mut set = self.empty_rooms.subscribe();
        loop {
            let after = *set.borrow_and_update();
            let rest = (after.to_std() / 4).clamp(LOOK / 10, LOOK * 30);
            // Set otherwise, it is looked at once more at once.
            let _ = tokio::time::timeout(rest, set.changed()).await;
            let after = *set.borrow();
            for room in self.directory.empty_since(self.clock.now() - after) {
                let command = crate::domain::room::Command::CloseEmpty;
                if let Err(error) = self.execute(By::System, room, command, None).await {
                    tracing::warn!(%room, ?error, "a room that everybody left could not be closed");
                }
            }
        }
    }

    async fn tell_presence(&self) {
        let mut ticks = tokio::time::interval(TELL);
        for tick in 0u64.. {
            ticks.tick().await;
            for room in self.presence.rooms() {
                self.tell_presence_in(room, tick).await;
            }
        }
    }

    async fn tell_presence_in(&self, room: RoomId, tick: u64) {
        let connected = self.presence.connected_count(room);
        let reports =
            connected <= QUIET_PRESENCE || (connected <= NAMED_PRESENCE && tick.is_multiple_of(10));
        let users = self.presence.take_changes(room, reports);
        if connected == 0 {
            self.presence
                .forget_after(room, self.clock.now() - UNHEARD - UNHEARD);
        }
        if users.is_empty() || connected == 0 {
            return;
        }
        let members = if connected > NAMED_PRESENCE {
            Vec::new()
        } else {
            let look = move |state: &Room, _| {
                let member = |user: &UserId| state.open()?.membership.members.get(user).copied();
                users.iter().filter_map(member).collect()
            };
            self.rooms.query(room, look).await.unwrap_or_default()
        };
        self.show(room, Arc::new(PresenceChanged { members, connected }));
    }
}

/// The members of a room who have no password.
fn guests_in(directory: &Directory, id: RoomId, room: &Room) -> Vec<(UserId, RoomId)> {
    let members = room.open().map(|open| open.membership.members.keys());
    let guest = |user: &&UserId| {
        directory
            .person(**user)
            .is_some_and(|person| person.is_guest)
    };
    let guests = members.into_iter().flatten().filter(guest);
    guests.map(|user| (*user, id)).collect()
}

/// How many streams are listed at a time.
const STREAMS: usize = 4_096;

/// Calls `note` with every aggregate of a kind as the journal has it. One that cannot be read is left out, with a word
/// in the log.
fn each<A: Stored>(journal: &dyn Journal, mut note: impl FnMut(uuid::Uuid, Seq, &A, Timestamp)) {
    let mut after = None;
    loop {
        let streams = journal.streams(A::KIND, after, STREAMS);
        let Some(last) = streams.last() else { return };
        after = Some(last.id);
        for stream in streams {
            match replayed::<A>(journal, stream) {
                Ok((state, seq, at)) => note(stream.id, seq, &state, at),
                Err(damage) => tracing::error!(%damage, "left out of the directory"),
            }
        }
    }
}

/// An aggregate as the journal has it, the number of its last entry, and when that was decided.
///
/// # Errors
/// Where an entry is missing or damaged.
pub fn replayed<A: Stored>(
    journal: &dyn Journal,
    stream: StreamId,
) -> Result<(A, Seq, Timestamp), crate::journal::Damage> {
    let (mut state, mut seq) = crate::entity::kept_state::<A>(journal, stream).unwrap_or_default();
    let mut at = Timestamp::default();
    let end = journal.head(stream)?.map_or(Seq::ZERO, |head| head.seq);
    crate::journal::replay::<A>(journal, stream, seq, end, |entry| {
        entry.events.iter().for_each(|event| state.evolve(event));
        (seq, at) = (entry.seq, entry.at);
    })?;
    Ok((state, seq, at))
}

/// Which kinds of aggregates there are; one more must be rebuilt here too.
const _: () = assert!(Kind::ALL.len() == 3);
