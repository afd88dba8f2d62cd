//! Taking back the latest destructive changes of the playlist: remove, clear, move, reorder, edit.
//!
//! Each such fact leaves a step here; `undo` makes the latest step's change back and drops it. What is too long for one
//! entry comes back in several.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::domain::aggregate::Context;
use crate::ids::ItemId;

use super::playlist::{self, Item, MAX_ITEMS, Playlist, Track};
use super::{Event as Fact, OpenRoom, Rejection as No};

/// The most steps kept.
pub const MAX_STEPS: usize = 10;
/// The most items kept in steps.
const MAX_KEPT_ITEMS: usize = 2 * MAX_ITEMS;
/// How much of what was cleared comes back in one entry: about so many bytes.
const RESTORED_BYTES: usize = 40 * 1024;

/// That the latest destructive change is to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command;

/// That it was taken back; what that changed stands before it in the same entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// How many of the latest steps are settled: those taken back, and those of the change back itself.
    pub dropped: u32,
    /// How many items of the latest step came back, where it is not settled yet.
    pub restored: u32,
    /// How many steps are left.
    pub left: u32,
}

/// Why nothing is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is nothing to take back.
    NothingToUndo,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToUndo => f.write_str("there is nothing to undo"),
        }
    }
}

/// What it takes to make one change back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An item was taken out.
    Removed {
        /// The item.
        item: Box<Item>,
        /// Where it stood.
        index: usize,
        /// Where in the drawn order.
        shuffled_index: Option<usize>,
    },
    /// An item stood at another place.
    Moved {
        /// Which.
        item: ItemId,
        /// Where.
        index: usize,
    },
    /// An item was described otherwise.
    Edited {
        /// Which.
        item: ItemId,
        /// How.
        track: Box<Track>,
    },
    /// The items stood in another order.
    Reordered {
        /// Which.
        order: Vec<ItemId>,
    },
    /// Everything was taken out.
    Cleared {
        /// What has not come back yet, as listed.
        items: Vec<Item>,
        /// How many have.
        back: usize,
    },
}

