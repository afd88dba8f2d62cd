//! `tutti replay`: an evening again, command by command; a room as it was; and the proof that the journal is whole.
//!
//! Runs `evolve` only, so that old entries keep their meaning when the rules change.

use std::fmt::Write as _;
use std::io::{BufRead, Write};

use serde_json::{Value, json};

use crate::app::replayed;
use crate::domain::aggregate::{Aggregate, By};
use crate::domain::room::{self, Room};
use crate::domain::user::User;
use crate::gateway::to_wire;
use crate::ids::{RoomId, UserId};
use crate::journal::{Entry, Journal, Kind, Seq, StreamId};
use crate::projection::Directory;
use crate::time::Timestamp;

/// What to replay, and how to show it.
#[derive(Debug, Clone, clap::Args)]
// The subcommand of the same name already makes a group of this name.
#[group(skip)]
pub struct Replay {
    /// The room, as room_… and 32 hex digits.
    pub room: RoomId,
    /// Show the room as it was after this entry.
    #[arg(long, value_name = "N", conflicts_with_all = ["at", "step", "diff", "verify"])]
    pub at_seq: Option<u64>,
    /// Show the room as it was at this time, as 2026-01-31T20:15:00Z.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["step", "diff", "verify"])]
    pub at: Option<Timestamp>,
    /// Go through it entry by entry: Enter for the next, a number to go there, q to leave.
    #[arg(long, conflicts_with_all = ["diff", "verify", "json"])]
    pub step: bool,
    /// Show what differs between the room after entry A and after entry B.
    #[arg(long, value_name = "A..B", value_parser = parse_range, conflicts_with = "verify")]
    pub diff: Option<(u64, u64)>,
    /// Print JSON, for programs: one object a line.
    #[arg(long)]
    pub json: bool,
    /// Recompute the room from its entries, and compare with the hash chain and with the kept snapshot.
    #[arg(long)]
    pub verify: bool,
}

fn parse_range(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "expected two entry numbers, as 3..17".to_owned();
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    Ok((
        from.parse().map_err(|_| wrong())?,
        to.parse().map_err(|_| wrong())?,
    ))
}

/// Replays as asked, onto `out`; `input` answers `--step`.
///
/// # Errors
/// One sentence, where the room is unknown, the moment is not there, the journal is damaged, or a check fails.
pub fn run(
    replay: &Replay,
    journal: &dyn Journal,
    out: &mut dyn Write,
    input: &mut dyn BufRead,
) -> Result<(), String> {
    let evening = Evening::open(journal, replay.room)?;
    let shown = if replay.verify {
        evening.verify(replay.json, out)
    } else if let Some((from, to)) = replay.diff {
        evening.diff(from, to, replay.json, out)
    } else if let Some(seq) = replay.at_seq {
        evening.require(seq)?;
        evening.show_at(Seq(seq), out)
    } else if let Some(time) = replay.at {
        evening.show_at(evening.seq_at(time)?, out)
    } else if replay.step {
        evening.step(out, input)
    } else {
        evening.list(replay.json, out)
    };
    shown.map_err(|stop| match stop {
        Stop::Said(sentence) => sentence,
        // Whoever reads has read enough, as `head` does.
        Stop::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => String::new(),
        Stop::Output(error) => format!("the output could not be written: {error}"),
    })
}

enum Stop {
    Said(String),
    Output(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

/// A room's whole life, and how the people in it are called.
struct Evening<'a> {
    journal: &'a dyn Journal,
    id: RoomId,
    stream: StreamId,
    head: Seq,
    entries: Vec<Entry<room::Event>>,
    people: Directory,
}

impl<'a> Evening<'a> {
    fn open(journal: &'a dyn Journal, id: RoomId) -> Result<Self, String> {
        let stream = StreamId {
            kind: Kind::Room,
            id: id.0,
        };
        let head = journal.head(stream).map_err(|damage| damage.to_string())?;
        let head = head
            .ok_or_else(|| format!("the journal has no room {id}"))?
            .seq;
        let mut entries: Vec<Entry<room::Event>> = Vec::new();
        crate::journal::replay::<Room>(journal, stream, Seq::ZERO, head, |entry| {
            entries.push(entry)
        })
        .map_err(|damage| damage.to_string())?;
        let evening = Self {
            journal,
            id,
            stream,
            head,
            entries,
            people: Directory::default(),
        };
        evening.meet_people();
        Ok(evening)
    }

