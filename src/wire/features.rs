//! What a server offers beyond what all do, for clients to know before they ask for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET features`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Features {
    /// Whether YouTube videos can be played, by YouTube's own player in each page.
    pub youtube: bool,
}
