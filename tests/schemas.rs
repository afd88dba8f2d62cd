//! The committed schemas are what the types and the route table say.
//!
//! After a change on purpose: `TUTTI_BLESS=1 cargo test --test schemas`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tutti::gateway::schemas;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn committed(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder)
        .expect("the schemas are there")
        .flatten()
    {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            committed(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
}

fn bless(generated: &BTreeMap<String, String>, committed: &BTreeMap<String, String>) {
    for name in committed
        .keys()
        .filter(|name| !generated.contains_key(*name))
    {
        fs::remove_file(root().join(name)).expect("an old schema goes");
    }
    for (name, text) in generated {
        let path = root().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a schema is written");
    }
}

#[test]
fn the_committed_schemas_are_the_generated_ones() {
    let generated = schemas::files();
    let mut found = BTreeMap::new();
    committed(&root(), "", &mut found);
    if std::env::var_os("TUTTI_BLESS").is_some() {
        bless(&generated, &found);
        return;
    }
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&found),
        names(&generated),
        "TUTTI_BLESS=1 cargo test --test schemas"
    );
    for (name, text) in &generated {
        assert!(
            found[name] == *text,
            "schemas/{name} has drifted: TUTTI_BLESS=1 cargo test --test schemas"
        );
    }
}

/// Every `$ref` of a document, with the document's own root.
fn dangling(value: &Value, root: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(path)) = fields.get("$ref") {
                    let there = path
                        .strip_prefix('#')
                        .and_then(|pointer| root.pointer(pointer));
                    if there.is_none() {
                        all.push(path.clone());
                    }
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    all
}

#[test]
fn every_reference_leads_somewhere() {
    for (name, text) in schemas::files() {
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            dangling(&document, &document),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

#[test]
fn no_two_calls_have_the_same_name() {
    let document: Value = serde_json::from_str(&schemas::files()["openapi.json"]).expect("JSON");
    let mut seen = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"]
                .as_str()
                .expect("a name")
                .to_owned();
            let other = seen.insert(id.clone(), format!("{method} {path}"));
            assert_eq!(other, None, "{id}");
        }
    }
    assert!(seen.len() > 25);
}

#[test]
fn what_differs_by_direction_has_two_names() {
    let document: Value = serde_json::from_str(&schemas::files()["openapi.json"]).expect("JSON");
    let schemas = &document["components"]["schemas"];
    let required = |name: &str| schemas[name]["required"].to_string();
    assert!(required("Track").contains("artists"));
    assert!(!required("TrackInput").contains("artists"));
    let add = schemas["AddItem"].to_string();
    assert!(add.contains("#/components/schemas/TrackInput"), "{add}");
}
