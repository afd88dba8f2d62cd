//! What is stored comes back as it was, or is refused: never something else.

#[path = "support/samples.rs"]
mod samples;

use proptest::prelude::*;
use tutti::domain::aggregate::By;
use tutti::domain::room::playback::Event as Playback;
use tutti::domain::room::playlist::{Event as Playlist, Item, Source, Track};
use tutti::domain::room::timeline::{Rate, Timeline};
use tutti::domain::room::{self, Room};
use tutti::domain::session::{self, Session};
use tutti::domain::user::{self, User};
use tutti::ids::{CommandId, ItemId, UserId};
use tutti::journal::stored::{Stored, decode_any, entry_from_json, entry_to_json};
use tutti::journal::{Cause, Entry, Seq};
use tutti::time::{Position, Span, Timestamp};
use uuid::Uuid;

fn any_timeline() -> impl Strategy<Value = Timeline> {
    (
        any::<u128>(),
        any::<bool>(),
        any::<u64>(),
        any::<i64>(),
        any::<u16>(),
    )
        .prop_map(|(item, playing, position, at, rate)| Timeline {
            item: ItemId(Uuid::from_u128(item)),
            playing,
            position: Position::from_ms(position),
            at: Timestamp::from_ms(at),
            rate: Rate(rate),
        })
}

fn any_track() -> impl Strategy<Value = Track> {
    let source = prop_oneof![
        any::<u128>().prop_map(|n| Source::Media(Uuid::from_u128(n).into())),
        ".{0,40}".prop_map(Source::Url),
        ".{0,40}".prop_map(Source::YouTube),
    ];
    let texts = (
        ".{0,40}",
        prop::collection::vec(".{0,20}", 0..5),
        any::<Option<String>>(),
    );
    (texts, any::<Option<i64>>(), any::<Option<String>>(), source).prop_map(
        |((title, artists, album), duration, artwork_url, source)| Track {
            title,
            artists,
            album,
            duration: duration.map(Span::from_ms),
            artwork_url,
            source,
        },
    )
}

fn any_room_event() -> impl Strategy<Value = room::Event> {
    let added = (
        any_track(),
        any::<u128>(),
        any::<Option<u128>>(),
        any::<u32>(),
        any::<Option<u32>>(),
    );
    let added = added.prop_map(|(track, id, by, index, shuffled)| Playlist::Added {
        item: Item {
            id: ItemId(Uuid::from_u128(id)),
            track,
            added_by: by.map(|by| UserId(Uuid::from_u128(by))),
            added_at: Timestamp::from_ms(-1),
        },
        index: index as usize,
        shuffled_index: shuffled.map(|index| index as usize),
    });
    let order = prop::collection::vec(any::<u128>(), 0..50).prop_map(|order| Playlist::Shuffled {
        order: order
            .into_iter()
            .map(|id| ItemId(Uuid::from_u128(id)))
            .collect(),
    });
    prop_oneof![
        prop::sample::select(samples::room_events()),
        any_timeline().prop_map(|timeline| Playback::Seeked { timeline }.into()),
        added.prop_map(Into::into),
        order.prop_map(Into::into),
    ]
}

fn any_entry<E: std::fmt::Debug + Clone>(
    event: impl Strategy<Value = E>,
) -> impl Strategy<Value = Entry<E>> {
    let id = prop_oneof![
        Just(None),
        "[!-~]{1,64}".prop_map(Some),
        any::<u128>().prop_map(|n| Some(Uuid::from_u128(n).hyphenated().to_string())),
        any::<u128>().prop_map(|n| Some(Uuid::from_u128(n).simple().to_string())),
        any::<u128>()
            .prop_map(|n| Some(Uuid::from_u128(n).hyphenated().to_string().to_uppercase())),
    ];
    let id = id.prop_map(|id| id.map(|id| id.parse::<CommandId>().expect("a command id")));
    let by = any::<Option<u128>>().prop_map(|user| match user {
        Some(user) => By::User(UserId(Uuid::from_u128(user))),
        None => By::System,
    });
    let cause = ("[a-z_]{1,20}", id, any::<u64>(), by);
    (
        any::<u64>(),
        any::<i64>(),
        cause,
        prop::collection::vec(event, 0..6),
    )
        .prop_map(
            |(seq, at, (command, command_id, fingerprint, by), events)| Entry {
                seq: Seq(seq),
                at: Timestamp::from_ms(at),
                cause: Cause {
                    command,
                    command_id,
                    fingerprint,
                    by,
                },
                events,
            },
        )
}