    /// Looks up how everybody who did something is called.
    fn meet_people(&self) {
        let mut met = std::collections::BTreeSet::new();
        for entry in &self.entries {
            met.extend(entry.cause.by.user());
        }
        for user in met {
            let stream = StreamId {
                kind: Kind::User,
                id: user.0,
            };
            if let Ok((known, seq, _)) = replayed::<User>(self.journal, stream) {
                self.people.note_user(user, seq, &known);
            }
        }
    }

    fn require(&self, seq: u64) -> Result<(), String> {
        if seq == 0 || seq > self.head.0 {
            return Err(format!(
                "{} has the entries 1 to {}: {seq} is none of them",
                self.id, self.head
            ));
        }
        Ok(())
    }

    fn seq_at(&self, time: Timestamp) -> Result<Seq, String> {
        let before = self
            .entries
            .iter()
            .take_while(|entry| entry.at <= time)
            .last();
        before
            .map(|entry| entry.seq)
            .ok_or_else(|| format!("{} was not open yet at {time}", self.id))
    }

    fn state_at(&self, seq: Seq) -> Room {
        let mut room = Room::default();
        let until = self.entries.iter().take_while(|entry| entry.seq <= seq);
        until
            .flat_map(|entry| &entry.events)
            .for_each(|event| room.evolve(event));
        room
    }

    fn state_json(&self, seq: Seq) -> Value {
        let at = self
            .entries
            .iter()
            .rev()
            .find(|entry| entry.seq <= seq)
            .map(|entry| entry.at.to_string());
        let room = match self.state_at(seq) {
            Room::Unborn => Value::Null,
            Room::Closed { at } => json!({ "closed_at": at.to_string() }),
            Room::Open(room) => {
                let members = room.membership.by_seniority();
                let members: Vec<Value> = members
                    .iter()
                    .map(|member| {
                        let role = crate::wire::model::Role::from(member.role);
                        json!({ "user_id": member.user, "name": self.name(member.user), "role": role })
                    })
                    .collect();
                let mut state =
                    serde_json::to_value(to_wire::room_state(self.id, &room, &self.people))
                        .unwrap_or_default();
                state["members"] = members.into();
                state
            }
        };
        json!({ "seq": seq.0, "at": at, "room": room })
    }

    fn name(&self, user: UserId) -> String {
        self.people
            .person(user)
            .map_or_else(|| user.to_string(), |person| person.name.to_string())
    }

    fn who(&self, by: By) -> String {
        by.user()
            .map_or_else(|| "Tutti".to_owned(), |user| self.name(user))
    }

    fn events_json(&self, entry: &Entry<room::Event>) -> Value {
        serde_json::to_value(to_wire::entry(entry, &self.people)).unwrap_or_default()
    }

    /// One entry in one line: number, time, who, command, and what it led to.
    fn line(&self, entry: &Entry<room::Event>) -> String {
        let json = self.events_json(entry);
        let events = json["events"].as_array().cloned().unwrap_or_default();
        let facts: Vec<String> = events.iter().map(fact).collect();
        let who: String = self
            .who(entry.cause.by)
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        let Entry { seq, at, cause, .. } = entry;
        format!(
            "{seq:>6}  {at}  {who:<16} {:<14} {}",
            cause.command,
            facts.join("; ")
        )
    }

    fn list(&self, json: bool, out: &mut dyn Write) -> Result<(), Stop> {
        for entry in &self.entries {
            if json {
                writeln!(out, "{}", self.events_json(entry))?;
            } else {
                writeln!(out, "{}", self.line(entry))?;
            }
        }
        if !json {
            writeln!(
                out,
                "\n{} has {} entries; as it stands:",
                self.id, self.head
            )?;
            return self.show_at(self.head, out);
        }
        Ok(())
    }

    fn show_at(&self, seq: Seq, out: &mut dyn Write) -> Result<(), Stop> {
        let state = self.state_json(seq);
        writeln!(
            out,
            "{}",
            serde_json::to_string_pretty(&state).unwrap_or_default()
        )?;
        Ok(())
    }

