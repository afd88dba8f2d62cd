//! Writing a journal anew, entry by entry: as it is, for a backup; or without what it says of one person.

use std::fs;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::Value;

use super::super::stored::{decode_any, entry_from_json, entry_to_json};
use super::super::{Damage, Journal, Kind, Options, Seq, SledJournal, StreamId};
use super::transfer::{Incoming, Loading, TransferError};
use super::{PAGE, RepairError, beside};
use crate::ids::UserId;

/// Writes every entry into an empty journal, and says how many there were.
///
/// # Errors
/// Where an entry is damaged or cannot be written.
pub fn copy(journal: &SledJournal, to: &SledJournal) -> Result<u64, TransferError> {
    write(journal, to, |_, bytes| Ok(bytes))
}

/// Writes the journal in `dir` anew without one person's names, addresses, passwords, devices and words in chats. Their
/// entries stay, so that everybody else's stay true; the old journal is deleted.
///
/// # Errors
/// Where the journal does not open, an entry is damaged, or no new one can be written; the old one is then as it was.
pub fn forget(dir: &Path, user: UserId) -> Result<u64, RepairError> {
    let reading = Options {
        read_only: true,
        ..Options::default()
    };
    let old = SledJournal::open(dir, reading)?;
    let new_dir = beside(dir, "rewritten");
    if new_dir.exists() {
        fs::remove_dir_all(&new_dir)?;
    }
    let new = SledJournal::open(&new_dir, Options::default())?;
    let scrubbed = |stream, bytes| scrub(stream, bytes, user);
    let written = write(&old, &new, scrubbed);
    let written = written.map_err(|error| RepairError::Rebuild(error.to_string()))?;
    new.close();
    old.close();
    renameat_with(CWD, dir, CWD, &new_dir, RenameFlags::EXCHANGE).map_err(std::io::Error::from)?;
    fs::remove_dir_all(&new_dir)?;
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(written)
}

fn write(
    journal: &SledJournal,
    to: &SledJournal,
    each: impl Fn(StreamId, Vec<u8>) -> Result<Vec<u8>, Damage>,
) -> Result<u64, TransferError> {
    let unsettled: std::collections::BTreeSet<_> = journal.unsettled().into_iter().collect();
    let mut loading = Loading::new(to);
    let mut number = 0;
    for kind in Kind::ALL {
        let mut after = None;
        loop {
            let streams = journal.streams(kind, after, PAGE);
            let Some(last) = streams.last() else { break };
            after = Some(last.id);
            for stream in streams {
                let Some(head) = journal.head(stream)? else {
                    continue;
                };
                let mut last = Seq::ZERO;
                while last < head.seq {
                    for stored in journal.read(stream, last, PAGE)? {
                        last = stored.seq;
                        number += 1;
                        let bytes = each(stream, stored.bytes)?;
                        let entry = decode_any(kind, &bytes)?;
                        let pushed = loading.push(Incoming {
                            stream,
                            epoch: head.epoch,
                            unsettled: unsettled.contains(&(stream, last)),
                            bytes,
                            entry,
                        });
                        pushed.map_err(|what| TransferError::Line { number, what })?;
                    }
                }
            }
        }
    }
    let finished = loading.finish();
    finished.map_err(|what| TransferError::Line { number, what })
}

/// An entry without what it says of a person.
fn scrub(stream: StreamId, bytes: Vec<u8>, user: UserId) -> Result<Vec<u8>, Damage> {
    let mut entry = entry_to_json(stream.kind, &bytes)?;
    let id = user.to_string();
    let mut changed = false;
    let events = entry.get_mut("events").and_then(Value::as_array_mut);
    for event in events.into_iter().flatten() {
        let theirs = match stream.kind {
            Kind::User => stream.id == user.0,
            Kind::Session => event["user"] == id.as_str(),
            Kind::Room => event["type"] == "message_said" && event["by"] == id.as_str(),
        };
        for (name, value) in event
            .as_object_mut()
            .filter(|_| theirs)
            .into_iter()
            .flatten()
        {
            if let Some(instead) = instead_of(name, value, user) {
                *value = instead;
                changed = true;
            }
        }
    }
    if changed {
        entry_from_json(stream.kind, entry)
    } else {
        Ok(bytes)
    }
}

/// What stands in the place of a person's own words.
fn instead_of(field: &str, value: &Value, user: UserId) -> Option<Value> {
    let id = user.0.simple().to_string();
    let text = match field {
        // Still one that fits, and nobody else's: it is given back when the account ends.
        "username" | "old" | "new" if value.as_str()?.contains('@') => {
            format!("{id}@erased.invalid")
        }
        "username" | "old" | "new" => format!("erased_{}", &id[20..]),
        "email" => format!("{id}@erased.invalid"),
        "name" | "client" => "Somebody".to_owned(),
        "password_hash" | "text" => "-".to_owned(),
        _ => return None,
    };
    value.is_string().then(|| text.into())
}
