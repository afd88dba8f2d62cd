//! People, friendship and news for one person, in the words of clients.

use super::{name, username};
use crate::app::{Found, FriendRequest, FriendView, InviteView, Outcome, Relation};
use crate::ids::{RoomId, UserId};
use crate::presence::Notice;
use crate::projection::Directory;
use crate::wire::{notice as news_wire, rest};

/// A person as others see them.
pub fn person(id: UserId, directory: &Directory) -> rest::User {
    let person = directory.person(id);
    rest::User {
        user_id: id,
        username: username(person.as_ref()),
        name: name(person.as_ref()),
        is_guest: person.is_none_or(|person| person.is_guest),
    }
}

/// A person found; nothing where they have no username any more.
pub fn found_person(found: Found) -> Option<rest::FoundPerson> {
    let (relation, request_id) = match found.relation {
        Relation::None => (rest::Relation::None, None),
        Relation::Yourself => (rest::Relation::Yourself, None),
        Relation::Friend => (rest::Relation::Friend, None),
        Relation::RequestSent(request) => (rest::Relation::RequestSent, Some(request)),
        Relation::RequestReceived(request) => (rest::Relation::RequestReceived, Some(request)),
    };
    Some(rest::FoundPerson {
        user_id: found.user,
        username: found.person.username?.into(),
        name: found.person.name.into(),
        relation,
        request_id,
    })
}

/// A friend request.
pub fn friend_request(request: &FriendRequest, directory: &Directory) -> rest::FriendRequest {
    rest::FriendRequest {
        request_id: request.id,
        status: match request.outcome {
            Outcome::Pending => rest::FriendRequestStatus::Pending,
            Outcome::Accepted => rest::FriendRequestStatus::Accepted,
            Outcome::Rejected => rest::FriendRequestStatus::Rejected,
        },
        from: person(request.from, directory),
        to: person(request.to, directory),
        created_at: request.at.to_string(),
    }
}

/// A friend.
pub fn friend(friend: FriendView) -> rest::Friend {
    let listening_in = friend.listening_in.into_iter();
    rest::Friend {
        user_id: friend.user,
        username: username(friend.person.as_ref()),
        name: name(friend.person.as_ref()),
        online: friend.online,
        since: friend.since.to_string(),
        listening_in: listening_in
            .map(|(room_id, card)| rest::FriendsRoom {
                room_id,
                name: card.name.into(),
                visibility: card.visibility.into(),
                playing: card.playing,
                member_count: card.members,
            })
            .collect(),
    }
}

/// An invite into a room.
pub fn room_invite(invite: &InviteView, directory: &Directory) -> rest::RoomInvite {
    rest::RoomInvite {
        room_id: invite.room,
        room_name: invite.card.name.to_string(),
        invited_by: person(invite.by, directory),
        invited_at: invite.at.to_string(),
    }
}

/// News for `user`; nothing where what it is about is over by now.
pub fn notice(news: &Notice, user: UserId, directory: &Directory) -> Option<news_wire::Notice> {
    Some(match *news {
        Notice::FriendSeen {
            friend: user,
            since,
            online,
            ref listening_in,
        } => {
            let card = |room: &RoomId| Some((*room, directory.room(*room)?));
            let seen = FriendView {
                user,
                person: directory.person(user),
                since,
                online,
                listening_in: listening_in.iter().filter_map(card).collect(),
            };
            news_wire::Notice::FriendSeen {
                friend: friend(seen),
            }
        }
        Notice::FriendRequestReceived { request, from, at } => {
            let request = FriendRequest {
                id: request,
                from,
                to: user,
                outcome: Outcome::Pending,
                at,
            };
            news_wire::Notice::FriendRequestReceived {
                request: friend_request(&request, directory),
            }
        }
        Notice::FriendRequestAccepted { friend } => news_wire::Notice::FriendRequestAccepted {
            friend: person(friend, directory),
        },
        Notice::FriendRequestGone { request } => news_wire::Notice::FriendRequestGone {
            request_id: request,
        },
        Notice::FriendRemoved { friend } => news_wire::Notice::FriendRemoved {
            friend: person(friend, directory),
        },
        Notice::RoomInvite { room, by, at } => {
            let card = directory.room(room)?;
            let invite = InviteView { room, card, by, at };
            news_wire::Notice::RoomInvite {
                invite: room_invite(&invite, directory),
            }
        }
    })
}