    fn diff(&self, from: u64, to: u64, json: bool, out: &mut dyn Write) -> Result<(), Stop> {
        self.require(from)
            .and_then(|()| self.require(to))
            .map_err(Stop::Said)?;
        let (before, after) = (self.state_json(Seq(from)), self.state_json(Seq(to)));
        let mut changes = Vec::new();
        differences("", &before["room"], &after["room"], &mut changes);
        for (path, old, new) in &changes {
            if json {
                writeln!(
                    out,
                    "{}",
                    json!({ "path": path, "before": old, "after": new })
                )?;
            } else {
                writeln!(out, "{path}: {old} -> {new}")?;
            }
        }
        if changes.is_empty() && !json {
            writeln!(out, "nothing differs between entry {from} and entry {to}")?;
        }
        Ok(())
    }

    fn step(&self, out: &mut dyn Write, input: &mut dyn BufRead) -> Result<(), Stop> {
        let mut next = 1u64;
        while let Some(entry) = usize::try_from(next - 1)
            .ok()
            .and_then(|place| self.entries.get(place))
        {
            writeln!(out, "{}", self.line(entry))?;
            let mut changes = Vec::new();
            let (before, after) = (self.state_json(Seq(next - 1)), self.state_json(entry.seq));
            differences("", &before["room"], &after["room"], &mut changes);
            for (path, old, new) in changes {
                writeln!(out, "        {path}: {old} -> {new}")?;
            }
            write!(out, "[Enter, number, q] ")?;
            out.flush()?;
            let mut answer = String::new();
            if input.read_line(&mut answer)? == 0 {
                break;
            }
            next = match answer.trim() {
                "" => next + 1,
                "q" => break,
                typed => match typed
                    .parse::<u64>()
                    .map_err(|_| String::new())
                    .and_then(|n| self.require(n).map(|()| n))
                {
                    Ok(number) => number,
                    Err(_) => {
                        writeln!(out, "type Enter, q, or a number from 1 to {}", self.head)?;
                        next
                    }
                },
            };
        }
        Ok(())
    }

    /// Reading checked the hash chain; here the numbers, the end, and whether what ran came to the same as the entries do.
    fn verify(&self, json: bool, out: &mut dyn Write) -> Result<(), Stop> {
        let problem = self.first_problem();
        if json {
            let problem = problem
                .as_ref()
                .map(|(seq, what)| json!({ "seq": seq.0, "what": what }));
            writeln!(
                out,
                "{}",
                json!({ "room_id": self.id, "entries": self.head.0, "problem": problem })
            )?;
        }
        match problem {
            Some((seq, what)) => Err(Stop::Said(format!(
                "{} differs first at seq {seq}: {what}",
                self.id
            ))),
            None if json => Ok(()),
            None => Ok(writeln!(
                out,
                "{}: {} entries, whole and in order",
                self.id, self.head
            )?),
        }
    }

    fn first_problem(&self) -> Option<(Seq, String)> {
        for (place, entry) in self.entries.iter().enumerate() {
            let expected = Seq(place as u64 + 1);
            if entry.seq != expected {
                return Some((
                    expected,
                    format!("an entry numbered {} stands in its place", entry.seq),
                ));
            }
        }
        let last = self.entries.last().map_or(Seq::ZERO, |entry| entry.seq);
        if last != self.head {
            return Some((
                last.next(),
                format!("the stream should end at seq {}", self.head),
            ));
        }
        let (kept, seq) = crate::entity::kept_state::<Room>(self.journal, self.stream)?;
        (kept != self.state_at(seq)).then(|| {
            (
                seq,
                "the kept snapshot says otherwise than the entries".to_owned(),
            )
        })
    }
}

/// A fact in a few words: its type, then its fields.
fn fact(event: &Value) -> String {
    let mut words = event["type"].as_str().unwrap_or("?").to_owned();
    let Some(fields) = event.as_object() else {
        return words;
    };
    for (name, value) in fields.iter().filter(|(name, _)| *name != "type") {
        let value = match name.as_str() {
            "timeline" => format!(
                "{} at {} ms",
                value["item_id"].as_str().unwrap_or("?"),
                value["position_ms"]
            ),
            "item" => value["track"]["title"].to_string(),
            "track" => value["title"].to_string(),
            _ => value.to_string(),
        };
        let _ = write!(words, " {name}={value}");
    }
    words
}

/// Where two JSON values differ, by path.
fn differences(path: &str, before: &Value, after: &Value, into: &mut Vec<(String, Value, Value)>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let at = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                let null = Value::Null;
                differences(
                    &at,
                    old.get(name).unwrap_or(&null),
                    new.get(name).unwrap_or(&null),
                    into,
                );
            }
        }
        (old, new) if old == new => {}
        (old, new) => into.push((path.to_owned(), old.clone(), new.clone())),
    }
}
