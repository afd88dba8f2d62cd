//! A whole evening: what was asked of a room, one after the other, and what it led to.

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::generate::{HOST, Step, steps};
use crate::domain::aggregate::Facts;
use crate::domain::room::testkit::*;
use crate::domain::room::*;
use crate::domain::testkit::*;

/// One command, and what it led to.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) before: Room,
    pub(super) command: Command,
    pub(super) ctx: Context,
    pub(super) decided: Result<Vec<Event>, Rejection>,
    pub(super) after: Room,
}

/// A whole evening, in which the room does by itself what it has to as long as the server is up.
pub(super) fn evenings() -> impl Strategy<Value = Vec<Moment>> {
    vec(steps(), 1..60).prop_map(|steps| {
        let mut evening = Evening::begins();
        for step in steps {
            evening.goes_on(step);
        }
        evening.moments
    })
}

struct Evening {
    room: Room,
    now: Timestamp,
    moments: Vec<Moment>,
}

impl Evening {
    fn begins() -> Self {
        let story = quiet_room();
        Self {
            room: story.state,
            now: story.ctx.now,
            moments: vec![],
        }
    }

    fn goes_on(&mut self, step: Step) {
        let until = self.now + step.wait;
        while let Some(alarm) = self.room.alarm().filter(|alarm| alarm.at <= until) {
            self.now = if step.down {
                until
            } else {
                self.now.max(alarm.at)
            };
            self.ask(alarm.command, By::System, &step);
        }
        self.now = until;
        let command = meaning(step.command.clone(), &self.room);
        let host = self.room.open().and_then(|room| room.membership.host);
        let by = match (step.by, host) {
            (By::User(HOST), Some(host)) => By::User(host),
            (by, _) => by,
        };
        self.ask(command, by, &step);
    }

    fn ask(&mut self, command: Command, by: By, step: &Step) {
        let host = self.room.open().and_then(|room| room.membership.host);
        let ctx = Context {
            now: self.now,
            by,
            fresh: Uuid::from_u128(0x9_0000 + self.moments.len() as u128),
            lead: step.lead,
            facts: Facts {
                friend_of: host.filter(|_| step.friend_of_host),
                invited_by: None,
                connected: step.connected.clone(),
                ..Facts::default()
            },
        };
        let before = self.room.clone();
        let decided = before.decide(&command, &ctx);
        for event in decided.iter().flatten() {
            self.room.evolve(event);
        }
        self.moments.push(Moment {
            before,
            command,
            ctx,
            decided,
            after: self.room.clone(),
        });
    }
}

/// The same command about items that are there: `item(0)` is the current one, `item(n)` the nth listed, where there is
/// one.
fn meaning(mut command: Command, room: &Room) -> Command {
    use request::{Change, Command as Ask};
    use {playback::Command as Music, playlist::Command as List};
    match (&mut command, room.open()) {
        (Command::Request(command), Some(room)) => mean_waiting(command, room),
        (Command::Chat(chat::Command::Delete { message }), Some(room)) => {
            let said = room.chat.messages.get(message.0.as_u128() as usize);
            *message = said.map_or(*message, |said| said.id);
        }
        (Command::Playlist(List::Reorder { order }), Some(room)) => {
            *order = room
                .playlist
                .items
                .iter()
                .rev()
                .map(|item| item.id)
                .collect();
        }
        _ => {}
    }
    let place = match &mut command {
        Command::Playback(
            Music::Select { item, .. } | Music::TrackEnded { item } | Music::Hasten { item },
        ) => item,
        Command::Playlist(
            List::Move { item, .. } | List::Remove { item } | List::Edit { item, .. },
        ) => item,
        Command::Request(Ask::Submit(
            Change::Move { item, .. } | Change::Remove { item } | Change::Edit { item, .. },
        )) => item,
        _ => return command,
    };
    let Some(room) = room.open() else {
        return command;
    };
    let listed = room.playlist.items.iter().map(|item| Some(item.id));
    let known: Vec<_> = std::iter::once(room.playback.current())
        .chain(listed)
        .collect();
    if let Some(id) = known
        .iter()
        .enumerate()
        .find_map(|(n, id)| id.filter(|_| *place == item(n as u8)))
    {
        *place = id;
    }
    command
}

/// The nth request of all there are, those that wait first.
fn mean_waiting(command: &mut request::Command, room: &OpenRoom) {
    use request::Command as Ask;
    let (Ask::Approve { request } | Ask::Deny { request, .. } | Ask::Withdraw { request }) =
        command
    else {
        return;
    };
    let all = room.requests.pending.iter().chain(&room.requests.decided);
    if let Some(found) = all.into_iter().nth(request.0.as_u128() as usize) {
        *request = found.id;
    }
}

impl Moment {
    pub(super) fn events(&self) -> &[Event] {
        self.decided.as_deref().unwrap_or_default()
    }

    pub(super) fn music(&self) -> impl Iterator<Item = &playback::Event> {
        self.events().iter().filter_map(|event| match event {
            Event::Playback(event) => Some(event),
            _ => None,
        })
    }

    pub(super) fn role_of_caller(&self) -> Option<Role> {
        self.before.open()?.membership.role(self.ctx.by.user()?)
    }

    /// Whether the music went elsewhere because somebody wanted it to, or because a track was over.
    pub(super) fn goes_elsewhere(&self) -> bool {
        let says_where = matches!(
            self.command,
            Command::Playback(playback::Command::PauseUnheard { .. }) | Command::Heard(_)
        );
        says_where
            || self.music().any(|event| {
                !matches!(
                    event,
                    playback::Event::Started { .. } | playback::Event::Paused { .. }
                )
            })
    }
}
