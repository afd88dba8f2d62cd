//! What clients may rely on, for programs: OpenAPI of the routes, AsyncAPI of the sockets, JSON Schema of every type.
//!
//! Generated from the route table and the wire types, committed in `schemas/`, and served as committed; a test compares.

mod asyncapi;
mod components;
mod openapi;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use asyncapi::{asyncapi, channels};
use openapi::openapi;

use super::route::{Gives, Takes};
use crate::wire::error_code::ErrorBody;

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

fn info(title: &str) -> Value {
    json!({
        "title": title,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0" },
    })
}
