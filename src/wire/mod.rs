//! What clients see: the messages and bodies of the native protocol and of REST, and the one error catalogue.
//!
//! Plain data with serde and JSON Schema; knows ids and times, and nothing of what the messages do. `schemas/` is
//! generated from here.

pub mod admin;
pub mod client;
pub mod error_code;
pub mod event;
pub mod features;
pub mod friend_rooms;
pub mod invitation;
pub mod model;
pub mod notice;
pub mod push;
pub mod quick;
pub mod requests;
pub mod rest;
pub mod seat;
pub mod server;
pub mod sessions;
pub mod sharing;
pub mod spaces;
pub mod talk;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{
    CommandId, ItemId, MediaId, MessageId, PlaylistId, RequestId, RoomId, SessionId, UserId,
};

macro_rules! as_text {
    ($($id:ty = $name:literal, $pattern:literal;)*) => {$(
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $id {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )*};
}

as_text! {
    UserId = "UserId", "^user_[0-9a-f]{32}$";
    RoomId = "RoomId", "^room_[0-9a-f]{32}$";
    ItemId = "ItemId", "^item_[0-9a-f]{32}$";
    RequestId = "RequestId", "^req_[0-9a-f]{32}$";
    MessageId = "MessageId", "^msg_[0-9a-f]{32}$";
    PlaylistId = "PlaylistId", "^list_[0-9a-f]{32}$";
    SessionId = "SessionId", "^sess_[0-9a-f]{32}$";
    MediaId = "MediaId", "^media_[0-9a-f]{32}$";
    CommandId = "CommandId", "^[!-~]{1,64}$";
}

/// What is read from a JSON object and from nothing else: left to itself, serde reads a list as the fields in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// The same, of a field: for `#[serde(deserialize_with = "super::object")]`.
///
/// # Errors
/// Those of the deserializer, and of a value that is no object.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(Fields(PhantomData))
}

/// The same, of a field that may be absent or null.
///
/// # Errors
/// Those of the deserializer, and of a value that is no object.
pub fn object_or_none<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let read = Option::<Object<T>>::deserialize(deserializer)?;
    Ok(read.map(|Object(value)| value))
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A length of time or a place in a track as clients send it: milliseconds, whole or not, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ms(pub u64);

impl<'de> Deserialize<'de> for Ms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = f64::deserialize(deserializer)?;
        if (0.0..=9e15).contains(&ms) {
            Ok(Self(ms.round() as u64))
        } else {
            Err(D::Error::custom("milliseconds must be 0 or more"))
        }
    }
}

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl JsonSchema for Ms {
    fn schema_name() -> Cow<'static, str> {
        "Milliseconds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0 })
    }
}
