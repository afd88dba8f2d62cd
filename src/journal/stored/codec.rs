//! Bytes and back: the envelope around everything stored, and the frame of an entry within it.
//!
//! The envelope is `version, tag, length, CRC-32` (10 bytes) and what it holds. Decoding is strict: an unknown number, a
//! length that does not fit, or a single byte too many is damage, never a guess. Knows no event; each kind's own file
//! lists those.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::aggregate::By;
use crate::ids::{CommandId, UserId};
use crate::journal::entry::{Cause, Entry, Seq};
use crate::time::Timestamp;

/// What is wrong with bytes or JSON that cannot be decoded.
pub(super) type Wrong = String;

/// The layout of the envelope and of the entry's frame.
const VERSION: u8 = 1;
const ENVELOPE: usize = 10;
/// No single decoding may claim more memory than this, whatever a damaged length says.
const LIMIT: usize = 64 * 1024 * 1024;
/// The longest command name, in bytes.
const MAX_NAME: usize = 64;
/// The most events of one entry.
const MAX_EVENTS: u64 = 4_096;

const CONFIG: Configuration<LittleEndian, Varint, Limit<LIMIT>> =
    bincode::config::standard().with_limit::<LIMIT>();

/// One type of stored event: the number never means anything else, and a changed shape gets a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// As stored; unique within a kind, append only.
    pub number: u16,
    /// As exported.
    pub name: &'static str,
    /// Counts the shapes that bear this name.
    pub version: u16,
}

/// The stored shapes of one kind's events.
pub(super) trait Body: Sized {
    /// Every type, in the order of numbers.
    const TYPES: &'static [EventType];

    fn number(&self) -> u16;
    fn encode(&self, out: &mut Vec<u8>);
    fn decode(number: u16, bytes: &[u8]) -> Result<Self, Wrong>;
    fn to_json(&self) -> Result<Value, Wrong>;
    fn from_json(number: u16, json: Value) -> Result<Self, Wrong>;
}

/// Lists the stored shapes of a kind: `number "name" version => Shape`.
macro_rules! bodies {
    ($(#[$doc:meta])* $enum:ident { $($number:literal $name:literal $version:literal => $body:ident,)* }) => {
        $(#[$doc])*
        pub(super) enum $enum { $($body($body)),* }

        impl $crate::journal::stored::codec::Body for $enum {
            const TYPES: &'static [$crate::journal::stored::EventType] = &[
                $($crate::journal::stored::EventType { number: $number, name: $name, version: $version }),*
            ];

            fn number(&self) -> u16 {
                match self { $(Self::$body(_) => $number),* }
            }

            fn encode(&self, out: &mut Vec<u8>) {
                match self { $(Self::$body(body) => $crate::journal::stored::codec::put(out, body)),* }
            }

            fn decode(number: u16, bytes: &[u8]) -> Result<Self, $crate::journal::stored::codec::Wrong> {
                match number {
                    $($number => $crate::journal::stored::codec::take_all(bytes).map(Self::$body),)*
                    unknown => Err(format!("unknown event type {unknown}")),
                }
            }

            fn to_json(&self) -> Result<serde_json::Value, $crate::journal::stored::codec::Wrong> {
                match self { $(Self::$body(body) => serde_json::to_value(body).map_err(|e| e.to_string())),* }
            }

            fn from_json(
                number: u16,
                json: serde_json::Value,
            ) -> Result<Self, $crate::journal::stored::codec::Wrong> {
                match number {
                    $($number => serde_json::from_value(json).map(Self::$body).map_err(|e| e.to_string()),)*
                    unknown => Err(format!("unknown event type {unknown}")),
                }
            }
        }
    };
}
pub(super) use bodies;

/// Declares stored shapes: structs that serde reads strictly.
macro_rules! shapes {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name { $(pub(super) $field: $type),* }
    )*};
}
pub(super) use shapes;

/// Appends a value.
///
/// # Panics
/// Never for the stored shapes: they hold only what can be encoded, and a vector takes every write.
pub(super) fn put(out: &mut Vec<u8>, value: &impl Serialize) {
    bincode::serde::encode_into_std_write(value, out, CONFIG)
        .expect("stored shapes can be encoded");
}

/// Takes a value off the front.
fn take<T: DeserializeOwned>(bytes: &mut &[u8]) -> Result<T, Wrong> {
    let (value, used) =
        bincode::serde::decode_from_slice(bytes, CONFIG).map_err(|e| e.to_string())?;
    *bytes = &bytes[used..];
    Ok(value)
}

/// Takes a value that fills the bytes to the last.
pub(super) fn take_all<T: DeserializeOwned>(mut bytes: &[u8]) -> Result<T, Wrong> {
    let value = take(&mut bytes)?;
    if bytes.is_empty() {
        Ok(value)
    } else {
        Err(format!("{} bytes too many", bytes.len()))
    }
}

/// Starts an envelope; [`seal`] closes it.
pub(super) fn envelope(tag: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    out.extend_from_slice(&[VERSION, tag, 0, 0, 0, 0, 0, 0, 0, 0]);
    out
}

/// Writes length and checksum into an envelope whose content is complete.
pub(super) fn seal(mut out: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(out.len() - ENVELOPE).unwrap_or(u32::MAX);
    out[2..6].copy_from_slice(&length.to_le_bytes());
    let crc = checksum(&out);
    out[6..ENVELOPE].copy_from_slice(&crc.to_le_bytes());
    out
}

