//! Search for people among a million: the time of short, long, missing and common texts.
//!
//! `cargo bench --bench search`. Beside criterion's figures it prints the 50th and the 99th percentile of single
//! searches, and fails where the 99th of any kind is above 10 ms.

#![expect(
    clippy::disallowed_methods,
    reason = "single searches are timed here, on the machine's own clock"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use tutti::ids::UserId;
use tutti::projection::PeopleIndex;
use uuid::Uuid;

const PEOPLE: usize = 1_000_000;
const SEARCHES: usize = 2_000;
const MOST: Duration = Duration::from_millis(10);

const SYLLABLES: &[&str] = &[
    "an", "na", "ma", "ri", "el", "jo", "ha", "ka", "li", "sa", "to", "be", "mi", "ro", "da", "ne",
    "lu", "ca", "vi", "pe", "ter", "son", "sen", "berg", "ski", "ov", "ton", "ley", "man", "ing",
];

/// A small generator of our own: the same people in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn name(&mut self, syllables: usize) -> String {
        (0..syllables)
            .map(|_| SYLLABLES[self.roll(SYLLABLES.len())])
            .collect()
    }
}

fn people() -> (PeopleIndex, Vec<String>) {
    let mut dice = Dice(0x5eed_cafe);
    let mut index = PeopleIndex::default();
    let mut usernames = Vec::with_capacity(PEOPLE);
    for n in 0..PEOPLE {
        let first = 2 + dice.roll(2);
        let username = format!("{}_{}", dice.name(first), n % 100_000);
        let (first, last) = (dice.name(2), dice.name(3));
        let user = UserId(Uuid::from_u128(n as u128));
        index.note(user, Some(&username), &format!("{first} {last}"));
        usernames.push(username);
    }
    (index, usernames)
}

/// Texts of each kind, and how they are called.
fn kinds(usernames: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let mut dice = Dice(0xd1ce);
    let mut of = |make: &mut dyn FnMut(&mut Dice) -> String| -> Vec<String> {
        (0..SEARCHES).map(|_| make(&mut dice)).collect()
    };
    let letter = |dice: &mut Dice| char::from(b'a' + dice.roll(26) as u8);
    vec![
        ("one letter", of(&mut |dice| letter(dice).to_string())),
        (
            "two letters",
            of(&mut |dice| format!("{}{}", letter(dice), letter(dice))),
        ),
        ("common", of(&mut |dice| dice.name(2))),
        (
            "a whole username",
            of(&mut |dice| usernames[dice.roll(PEOPLE)].clone()),
        ),
        (
            "inside a username",
            of(&mut |dice| {
                let username = &usernames[dice.roll(PEOPLE)];
                username[2..].to_owned()
            }),
        ),
        ("long and common", of(&mut |dice| dice.name(5))),
        ("missing", of(&mut |dice| format!("{}zq", dice.name(3)))),
        (
            "nobody so",
            of(&mut |dice| format!("{}_{}{}", dice.name(1), dice.name(2), dice.name(1))),
        ),
    ]
}

fn percentiles(index: &PeopleIndex, texts: &[String]) -> (Duration, Duration) {
    let mut times: Vec<Duration> = texts
        .iter()
        .map(|text| {
            let began = Instant::now();
            black_box(index.search(black_box(text), 20));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn search(c: &mut Criterion) {
    let began = Instant::now();
    let (index, usernames) = people();
    println!("{PEOPLE} people, indexed in {:.1?}", began.elapsed());
    let mut group = c.benchmark_group("search");
    group.sample_size(20);
    for (kind, texts) in kinds(&usernames) {
        let (half, most) = percentiles(&index, &texts);
        println!("{kind}: p50 {half:.1?}, p99 {most:.1?}");
        assert!(most < MOST, "{kind}: p99 {most:?}");
        let mut next = texts.iter().cycle();
        group.bench_function(kind, |b| {
            b.iter(|| {
                let text = next.next().map_or("", String::as_str);
                index.search(text, 20)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
