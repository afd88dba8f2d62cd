//! The history checker: given what clients were told and what the journal holds, was any promise broken?
//!
//! Knows only numbers and digests, so it serves the journal alone as well as the whole server. Its self-test below
//! breaks a good history in every way we could think of; each must be caught.

use std::collections::BTreeMap;
use std::fmt;

/// What an entry holds, shortened.
pub(crate) type Digest = u64;
/// Names one stream.
pub(crate) type Stream = u64;

/// Everything that was seen of one or more runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The entries of each stream in the order in which the journal gives them, after the last run.
    pub(crate) journal: BTreeMap<Stream, Vec<Entry>>,
    /// Every acknowledgement that a client received, in order.
    pub(crate) acknowledged: Vec<Ack>,
    /// What each watching client saw, in order.
    pub(crate) views: Vec<View>,
    /// The state of each stream, replayed from its entries and as the server gave it.
    pub(crate) states: BTreeMap<Stream, (Digest, Digest)>,
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) digest: Digest,
    /// Who gave which command, where a client named it.
    pub(crate) command: Option<(u64, u64)>,
}

/// One acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ack {
    pub(crate) stream: Stream,
    pub(crate) seq: u64,
    /// What the client sent, where it leads to known bytes.
    pub(crate) digest: Option<Digest>,
    pub(crate) command: Option<(u64, u64)>,
}

/// What one client saw of one stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub(crate) stream: Stream,
    pub(crate) seen: Vec<Seen>,
}

/// One thing that a watching client saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The whole state at a number.
    Snapshot { epoch: u64, seq: u64 },
    /// The server goes on after this number.
    Resumed { epoch: u64, after: u64 },
    /// One entry.
    Entry { seq: u64, digest: Digest },
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The journal has another number where this one belongs.
    Gap {
        stream: Stream,
        expected: u64,
        found: u64,
    },
    /// An acknowledged entry is gone.
    Lost { stream: Stream, seq: u64 },
    /// An entry is not what was acknowledged.
    Altered { stream: Stream, seq: u64 },
    /// One command has two entries.
    AppliedTwice { stream: Stream, command: (u64, u64) },
    /// One command was acknowledged with two numbers.
    TwoAnswers { stream: Stream, command: (u64, u64) },
    /// An acknowledgement names an entry of another command.
    WrongEntry { stream: Stream, seq: u64 },
    /// A client missed entries, or saw them twice or out of order.
    Torn { view: usize, after: u64, found: u64 },
    /// A client was shown an entry before it was told where it stands.
    Unannounced { view: usize },
    /// A client was taken on under another numbering without being told.
    ForeignEpoch { view: usize },
    /// A client saw what the journal does not hold.
    Phantom { view: usize, seq: u64 },
    /// A client saw another entry under this number.
    Disputed { view: usize, seq: u64 },
    /// Replaying the entries leads elsewhere than the server's state.
    Diverged { stream: Stream },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Every promise that was broken.
pub(crate) fn check(history: &History) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (stream, entries) in &history.journal {
        numbers(*stream, entries, &mut faults);
        commands(*stream, entries, &mut faults);
    }
    acknowledgements(history, &mut faults);
    for (number, view) in history.views.iter().enumerate() {
        view_of(number, view, &history.journal, &mut faults);
    }
    let diverged = history
        .states
        .iter()
        .filter(|(_, (replayed, served))| replayed != served);
    faults.extend(diverged.map(|(stream, _)| Fault::Diverged { stream: *stream }));
    faults
}

fn numbers(stream: Stream, entries: &[Entry], faults: &mut Vec<Fault>) {
    for (expected, entry) in (1..).zip(entries) {
        if entry.seq != expected {
            let found = entry.seq;
            faults.push(Fault::Gap {
                stream,
                expected,
                found,
            });
        }
    }
}

fn commands(stream: Stream, entries: &[Entry], faults: &mut Vec<Fault>) {
    let mut first = BTreeMap::new();
    for entry in entries {
        if let Some(command) = entry.command
            && first.insert(command, entry.seq).is_some()
        {
            faults.push(Fault::AppliedTwice { stream, command });
        }
    }
}

fn acknowledgements(history: &History, faults: &mut Vec<Fault>) {
    let mut answers: BTreeMap<(Stream, (u64, u64)), u64> = BTreeMap::new();
    for ack in &history.acknowledged {
        let (stream, seq) = (ack.stream, ack.seq);
        if let Some(command) = ack.command
            && *answers.entry((stream, command)).or_insert(seq) != seq
        {
            faults.push(Fault::TwoAnswers { stream, command });
        }
        let entries = history.journal.get(&stream);
        match entries.and_then(|entries| find(entries, seq)) {
            None => faults.push(Fault::Lost { stream, seq }),
            Some(entry) if ack.digest.is_some_and(|digest| digest != entry.digest) => {
                faults.push(Fault::Altered { stream, seq });
            }
            Some(entry) if ack.command.is_some() && ack.command != entry.command => {
                faults.push(Fault::WrongEntry { stream, seq });
            }
            Some(_) => {}
        }
    }
}

