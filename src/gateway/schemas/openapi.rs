//! The REST calls, from the route table.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::components::{Components, rename};
use super::info;
use crate::gateway::route::{Access, Gives, Route, Takes};
use crate::ids::{ItemId, MediaId, MessageId, PlaylistId, RequestId, RoomId, SessionId, UserId};
use crate::wire::error_code::ErrorBody;

pub(super) fn openapi(table: &[Route]) -> Value {
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
        "type" => schemars::json_schema!({ "enum": ["sent", "received"] }),
        "format" => schemars::json_schema!({ "enum": ["m3u8", "xspf", "json"] }),
        "replace" => schemars::json_schema!({ "type": "boolean" }),
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

/// Points the references in request bodies to the new names.
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
