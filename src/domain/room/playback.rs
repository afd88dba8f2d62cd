//! What plays: play, pause, seek, skip, select, and the end of a track.
//!
//! Every fact carries the whole new [`Timeline`]; starts are scheduled a lead ahead, so that every listener is ready.
//! The current item is always one of the playlist's, and there is one as long as the playlist is not empty. Who may
//! control is `room.rs`'s question.

mod handover;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::domain::aggregate::Context;
use crate::ids::ItemId;
use crate::time::{Position, Span, Timestamp};

use super::playlist::{self, Playlist};
use super::timeline::Timeline;
use super::track::{MAX_DURATION, Track};
pub use handover::{HANDOVER, NOTICE, SHORTEST_UNKNOWN};

/// Skipping back beyond this restarts the current track; before it, the previous one plays.
pub const RESTART_AFTER: Position = Position::from_ms(3_000);

/// A request to change what plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Start, or go on.
    Play,
    /// Stand still.
    Pause,
    /// Go to a position of the current item.
    Seek {
        /// Where.
        position: Position,
    },
    /// Play the next item.
    SkipNext,
    /// Play the previous item, or this one from its beginning.
    SkipPrev,
    /// Play a chosen item.
    Select {
        /// Which.
        item: ItemId,
        /// From where.
        position: Position,
    },
    /// The item has come to its end.
    TrackEnded {
        /// Which; ignored where another plays by now.
        item: ItemId,
    },
    /// Everybody has the item loaded that is about to start: no need to wait longer. Only Tutti itself says so.
    Hasten {
        /// Which; ignored where it has started, or another is to.
        item: ItemId,
    },
    /// Nobody is connected: stand still where it was last heard. Only Tutti itself says so.
    PauseUnheard {
        /// When it was last heard; where the current item began only later, it stands at where that began.
        last_heard: Timestamp,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Pause => "pause",
            Self::Seek { .. } => "seek",
            Self::SkipNext => "skip_next",
            Self::SkipPrev => "skip_prev",
            Self::Select { .. } => "select",
            Self::TrackEnded { .. } => "track_ended",
            Self::Hasten { .. } => "hasten",
            Self::PauseUnheard { .. } => "pause_unheard",
        }
    }
}

/// Why another item plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Somebody skipped forward.
    SkippedNext,
    /// Somebody skipped back.
    SkippedPrev,
    /// Somebody chose it.
    Selected,
    /// The one before came to its end.
    Ended,
    /// The one before was removed from the playlist.
    Removed,
    /// It is the first of an empty playlist.
    FirstAdded,
    /// The one before was voted off.
    VotedOff,
}

/// A change of what plays. Each carries the timeline that holds from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The music runs from `timeline.at` on.
    Started {
        /// What plays from then on.
        timeline: Timeline,
    },
    /// The music stands.
    Paused {
        /// Where it stands.
        timeline: Timeline,
    },
    /// The music goes to another place.
    Seeked {
        /// Where it goes on.
        timeline: Timeline,
    },
    /// Another item plays, or the same one anew.
    Changed {
        /// What plays from then on.
        timeline: Timeline,
        /// Why.
        why: Change,
    },
    /// The last item is over: silence.
    Finished {
        /// Standing at its end, or at its beginning where nobody knows its length.
        timeline: Timeline,
    },
    /// There is nothing left to play.
    Emptied,
}

/// Why that cannot be played so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The playlist is empty.
    NothingToPlay,
    /// There is no such item in the playlist.
    NoSuchItem,
    /// The position lies behind the end of the track.
    SeekPastEnd {
        /// The length of the track, or [`MAX_DURATION`] where it is unknown.
        duration: Span,
    },
    /// This is the last item.
    NothingNext,
    /// The item is not over yet.
    NotOver,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToPlay => {
                f.write_str("the playlist is empty: add something to play first")
            }
            Self::NoSuchItem => f.write_str("there is no such item in the playlist"),
            Self::SeekPastEnd { duration } => {
                write!(
                    f,
                    "the position lies past the end: go to at most {} ms",
                    duration.as_ms()
                )
            }
            Self::NothingNext => f.write_str("there is no next item in the playlist"),
            Self::NotOver => f.write_str("the track is not over yet"),
        }
    }
}

