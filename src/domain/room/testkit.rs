//! Rooms to tell stories of: a host, guests, and tracks of ten seconds.

use crate::domain::aggregate::Aggregate;
use crate::domain::testkit::{Story, at, given, item, media, user};
use crate::ids::{ItemId, UserId};
use crate::time::{Span, Timestamp};

use super::membership::{self, Role};
use super::playlist::{self, Item, Source, Track};
use super::settings::{Control, Invite, Settings, Visibility, Volume};
use super::timeline::Timeline;
use super::vote::VoteSkip;
use super::{Event, OpenRoom, Room, playback};
use crate::time::Position;

/// Who opened the room.
pub(super) fn host() -> UserId {
    user(1)
}

/// The first to join it.
pub(super) fn guest() -> UserId {
    user(2)
}

/// The second to join it.
pub(super) fn other_guest() -> UserId {
    user(3)
}

/// Who never joined it.
pub(super) fn stranger() -> UserId {
    user(99)
}

/// The invites of the room.
pub(super) fn invite() -> Invite {
    Invite {
        code: "C0DE".into(),
        link: "L1NK".into(),
    }
}

/// How the room is set up.
pub(super) fn settings() -> Settings {
    Settings {
        name: "Kitchen".into(),
        visibility: Visibility::Public,
        control: Control::Host,
        volume: Volume::FULL,
        vote_skip: VoteSkip::default(),
        invite: invite(),
    }
}

/// How long most tracks are.
pub(super) const TEN_SECONDS: Span = Span::from_secs(10);

/// A track of ten seconds.
pub(super) fn track() -> Track {
    track_of(Some(10_000))
}

/// A track of that length.
pub(super) fn track_of(duration_ms: Option<i64>) -> Track {
    Track {
        title: "Song".into(),
        artists: vec!["Artist".into()],
        album: None,
        duration: duration_ms.map(Span::from_ms),
        artwork_url: None,
        source: Source::Media(media(1)),
    }
}

/// The item as the host listed it.
pub(super) fn item_of(id: ItemId, track: Track) -> Item {
    Item {
        id,
        track,
        added_by: Some(host()),
        added_at: at(0),
    }
}

/// That somebody came in.
pub(super) fn joined(user: UserId, role: Role) -> Event {
    let at = Timestamp::default();
    membership::Event::Joined { user, role, at }.into()
}

/// The room with nobody in it but its host, and nothing to play.
pub(super) fn quiet_room() -> Story<Room> {
    let created = Event::Created {
        host: host(),
        settings: settings(),
        at: at(0),
    };
    given([created, joined(host(), Role::Host)]).by(host())
}

/// The room with its host and two guests, and tracks of these lengths as `item(1)`, `item(2)` …; the first stands at
/// its beginning.
pub(super) fn room_with<const N: usize>(durations_ms: [Option<i64>; N]) -> Story<Room> {
    let mut story = quiet_room();
    story.happens(joined(guest(), Role::Guest));
    story.happens(joined(other_guest(), Role::Guest));
    for (index, duration) in durations_ms.into_iter().enumerate() {
        let id = item(index as u8 + 1);
        story.happens(playlist::Event::Added {
            item: item_of(id, track_of(duration)),
            index,
            shuffled_index: None,
        });
    }
    if N > 0 {
        story.happens(changed(standing(1, 0, 0), playback::Change::FirstAdded));
    }
    story
}

/// The room with three tracks of ten seconds, the first playing since 0.
pub(super) fn playing_room() -> Story<Room> {
    room_playing([Some(10_000); 3])
}

/// The room with tracks of these lengths, the first playing since 0.
pub(super) fn room_playing<const N: usize>(durations_ms: [Option<i64>; N]) -> Story<Room> {
    let mut story = room_with(durations_ms);
    story.happens(started(running(1, 0, 0)));
    story
}

impl Story<Room> {
    /// A fact, whatever led to it.
    pub(super) fn happens(&mut self, event: impl Into<Event>) {
        self.state.evolve(&event.into());
    }

    /// The same story with one more fact.
    pub(super) fn after(mut self, event: impl Into<Event>) -> Self {
        self.happens(event);
        self
    }

    /// The room, which is open.
    #[track_caller]
    pub(super) fn room(&self) -> &OpenRoom {
        self.state.open().expect("the room is open")
    }

    /// What plays.
    #[track_caller]
    pub(super) fn timeline(&self) -> Timeline {
        self.room().playback.timeline.expect("something is current")
    }

    /// The items as they play, by the number they were made with.
    #[track_caller]
    pub(super) fn listed(&self) -> Vec<ItemId> {
        self.room().playlist.items.iter().map(|i| i.id).collect()
    }
}

/// The nth item, running from `position_ms` since `at_ms`.
pub(super) fn running(n: u8, position_ms: u64, at_ms: i64) -> Timeline {
    Timeline::playing(item(n), Position::from_ms(position_ms), at(at_ms))
}

/// The nth item, standing at `position_ms` since `at_ms`.
pub(super) fn standing(n: u8, position_ms: u64, at_ms: i64) -> Timeline {
    Timeline::paused(item(n), Position::from_ms(position_ms), at(at_ms))
}

/// That the music started.
pub(super) fn started(timeline: Timeline) -> Event {
    playback::Event::Started { timeline }.into()
}

/// That the music paused.
pub(super) fn paused(timeline: Timeline) -> Event {
    playback::Event::Paused { timeline }.into()
}

/// That the music went elsewhere.
pub(super) fn seeked(timeline: Timeline) -> Event {
    playback::Event::Seeked { timeline }.into()
}

/// That another item plays.
pub(super) fn changed(timeline: Timeline, why: playback::Change) -> Event {
    playback::Event::Changed { timeline, why }.into()
}

/// That the last item is over.
pub(super) fn finished(timeline: Timeline) -> Event {
    playback::Event::Finished { timeline }.into()
}
