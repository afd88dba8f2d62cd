//! What clients may rely on, for programs: OpenAPI of the routes, AsyncAPI of the sockets, JSON Schema of every type.
//!
//! Generated from the route table and the wire types, committed in `schemas/`, and served as committed; a test compares.

use std::collections::{BTreeMap, BTreeSet};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::dialect::native::SUBPROTOCOL;
use super::route::{Access, Gives, Route, Takes};
use crate::ids::{ItemId, MediaId, MessageId, PlaylistId, RequestId, RoomId, SessionId, UserId};
use crate::wire::client::ClientMessage;
use crate::wire::error_code::ErrorBody;
use crate::wire::friend_rooms;
use crate::wire::quick;
use crate::wire::server::ServerMessage;
use crate::wire::{sessions, spaces};

/// The REST calls.
pub const OPENAPI: &str = include_str!("../../schemas/openapi.json");
/// The sockets.
pub const ASYNCAPI: &str = include_str!("../../schemas/asyncapi.json");

/// Every generated file: its path below `schemas/`, and what is in it.
pub fn files() -> BTreeMap<String, String> {
    let table = super::table();
    let mut files = BTreeMap::from([
        ("openapi.json".to_owned(), text(&openapi(&table))),
        ("asyncapi.json".to_owned(), text(&asyncapi())),
        ("rest/ErrorBody.json".to_owned(), text(&said::<ErrorBody>())),
    ]);
    for channel in channels() {
        let name = channel.name;
        let (heard, said) = ((channel.heard.whole)(), (channel.said.whole)());
        files.insert(format!("{name}/ClientMessage.json"), text(&heard));
        files.insert(format!("{name}/ServerMessage.json"), text(&said));
    }
    for route in &table {
        let taken = match route.takes {
            Takes::Json(describe) => Some((describe, Direction::Heard)),
            Takes::Nothing | Takes::Form | Takes::Bytes(..) => None,
        };
        let given = match route.gives {
            Gives::Json(describe) => Some((describe, Direction::Said)),
            Gives::Nothing | Gives::Bytes(_) | Gives::Socket => None,
        };
        for (describe, direction) in taken.into_iter().chain(given) {
            let (name, schema) = whole(describe, direction);
            files.insert(format!("rest/{name}.json"), text(&schema));
        }
    }
    files
}

/// Which way a type travels: what may be left out differs.
#[derive(Clone, Copy)]
enum Direction {
    Heard,
    Said,
}

fn settings(direction: Direction) -> SchemaSettings {
    let settings = SchemaSettings::draft2020_12();
    match direction {
        Direction::Heard => settings.for_deserialize(),
        Direction::Said => settings.for_serialize(),
    }
}

fn heard<T: JsonSchema>() -> Value {
    settings(Direction::Heard)
        .into_generator()
        .into_root_schema_for::<T>()
        .into()
}

fn said<T: JsonSchema>() -> Value {
    settings(Direction::Said)
        .into_generator()
        .into_root_schema_for::<T>()
        .into()
}

