//! REST of a room's chat.

use hyper::Method;

use super::rooms::Call;
use super::table::call;
use crate::app::{MAX_MESSAGES, ToldMessage};
use crate::domain::room;
use crate::domain::room::chat::{Command, Event};
use crate::gateway::answer::{self, created, no_content, ok};
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire;
use crate::ids::{MessageId, RoomId};
use crate::journal::Seq;
use crate::wire::error_code::ErrorBody;
use crate::wire::talk::{ChatAnswer, MessageAnswer, Say};

/// The calls about the chat.
pub fn routes() -> Vec<Route> {
    vec![
        route(
            Method::GET,
            "/api/v1/rooms/{room_id}/chat",
            "What was said, the latest last",
        )
        .query(&["before_seq", "limit"])
        .gives::<ChatAnswer>(200)
        .by(|r| async move {
            let before = r.query_as("before_seq")?.map(Seq);
            let limit = r.query_as("limit")?.unwrap_or(MAX_MESSAGES);
            ok(&list(call(&r)?, r.id(0)?, before, limit).await?)
        }),
        route(
            Method::POST,
            "/api/v1/rooms/{room_id}/chat",
            "Say something to everybody in the room",
        )
        .takes::<Say>()
        .gives::<MessageAnswer>(201)
        .by(|r| async move { created(&say(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(
            Method::DELETE,
            "/api/v1/rooms/{room_id}/chat/{message_id}",
            "Take a message back",
        )
        .by(|r| async move {
            let (id, message): (RoomId, MessageId) = (r.id(0)?, r.id(1)?);
            call(&r)?.execute(id, Command::Delete { message }).await?;
            no_content()
        }),
    ]
}

async fn list(
    call: Call,
    id: RoomId,
    before: Option<Seq>,
    limit: usize,
) -> Result<ChatAnswer, ErrorBody> {
    let (messages, before) = call.app.messages(call.user(), id, before, limit).await?;
    let directory = call.app.directory();
    Ok(ChatAnswer {
        messages: messages
            .iter()
            .map(|told| to_wire::chat_message(told, directory))
            .collect(),
        before_seq: before.map(|seq| seq.0),
    })
}

async fn say(call: Call, id: RoomId, body: Say) -> Result<MessageAnswer, ErrorBody> {
    let executed = call.give(id, Command::Say { text: body.text }).await?;
    let said = executed.entry.as_ref().and_then(|entry| {
        entry.events.iter().find_map(|event| match event {
            room::Event::Chat(Event::Said { message, .. }) => Some(*message),
            _ => None,
        })
    });
    let name = said.ok_or_else(|| answer::not_found("message"))?;
    let message = call.app.message(id, name).await?;
    let told = ToldMessage {
        seq: executed.seq,
        message,
    };
    Ok(MessageAnswer {
        message: to_wire::chat_message(&told, call.app.directory()),
    })
}
