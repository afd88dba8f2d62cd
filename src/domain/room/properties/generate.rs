//! What may be asked of a room, drawn at random.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use crate::domain::room::playlist::Repeat;
use crate::domain::room::settings::{Control, Visibility};
use crate::domain::room::testkit::*;
use crate::domain::room::*;
use crate::domain::testkit::*;
use crate::ids::{ItemId, MessageId, RequestId};
use crate::time::{Position, Span};

/// One thing that is asked in an evening.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) wait: Span,
    /// The server was down while waiting: what the room does by itself is late.
    pub(super) down: bool,
    pub(super) by: By,
    pub(super) lead: Span,
    pub(super) connected: Vec<UserId>,
    pub(super) friend_of_host: bool,
    pub(super) command: Command,
}

/// Whoever is host by then.
pub(super) const HOST: UserId = UserId(Uuid::nil());

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
        2 => items().prop_map(|item| Hasten { item }),
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

pub(super) fn steps() -> impl Strategy<Value = Step> {
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
