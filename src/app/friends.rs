//! Use cases between users: find, ask, answer, part.
//!
//! What one user does is carried to the other before the call returns, so that both see it at once.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::aggregate::{By, ClaimKey};
use crate::domain::room::settings::Visibility;
use crate::domain::user::friendship::{Command, Event, Friendships, Pending, Rejection};
use crate::domain::user::profile::Username;
use crate::domain::user::{self, Account, User};
use crate::entity::{Executed, Idempotency, Order};
use crate::ids::{RequestId, RoomId, UserId};
use crate::journal::{Kind, Seq, StreamId};
use crate::projection::{Person, RoomCard};
use crate::time::Timestamp;

use super::people::{Direction, Found, FriendRequest, FriendView, Outcome, Relation};
use super::{App, AppError};

/// So long a call waits for the other side to hear; what takes longer arrives later.
const CARRIED_WITHIN: Duration = Duration::from_secs(2);

impl App {
    /// A user's side of friendship.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn friendships(&self, user: UserId) -> Result<Arc<Friendships>, AppError> {
        let look = |user: &User| user.known().map(|account| account.friendships.clone());
        let found = self.look_at_user(user, look).await?;
        found.ok_or(AppError::NotFound("there is no such user"))
    }

    /// The people whose username or name contains `text`, whatever the case; the best match first.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn search_people(
        &self,
        user: UserId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Found>, AppError> {
        let mine = self.friendships(user).await?;
        let mut found = self.directory.search_people(text, limit);
        self.put_first(self.find_username(text), &mut found, limit);
        let described = found.into_iter().map(|(id, person)| Found {
            user: id,
            person,
            relation: relation(&mine, user, id),
        });
        Ok(described.collect())
    }

    /// Whose username it is comes before everybody else who is called so.
    fn put_first(&self, first: Option<UserId>, found: &mut Vec<(UserId, Person)>, limit: usize) {
        let Some(first) = first else { return };
        if let Some(person) = self.directory.person(first) {
            found.retain(|(id, _)| *id != first);
            found.insert(0, (first, person));
            found.truncate(limit);
        }
    }

    /// Whose username that is.
    pub fn find_username(&self, text: &str) -> Option<UserId> {
        let key = ClaimKey::Username(Username::new(text).ok()?.key());
        self.journal
            .claimed(&key)
            .filter(|stream| stream.kind == Kind::User)
            .map(|stream| UserId(stream.id))
    }

    /// Asks somebody with a username to be friends; where they have asked already, accepts.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the rules or the machine say no.
    pub async fn ask_friend(
        &self,
        user: UserId,
        to: UserId,
        key: Option<Idempotency>,
    ) -> Result<FriendRequest, AppError> {
        let account = self.account(to).await?;
        if account.username.is_none() {
            return Err(AppError::NotFound("there is no such user"));
        }
        let theirs = self.friendships(user).await?.received.get(&to).copied();
        let command = Command::SendRequest { to };
        let done = self.friendship(user, command, key).await?;
        first(&done, |event| {
            asked(event, user).or_else(|| answered(event, user, theirs))
        })
    }

    /// Says yes to a request.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn accept_friend(
        &self,
        user: UserId,
        request: RequestId,
        key: Option<Idempotency>,
    ) -> Result<FriendRequest, AppError> {
        self.answer_friend(user, request, Command::Accept { request }, key)
            .await
    }

    /// Says no to a request.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn reject_friend(
        &self,
        user: UserId,
        request: RequestId,
        key: Option<Idempotency>,
    ) -> Result<FriendRequest, AppError> {
        self.answer_friend(user, request, Command::Reject { request }, key)
            .await
    }

    /// Takes a request back, as long as it has no answer.
    ///
    /// # Errors
    /// Where there is none, it was accepted meanwhile, or the machine says no.
    pub async fn withdraw_friend_request(
        &self,
        user: UserId,
        request: RequestId,
        key: Option<Idempotency>,
    ) -> Result<(), AppError> {
        let mine = self.friendships(user).await?;
        let asked = mine.sent.iter().find(|(_, sent)| sent.request == request);
        let asked = asked.map(|(to, _)| *to);
        let command = Command::Withdraw { request };
        self.friendship(user, command, key).await?;
        let Some(asked) = asked else { return Ok(()) };
        // The other side has heard of it; what it made of that is on its way back.
        let stream = StreamId {
            kind: Kind::User,
            id: asked.0,
        };
        if let Ok(Some(head)) = self.journal.head(stream) {
            self.carried(asked, head.seq).await;
        }
        match self.friendships(user).await?.is_friend(asked) {
            true => Err(AppError::User(Rejection::Answered.into())),
            false => Ok(()),
        }
    }

    async fn answer_friend(
        &self,
        user: UserId,
        request: RequestId,
        command: Command,
        key: Option<Idempotency>,
    ) -> Result<FriendRequest, AppError> {
        let mine = self.friendships(user).await?;
        let of_that_name = |pending: &&Pending| pending.request == request;
        let theirs = mine.received.values().find(of_that_name).copied();
        drop(mine);
        let done = self.friendship(user, command, key).await?;
        first(&done, |event| answered(event, user, theirs))
    }

    /// Ends a friendship.
    ///
    /// # Errors
    /// Where they are no friends, or the machine says no.
    pub async fn remove_friend(
        &self,
        user: UserId,
        friend: UserId,
        key: Option<Idempotency>,
    ) -> Result<(), AppError> {
        let command = Command::Remove { friend };
        self.friendship(user, command, key).await?;
        Ok(())
    }

    /// Gives a command about friendship by a user, and waits until the other side has heard of it.
    pub(super) async fn friendship(
        &self,
        user: UserId,
        command: Command,
        key: Option<Idempotency>,
    ) -> Result<Executed<user::Event>, AppError> {
        let order = Order {
            key,
            ..Order::new(command.into(), By::User(user))
        };
        let done = self.users.execute(user, order).await?;
        self.carried(user, done.seq).await;
        Ok(done)
    }

    /// Waits until everybody has heard what a user did.
    pub(super) async fn carried(&self, user: UserId, seq: Seq) {
        let stream = StreamId {
            kind: Kind::User,
            id: user.0,
        };
        let carried = self.relay.delivered(stream, seq);
        if tokio::time::timeout(CARRIED_WITHIN, carried).await.is_err() {
            tracing::warn!(%user, "not everybody has heard yet what a user did");
        }
    }

    /// The requests that wait, the latest first.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn friend_requests(
        &self,
        user: UserId,
        direction: Direction,
    ) -> Result<Vec<FriendRequest>, AppError> {
        let mine = self.friendships(user).await?;
        let waiting = match direction {
            Direction::Sent => &mine.sent,
            Direction::Received => &mine.received,
        };
        let view = |(other, pending): (&UserId, &Pending)| {
            let (from, to) = match direction {
                Direction::Sent => (user, *other),
                Direction::Received => (*other, user),
            };
            FriendRequest {
                id: pending.request,
                from,
                to,
                outcome: Outcome::Pending,
                at: pending.at,
            }
        };
        let mut requests: Vec<FriendRequest> = waiting.iter().map(view).collect();
        requests.sort_unstable_by_key(|request| std::cmp::Reverse((request.at, request.id)));
        Ok(requests)
    }

    /// The friends of a user: those online first, then by name.
    ///
    /// # Errors
    /// Where the machine says no.
    pub async fn friends(&self, user: UserId) -> Result<Vec<FriendView>, AppError> {
        let account = self.account(user).await?;
        let mine = &account.friendships;
        let ids: Vec<UserId> = mine.friends.keys().copied().collect();
        let people = self.directory.persons(&ids);
        let places = self.presence.whereabouts(&ids);
        let enters = |room: RoomId| self.enters(&account, room);
        let friends = mine.friends.iter().zip(people).zip(places);
        let mut friends: Vec<FriendView> = friends
            .map(|(((user, friend), person), place)| FriendView {
                user: *user,
                person,
                since: friend.since,
                online: place.is_some(),
                listening_in: place.into_iter().flatten().filter_map(enters).collect(),
            })
            .collect();
        friends.sort_by_cached_key(|friend| {
            let person = friend.person.as_ref();
            let name = person.map(|person| person.name.to_lowercase());
            (!friend.online, name, friend.user)
        });
        Ok(friends)
    }

    /// A room that somebody may know of and enter, as its card says.
    pub(super) fn enters(&self, account: &Account, room: RoomId) -> Option<(RoomId, RoomCard)> {
        let mine = &account.friendships;
        let card = self.directory.room(room)?;
        let of_a_friend = || card.host.is_some_and(|host| mine.is_friend(host));
        let open = card.visibility == Visibility::Public
            || (card.visibility == Visibility::Friends && of_a_friend())
            || account.rooms.contains_key(&room)
            || mine.invites.contains_key(&room);
        open.then_some((room, card))
    }
}

