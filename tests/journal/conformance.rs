//! One suite for every journal: what holds for the one in memory holds for the one on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::appending::*;
use proptest::prelude::*;
use tutti::domain::aggregate::{Claim, ClaimKey};
use tutti::journal::memory::MemoryJournal;
use tutti::journal::{
    AppendError, Epoch, Health, Journal, Kind, MAX_ENTRY, Options, Seq, SledJournal, StreamId,
};

/// Something that gives out a fresh journal, and keeps it alive.
trait Fresh {
    fn fresh() -> Self;
    fn journal(&self) -> &dyn Journal;
}

struct InMemory(MemoryJournal);

impl Fresh for InMemory {
    fn fresh() -> Self {
        Self(MemoryJournal::new())
    }

    fn journal(&self) -> &dyn Journal {
        &self.0
    }
}

struct OnDisk {
    journal: SledJournal,
    _dir: tempfile::TempDir,
}

impl Fresh for OnDisk {
    fn fresh() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
        Self { journal, _dir: dir }
    }

    fn journal(&self) -> &dyn Journal {
        &self.journal
    }
}

macro_rules! conformance {
    ($($name:ident)*) => {
        mod memory {
            $(#[test] fn $name() { super::$name::<super::InMemory>(); })*
        }
        mod sled {
            $(#[test] fn $name() { super::$name::<super::OnDisk>(); })*
        }
    };
}

conformance! {
    entries_come_back_in_order_and_byte_equal
    numbers_start_at_one_and_the_epoch_stays
    an_append_behind_or_ahead_of_the_end_is_refused
    pipelined_appends_of_one_stream_all_land
    after_a_failed_append_those_behind_it_fail_by_their_number
    an_entry_of_the_greatest_size_comes_back_and_a_larger_one_is_refused
    reading_from_the_middle_and_past_the_end
    a_claim_is_held_by_one
    a_claim_given_back_is_free_in_the_same_entry
    a_refused_claim_leaves_nothing_behind
    nobody_gives_back_the_claim_of_another
    two_racing_claims_have_one_winner
    a_snapshot_replaces_the_older_and_yields_to_the_newer
    a_snapshot_of_any_size_comes_back
    streams_are_listed_by_kind_in_pages
    unsettled_entries_are_listed_until_they_are_settled
    many_writers_on_many_streams_lose_nothing
    a_fresh_journal_is_empty_and_writable
}

fn a_fresh_journal_is_empty_and_writable<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    assert_eq!(journal.health(), Health::Writable);
    assert_eq!(journal.head(room(1)), Ok(None));
    assert_eq!(journal.read(room(1), Seq::ZERO, 10), Ok(vec![]));
    assert_eq!(journal.snapshot(room(1)), None);
    assert_eq!(journal.claimed(&ClaimKey::Username("ann".into())), None);
    assert!(journal.streams(Kind::Room, None, 10).is_empty());
    assert!(journal.unsettled().is_empty());
}

fn entries_come_back_in_order_and_byte_equal<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    fill(journal, room(1), 0, 40);
    fill(journal, room(2), 0, 3);
    let entries = journal.read(room(1), Seq::ZERO, 1_000).expect("reads");
    assert_eq!(entries.len(), 40);
    for (seq, entry) in (1..).zip(&entries) {
        assert_eq!(entry.seq, Seq(seq));
        assert_eq!(entry.bytes, content(room(1), seq));
    }
}

fn numbers_start_at_one_and_the_epoch_stays<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let one = append(journal, plain(room(1), 0, b"one")).expect("appends");
    let two = append(journal, plain(room(1), 1, b"two")).expect("appends");
    assert_eq!((one.seq, two.seq), (Seq(1), Seq(2)));
    assert_eq!(one.epoch, two.epoch);
    assert_ne!(one.epoch, Epoch(0));
    assert_ne!(one.chain, two.chain);
    assert_eq!(journal.head(room(1)), Ok(Some(two)));
    let other = append(journal, plain(room(2), 0, b"one")).expect("appends");
    assert_ne!(other.epoch, one.epoch);
}

fn an_append_behind_or_ahead_of_the_end_is_refused<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    fill(journal, room(1), 0, 2);
    for expected in [0, 1, 3, 100] {
        let refused = append(journal, plain(room(1), expected, b"no"));
        assert_eq!(refused, Err(AppendError::WrongSeq { actual: Seq(2) }));
    }
    let refused = append(journal, plain(room(2), 1, b"no"));
    assert_eq!(refused, Err(AppendError::WrongSeq { actual: Seq(0) }));
    assert_eq!(journal.head(room(2)), Ok(None));
    assert_eq!(journal.read(room(1), Seq::ZERO, 9).map(|e| e.len()), Ok(2));
}

