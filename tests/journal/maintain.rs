//! Verify, stats, export, import and repair.

use std::fs;
use std::path::Path;

use tutti::domain::aggregate::ClaimKey;
use tutti::domain::room::{Room, membership, settings};
use tutti::domain::session::Session;
use tutti::domain::user::User;
use tutti::domain::user::profile::Username;
use tutti::domain::{room as rooms, user as users};
use tutti::journal::maintain::{TransferError, export, import, repair, stats, verify};
use tutti::journal::stored::Stored;
use tutti::journal::{Append, Health, Journal, Kind, Options, Seq, SledJournal, StreamId};

use crate::appending::*;
use crate::disk::copy;
use crate::samples;

fn open(dir: &Path) -> SledJournal {
    SledJournal::open(dir, Options::default()).expect("opens")
}

/// Appends one entry of each event, as the entity would: with its claims.
fn live<A: Stored>(journal: &dyn Journal, stream: StreamId, events: &[A::Event]) {
    let end = journal
        .head(stream)
        .expect("reads")
        .map_or(0, |head| head.seq.0);
    let answers: Vec<_> = (end..)
        .zip(events)
        .map(|(before, event)| {
            let entry = samples::entry(before + 1, vec![event.clone()]);
            let append = Append {
                stream,
                expected: Seq(before),
                bytes: A::encode_entry(&entry),
                claims: A::claims(event),
                has_effects: before % 7 == 3,
            };
            start(journal, append)
        })
        .collect();
    for answer in &answers {
        wait(answer).expect("appends");
    }
}

/// The sample closes the room in the middle of its life, which frees what the rest holds.
fn room_events() -> Vec<rooms::Event> {
    let mut events = samples::room_events();
    events.retain(|event| !matches!(event, rooms::Event::Closed { .. }));
    events
}

/// Likewise the person is erased at the end.
fn user_events() -> Vec<users::Event> {
    let mut events = samples::user_events();
    events.retain(|event| !matches!(event, users::Event::Erased { .. }));
    events
}

/// How many entries of rooms, and of everything, [`lived`] leaves.
fn lived_entries() -> (u64, u64) {
    let rooms = room_events().len() + 11 + 1_500;
    let others = user_events().len() + samples::session_events().len();
    (rooms as u64, (rooms + others) as u64)
}

fn lived(dir: &Path) {
    let journal = open(dir);
    let events = room_events();
    live::<Room>(&journal, room(1), &events);
    live::<Room>(&journal, room(2), &events[1..12]);
    live::<User>(&journal, stream(Kind::User, 1), &user_events());
    live::<Session>(
        &journal,
        stream(Kind::Session, 1),
        &samples::session_events(),
    );
    let many: Vec<_> = (0..1_500)
        .map(|n| settings::Event::Renamed(format!("Room {n}")).into())
        .collect();
    live::<Room>(&journal, room(3), &many);
    journal.close();
}

#[test]
fn a_whole_journal_is_verified_and_counted() {
    let dir = tempfile::tempdir().expect("a folder");
    lived(dir.path());
    let journal = open(dir.path());
    let found = verify(&journal);
    assert_eq!(found.problems, []);
    assert_eq!((found.streams, found.entries), (5, lived_entries().1));
    let counted = stats(&journal).expect("counts");
    let of_rooms = counted
        .kinds
        .iter()
        .find(|k| k.kind == Kind::Room)
        .expect("rooms");
    assert_eq!((of_rooms.streams, of_rooms.entries), (3, lived_entries().0));
    assert_eq!(of_rooms.longest, Some((room(3), 1_500)));
    assert_eq!(counted.claims, 3, "the username and the two invites");
    assert!(counted.unsettled > 200 && counted.disk_bytes > 100_000);
}

#[test]
fn an_export_imports_to_the_very_same_bytes() {
    let dir = tempfile::tempdir().expect("a folder");
    lived(dir.path());
    let journal = open(dir.path());
    let mut lines = Vec::new();
    let exported = export(&journal, &mut lines).expect("exports");
    assert_eq!(exported, lived_entries().1);

    let copy = tempfile::tempdir().expect("a folder");
    let copied = open(copy.path());
    assert_eq!(
        import(&copied, &mut lines.as_slice()).expect("imports"),
        exported
    );
    for kind in Kind::ALL {
        let streams = journal.streams(kind, None, 99);
        assert_eq!(copied.streams(kind, None, 99), streams);
        for stream in streams {
            assert_eq!(copied.head(stream), journal.head(stream));
            let all = |j: &SledJournal| j.read(stream, Seq::ZERO, 9_999);
            assert_eq!(all(&copied), all(&journal));
        }
    }
    assert_eq!(copied.unsettled(), journal.unsettled());
    assert_eq!(verify(&copied).problems, []);
    let ann = ClaimKey::Username("ann".to_owned());
    assert_eq!(copied.claimed(&ann), Some(stream(Kind::User, 1)));
    let mut again = Vec::new();
    export(&copied, &mut again).expect("exports");
    assert!(again == lines, "the same export");
    let refused = import(&copied, &mut lines.as_slice());
    assert!(matches!(refused, Err(TransferError::NotEmpty)));
}

