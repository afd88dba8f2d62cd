//! From what clients say to domain commands. Checks shape, not permission: the rules are the domain's.

use crate::app::App;
use crate::domain::room::playlist::{Source, Track};
use crate::domain::room::settings::{Control, Visibility, Volume};
use crate::domain::room::{
    self, chat, membership, moderation, playback, playlist, request, settings, undo, vote,
};
use crate::ids::ItemId;
use crate::time::{Position, Span};
use crate::wire::client::Command;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::requests::{RequestAction, RequestedChange};
use crate::wire::{Ms, model, rest, talk};

fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

/// A place in a track.
pub fn position(ms: Ms) -> Position {
    Position::from_ms(ms.0)
}

/// Shared loudness from 0 to 1.
///
/// # Errors
/// Outside of that.
pub fn volume(volume: f64) -> Result<Volume, ErrorBody> {
    if (0.0..=1.0).contains(&volume) {
        Ok(Volume::from_permille((volume * 1000.0).round() as u16))
    } else {
        Err(invalid("volume must be a number from 0 to 1"))
    }
}

impl From<model::Visibility> for Visibility {
    fn from(visibility: model::Visibility) -> Self {
        match visibility {
            model::Visibility::Public => Self::Public,
            model::Visibility::Friends => Self::Friends,
            model::Visibility::Invite => Self::Invite,
        }
    }
}

impl From<model::Control> for Control {
    fn from(control: model::Control) -> Self {
        match control {
            model::Control::Host => Self::Host,
            model::Control::Everyone => Self::Everyone,
        }
    }
}

impl From<model::Repeat> for playlist::Repeat {
    fn from(repeat: model::Repeat) -> Self {
        match repeat {
            model::Repeat::Off => Self::Off,
            model::Repeat::One => Self::One,
            model::Repeat::All => Self::All,
        }
    }
}

/// A described track, with its one source.
///
/// # Errors
/// Where it has no source or several.
pub fn track(track: model::Track) -> Result<Track, ErrorBody> {
    let source = match (track.media_id, track.url, track.youtube_video_id) {
        (Some(id), None, None) => Source::Media(id),
        (None, Some(url), None) => Source::Url(url),
        (None, None, Some(id)) => Source::YouTube(id),
        _ => {
            return Err(invalid(
                "track: give exactly one of media_id, url and youtube_video_id",
            ));
        }
    };
    Ok(Track {
        title: track.title,
        artists: track.artists,
        album: track.album,
        duration: track
            .duration_ms
            .map(|ms| Span::from_ms(i64::try_from(ms.0).unwrap_or(i64::MAX))),
        artwork_url: track.artwork_url,
        source,
    })
}

