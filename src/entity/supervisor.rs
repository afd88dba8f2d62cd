//! The supervisor: where an entity's actor is lost, it is brought back from the journal, with growing patience.
//!
//! ractor's own supervisor stops with its child; this one only takes note.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};

use super::registry::{Parts, Registry};
use crate::clock::Stopwatch;
use crate::journal::stored::Stored;

/// How long to wait before an entity that was lost is brought back: doubled each time, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// An entity that ran for so long since it was lost is trusted again.
const TRUSTED_AFTER: Duration = Duration::from_secs(60);

pub(super) struct Supervisor<A: Stored>(pub(super) Weak<Parts<A>>);

/// When each entity was last lost, and how long it was waited for.
pub(super) type Losses<A> =
    HashMap<<A as crate::domain::aggregate::Aggregate>::Id, (Stopwatch, Duration)>;

impl<A: Stored> Actor for Supervisor<A> {
    type Msg = ();
    type State = Losses<A>;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<Losses<A>, ActorProcessingErr> {
        Ok(HashMap::new())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<()>,
        event: SupervisionEvent,
        losses: &mut Losses<A>,
    ) -> Result<(), ActorProcessingErr> {
        let SupervisionEvent::ActorFailed(actor, error) = event else {
            return Ok(());
        };
        let Some(parts) = self.0.upgrade() else {
            return Ok(());
        };
        let Some((id, followed)) = parts.lost(actor.get_id()) else {
            return Ok(());
        };
        tracing::error!(entity = %id, %error, followed, "an entity was lost and comes back from the journal");
        losses.retain(|_, (since, _)| since.elapsed() < TRUSTED_AFTER);
        let wait = losses
            .get(&id)
            .map_or(FIRST_WAIT, |(_, last)| (*last * 2).min(LONGEST_WAIT));
        losses.insert(id, (Stopwatch::start(), wait));
        let registry = Registry::assemble(parts, myself);
        // Followed or not: others may not have heard yet what it did.
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            // Where this fails, the supervisor hears of it again, or the next message starts the entity.
            let _ = registry.wake(id).await;
        });
        Ok(())
    }
}
