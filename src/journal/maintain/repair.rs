//! Repair: a journal that lost something is rebuilt from all that is whole. What was lost is named, and the damaged
//! journal is kept beside the new one, untouched.
//!
//! A stream that lost entries goes on under a new epoch, so that no listener takes its old numbers for these. Where the
//! ends are not those that were recorded and nobody can say whose, every stream does.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::json;

use super::super::check::Blame;
use super::super::store::{End, Store};
use super::super::{Epoch, Options, Seq, SledJournal, StreamId, key};
use super::transfer::{Incoming, Loading};
use super::{every_stream, verify, walk};
use crate::journal::open::OpenError;

/// What a repair did.
#[derive(Debug)]
pub struct Repair {
    /// How many entries were kept.
    pub kept: u64,
    /// What was lost; where nothing was, nothing has been changed.
    pub lost: Vec<Loss>,
    /// Any stream may have lost its newest entries without a trace, so all of them go on under new epochs.
    pub renewed: bool,
    /// The damaged journal, where there was something to mend.
    pub aside: Option<PathBuf>,
}

/// What one stream lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Which stream.
    pub stream: StreamId,
    /// Its last entry that is whole.
    pub kept: Seq,
    /// The last entry that is known to have been there.
    pub was: Seq,
    /// What is wrong with the next one.
    pub why: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            stream,
            kept,
            was,
            why,
        } = self;
        if was > kept {
            write!(f, "{stream} lost seq {} to {was}: {why}", kept.next())
        } else {
            write!(f, "{stream} is whole up to seq {kept}: {why}")
        }
    }
}

/// Why a repair was not possible.
#[derive(Debug)]
pub enum RepairError {
    /// The journal does not open.
    Open(OpenError),
    /// A file cannot be read or written.
    Io(io::Error),
    /// The new journal did not take an entry.
    Rebuild(String),
}

impl fmt::Display for RepairError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::Rebuild(what) => write!(f, "the journal cannot be rebuilt: {what}"),
        }
    }
}

impl std::error::Error for RepairError {}

impl From<OpenError> for RepairError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<io::Error> for RepairError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Mends the journal in `dir`. Where nothing is wrong, does nothing.
///
/// # Errors
/// Where the journal does not open at all or no new one can be written; the damaged one is then as it was.
pub fn repair(dir: &Path) -> Result<Repair, RepairError> {
    let reading = Options {
        read_only: true,
        ..Options::default()
    };
    let damaged = SledJournal::open(dir, reading)?;
    let found = verify(&damaged);
    if found.problems.is_empty() {
        return Ok(Repair {
            kept: found.entries,
            lost: Vec::new(),
            renewed: false,
            aside: None,
        });
    }
    let new = beside(dir, "repaired");
    if new.exists() {
        fs::remove_dir_all(&new)?;
    }
    let rebuilt = SledJournal::open(&new, Options::default())?;
    let mut salvage = Salvage::new(&damaged, &new)?;
    let lost = salvage.run(&rebuilt).map_err(RepairError::Rebuild)?;
    salvage.removed.flush()?;
    let (kept, renewed) = (salvage.kept, salvage.renewed);
    drop(salvage);
    rebuilt.close();
    damaged.close();
    let aside = swap(dir, &new)?;
    Ok(Repair {
        kept,
        lost,
        renewed,
        aside: Some(aside),
    })
}

