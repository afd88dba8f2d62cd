//! Web Push: news for people who have no page open, left with the push services of their browsers.
//!
//! Off unless the server's owner wants it, since it is the one thing for which the server calls another by itself. It
//! calls only services that are named ([`hosts`]), with messages that only the device can read ([`seal`]). Knows who is
//! told what from presence, and no room.

pub mod hosts;
pub mod post;
pub mod seal;
pub mod vapid;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::app::App;
use crate::domain::session::Command;
use crate::domain::session::push::Subscription;
use crate::ids::{RoomId, SessionId, UserId};
use crate::presence::Notice;
use crate::wire::push::{Named, PushMessage};
use hosts::Hosts;
use post::{Outcome, Post};
use vapid::Vapid;

/// How much news may wait to be sent. What comes then is dropped: the page shows it all the same, once it is opened.
const WAITING: usize = 1_024;
/// How many people are told at once.
const AT_ONCE: usize = 16;
const TRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// What the routes know of Web Push.
pub struct Push {
    /// Who sends.
    pub vapid: Vapid,
    /// Where may be sent to.
    pub hosts: Hosts,
}

/// Tells people without a page from now on. Ends when the returned task does.
///
/// # Errors
/// A sentence, where the machine cannot do TLS.
pub fn start(push: Arc<Push>, app: App) -> Result<JoinHandle<()>, String> {
    let post = Post::new().ok_or("Web Push cannot be sent: there is no TLS")?;
    let (news, waiting) = mpsc::channel(WAITING);
    app.presence().when_away(Box::new(move |user, notice| {
        if concerns(notice) && news.try_send((user, notice.clone())).is_err() {
            tracing::warn!("too much news waits to be pushed: some is left to the page");
        }
    }));
    let teller = Arc::new(Teller { push, app, post });
    Ok(tokio::spawn(tell(teller, waiting)))
}

/// Whether one who has no page open would want to hear that.
fn concerns(notice: &Notice) -> bool {
    match notice {
        Notice::FriendRequestReceived { .. }
        | Notice::FriendRequestAccepted { .. }
        | Notice::RoomInvite { .. } => true,
        Notice::FriendRequestGone { .. }
        | Notice::FriendRemoved { .. }
        | Notice::FriendSeen { .. } => false,
    }
}

async fn tell(teller: Arc<Teller>, mut waiting: mpsc::Receiver<(UserId, Notice)>) {
    // Aborted together with this task.
    let mut under_way = JoinSet::new();
    while let Some((user, notice)) = waiting.recv().await {
        while under_way.len() >= AT_ONCE {
            under_way.join_next().await;
        }
        while under_way.try_join_next().is_some() {}
        let teller = teller.clone();
        under_way.spawn(async move { teller.tell(user, &notice).await });
    }
}

struct Teller {
    push: Arc<Push>,
    app: App,
    post: Post,
}

impl Teller {
    async fn tell(&self, user: UserId, notice: &Notice) {
        let message = self
            .words(notice)
            .map(|message| serde_json::to_vec(&message));
        let Some(Ok(message)) = message else {
            return;
        };
        for session in self.app.sessions_of(user) {
            let device = self.app.session(session).await;
            if let Some(to) = device.ok().and_then(|device| device.push) {
                self.deliver(session, &to, &message).await;
            }
        }
    }

    fn words(&self, notice: &Notice) -> Option<PushMessage> {
        Some(match *notice {
            Notice::FriendRequestReceived { from, .. } => PushMessage::FriendRequest {
                from: self.person(from)?,
            },
            Notice::FriendRequestAccepted { friend } => PushMessage::NewFriend {
                friend: self.person(friend)?,
            },
            Notice::RoomInvite { room, by, .. } => PushMessage::RoomInvite {
                by: self.person(by)?,
                room_name: self.room(room)?,
                room_id: room,
            },
            Notice::FriendRequestGone { .. }
            | Notice::FriendRemoved { .. }
            | Notice::FriendSeen { .. } => return None,
        })
    }

    fn person(&self, user_id: UserId) -> Option<Named> {
        let name = self.app.directory().person(user_id)?.name.into();
        Some(Named { user_id, name })
    }

    fn room(&self, id: RoomId) -> Option<String> {
        Some(self.app.directory().room(id)?.name.into())
    }

    async fn deliver(&self, session: SessionId, to: &Subscription, message: &[u8]) {
        // The list of services may be another than when the device subscribed.
        let Some(target) = self.push.hosts.target(to.endpoint()) else {
            return;
        };
        let mut wait = FIRST_WAIT;
        for attempt in 1..=TRIES {
            let now = self.app.clock().now();
            let authorization = self.push.vapid.authorization(&target.origin, now);
            let (Some(sealed), Some(who)) = (seal::seal(to, message), authorization) else {
                return;
            };
            match self.post.deliver(&target, &who, sealed).await {
                Outcome::Taken => return,
                Outcome::Gone => return self.forget(session, to).await,
                Outcome::Refused(status) => {
                    tracing::warn!(
                        host = target.host,
                        status,
                        "a push service refused a message"
                    );
                    return;
                }
                Outcome::Later(asked) if attempt < TRIES => {
                    tokio::time::sleep(asked.unwrap_or(wait)).await;
                    wait *= 4;
                }
                Outcome::Later(_) => {
                    tracing::warn!(host = target.host, "a push service could not be reached");
                }
            }
        }
    }

    /// Takes a subscription that is no more off its device, unless that has another since.
    async fn forget(&self, session: SessionId, gone: &Subscription) {
        let device = self.app.session(session).await;
        if device.is_ok_and(|device| device.push.as_ref() == Some(gone)) {
            let _ = self
                .app
                .session_command(session, Command::SetPush(None))
                .await;
        }
    }
}
