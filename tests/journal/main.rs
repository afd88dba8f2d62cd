//! What the journal promises, on disk and in memory.

mod appending;
mod conformance;
