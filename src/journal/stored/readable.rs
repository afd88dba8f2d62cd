//! Entries as JSON that a person can read, and back to the very bytes: for export and import.
//!
//! Works on the stored shapes, not on the domain, so that an old entry comes back as it was.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::codec::{self, Body, Wrong};
use super::{damage, entry_tag, room, session, user};
use crate::domain::aggregate::By;
use crate::ids::{CommandId, UserId};
use crate::journal::Damage;
use crate::journal::entry::{Cause, Entry, Kind, Seq};
use crate::time::Timestamp;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Readable {
    seq: u64,
    at_ms: i64,
    cause: ReadableCause,
    events: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadableCause {
    command: String,
    command_id: Option<String>,
    fingerprint: String,
    user_id: Option<String>,
}

/// An encoded entry as a JSON object: `seq, at_ms, cause, events`; each event has its `type` and `version`.
///
/// # Errors
/// Where the bytes cannot be what was written.
pub fn entry_to_json(kind: Kind, bytes: &[u8]) -> Result<Value, Damage> {
    match kind {
        Kind::Room => to_json::<room::RoomBody>(kind, bytes),
        Kind::User => to_json::<user::UserBody>(kind, bytes),
        Kind::Session => to_json::<session::SessionBody>(kind, bytes),
    }
    .map_err(damage)
}

/// The very bytes that [`entry_to_json`] was given.
///
/// # Errors
/// Where the JSON is not such an entry; says what is wrong.
pub fn entry_from_json(kind: Kind, json: Value) -> Result<Vec<u8>, Damage> {
    match kind {
        Kind::Room => from_json::<room::RoomBody>(kind, json),
        Kind::User => from_json::<user::UserBody>(kind, json),
        Kind::Session => from_json::<session::SessionBody>(kind, json),
    }
    .map_err(damage)
}

fn to_json<B: Body>(kind: Kind, bytes: &[u8]) -> Result<Value, Wrong> {
    let entry = codec::decode_entry(entry_tag(kind), bytes, Ok::<B, _>)?;
    let readable = Readable {
        seq: entry.seq.0,
        at_ms: entry.at.as_ms(),
        cause: ReadableCause {
            command: entry.cause.command,
            command_id: entry.cause.command_id.map(|id| id.as_str().to_owned()),
            fingerprint: format!("{:016x}", entry.cause.fingerprint),
            user_id: entry.cause.by.user().map(|user| user.to_string()),
        },
        events: entry
            .events
            .iter()
            .map(event_to_json)
            .collect::<Result<_, _>>()?,
    };
    serde_json::to_value(readable).map_err(|e| e.to_string())
}

fn event_to_json<B: Body>(event: &B) -> Result<Value, Wrong> {
    let mut fields = match event.to_json()? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    if let Some(known) = B::TYPES.iter().find(|known| known.number == event.number()) {
        fields.insert("type".to_owned(), known.name.into());
        fields.insert("version".to_owned(), known.version.into());
    }
    Ok(Value::Object(fields))
}

fn from_json<B: Body>(kind: Kind, json: Value) -> Result<Vec<u8>, Wrong> {
    let readable: Readable = serde_json::from_value(json).map_err(|e| e.to_string())?;
    let cause = readable.cause;
    let command_id = cause.command_id.map(|id| id.parse::<CommandId>());
    let user = cause.user_id.map(|user| user.parse::<UserId>());
    let entry = Entry {
        seq: Seq(readable.seq),
        at: Timestamp::from_ms(readable.at_ms),
        cause: Cause {
            command: cause.command,
            command_id: command_id.transpose().map_err(|e| e.to_string())?,
            fingerprint: u64::from_str_radix(&cause.fingerprint, 16).map_err(|e| e.to_string())?,
            by: match user.transpose().map_err(|e| e.to_string())? {
                Some(user) => By::User(user),
                None => By::System,
            },
        },
        events: readable
            .events
            .into_iter()
            .map(event_from_json::<B>)
            .collect::<Result<_, _>>()?,
    };
    Ok(codec::encode_entry(entry_tag(kind), &entry))
}

fn event_from_json<B: Body>(json: Value) -> Result<B, Wrong> {
    let Value::Object(mut fields) = json else {
        return Err("an event is an object".to_owned());
    };
    let name = fields.remove("type");
    let version = fields.remove("version");
    let known = B::TYPES.iter().find(|known| {
        name.as_ref().and_then(Value::as_str) == Some(known.name)
            && version.as_ref().and_then(Value::as_u64) == Some(u64::from(known.version))
    });
    let known = known.ok_or_else(|| "an event of unknown type and version".to_owned())?;
    B::from_json(known.number, Value::Object(fields)).map_err(|e| format!("{}: {e}", known.name))
}
