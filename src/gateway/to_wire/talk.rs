//! Chat, votes and bans, in native words and in REST.

use super::{name, username};
use crate::app::ToldMessage;
use crate::domain::room::chat::Chat;
use crate::domain::room::moderation::{Ban, Moderation};
use crate::domain::room::vote::VoteSkip;
use crate::projection::Directory;
use crate::wire::talk;

impl From<VoteSkip> for talk::VoteSkip {
    fn from(vote_skip: VoteSkip) -> Self {
        Self {
            enabled: vote_skip.on,
            percent: vote_skip.percent,
        }
    }
}

/// The latest messages in native words.
pub(super) fn latest(chat: &Chat, directory: &Directory) -> Vec<talk::Message> {
    let authors: Vec<_> = chat.messages.iter().map(|message| message.by).collect();
    let people = directory.persons(&authors);
    let described = chat.messages.iter().zip(people);
    described
        .map(|(message, person)| talk::Message {
            message_id: message.id,
            user_id: message.by,
            name: name(person.as_ref()),
            at_ms: message.at.as_ms(),
            text: message.text.clone(),
        })
        .collect()
}

/// A message in REST.
pub fn chat_message(told: &ToldMessage, directory: &Directory) -> talk::ChatMessage {
    let ToldMessage { seq, message } = told;
    talk::ChatMessage {
        message_id: message.id,
        seq: seq.0,
        user_id: message.by,
        name: name(directory.person(message.by).as_ref()),
        at: message.at.to_string(),
        text: message.text.clone(),
    }
}

/// Who is let in no more, the latest first.
pub fn bans(moderation: &Moderation, directory: &Directory) -> talk::Bans {
    let mut banned: Vec<_> = moderation.banned.iter().collect();
    banned.sort_by_key(|(user, ban)| std::cmp::Reverse((ban.at, **user)));
    let described = |(user, ban): &(&_, &Ban)| {
        let person = directory.person(**user);
        talk::Banned {
            user_id: **user,
            username: username(person.as_ref()),
            name: name(person.as_ref()),
            banned_by: ban.by,
            banned_at: ban.at.to_string(),
        }
    };
    talk::Bans {
        bans: banned.iter().map(described).collect(),
    }
}