/// The steps that can be taken back, the latest last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undo {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Undo {
    /// The steps after any fact of the room; `before` is the playlist as it was.
    pub(super) fn evolve(&mut self, event: &Fact, before: &Playlist) {
        match event {
            Fact::Playlist(change) => {
                if let Some(step) = step_of(change, before) {
                    self.keep(step);
                }
            }
            Fact::Undo(undone) => {
                let dropped = undone.dropped as usize;
                self.steps
                    .truncate(self.steps.len().saturating_sub(dropped));
                if let (Some(Step::Cleared { items, back }), true) =
                    (self.steps.last_mut(), undone.restored > 0)
                {
                    let restored = (undone.restored as usize).min(items.len());
                    items.drain(..restored);
                    *back += restored;
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, step: Step) {
        self.steps.push(step);
        let held = |step: &Step| match step {
            Step::Cleared { items, .. } => items.len(),
            _ => 1,
        };
        let mut items: usize = self.steps.iter().map(held).sum();
        while self.steps.len() > MAX_STEPS || items > MAX_KEPT_ITEMS {
            items -= held(&self.steps.remove(0));
        }
    }
}

fn step_of(change: &playlist::Event, before: &Playlist) -> Option<Step> {
    use playlist::Event as Of;
    Some(match change {
        Of::Removed { item } => Step::Removed {
            item: Box::new(before.get(*item)?.clone()),
            index: before.index_of(*item)?,
            shuffled_index: before
                .shuffled
                .as_ref()
                .and_then(|order| order.iter().position(|i| i == item)),
        },
        Of::Moved { item, .. } => Step::Moved {
            item: *item,
            index: before.index_of(*item)?,
        },
        Of::Edited { item, .. } => Step::Edited {
            item: *item,
            track: Box::new(before.get(*item)?.track.clone()),
        },
        Of::Reordered { .. } => Step::Reordered {
            order: before.items.iter().map(|item| item.id).collect(),
        },
        Of::Cleared if !before.items.is_empty() => Step::Cleared {
            items: before.items.clone(),
            back: 0,
        },
        _ => return None,
    })
}

impl OpenRoom {
    /// The latest step made back, what that means for the music, and that it was.
    pub(super) fn decide_undo(&self, ctx: &Context) -> Result<Vec<Fact>, No> {
        self.require_control(ctx.by)?;
        let step = self.undo.steps.last().ok_or(Rejection::NothingToUndo)?;
        let changes = self.back(step)?;
        let (dropped, restored) = match step {
            Step::Cleared { items, .. } if changes.len() < items.len() => (0, changes.len()),
            Step::Removed { .. } | Step::Cleared { .. } => (1, 0),
            // The change back leaves a step of its own.
            _ => (1 + changes.len(), 0),
        };
        let kept = (self.undo.steps.len() + dropped.saturating_sub(1)).min(MAX_STEPS);
        let undone = Event {
            dropped: small(dropped),
            restored: small(restored),
            left: small(kept.saturating_sub(dropped)),
        };
        // Several are brought back: only the first can be the first of an empty playlist.
        let music = changes
            .first()
            .and_then(|change| self.playback.follow(change, &self.playlist, ctx));
        Ok(changes
            .into_iter()
            .map(Fact::from)
            .chain(music.map(Fact::from))
            .chain([undone.into()])
            .collect())
    }

    fn back(&self, step: &Step) -> Result<Vec<playlist::Event>, No> {
        use playlist::Event as Back;
        let listed = |item: &ItemId| self.playlist.get(*item).is_some();
        Ok(match step {
            Step::Removed {
                item,
                index,
                shuffled_index,
            } => {
                self.require_places(1)?;
                vec![self.brought_back(item, *index, *shuffled_index)]
            }
            Step::Moved { item, index } if listed(item) => vec![Back::Moved {
                item: *item,
                index: (*index).min(self.playlist.items.len() - 1),
            }],
            Step::Edited { item, track } if listed(item) => vec![Back::Edited {
                item: *item,
                track: (**track).clone(),
            }],
            Step::Moved { .. } | Step::Edited { .. } => vec![],
            Step::Reordered { order } => vec![Back::Reordered {
                order: self.completed(order),
            }],
            Step::Cleared { items, back } => {
                let count = fitting(items);
                self.require_places(count)?;
                let places = items.iter().take(count).enumerate();
                places
                    .map(|(n, item)| self.brought_back(item, back + n, Some(back + n)))
                    .collect()
            }
        })
    }

    fn brought_back(
        &self,
        item: &Item,
        index: usize,
        shuffled_index: Option<usize>,
    ) -> playlist::Event {
        let drawn = self.playlist.shuffled.as_ref();
        playlist::Event::Added {
            item: item.clone(),
            index,
            shuffled_index: drawn.map(|order| shuffled_index.unwrap_or(order.len())),
        }
    }

    fn require_places(&self, count: usize) -> Result<(), playlist::Rejection> {
        if self.playlist.items.len() + count > MAX_ITEMS {
            return Err(playlist::Rejection::Full);
        }
        Ok(())
    }

    /// An earlier order of what is listed now: what came since stands at the end.
    fn completed(&self, order: &[ItemId]) -> Vec<ItemId> {
        let listed = self.playlist.items.iter().map(|item| item.id);
        let known = order
            .iter()
            .copied()
            .filter(|item| self.playlist.get(*item).is_some());
        let newer = listed.filter(|item| !order.contains(item));
        known.chain(newer).collect()
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How many of these items, at least one, come back in one entry.
fn fitting(items: &[Item]) -> usize {
    let mut left = RESTORED_BYTES;
    let fits = items.iter().take_while(|item| {
        let size = item.track.weight();
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    });
    fits.count().max(1).min(items.len())
}
