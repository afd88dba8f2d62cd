//! The end of a track: when it is decided on, and what plays then.
//!
//! A track of known length ends by the clock alone: the room hands over in time for the next track to start exactly
//! where this one ends. Where it could not, because the server was down, it picks the music up where it would be by
//! now. A track of unknown length ends where those who control say so.

#[cfg(test)]
mod tests;

use crate::domain::aggregate::Context;
use crate::domain::room::playlist::{Playlist, Repeat};
use crate::domain::room::timeline::Timeline;
use crate::ids::ItemId;
use crate::time::{Position, Span, Timestamp};

use super::{Change, Event, Playback, Rejection};

/// How long before the end of a track the next one is scheduled, so that it can start without a gap.
pub const HANDOVER: Span = Span::from_ms(750);
/// How long before its start the next track must be known to need no lead: listeners load it while the last one plays.
pub const NOTICE: Span = Span::from_ms(250);
/// How far a track of unknown length has run before it can be over: where several listeners tell of the same end, and
/// the same track plays again, only the first is right.
pub const SHORTEST_UNKNOWN: Position = Position::from_ms(1_000);

impl Playback {
    /// When the current track is over, where it runs and its length is known.
    pub fn ends_at(&self, playlist: &Playlist) -> Option<Timestamp> {
        let timeline = self.timeline?;
        timeline.ends_at(playlist.get(timeline.item)?.track.duration?)
    }

    /// Whether `item` plays and nobody knows until when.
    pub fn is_open_ended(&self, item: ItemId, playlist: &Playlist) -> bool {
        self.is_playing() && self.current() == Some(item) && self.ends_at(playlist).is_none()
    }

    /// When the end of the current track is to be decided on: early enough to start the next one without a gap, or,
    /// where none follows, at the very end. May have passed already.
    pub fn handover_at(&self, playlist: &Playlist) -> Option<Timestamp> {
        let end = self.ends_at(playlist)?;
        match self.following(playlist) {
            Some(_) => self.earliest_handover(end),
            None => Some(end),
        }
    }

    /// A little before `end`, but not before the track itself has begun, so that at most one start lies ahead; where
    /// nothing is left of the track to begin, there is nothing to wait for.
    fn earliest_handover(&self, end: Timestamp) -> Option<Timestamp> {
        let begins = self.timeline?.at;
        let early = end - HANDOVER;
        Some(if begins < end {
            early.max(begins)
        } else {
            early
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

    /// The end of a track, told by the alarm or by a listener. Said of another item than the one that runs, it says
    /// nothing new.
    pub(super) fn track_ended(
        &self,
        item: ItemId,
        playlist: &Playlist,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        if !self.is_playing() || self.current() != Some(item) {
            return Ok(vec![]);
        }
        let known = self.ends_at(playlist);
        self.check_over(known, ctx.now)?;
        let end = known.unwrap_or(ctx.now);
        Ok(match self.following(playlist) {
            Some(next) if end < ctx.now => overdue(next, end, playlist, ctx.now),
            Some(next) => {
                let in_time = ctx.now + NOTICE <= end;
                let ready = if in_time { end } else { ctx.now + ctx.lead };
                let start = end.max(ready);
                vec![ended(Timeline::playing(next, Position::START, start))]
            }
            None if ctx.now < end => vec![],
            None => {
                let last = playlist.get(item).and_then(|item| item.track.end());
                vec![finished(item, last.unwrap_or(Position::START), end)]
            }
        })
    }

    fn check_over(&self, end: Option<Timestamp>, now: Timestamp) -> Result<(), Rejection> {
        let over = match (self.timeline, end) {
            (_, Some(end)) => self.earliest_handover(end).is_some_and(|t| t <= now),
            (Some(timeline), None) => timeline.position_at(now) >= SHORTEST_UNKNOWN,
            (None, None) => false,
        };
        if over {
            Ok(())
        } else {
            Err(Rejection::NotOver)
        }
    }
}

/// Where the music is by `now`, had each item handed over at its end since `end`. All that began and ended meanwhile
/// is passed over in one step, so that a room wakes from a year as fast as from a minute.
fn overdue(next: ItemId, end: Timestamp, playlist: &Playlist, now: Timestamp) -> Vec<Event> {
    let mut round = playlist.round_from(next);
    if playlist.repeat == Repeat::One {
        round.truncate(1);
    }
    let length = round.iter().try_fold(0_i64, |sum, item| {
        Some(sum.saturating_add(item.track.duration?.as_ms()))
    });
    let mut begins = end;
    if let Some(length) = length.filter(|length| playlist.repeat != Repeat::Off && *length > 0) {
        let late = now.since(end).as_ms();
        begins = end + Span::from_ms(late - late % length);
    }
    let mut passed = None;
    for item in round {
        let timeline = Timeline::playing(item.id, Position::START, begins);
        match (item.track.end(), item.track.duration) {
            (Some(last), Some(duration)) if begins + duration <= now => {
                begins = begins + duration;
                passed = Some((timeline, last));
            }
            _ => return vec![ended(timeline)],
        }
    }
    passed.map_or(vec![], |(timeline, last)| {
        vec![ended(timeline), finished(timeline.item, last, begins)]
    })
}

fn ended(timeline: Timeline) -> Event {
    let why = Change::Ended;
    Event::Changed { timeline, why }
}

fn finished(item: ItemId, position: Position, at: Timestamp) -> Event {
    let timeline = Timeline::paused(item, position, at);
    Event::Finished { timeline }
}
