//! The command line: what can be asked, and the one sentence where it fails.

mod backup;
mod doctor;
pub mod loadtest;
mod people;
pub mod replay;
mod serve;
mod settings;
mod upkeep;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::Said;

/// Listen together, exactly together.
#[derive(Debug, Parser)]
#[command(name = "tutti", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Said,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Tutti; what `tutti` alone does
    Serve(Box<Said>),
    /// Show an evening again: a room's commands and what they led to, or the room as it was
    Replay {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        replay: replay::Replay,
    },
    /// Look after the journal
    Journal {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        task: upkeep::JournalTask,
    },
    /// Look after the people
    User {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        task: people::UserTask,
    },
    /// See and set what may be set while a server runs
    Settings {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        task: Option<settings::SettingsTask>,
    },
    /// Copy everything a server keeps into an empty directory
    Backup {
        #[command(flatten)]
        data: Data,
        /// Where to; another server could run on it
        dir: PathBuf,
    },
    /// Look whether a server would find everything it needs
    Doctor(Box<Said>),
    /// Try a running server under load
    Loadtest(loadtest::LoadTest),
    /// Print a shell's completions
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
}

/// Where a command finds the data. Except for its settings, the server must not be running on it.
#[derive(Debug, clap::Args)]
struct Data {
    /// Where everything is kept
    #[arg(
        long,
        env = "TUTTI_DATA",
        value_name = "DIR",
        default_value = "tutti-data",
        global = true
    )]
    data: PathBuf,
}

/// Does what the arguments ask.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    let done = match arguments.command {
        None => serve::run(arguments.serve),
        Some(Command::Serve(said)) => serve::run(*said),
        Some(Command::Replay { data, replay }) => upkeep::replay(&data.data, &replay),
        Some(Command::Journal { data, task }) => upkeep::journal(&data.data, task),
        Some(Command::User { data, task }) => people::user(&data.data, task),
        Some(Command::Settings { data, task }) => settings::settings(&data.data, task),
        Some(Command::Backup { data, dir }) => backup::run(&data.data, &dir),
        Some(Command::Doctor(said)) => doctor::run(&said),
        Some(Command::Loadtest(test)) => serve::wait_for(loadtest::run(test)),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "tutti",
                &mut std::io::stdout(),
            );
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            if !sentence.is_empty() {
                eprintln!("tutti: {sentence}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The log goes to standard error, as `RUST_LOG` says; in a terminal with colours. Control characters are escaped.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("tutti=info,warn"));
    let ansi = std::io::stderr().is_terminal();
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn tutti_alone_serves() {
        let arguments = Arguments::try_parse_from(["tutti", "--listen", "127.0.0.1:0"]).unwrap();
        assert!(arguments.command.is_none() && arguments.serve.listen.is_some());
    }
}