fn pipelined_appends_of_one_stream_all_land<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let answers: Vec<_> = (0..500)
        .map(|seq| start(journal, plain(room(1), seq, &content(room(1), seq + 1))))
        .collect();
    for (seq, answer) in (1..).zip(&answers) {
        assert_eq!(wait(answer).map(|head| head.seq), Ok(Seq(seq)));
    }
    assert_eq!(
        journal.read(room(1), Seq::ZERO, 999).map(|e| e.len()),
        Ok(500)
    );
}

fn after_a_failed_append_those_behind_it_fail_by_their_number<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let huge = vec![0; MAX_ENTRY + 1];
    let answers = [
        start(journal, plain(room(1), 0, b"one")),
        start(journal, plain(room(1), 1, &huge)),
        start(journal, plain(room(1), 2, b"three")),
        start(journal, plain(room(1), 3, b"four")),
    ];
    let behind = Err(AppendError::WrongSeq { actual: Seq(1) });
    assert!(wait(&answers[0]).is_ok());
    let size = huge.len();
    assert_eq!(wait(&answers[1]), Err(AppendError::TooLarge { size }));
    assert_eq!(wait(&answers[2]), behind);
    assert_eq!(wait(&answers[3]), behind);
}

fn an_entry_of_the_greatest_size_comes_back_and_a_larger_one_is_refused<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let bytes: Vec<u8> = (0..MAX_ENTRY).map(|n| (n % 251) as u8).collect();
    append(journal, plain(room(1), 0, &bytes)).expect("appends");
    append(journal, plain(room(1), 1, b"")).expect("appends");
    let entries = journal.read(room(1), Seq::ZERO, 9).expect("reads");
    assert_eq!(entries[0].bytes, bytes);
    assert_eq!(entries[1].bytes, b"");
    let refused = append(journal, plain(room(1), 2, &vec![0; MAX_ENTRY + 1]));
    assert_eq!(
        refused,
        Err(AppendError::TooLarge {
            size: MAX_ENTRY + 1
        })
    );
}

fn reading_from_the_middle_and_past_the_end<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    fill(journal, room(1), 0, 10);
    let numbers = |after, limit| -> Vec<u64> {
        let entries = journal.read(room(1), Seq(after), limit).expect("reads");
        entries.iter().map(|entry| entry.seq.0).collect()
    };
    assert_eq!(numbers(4, 3), [5, 6, 7]);
    assert_eq!(numbers(8, 100), [9, 10]);
    assert!(numbers(10, 5).is_empty());
    assert!(numbers(11, 5).is_empty());
    assert!(numbers(u64::MAX, 5).is_empty());
    assert!(numbers(0, 0).is_empty());
}

fn name(text: &str) -> ClaimKey {
    ClaimKey::Username(text.to_owned())
}

fn user(n: u128) -> StreamId {
    stream(Kind::User, n)
}

fn a_claim_is_held_by_one<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let take = |n| claiming(plain(user(n), 0, b"x"), [Claim::Reserve(name("ann"))]);
    append(journal, take(1)).expect("appends");
    assert_eq!(journal.claimed(&name("ann")), Some(user(1)));
    assert_eq!(
        append(journal, take(2)),
        Err(AppendError::ClaimTaken(name("ann")))
    );
    let again = claiming(plain(user(1), 1, b"x"), [Claim::Reserve(name("ann"))]);
    assert!(
        append(journal, again).is_ok(),
        "its holder may take it again"
    );
    let mail = claiming(
        plain(user(3), 0, b"x"),
        [Claim::Reserve(ClaimKey::Email("ann".to_owned()))],
    );
    assert!(append(journal, mail).is_ok(), "another kind of claim");
}

fn a_claim_given_back_is_free_in_the_same_entry<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let take =
        |n, expected, text| claiming(plain(user(n), expected, b"x"), [Claim::Reserve(name(text))]);
    append(journal, take(1, 0, "ann")).expect("appends");
    let swap = [Claim::Release(name("ann")), Claim::Reserve(name("bob"))];
    append(journal, claiming(plain(user(1), 1, b"x"), swap)).expect("appends");
    assert_eq!(journal.claimed(&name("ann")), None);
    assert_eq!(journal.claimed(&name("bob")), Some(user(1)));
    append(journal, take(2, 0, "ann")).expect("appends");
    let back_and_forth = [Claim::Release(name("ann")), Claim::Reserve(name("ann"))];
    append(journal, claiming(plain(user(2), 1, b"x"), back_and_forth)).expect("appends");
    assert_eq!(journal.claimed(&name("ann")), Some(user(2)));
}