#[test]
fn a_name_that_passed_from_one_to_another_is_imported_in_any_order() {
    let name = |text: &str| Username::new(text).expect("a username");
    let renamed = |old: &str, new: &str| users::Event::UsernameSet {
        old: Some(name(old)),
        new: name(new),
    };
    let events = samples::user_events();
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    // The user that is exported first has the name last.
    let (first, last) = (stream(Kind::User, 1), stream(Kind::User, 2));
    live::<User>(
        &journal,
        last,
        &[events[1].clone(), renamed("Ann_1", "bob")],
    );
    let guest = users::Event::UsernameSet {
        old: None,
        new: name("ann_1"),
    };
    live::<User>(&journal, first, &[events[0].clone(), guest]);
    let mut lines = Vec::new();
    export(&journal, &mut lines).expect("exports");
    let copy = tempfile::tempdir().expect("a folder");
    let copied = open(copy.path());
    import(&copied, &mut lines.as_slice()).expect("imports");
    let holder = |text: &str| copied.claimed(&ClaimKey::Username(text.to_owned()));
    assert_eq!((holder("ann_1"), holder("bob")), (Some(first), Some(last)));
    assert_eq!(verify(&copied).problems, []);
}

#[test]
fn an_import_names_the_line_it_cannot_take() {
    let dir = tempfile::tempdir().expect("a folder");
    lived(dir.path());
    let mut lines = Vec::new();
    export(&open(dir.path()), &mut lines).expect("exports");
    let text = String::from_utf8(lines).expect("text");
    let all: Vec<&str> = text.lines().collect();
    let wrong = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut lines: Vec<String> = all.iter().map(|&line| line.to_owned()).collect();
        edit(&mut lines);
        let dir = tempfile::tempdir().expect("a folder");
        import(&open(dir.path()), &mut lines.join("\n").as_bytes())
            .expect_err("refused")
            .to_string()
    };
    let missing = wrong(&|lines| drop(lines.remove(4)));
    assert!(
        missing.contains("line 5") && missing.contains("seq 6 where 5"),
        "{missing}"
    );
    let broken = wrong(&|lines| lines[6].truncate(30));
    assert!(broken.contains("line 7"), "{broken}");
    let unknown = wrong(&|lines| lines[2] = lines[2].replace("\"version\":1", "\"version\":99"));
    assert!(
        unknown.contains("line 3") && unknown.contains("unknown type"),
        "{unknown}"
    );
    let field = wrong(&|lines| lines[0] = lines[0].replace("\"seq\"", "\"sequence\""));
    assert!(field.contains("line 1"), "{field}");
}

#[test]
fn a_whole_journal_is_not_repaired() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("journal");
    lived(&journal);
    let outcome = repair(&journal).expect("looks");
    assert_eq!(outcome.lost, []);
    assert_eq!(outcome.aside, None);
    assert_eq!(fs::read_dir(dir.path()).expect("reads").count(), 1);
}

#[test]
fn a_journal_set_back_in_time_is_repaired_under_a_new_epoch_and_says_what_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("journal");
    lived(&journal);
    let earlier = dir.path().join("earlier");
    copy(&journal, &earlier);
    let later = open(&journal);
    let more = vec![
        membership::Event::Left {
            user: samples::uuid(1).into()
        }
        .into();
        4
    ];
    live::<Room>(&later, room(2), &more);
    let new = stream(Kind::User, 77);
    live::<User>(&later, new, &samples::user_events()[..1]);
    let heads = [room(1), room(2)].map(|s| later.head(s).expect("reads").expect("is there"));
    later.close();
    fs::copy(journal.join("high-water"), earlier.join("high-water")).expect("copies");

    let damaged = open(&earlier);
    assert!(matches!(damaged.health(), Health::ReadOnly(_)));
    let problems = verify(&damaged).problems;
    let named: Vec<_> = problems
        .iter()
        .filter_map(|problem| problem.stream)
        .collect();
    assert_eq!(named, [room(2), new]);
    damaged.close();

    let outcome = repair(&earlier).expect("repairs");
    let lost: Vec<_> = outcome
        .lost
        .iter()
        .map(|l| (l.stream, l.kept, l.was))
        .collect();
    assert_eq!(lost, [(room(2), Seq(11), Seq(15)), (new, Seq(0), Seq(1))]);
    assert_eq!(outcome.kept, lived_entries().1);
    assert!(outcome.lost[0].to_string().contains("lost seq 12 to 15"));
    assert!(outcome.aside.is_some_and(|path| path.join("db").exists()));

    let repaired = open(&earlier);
    assert_eq!(repaired.health(), Health::Writable);
    assert_eq!(verify(&repaired).problems, []);
    let head = |s| repaired.head(s).expect("reads").expect("is there");
    assert_eq!(head(room(1)), heads[0], "untouched, so the same epoch");
    assert_eq!(head(room(2)).seq, Seq(11));
    assert_ne!(head(room(2)).epoch, heads[1].epoch);
    assert_eq!(repaired.head(new), Ok(None));
    live::<Room>(&repaired, room(2), &more);
    let ann = ClaimKey::Username("ann".to_owned());
    assert_eq!(repaired.claimed(&ann), Some(stream(Kind::User, 1)));
}

