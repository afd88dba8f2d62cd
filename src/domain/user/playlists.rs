//! A user's saved playlists: kept, made longer, given up.
//!
//! A long one is kept in several pieces, each small enough for one entry. Knows no room.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::domain::aggregate::Context;
use crate::domain::room::track::Track;
use crate::domain::text;
use crate::ids::PlaylistId;
use crate::time::Timestamp;

/// The longest name, in characters.
pub const MAX_NAME: usize = 80;
/// The most playlists of one user.
pub const MAX_PLAYLISTS: usize = 100;
/// The most tracks of one playlist.
pub const MAX_TRACKS: usize = 2_000;
/// The most tracks of all playlists of one user.
pub const MAX_ALL: usize = 10_000;

/// A saved playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What it is called.
    pub name: String,
    /// In order. Shared, so that a look at an account costs little.
    pub tracks: Arc<Vec<Track>>,
    /// Since when.
    pub at: Timestamp,
}

/// About how many bytes of tracks go into one fact.
const FACT_BYTES: usize = 40 * 1024;

/// A request about saved playlists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Keep these tracks.
    Save {
        /// What they are called.
        name: String,
        /// In order.
        tracks: Vec<Track>,
    },
    /// Keep more tracks behind them.
    Extend {
        /// Behind those of which playlist.
        playlist: PlaylistId,
        /// In order.
        tracks: Vec<Track>,
    },
    /// Give one up.
    Delete {
        /// Which.
        playlist: PlaylistId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Save { .. } => "save_playlist",
            Self::Extend { .. } => "extend_playlist",
            Self::Delete { .. } => "delete_playlist",
        }
    }
}

/// A fact about saved playlists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// One is kept.
    Saved {
        /// Its name.
        playlist: PlaylistId,
        /// What it is called.
        name: String,
        /// In order.
        tracks: Vec<Track>,
        /// When.
        at: Timestamp,
    },
    /// It is longer.
    Extended {
        /// Which.
        playlist: PlaylistId,
        /// Behind those it has.
        tracks: Vec<Track>,
    },
    /// It is given up.
    Deleted {
        /// Which.
        playlist: PlaylistId,
    },
}

/// Why that is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such playlist.
    NoSuchPlaylist,
    /// The name is empty, too long, or would disturb the text around it.
    InvalidName,
    /// There is nothing to keep.
    Empty,
    /// A track is not well described: what is wrong.
    InvalidTrack(&'static str),
    /// [`MAX_PLAYLISTS`] or [`MAX_ALL`] tracks are kept already.
    TooMany,
    /// More than [`MAX_TRACKS`].
    TooLong,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPlaylist => f.write_str("there is no such playlist"),
            Self::InvalidName => write!(f, "a playlist's name has 1 to {MAX_NAME} characters"),
            Self::Empty => f.write_str("an empty playlist is not saved"),
            Self::InvalidTrack(what) => write!(f, "a track is not valid: {what}"),
            Self::TooMany => f.write_str("you have too many saved playlists: delete one first"),
            Self::TooLong => write!(f, "a saved playlist holds at most {MAX_TRACKS} tracks"),
        }
    }
}

/// A user's saved playlists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Playlists {
    /// By their names.
    pub saved: BTreeMap<PlaylistId, Saved>,
}

impl Playlists {
    /// What a request leads to.
    ///
    /// # Errors
    /// A rejection where there is no such playlist, or it does not fit.
    pub fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        Ok(vec![match command {
            Command::Save { name, tracks } => return self.save(name, tracks, ctx),
            Command::Extend { playlist, tracks } => {
                let known = self.get(*playlist)?;
                Event::Extended {
                    playlist: *playlist,
                    tracks: self.checked(known.tracks.len(), tracks)?,
                }
            }
            Command::Delete { playlist } => {
                self.get(*playlist)?;
                Event::Deleted {
                    playlist: *playlist,
                }
            }
        }])
    }

    /// A long playlist is several facts, each of which has a place in an entry.
    fn save(&self, name: &str, tracks: &[Track], ctx: &Context) -> Result<Vec<Event>, Rejection> {
        if self.saved.len() >= MAX_PLAYLISTS {
            return Err(Rejection::TooMany);
        }
        let name = text::name(name, MAX_NAME).ok_or(Rejection::InvalidName)?;
        let playlist = PlaylistId(ctx.fresh);
        let mut left = self.checked(0, tracks)?;
        let mut facts = Vec::with_capacity(1);
        while !left.is_empty() {
            let rest = left.split_off(fitting(&left));
            let tracks = std::mem::replace(&mut left, rest);
            facts.push(match facts.is_empty() {
                true => Event::Saved {
                    playlist,
                    name: name.clone(),
                    tracks,
                    at: ctx.now,
                },
                false => Event::Extended { playlist, tracks },
            });
        }
        Ok(facts)
    }

    /// The playlist of that name.
    ///
    /// # Errors
    /// [`Rejection::NoSuchPlaylist`].
    pub fn get(&self, playlist: PlaylistId) -> Result<&Saved, Rejection> {
        self.saved.get(&playlist).ok_or(Rejection::NoSuchPlaylist)
    }

    fn checked(&self, already: usize, tracks: &[Track]) -> Result<Vec<Track>, Rejection> {
        let all: usize = self.saved.values().map(|saved| saved.tracks.len()).sum();
        if tracks.is_empty() {
            return Err(Rejection::Empty);
        }
        if already + tracks.len() > MAX_TRACKS {
            return Err(Rejection::TooLong);
        }
        if all + tracks.len() > MAX_ALL {
            return Err(Rejection::TooMany);
        }
        let well = |track: &Track| track.checked().map_err(Rejection::InvalidTrack);
        tracks.iter().map(well).collect()
    }

    /// The playlists after a fact.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Saved {
                playlist,
                name,
                tracks,
                at,
            } => {
                let saved = Saved {
                    name: name.clone(),
                    tracks: Arc::new(tracks.clone()),
                    at: *at,
                };
                self.saved.insert(*playlist, saved);
            }
            Event::Extended { playlist, tracks } => {
                if let Some(saved) = self.saved.get_mut(playlist) {
                    Arc::make_mut(&mut saved.tracks).extend_from_slice(tracks);
                }
            }
            Event::Deleted { playlist } => {
                self.saved.remove(playlist);
            }
        }
    }
}

/// How many of these tracks, at least one, go into one fact.
fn fitting(tracks: &[Track]) -> usize {
    let mut weight = 0;
    let fits = tracks.iter().take_while(|track| {
        weight += track.weight();
        weight <= FACT_BYTES
    });
    fits.count().max(1)
}