/// Opens an envelope: what it holds, once version, tag, length and checksum are right.
pub(super) fn open(tag: u8, bytes: &[u8]) -> Result<&[u8], Wrong> {
    let Some((head, content)) = bytes.split_at_checked(ENVELOPE) else {
        return Err("cut short".to_owned());
    };
    let number = |range: std::ops::Range<usize>| {
        head[range]
            .iter()
            .rev()
            .fold(0u32, |n, byte| n << 8 | u32::from(*byte))
    };
    if number(6..10) != checksum(bytes) {
        return Err("the checksum does not match".to_owned());
    }
    if head[0] != VERSION {
        return Err(format!("unknown version {}", head[0]));
    }
    if head[1] != tag {
        return Err(format!("of another type: {} where {tag} belongs", head[1]));
    }
    if usize::try_from(number(2..6)) != Ok(content.len()) {
        return Err("of the wrong length".to_owned());
    }
    Ok(content)
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes[..6]);
    crc.update(&bytes[ENVELOPE..]);
    crc.finalize()
}

/// Encodes an entry whose events have their stored shape.
pub(super) fn encode_entry<B: Body>(tag: u8, entry: &Entry<B>) -> Vec<u8> {
    let mut out = envelope(tag);
    put(&mut out, &entry.seq.0);
    put(&mut out, &entry.at.as_ms());
    put(&mut out, &entry.cause.command);
    put_command_id(&mut out, entry.cause.command_id.as_ref());
    out.extend_from_slice(&entry.cause.fingerprint.to_le_bytes());
    match entry.cause.by {
        By::System => out.push(0),
        By::User(user) => {
            out.push(1);
            out.extend_from_slice(user.0.as_bytes());
        }
    }
    put(&mut out, &entry.events.len());
    let mut body = Vec::new();
    for event in &entry.events {
        body.clear();
        event.encode(&mut body);
        put(&mut out, &event.number());
        put(&mut out, &body.len());
        out.extend_from_slice(&body);
    }
    seal(out)
}

/// Decodes an entry; `meaning` makes an event of each stored shape.
pub(super) fn decode_entry<B: Body, E>(
    tag: u8,
    bytes: &[u8],
    meaning: impl Fn(B) -> Result<E, Wrong>,
) -> Result<Entry<E>, Wrong> {
    let mut rest = open(tag, bytes)?;
    let rest = &mut rest;
    let seq = Seq(take(rest)?);
    let at = Timestamp::from_ms(take(rest)?);
    let command: String = take(rest)?;
    if command.is_empty() || command.len() > MAX_NAME {
        return Err("no command has such a name".to_owned());
    }
    let command_id = take_command_id(rest)?;
    let fingerprint = u64::from_le_bytes(take_array(rest)?);
    let by = match take_array::<1>(rest)? {
        [0] => By::System,
        [1] => By::User(UserId(Uuid::from_bytes(take_array(rest)?))),
        [other] => return Err(format!("unknown kind of causer {other}")),
    };
    let count: u64 = take(rest)?;
    if count > MAX_EVENTS {
        return Err(format!("{count} events in one entry"));
    }
    let mut events = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let number = take(rest)?;
        let length: usize = take(rest)?;
        let (body, after) = rest
            .split_at_checked(length)
            .ok_or_else(|| format!("event type {number} cut short"))?;
        *rest = after;
        let event = B::decode(number, body).map_err(|e| format!("event type {number}: {e}"))?;
        events.push(meaning(event)?);
    }
    if !rest.is_empty() {
        return Err(format!("{} bytes too many", rest.len()));
    }
    Ok(Entry {
        seq,
        at,
        cause: Cause {
            command,
            command_id,
            fingerprint,
            by,
        },
        events,
    })
}

/// Most clients name their commands with a UUID: 17 bytes instead of 38.
fn put_command_id(out: &mut Vec<u8>, id: Option<&CommandId>) {
    let uuid = |id: &CommandId| {
        Uuid::try_parse(id.as_str())
            .ok()
            .filter(|uuid| uuid.hyphenated().to_string() == id.as_str())
    };
    match id.map(|id| (uuid(id), id)) {
        None => out.push(0),
        Some((Some(uuid), _)) => {
            out.push(1);
            out.extend_from_slice(uuid.as_bytes());
        }
        Some((None, id)) => {
            out.push(2);
            put(out, &id.as_str());
        }
    }
}

fn take_command_id(rest: &mut &[u8]) -> Result<Option<CommandId>, Wrong> {
    let mut room = Uuid::encode_buffer();
    let given: String;
    let text = match take_array::<1>(rest)? {
        [0] => return Ok(None),
        [1] => {
            let uuid = Uuid::from_bytes(take_array(rest)?);
            &*uuid.hyphenated().encode_lower(&mut room)
        }
        [2] => {
            given = take(rest)?;
            &given
        }
        [other] => return Err(format!("unknown kind of command id {other}")),
    };
    text.parse()
        .map(Some)
        .map_err(|_| "not a command id".to_owned())
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Wrong> {
    let (taken, after) = rest
        .split_first_chunk::<N>()
        .ok_or_else(|| "cut short".to_owned())?;
    *rest = after;
    Ok(*taken)
}
