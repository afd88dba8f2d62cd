//! REST of people: search, friend requests, friends, and invites of friends into rooms.

use hyper::Method;

use super::table::call;
use crate::app::{AppError, Direction};
use crate::gateway::answer::{self, Answer, created, no_content, ok};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::route::Counted::ByUser;
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire;
use crate::ids::UserId;
use crate::wire::error_code::ErrorBody;
use crate::wire::rest;

/// How many people a search gives where the caller does not say.
const FOUND: usize = 20;
/// How many people a search gives at most.
const MAX_FOUND: usize = 50;
/// The longest text searched for, in bytes.
const MAX_TEXT: usize = 100;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    let get = |path, summary| route(Method::GET, path, summary);
    let post = |path, summary| route(Method::POST, path, summary);
    let delete = |path, summary| route(Method::DELETE, path, summary);
    const SEARCH: &str = "/api/v1/friends/search";
    vec![
        get(SEARCH, "Find people by username or name")
            .query(&["q", "limit"])
            .gives::<rest::FoundPeople>(200)
            .by(search),
        post(SEARCH, "Find people by username or name")
            .query(&["q", "limit"])
            .takes::<rest::SearchPeople>()
            .gives::<rest::FoundPeople>(200)
            .by(search),
        post("/api/v1/friends/request", "Ask somebody to be friends")
            .counted(ByUser(Limit::FriendRequest))
            .takes::<rest::AskFriend>()
            .gives::<rest::FriendRequestAnswer>(201)
            .by(ask),
        post("/api/v1/friends/accept", "Say yes to a friend request")
            .takes::<rest::AnswerFriend>()
            .gives::<rest::FriendRequestAnswer>(200)
            .by(accept),
        post("/api/v1/friends/reject", "Say no to a friend request")
            .takes::<rest::AnswerFriend>()
            .gives::<rest::FriendRequestAnswer>(200)
            .by(reject),
        get("/api/v1/friends/requests", "The friend requests that wait")
            .query(&["type"])
            .gives::<rest::FriendRequests>(200)
            .by(requests),
        delete(
            "/api/v1/friends/requests/{request_id}",
            "Take your friend request back",
        )
        .by(withdraw),
        get("/api/v1/friends", "Your friends, and who is online")
            .gives::<rest::Friends>(200)
            .by(list),
        delete("/api/v1/friends/{user_id}", "Be friends no more").by(remove),
        post(
            "/api/v1/rooms/{room_id}/invite",
            "Invite a friend into a room",
        )
        .counted(ByUser(Limit::RoomInvite))
        .takes::<rest::OfUser>()
        .by(invite),
        get("/api/v1/me/invites", "The rooms you are invited into")
            .gives::<rest::RoomInvites>(200)
            .by(invites),
        delete("/api/v1/me/invites/{room_id}", "Put an invite aside").by(dismiss),
    ]
}

/// `GET friends/search?q=&limit=`, and `POST` with the same in the query or in the body.
async fn search(request: Request) -> Answer {
    let user = request.caller()?.user;
    let body: rest::SearchPeople = request.json()?;
    let text = request.query("q").or(body.q.as_deref()).unwrap_or_default();
    if text.len() > MAX_TEXT {
        return Err(answer::invalid("q: at most 100 bytes"));
    }
    let limit = request.query_as("limit")?.or(body.limit);
    let limit = limit.unwrap_or(FOUND).min(MAX_FOUND);
    let found = request.gateway.app.search_people(user, text.trim(), limit);
    let users = found.await?.into_iter().filter_map(to_wire::found_person);
    ok(&rest::FoundPeople {
        users: users.collect(),
    })
}

/// `POST friends/request`.
async fn ask(request: Request) -> Answer {
    let call = call(&request)?;
    let body: rest::AskFriend = request.json()?;
    let to = match (body.user_id, body.username) {
        (Some(id), None) => id,
        (None, Some(name)) => whose(&request, &name)?,
        _ => return Err(answer::invalid("give username or user_id")),
    };
    let asked = call.app.ask_friend(call.user(), to, call.key.clone());
    created(&rest::FriendRequestAnswer {
        request: to_wire::friend_request(&asked.await?, call.app.directory()),
    })
}

fn whose(request: &Request, username: &str) -> Result<UserId, ErrorBody> {
    let none = || AppError::NotFound("there is no such user").into();
    let found = request.gateway.app.find_username(username.trim());
    found.ok_or_else(none)
}

/// `POST friends/accept`.
async fn accept(request: Request) -> Answer {
    let call = call(&request)?;
    let id = request.json::<rest::AnswerFriend>()?.request_id;
    let done = call.app.accept_friend(call.user(), id, call.key.clone());
    ok(&rest::FriendRequestAnswer {
        request: to_wire::friend_request(&done.await?, call.app.directory()),
    })
}

/// `POST friends/reject`.
async fn reject(request: Request) -> Answer {
    let call = call(&request)?;
    let id = request.json::<rest::AnswerFriend>()?.request_id;
    let done = call.app.reject_friend(call.user(), id, call.key.clone());
    ok(&rest::FriendRequestAnswer {
        request: to_wire::friend_request(&done.await?, call.app.directory()),
    })
}

/// `GET friends/requests?type=sent` or `received`; received where not said.
async fn requests(request: Request) -> Answer {
    let direction = match request.query("type") {
        Some("sent") => Direction::Sent,
        Some("received") | None => Direction::Received,
        Some(_) => return Err(answer::invalid("type: sent or received")),
    };
    let user = request.caller()?.user;
    let app = &request.gateway.app;
    let waiting = app.friend_requests(user, direction).await?;
    let requests = waiting
        .iter()
        .map(|waiting| to_wire::friend_request(waiting, app.directory()));
    ok(&rest::FriendRequests {
        requests: requests.collect(),
    })
}

/// `DELETE friends/requests/{request_id}`.
async fn withdraw(request: Request) -> Answer {
    let (user, key) = (request.caller()?.user, request.key()?);
    let app = &request.gateway.app;
    app.withdraw_friend_request(user, request.id(0)?, key)
        .await?;
    no_content()
}

/// `GET friends`.
async fn list(request: Request) -> Answer {
    let user = request.caller()?.user;
    let friends = request.gateway.app.friends(user).await?;
    ok(&rest::Friends {
        friends: friends.into_iter().map(to_wire::friend).collect(),
    })
}

/// `DELETE friends/{id}`.
async fn remove(request: Request) -> Answer {
    let (user, key) = (request.caller()?.user, request.key()?);
    let app = &request.gateway.app;
    app.remove_friend(user, request.id(0)?, key).await?;
    no_content()
}

/// `POST rooms/{id}/invite`.
async fn invite(request: Request) -> Answer {
    let (user, key) = (request.caller()?.user, request.key()?);
    let friend = request.json::<rest::OfUser>()?.user_id;
    let app = &request.gateway.app;
    app.invite_friend(user, request.id(0)?, friend, key).await?;
    no_content()
}

/// `GET me/invites`.
async fn invites(request: Request) -> Answer {
    let user = request.caller()?.user;
    let app = &request.gateway.app;
    let invites = app.invites(user).await?;
    let invites = invites
        .iter()
        .map(|invite| to_wire::room_invite(invite, app.directory()));
    ok(&rest::RoomInvites {
        invites: invites.collect(),
    })
}

/// `DELETE me/invites/{room_id}`.
async fn dismiss(request: Request) -> Answer {
    let (user, key) = (request.caller()?.user, request.key()?);
    let app = &request.gateway.app;
    app.dismiss_invite(user, request.id(0)?, key).await?;
    no_content()
}
