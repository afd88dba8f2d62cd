//! What the journal promises, on disk and in memory.

mod appending;
mod child;
mod conformance;
mod damage;
mod dice;
mod disk;
mod maintain;
mod power;
mod replaying;
#[path = "../support/samples.rs"]
mod samples;
mod trace;