fn survives<A: Stored>(entry: &Entry<A::Event>) -> Result<(), TestCaseError> {
    let bytes = A::encode_entry(entry);
    let decoded = A::decode_entry(&bytes);
    prop_assert_eq!(decoded.as_ref(), Ok(entry));
    let json = entry_to_json(A::KIND, &bytes).expect("exports");
    let printed = serde_json::from_str(&json.to_string()).expect("is JSON");
    prop_assert_eq!(entry_from_json(A::KIND, printed), Ok(bytes));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_entry_of_a_room_survives_disk_and_export(entry in any_entry(any_room_event())) {
        survives::<Room>(&entry)?;
    }

    #[test]
    fn any_entry_of_a_user_survives_disk_and_export(
        entry in any_entry(prop::sample::select(samples::user_events())),
    ) {
        survives::<User>(&entry)?;
    }

    #[test]
    fn any_entry_of_a_session_survives_disk_and_export(
        entry in any_entry(prop::sample::select(samples::session_events())),
    ) {
        survives::<Session>(&entry)?;
    }

    #[test]
    fn one_wrong_bit_is_refused(
        entry in any_entry(any_room_event()), place in any::<prop::sample::Index>(), bit in 0..8u8,
    ) {
        let mut bytes = Room::encode_entry(&entry);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(Room::decode_entry(&bytes).is_err());
    }

    #[test]
    fn a_byte_more_or_any_byte_less_is_refused(
        entry in any_entry(any_room_event()), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Room::encode_entry(&entry);
        prop_assert!(Room::decode_entry(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert!(Room::decode_entry(&bytes).is_err());
    }

    #[test]
    fn garbage_is_refused_even_under_a_right_checksum(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
        for tag in [1u8, 2, 3, 0x81, 0x82, 0x83] {
            let bytes = sealed(tag, &garbage);
            // Whether it decodes is chance; that it neither panics nor takes all memory is the rule.
            let _ = Room::decode_entry(&bytes);
            let _ = User::decode_entry(&bytes);
            let _ = Session::decode_entry(&bytes);
            let _ = Room::decode_state(&bytes);
            let _ = User::decode_state(&bytes);
            let _ = Session::decode_state(&bytes);
        }
    }

    #[test]
    fn any_state_survives_its_snapshot(events in prop::collection::vec(any_room_event(), 0..30)) {
        let mut room = Room::default();
        for event in &events {
            tutti::domain::aggregate::Aggregate::evolve(&mut room, event);
            let bytes = room.encode_state();
            let decoded = Room::decode_state(&bytes);
            prop_assert_eq!(decoded.as_ref(), Ok(&room));
        }
    }
}

/// An envelope with a right length and checksum around any content, as an attacker or a bug could make it.
fn sealed(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, tag];
    bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes);
    crc.update(content);
    bytes.extend_from_slice(&crc.finalize().to_le_bytes());
    bytes.extend_from_slice(content);
    bytes
}

#[test]
fn the_envelope_of_the_tests_is_the_real_one() {
    let real = Room::encode_entry(&samples::entry(1, samples::room_events()));
    assert_eq!(sealed(1, &real[10..]), real);
}

#[test]
fn a_huge_length_is_refused_before_memory_is_taken() {
    let real = Session::encode_entry(&samples::entry(1, Vec::<session::Event>::new()));
    let mut content = real[10..].to_vec();
    // The command's name follows seq (1 byte) and time (9 bytes): claim 2^62 bytes of it.
    content.splice(10..11, [253, 0, 0, 0, 0, 0, 0, 0, 0x40]);
    assert!(Session::decode_entry(&sealed(3, &content)).is_err());
}

#[test]
fn an_unknown_event_type_is_named() {
    let real = User::encode_entry(&samples::entry(1, vec![samples::user_events()[7].clone()]));
    let mut content = real[10..].to_vec();
    let number = content.len() - 19;
    assert_eq!(content[number], 8);
    content[number] = 200;
    let refused = User::decode_entry(&sealed(2, &content)).unwrap_err();
    assert!(refused.what.contains("event type 200"), "{refused}");
}

#[test]
fn an_entry_of_another_kind_or_a_snapshot_is_refused() {
    let entry = samples::entry(1, Vec::<user::Event>::new());
    let bytes = User::encode_entry(&entry);
    assert!(Room::decode_entry(&bytes).is_err());
    assert!(decode_any(tutti::journal::Kind::Session, &bytes).is_err());
    assert!(User::decode_entry(&User::default().encode_state()).is_err());
    assert!(User::decode_state(&bytes).is_err());
}

#[test]
fn a_seek_takes_well_under_150_bytes() {
    let seek = samples::room_events()
        .into_iter()
        .find(|event| matches!(event, room::Event::Playback(Playback::Seeked { .. })));
    let bytes = Room::encode_entry(&samples::entry(1_000, vec![seek.expect("sampled")]));
    assert!(bytes.len() < 130, "{} bytes", bytes.len());
}
