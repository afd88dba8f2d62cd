//! The playlist: what will play, in which order. Add, move, remove, edit, clear; repeat and shuffle.
//!
//! Knows nothing of time or of who may change it; `room.rs` asks who, `playback.rs` asks what comes next.

mod dice;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use uuid::Uuid;

use crate::ids::{ItemId, UserId};
use crate::time::Timestamp;

pub use super::track::{MAX_ARTISTS, MAX_TEXT, MAX_URL, Source, Track};
use dice::Dice;

/// The most items a playlist holds.
pub const MAX_ITEMS: usize = 2_000;
/// One place in the playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name; the same track may stand in two places.
    pub id: ItemId,
    /// What plays here.
    pub track: Track,
    /// Who put it there.
    pub added_by: Option<UserId>,
    /// When.
    pub added_at: Timestamp,
}

/// What happens at the end of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeat {
    /// The next one plays; after the last, silence.
    #[default]
    Off,
    /// The same one plays again.
    One,
    /// After the last one the first plays.
    All,
}

/// A request to change the playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Insert a track before `index`, or at the end.
    Add {
        /// What to add.
        track: Track,
        /// Where; the end where absent or too large.
        index: Option<usize>,
    },
    /// Take an item to another place.
    Move {
        /// Which.
        item: ItemId,
        /// Its index afterwards; the end where too large.
        index: usize,
    },
    /// Take an item out.
    Remove {
        /// Which.
        item: ItemId,
    },
    /// Describe an item anew.
    Edit {
        /// Which.
        item: ItemId,
        /// How.
        track: Track,
    },
    /// Put every item in its place.
    Reorder {
        /// Every item once.
        order: Vec<ItemId>,
    },
    /// Take everything out.
    Clear,
    /// Choose what happens at the end of a track.
    SetRepeat(Repeat),
    /// Play in a drawn order, drawn anew each time, or as listed.
    SetShuffle(bool),
}

/// A change of the playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An item was inserted at `index`.
    Added {
        /// The new item.
        item: Item,
        /// Where it stands now.
        index: usize,
        /// Where it stands in the shuffled order, while shuffling.
        shuffled_index: Option<usize>,
    },
    /// An item stands at `index` now.
    Moved {
        /// Which.
        item: ItemId,
        /// Its index.
        index: usize,
    },
    /// An item is gone.
    Removed {
        /// Which.
        item: ItemId,
    },
    /// An item is described anew.
    Edited {
        /// Which.
        item: ItemId,
        /// How.
        track: Track,
    },
    /// Every item stands elsewhere or where it was.
    Reordered {
        /// Every item once.
        order: Vec<ItemId>,
    },
    /// Everything is gone.
    Cleared,
    /// The end of a track is treated so from now on.
    RepeatSet(Repeat),
    /// The items play in this order from now on.
    Shuffled {
        /// Every item once.
        order: Vec<ItemId>,
    },
    /// The items play as listed from now on.
    Unshuffled,
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add",
            Self::Move { .. } => "move",
            Self::Remove { .. } => "remove",
            Self::Edit { .. } => "edit",
            Self::Reorder { .. } => "reorder",
            Self::Clear => "clear",
            Self::SetRepeat(_) => "set_repeat",
            Self::SetShuffle(_) => "set_shuffle",
        }
    }
}

/// Why the playlist may not change so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such item.
    NoSuchItem,
    /// The track is not well described: what is wrong.
    InvalidTrack(&'static str),
    /// There are [`MAX_ITEMS`] already.
    Full,
    /// An order names each item once.
    NotEveryItem,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchItem => f.write_str("there is no such item in the playlist"),
            Self::NotEveryItem => f.write_str("an order names every item of the playlist once"),
            Self::InvalidTrack(what) => write!(f, "the track is not valid: {what}"),
            Self::Full => write!(
                f,
                "the playlist is full: it holds at most {MAX_ITEMS} items"
            ),
        }
    }
}

