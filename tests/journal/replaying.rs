//! Replay: every entry, once, in order, however many helpers read ahead; damage is named where it is.

use tutti::domain::room::{Room, settings};
use tutti::journal::stored::Stored;
use tutti::journal::{Journal, Options, Seq, SledJournal, replay};

use crate::appending::*;
use crate::samples;

/// Appends entries that name their numbers.
fn rename(journal: &dyn Journal, count: u64) {
    let answers: Vec<_> = (1..=count)
        .map(|seq| {
            let renamed = settings::Event::Renamed(format!("Room {seq}"));
            let entry = samples::entry(seq, vec![renamed.into()]);
            start(
                journal,
                plain(room(1), seq - 1, &Room::encode_entry(&entry)),
            )
        })
        .collect();
    for answer in &answers {
        wait(answer).expect("appends");
    }
}

#[test]
fn every_entry_is_replayed_once_and_in_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
    rename(&journal, 5_000);
    for (after, end) in [
        (0, 5_000),
        (0, 4_999),
        (1, 5_000),
        (700, 3_000),
        (0, 2_048),
        (0, 2_047),
        (4_000, 4_001),
        (9, 9),
        (9, 3),
    ] {
        let mut expected = after;
        replay::<Room>(&journal, room(1), Seq(after), Seq(end), |entry| {
            expected += 1;
            assert_eq!(entry.seq, Seq(expected));
            let name = settings::Event::Renamed(format!("Room {expected}"));
            assert_eq!(entry.events, [name.into()]);
        })
        .expect("replays");
        assert_eq!(expected, end.max(after), "after {after} to {end}");
    }
}

#[test]
fn an_entry_that_does_not_decode_is_named_and_nothing_behind_it_is_replayed() {
    for (whole, beyond) in [(3_000, 2_000), (10, 5), (2_500, 0)] {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
        rename(&journal, whole);
        // Durable and chained, and yet no entry of a room.
        append(&journal, plain(room(1), whole, b"nonsense")).expect("appends");
        for seq in 0..beyond {
            let entry = samples::entry(whole + 2 + seq, vec![]);
            let bytes = Room::encode_entry(&entry);
            append(&journal, plain(room(1), whole + 1 + seq, &bytes)).expect("appends");
        }
        let end = Seq(whole + 1 + beyond);
        let mut last = Seq::ZERO;
        let outcome = replay::<Room>(&journal, room(1), Seq::ZERO, end, |entry| {
            last = entry.seq;
        });
        let damage = outcome.expect_err("it cannot be replayed");
        let place = (damage.stream, damage.seq);
        assert_eq!(place, (Some(room(1)), Some(Seq(whole + 1))), "{damage}");
        assert!(last <= Seq(whole), "{last} was replayed");
    }
}
