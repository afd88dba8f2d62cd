//! What plays: play, pause, seek, skip, select, and the end of a track.
//!
//! Every fact carries the whole new [`Timeline`]; starts are scheduled a lead ahead, so that every listener is ready.
//! Who may control is `room.rs`'s question.

use std::fmt;

use crate::domain::aggregate::Context;
use crate::ids::ItemId;
use crate::time::{Position, Span, Timestamp};

use super::playlist::{Playlist, Repeat};
use super::timeline::Timeline;

/// Skipping back beyond this restarts the current track; before it, the previous one plays.
pub const RESTART_AFTER: Position = Position::from_ms(3_000);
/// How long before the end of a track the next one is scheduled, so that it can start without a gap.
pub const HANDOVER: Span = Span::from_ms(750);

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
    /// Nobody is connected: stand still where it was last heard.
    PauseUnheard {
        /// When it was last heard.
        last_heard: Timestamp,
    },
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
        /// Standing at its end.
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
        /// The length of the track.
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
                    "the position lies past the end: this track is {} ms long",
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

    /// When the current track is over, where it runs and its length is known.
    pub fn ends_at(&self, playlist: &Playlist) -> Option<Timestamp> {
        let timeline = self.timeline?;
        timeline.ends_at(playlist.get(timeline.item)?.track.duration?)
    }

    /// When the end of the current track is to be decided on: early enough to start the next one without a gap, or,
    /// where none follows, at the very end.
    pub fn handover_at(&self, playlist: &Playlist) -> Option<Timestamp> {
        let end = self.ends_at(playlist)?;
        Some(if self.following(playlist).is_some() {
            end - HANDOVER
        } else {
            end
        })
    }

    /// What plays when the current track is over.
    fn following(&self, playlist: &Playlist) -> Option<ItemId> {
        let current = self.current()?;
        if playlist.repeat == Repeat::One {
            Some(current)
        } else {
            playlist.after(current)
        }
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
        let start = ctx.now + ctx.lead;
        match command {
            Command::Play => self.play(playlist, ctx),
            Command::Pause => Ok(self.pause_at(ctx.now, ctx.now, playlist)),
            Command::PauseUnheard { last_heard } => {
                Ok(self.pause_at((*last_heard).min(ctx.now), ctx.now, playlist))
            }
            Command::Seek { position } => {
                let timeline = self.timeline.ok_or(Rejection::NothingToPlay)?;
                check_within(playlist, timeline.item, *position)?;
                let timeline = place(timeline.playing, timeline.item, *position, ctx.now, start);
                Ok(vec![Event::Seeked { timeline }])
            }
            Command::SkipNext => {
                let current = self.current().ok_or(Rejection::NothingToPlay)?;
                let next = playlist.after(current).ok_or(Rejection::NothingNext)?;
                Ok(vec![self.change(
                    next,
                    Position::START,
                    Change::SkippedNext,
                    ctx,
                )])
            }
            Command::SkipPrev => {
                let timeline = self.timeline.ok_or(Rejection::NothingToPlay)?;
                let restart = timeline.position_at(ctx.now) > RESTART_AFTER;
                let previous = if restart {
                    None
                } else {
                    playlist.before(timeline.item)
                };
                let item = previous.unwrap_or(timeline.item);
                Ok(vec![self.change(
                    item,
                    Position::START,
                    Change::SkippedPrev,
                    ctx,
                )])
            }
            Command::Select { item, position } => {
                playlist.get(*item).ok_or(Rejection::NoSuchItem)?;
                check_within(playlist, *item, *position)?;
                let timeline = Timeline::playing(*item, *position, start);
                Ok(vec![Event::Changed {
                    timeline,
                    why: Change::Selected,
                }])
            }
            Command::TrackEnded { item } => self.track_ended(*item, playlist, ctx),
        }
    }

    fn play(&self, playlist: &Playlist, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        let start = ctx.now + ctx.lead;
        let Some(timeline) = self.timeline else {
            let item = playlist.first().ok_or(Rejection::NothingToPlay)?;
            return Ok(vec![Event::Started {
                timeline: Timeline::playing(item, Position::START, start),
            }]);
        };
        if timeline.playing {
            return Ok(vec![]);
        }
        let duration = playlist
            .get(timeline.item)
            .and_then(|item| item.track.duration);
        let at_end =
            duration.is_some_and(|d| timeline.position.as_ms() >= d.as_ms().unsigned_abs());
        let position = if at_end {
            Position::START
        } else {
            timeline.position
        };
        Ok(vec![Event::Started {
            timeline: Timeline::playing(timeline.item, position, start),
        }])
    }

    fn pause_at(&self, heard: Timestamp, now: Timestamp, playlist: &Playlist) -> Vec<Event> {
        let Some(timeline) = self.timeline.filter(|t| t.playing) else {
            return vec![];
        };
        let mut position = timeline.position_at(heard);
        if let Some(duration) = playlist
            .get(timeline.item)
            .and_then(|item| item.track.duration)
        {
            position = position.min(Position::from_ms(duration.as_ms().unsigned_abs()));
        }
        vec![Event::Paused {
            timeline: Timeline::paused(timeline.item, position, now),
        }]
    }

    /// Keeps playing where it played, keeps standing where it stood.
    fn change(&self, item: ItemId, position: Position, why: Change, ctx: &Context) -> Event {
        let timeline = place(
            self.is_playing(),
            item,
            position,
            ctx.now,
            ctx.now + ctx.lead,
        );
        Event::Changed { timeline, why }
    }

    /// The end of a track, told by the alarm or by a listener: the next one starts exactly where this one ends, or as
    /// soon as the listeners can follow.
    fn track_ended(
        &self,
        item: ItemId,
        playlist: &Playlist,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let Some(timeline) = self.timeline.filter(|t| t.playing && t.item == item) else {
            return Ok(vec![]);
        };
        let end = match self.ends_at(playlist) {
            Some(end) if end - ctx.now > HANDOVER => return Err(Rejection::NotOver),
            Some(end) => end,
            None => ctx.now,
        };
        Ok(vec![match self.following(playlist) {
            Some(next) => {
                let timeline =
                    Timeline::playing(next, Position::START, end.max(ctx.now + ctx.lead));
                Event::Changed {
                    timeline,
                    why: Change::Ended,
                }
            }
            None if ctx.now < end => return Ok(vec![]),
            None => Event::Finished {
                timeline: Timeline::paused(item, timeline.position_at(end), end),
            },
        }])
    }

    /// What follows for the music from the current item being removed; `before` is the playlist as it was.
    pub fn after_removal(&self, before: &Playlist, ctx: &Context) -> Option<Event> {
        let current = self.current()?;
        let next = before
            .after(current)
            .or_else(|| before.before(current))
            .filter(|next| *next != current);
        Some(match next {
            Some(next) => self.change(next, Position::START, Change::Removed, ctx),
            None => Event::Emptied,
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

fn place(
    playing: bool,
    item: ItemId,
    position: Position,
    now: Timestamp,
    start: Timestamp,
) -> Timeline {
    if playing {
        Timeline::playing(item, position, start)
    } else {
        Timeline::paused(item, position, now)
    }
}

fn check_within(playlist: &Playlist, item: ItemId, position: Position) -> Result<(), Rejection> {
    match playlist.get(item).and_then(|item| item.track.duration) {
        Some(duration) if position.as_ms() > duration.as_ms().unsigned_abs() => {
            Err(Rejection::SeekPastEnd { duration })
        }
        _ => Ok(()),
    }
}
