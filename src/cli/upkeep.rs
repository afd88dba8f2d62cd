//! Commands on the data of a server that does not run: replay, and the journal's upkeep.

use std::path::{Path, PathBuf};

use super::replay::Replay;
use crate::journal::maintain;
use crate::journal::sled_journal::{Options as JournalOptions, SledJournal};
use crate::server::journal_dir;

/// Looking after the journal.
#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum JournalTask {
    /// Read every entry, and check numbers, checksums, hash chains, ends and claims
    Verify,
    /// Say how much there is
    Stats,
    /// Cut damaged streams back to their last whole entry; what is cut off is kept beside the journal
    Repair,
    /// Write every entry as JSON, one a line
    Export {
        /// Where to; must not be there yet
        file: PathBuf,
    },
    /// Read entries as exported into an empty journal
    Import {
        /// Where from
        file: PathBuf,
    },
}

/// Where the journal of a data directory is, which has to be there.
pub(super) fn existing(data: &Path) -> Result<PathBuf, String> {
    let dir = journal_dir(data);
    if dir.is_dir() {
        return Ok(dir);
    }
    Err(format!(
        "{} holds no journal: name the server's data directory with --data",
        data.display()
    ))
}

/// The journal of a data directory, for reading.
pub(super) fn open(data: &Path) -> Result<SledJournal, String> {
    let dir = existing(data)?;
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

pub(super) fn journal(data: &Path, task: JournalTask) -> Result<(), String> {
    match task {
        JournalTask::Verify => verify(&open(data)?),
        JournalTask::Stats => stats(&open(data)?),
        JournalTask::Repair => repair(&existing(data)?),
        JournalTask::Export { file } => export(&open(data)?, &file),
        JournalTask::Import { file } => import(data, &file),
    }
}

fn verify(journal: &SledJournal) -> Result<(), String> {
    let found = maintain::verify(journal);
    println!(
        "{} entries in {} streams are whole",
        found.entries, found.streams
    );
    if found.problems.is_empty() {
        return Ok(());
    }
    for problem in &found.problems {
        println!("{problem}");
    }
    let count = found.problems.len();
    Err(format!(
        "{count} problems were found: `tutti journal repair` mends what can be mended"
    ))
}

fn stats(journal: &SledJournal) -> Result<(), String> {
    let stats = maintain::stats(journal).map_err(|damage| damage.to_string())?;
    for kind in &stats.kinds {
        let name = format!("{:?}s", kind.kind).to_lowercase();
        println!(
            "{name:<10} {:>10} streams {:>12} entries {:>14} bytes",
            kind.streams, kind.entries, kind.bytes
        );
        if let Some((stream, entries)) = kind.longest {
            println!("{:<10} the longest is {stream}, with {entries} entries", "");
        }
    }
    println!("claims     {:>10}", stats.claims);
    println!("unsettled  {:>10}", stats.unsettled);
    println!("commits    {:>10}", stats.commits);
    println!("on disk    {:>10} bytes", stats.disk_bytes);
    Ok(())
}

fn repair(dir: &Path) -> Result<(), String> {
    let repair = maintain::repair(dir).map_err(|error| error.to_string())?;
    if repair.lost.is_empty() && repair.aside.is_none() {
        println!("nothing to mend: {} entries are whole", repair.kept);
        return Ok(());
    }
    for loss in &repair.lost {
        println!("{loss}");
    }
    if repair.renewed {
        println!("nobody can say which streams are whole: listeners of all of them begin anew");
    }
    println!("{} entries were kept", repair.kept);
    if let Some(aside) = &repair.aside {
        println!("the damaged journal is kept in {}", aside.display());
    }
    Ok(())
}

fn export(journal: &SledJournal, file: &Path) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("{} cannot be written: {error}", file.display());
    let new = std::fs::File::create_new(file).map_err(cannot)?;
    let mut out = std::io::BufWriter::new(new);
    let entries = maintain::export(journal, &mut out).map_err(|error| error.to_string())?;
    out.into_inner()
        .map_err(|error| cannot(error.into_error()))?
        .sync_all()
        .map_err(cannot)?;
    println!("{entries} entries were written to {}", file.display());
    Ok(())
}

fn import(data: &Path, file: &Path) -> Result<(), String> {
    let from = std::fs::File::open(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    std::fs::create_dir_all(data)
        .map_err(|error| format!("{} cannot be made: {error}", data.display()))?;
    let journal = SledJournal::open(&journal_dir(data), JournalOptions::default())
        .map_err(|error| error.to_string())?;
    let entries = maintain::import(&journal, &mut std::io::BufReader::new(from))
        .map_err(|error| error.to_string())?;
    println!("{entries} entries were read from {}", file.display());
    Ok(())
}