/// A native command.
///
/// # Errors
/// Where a value cannot be meant.
pub fn command(command: Command) -> Result<room::Command, ErrorBody> {
    Ok(match command {
        Command::Play {} => playback::Command::Play.into(),
        Command::Pause {} => playback::Command::Pause.into(),
        Command::Seek { position_ms } => playback::Command::Seek {
            position: position(position_ms),
        }
        .into(),
        Command::SkipNext {} => playback::Command::SkipNext.into(),
        Command::SkipPrev {} => playback::Command::SkipPrev.into(),
        Command::Select {
            item_id,
            position_ms,
        } => select(item_id, position_ms),
        Command::TrackEnded { item_id } => playback::Command::TrackEnded { item: item_id }.into(),
        Command::Add {
            track: described,
            position,
        } => playlist::Command::Add {
            track: track(described)?,
            index: position,
        }
        .into(),
        Command::Move { item_id, position } => playlist::Command::Move {
            item: item_id,
            index: position,
        }
        .into(),
        Command::Remove { item_id } => playlist::Command::Remove { item: item_id }.into(),
        Command::Edit {
            item_id,
            track: described,
        } => playlist::Command::Edit {
            item: item_id,
            track: track(described)?,
        }
        .into(),
        Command::Clear {} => playlist::Command::Clear.into(),
        Command::SetRepeat { repeat } => playlist::Command::SetRepeat(repeat.into()).into(),
        Command::SetShuffle { shuffle } => playlist::Command::SetShuffle(shuffle).into(),
        Command::SetVolume { volume: wanted } => {
            settings::Command::SetVolume(volume(wanted)?).into()
        }
        Command::SetControl { control } => settings::Command::SetControl(control.into()).into(),
        Command::SetVisibility { visibility } => {
            settings::Command::SetVisibility(visibility.into()).into()
        }
        Command::Rename { name } => settings::Command::Rename(name).into(),
        Command::RenewInvite {} => settings::Command::RenewInvite(App::new_invite()).into(),
        Command::TransferHost { user_id } => {
            membership::Command::TransferHost { to: user_id }.into()
        }
        Command::ClaimHost {} => membership::Command::ClaimHost.into(),
        Command::Promote { user_id } => membership::Command::Promote { user: user_id }.into(),
        Command::Demote { user_id } => membership::Command::Demote { user: user_id }.into(),
        Command::SubmitRequest {
            action,
            track,
            item_id,
            position,
        } => request::Command::Submit(requested(RequestedChange {
            action,
            track,
            item_id,
            position,
        })?)
        .into(),
        Command::ApproveRequest {
            request_id: request,
        } => request::Command::Approve { request }.into(),
        Command::DenyRequest {
            request_id: request,
            reason,
        } => request::Command::Deny { request, reason }.into(),
        Command::WithdrawRequest {
            request_id: request,
        } => request::Command::Withdraw { request }.into(),
        Command::Reorder { item_ids: order } => playlist::Command::Reorder { order }.into(),
        Command::Undo {} => undo::Command.into(),
        Command::Kick { user_id: user } => moderation::Command::Kick { user }.into(),
        Command::Ban { user_id: user } => moderation::Command::Ban { user }.into(),
        Command::Unban { user_id: user } => moderation::Command::Unban { user }.into(),
        Command::Mute { user_id: user } => moderation::Command::Mute { user }.into(),
        Command::Unmute { user_id: user } => moderation::Command::Unmute { user }.into(),
        Command::VoteSkip { item_id: item } => vote::Command { item }.into(),
        Command::SetVoteSkip { enabled, percent } => {
            settings::Command::SetVoteSkip(vote_skip(talk::VoteSkip { enabled, percent })).into()
        }
        Command::Say { text } => chat::Command::Say { text }.into(),
        Command::DeleteMessage {
            message_id: message,
        } => chat::Command::Delete { message }.into(),
    })
}

/// How members vote to skip.
pub fn vote_skip(wanted: talk::VoteSkip) -> vote::VoteSkip {
    vote::VoteSkip {
        on: wanted.enabled,
        percent: wanted.percent,
    }
}

/// The longest name of a quick room.
const LONGEST_QUICK_NAME: usize = 64;

/// Whether a quick room can be called so; one may have no name.
///
/// # Errors
/// Where it is too long or not plain.
pub fn check_quick_name(name: &str) -> Result<(), ErrorBody> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.len() <= LONGEST_QUICK_NAME && name.chars().all(plain) {
        return Ok(());
    }
    Err(invalid(
        "the name of a quick room has 1 to 64 of A–Z a–z 0–9 _ -",
    ))
}

/// What a guest asks for.
///
/// # Errors
/// Where something that the action takes is missing, or there is more than it takes.
pub fn requested(change: RequestedChange) -> Result<request::Change, ErrorBody> {
    let RequestedChange {
        action,
        track: described,
        item_id,
        position,
    } = change;
    let described = described.map(track).transpose()?;
    let wrong = match (action, described, item_id, position) {
        (RequestAction::Add, Some(track), None, index) => {
            return Ok(request::Change::Add { track, index });
        }
        (RequestAction::Move, None, Some(item), Some(index)) => {
            return Ok(request::Change::Move { item, index });
        }
        (RequestAction::Remove, None, Some(item), None) => {
            return Ok(request::Change::Remove { item });
        }
        (RequestAction::Edit, Some(track), Some(item), index) => {
            return Ok(request::Change::Edit { item, track, index });
        }
        (RequestAction::Add, ..) => "add takes track and, where not at the end, position",
        (RequestAction::Move, ..) => "move takes item_id and position",
        (RequestAction::Remove, ..) => "remove takes item_id",
        (RequestAction::Edit, ..) => {
            "edit takes item_id, track and, where it is to be elsewhere too, position"
        }
    };
    Err(invalid(wrong))
}

