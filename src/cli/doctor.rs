//! `tutti doctor`: looks at everything a server needs, and says of each whether it is well.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use super::upkeep::open;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Said};
use crate::gateway::auth::secrets;
use crate::journal::{Health, Journal, maintain};
use crate::server::journal_dir;
use crate::time::Timestamp;

/// A wall clock before this moment is not set: 1 January 2026.
const PLAUSIBLE: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// What was found: well, in one sentence, or not.
type Finding = Result<String, String>;

/// Looks at all of it.
pub(super) fn run(said: &Said) -> Result<(), String> {
    let config = said.clone().decide().map_err(|error| error.to_string())?;
    let findings = [
        data(&config.data),
        journal(&config.data),
        secrets(&config.data),
        media(&config),
        address(&config),
        clock(),
    ];
    let mut ill = 0;
    for finding in &findings {
        match finding {
            Ok(sentence) => println!("well  {sentence}"),
            Err(sentence) => {
                ill += 1;
                println!("ILL   {sentence}");
            }
        }
    }
    match ill {
        0 => Ok(()),
        n => Err(format!("{n} of {} things are not well", findings.len())),
    }
}

fn data(dir: &Path) -> Finding {
    if !dir.exists() {
        return Ok(format!("{} will be made at the first start", dir.display()));
    }
    let probe = dir.join(".doctor");
    fs::write(&probe, "")
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| format!("{} cannot be written to: {error}", dir.display()))?;
    Ok(format!("{} can be written to", dir.display()))
}

fn journal(data: &Path) -> Finding {
    if !journal_dir(data).is_dir() {
        return Ok("there is no journal yet".to_owned());
    }
    let journal = open(data)?;
    let found = maintain::verify(&journal);
    if let Some(problem) = found.problems.first() {
        return Err(format!("the journal: {problem}"));
    }
    if journal.health() == Health::StorageFull {
        return Err("the disk is too full for the journal to take entries".to_owned());
    }
    Ok(format!(
        "the journal is whole: {} entries in {} streams",
        found.entries, found.streams
    ))
}

fn secrets(data: &Path) -> Finding {
    let path = data.join(secrets::FILE);
    let found = match fs::metadata(&path) {
        Ok(found) => found,
        Err(_) => {
            return Ok("there are no secrets yet: they are made at the first start".to_owned());
        }
    };
    if readable_by_others(&found) {
        return Err(format!(
            "{} can be read by others: chmod 600 it",
            path.display()
        ));
    }
    Ok("the secrets are for their owner only".to_owned())
}

#[cfg(unix)]
fn readable_by_others(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &fs::Metadata) -> bool {
    false
}

fn media(config: &Config) -> Finding {
    let Some(folder) = &config.media else {
        return Ok("no folder of music is offered".to_owned());
    };
    fs::read_dir(folder)
        .map_err(|error| format!("the folder {} cannot be read: {error}", folder.display()))?;
    Ok(format!("the folder {} can be read", folder.display()))
}

fn address(config: &Config) -> Finding {
    let at = config.listen;
    TcpListener::bind(at).map_err(|error| format!("{at} cannot be listened on: {error}"))?;
    Ok(format!("{at} is free to listen on"))
}

fn clock() -> Finding {
    let now = SystemClock::start().now();
    if now < PLAUSIBLE {
        return Err(format!("the clock says {now}: set it"));
    }
    Ok(format!("the clock says {now}"))
}