/// The name of a described type, and its schema with all it refers to.
fn whole(describe: super::route::Describe, direction: Direction) -> (String, Value) {
    let mut generator = settings(direction).into_generator();
    let reference: Value = describe(&mut generator).into();
    let mut definitions = generator.take_definitions(true);
    let path = reference["$ref"].as_str().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut root = definitions.remove(&name).unwrap_or(reference);
    if let Some(root) = root.as_object_mut() {
        root.insert(
            "$schema".into(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        root.insert("title".into(), name.clone().into());
        if !definitions.is_empty() {
            root.insert("$defs".into(), definitions.into());
        }
    }
    (name, root)
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Schemas of both directions under one roof: where a name means two things, what is heard is called `…Input`.
struct Components {
    heard: SchemaGenerator,
    said: SchemaGenerator,
}

const ROOF: &str = "#/components/schemas/";

impl Components {
    fn new() -> Self {
        let under_roof = |direction| {
            settings(direction)
                .with(|settings| {
                    settings.definitions_path = "/components/schemas".into();
                    settings.meta_schema = None;
                })
                .into_generator()
        };
        Self {
            heard: under_roof(Direction::Heard),
            said: under_roof(Direction::Said),
        }
    }

    /// Puts both directions together. `in_heard` points the references of what is heard elsewhere to the new names.
    fn finish(mut self, in_heard: impl FnOnce(&BTreeSet<String>)) -> Value {
        let mut heard = Value::Object(self.heard.take_definitions(true));
        let mut all = self.said.take_definitions(true);
        let differing = differing(&heard, &all);
        rename(&mut heard, &differing);
        in_heard(&differing);
        for name in names(&heard).collect::<Vec<_>>() {
            let schema = heard[&name].take();
            let input = differing.contains(&name);
            all.insert(if input { format!("{name}Input") } else { name }, schema);
        }
        all.into()
    }
}

fn names(schemas: &Value) -> impl Iterator<Item = String> {
    let names: Vec<String> = schemas
        .as_object()
        .map(|schemas| schemas.keys().cloned().collect())
        .unwrap_or_default();
    names.into_iter()
}

/// The names that mean two things: by themselves, or by what they refer to.
fn differing(heard: &Value, said: &Map<String, Value>) -> BTreeSet<String> {
    let in_both = || names(heard).filter(|name| said.contains_key(name));
    let mut differing: BTreeSet<String> =
        in_both().filter(|name| said[name] != heard[name]).collect();
    loop {
        let before = differing.len();
        let refers = |name: &String| {
            let text = heard[name].to_string();
            differing
                .iter()
                .any(|other| text.contains(&format!("\"{ROOF}{other}\"")))
        };
        let more: Vec<String> = in_both().filter(refers).collect();
        differing.extend(more);
        if differing.len() == before {
            return differing;
        }
    }
}

/// Points every reference to a differing name to its `…Input`.
fn rename(value: &mut Value, differing: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(path) if key == "$ref" => {
                        if path
                            .strip_prefix(ROOF)
                            .is_some_and(|name| differing.contains(name))
                        {
                            path.push_str("Input");
                        }
                    }
                    field => rename(field, differing),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, differing)),
        _ => {}
    }
}

/// The same in request bodies only.
fn rename_bodies(value: &mut Value, differing: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                if key == "requestBody" {
                    rename(field, differing);
                } else {
                    rename_bodies(field, differing);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rename_bodies(item, differing)),
        _ => {}
    }
}

fn info(title: &str) -> Value {
    json!({
        "title": title,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0" },
    })
}

fn openapi(table: &[Route]) -> Value {
    let mut components = Components::new();
    let error: Value = components.said.subschema_for::<ErrorBody>().into();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in table
        .iter()
        .filter(|route| !matches!(route.gives, Gives::Socket))
    {
        let operation = operation(route, &mut components, &error);
        let method = route.method.as_str().to_ascii_lowercase();
        paths
            .entry(route.path)
            .or_default()
            .insert(method, operation);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": info("Tutti"),
        "paths": paths,
    });
    let schemas = components.finish(|differing| rename_bodies(&mut document, differing));
    document["components"] = json!({
        "schemas": schemas,
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "cookie": {
                "type": "apiKey", "in": "cookie", "name": "access",
                "description": "Over TLS it is called __Host-access. Changes must repeat the cookie csrf in the header x-csrf-token.",
            },
            "query": { "type": "apiKey", "in": "query", "name": "token" },
        },
    });
    document
}

fn operation(route: &Route, components: &mut Components, error: &Value) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [tag(route.path)],
        "responses": responses(route, components, error),
    });
    let parameters = parameters(route, components);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = request_body(route, components) {
        operation["requestBody"] = body;
    }
    operation["security"] = match route.access {
        Access::Anybody => json!([]),
        Access::Perhaps => json!([{}, { "bearer": [] }, { "cookie": [] }]),
        Access::PerhapsByQuery => {
            json!([{}, { "bearer": [] }, { "cookie": [] }, { "query": [] }])
        }
        Access::SignedIn => json!([{ "bearer": [] }, { "cookie": [] }]),
        Access::SignedInByQuery => json!([{ "bearer": [] }, { "cookie": [] }, { "query": [] }]),
    };
    operation
}

/// `get_rooms_room_id`.
fn operation_id(route: &Route) -> String {
    let path = route.path.trim_start_matches("/api/v1");
    let words: Vec<String> = std::iter::once(route.method.as_str().to_ascii_lowercase())
        .chain(
            path.split(['/', '.', '-'])
                .filter(|word| !word.is_empty())
                .map(|word| word.trim_matches(['{', '}']).to_owned()),
        )
        .collect();
    let id = words.join("_");
    // The audio at /media/{media_id}, beside its description at /api/v1/media/{media_id}.
    if route.path.starts_with("/api/v1") {
        id
    } else {
        format!("{id}_at_root")
    }
}