/// Reaches into the database behind the journal's back.
fn tamper(dir: &Path, with: impl FnOnce(&sled::Db)) {
    let config = sled::Config::new().path(dir).segment_size(512 * 1024);
    let db = config.flush_every_ms(None).open().expect("opens");
    with(&db);
    db.flush().expect("flushes");
}

fn key(letter: u8, stream: StreamId, seq: Option<u64>) -> Vec<u8> {
    let mut key = vec![letter, stream.kind as u8];
    key.extend_from_slice(stream.id.as_bytes());
    key.extend(seq.iter().flat_map(|seq| seq.to_be_bytes()));
    key
}

/// Lets enough commits pass that only the streams' own records say where they end.
fn let_settle(dir: &Path) {
    let journal = open(dir);
    for n in 1..=8 {
        let name = settings::Event::Renamed(format!("Later {n}"));
        live::<Room>(&journal, room(2), &[name.into()]);
    }
    journal.close();
}

/// The packed ends: four slots, each in parts.
fn slots(db: &sled::Db) -> Vec<(sled::IVec, sled::IVec)> {
    db.scan_prefix(b"m").flatten().collect()
}

#[test]
fn wrong_ends_of_the_streams_that_moved_last_are_found_and_repaired() {
    let cases: [fn(&sled::Db); 6] = [
        |db| drop(db.remove(&slots(db)[0].0)),
        |db| slots(db).iter().for_each(|(key, _)| drop(db.remove(key))),
        |db| {
            let (key, value) = slots(db).remove(1);
            let mut value = value.to_vec();
            value[30] ^= 1;
            drop(db.insert(key, value));
        },
        |db| {
            let slots = slots(db);
            drop(db.insert(&slots[2].0, &slots[3].1));
        },
        |db| drop(db.remove(key(b'h', room(2), None))),
        |db| drop(db.remove(key(b'e', room(2), Some(19)))),
    ];
    for (number, tampering) in (1..).zip(cases) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("journal");
        lived(&path);
        let_settle(&path);
        // Of the mark nothing is left, so only the database itself can tell.
        fs::remove_file(path.join("high-water")).expect("removes");
        tamper(&path, tampering);
        let journal = open(&path);
        assert!(
            matches!(journal.health(), Health::ReadOnly(_)),
            "case {number}"
        );
        assert_ne!(verify(&journal).problems, [], "case {number}");
        journal.close();
        repair(&path).expect("repairs");
        let journal = open(&path);
        assert_eq!(journal.health(), Health::Writable, "case {number}");
        assert_eq!(verify(&journal).problems, [], "case {number}");
        let left = if number == 6 { 18 } else { 19 };
        assert_eq!(
            journal.read(room(2), Seq::ZERO, 99).map(|e| e.len()),
            Ok(left),
            "case {number}"
        );
        live::<Room>(&journal, room(2), &samples::room_events()[3..4]);
    }
}

#[test]
fn where_nobody_can_say_what_is_lost_every_stream_goes_on_under_a_new_epoch() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("journal");
    lived(&path);
    let_settle(&path);
    let journal = open(&path);
    let streams = [room(1), room(2), room(3), stream(Kind::User, 1)];
    let head = |journal: &SledJournal, stream| journal.head(stream).expect("reads").expect("there");
    let before = streams.map(|stream| head(&journal, stream).epoch);
    let session = stream(Kind::Session, 1);
    let last = head(&journal, session).seq.0;
    journal.close();
    // A stream that is gone without a trace: only the sum over all ends is not what it was.
    tamper(&path, |db| {
        drop(db.remove(key(b'h', session, None)));
        for seq in 1..=last {
            drop(db.remove(key(b'e', session, Some(seq))));
            drop(db.remove(key(b'u', session, Some(seq))));
        }
    });
    fs::remove_file(path.join("high-water")).expect("removes");
    let journal = open(&path);
    let problems = verify(&journal).problems;
    let named: Vec<_> = problems.iter().filter_map(|p| p.stream).collect();
    assert_eq!((problems.len(), named), (1, vec![]), "{problems:?}");
    journal.close();

    let outcome = repair(&path).expect("repairs");
    assert_eq!((outcome.lost, outcome.renewed), (vec![], true));
    let repaired = open(&path);
    assert_eq!(repaired.health(), Health::Writable);
    assert_eq!(verify(&repaired).problems, []);
    for (stream, before) in streams.into_iter().zip(before) {
        assert_ne!(head(&repaired, stream).epoch, before, "{stream}");
    }
}

