//! Who is idle: entities that nobody follows and nobody has used for a while are asked to stop, soon after, so that what
//! they hold does not lie between what stays.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use super::{Parts, Slot};
use crate::entity::message::Message;
use crate::journal::stored::Stored;
use crate::time::Span;

/// How often a registry looks for idle entities among those used lately.
const SWEEP_RECENT: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));
/// How often it looks among all: somebody may have followed an entity when it was last looked at, and left.
const SWEEP_ALL: Duration = Duration::from_millis(500);

/// Asks idle entities to stop, now and then. Where none was used lately there is nothing to do but to look among all.
pub(super) async fn sweep<A: Stored>(parts: Weak<Parts<A>>, used: Arc<Notify>, idle: Span) {
    let (often, seldom) = SWEEP_RECENT;
    let pause = idle.to_std().clamp(often, seldom);
    let mut all = tokio::time::interval(SWEEP_ALL);
    loop {
        tokio::select! {
            () = used.notified() => {
                tokio::time::sleep(pause).await;
                let Some(parts) = parts.upgrade() else { return };
                if parts.sweep_recent() {
                    used.notify_one();
                }
            }
            _ = all.tick() => {
                let Some(parts) = parts.upgrade() else { return };
                parts.sweep();
            }
        }
    }
}

impl<A: Stored> Parts<A> {
    /// Until when an entity must have been used last, to be idle now.
    fn idle_limit(&self) -> i64 {
        (self.clock.now() - self.policy.idle).as_ms()
    }

    /// Asks entities that nobody has used for a while to stop, whenever that was.
    pub(super) fn sweep(&self) {
        let limit = self.idle_limit();
        let idle: Vec<_> = {
            let slots = self.slots();
            let all = slots.by_id.values();
            all.filter(|slot| slot.is_unused(limit) && !slot.is_followed())
                .cloned()
                .collect()
        };
        stop(idle);
    }

    /// Asks those to stop that were used lately and are not any more. Whether there may soon be more of them.
    fn sweep_recent(&self) -> bool {
        let limit = self.idle_limit();
        let (unused, more) = {
            let mut slots = self.slots();
            let recent = &mut slots.recent;
            let unused: Vec<_> = recent
                .extract_if(.., |slot| slot.is_unused(limit))
                .collect();
            for slot in &unused {
                slot.recent.store(false, Ordering::Relaxed);
            }
            (unused, !recent.is_empty())
        };
        stop(unused.into_iter().filter(|slot| !slot.is_followed()));
        more
    }
}

impl<A: Stored> Slot<A> {
    /// Whether nobody has used it since `limit`, or is about to.
    fn is_unused(&self, limit: i64) -> bool {
        self.last_used.load(Ordering::Relaxed) <= limit && self.pending.load(Ordering::Acquire) == 0
    }

    fn is_followed(&self) -> bool {
        self.fanout.subscriber_count() > 0
    }
}

/// Asks entities to stop.
fn stop<A: Stored>(idle: impl IntoIterator<Item = Arc<Slot<A>>>) {
    for slot in idle {
        if let Some(actor) = slot.actor.get() {
            slot.expect();
            if actor.cast(Message::Passivate).is_err() {
                slot.handled();
            }
        }
    }
}
