//! What holds in every room, whatever is asked of it: whole evenings of commands, drawn at random.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use crate::domain::aggregate::Facts;
use crate::domain::testkit::*;
use crate::ids::{ItemId, MessageId, RequestId};
use crate::time::{Position, Span};

use super::playlist::Repeat;
use super::settings::{Control, Visibility};
use super::testkit::*;
use super::*;

/// One thing that is asked in an evening.
#[derive(Debug, Clone)]
struct Step {
    wait: Span,
    /// The server was down while waiting: what the room does by itself is late.
    down: bool,
    by: By,
    lead: Span,
    connected: Vec<UserId>,
    friend_of_host: bool,
    command: Command,
}

/// One command, and what it led to.
#[derive(Debug)]
struct Moment {
    before: Room,
    command: Command,
    ctx: Context,
    decided: Result<Vec<Event>, Rejection>,
    after: Room,
}

/// Whoever is host by then.
const HOST: UserId = UserId(Uuid::nil());

const USERS: std::ops::RangeInclusive<u8> = 1..=5;

fn items() -> impl Strategy<Value = ItemId> {
    prop_oneof![3 => Just(item(0)), 4 => (1..7u8).prop_map(item)]
}

fn tracks() -> impl Strategy<Value = playlist::Track> {
    let lengths = prop_oneof![1 => 100..1_000i64, 3 => 1_000..8_000i64];
    option::weighted(0.8, lengths).prop_map(track_of)
}

fn positions() -> impl Strategy<Value = Position> {
    (0..8_000u64).prop_map(Position::from_ms)
}

fn playback_commands() -> impl Strategy<Value = playback::Command> {
    use playback::Command::*;
    prop_oneof![
        5 => Just(Play),
        1 => Just(Pause),
        2 => positions().prop_map(|position| Seek { position }),
        2 => Just(SkipNext),
        1 => Just(SkipPrev),
        2 => (items(), positions()).prop_map(|(item, position)| Select { item, position }),
        2 => items().prop_map(|item| TrackEnded { item }),
        1 => (0..100_000i64).prop_map(|ms| PauseUnheard { last_heard: at(ms) }),
    ]
}

fn playlist_commands() -> impl Strategy<Value = playlist::Command> {
    use playlist::Command::*;
    let repeats = prop_oneof![Just(Repeat::Off), Just(Repeat::One), Just(Repeat::All)];
    prop_oneof![
        10 => (tracks(), option::of(0..6usize)).prop_map(|(track, index)| Add { track, index }),
        1 => (items(), 0..6usize).prop_map(|(item, index)| Move { item, index }),
        2 => items().prop_map(|item| Remove { item }),
        2 => (items(), tracks()).prop_map(|(item, track)| Edit { item, track }),
        1 => Just(Clear),
        2 => repeats.prop_map(SetRepeat),
        2 => any::<bool>().prop_map(SetShuffle),
    ]
}

fn membership_commands() -> impl Strategy<Value = membership::Command> {
    use membership::Command::*;
    let users = || USERS.prop_map(user);
    let secrets = prop_oneof![Just("C0DE".to_owned()), Just("WR0NG".to_owned())];
    prop_oneof![
        4 => option::of(secrets).prop_map(|invite| Join { invite }),
        2 => Just(Leave),
        1 => users().prop_map(|to| TransferHost { to }),
        1 => Just(ClaimHost),
        1 => users().prop_map(|lost| SucceedHost { lost }),
        1 => users().prop_map(|user| Promote { user }),
        1 => users().prop_map(|user| Demote { user }),
    ]
}

fn settings_commands() -> impl Strategy<Value = settings::Command> {
    use settings::Command::*;
    let who = prop_oneof![
        3 => Just(Visibility::Public),
        1 => Just(Visibility::Friends),
        1 => Just(Visibility::Invite)
    ];
    let control = prop_oneof![Just(Control::Host), Just(Control::Everyone)];
    prop_oneof![
        any::<String>().prop_map(Rename),
        who.prop_map(SetVisibility),
        control.prop_map(SetControl),
        any::<u16>().prop_map(|permille| SetVolume(Volume::from_permille(permille))),
    ]
}