#[test]
fn every_way_an_entry_can_be_wrong_is_found_and_repaired() {
    type Tampering = (&'static str, fn(&sled::Db), u64);
    let cases: [Tampering; 7] = [
        (
            "missing",
            |db| drop(db.remove(key(b'e', room(3), Some(700)))),
            699,
        ),
        (
            "hash chain",
            |db| {
                let mut value = db
                    .get(key(b'e', room(3), Some(9)))
                    .expect("reads")
                    .expect("there");
                let last = value.len() - 1;
                value[last] ^= 1;
                db.insert(key(b'e', room(3), Some(9)), value)
                    .expect("writes");
            },
            8,
        ),
        (
            "hash chain",
            |db| {
                let value = db
                    .get(key(b'e', room(3), Some(9)))
                    .expect("reads")
                    .expect("there");
                db.insert(key(b'e', room(3), Some(10)), value)
                    .expect("writes");
            },
            9,
        ),
        (
            "another chain",
            |db| {
                let value = db
                    .get(key(b'h', room(1), None))
                    .expect("reads")
                    .expect("there");
                db.insert(key(b'h', room(3), None), value).expect("writes");
            },
            0,
        ),
        (
            "end is damaged",
            |db| {
                db.insert(key(b'h', room(3), None), vec![1, 2, 3])
                    .expect("writes");
            },
            1_500,
        ),
        (
            "beyond the recorded end",
            |db| drop(db.remove(key(b'h', room(3), None))),
            1_500,
        ),
        (
            "is missing",
            |db| drop(db.remove(key(b'e', room(3), Some(1_500)))),
            1_499,
        ),
    ];
    for (number, (words, tampering, whole)) in (1..).zip(cases) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("journal");
        lived(&path);
        let_settle(&path);
        tamper(&path, tampering);
        let journal = open(&path);
        let problems = verify(&journal).problems;
        let told = problems
            .iter()
            .find(|problem| problem.stream == Some(room(3)));
        let told = told.unwrap_or_else(|| panic!("case {number}: {problems:?}"));
        let read = journal.read(room(3), Seq::ZERO, 9_999);
        assert!(
            read.is_err(),
            "case {number}: read as if nothing were wrong"
        );
        journal.close();
        let outcome = repair(&path).expect("repairs");
        assert_eq!(outcome.lost.len(), 1, "case {number}: {:?}", outcome.lost);
        if whole > 0 {
            assert!(told.what.contains(words), "case {number}: {told}");
            assert_eq!(outcome.lost[0].kept, Seq(whole), "case {number}");
        }
        let journal = open(&path);
        assert_eq!(journal.health(), Health::Writable, "case {number}");
        assert_eq!(verify(&journal).problems, [], "case {number}");
        let kept = outcome.lost[0].kept.0;
        assert_eq!(
            journal
                .read(room(3), Seq::ZERO, 9_999)
                .map(|e| e.len() as u64),
            Ok(kept)
        );
    }
}

#[test]
fn wrong_claims_and_marks_are_found_and_repaired() {
    let cases: [fn(&sled::Db); 4] = [
        |db| {
            let claims = db.scan_prefix(b"c").keys();
            for key in claims.flatten().collect::<Vec<_>>() {
                drop(db.remove(key));
            }
        },
        |db| drop(db.insert([b"c\x01", &b"mallory"[..]].concat(), vec![0; 21])),
        |db| drop(db.insert([b"c\x01", &b"ann"[..]].concat(), vec![0; 21])),
        |db| drop(db.insert(key(b'u', room(1), Some(999)), vec![])),
    ];
    for (number, tampering) in (1..).zip(cases) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("journal");
        lived(&path);
        tamper(&path, tampering);
        let journal = open(&path);
        assert_ne!(verify(&journal).problems, [], "case {number}");
        journal.close();
        let outcome = repair(&path).expect("repairs");
        assert_eq!(outcome.lost, [], "case {number}");
        let journal = open(&path);
        assert_eq!(verify(&journal).problems, [], "case {number}");
        let ann = ClaimKey::Username("ann".to_owned());
        assert_eq!(journal.claimed(&ann), Some(stream(Kind::User, 1)));
    }
}
