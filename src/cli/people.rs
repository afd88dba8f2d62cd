//! Looking after the people of a server that does not run: make an account, give it another password, erase it.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use super::serve::wait_for;
use super::upkeep::existing;
use crate::app::{App, Options};
use crate::catalog::{Catalog, CatalogLimits};
use crate::clock::SystemClock;
use crate::domain::user::profile::{Email, Username};
use crate::domain::user::{self, Credentials};
use crate::gateway::auth::passwords::{Passwords, check_quality};
use crate::ids::UserId;
use crate::journal::sled_journal::{Options as JournalOptions, SledJournal};
use crate::journal::{Journal, maintain};
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
    /// Give an account another password, asked for or read from standard input, and sign out all its devices
    ResetPassword {
        /// Its username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// Let an account run the server
    GrantAdmin {
        /// Its username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// Let an account run the server no more
    RevokeAdmin {
        /// Its username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// Let nobody sign in to an account any more, and sign out all its devices
    Disable {
        /// Its username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// Let the owner of an account sign in again
    Enable {
        /// Its username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// Forget a person: account, names, devices, friendships, uploads, what they said; others' rooms and histories stay
    Erase {
        /// Their username or e-mail address
        #[arg(long)]
        username: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// Does what is asked.
pub(super) fn user(data: &Path, task: UserTask) -> Result<(), String> {
    match task {
        UserTask::Create {
            username,
            name,
            email,
        } => create(data, &username, name, email.as_deref()),
        UserTask::ResetPassword { username } => reset_password(data, &username),
        UserTask::GrantAdmin { username } => set_admin(data, &username, true),
        UserTask::RevokeAdmin { username } => set_admin(data, &username, false),
        UserTask::Disable { username } => set_disabled(data, &username, true),
        UserTask::Enable { username } => set_disabled(data, &username, false),
        UserTask::Erase { username, yes } => erase(data, &username, yes),
    }
}

fn create(
    data: &Path,
    username: &str,
    name: Option<String>,
    email: Option<&str>,
) -> Result<(), String> {
    let username = Username::new(username).map_err(|rejection| rejection.to_string())?;
    let email = email
        .map(Email::new)
        .transpose()
        .map_err(|rejection| rejection.to_string())?;
    let password = ask_password()?;
    check_quality(&password, &[username.as_str()]).map_err(sentence)?;
    std::fs::create_dir_all(data)
        .map_err(|error| format!("{} cannot be made: {error}", data.display()))?;
    with_app(data, async |app| {
        let credentials = Credentials {
            username,
            email,
            password_hash: Passwords::new().hash(password).await.map_err(sentence)?,
        };
        let made = app.register(None, credentials, name, None).await;
        println!("{}", made.map_err(|error| sentence(error.into()))?);
        Ok(())
    })
}

fn reset_password(data: &Path, username: &str) -> Result<(), String> {
    existing(data)?;
    let password = ask_password()?;
    check_quality(&password, &[username]).map_err(sentence)?;
    with_app(data, async |app| {
        let id = find(app, username)?;
        let hash = Passwords::new().hash(password).await.map_err(sentence)?;
        let command = user::Command::SetPassword(hash);
        let done = app.user_command(id, command, None).await;
        done.map_err(|error| sentence(error.into()))?;
        let signed_out = app.sign_out_everywhere(id).await;
        let devices = signed_out.map_err(|error| sentence(error.into()))?;
        println!("{id} has another password; {devices} devices are signed out");
        Ok(())
    })
}

fn set_admin(data: &Path, username: &str, admin: bool) -> Result<(), String> {
    existing(data)?;
    with_app(data, async |app| {
        let id = find(app, username)?;
        let done = app.set_admin(id, admin).await;
        done.map_err(|error| sentence(error.into()))?;
        let verb = if admin { "runs" } else { "no longer runs" };
        println!("{id} {verb} the server");
        Ok(())
    })
}

fn set_disabled(data: &Path, username: &str, disabled: bool) -> Result<(), String> {
    existing(data)?;
    with_app(data, async |app| {
        let id = find(app, username)?;
        let done = app.set_disabled(id, disabled, None).await;
        done.map_err(|error| sentence(error.into()))?;
        let how = if disabled {
            "is disabled"
        } else {
            "may sign in again"
        };
        println!("{id} {how}");
        Ok(())
    })
}

fn erase(data: &Path, username: &str, yes: bool) -> Result<(), String> {
    let dir = existing(data)?;
    if !yes && !is_sure(username)? {
        return Err("nothing was erased".to_owned());
    }
    let mut erased = None;
    with_app(data, async |app| {
        let id = find(app, username)?;
        let done = app.erase_user(id).await;
        done.map_err(|error| sentence(error.into()))?;
        let uploads = delete_uploads(data, id).await?;
        println!("{id} is erased, with {uploads} uploads");
        erased = Some(id);
        Ok(())
    })?;
    let Some(id) = erased else { return Ok(()) };
    let entries = maintain::forget(&dir, id).map_err(|error| {
        format!("the account is gone, but the journal could not be written anew: {error}")
    })?;
    println!("the journal is written anew without their names: {entries} entries");
    Ok(())
}

/// Deletes what a person has uploaded, and says how much that was.
async fn delete_uploads(data: &Path, user: UserId) -> Result<usize, String> {
    let none = CatalogLimits {
        max_file: 0,
        per_user: 0,
        total: 0,
    };
    let catalog = Catalog::open(&data.join("media"), None, none)?;
    let mut deleted = 0;
    for media in catalog.list(user) {
        if media.uploaded_by == Some(user) {
            let gone = catalog.delete(user, media.id).await;
            gone.map_err(|error| format!("{} cannot be deleted: {error}", media.id))?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

fn find(app: &App, username: &str) -> Result<UserId, String> {
    let found = app.find_login(username);
    found.ok_or_else(|| format!("nobody is called {username:?} here"))
}

/// Starts the entities on the data, does something with them, and puts everything to rest.
fn with_app(data: &Path, act: impl AsyncFnOnce(&App) -> Result<(), String>) -> Result<(), String> {
    let journal = SledJournal::open(&journal_dir(data), JournalOptions::default());
    let journal = Arc::new(journal.map_err(|error| error.to_string())?);
    let kept: Arc<dyn Journal> = journal.clone();
    wait_for(async move {
        let clock = Arc::new(SystemClock::start());
        let app = App::start(kept, clock, Options::default())
            .await
            .map_err(|failure| format!("the rooms cannot be started: {failure:?}"))?;
        app.until_ready().await;
        let done = act(&app).await;
        app.close().await;
        done
    })?;
    if let Some(journal) = Arc::into_inner(journal) {
        journal.close();
    }
    Ok(())
}

fn sentence(error: ErrorBody) -> String {
    error.message
}

fn is_sure(username: &str) -> Result<bool, String> {
    eprint!("Erase {username} for good? Type the name again: ");
    let _ = std::io::stderr().flush();
    Ok(read_line("the answer")? == username)
}

fn ask_password() -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password: ");
        let _ = std::io::stderr().flush();
        return rpassword::read_password()
            .map_err(|error| format!("the password cannot be read: {error}"));
    }
    read_line("the password")
}

fn read_line(what: &str) -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| format!("{what} cannot be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