/// How a person stands to the one whose friendships these are.
fn relation(mine: &Friendships, me: UserId, other: UserId) -> Relation {
    if me == other {
        Relation::Yourself
    } else if mine.is_friend(other) {
        Relation::Friend
    } else if let Some(sent) = mine.sent.get(&other) {
        Relation::RequestSent(sent.request)
    } else if let Some(received) = mine.received.get(&other) {
        Relation::RequestReceived(received.request)
    } else {
        Relation::None
    }
}

/// The request that a fact makes.
fn asked(event: &user::Event, user: UserId) -> Option<FriendRequest> {
    match *event {
        user::Event::Friendship(Event::RequestSent {
            request, to, at, ..
        }) => Some(FriendRequest {
            id: request,
            from: user,
            to,
            outcome: Outcome::Pending,
            at,
        }),
        _ => None,
    }
}

/// The request that a fact answers; `theirs` is that request as it waited, where it did.
fn answered(event: &user::Event, user: UserId, theirs: Option<Pending>) -> Option<FriendRequest> {
    let user::Event::Friendship(event) = event else {
        return None;
    };
    let (id, from, outcome) = match *event {
        Event::Accepted {
            request, friend, ..
        } => (request, friend, Outcome::Accepted),
        Event::Rejected { request, from } => (request, from, Outcome::Rejected),
        _ => return None,
    };
    // A request is named at the moment it is made; its name still says when, where it waits no more.
    let at = theirs.map_or_else(|| made_at(id), |pending| pending.at);
    Some(FriendRequest {
        id,
        from,
        to: user,
        outcome,
        at,
    })
}

fn made_at(id: RequestId) -> Timestamp {
    let ms = id.0.get_timestamp().map(|at| {
        let (seconds, nanos) = at.to_unix();
        seconds * 1_000 + u64::from(nanos / 1_000_000)
    });
    Timestamp::from_ms(ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or_default())
}

/// The first event of what was done that `look` finds.
fn first<R>(
    done: &Executed<user::Event>,
    look: impl Fn(&user::Event) -> Option<R>,
) -> Result<R, AppError> {
    let events = done.entry.iter().flat_map(|entry| &entry.events);
    let found = events.filter_map(look).next();
    found.ok_or(AppError::NotFound("there is no such friend request"))
}