fn request_commands() -> impl Strategy<Value = request::Command> {
    use request::{Change, Command::*};
    let changes = prop_oneof![
        4 => (tracks(), option::of(0..6usize)).prop_map(|(track, index)| Change::Add { track, index }),
        1 => (items(), 0..6usize).prop_map(|(item, index)| Change::Move { item, index }),
        2 => items().prop_map(|item| Change::Remove { item }),
        1 => (items(), tracks(), option::of(0..6usize)).prop_map(|(item, track, index)| Change::Edit { item, track, index }),
    ];
    let which = || (0..3u128).prop_map(|n| RequestId(Uuid::from_u128(n)));
    prop_oneof![
        4 => changes.prop_map(Submit),
        2 => which().prop_map(|request| Approve { request }),
        1 => (which(), option::of(any::<String>())).prop_map(|(request, reason)| Deny { request, reason }),
        1 => which().prop_map(|request| Withdraw { request }),
    ]
}

fn heard_commands() -> impl Strategy<Value = heard::Command> {
    use heard::Command as Heard;
    prop_oneof![
        positions().prop_map(|position| Heard::Play { position }),
        positions().prop_map(|position| Heard::Pause { position }),
        positions().prop_map(|position| Heard::Seek { position }),
        (tracks(), any::<bool>(), positions()).prop_map(|(track, playing, position)| {
            Heard::Track {
                track,
                playing,
                position,
            }
        }),
    ]
}

fn life_commands() -> impl Strategy<Value = Command> {
    use moderation::Command::*;
    let users = || USERS.prop_map(user);
    let text = prop_oneof![3 => Just("hello".to_owned()), 1 => any::<String>()];
    let message = (0..3u128).prop_map(|n| MessageId(Uuid::from_u128(n)));
    let vote_skip = (any::<bool>(), 1..=100u8)
        .prop_map(|(on, percent)| settings::Command::SetVoteSkip(vote::VoteSkip { on, percent }));
    let several = vec(playlist_commands().prop_map(Command::from), 1..4).prop_map(|commands| {
        let name = "together";
        Command::Together { name, commands }
    });
    prop_oneof![
        1 => users().prop_map(|user| Kick { user }.into()),
        1 => users().prop_map(|user| Ban { user }.into()),
        2 => users().prop_map(|user| Unban { user }.into()),
        1 => users().prop_map(|user| Mute { user }.into()),
        1 => users().prop_map(|user| Unmute { user }.into()),
        4 => text.prop_map(|text| chat::Command::Say { text }.into()),
        2 => message.prop_map(|message| chat::Command::Delete { message }.into()),
        4 => Just(vote::Command { item: None }.into()),
        1 => vote_skip.prop_map(Command::from),
        6 => Just(undo::Command.into()),
        2 => several,
        1 => Just(playlist::Command::Reorder { order: Vec::new() }.into()),
    ]
}

fn commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        20 => request_commands().prop_map(Command::from),
        30 => life_commands(),
        190 => playback_commands().prop_map(Command::from),
        120 => playlist_commands().prop_map(Command::from),
        40 => membership_commands().prop_map(Command::from),
        20 => settings_commands().prop_map(Command::from),
        30 => heard_commands().prop_map(Command::from),
        1 => Just(Command::Close),
        1 => Just(Command::CloseEmpty),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let callers = prop_oneof![
        1 => Just(By::System),
        6 => Just(By::User(HOST)),
        3 => USERS.prop_map(|n| By::User(user(n))),
    ];
    let connected = vec(USERS.prop_map(user), 0..4);
    let waits = prop_oneof![4 => 0..3_000i64, 1 => 0..40_000i64];
    let circumstances = (waits, prop::bool::weighted(0.2), 0..1_500i64, any::<bool>());
    (circumstances, callers, connected, commands()).prop_map(
        |((wait, down, lead, friend_of_host), by, connected, command)| Step {
            wait: Span::from_ms(wait),
            down,
            by,
            lead: Span::from_ms(lead),
            connected,
            friend_of_host,
            command,
        },
    )
}

