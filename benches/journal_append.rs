//! Durable entries a second: the journal against a bare writer thread, in one run and on the same disk.
//!
//! The bare thread is the floor: it drains its channel into one batch, applies it, flushes, syncs the file and answers. It
//! writes the entries and nothing else, and checks nothing. `with ends` also records where each stream ends, one record
//! a stream, as a journal without packed ends would have to.
//! Each concurrent writer is a task that appends a `seek` to a stream of its own and waits until it is durable.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::sync::oneshot;
use tutti::clock::Stopwatch;
use tutti::domain::aggregate::By;
use tutti::domain::room::Room;
use tutti::domain::room::playback::Event;
use tutti::domain::room::timeline::Timeline;
use tutti::ids::{ItemId, UserId};
use tutti::journal::stored::Stored;
use tutti::journal::{Append, Cause, Entry, Journal, Kind, Options, Seq, SledJournal, StreamId};
use tutti::time::{Position, Timestamp};
use uuid::Uuid;

const WRITERS: [u128; 4] = [1, 16, 64, 256];
const TURNS: usize = 31;

/// A `seek` as a room journals it.
fn seek(n: u128, seq: u64) -> Vec<u8> {
    let timeline = Timeline::playing(
        ItemId(Uuid::from_u128(n << 64 | 7)),
        Position::from_ms(61_250 + seq),
        Timestamp::from_ms(1_767_225_600_400),
    );
    Room::encode_entry(&Entry {
        seq: Seq(seq),
        at: Timestamp::from_ms(1_767_225_600_123),
        cause: Cause {
            command: "seek".to_owned(),
            command_id: Uuid::from_u128(u128::from(seq) << 70 | n)
                .to_string()
                .parse()
                .ok(),
            fingerprint: seq,
            by: By::User(UserId(Uuid::from_u128(n << 64 | 9))),
        },
        events: vec![Event::Seeked { timeline }.into()],
    })
}

/// Something that makes entries durable.
trait Floor: Send + Sync + 'static {
    fn append(&self, n: u128, seq: u64, bytes: Vec<u8>, done: oneshot::Sender<()>);
}

struct Ours(SledJournal);

impl Floor for Ours {
    fn append(&self, n: u128, seq: u64, bytes: Vec<u8>, done: oneshot::Sender<()>) {
        let append = Append {
            stream: StreamId {
                kind: Kind::Room,
                id: Uuid::from_u128(n),
            },
            expected: Seq(seq - 1),
            bytes,
            claims: Vec::new(),
            has_effects: false,
        };
        let answer = move |outcome: Result<_, _>| {
            outcome.expect("appends");
            // A writer that is gone needs no answer.
            let _ = done.send(());
        };
        self.0.append(append, Box::new(answer));
    }
}

type Job = (u128, u64, Vec<u8>, oneshot::Sender<()>);

struct Bare(Sender<Job>);

impl Bare {
    fn start(dir: &Path, with_ends: bool) -> Self {
        let config = sled::Config::new().path(dir).cache_capacity(16 << 20);
        let db = config.flush_every_ms(None).open().expect("opens");
        let file = File::open(dir.join("db")).expect("opens");
        let (jobs, work) = channel();
        let name = if with_ends { "with-ends" } else { "bare" };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || bare(&db, &file, &work, with_ends))
            .expect("starts");
        Self(jobs)
    }
}

fn bare(db: &sled::Db, file: &File, work: &Receiver<Job>, with_ends: bool) {
    let mut commit = 0u64;
    while let Ok(first) = work.recv() {
        let mut batch = sled::Batch::default();
        let mut answers = Vec::new();
        let rest = work.try_iter().take(255);
        for (n, seq, bytes, done) in std::iter::once(first).chain(rest) {
            let id = Uuid::from_u128(n);
            let stream = [&[1], id.as_bytes().as_slice()].concat();
            let key = [b"e", stream.as_slice(), &seq.to_be_bytes()].concat();
            batch.insert(key, [&[0; 17], bytes.as_slice()].concat());
            if with_ends {
                batch.insert([b"h", stream.as_slice()].concat(), vec![seq as u8; 36]);
            }
            answers.push(done);
        }
        if with_ends {
            commit += 1;
            batch.insert(b"m", [&commit.to_be_bytes(), [7u8; 20].as_slice()].concat());
        }
        db.apply_batch(batch).expect("applies");
        db.flush().expect("flushes");
        file.sync_data().expect("syncs");
        for done in answers {
            // A writer that is gone needs no answer.
            let _ = done.send(());
        }
    }
}