fn find(entries: &[Entry], seq: u64) -> Option<&Entry> {
    let place = usize::try_from(seq.checked_sub(1)?).ok()?;
    entries.get(place).filter(|entry| entry.seq == seq)
}

fn view_of(
    view: usize,
    of: &View,
    journal: &BTreeMap<Stream, Vec<Entry>>,
    faults: &mut Vec<Fault>,
) {
    let none = Vec::new();
    let entries = journal.get(&of.stream).unwrap_or(&none);
    let end = entries.last().map_or(0, |entry| entry.seq);
    let mut stand: Option<(u64, u64)> = None;
    for seen in &of.seen {
        match *seen {
            Seen::Snapshot { epoch, seq } => {
                if let Some((known, last)) = stand
                    && known == epoch
                    && seq < last
                {
                    faults.push(Fault::Torn {
                        view,
                        after: last,
                        found: seq,
                    });
                }
                if seq > end {
                    faults.push(Fault::Phantom { view, seq });
                }
                stand = Some((epoch, seq));
            }
            Seen::Resumed { epoch, after } => match stand {
                None => faults.push(Fault::Unannounced { view }),
                Some((known, _)) if known != epoch => faults.push(Fault::ForeignEpoch { view }),
                Some((_, last)) if last != after => {
                    faults.push(Fault::Torn {
                        view,
                        after: last,
                        found: after,
                    });
                }
                Some(_) => {}
            },
            Seen::Entry { seq, digest } => {
                match &mut stand {
                    None => faults.push(Fault::Unannounced { view }),
                    Some((_, last)) => {
                        if seq != *last + 1 {
                            faults.push(Fault::Torn {
                                view,
                                after: *last,
                                found: seq,
                            });
                        }
                        *last = seq;
                    }
                }
                match find(entries, seq) {
                    None => faults.push(Fault::Phantom { view, seq }),
                    Some(entry) if entry.digest != digest => {
                        faults.push(Fault::Disputed { view, seq });
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

mod self_test {
    use super::*;

    fn entry(stream: Stream, seq: u64) -> Entry {
        Entry {
            seq,
            digest: stream * 1_000 + seq,
            command: (!seq.is_multiple_of(3)).then_some((seq % 2, seq)),
        }
    }

    fn ack(stream: Stream, seq: u64) -> Ack {
        let entry = entry(stream, seq);
        Ack {
            stream,
            seq,
            digest: Some(entry.digest),
            command: entry.command,
        }
    }

    fn seen(stream: Stream, seq: u64) -> Seen {
        let digest = entry(stream, seq).digest;
        Seen::Entry { seq, digest }
    }

    /// Two streams, a few unacknowledged entries, a retry, three views with a cut connection and a resynchronisation.
    fn good() -> History {
        let entries = |stream, end| (1..=end).map(|seq| entry(stream, seq)).collect::<Vec<_>>();
        let mut acknowledged: Vec<Ack> = (1..=18).map(|seq| ack(1, seq)).collect();
        acknowledged.extend((1..=7).map(|seq| ack(2, seq)));
        acknowledged.push(ack(1, 5));
        let whole = [Seen::Snapshot { epoch: 9, seq: 0 }];
        let whole = whole.into_iter().chain((1..=20).map(|seq| seen(1, seq)));
        let cut = [Seen::Snapshot { epoch: 9, seq: 4 }]
            .into_iter()
            .chain((5..=8).map(|seq| seen(1, seq)))
            .chain([Seen::Resumed { epoch: 9, after: 8 }])
            .chain((9..=12).map(|seq| seen(1, seq)));
        let anew = [Seen::Snapshot { epoch: 8, seq: 2 }]
            .into_iter()
            .chain((3..=4).map(|seq| seen(2, seq)))
            .chain([Seen::Snapshot { epoch: 8, seq: 6 }])
            .chain((7..=8).map(|seq| seen(2, seq)));
        let view = |stream, seen| View { stream, seen };
        History {
            journal: [(1, entries(1, 20)), (2, entries(2, 8))].into(),
            acknowledged,
            views: vec![
                view(1, whole.collect()),
                view(1, cut.collect()),
                view(2, anew.collect()),
            ],
            states: [(1, (77, 77)), (2, (88, 88))].into(),
        }
    }

    type Break = (&'static str, fn(&mut History));

    fn of(history: &mut History, stream: Stream) -> &mut Vec<Entry> {
        history.journal.get_mut(&stream).expect("a stream")
    }

    const BROKEN: [Break; 36] = [
        ("the last acknowledged entry is gone", |h| {
            of(h, 1).truncate(17)
        }),
        ("the tail is gone", |h| of(h, 2).truncate(3)),
        ("a stream is empty", |h| of(h, 2).clear()),
        ("a stream is gone", |h| {
            h.journal.remove(&2);
        }),
        ("the journal is gone", |h| h.journal.clear()),
        ("the first entry is gone", |h| {
            of(h, 1).remove(0);
        }),
        ("an entry in the middle is gone", |h| {
            of(h, 1).remove(9);
        }),
        ("an unacknowledged entry in the middle is gone", |h| {
            h.acknowledged.retain(|ack| ack.seq != 10);
            of(h, 1).remove(9);
        }),
        ("two entries changed places", |h| of(h, 1).swap(3, 4)),
        ("an entry stands twice", |h| {
            let twice = of(h, 1)[5].clone();
            of(h, 1).insert(6, twice);
        }),
        ("an entry is altered", |h| of(h, 1)[6].digest += 1),
        ("an entry of the other stream", |h| {
            let other = of(h, 2)[2].clone();
            of(h, 1)[2] = other;
        }),
        ("numbers begin at zero", |h| {
            of(h, 2).iter_mut().for_each(|e| e.seq -= 1)
        }),
        ("numbers begin at two", |h| {
            of(h, 2).iter_mut().for_each(|e| e.seq += 1)
        }),
        ("a number is left out", |h| {
            of(h, 1)[10..].iter_mut().for_each(|e| e.seq += 1)
        }),
        ("a command applied twice", |h| {
            of(h, 1)[18].command = Some((1, 1))
        }),
        ("a retry applied again at the end", |h| {
            of(h, 2).push(Entry {
                seq: 9,
                digest: 1,
                command: Some((1, 7)),
            });
        }),
        ("a retry was answered with another number", |h| {
            h.acknowledged.last_mut().expect("a retry").seq = 6;
        }),
        ("an acknowledgement beyond the end", |h| {
            h.acknowledged.push(ack(2, 9))
        }),
        ("an acknowledgement of nothing", |h| {
            h.acknowledged.push(Ack {
                stream: 1,
                seq: 0,
                digest: None,
                command: None,
            });
        }),
        ("an acknowledgement in an unknown stream", |h| {
            h.acknowledged.push(ack(3, 1))
        }),
        ("an acknowledgement of another's command", |h| {
            h.acknowledged.push(Ack {
                command: Some((9, 9)),
                ..ack(1, 4)
            });
        }),
        ("an acknowledged command's entry bears no command", |h| {
            of(h, 1)[3].command = None
        }),
        ("a view misses an entry", |h| {
            h.views[0].seen.remove(5);
        }),
        ("a view misses the first entry", |h| {
            h.views[0].seen.remove(1);
        }),
        ("a view misses many", |h| drop(h.views[0].seen.drain(5..12))),
        ("a view sees an entry twice", |h| {
            let twice = h.views[0].seen[5].clone();
            h.views[0].seen.insert(6, twice);
        }),
        ("a view sees entries out of order", |h| {
            h.views[0].seen.swap(5, 6)
        }),
        ("a view sees another entry", |h| {
            h.views[1].seen[2] = Seen::Entry { seq: 6, digest: 1 }
        }),
        ("a view sees what is not durable", |h| {
            h.views[0].seen.push(seen(1, 21))
        }),
        ("a view resumes too late", |h| {
            h.views[1].seen[5] = Seen::Resumed { epoch: 9, after: 9 };
            h.views[1].seen.remove(6);
        }),
        ("a view resumes too early", |h| {
            h.views[1].seen[5] = Seen::Resumed { epoch: 9, after: 7 };
            h.views[1].seen.insert(6, seen(1, 8));
        }),
        ("a view resumes under another numbering", |h| {
            h.views[1].seen[5] = Seen::Resumed { epoch: 3, after: 8 };
        }),
        ("a view is never told where it stands", |h| {
            h.views[1].seen.remove(0);
        }),
        ("a snapshot takes a view back", |h| {
            h.views[2].seen[3] = Seen::Snapshot { epoch: 8, seq: 3 };
        }),
        ("the state is not what the entries lead to", |h| {
            h.states.insert(2, (88, 89));
        }),
    ];

    #[test]
    fn a_good_history_has_no_faults() {
        assert_eq!(check(&good()), []);
    }

    #[test]
    fn every_broken_history_is_caught() {
        for (how, break_it) in BROKEN {
            let mut history = good();
            break_it(&mut history);
            assert_ne!(check(&history), [], "not caught: {how}");
        }
    }

    #[test]
    fn every_sort_of_fault_is_told_apart() {
        let sorts = BROKEN
            .iter()
            .flat_map(|(_, break_it)| {
                let mut history = good();
                break_it(&mut history);
                check(&history)
            })
            .map(|fault| std::mem::discriminant(&fault))
            .fold(Vec::new(), |mut known, sort| {
                if !known.contains(&sort) {
                    known.push(sort);
                }
                known
            });
        assert_eq!(sorts.len(), 12, "each variant of `Fault` at least once");
    }
}
