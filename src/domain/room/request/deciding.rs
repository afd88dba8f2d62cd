//! Who may ask and who may decide, and what an approval does to the playlist.

use crate::domain::aggregate::Context;
use crate::domain::room::membership::{self, Role};
use crate::domain::room::{Event as Fact, OpenRoom, Rejection as No, playlist};
use crate::ids::{RequestId, UserId};

use super::{Change, Command, Event, Rejection, check_reason};

impl OpenRoom {
    pub(in crate::domain::room) fn decide_request(
        &self,
        command: &Command,
        ctx: &Context,
    ) -> Result<Vec<Fact>, No> {
        let user = ctx.by.user().ok_or(membership::Rejection::NotMember)?;
        let role = self.membership.role(user);
        let role = role.ok_or(membership::Rejection::NotMember)?;
        match command {
            Command::Submit(change) => self.submit_request(user, change, ctx),
            Command::Approve { request } => {
                require_decider(role)?;
                self.approve_request(user, *request, ctx)
            }
            Command::Deny { request, reason } => {
                require_decider(role)?;
                let request = self.requests.waiting(*request)?.id;
                let denied = Event::Denied {
                    request,
                    by: user,
                    at: ctx.now,
                    reason: check_reason(reason.as_deref())?,
                };
                Ok(vec![denied.into()])
            }
            Command::Withdraw { request } => {
                let request = self.requests.waiting(*request)?;
                if request.by != user {
                    return Err(Rejection::NotYours.into());
                }
                let (request, at) = (request.id, ctx.now);
                Ok(vec![Event::Withdrawn { request, at }.into()])
            }
        }
    }

    /// Whatever could not be done now is refused now; where the caller controls, it is done.
    fn submit_request(
        &self,
        user: UserId,
        change: &Change,
        ctx: &Context,
    ) -> Result<Vec<Fact>, No> {
        let change = change.checked()?;
        self.require_heard(user)?;
        let (request, at) = (RequestId(ctx.fresh), ctx.now);
        let changes = self.make(&change, user, ctx)?;
        let submitted = Event::Submitted {
            request,
            by: user,
            at,
            change,
        };
        let mut events = vec![submitted.into()];
        if self.may_control(user) {
            let by = user;
            events.push(Event::Approved { request, by, at }.into());
            events.extend(changes);
        } else {
            self.requests.require_room_for(user)?;
        }
        Ok(events)
    }

    /// The approval and the change it brings: both or neither.
    fn approve_request(
        &self,
        user: UserId,
        request: RequestId,
        ctx: &Context,
    ) -> Result<Vec<Fact>, No> {
        let wanted = self.requests.waiting(request)?;
        let changes = self
            .make(&wanted.change, wanted.by, ctx)
            .map_err(|no| match no {
                No::Playlist(playlist::Rejection::NoSuchItem) => Rejection::ItemGone.into(),
                other => other,
            })?;
        let (by, at) = (user, ctx.now);
        let approved = Event::Approved { request, by, at };
        Ok(std::iter::once(approved.into()).chain(changes).collect())
    }

    /// What a change of the playlist that `by` wants comes to.
    fn make(&self, change: &Change, by: UserId, ctx: &Context) -> Result<Vec<Fact>, No> {
        let mut room = self.clone();
        let mut all = Vec::new();
        for command in change.commands() {
            let facts = room.change_playlist(&command, Some(by), ctx)?;
            facts.iter().for_each(|fact| room.evolve(fact));
            all.extend(facts);
        }
        Ok(all)
    }

    /// With the facts about belonging, the requests of those who belong no more.
    pub(in crate::domain::room) fn withdraw_with(
        &self,
        mut events: Vec<Fact>,
        ctx: &Context,
    ) -> Vec<Fact> {
        let leavers = events.iter().filter_map(|event| match event {
            Fact::Membership(membership::Event::Left { user }) => Some(*user),
            _ => None,
        });
        let taken_back: Vec<Fact> = leavers
            .flat_map(|user| self.requests.pending_of(user))
            .map(|request| {
                let (request, at) = (request.id, ctx.now);
                Event::Withdrawn { request, at }.into()
            })
            .collect();
        events.extend(taken_back);
        events
    }
}

fn require_decider(role: Role) -> Result<(), Rejection> {
    match role {
        Role::Host | Role::CoHost => Ok(()),
        Role::Guest => Err(Rejection::MayNotDecide),
    }
}