fn a_refused_claim_leaves_nothing_behind<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let take = claiming(plain(user(1), 0, b"x"), [Claim::Reserve(name("ann"))]);
    append(journal, take).expect("appends");
    let both = [Claim::Reserve(name("bob")), Claim::Reserve(name("ann"))];
    let refused = append(journal, claiming(plain(user(2), 0, b"x"), both));
    assert_eq!(refused, Err(AppendError::ClaimTaken(name("ann"))));
    assert_eq!(journal.claimed(&name("bob")), None);
    assert_eq!(journal.head(user(2)), Ok(None));
    assert!(append(journal, plain(user(2), 0, b"x")).is_ok());
}

fn nobody_gives_back_the_claim_of_another<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let take = claiming(plain(user(1), 0, b"x"), [Claim::Reserve(name("ann"))]);
    append(journal, take).expect("appends");
    let steal = claiming(plain(user(2), 0, b"x"), [Claim::Release(name("ann"))]);
    append(journal, steal).expect("appends");
    assert_eq!(journal.claimed(&name("ann")), Some(user(1)));
}

fn two_racing_claims_have_one_winner<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let answers: Vec<_> = (1..=50)
        .map(|n| {
            let take = [Claim::Reserve(name("ann"))];
            start(journal, claiming(plain(user(n), 0, b"x"), take))
        })
        .collect();
    let outcomes: Vec<_> = answers.iter().map(wait).collect();
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    assert!(outcomes[0].is_ok(), "the first to ask");
    assert_eq!(journal.claimed(&name("ann")), Some(user(1)));
    assert_eq!(journal.streams(Kind::User, None, 100), [user(1)]);
}

/// Saving is not waited for; whatever is saved before an append is there soon after it.
fn saved(journal: &dyn Journal, stream: StreamId, seq: u64) -> Vec<u8> {
    for _ in 0..2_000 {
        if let Some((at, bytes)) = journal.snapshot(stream)
            && at == Seq(seq)
        {
            return bytes;
        }
        let end = journal
            .head(room(99))
            .expect("reads")
            .map_or(0, |h| h.seq.0);
        append(journal, plain(room(99), end, b"pause")).expect("appends");
    }
    panic!("the snapshot at {seq} was never saved");
}

fn a_snapshot_replaces_the_older_and_yields_to_the_newer<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    fill(journal, room(1), 0, 5);
    journal.save_snapshot(room(1), Seq(2), b"two".to_vec());
    assert_eq!(saved(journal, room(1), 2), b"two");
    journal.save_snapshot(room(1), Seq(4), b"four".to_vec());
    assert_eq!(saved(journal, room(1), 4), b"four");
    journal.save_snapshot(room(1), Seq(3), b"three".to_vec());
    journal.save_snapshot(room(1), Seq(5), b"five".to_vec());
    assert_eq!(saved(journal, room(1), 5), b"five");
    assert_eq!(journal.snapshot(room(2)), None);
}

fn a_snapshot_of_any_size_comes_back<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    fill(journal, room(1), 0, 7);
    let sizes = [0, 1, 6 * 1024, 6 * 1024 + 1, 300_000, 2_000_000, 100];
    for (seq, size) in (1..).zip(sizes) {
        let bytes: Vec<u8> = (0..size).map(|n| (n % 239) as u8).collect();
        journal.save_snapshot(room(1), Seq(seq), bytes.clone());
        assert!(saved(journal, room(1), seq) == bytes, "{size} bytes");
    }
}

fn streams_are_listed_by_kind_in_pages<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    for n in (1..=7).rev() {
        fill(journal, room(n), 0, 2);
        fill(journal, stream(Kind::Session, n), 0, 1);
    }
    let rooms: Vec<_> = (1..=7).map(room).collect();
    assert_eq!(journal.streams(Kind::Room, None, 100), rooms);
    assert_eq!(journal.streams(Kind::Room, None, 3), rooms[..3]);
    assert_eq!(
        journal.streams(Kind::Room, Some(rooms[2].id), 3),
        rooms[3..6]
    );
    assert!(journal.streams(Kind::Room, Some(rooms[6].id), 3).is_empty());
    assert!(journal.streams(Kind::User, None, 100).is_empty());
}