impl Floor for Bare {
    fn append(&self, n: u128, seq: u64, bytes: Vec<u8>, done: oneshot::Sender<()>) {
        self.0
            .send((n, seq, bytes, done))
            .expect("the thread lives");
    }
}

/// Appends `total` entries through so many writers and says how long it took.
fn run(
    runtime: &tokio::runtime::Runtime,
    floor: &Arc<dyn Floor>,
    writers: u128,
    from: &mut BTreeMap<u128, u64>,
    total: u64,
) -> Duration {
    let each = total.div_ceil(u64::try_from(writers).expect("few"));
    let start = Stopwatch::start();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let stream = writers << 32 | writer;
                let last = from.entry(stream).or_default();
                let numbers = *last + 1..=*last + each;
                *last += each;
                let floor = Arc::clone(floor);
                tokio::spawn(async move {
                    for seq in numbers {
                        let (done, durable) = oneshot::channel();
                        floor.append(stream, seq, seek(stream, seq), done);
                        durable.await.expect("an answer");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a writer");
        }
    });
    start
        .elapsed()
        .mul_f64(total as f64 / (each as f64 * writers as f64))
}

/// What is measured: its name, the journal, and where each of its streams ends.
type Contender = (&'static str, Arc<dyn Floor>, BTreeMap<u128, u64>);

fn append(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    let dir = tempfile::tempdir().expect("a folder");
    let sub = |name: &str| dir.path().join(name);
    let journal = SledJournal::open(&sub("journal"), Options::default()).expect("opens");
    let mut floors: Vec<Contender> = vec![
        (
            "bare",
            Arc::new(Bare::start(&sub("bare"), false)),
            BTreeMap::new(),
        ),
        (
            "with ends",
            Arc::new(Bare::start(&sub("ends"), true)),
            BTreeMap::new(),
        ),
        ("journal", Arc::new(Ours(journal)), BTreeMap::new()),
    ];
    for writers in WRITERS {
        let mut group = criterion.benchmark_group("journal_append");
        group.throughput(Throughput::Elements(1)).sample_size(10);
        for (name, floor, from) in &mut floors {
            group.bench_function(BenchmarkId::new(*name, writers), |bencher| {
                bencher.iter_custom(|total| run(&runtime, floor, writers, from, total));
            });
        }
        group.finish();
    }
    // Criterion measures one after the other; on a busy machine only short turns tell the ratio, and the best of them
    // what the machine can do.
    println!("\nbest of {TURNS} turns, entries/s; and the median of the turns' ratios");
    println!("writers       bare  with ends    journal   journal/bare  journal/with ends");
    for writers in WRITERS {
        let total = 150 * u64::try_from(writers).expect("few").clamp(4, 64);
        let mut rates: Vec<Vec<f64>> = vec![Vec::new(); floors.len()];
        for _ in 0..TURNS {
            for ((_, floor, from), rates) in floors.iter_mut().zip(&mut rates) {
                let time = run(&runtime, floor, writers, from, total);
                rates.push(total as f64 / time.as_secs_f64());
            }
        }
        let best = |rates: &Vec<f64>| rates.iter().copied().fold(0.0, f64::max);
        let ratio = |of: &[f64], to: &[f64]| {
            let mut ratios: Vec<f64> = of.iter().zip(to).map(|(of, to)| of / to).collect();
            ratios.sort_by(f64::total_cmp);
            ratios[ratios.len() / 2]
        };
        println!(
            "{writers:7} {:10.0} {:10.0} {:10.0} {:14.2} {:18.2}",
            best(&rates[0]),
            best(&rates[1]),
            best(&rates[2]),
            ratio(&rates[2], &rates[0]),
            ratio(&rates[2], &rates[1])
        );
    }
}

criterion_group!(benches, append);
criterion_main!(benches);