/// A whole evening, in which the room does by itself what it has to as long as the server is up.
fn evenings() -> impl Strategy<Value = Vec<Moment>> {
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
        Command::Playback(Music::Select { item, .. } | Music::TrackEnded { item }) => item,
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
    fn events(&self) -> &[Event] {
        self.decided.as_deref().unwrap_or_default()
    }

    fn music(&self) -> impl Iterator<Item = &playback::Event> {
        self.events().iter().filter_map(|event| match event {
            Event::Playback(event) => Some(event),
            _ => None,
        })
    }

    fn role_of_caller(&self) -> Option<Role> {
        self.before.open()?.membership.role(self.ctx.by.user()?)
    }

    /// Whether the music went elsewhere because somebody wanted it to, or because a track was over.
    fn goes_elsewhere(&self) -> bool {
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

/// The open rooms an evening led to.
fn rooms(evening: &[Moment]) -> impl Iterator<Item = &OpenRoom> {
    evening.iter().filter_map(|moment| moment.after.open())
}

fn position_at(room: &OpenRoom, now: Timestamp) -> Option<Position> {
    room.playback.position_at(&room.playlist, now)
}

proptest! {
    #[test]
    fn there_is_one_host_who_is_a_member_unless_nobody_is(evening in evenings()) {
        for room in rooms(&evening) {
            let members = room.membership.members.values();
            let hosts: Vec<UserId> = members.filter(|m| m.role == Role::Host).map(|m| m.user).collect();
            prop_assert_eq!(&hosts, &Vec::from_iter(room.membership.host));
            prop_assert_eq!(hosts.is_empty(), room.membership.members.is_empty());
        }
    }

    #[test]
    fn the_current_item_is_listed_and_there_is_one_unless_nothing_is(evening in evenings()) {
        for room in rooms(&evening) {
            let current = room.playback.current();
            prop_assert_eq!(current.is_none(), room.playlist.items.is_empty());
            prop_assert!(current.is_none_or(|item| room.playlist.get(item).is_some()));
        }
    }

    #[test]
    fn the_drawn_order_holds_every_item_once(evening in evenings()) {
        for room in rooms(&evening) {
            let mut listed: Vec<ItemId> = room.playlist.items.iter().map(|item| item.id).collect();
            let mut drawn = room.playlist.shuffled.clone().unwrap_or(listed.clone());
            listed.sort();
            drawn.sort();
            prop_assert_eq!(listed, drawn);
        }
    }

    #[test]
    fn the_music_stands_or_starts_within_the_track(evening in evenings()) {
        for room in rooms(&evening) {
            let Some(timeline) = room.playback.timeline else { continue };
            let end = room.playlist.get(timeline.item).and_then(|item| item.track.end());
            prop_assert!(end.is_none_or(|end| timeline.position <= end));
        }
    }

    #[test]
    fn the_position_never_runs_backwards_while_playing(evening in evenings(), later in 0..20_000i64) {
        for moment in &evening {
            let (Some(before), Some(after)) = (moment.before.open(), moment.after.open()) else { continue };
            let now = moment.ctx.now;
            prop_assert!(position_at(after, now) <= position_at(after, now + Span::from_ms(later)));
            if before.playback.is_playing() && !moment.goes_elsewhere() {
                prop_assert!(position_at(before, now) <= position_at(after, now));
            }
        }
    }

    #[test]
    fn a_room_that_is_up_hands_over_without_a_gap(evening in evenings()) {
        for moment in &evening {
            let Some(end) = moment.before.open().and_then(|room| room.playback.ends_at(&room.playlist)) else { continue };
            let in_time = moment.ctx.now + moment.ctx.lead.min(playback::NOTICE) <= end;
            for event in moment.music() {
                if let playback::Event::Changed { timeline, why: playback::Change::Ended } = event {
                    prop_assert!(timeline.at >= end);
                    prop_assert!(!in_time || timeline.at == end);
                }
            }
        }
    }

    #[test]
    fn an_alarm_is_obeyed_and_the_next_one_is_later(
        evening in evenings(),
        late in prop_oneof![Just(0), 0..1_000i64, 0..400_000_000_000i64],
    ) {
        for moment in &evening {
            let mut room = moment.after.clone();
            let Some(alarm) = room.alarm() else { continue };
            let now = moment.ctx.now.max(alarm.at) + Span::from_ms(late);
            let ctx = Context { by: By::System, now, ..moment.ctx.clone() };
            let events = room.decide(&alarm.command, &ctx);
            prop_assert!(events.as_ref().is_ok_and(|events| (1..=2).contains(&events.len())), "{events:?}");
            for event in events.unwrap_or_default() {
                room.evolve(&event);
            }
            prop_assert!(room.alarm().is_none_or(|next| next.at > alarm.at));
        }
    }

    #[test]
    fn however_late_a_room_wakes_it_has_caught_up_after_a_few_steps(
        evening in evenings(),
        late in 0..400_000_000_000i64,
    ) {
        let Some(last) = evening.last() else { return Ok(()) };
        let mut room = last.after.clone();
        let now = last.ctx.now + Span::from_ms(late);
        let ctx = Context { by: By::System, now, ..last.ctx.clone() };
        let mut steps = 0;
        while let Some(alarm) = room.alarm().filter(|alarm| alarm.at <= now) {
            for event in room.decide(&alarm.command, &ctx).unwrap_or_default() {
                room.evolve(&event);
            }
            steps += 1;
            prop_assert!(steps <= 3, "{:?}", alarm);
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer_and_a_rejection_changes_nothing(evening in evenings()) {
        for moment in &evening {
            prop_assert_eq!(&moment.before.decide(&moment.command, &moment.ctx), &moment.decided);
            if moment.decided.is_err() {
                prop_assert_eq!(&moment.before, &moment.after);
            }
        }
    }

    #[test]
    fn replaying_the_facts_gives_the_same_room(evening in evenings()) {
        let mut replayed = quiet_room().state;
        for moment in &evening {
            moment.events().iter().for_each(|event| replayed.evolve(event));
            prop_assert_eq!(&replayed, &moment.after);
        }
    }

    #[test]
    fn who_is_banned_is_no_member_and_who_is_muted_says_nothing(evening in evenings()) {
        for moment in &evening {
            let (Some(before), Some(after)) = (moment.before.open(), moment.after.open()) else { continue };
            prop_assert!(after.moderation.banned.keys().all(|user| after.membership.role(*user).is_none()));
            let Some(user) = moment.ctx.by.user().filter(|user| before.is_muted(*user)) else { continue };
            let speaks = moment.events().iter().any(|event| {
                matches!(event, Event::Chat(chat::Event::Said { .. }) | Event::Request(request::Event::Submitted { .. }))
            });
            prop_assert!(!speaks, "{user}");
        }
    }

    #[test]
    fn votes_are_those_of_members_about_what_plays_and_chat_and_undo_are_bounded(evening in evenings()) {
        for room in rooms(&evening) {
            prop_assert!(room.votes.by.iter().all(|user| room.membership.role(*user).is_some()));
            prop_assert!(room.votes.by.is_empty() || room.playback.current().is_some());
            prop_assert!(room.undo.steps.len() <= undo::MAX_STEPS);
            let seen = room.chat.messages.iter().filter(|m| m.text.is_some());
            prop_assert!(seen.into_iter().all(|m| !room.chat.deleted.contains(&m.id)));
        }
    }

    #[test]
    fn every_request_is_in_one_place_and_what_waits_was_asked_by_a_member(evening in evenings()) {
        for room in rooms(&evening) {
            let request::Requests { pending, decided } = &room.requests;
            prop_assert!(pending.iter().all(|r| r.decision.is_none() && room.membership.role(r.by).is_some()));
            prop_assert!(decided.iter().all(|r| r.decision.is_some()));
            let mut ids: Vec<RequestId> = pending.iter().chain(decided).map(|r| r.id).collect();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), pending.len() + decided.len());
        }
    }

    #[test]
    fn where_the_host_controls_a_guest_changes_nothing_but_its_own_belonging_and_the_end_of_a_track(
        evening in evenings(),
    ) {
        for moment in &evening {
            let Some(room) = moment.before.open() else { continue };
            if moment.role_of_caller() != Some(Role::Guest) || room.settings.control == Control::Everyone {
                continue;
            }
            for event in moment.events() {
                let over = matches!(
                    event,
                    Event::Playback(playback::Event::Finished { .. })
                        | Event::Playback(playback::Event::Changed { why: playback::Change::Ended, .. })
                );
                let own = matches!(
                    event,
                    Event::Membership(_)
                        | Event::Request(request::Event::Submitted { .. } | request::Event::Withdrawn { .. })
                        | Event::Chat(_)
                        | Event::Vote(_)
                );
                let over = over || moment.events().iter().any(|event| matches!(event, Event::Vote(_)));
                prop_assert!(over || own, "{event:?}");
            }
        }
    }

    #[test]
    fn a_stranger_changes_nothing_but_by_coming_in(evening in evenings()) {
        for moment in &evening {
            let Some(user) = moment.ctx.by.user().filter(|_| moment.role_of_caller().is_none()) else { continue };
            for event in moment.events() {
                let comes_in = matches!(event, Event::Membership(membership::Event::Joined { user: who, .. }) if *who == user);
                prop_assert!(comes_in, "{event:?}");
            }
        }
    }
}

/// The properties above say little about evenings in which little happens.
#[test]
fn the_evenings_are_eventful() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut over, mut refused, mut shuffling, mut playing) = (0, 0, 0, 0);
    let (mut approved, mut undone, mut voted_off) = (0, 0, 0);
    for _ in 0..200 {
        let evening = evenings()
            .new_tree(&mut runner)
            .expect("an evening")
            .current();
        for moment in &evening {
            let ended = |event: &playback::Event| {
                matches!(
                    event,
                    playback::Event::Changed {
                        why: playback::Change::Ended,
                        ..
                    }
                )
            };
            over += usize::from(moment.music().any(ended));
            refused += usize::from(moment.decided.is_err());
            undone += usize::from(moment.events().iter().any(|e| matches!(e, Event::Undo(_))));
            let off = |event: &playback::Event| {
                matches!(
                    event,
                    playback::Event::Changed {
                        why: playback::Change::VotedOff,
                        ..
                    }
                )
            };
            voted_off += usize::from(moment.music().any(off));
            approved += moment
                .events()
                .iter()
                .filter(|event| matches!(event, Event::Request(request::Event::Approved { .. })))
                .count();
        }
        shuffling += rooms(&evening)
            .filter(|room| room.playlist.shuffled.is_some())
            .count();
        playing += rooms(&evening)
            .filter(|room| room.playback.is_playing())
            .count();
    }
    for count in [over, refused, shuffling, playing] {
        assert!(count > 500, "{over} {refused} {shuffling} {playing}");
    }
    for count in [approved, undone, voted_off] {
        assert!(count > 5, "{approved} {undone} {voted_off}");
    }
}
