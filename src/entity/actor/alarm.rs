//! The one moment for which an aggregate asks to be woken, and the command that is given then.

use ractor::ActorRef;

use super::{Entity, Live};
use crate::domain::aggregate::By;
use crate::entity::message::{Message, Order};
use crate::journal::stored::Stored;

impl<A: Stored> Entity<A> {
    pub(super) fn set_alarm(&self, myself: &ActorRef<Message<A>>, live: &mut Live<A>) {
        let due = live.state.alarm().map(|alarm| alarm.at);
        if due == live.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        live.cancel_alarm();
        live.alarm_generation += 1;
        let Some(at) = due else { return };
        let (generation, myself) = (live.alarm_generation, myself.clone());
        let wait = at.since(self.0.clock.now()).to_std();
        let slot = live.slot.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            slot.expect();
            let _ = myself.cast(Message::Alarm(generation));
        });
        live.alarm = Some((at, timer.abort_handle()));
    }

    /// The alarm is due: gives the command it stands for, by the system.
    pub(super) fn ring(&self, myself: &ActorRef<Message<A>>, live: &mut Live<A>, generation: u64) {
        if generation != live.alarm_generation {
            return;
        }
        live.alarm = None;
        let Some(alarm) = live.state.alarm() else {
            return;
        };
        let Ok(permit) = self.0.internal.clone().try_acquire_owned() else {
            return self.set_alarm(myself, live);
        };
        let order = Order {
            command: alarm.command,
            by: By::System,
            key: None,
            lead: self.0.surroundings.lead(live.id),
            facts: self.0.surroundings.facts(live.id),
        };
        self.execute(myself, live, &order, None, permit);
    }
}
