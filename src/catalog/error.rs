//! Why the library says no.

use std::fmt;
use std::io;

/// Why the library says no. Printed, it is a sentence for the person who asked.
#[derive(Debug)]
pub enum CatalogError {
    /// The file is none that the library takes, for this reason.
    Refused(&'static str),
    /// The file is larger than one may be, so many bytes.
    TooLarge(u64),
    /// This person's uploads together would be larger than that, in bytes.
    QuotaUsed(u64),
    /// All uploads together fill what the server gives them, or its disk is full.
    StorageFull,
    /// Only who uploaded a file may delete it.
    NotYours,
    /// There is no such file.
    NotFound,
    /// The disk says no.
    Broken(io::Error),
}

impl CatalogError {
    pub(super) fn not_audio() -> Self {
        Self::Refused(
            "this is not a sound file that browsers play: upload MP3, Ogg Vorbis, Opus, WAV, FLAC, or AAC as .m4a or .aac",
        )
    }

    pub(super) fn damaged() -> Self {
        Self::Refused("this file is damaged: its sound cannot be read")
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(why),
            Self::TooLarge(most) => write!(f, "a file may have at most {}", Size(*most)),
            Self::QuotaUsed(most) => write!(
                f,
                "your uploads may have at most {} together: delete some first",
                Size(*most)
            ),
            Self::StorageFull => f.write_str("the server has no room for more uploads"),
            Self::NotYours => f.write_str("only the person who uploaded a file may delete it"),
            Self::NotFound => f.write_str("there is no such media"),
            Self::Broken(_) => f.write_str("the media library cannot be read or written"),
        }
    }
}

impl std::error::Error for CatalogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for CatalogError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Broken(error),
        }
    }
}

/// A size for people.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes @ 0..1024 => write!(f, "{bytes} bytes"),
            bytes @ 1024..1_048_576 => write!(f, "{} KiB", bytes / 1024),
            bytes => write!(f, "{} MiB", bytes / 1_048_576),
        }
    }
}
