//! Replay: entries of a room a second, decoded and evolved, as at every activation; and the state's own round trip.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tutti::clock::Stopwatch;
use tutti::domain::aggregate::{Aggregate, By};
use tutti::domain::room::membership::{Event as Membership, Role};
use tutti::domain::room::playback::Event as Playback;
use tutti::domain::room::playlist::{Event as Playlist, Item, Source, Track};
use tutti::domain::room::settings::{
    Control, Event as Setting, Invite, Settings, Visibility, Volume,
};
use tutti::domain::room::timeline::Timeline;
use tutti::domain::room::vote::VoteSkip;
use tutti::domain::room::{Event, Room};
use tutti::ids::{ItemId, UserId};
use tutti::journal::stored::Stored;
use tutti::journal::{Append, Cause, Entry, Journal, Kind, Options, Seq, SledJournal, StreamId};
use tutti::time::{Position, Span, Timestamp};
use uuid::Uuid;

const ENTRIES: u64 = 50_000;

fn id(n: u64) -> Uuid {
    Uuid::from_u128(0x0190_a3b4_c5d6_7000_8000_0000_0000_0000 + u128::from(n))
}

fn event(seq: u64) -> Event {
    let at = Timestamp::from_ms(1_767_225_600_000 + i64::try_from(seq).expect("small") * 900);
    let timeline = Timeline::playing(ItemId(id(seq % 20)), Position::from_ms(seq * 31), at);
    match seq {
        1 => Event::Created {
            host: UserId(id(1)),
            settings: Settings {
                name: "Kitchen".to_owned(),
                visibility: Visibility::Public,
                control: Control::Host,
                volume: Volume::FULL,
                vote_skip: VoteSkip::default(),
                invite: Invite {
                    code: "ABCDE01234".to_owned(),
                    link: "0123456789ABCDEFGHJKMNPQRS".to_owned(),
                },
            },
            at,
        },
        2..22 => Playlist::Added {
            item: Item {
                id: ItemId(id(seq % 20)),
                track: Track {
                    title: "A song of middling length".to_owned(),
                    artists: vec!["Somebody".to_owned()],
                    album: None,
                    duration: Some(Span::from_ms(200_000)),
                    artwork_url: None,
                    source: Source::Media(id(seq).into()),
                },
                added_by: Some(UserId(id(1))),
                added_at: at,
            },
            index: usize::MAX >> 40,
            shuffled_index: None,
        }
        .into(),
        // What an evening is made of: mostly the music, some coming and going.
        _ => match seq % 10 {
            0 => Membership::Joined {
                user: UserId(id(seq % 300)),
                role: Role::Guest,
                at,
            }
            .into(),
            5 => Membership::Left {
                user: UserId(id(seq % 300 / 2)),
            }
            .into(),
            7 => Setting::VolumeSet(Volume::from_permille(500)).into(),
            1 | 4 => Playback::Paused { timeline }.into(),
            2 | 6 => Playback::Started { timeline }.into(),
            _ => Playback::Seeked { timeline }.into(),
        },
    }
}

fn entries() -> Vec<Vec<u8>> {
    let encode = |seq| {
        Room::encode_entry(&Entry {
            seq: Seq(seq),
            at: Timestamp::from_ms(1_767_225_600_000),
            cause: Cause {
                command: "seek".to_owned(),
                command_id: id(seq).to_string().parse().ok(),
                fingerprint: seq,
                by: By::User(UserId(id(1))),
            },
            events: vec![event(seq)],
        })
    };
    (1..=ENTRIES).map(encode).collect()
}

fn replay(journal: &SledJournal, stream: StreamId, each: impl FnMut(Entry<Event>)) {
    tutti::journal::replay::<Room>(journal, stream, Seq::ZERO, Seq(ENTRIES), each)
        .expect("replays");
}

fn evolved(entries: &[Vec<u8>]) -> Room {
    let mut room = Room::default();
    for bytes in entries {
        let entry = Room::decode_entry(bytes).expect("decodes");
        entry.events.iter().for_each(|event| room.evolve(event));
    }
    room
}

/// What the machine can do, even where it is busy with other things.
fn best(name: &str, mut run: impl FnMut()) {
    let times = (0..100).map(|_| {
        let start = Stopwatch::start();
        run();
        start.elapsed()
    });
    let best = times.min().expect("some");
    let rate = ENTRIES as f64 / best.as_secs_f64();
    println!("{name}: {rate:.0} entries/s in the best of 100 runs");
}

fn evolve_replay(criterion: &mut Criterion) {
    let entries = entries();
    let room = evolved(&entries);
    let mut group = criterion.benchmark_group("evolve_replay");
    group.throughput(Throughput::Elements(ENTRIES));
    group.bench_function("decode and evolve", |bencher| {
        bencher.iter(|| evolved(&entries));
    });
    best("decode", || {
        for bytes in &entries {
            drop(black_box(Room::decode_entry(bytes)));
        }
    });
    best("decode and evolve", || drop(black_box(evolved(&entries))));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            entries
                .iter()
                .filter(|e| Room::decode_entry(e).is_ok())
                .count()
        });
    });

    let dir = tempfile::tempdir().expect("a folder");
    let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
    let stream = StreamId {
        kind: Kind::Room,
        id: id(1),
    };
    let (answer, answers) = std::sync::mpsc::channel();
    for (before, bytes) in (0..).zip(&entries) {
        let answer = answer.clone();
        let append = Append {
            stream,
            expected: Seq(before),
            bytes: bytes.clone(),
            claims: Vec::new(),
            has_effects: false,
        };
        journal.append(append, Box::new(move |outcome| drop(answer.send(outcome))));
    }
    for _ in &entries {
        answers.recv().expect("an answer").expect("appends");
    }
    let counted = || {
        let mut count = 0;
        replay(&journal, stream, |_| count += 1);
        assert_eq!(count, ENTRIES);
    };
    group.bench_function("read, check, decode", |bencher| bencher.iter(counted));
    best("read, check, decode", counted);
    let evolving = || {
        let mut room = Room::default();
        replay(&journal, stream, |entry| {
            entry.events.iter().for_each(|event| room.evolve(event));
        });
        drop(black_box(room));
    };
    group.bench_function("read, check, decode and evolve", |bencher| {
        bencher.iter(evolving);
    });
    best("read, check, decode and evolve", evolving);
    group.finish();

    let mut group = criterion.benchmark_group("snapshot");
    let state = room.encode_state();
    group.throughput(Throughput::Bytes(state.len() as u64));
    group.bench_function("encode", |bencher| bencher.iter(|| room.encode_state()));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| Room::decode_state(&state))
    });
    group.finish();
}

criterion_group!(benches, evolve_replay);
criterion_main!(benches);