/// Puts the new journal in the damaged one's place at once, and the damaged one beside it.
fn swap(dir: &Path, new: &Path) -> io::Result<PathBuf> {
    let aside = (1u32..)
        .map(|n| beside(dir, &format!("damaged-{n}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| beside(dir, "damaged"));
    renameat_with(CWD, dir, CWD, new, RenameFlags::EXCHANGE)?;
    fs::rename(new, &aside)?;
    let removed = dir.join(REMOVED);
    fs::rename(&removed, aside.join(REMOVED))?;
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(aside)
}

/// The path of what belongs to a journal and lies beside it.
pub(super) fn beside(dir: &Path, what: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{name}.{what}"))
}

/// Where entries go that are still there but belong to nothing any more, in hex.
const REMOVED: &str = "removed.ndjson";

struct Salvage<'a> {
    damaged: &'a SledJournal,
    removed: BufWriter<File>,
    renewed: bool,
    kept: u64,
}

impl<'a> Salvage<'a> {
    fn new(damaged: &'a SledJournal, new: &Path) -> io::Result<Self> {
        Ok(Self {
            damaged,
            removed: BufWriter::new(File::create(new.join(REMOVED))?),
            renewed: damaged.blame_at_open() == Blame::Anybody,
            kept: 0,
        })
    }

    fn run(&mut self, rebuilt: &SledJournal) -> Result<Vec<Loss>, String> {
        let store = &self.damaged.core().store;
        let acknowledged = self.damaged.mark_at_open();
        let mut streams = every_stream(store);
        streams.extend(acknowledged.heads.keys());
        let mut loading = Loading::tolerant(rebuilt);
        let mut lost = Vec::new();
        for stream in streams {
            let was = acknowledged.heads.get(&stream).copied();
            lost.extend(self.stream(store, stream, was.unwrap_or_default(), &mut loading)?);
        }
        self.kept = loading.finish()?;
        Ok(lost)
    }

    /// Takes over what is whole of a stream.
    fn stream(
        &mut self,
        store: &Store,
        stream: StreamId,
        acknowledged: Seq,
        loading: &mut Loading<'_>,
    ) -> Result<Option<Loss>, String> {
        let recorded = store.head(stream);
        // Where the record of the end is damaged, the stream reaches as far as there are entries.
        let (end, found) = match &recorded {
            Ok(head) => (End::from(head.unwrap_or_default()), None),
            Err(damage) => {
                let seq = present(store, stream);
                (End { seq, chain: None }, Some(damage.clone()))
            }
        };
        // The epoch goes into the first entry, so how far the stream is whole must be known before.
        let (whole, walked) = walk(store, stream, end, |_, _| Ok(()));
        let known = present(store, stream)
            .max(acknowledged)
            .max(match &recorded {
                Ok(Some(head)) => head.seq,
                _ => Seq::ZERO,
            });
        let why = found.or(walked.err()).map(|damage| damage.what);
        let why = why.or_else(|| {
            (acknowledged > whole).then(|| "it was acknowledged and is missing".to_owned())
        });
        let epoch = match (&why, &recorded) {
            (None, Ok(Some(head))) if !self.renewed => head.epoch,
            _ => Epoch::random(),
        };
        let mut refused = Ok(());
        let until = End {
            seq: whole,
            chain: None,
        };
        let (_, walked) = walk(store, stream, until, |stored, entry| {
            if refused.is_ok() {
                refused = loading.push(Incoming {
                    stream,
                    epoch,
                    unsettled: is_unsettled(store, stream, stored.seq),
                    bytes: stored.bytes,
                    entry,
                });
            }
            Ok(())
        });
        refused?;
        walked.map_err(|damage| damage.to_string())?;
        self.put_aside(store, stream, whole);
        Ok(why.map(|why| Loss {
            stream,
            kept: whole,
            was: known,
            why,
        }))
    }

    /// Keeps the bytes of entries that cannot be taken over.
    fn put_aside(&mut self, store: &Store, stream: StreamId, whole: Seq) {
        for (key, value) in store.scan(&key::entries(stream)).map_while(Result::ok) {
            let Some((_, seq)) = key::parse_numbered(&key) else {
                continue;
            };
            if seq > whole {
                let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
                let line = json!({ "stream": stream.to_string(), "seq": seq.0, "value": hex });
                if let Err(error) = writeln!(self.removed, "{line}") {
                    tracing::warn!(%error, "an entry could not be put aside");
                }
            }
        }
    }
}

/// The greatest number among the entries of a stream.
fn present(store: &Store, stream: StreamId) -> Seq {
    let keys = store.scan(&key::entries(stream)).map_while(Result::ok);
    let numbers = keys.filter_map(|(key, _)| key::parse_numbered(&key));
    numbers.map(|(_, seq)| seq).max().unwrap_or_default()
}

fn is_unsettled(store: &Store, stream: StreamId, seq: Seq) -> bool {
    matches!(store.get(&key::unsettled(stream, seq)), Ok(Some(_)))
}
