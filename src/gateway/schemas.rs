//! Schemas.

/// OpenAPI.
pub const OPENAPI: &str = "{}";
/// AsyncAPI.
pub const ASYNCAPI: &str = "{}";
