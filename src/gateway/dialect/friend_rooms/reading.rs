//! Reading what clients of this dialect say: shapes, places in a track, songs. Checks no permission.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::room::track::Track;
use crate::gateway::from_wire;
use crate::ids::RoomId;
use crate::time::Position;
use crate::wire::Object;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::friend_rooms::HeardState;
use crate::wire::model;

/// Seconds, as a place in a track.
pub(super) fn heard_position(state: &HeardState) -> Result<Position, ErrorBody> {
    let seconds = state
        .position
        .or(state.current_time)
        .ok_or_else(|| invalid("playback_state.position is missing"))?;
    if !(0.0..=1e9).contains(&seconds) {
        return Err(invalid(
            "playback_state.position is a number of seconds, not negative",
        ));
    }
    Ok(Position::from_ms((seconds * 1000.0).round() as u64))
}

pub(super) type Described = (Option<Track>, bool);

/// The track that a song is, where it says where its sound is; else it can only be shown, which is said too.
pub(super) fn song(song: Option<&serde_json::Map<String, Value>>) -> Result<Described, ErrorBody> {
    const KNOWN: [&str; 8] = [
        "title",
        "artists",
        "album",
        "duration_ms",
        "artwork_url",
        "media_id",
        "url",
        "youtube_video_id",
    ];
    const SOURCES: [&str; 3] = ["media_id", "url", "youtube_video_id"];
    let Some(song) = song else {
        return Ok((None, false));
    };
    let given = |name: &&str| song.get(*name).is_some_and(|value| !value.is_null());
    if !SOURCES.iter().any(&given) {
        return Ok((None, true));
    }
    let known = KNOWN.iter().filter(|name| given(name));
    let track: serde_json::Map<String, Value> = known
        .filter_map(|name| Some(((*name).to_owned(), song.get(*name)?.clone())))
        .collect();
    let track: model::Track = serde_json::from_value(track.into())
        .map_err(|error| invalid(format!("current_song: {error}")))?;
    Ok((Some(from_wire::track(track)?), false))
}

pub(super) fn read<T: DeserializeOwned>(data: Value) -> Result<T, ErrorBody> {
    serde_json::from_value(data)
        .map(|Object(read)| read)
        .map_err(|error| invalid(format!("this is not understood: {error}")))
}

pub(super) fn room_id(text: &str) -> Option<RoomId> {
    text.parse().ok()
}

pub(super) fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::friend_rooms::SyncState;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z_]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            let fields = prop_oneof![
                Just("room_id"),
                Just("playback_state"),
                Just("playing"),
                Just("position"),
                Just("current_song"),
                Just("title"),
                Just("youtube_video_id"),
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(fields.prop_map(str::to_owned), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_understood_or_refused_by_name(said in json()) {
            let read = read::<SyncState>(said);
            if let Ok(report) = &read {
                let far = heard_position(&report.playback_state).map_or(0, Position::as_ms);
                prop_assert!(far <= 1_000_000_000_000);
                let _ = song(report.current_song.as_ref());
            }
            if let Err(error) = read {
                prop_assert_eq!(error.code, ErrorCode::InvalidRequest);
            }
        }
    }

    fn described(song: Value) -> Result<Described, ErrorBody> {
        super::song(song.as_object())
    }

    #[test]
    fn a_song_with_a_source_is_a_track_whatever_else_is_said_of_it() {
        let said = serde_json::json!({
            "title": "Song", "artists": ["Artist"], "youtube_video_id": "abc", "url": null, "views": 7
        });
        let (track, nameless) = described(said).unwrap();
        assert_eq!(track.unwrap().title, "Song");
        assert!(!nameless);
    }

    #[test]
    fn a_song_without_a_source_can_only_be_shown() {
        let said = serde_json::json!({ "title": "Song", "youtube_video_id": null });
        assert_eq!(described(said), Ok((None, true)));
        assert_eq!(song(None), Ok((None, false)));
    }

    #[test]
    fn a_song_badly_described_is_refused() {
        let two = serde_json::json!({ "title": "Song", "youtube_video_id": "abc", "url": "https://e.org/a.mp3" });
        for wrong in [two, serde_json::json!({ "youtube_video_id": "abc" })] {
            let error = described(wrong).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidRequest);
        }
    }
}
