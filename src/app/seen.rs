//! News of where people are, told to their friends: who comes online, goes, or listens elsewhere.
//!
//! Told to accepted friends alone, each as they may see it: a room that one may not enter is not named to them.

use std::collections::HashMap;
use std::time::Duration;

use crate::ids::{RoomId, UserId};
use crate::presence::Notice;

use super::App;

/// How often it is told. Who is gone and back within this time, as by loading a page again, is not news.
const TELL: Duration = Duration::from_millis(1_000);
/// At most so many people are told of at a time; the others are next.
const AT_ONCE: usize = 256;

/// The rooms somebody follows; nothing where they are offline.
type Place = Option<Vec<RoomId>>;

impl App {
    /// Tells friends of each other, for as long as the app runs.
    pub(super) async fn tell_friends(&self) {
        self.until_ready().await;
        let mut told: HashMap<UserId, Vec<RoomId>> = HashMap::new();
        let mut ticks = tokio::time::interval(TELL);
        loop {
            ticks.tick().await;
            let moved = self.presence.take_moved(AT_ONCE);
            let places = self.presence.whereabouts(&moved);
            for (user, place) in moved.into_iter().zip(places) {
                if place.is_some() && told.get(&user) == place.as_ref() {
                    continue;
                }
                match &place {
                    Some(rooms) if self.has_friends(user) => told.insert(user, rooms.clone()),
                    _ => told.remove(&user),
                };
                self.tell_friends_of(user, &place).await;
            }
        }
    }

    fn has_friends(&self, user: UserId) -> bool {
        let person = self.directory.person(user);
        person.is_some_and(|person| person.has_friends)
    }

    async fn tell_friends_of(&self, user: UserId, place: &Place) {
        if !self.has_friends(user) {
            return;
        }
        let Ok(theirs) = self.friendships(user).await else {
            return;
        };
        let friends: Vec<UserId> = theirs.friends.keys().copied().collect();
        let online = self.presence.whereabouts(&friends);
        let listening = friends.into_iter().zip(online);
        for friend in listening.filter_map(|(friend, place)| place.map(|_| friend)) {
            self.tell_friend(friend, user, place).await;
        }
    }

    /// Tells one friend of another, who must be theirs as well.
    async fn tell_friend(&self, told: UserId, of: UserId, place: &Place) {
        let Ok(account) = self.account(told).await else {
            return;
        };
        let Some(friendship) = account.friendships.friends.get(&of) else {
            return;
        };
        let rooms = place.iter().flatten();
        let entered = rooms.filter_map(|room| Some(self.enters(&account, *room)?.0));
        let news = Notice::FriendSeen {
            friend: of,
            since: friendship.since,
            online: place.is_some(),
            listening_in: entered.collect(),
        };
        self.presence.notify(told, &news);
    }
}
