//! A native connection as presence knows it: told what happens to its user, and how it ends.

use std::sync::Arc;

use crate::gateway::dialect::native::close;
use crate::gateway::outbox::Outbox;
use crate::gateway::to_wire;
use crate::ids::{RoomId, UserId};
use crate::presence::{Connection, Eviction, Farewell, Notice};
use crate::projection::Directory;
use crate::wire::error_code::ErrorCode;
use crate::wire::server::{Out, ServerMessage};

/// The connection as presence knows it.
pub(super) struct Handle {
    pub(super) outbox: Arc<Outbox>,
    pub(super) user: UserId,
    pub(super) directory: Arc<Directory>,
}

impl Handle {
    fn say(&self, message: &ServerMessage) {
        self.outbox.send_json(message);
    }
}

/// How long a client waits before it comes back after a restart: spread, so that they do not come all at once.
fn restart_retry_ms(outbox: &Arc<Outbox>) -> u64 {
    let spread = (Arc::as_ptr(outbox).addr() >> 6) as u64 % 700;
    300 + spread
}

impl Connection for Handle {
    fn close(&self, why: Farewell) {
        match why {
            Farewell::SignedOut => bye(
                &self.outbox,
                close::AUTH_REQUIRED,
                "this session is over: sign in again",
                None,
            ),
            Farewell::Restart => {
                let retry = restart_retry_ms(&self.outbox);
                bye(
                    &self.outbox,
                    close::RESTART,
                    "the server restarts: come back",
                    Some(retry),
                );
            }
        }
    }

    fn evicted(&self, room_id: RoomId, why: Eviction) {
        let (code, why, reason) = match why {
            Eviction::Left => (
                ErrorCode::NotInRoom,
                Out::Left,
                "you are not in this room any more",
            ),
            Eviction::Kicked => (
                ErrorCode::NotInRoom,
                Out::Kicked,
                "you were taken out of this room",
            ),
            Eviction::Banned => (
                ErrorCode::Forbidden,
                Out::Banned,
                "you are banned from this room",
            ),
            Eviction::RoomClosed => (ErrorCode::NotFound, Out::RoomClosed, "the room is closed"),
        };
        self.say(&ServerMessage::Unwatched {
            room_id,
            code: Some(code),
            why: Some(why),
            reason: reason.to_owned(),
        });
    }

    fn notice(&self, news: &Notice) {
        if let Some(notice) = to_wire::notice(news, self.user, &self.directory) {
            self.say(&ServerMessage::Notice { notice });
        }
    }
}

/// Says goodbye and closes with the same code.
pub(super) fn bye(outbox: &Outbox, code: u16, reason: &str, retry_after_ms: Option<u64>) {
    outbox.send_json(&ServerMessage::Bye {
        code,
        reason: reason.to_owned(),
        retry_after_ms,
    });
    outbox.close(code, reason);
}
