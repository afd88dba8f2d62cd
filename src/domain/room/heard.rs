//! What the one who controls hears already: their own player went ahead, and the room's timeline follows it, at once and
//! without a head start. For clients that report what they play instead of asking for it.
//!
//! Leads to the same facts as the requests of `playback.rs`; only the anchor differs, which is the moment of the report.

#[cfg(test)]
mod tests;

use crate::domain::aggregate::Context;
use crate::ids::ItemId;
use crate::time::Position;

use super::playback::{self, Change};
use super::playlist;
use super::timeline::Timeline;
use super::track::{MAX_DURATION, Track};
use super::{Event, OpenRoom, Rejection};

/// What is heard. A position behind the end of its track means the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The current item plays from here.
    Play {
        /// Where it is.
        position: Position,
    },
    /// The current item stands here.
    Pause {
        /// Where it is.
        position: Position,
    },
    /// The current item is here, playing or standing as before.
    Seek {
        /// Where it is.
        position: Position,
    },
    /// This track is the one: it is listed, where it is not yet, and becomes the current item.
    Track {
        /// Which; one of the same source is the same.
        track: Track,
        /// Whether it plays or stands.
        playing: bool,
        /// Where it is.
        position: Position,
    },
}

impl Command {
    /// The command's name as journaled: that of the request which leads to the same.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Play { .. } => "play",
            Self::Pause { .. } => "pause",
            Self::Seek { .. } => "seek",
            Self::Track { .. } => "select",
        }
    }
}

/// What a report leads to.
///
/// # Errors
/// A rejection where nothing is listed, the place is absurd, or the track badly described or one too many.
pub(super) fn decide(
    room: &OpenRoom,
    command: &Command,
    ctx: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Play { position } => current(room, true, *position, ctx),
        Command::Pause { position } => current(room, false, *position, ctx),
        Command::Seek { position } => current(room, room.playback.is_playing(), *position, ctx),
        Command::Track {
            track,
            playing,
            position,
        } => another(room, track, (*playing, *position), ctx),
    }
}

fn placed(item: ItemId, playing: bool, position: Position, ctx: &Context) -> Timeline {
    if playing {
        Timeline::playing(item, position, ctx.now)
    } else {
        Timeline::paused(item, position, ctx.now)
    }
}

fn current(
    room: &OpenRoom,
    playing: bool,
    position: Position,
    ctx: &Context,
) -> Result<Vec<Event>, Rejection> {
    let before = room
        .playback
        .timeline
        .ok_or(playback::Rejection::NothingToPlay)?;
    let listed = room.playlist.get(before.item).map(|item| &item.track);
    let position = within(listed, position)?;
    let timeline = placed(before.item, playing, position, ctx);
    let event = match (before.playing, playing) {
        (false, true) => playback::Event::Started { timeline },
        (true, false) => playback::Event::Paused { timeline },
        (false, false) if before.position == position => return Ok(vec![]),
        _ => playback::Event::Seeked { timeline },
    };
    Ok(vec![event.into()])
}

fn another(
    room: &OpenRoom,
    track: &Track,
    (playing, position): (bool, Position),
    ctx: &Context,
) -> Result<Vec<Event>, Rejection> {
    let track = track.checked().map_err(playlist::Rejection::InvalidTrack)?;
    let mut items = room.playlist.items.iter();
    let listed = items.find(|item| item.track.source == track.source);
    let position = within(Some(listed.map_or(&track, |item| &item.track)), position)?;
    let why = Change::Selected;
    if let Some(item) = listed {
        let timeline = placed(item.id, playing, position, ctx);
        return Ok(vec![playback::Event::Changed { timeline, why }.into()]);
    }
    let add = playlist::Command::Add { track, index: None };
    let current = room.playback.current();
    let added = room
        .playlist
        .decide(&add, ctx.by.user(), ctx.now, ctx.fresh, current)?;
    let timeline = placed(ItemId(ctx.fresh), playing, position, ctx);
    let changed = playback::Event::Changed { timeline, why };
    Ok(added
        .into_iter()
        .map(Event::from)
        .chain([changed.into()])
        .collect())
}

/// The position, or the end of the track where it lies behind; players run a little over.
fn within(track: Option<&Track>, position: Position) -> Result<Position, Rejection> {
    match track.and_then(Track::end) {
        Some(end) => Ok(position.min(end)),
        None => {
            playback::check_bounds(MAX_DURATION, position)?;
            Ok(position)
        }
    }
}
