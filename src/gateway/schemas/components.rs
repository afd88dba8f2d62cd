//! The types that OpenAPI and AsyncAPI name, each under its name once.

use std::collections::BTreeSet;

use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use super::{Direction, settings};

/// Schemas of both directions under one roof: where a name means two things, what is heard is called `…Input`.
pub(super) struct Components {
    pub(super) heard: SchemaGenerator,
    pub(super) said: SchemaGenerator,
}

const ROOF: &str = "#/components/schemas/";

impl Components {
    pub(super) fn new() -> Self {
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
    pub(super) fn finish(mut self, in_heard: impl FnOnce(&BTreeSet<String>)) -> Value {
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
pub(super) fn rename(value: &mut Value, differing: &BTreeSet<String>) {
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