/// What plays now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Playback {
    /// The current item on server time; nothing where the playlist is empty.
    pub timeline: Option<Timeline>,
}

impl Playback {
    /// The current item.
    pub fn current(&self) -> Option<ItemId> {
        self.timeline.map(|t| t.item)
    }

    /// Whether the music runs, or is about to.
    pub fn is_playing(&self) -> bool {
        self.timeline.is_some_and(|t| t.playing)
    }

    /// Where the music is at `now`: in a track of known length, never past its end.
    pub fn position_at(&self, playlist: &Playlist, now: Timestamp) -> Option<Position> {
        let timeline = self.timeline?;
        let position = timeline.position_at(now);
        let end = playlist.get(timeline.item).and_then(|i| i.track.end());
        Some(end.map_or(position, |end| position.min(end)))
    }

    /// What a control leads to.
    ///
    /// # Errors
    /// A rejection where there is nothing to play, no such place, or the track is not over.
    pub fn decide(
        &self,
        command: &Command,
        playlist: &Playlist,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::Play => self.play(playlist, ctx),
            Command::Pause => Ok(self.pause(ctx.now, playlist, ctx)),
            Command::PauseUnheard { .. } if !ctx.facts.connected.is_empty() => Ok(vec![]),
            Command::PauseUnheard { last_heard } => {
                Ok(self.pause((*last_heard).min(ctx.now), playlist, ctx))
            }
            Command::Seek { position } => self.seek(*position, playlist, ctx),
            Command::SkipNext => {
                let current = self.current().ok_or(Rejection::NothingToPlay)?;
                let next = playlist.after(current).ok_or(Rejection::NothingNext)?;
                Ok(vec![self.change(next, Change::SkippedNext, ctx)])
            }
            Command::SkipPrev => {
                let timeline = self.timeline.ok_or(Rejection::NothingToPlay)?;
                let restart = timeline.position_at(ctx.now) > RESTART_AFTER;
                let previous = playlist.before(timeline.item).filter(|_| !restart);
                let item = previous.unwrap_or(timeline.item);
                Ok(vec![self.change(item, Change::SkippedPrev, ctx)])
            }
            Command::Select { item, position } => {
                playlist.get(*item).ok_or(Rejection::NoSuchItem)?;
                check_within(playlist, *item, *position)?;
                let timeline = Timeline::playing(*item, *position, ctx.now + ctx.lead);
                let why = Change::Selected;
                Ok(vec![Event::Changed { timeline, why }])
            }
            Command::TrackEnded { item } => self.track_ended(*item, playlist, ctx),
            Command::Hasten { item } => Ok(self.hasten(*item, ctx)),
        }
    }

    /// Brings a start that lies further ahead than it need to the shortest lead.
    fn hasten(&self, item: ItemId, ctx: &Context) -> Vec<Event> {
        let soon = ctx.now + ctx.lead;
        match self.timeline {
            Some(waiting) if waiting.playing && waiting.item == item && waiting.at > soon => {
                let timeline = Timeline {
                    at: soon,
                    ..waiting
                };
                vec![Event::Started { timeline }]
            }
            _ => vec![],
        }
    }

    /// Goes on where it stands, or from the beginning where it stands at the end.
    fn play(&self, playlist: &Playlist, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        let Timeline {
            item,
            playing,
            position,
            ..
        } = self.timeline.ok_or(Rejection::NothingToPlay)?;
        if playing {
            return Ok(vec![]);
        }
        let end = playlist.get(item).and_then(|item| item.track.end());
        let over = end.is_some_and(|end| position >= end);
        let from = if over { Position::START } else { position };
        let timeline = Timeline::playing(item, from, ctx.now + ctx.lead);
        Ok(vec![Event::Started { timeline }])
    }

    fn pause(&self, heard: Timestamp, playlist: &Playlist, ctx: &Context) -> Vec<Event> {
        match (self.timeline, self.position_at(playlist, heard)) {
            (Some(timeline), Some(position)) if timeline.playing => {
                let timeline = Timeline::paused(timeline.item, position, ctx.now);
                vec![Event::Paused { timeline }]
            }
            _ => vec![],
        }
    }

    fn seek(
        &self,
        position: Position,
        playlist: &Playlist,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let item = self.current().ok_or(Rejection::NothingToPlay)?;
        check_within(playlist, item, position)?;
        let timeline = self.place(item, position, ctx);
        Ok(vec![Event::Seeked { timeline }])
    }

    /// The members want something else than `item`: what comes next, or silence where nothing does.
    pub(super) fn voted_off(&self, item: ItemId, playlist: &Playlist, ctx: &Context) -> Event {
        match playlist.after(item) {
            Some(next) => self.change(next, Change::VotedOff, ctx),
            None => {
                let end = playlist.get(item).and_then(|item| item.track.end());
                let position = end.unwrap_or(Position::START);
                let timeline = Timeline::paused(item, position, ctx.now);
                Event::Finished { timeline }
            }
        }
    }

    fn change(&self, item: ItemId, why: Change, ctx: &Context) -> Event {
        let timeline = self.place(item, Position::START, ctx);
        Event::Changed { timeline, why }
    }

    /// Keeps playing where it played, keeps standing where it stood.
    fn place(&self, item: ItemId, position: Position, ctx: &Context) -> Timeline {
        if self.is_playing() {
            Timeline::playing(item, position, ctx.now + ctx.lead)
        } else {
            Timeline::paused(item, position, ctx.now)
        }
    }

    /// What a change of the playlist means for the music: the first item becomes the current one, and where the
    /// current one goes, the next takes its place. `before` is the playlist as it was.
    pub fn follow(
        &self,
        change: &playlist::Event,
        before: &Playlist,
        ctx: &Context,
    ) -> Option<Event> {
        use playlist::Event as Of;
        match (change, self.current()) {
            (Of::Added { item, .. }, None) => Some(self.change(item.id, Change::FirstAdded, ctx)),
            (Of::Removed { item }, Some(current)) if *item == current => {
                Some(self.after_removal(current, before, ctx))
            }
            (Of::Edited { item, track }, Some(current)) if *item == current => {
                self.after_edit(current, track, ctx)
            }
            (Of::Cleared, Some(_)) => Some(Event::Emptied),
            _ => None,
        }
    }

    /// Where the last item goes there is no next: then the one before stands at its beginning, for music does not
    /// jump back by itself.
    fn after_removal(&self, removed: ItemId, before: &Playlist, ctx: &Context) -> Event {
        let other = |item: &ItemId| *item != removed;
        if let Some(next) = before.after(removed).filter(other) {
            return self.change(next, Change::Removed, ctx);
        }
        match before.before(removed).filter(other) {
            Some(previous) => Event::Changed {
                timeline: Timeline::paused(previous, Position::START, ctx.now),
                why: Change::Removed,
            },
            None => Event::Emptied,
        }
    }

    /// A track that turns out shorter than where the music is goes to its end.
    fn after_edit(&self, item: ItemId, track: &Track, ctx: &Context) -> Option<Event> {
        let end = track.end()?;
        let past = self.timeline?.position_at(ctx.now) > end;
        past.then(|| Event::Seeked {
            timeline: self.place(item, end, ctx),
        })
    }

    /// What plays after a change.
    pub fn evolve(&mut self, event: &Event) {
        self.timeline = match event {
            Event::Started { timeline }
            | Event::Paused { timeline }
            | Event::Seeked { timeline }
            | Event::Changed { timeline, .. }
            | Event::Finished { timeline } => Some(*timeline),
            Event::Emptied => None,
        };
    }
}

fn check_within(playlist: &Playlist, item: ItemId, position: Position) -> Result<(), Rejection> {
    let known = playlist.get(item).and_then(|item| item.track.duration);
    check_bounds(known.unwrap_or(MAX_DURATION), position)
}

/// Whether a position lies within a track of that length.
pub(super) fn check_bounds(duration: Span, position: Position) -> Result<(), Rejection> {
    if Position::START.until(position) > duration {
        Err(Rejection::SeekPastEnd { duration })
    } else {
        Ok(())
    }
}