fn tag(path: &str) -> &str {
    let path = path.trim_start_matches("/api/v1");
    match path.split('/').nth(1) {
        Some("rooms") if path.contains("/playlist") || path.contains("/playback") => "music",
        Some("media" | "catalog") => "media",
        Some(tag @ ("auth" | "me" | "rooms" | "friends" | "requests" | "sessions")) => tag,
        _ => "server",
    }
}

fn parameters(route: &Route, components: &mut Components) -> Vec<Value> {
    let heard = &mut components.heard;
    let in_path = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": of_name(name, heard) }))
        .collect::<Vec<_>>();
    let in_query = route
        .query
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": of_name(name, heard) }))
        .collect::<Vec<_>>();
    let changes = !matches!(route.method.as_str(), "GET" | "HEAD");
    let key = changes.then(|| {
        json!({
            "name": "Idempotency-Key", "in": "header",
            "description": "A name for this change: sent again under the same name, it applies once.",
            "schema": heard.subschema_for::<crate::ids::CommandId>(),
        })
    });
    in_path.into_iter().chain(in_query).chain(key).collect()
}

/// What a parameter of that name is; the same everywhere.
fn of_name(name: &str, generator: &mut SchemaGenerator) -> Schema {
    match name {
        "room_id" => generator.subschema_for::<RoomId>(),
        "item_id" => generator.subschema_for::<ItemId>(),
        "request_id" => generator.subschema_for::<RequestId>(),
        "session_id" => generator.subschema_for::<SessionId>(),
        "media_id" => generator.subschema_for::<MediaId>(),
        "user_id" => generator.subschema_for::<UserId>(),
        "playlist_id" => generator.subschema_for::<PlaylistId>(),
        "message_id" => generator.subschema_for::<MessageId>(),
        "limit" | "after_seq" | "before_seq" | "at_seq" => {
            schemars::json_schema!({ "type": "integer", "minimum": 0 })
        }
        "at" => schemars::json_schema!({ "type": "string", "format": "date-time" }),
        _ => schemars::json_schema!({ "type": "string" }),
    }
}

fn request_body(route: &Route, components: &mut Components) -> Option<Value> {
    match route.takes {
        Takes::Nothing => None,
        Takes::Json(describe) => {
            let schema = describe(&mut components.heard);
            Some(json!({ "content": { "application/json": { "schema": schema } } }))
        }
        Takes::Bytes(types, _) => {
            let kinds = types.iter().map(|kind| ((*kind).to_owned(), json!({})));
            let content: Map<String, Value> = kinds.collect();
            Some(json!({ "required": true, "content": content }))
        }
        Takes::Form => Some(json!({
            "required": true,
            "content": { "multipart/form-data": { "schema": {
                "type": "object",
                "properties": { "file": { "type": "string", "format": "binary" } },
                "required": ["file"],
            } } },
        })),
    }
}

fn responses(route: &Route, components: &mut Components, error: &Value) -> Value {
    let mut well = json!({ "description": "It is done." });
    match route.gives {
        Gives::Nothing | Gives::Socket => {}
        Gives::Json(describe) => {
            let schema = describe(&mut components.said);
            well["content"] = json!({ "application/json": { "schema": schema } });
        }
        Gives::Bytes(kind) => well["content"] = json!({ kind: {} }),
    }
    let refused = json!({
        "description": "It is not; `code` says why, for programs.",
        "content": { "application/json": { "schema": error } },
    });
    let mut responses = json!({ route.status.to_string(): well, "default": refused });
    if let Some((status, describe)) = route.or_gives {
        let schema = describe(&mut components.said);
        responses[status.to_string()] = json!({
            "description": "It is done otherwise.",
            "content": { "application/json": { "schema": schema } },
        });
    }
    responses
}

/// One socket and what is said on it.
struct Channel {
    name: &'static str,
    address: &'static str,
    description: String,
    heard: Messages,
    said: Messages,
}

/// The messages of one direction.
struct Messages {
    /// Under their own root, for a file of their own.
    whole: fn() -> Value,
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

fn channels() -> Vec<Channel> {
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

fn asyncapi() -> Value {
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