/// What will play.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Playlist {
    /// As listed.
    pub items: Vec<Item>,
    /// What happens at the end of a track.
    pub repeat: Repeat,
    /// The drawn order, while shuffling: every item once.
    pub shuffled: Option<Vec<ItemId>>,
}

impl Playlist {
    /// The item of that name.
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Where an item is listed.
    pub fn index_of(&self, id: ItemId) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }

    /// The first to play.
    pub fn first(&self) -> Option<ItemId> {
        self.in_order(0)
    }

    /// What plays after `id` when somebody skips: wraps around only where all repeats.
    pub fn after(&self, id: ItemId) -> Option<ItemId> {
        let place = self.place(id)?;
        self.in_order(place + 1)
            .or_else(|| (self.repeat == Repeat::All).then(|| self.first()).flatten())
    }

    /// What played before `id`: wraps around only where all repeats.
    pub fn before(&self, id: ItemId) -> Option<ItemId> {
        match self.place(id)? {
            0 if self.repeat == Repeat::All => self.in_order(self.items.len().saturating_sub(1)),
            0 => None,
            place => self.in_order(place - 1),
        }
    }

    /// One round from `id` on, as it plays: to the last item, and where all repeats, from the first up to `id`.
    pub fn round_from(&self, id: ItemId) -> Vec<&Item> {
        let Some(place) = self.place(id) else {
            return vec![];
        };
        let wraps = if self.repeat == Repeat::All { place } else { 0 };
        (place..self.items.len())
            .chain(0..wraps)
            .filter_map(|place| self.get(self.in_order(place)?))
            .collect()
    }

    fn place(&self, id: ItemId) -> Option<usize> {
        match &self.shuffled {
            Some(order) => order.iter().position(|i| *i == id),
            None => self.index_of(id),
        }
    }

    fn in_order(&self, place: usize) -> Option<ItemId> {
        match &self.shuffled {
            Some(order) => order.get(place).copied(),
            None => self.items.get(place).map(|item| item.id),
        }
    }

    /// What a change leads to. `fresh` names a new item and seeds the shuffling, `current` plays now.
    ///
    /// # Errors
    /// A rejection where the item is missing, the track badly described or the list full.
    pub fn decide(
        &self,
        command: &Command,
        by: Option<UserId>,
        now: Timestamp,
        fresh: Uuid,
        current: Option<ItemId>,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::Add { track, index } => self.add(track, *index, by, now, fresh, current),
            Command::Move { item, index } => self.relocate(*item, *index),
            Command::Remove { item } => {
                self.get(*item).ok_or(Rejection::NoSuchItem)?;
                Ok(vec![Event::Removed { item: *item }])
            }
            Command::Edit { item, track } => self.edit(*item, track),
            Command::Reorder { order } => self.reorder(order),
            Command::Clear => Ok(if self.items.is_empty() {
                vec![]
            } else {
                vec![Event::Cleared]
            }),
            Command::SetRepeat(repeat) if *repeat == self.repeat => Ok(vec![]),
            Command::SetRepeat(repeat) => Ok(vec![Event::RepeatSet(*repeat)]),
            Command::SetShuffle(true) => Ok(vec![Event::Shuffled {
                order: self.draw(fresh, current),
            }]),
            Command::SetShuffle(false) if self.shuffled.is_none() => Ok(vec![]),
            Command::SetShuffle(false) => Ok(vec![Event::Unshuffled]),
        }
    }

    fn add(
        &self,
        track: &Track,
        index: Option<usize>,
        by: Option<UserId>,
        now: Timestamp,
        fresh: Uuid,
        current: Option<ItemId>,
    ) -> Result<Vec<Event>, Rejection> {
        let track = track.checked().map_err(Rejection::InvalidTrack)?;
        if self.items.len() >= MAX_ITEMS {
            return Err(Rejection::Full);
        }
        let item = Item {
            id: ItemId(fresh),
            track,
            added_by: by,
            added_at: now,
        };
        let index = index.unwrap_or(self.items.len()).min(self.items.len());
        let shuffled_index = self.shuffled.as_ref().map(|order| {
            let upcoming = current
                .and_then(|c| order.iter().position(|i| *i == c))
                .map_or(0, |place| place + 1);
            upcoming + Dice::new(fresh).below(order.len() - upcoming + 1)
        });
        Ok(vec![Event::Added {
            item,
            index,
            shuffled_index,
        }])
    }

    fn relocate(&self, item: ItemId, index: usize) -> Result<Vec<Event>, Rejection> {
        let from = self.index_of(item).ok_or(Rejection::NoSuchItem)?;
        let index = index.min(self.items.len() - 1);
        Ok(if from == index {
            vec![]
        } else {
            vec![Event::Moved { item, index }]
        })
    }

    fn reorder(&self, order: &[ItemId]) -> Result<Vec<Event>, Rejection> {
        let listed: Vec<ItemId> = self.items.iter().map(|item| item.id).collect();
        if listed == order {
            return Ok(vec![]);
        }
        let sorted = |mut ids: Vec<ItemId>| {
            ids.sort_unstable();
            ids
        };
        if sorted(listed) != sorted(order.to_vec()) {
            return Err(Rejection::NotEveryItem);
        }
        let order = order.to_vec();
        Ok(vec![Event::Reordered { order }])
    }

    fn edit(&self, item: ItemId, track: &Track) -> Result<Vec<Event>, Rejection> {
        let old = self.get(item).ok_or(Rejection::NoSuchItem)?;
        let track = track.checked().map_err(Rejection::InvalidTrack)?;
        Ok(if old.track == track {
            vec![]
        } else {
            vec![Event::Edited { item, track }]
        })
    }

    /// A drawn order that begins with the current item, so that all the others are still to come.
    fn draw(&self, seed: Uuid, current: Option<ItemId>) -> Vec<ItemId> {
        let mut order: Vec<ItemId> = self.items.iter().map(|item| item.id).collect();
        Dice::new(seed).shuffle(&mut order);
        if let Some(place) = current.and_then(|c| order.iter().position(|i| *i == c)) {
            order.swap(0, place);
        }
        order
    }

    /// The playlist after a change.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Added {
                item,
                index,
                shuffled_index,
            } => {
                self.items
                    .insert((*index).min(self.items.len()), item.clone());
                if let Some(order) = &mut self.shuffled {
                    order.insert(
                        shuffled_index.unwrap_or(order.len()).min(order.len()),
                        item.id,
                    );
                }
            }
            Event::Moved { item, index } => {
                if let Some(from) = self.index_of(*item) {
                    let moved = self.items.remove(from);
                    self.items.insert((*index).min(self.items.len()), moved);
                }
            }
            Event::Removed { item } => {
                self.items.retain(|i| i.id != *item);
                if let Some(order) = &mut self.shuffled {
                    order.retain(|i| i != item);
                }
            }
            Event::Edited { item, track } => {
                if let Some(found) = self.items.iter_mut().find(|i| i.id == *item) {
                    found.track = track.clone();
                }
            }
            Event::Reordered { order } => {
                let places: HashMap<ItemId, usize> =
                    order.iter().enumerate().map(|(n, id)| (*id, n)).collect();
                let place = |item: &Item| places.get(&item.id).copied().unwrap_or(usize::MAX);
                self.items.sort_by_key(place);
            }
            Event::Cleared => {
                self.items.clear();
                self.shuffled = self.shuffled.take().map(|_| Vec::new());
            }
            Event::RepeatSet(repeat) => self.repeat = *repeat,
            Event::Shuffled { order } => self.shuffled = Some(order.clone()),
            Event::Unshuffled => self.shuffled = None,
        }
    }
}
