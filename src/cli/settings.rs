//! What may be set while a server runs, at the command line: in the file that a server which runs looks at.

use std::io::Write;
use std::path::Path;

use clap::Parser;
use serde_json::Value;

use crate::clock::{Clock, SystemClock};
use crate::config::Said;
use crate::settings::{Changed, Keeper, Settings};

/// What to do with the settings.
#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum SettingsTask {
    /// Show one, or all of them: what it is, and who set it when
    Get {
        /// Which, as guests or rates.friend_request
        key: Option<String>,
    },
    /// Set one: a server that runs does so within a second
    Set {
        /// Which
        key: String,
        /// To what: on, 512MiB, 90s, 5/h, https://music.example.org
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Let one be as flags, environment and configuration file say again
    Reset {
        /// Which
        key: String,
    },
}

/// What the environment says of a server; its flags are its own.
#[derive(Debug, Parser)]
struct Environment {
    #[command(flatten)]
    said: Said,
}

/// Does what is asked.
pub(super) fn settings(data: &Path, task: Option<SettingsTask>) -> Result<(), String> {
    let environment = Environment::try_parse_from(["tutti"]).map_err(|error| error.to_string())?;
    let said = Said {
        data: Some(data.to_owned()),
        ..environment.said
    };
    let config = said.decide().map_err(|error| error.to_string())?;
    let keeper = Keeper::open(data, config.settings())?;
    match task.unwrap_or(SettingsTask::Get { key: None }) {
        SettingsTask::Get { key: Some(key) } => show(&keeper, &key),
        SettingsTask::Get { key: None } => {
            Settings::names().try_for_each(|name| show(&keeper, &name))
        }
        SettingsTask::Set { key, value } => change(data, &keeper, key, Some(Value::String(value))),
        SettingsTask::Reset { key } => change(data, &keeper, key, None),
    }
}

fn change(data: &Path, keeper: &Keeper, key: String, value: Option<Value>) -> Result<(), String> {
    std::fs::create_dir_all(data)
        .map_err(|error| format!("{} cannot be made: {error}", data.display()))?;
    let now = SystemClock::start().now();
    keeper
        .change(vec![(key.clone(), value)], None, now)
        .map_err(|why| why.to_string())?;
    show(keeper, &key)
}

/// One line: `guests = off    # set at the command line on …; on at the start`.
fn show(keeper: &Keeper, key: &str) -> Result<(), String> {
    let value = keeper.now().get(key);
    let value = value.ok_or_else(|| format!("there is no setting called {key:?}"))?;
    let start = keeper.configured().get(key).unwrap_or_default();
    let mut line = format!("{key} = {}", written(&value));
    if let Some(how) = how(&keeper.changed(), key) {
        line.push_str(&format!("    # {how}; at the start {}", written(&start)));
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").map_err(|error| format!("nothing can be printed: {error}"))
}

fn how(changed: &Changed, key: &str) -> Option<String> {
    let kept = changed.get(key)?;
    let who = match (kept.changed_by, kept.changed_at) {
        (Some(user), _) => format!("set by {user}"),
        (None, Some(_)) => "set at the command line".to_owned(),
        (None, None) => "set by hand".to_owned(),
    };
    let when = kept.changed_at.map(|at| format!(" on {at}"));
    Some(who + &when.unwrap_or_default())
}

/// A value as people write it.
fn written(value: &Value) -> String {
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) if text.is_empty() => "(nothing)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(each) if each.is_empty() => "(nothing)".to_owned(),
        Value::Array(each) => each.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