fn unsettled_entries_are_listed_until_they_are_settled<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    for seq in 0..4 {
        let mut asking = plain(room(1), seq, b"x");
        asking.has_effects = seq % 2 == 0;
        append(journal, asking).expect("appends");
    }
    assert_eq!(journal.unsettled(), [(room(1), Seq(1)), (room(1), Seq(3))]);
    journal.settle(room(1), Seq(1));
    // An append behind it is answered after it is done.
    append(journal, plain(room(1), 4, b"x")).expect("appends");
    assert_eq!(journal.unsettled(), [(room(1), Seq(3))]);
}

fn many_writers_on_many_streams_lose_nothing<F: Fresh>() {
    let fresh = F::fresh();
    let journal = fresh.journal();
    let (writers, each) = (16, 50);
    std::thread::scope(|scope| {
        for n in 1..=writers {
            scope.spawn(move || fill(journal, room(n), 0, each));
        }
    });
    for n in 1..=writers {
        let entries = journal.read(room(n), Seq::ZERO, 1_000).expect("reads");
        assert_eq!(entries.len() as u64, each);
        for (seq, entry) in (1..).zip(entries) {
            assert_eq!(entry.bytes, content(room(n), seq));
        }
    }
}

/// One step of a random history.
#[derive(Debug, Clone)]
enum Step {
    Append {
        stream: u128,
        /// How far the expected number is off.
        off: u64,
        size: usize,
        reserve: Option<u8>,
        release: Option<u8>,
        effects: bool,
    },
    Settle {
        stream: u128,
        seq: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let off = prop_oneof![9 => Just(0u64), 1 => 1..3u64];
    let size = prop_oneof![9 => 0..300usize, 1 => 5_000..MAX_ENTRY];
    let claim = || prop_oneof![3 => Just(None), 1 => (0..4u8).prop_map(Some)];
    let append = (1..5u128, off, size, claim(), claim(), any::<bool>()).prop_map(
        |(stream, off, size, reserve, release, effects)| Step::Append {
            stream,
            off,
            size,
            reserve,
            release,
            effects,
        },
    );
    let settle = (1..5u128, 1..10u64).prop_map(|(stream, seq)| Step::Settle { stream, seq });
    prop_oneof![5 => append, 1 => settle]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Both journals give the same answers to the same history, and the one on disk gives them again when reopened.
    #[test]
    fn disk_and_memory_agree_on_any_history(steps in prop::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().expect("a folder");
        let memory = MemoryJournal::new();
        let disk = SledJournal::open(dir.path(), Options::default()).expect("opens");
        let mut ends: BTreeMap<u128, u64> = BTreeMap::new();
        let mut pending: Vec<(Result<tutti::journal::Head, AppendError>, Answer)> = Vec::new();
        let bare = |outcome: Result<tutti::journal::Head, _>| outcome.map(|h| (h.seq, h.chain));
        for step in &steps {
            match step {
                Step::Settle { stream, seq } => {
                    // Only what is durable can have been settled.
                    for (expected, answer) in pending.drain(..) {
                        prop_assert_eq!(bare(wait(&answer)), bare(expected));
                    }
                    memory.settle(room(*stream), Seq(*seq));
                    disk.settle(room(*stream), Seq(*seq));
                }
                Step::Append { stream, off, size, reserve, release, effects } => {
                    let end = ends.entry(*stream).or_default();
                    let mut entry = plain(room(*stream), *end + off, &vec![*size as u8; *size]);
                    entry.has_effects = *effects;
                    let key = |n: &u8| name(&n.to_string());
                    entry.claims.extend(release.iter().map(|n| Claim::Release(key(n))));
                    entry.claims.extend(reserve.iter().map(|n| Claim::Reserve(key(n))));
                    let expected = append(&memory, entry.clone());
                    if expected.is_ok() {
                        *end += 1;
                    }
                    pending.push((expected, start(&disk, entry)));
                }
            }
        }
        for (expected, answer) in pending {
            prop_assert_eq!(bare(wait(&answer)), bare(expected));
        }
        let same = |disk: &dyn Journal| -> Result<(), TestCaseError> {
            for n in 1..5 {
                prop_assert_eq!(disk.read(room(n), Seq::ZERO, 99), memory.read(room(n), Seq::ZERO, 99));
            }
            for n in 0..4 {
                let key = name(&n.to_string());
                prop_assert_eq!(disk.claimed(&key), memory.claimed(&key));
            }
            prop_assert_eq!(disk.streams(Kind::Room, None, 9), memory.streams(Kind::Room, None, 9));
            Ok(())
        };
        same(&disk)?;
        disk.close();
        let disk = Arc::new(SledJournal::open(dir.path(), Options::default()).expect("opens again"));
        prop_assert_eq!(disk.health(), Health::Writable);
        same(disk.as_ref())?;
        prop_assert_eq!(disk.unsettled(), memory.unsettled());
    }
}
