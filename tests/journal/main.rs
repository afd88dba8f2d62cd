//! What the journal promises, on disk and in memory.

mod appending;
mod child;
mod conformance;
mod damage;
mod disk;
mod maintain;
mod replaying;
#[path = "../support/samples.rs"]
mod samples;
