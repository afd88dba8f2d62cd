//! Tutti: listen together, exactly together.
//!
//! The modules in reading order, which is also the order of their floors: each imports only from those above it.

#![warn(clippy::unwrap_used)]

pub mod ids;
pub mod time;

pub mod domain;

pub mod catalog;
pub mod clock;
pub mod entity;
pub mod journal;
pub mod metrics;
pub mod presence;
pub mod projection;
pub mod rates;
pub mod settings;

pub mod app;
pub mod wire;

pub mod gateway;

pub mod config;

pub mod server;

pub mod cli;
