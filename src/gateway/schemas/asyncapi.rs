//! The sockets, and what is said on them.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::components::{Components, rename};
use super::{heard, info, said};
use crate::gateway::dialect::native::SUBPROTOCOL;
use crate::wire::client::ClientMessage;
use crate::wire::server::ServerMessage;
use crate::wire::{friend_rooms, quick, sessions, spaces};

/// One socket and what is said on it.
pub(super) struct Channel {
    pub(super) name: &'static str,
    address: &'static str,
    description: String,
    pub(super) heard: Messages,
    pub(super) said: Messages,
}

/// The messages of one direction.
pub(super) struct Messages {
    /// Under their own root, for a file of their own.
    pub(super) whole: fn() -> Value,
    /// Under one roof with all the others.
    under_roof: fn(&mut SchemaGenerator) -> Schema,
}

impl Messages {
    fn heard<T: JsonSchema>() -> Self {
        Self {
            whole: heard::<T>,
            under_roof: |generator| generator.root_schema_for::<T>(),
        }
    }

    fn said<T: JsonSchema>() -> Self {
        Self {
            whole: said::<T>,
            ..Self::heard::<T>()
        }
    }
}

pub(super) fn channels() -> Vec<Channel> {
    vec![
        Channel {
            name: "native",
            address: "/ws",
            description: format!(
                "The native socket, subprotocol {SUBPROTOCOL}: one JSON object a text frame."
            ),
            heard: Messages::heard::<ClientMessage>(),
            said: Messages::said::<ServerMessage>(),
        },
        Channel {
            name: "friend_rooms",
            address: "/socket.io/",
            description: "Socket.IO v4, polling and WebSocket: `type` is the event's name, `data` what comes with it."
                .to_owned(),
            heard: Messages::heard::<friend_rooms::ClientEvent>(),
            said: Messages::said::<friend_rooms::ServerEvent>(),
        },
        Channel {
            name: "sessions",
            address: "/ws/sessions/{room_id}?token={token}",
            description: "A session, with a host, guests and their requests: one flat JSON object a text frame."
                .to_owned(),
            heard: Messages::heard::<sessions::ClientMessage>(),
            said: Messages::said::<sessions::ServerMessage>(),
        },
        Channel {
            name: "spaces",
            address: "/ws/spaces/{room_id}?token={token}",
            description: "A space, in which everyone controls: one JSON object a text frame."
                .to_owned(),
            heard: Messages::heard::<spaces::ClientMessage>(),
            said: Messages::said::<spaces::ServerMessage>(),
        },
        Channel {
            name: "quick",
            address: "/ws/quick/{name}",
            description: "A room without accounts: one flat JSON object a text frame.".to_owned(),
            heard: Messages::heard::<quick::ClientMessage>(),
            said: Messages::said::<quick::ServerMessage>(),
        },
    ]
}

/// The names in braces of an address, as AsyncAPI wants them listed.
fn address_parameters(address: &str) -> Map<String, Value> {
    address
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| (name.to_owned(), json!({})))
        .collect()
}

pub(super) fn asyncapi() -> Value {
    let mut components = Components::new();
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": info("Tutti's sockets"),
        "defaultContentType": "application/json",
        "channels": {},
        "operations": {},
    });
    let mut heard = Vec::new();
    for channel in channels() {
        let name = channel.name;
        let client: Value = (channel.heard.under_roof)(&mut components.heard).into();
        let server: Value = (channel.said.under_roof)(&mut components.said).into();
        let (client, server) = (messages("client", &client), messages("server", &server));
        heard.extend(client.keys().map(|message| (name, message.clone())));
        let of_channel = |messages: &Map<String, Value>| -> Vec<Value> {
            let path = |message: &String| json!({ "$ref": format!("#/channels/{name}/messages/{message}") });
            messages.keys().map(path).collect()
        };
        let (hears, says) = (of_channel(&client), of_channel(&server));
        let mut all = client;
        all.extend(server);
        document["channels"][name] = json!({
            "address": channel.address,
            "description": channel.description,
            "messages": all,
        });
        let parameters = address_parameters(channel.address);
        if !parameters.is_empty() {
            document["channels"][name]["parameters"] = parameters.into();
        }
        let (hear, say) = match name {
            "native" => ("hear".to_owned(), "say".to_owned()),
            other => (format!("{other}_hear"), format!("{other}_say")),
        };
        let channel = json!({ "$ref": format!("#/channels/{name}") });
        document["operations"][hear] =
            json!({ "action": "receive", "channel": channel, "messages": hears });
        document["operations"][say] =
            json!({ "action": "send", "channel": channel, "messages": says });
    }
    let schemas = components.finish(|differing| {
        for (channel, message) in &heard {
            rename(
                &mut document["channels"][*channel]["messages"][message],
                differing,
            );
        }
    });
    document["components"] = json!({ "schemas": schemas });
    document
}

/// One message for each variant of a tagged enum, named by its `type`.
fn messages(from: &str, schema: &Value) -> Map<String, Value> {
    let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
    variants
        .into_iter()
        .map(|payload| {
            let kind = payload["properties"]["type"]["const"]
                .as_str()
                .unwrap_or_default();
            let summary = payload["description"].as_str().unwrap_or_default();
            let message = json!({ "name": kind, "summary": summary, "payload": payload });
            (format!("{from}_{kind}"), message)
        })
        .collect()
}
