//! What the server says on the native socket.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error_code::ErrorCode;
use super::model::{Cause, Member, RoomEvent, RoomState};
use super::notice::Notice;
use super::rest::User;
use crate::ids::{CommandId, RoomId, SessionId, UserId};

/// A message to a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome {
        /// This socket.
        connection_id: String,
        /// Who the token says you are.
        user: User,
        /// The session the token belongs to.
        session_id: SessionId,
        /// Server time, a first idea before the probes.
        server_time_ms: f64,
        /// Send something at least this often, or the server takes the connection for dead.
        heartbeat_ms: u64,
        /// When the token expires: send `hello` with a fresh one before.
        expires_at_ms: i64,
        /// When the server was started: another one than before means that it was restarted meanwhile.
        started_at_ms: i64,
    },
    /// The answer to `watch` where the entries asked for are not to be had: everything, as of `seq`.
    Snapshot {
        /// Which room.
        room_id: RoomId,
        /// Identity of the numbering.
        epoch: String,
        /// The last entry contained.
        seq: u64,
        /// The room.
        state: Box<RoomState>,
        /// Its members; in a room of more than 200 the host, the co-hosts and the longest-present, 100 in all.
        members: Vec<Member>,
    },
    /// The answer to `watch`: the entries after `after_seq` follow.
    Resumed {
        /// Which room.
        room_id: RoomId,
        /// Identity of the numbering.
        epoch: String,
        /// Where it goes on.
        after_seq: u64,
    },
    /// One accepted command of a watched room. Durable before it is sent.
    Entry {
        /// Which room.
        room_id: RoomId,
        /// Its number: 1, 2, 3 … without gaps.
        seq: u64,
        /// When it was decided.
        at_ms: i64,
        /// Why.
        cause: Cause,
        /// What it led to.
        events: Vec<RoomEvent>,
    },
    /// Your command is durable.
    Accepted {
        /// Which.
        command_id: CommandId,
        /// The entry it became; the last one before it where it changed nothing.
        seq: u64,
    },
    /// Your command changed nothing.
    Rejected {
        /// Which.
        command_id: CommandId,
        /// For programs.
        code: ErrorCode,
        /// For people.
        message: String,
        /// When to try again, where that can help.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// The answer to a clock probe.
    Time {
        /// As it came.
        t0: f64,
        /// Server time at receipt.
        t1: f64,
        /// Server time at sending.
        t2: f64,
    },
    /// Members whose connection or sync changed since the last such message.
    Presence {
        /// Which room.
        room_id: RoomId,
        /// The changed ones; none in a large room.
        members: Vec<Member>,
        /// How many are connected.
        connected: usize,
    },
    /// A passing reaction.
    Reaction {
        /// Which room.
        room_id: RoomId,
        /// Whose.
        user_id: UserId,
        /// Which emoji.
        emoji: String,
    },
    /// News for you, whichever rooms this connection follows.
    Notice {
        /// What it is about.
        notice: Notice,
    },
    /// You follow this room no more, and why: unwatched, left, or closed.
    Unwatched {
        /// Which room.
        room_id: RoomId,
        /// Why, for programs; none where you asked for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<ErrorCode>,
        /// Which way you came out of the room, where you followed it and did not ask.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Out>,
        /// Why, for people.
        reason: String,
    },
    /// A message could not be used; the connection stays.
    Error {
        /// For programs.
        code: ErrorCode,
        /// For people.
        message: String,
        /// When to try again, where that can help.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// The last message before the server closes the connection.
    Bye {
        /// The WebSocket close code that follows.
        code: u16,
        /// Why.
        reason: String,
        /// When to come back, where that makes sense.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

/// Which way somebody came out of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Out {
    /// They left, on this device or another.
    Left,
    /// They were taken out.
    Kicked,
    /// They are let in no more.
    Banned,
    /// The room is closed.
    RoomClosed,
}