fn select(item: ItemId, position_ms: Option<Ms>) -> room::Command {
    playback::Command::Select {
        item,
        position: position_ms.map_or(Position::START, position),
    }
    .into()
}

/// A REST playback action.
///
/// # Errors
/// Where a field that the action takes is missing.
pub fn playback_action(body: &rest::Playback) -> Result<room::Command, ErrorBody> {
    Ok(match body.action {
        rest::PlaybackAction::Play => playback::Command::Play.into(),
        rest::PlaybackAction::Pause => playback::Command::Pause.into(),
        rest::PlaybackAction::Seek => {
            let to = body
                .position_ms
                .ok_or_else(|| invalid("position_ms is missing: seek takes it"))?;
            playback::Command::Seek {
                position: position(to),
            }
            .into()
        }
        rest::PlaybackAction::SkipNext => playback::Command::SkipNext.into(),
        rest::PlaybackAction::SkipPrev => playback::Command::SkipPrev.into(),
        rest::PlaybackAction::Select => {
            let item = body
                .item_id
                .ok_or_else(|| invalid("item_id is missing: select takes it"))?;
            select(item, body.position_ms)
        }
    })
}

/// Who may come in, from the two ways to say it.
///
/// # Errors
/// Where they contradict each other.
pub fn visibility(
    visibility: Option<model::Visibility>,
    is_friends_only: Option<bool>,
) -> Result<Option<Visibility>, ErrorBody> {
    match (visibility, is_friends_only) {
        (Some(model::Visibility::Friends), Some(false))
        | (Some(model::Visibility::Public | model::Visibility::Invite), Some(true)) => Err(
            invalid("visibility and is_friends_only contradict each other"),
        ),
        (Some(visibility), _) => Ok(Some(visibility.into())),
        (None, Some(true)) => Ok(Some(Visibility::Friends)),
        (None, Some(false)) => Ok(Some(Visibility::Public)),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let text = "[a-z0-9:/. _-]{0,24}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (0.0..=1.0).prop_map(Value::from),
            text.prop_map(Value::from),
            Just(json!("item_00000000000070008000000000000001")),
        ];
        let fields = [
            "title",
            "artists",
            "duration_ms",
            "source",
            "type",
            "media_id",
            "url",
        ];
        let field = prop::sample::select(fields.to_vec()).prop_map(str::to_owned);
        leaf.prop_recursive(3, 16, 5, move |inner| {
            let object = prop::collection::btree_map(field.clone(), inner.clone(), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..3).prop_map(Value::from),
                object.prop_map(|object| Value::Object(object.into_iter().collect())),
            ]
        })
    }

    /// A verb, and the fields that it wants with whatever is in them; now and then without one of them.
    fn said() -> impl Strategy<Value = Value> {
        let verbs: [(&str, &[&str]); 9] = [
            ("seek", &["position_ms"]),
            ("select", &["item_id", "position_ms"]),
            ("add", &["track", "position"]),
            ("move", &["item_id", "position"]),
            ("edit", &["item_id", "track"]),
            ("set_volume", &["volume"]),
            ("rename", &["name"]),
            (
                "submit_request",
                &["action", "track", "item_id", "position"],
            ),
            ("reorder", &["item_ids"]),
        ];
        let values = prop::collection::vec(prop::option::weighted(0.9, value()), 4);
        (prop::sample::select(verbs.to_vec()), values).prop_map(|((verb, fields), values)| {
            let filled = fields.iter().zip(values);
            let filled = filled.filter_map(|(field, value)| Some(((*field).to_owned(), value?)));
            let verb = ("type".to_owned(), json!(verb));
            Value::Object(filled.chain([verb]).collect())
        })
    }

    proptest! {
        #[test]
        fn whatever_is_commanded_is_understood_or_refused_by_name(said in said()) {
            if let Ok(heard) = serde_json::from_str::<Command>(&said.to_string())
                && let Err(error) = command(heard)
            {
                prop_assert_eq!(error.code, ErrorCode::InvalidRequest);
            }
        }
    }

    #[test]
    fn a_quick_rooms_name_is_plain_or_absent() {
        assert!(check_quick_name("").is_ok());
        assert!(check_quick_name("Kitchen_2-b").is_ok());
        assert!(check_quick_name("a b").is_err());
        assert!(check_quick_name(&"x".repeat(65)).is_err());
    }
}
