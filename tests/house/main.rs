//! The house, held by tests: who may import whom, who may ask the clock, and that the documents name
//! what exists. Every check is a function of plain texts, so each proves on a tiny example that it can
//! fail before it is believed about the tree.

mod calls;
mod documents;
mod floors;
mod source;
mod strangers;

use source::Source;

/// Panics with every complaint on a line of its own.
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

/// The Rust files of the crate itself.
fn crate_sources() -> Vec<Source> {
    let sources: Vec<_> = source::tree()
        .into_iter()
        .filter(|s| s.path.starts_with("src/") && s.path.ends_with(".rs"))
        .collect();
    assert!(sources.len() > 2, "the crate's sources were not found");
    sources
}

#[test]
fn every_file_imports_only_from_the_floors_below_it() {
    let complaints: Vec<_> = crate_sources()
        .iter()
        .flat_map(floors::complaints)
        .collect();
    assert_none(&complaints);
}

#[test]
fn every_library_stays_in_its_home() {
    let complaints: Vec<_> = crate_sources()
        .iter()
        .flat_map(strangers::complaints)
        .collect();
    assert_none(&complaints);
}

#[test]
fn time_and_chance_come_in_through_one_door_each() {
    let complaints: Vec<_> = crate_sources().iter().flat_map(calls::complaints).collect();
    assert_none(&complaints);
}

#[test]
fn the_documents_name_and_link_only_what_exists() {
    let tree = source::tree();
    let complaints: Vec<_> = tree
        .iter()
        .filter(|s| s.path.ends_with(".md"))
        .flat_map(|document| documents::complaints(document, &tree))
        .collect();
    assert_none(&complaints);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let complaints: Vec<_> = source::tree()
        .iter()
        .flat_map(documents::machine_paths)
        .collect();
    assert_none(&complaints);
}
