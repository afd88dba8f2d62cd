//! A room's chat, back to its first message, and who may speak.

use crate::domain::room;
use crate::domain::room::chat::{Event, Message};
use crate::domain::room::{Room, membership, moderation};
use crate::entity::Failure;
use crate::ids::{MessageId, RoomId, UserId};
use crate::journal::Seq;

use super::{App, AppError};

/// The most messages given at a time.
pub const MAX_MESSAGES: usize = 200;
/// How many entries are read at a time.
const READ_AT_ONCE: u64 = 256;
/// How many entries are looked through in one call.
const LOOKED_THROUGH: u64 = 8_192;

/// A message, and the entry it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldMessage {
    /// The entry.
    pub seq: Seq,
    /// The message; without its text where it was deleted.
    pub message: Message,
}

/// Messages, oldest first, and before which entry there may be older ones.
pub type Page = (Vec<ToldMessage>, Option<Seq>);

impl App {
    /// The messages before an entry, or the latest, for members.
    ///
    /// # Errors
    /// Where the caller is no member, or the machine says no.
    pub async fn messages(
        &self,
        user: UserId,
        id: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, AppError> {
        self.require_member(user, id).await?;
        let (head, deleted) = self.deleted_messages(id).await?;
        let end = before.map_or(head.next(), |before| before.min(head.next()));
        let (app, limit) = (self.clone(), limit.clamp(1, MAX_MESSAGES));
        let read = tokio::task::spawn_blocking(move || app.look_back(id, end, limit));
        let broken = |_| AppError::Failed(Failure::Unknown("reading broke off".into()));
        let (mut messages, before) = read.await.map_err(broken)??;
        for told in &mut messages {
            if deleted.contains(&told.message.id) {
                told.message.text = None;
            }
        }
        Ok((messages, before))
    }

    fn look_back(&self, id: RoomId, mut end: Seq, limit: usize) -> Result<Page, AppError> {
        let stop = Seq(end.0.saturating_sub(LOOKED_THROUGH));
        let mut found = Vec::new();
        while end > Seq(1) && end > stop && found.len() < limit {
            let after = Seq(end.0.saturating_sub(1 + READ_AT_ONCE));
            let count = usize::try_from(end.0 - 1 - after.0).unwrap_or(0);
            let entries = self.entries(id, after, count)?;
            end = after.next();
            for entry in entries.iter().rev() {
                found.extend(entry.events.iter().rev().filter_map(|event| {
                    let message = said(event)?;
                    let seq = entry.seq;
                    Some(ToldMessage { seq, message })
                }));
                if found.len() >= limit {
                    end = entry.seq;
                    break;
                }
            }
        }
        found.reverse();
        Ok((found, (end > Seq(1)).then_some(end)))
    }

    /// A message as its room remembers it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or where the machine says no.
    pub async fn message(&self, id: RoomId, message: MessageId) -> Result<Message, AppError> {
        let look = move |room: &Room| {
            let messages = &room.open()?.chat.messages;
            messages.iter().find(|known| known.id == message).cloned()
        };
        let found = self.look(id, look).await?;
        found.ok_or(AppError::NotFound("there is no such message"))
    }

    /// Fails where the caller is no member, or may listen only.
    ///
    /// # Errors
    /// [`membership::Rejection::NotMember`], [`moderation::Rejection::Muted`], or where the machine says no.
    pub async fn require_heard(&self, user: UserId, id: RoomId) -> Result<(), AppError> {
        let look = move |room: &Room| {
            let open = room.open()?;
            Some((open.membership.role(user)?, open.is_muted(user)))
        };
        match self.look(id, look).await? {
            None => Err(room::Rejection::from(membership::Rejection::NotMember).into()),
            Some((_, true)) => Err(room::Rejection::from(moderation::Rejection::Muted).into()),
            Some((_, false)) => Ok(()),
        }
    }
}

fn said(event: &room::Event) -> Option<Message> {
    match event {
        room::Event::Chat(Event::Said {
            message,
            by,
            at,
            text,
        }) => Some(Message {
            id: *message,
            by: *by,
            at: *at,
            text: Some(text.clone()),
        }),
        _ => None,
    }
}
