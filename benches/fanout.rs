//! Broadcast fan-out without the sockets: what a command costs on its way to many listeners, and what putting it into
//! words costs, once for all of them. With sockets: `tutti loadtest` against a running server.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::sync::Notify;
use tutti::app::{App, NewRoom, Options};
use tutti::clock::SystemClock;
use tutti::domain::aggregate::By;
use tutti::domain::room::playlist::{self, Source, Track};
use tutti::domain::room::settings::{Control, Visibility};
use tutti::domain::room::{self, playback};
use tutti::entity::{Encoder, Offer, Outlet, Subscriber};
use tutti::gateway::dialect::native::NativeEncoder;
use tutti::ids::{RoomId, SessionId, UserId};
use tutti::journal::memory::MemoryJournal;
use tutti::journal::{Cause, Entry, Seq};
use tutti::presence::{Connection, Eviction, Farewell};
use tutti::time::{Position, Span, Timestamp};

/// Counts what all listeners together were offered.
#[derive(Default)]
struct Heard {
    messages: AtomicUsize,
    enough: AtomicUsize,
    news: Notify,
}

impl Heard {
    async fn until(&self, messages: usize) {
        self.enough.store(messages, Ordering::SeqCst);
        loop {
            let news = self.news.notified();
            if self.messages.load(Ordering::SeqCst) >= messages {
                return;
            }
            news.await;
        }
    }
}

/// One listener: takes everything at once, as a socket with room does.
struct Ear(Arc<Heard>);

impl Outlet for Ear {
    fn offer(&self, bytes: &Bytes, messages: usize) -> Offer {
        black_box(bytes);
        let heard = self.0.messages.fetch_add(messages, Ordering::Relaxed) + messages;
        if heard == self.0.enough.load(Ordering::Relaxed) {
            self.0.news.notify_waiters();
        }
        Offer::Taken
    }

    fn is_closed(&self) -> bool {
        false
    }
}

struct Indifferent;

impl Connection for Indifferent {
    fn close(&self, _: Farewell) {}
    fn evicted(&self, _: RoomId, _: Eviction) {}
}

fn seek(ms: u64) -> room::Command {
    playback::Command::Seek {
        position: Position::from_ms(ms),
    }
    .into()
}

async fn crowd(listeners: usize) -> (App, UserId, RoomId, Arc<Heard>) {
    let clock = Arc::new(SystemClock::start());
    let app = App::start(Arc::new(MemoryJournal::new()), clock, Options::default())
        .await
        .expect("an app");
    let host = app.become_guest("Host".to_owned()).await.expect("a guest");
    let new = NewRoom {
        name: "Crowd".to_owned(),
        visibility: Visibility::Public,
        control: Control::Host,
    };
    let room = app.create_room(host, new, None).await.expect("a room").id;
    let track = Track {
        title: "Bench".to_owned(),
        artists: vec!["Bench".to_owned()],
        album: None,
        duration: Some(Span::from_secs(100_000)),
        artwork_url: None,
        source: Source::Url("https://example.org/bench.mp3".to_owned()),
    };
    let add = playlist::Command::Add { track, index: None };
    app.execute(By::User(host), room, add.into(), None)
        .await
        .expect("a track");
    let encoder = NativeEncoder::new(
        app.directory().clone(),
        app.presence().clone(),
        app.clock().clone(),
    );
    let heard = Arc::<Heard>::default();
    for _ in 0..listeners {
        let session = SessionId(uuid::Uuid::from_u128(1));
        let id = app.presence().connect(host, session, Arc::new(Indifferent));
        let subscriber = Subscriber {
            id,
            encoder: encoder.clone(),
            outlet: Arc::new(Ear(heard.clone())),
        };
        app.watch(host, room, subscriber, None)
            .await
            .expect("following");
    }
    heard.until(listeners).await;
    (app, host, room, heard)
}

fn deliver(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut group = criterion.benchmark_group("fanout/command_to_all");
    for listeners in [1usize, 100, 1_000, 5_000] {
        let (app, host, room, heard) = runtime.block_on(crowd(listeners));
        group.throughput(Throughput::Elements(listeners as u64));
        group.bench_function(BenchmarkId::from_parameter(listeners), |bench| {
            let mut ms = 0;
            bench.iter(|| {
                ms += 1;
                let all = heard.messages.load(Ordering::SeqCst) + listeners;
                runtime.block_on(async {
                    app.execute(By::User(host), room, seek(ms), None)
                        .await
                        .expect("accepted");
                    heard.until(all).await;
                });
            });
        });
        runtime.block_on(app.close());
    }
    group.finish();
}

fn encode(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (app, host, room, _) = runtime.block_on(crowd(1));
    let encoder = NativeEncoder::new(
        app.directory().clone(),
        app.presence().clone(),
        app.clock().clone(),
    );
    let item = tutti::ids::ItemId(uuid::Uuid::from_u128(7));
    let at = Timestamp::from_ms(1_700_000_000_000);
    let timeline = room::timeline::Timeline::playing(item, Position::from_ms(5), at);
    let cause = Cause {
        command: "seek".to_owned(),
        command_id: None,
        fingerprint: 0,
        by: By::User(host),
    };
    let events = vec![playback::Event::Seeked { timeline }.into()];
    let entries = vec![Arc::new(Entry {
        seq: Seq(9),
        at,
        cause,
        events,
    })];
    criterion.bench_function("fanout/encode_once", |bench| {
        bench.iter(|| encoder.entries(room, black_box(&entries)))
    });
    runtime.block_on(app.close());
}

criterion_group!(benches, deliver, encode);
criterion_main!(benches);
