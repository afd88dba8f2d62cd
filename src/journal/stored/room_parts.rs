//! The stored shapes that several facts about a room share, and that its snapshot shares with them.
//!
//! Frozen: a shape that must change is written anew as `…V2`, and the facts that use it with it.

use serde::{Deserialize, Serialize};

use super::codec::Wrong;
use super::scalar::{Id, StoredControl, StoredVisibility};
use crate::domain::room::playlist::{Item, Source, Track};
use crate::domain::room::settings::{Invite, Settings, Volume};
use crate::domain::room::timeline::{Rate, Timeline};
use crate::domain::room::vote::VoteSkip;
use crate::ids::{ItemId, MediaId, UserId};
use crate::time::{Position, Span, Timestamp};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimelineV1 {
    item: Id<ItemId>,
    playing: bool,
    position_ms: u64,
    at_ms: i64,
    rate_permille: u16,
}

impl From<&Timeline> for TimelineV1 {
    fn from(t: &Timeline) -> Self {
        Self {
            item: Id(t.item),
            playing: t.playing,
            position_ms: t.position.as_ms(),
            at_ms: t.at.as_ms(),
            rate_permille: t.rate.0,
        }
    }
}

impl From<TimelineV1> for Timeline {
    fn from(v: TimelineV1) -> Self {
        Self {
            item: v.item.0,
            playing: v.playing,
            position: Position::from_ms(v.position_ms),
            at: Timestamp::from_ms(v.at_ms),
            rate: Rate(v.rate_permille),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InviteV1 {
    code: String,
    link: String,
}

impl From<&Invite> for InviteV1 {
    fn from(invite: &Invite) -> Self {
        Self {
            code: invite.code.clone(),
            link: invite.link.clone(),
        }
    }
}

impl From<InviteV1> for Invite {
    fn from(v: InviteV1) -> Self {
        Self {
            code: v.code,
            link: v.link,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsV1 {
    name: String,
    visibility: StoredVisibility,
    control: StoredControl,
    volume_permille: u16,
    invite: InviteV1,
}

impl From<&Settings> for SettingsV1 {
    fn from(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            visibility: StoredVisibility(settings.visibility),
            control: StoredControl(settings.control),
            volume_permille: settings.volume.permille(),
            invite: (&settings.invite).into(),
        }
    }
}

impl TryFrom<SettingsV1> for Settings {
    type Error = Wrong;

    fn try_from(v: SettingsV1) -> Result<Self, Wrong> {
        Ok(Self {
            name: v.name,
            visibility: v.visibility.0,
            control: v.control.0,
            volume: volume(v.volume_permille)?,
            vote_skip: VoteSkip::default(),
            invite: v.invite.into(),
        })
    }
}

pub(super) fn volume(permille: u16) -> Result<Volume, Wrong> {
    if permille <= Volume::FULL.permille() {
        Ok(Volume::from_permille(permille))
    } else {
        Err(format!("a volume of {permille} thousandths"))
    }
}

/// A place in a playlist, as stored: playlists are far shorter than 2³² items.
pub(super) fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrackV1 {
    title: String,
    artists: Vec<String>,
    album: Option<String>,
    duration_ms: Option<i64>,
    artwork_url: Option<String>,
    media_id: Option<Id<MediaId>>,
    url: Option<String>,
    youtube_video_id: Option<String>,
}

impl From<&Track> for TrackV1 {
    fn from(track: &Track) -> Self {
        let (media_id, url, youtube_video_id) = match &track.source {
            Source::Media(id) => (Some(Id(*id)), None, None),
            Source::Url(url) => (None, Some(url.clone()), None),
            Source::YouTube(id) => (None, None, Some(id.clone())),
        };
        Self {
            title: track.title.clone(),
            artists: track.artists.clone(),
            album: track.album.clone(),
            duration_ms: track.duration.map(Span::as_ms),
            artwork_url: track.artwork_url.clone(),
            media_id,
            url,
            youtube_video_id,
        }
    }
}

impl TryFrom<TrackV1> for Track {
    type Error = Wrong;

    fn try_from(v: TrackV1) -> Result<Self, Wrong> {
        let source = match (v.media_id, v.url, v.youtube_video_id) {
            (Some(id), None, None) => Source::Media(id.0),
            (None, Some(url), None) => Source::Url(url),
            (None, None, Some(id)) => Source::YouTube(id),
            _ => return Err("a track has exactly one source".to_owned()),
        };
        Ok(Self {
            title: v.title,
            artists: v.artists,
            album: v.album,
            duration: v.duration_ms.map(Span::from_ms),
            artwork_url: v.artwork_url,
            source,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemV1 {
    id: Id<ItemId>,
    track: TrackV1,
    added_by: Option<Id<UserId>>,
    added_at_ms: i64,
}

impl From<&Item> for ItemV1 {
    fn from(item: &Item) -> Self {
        Self {
            id: Id(item.id),
            track: (&item.track).into(),
            added_by: item.added_by.map(Id),
            added_at_ms: item.added_at.as_ms(),
        }
    }
}

impl TryFrom<ItemV1> for Item {
    type Error = Wrong;

    fn try_from(v: ItemV1) -> Result<Self, Wrong> {
        Ok(Self {
            id: v.id.0,
            track: v.track.try_into()?,
            added_by: v.added_by.map(|user| user.0),
            added_at: Timestamp::from_ms(v.added_at_ms),
        })
    }
}
