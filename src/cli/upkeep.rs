//! Commands on the data of a server that does not run: replay, the journal's upkeep, people.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use super::replay::Replay;
use super::serve::wait_for;
use crate::app::{App, Options};
use crate::clock::SystemClock;
use crate::domain::user::Credentials;
use crate::domain::user::profile::{Email, Username};
use crate::gateway::auth::passwords::{Passwords, check_quality};
use crate::journal::Journal;
use crate::journal::sled_journal::{Options as JournalOptions, SledJournal};
use crate::server::journal_dir;
use crate::wire::error_code::ErrorBody;

/// Looking after the people.
#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum UserTask {
    /// Make an account; the password is asked for, or read from standard input
    Create {
        /// 3 to 20 of A–Z a–z 0–9 _
        #[arg(long)]
        username: String,
        /// Display name; the username where absent
        #[arg(long)]
        name: Option<String>,
        /// E-mail address
        #[arg(long)]
        email: Option<String>,
    },
}

/// The journal of a data directory, which has to be there.
fn open(data: &Path) -> Result<SledJournal, String> {
    let dir = journal_dir(data);
    if !dir.is_dir() {
        return Err(format!(
            "{} holds no journal: name the server's data directory with --data",
            data.display()
        ));
    }
    let options = JournalOptions {
        read_only: true,
        ..JournalOptions::default()
    };
    SledJournal::open(&dir, options).map_err(|error| error.to_string())
}

pub(super) fn replay(data: &Path, replay: &Replay) -> Result<(), String> {
    let journal = open(data)?;
    super::replay::run(
        replay,
        &journal,
        &mut std::io::stdout().lock(),
        &mut std::io::stdin().lock(),
    )
}

pub(super) fn user(data: &Path, task: UserTask) -> Result<(), String> {
    let UserTask::Create {
        username,
        name,
        email,
    } = task;
    let username = Username::new(&username).map_err(|rejection| rejection.to_string())?;
    let email = email
        .as_deref()
        .map(Email::new)
        .transpose()
        .map_err(|rejection| rejection.to_string())?;
    let password = ask_password()?;
    let sentence = |error: ErrorBody| error.message;
    check_quality(&password, &[username.as_str()]).map_err(sentence)?;
    std::fs::create_dir_all(data)
        .map_err(|error| format!("{} cannot be made: {error}", data.display()))?;
    let journal = SledJournal::open(&journal_dir(data), JournalOptions::default());
    let journal: Arc<dyn Journal> = Arc::new(journal.map_err(|error| error.to_string())?);
    wait_for(async move {
        let password_hash = Passwords::new().hash(password).await.map_err(sentence)?;
        let clock = Arc::new(SystemClock::start());
        let app = App::start(journal, clock, Options::default())
            .await
            .map_err(|failure| format!("{failure:?}"))?;
        let credentials = Credentials {
            username,
            email,
            password_hash,
        };
        let made = app.register(None, credentials, name, None).await;
        app.close().await;
        let id = made.map_err(|error| sentence(error.into()))?;
        println!("{id}");
        Ok(())
    })
}

fn ask_password() -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password: ");
        let _ = std::io::stderr().flush();
        return rpassword::read_password()
            .map_err(|error| format!("the password cannot be read: {error}"));
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| format!("the password cannot be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
