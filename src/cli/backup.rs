//! `tutti backup DIR`: everything a server keeps, copied into a directory that another server could run on.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::upkeep::open;
use crate::gateway::auth::secrets;
use crate::journal::maintain;
use crate::journal::sled_journal::{Options, SledJournal};
use crate::server::journal_dir;

/// What is copied beside the journal, where it is there.
const BESIDE: &[&str] = &[secrets::FILE, "tutti.toml", "alive", "media"];

/// Copies the data into `to`, which must be empty or not there yet, and reads the copy of the journal through.
pub(super) fn run(data: &Path, to: &Path) -> Result<(), String> {
    let journal = open(data)?;
    let cannot = |error: io::Error| format!("{} cannot be written: {error}", to.display());
    fs::create_dir_all(to).map_err(cannot)?;
    if fs::read_dir(to).map_err(cannot)?.next().is_some() {
        return Err(format!(
            "{} is not empty: name a new directory",
            to.display()
        ));
    }
    let target = SledJournal::open(&journal_dir(to), Options::default());
    let target = target.map_err(|error| error.to_string())?;
    let entries = maintain::copy(&journal, &target).map_err(|error| error.to_string())?;
    target.close();
    let mut files = 0;
    for name in BESIDE {
        files += copy(&data.join(name), &to.join(name)).map_err(cannot)?;
    }
    let found = maintain::verify(&open(to)?);
    if let Some(problem) = found.problems.first() {
        return Err(format!("the copy is not whole: {problem}"));
    }
    println!(
        "{entries} entries and {files} files are in {}: serve it with --data, or keep it",
        to.display()
    );
    Ok(())
}

/// Copies a file, or a directory with all in it, with its permissions; says how many files that were. What is not there
/// is not copied, and links are not followed.
fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    let found = match fs::symlink_metadata(from) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    if found.is_dir() {
        fs::create_dir_all(to)?;
        let mut files = 0;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            files += copy(&from.join(&name), &to.join(&name))?;
        }
        File::open(to)?.sync_all()?;
        return Ok(files);
    }
    if !found.is_file() {
        return Ok(0);
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    Ok(1)
}
