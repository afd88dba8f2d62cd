//! What a client of the native socket asks of a room: commands, which are answered one by one, and reactions.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Conversation;
use crate::app::Reacted;
use crate::domain::aggregate::By;
use crate::entity::Idempotency;
use crate::gateway::from_wire;
use crate::ids::{CommandId, RoomId};
use crate::wire::client::Command;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::server::ServerMessage;

/// The most commands of one connection that wait for the disk; then it is not read from until one is through.
const COMMANDS_WAITING: usize = 64;
/// The longest reaction, in bytes.
const MAX_EMOJI: usize = 32;

impl Conversation {
    pub(super) async fn command(&self, command_id: CommandId, room: RoomId, command: Command) {
        let Some(speaker) = &self.speaker else { return };
        if let Err(error) = self.limits.charge_command() {
            return self.reject(command_id, error);
        }
        let waiting = self
            .waiting
            .get_or_init(|| Arc::new(Semaphore::new(COMMANDS_WAITING)));
        let Ok(permit) = waiting.clone().acquire_owned().await else {
            return;
        };
        let key = Idempotency {
            id: command_id.clone(),
            fingerprint: fingerprint(&command),
        };
        let command = match from_wire::command(command) {
            Ok(command) => command,
            Err(error) => return self.reject(command_id, error),
        };
        let user = speaker.caller.user;
        if let Err(error) = self.terms.limits.charge_command(user, &command) {
            return self.reject(command_id, error);
        }
        let by = By::User(user);
        match self.terms.app.submit(by, room, command, Some(key)).await {
            Err(error) => self.reject(command_id, error.into()),
            Ok(answer) => {
                let outbox = self.outbox.clone();
                tokio::spawn(async move {
                    match answer.await {
                        Ok(seq) => outbox.send_json(&ServerMessage::Accepted {
                            command_id,
                            seq: seq.0,
                        }),
                        Err(error) => outbox.send_json(&rejected(command_id, error.into())),
                    }
                    drop(permit);
                });
            }
        }
    }

    pub(super) fn reject(&self, command_id: CommandId, error: ErrorBody) {
        self.say(&rejected(command_id, error));
    }

    pub(super) async fn react(&self, room: RoomId, emoji: String) {
        let Some(speaker) = &self.speaker else { return };
        let fits = !emoji.is_empty()
            && emoji.len() <= MAX_EMOJI
            && !emoji.chars().any(char::is_alphanumeric);
        if !fits {
            return self.complain(ErrorBody::new(
                ErrorCode::InvalidRequest,
                "emoji must be one emoji",
            ));
        }
        if !self.rooms.contains(&room) {
            return self.complain(ErrorBody::new(ErrorCode::NotInRoom, "watch the room first"));
        }
        if let Err(error) = self
            .terms
            .app
            .require_heard(speaker.caller.user, room)
            .await
        {
            return self.complain(error.into());
        }
        match self.limits.charge_command() {
            Ok(()) => self.terms.app.show(
                room,
                Arc::new(Reacted {
                    user: speaker.caller.user,
                    emoji,
                }),
            ),
            Err(error) => self.complain(error),
        }
    }
}

fn rejected(command_id: CommandId, error: ErrorBody) -> ServerMessage {
    let ErrorBody {
        code,
        message,
        retry_after_ms,
    } = error;
    ServerMessage::Rejected {
        command_id,
        code,
        message,
        retry_after_ms,
    }
}

/// What tells a retry from another command under the same id: the first 64 bits of its words' BLAKE3 hash.
fn fingerprint(command: &Command) -> u64 {
    let words = serde_json::to_vec(command).unwrap_or_default();
    let mut first = [0u8; 8];
    first.copy_from_slice(&blake3::hash(&words).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
