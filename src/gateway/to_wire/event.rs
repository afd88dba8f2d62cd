//! What happened in a room, in native words.

use super::{invite_path, name, username, volume};
use crate::domain::room::membership::{self, HostChange};
use crate::domain::room::{self, chat, moderation, playback, playlist, request, settings};
use crate::journal::Entry;
use crate::projection::Directory;
use crate::wire::{model, requests, talk};

/// One entry of a room in native words.
pub fn entry(entry: &Entry<room::Event>, directory: &Directory) -> model::Entry {
    model::Entry {
        seq: entry.seq.0,
        at_ms: entry.at.as_ms(),
        cause: model::Cause {
            command: entry.cause.command.clone(),
            command_id: entry.cause.command_id.clone(),
            user_id: entry.cause.by.user(),
        },
        events: entry
            .events
            .iter()
            .filter_map(|event| room_event(event, directory))
            .collect(),
    }
}

fn room_event(event: &room::Event, directory: &Directory) -> Option<model::RoomEvent> {
    Some(match event {
        room::Event::Created { host, settings, .. } => model::RoomEvent::RoomCreated {
            host_id: *host,
            name: settings.name.clone(),
            visibility: settings.visibility.into(),
            control: settings.control.into(),
        },
        room::Event::Closed { .. } => model::RoomEvent::RoomClosed {},
        room::Event::Playback(event) => playback_event(event),
        room::Event::Playlist(event) => playlist_event(event),
        room::Event::Membership(event) => membership_event(event, directory),
        room::Event::Settings(event) => settings_event(event),
        room::Event::Request(event) => request_event(event),
        room::Event::Moderation(event) => moderation_event(event),
        room::Event::Vote(vote) => model::RoomEvent::SkipVoted {
            user_id: vote.user,
            item_id: vote.item,
            votes: vote.votes,
            needed: vote.needed,
        },
        room::Event::Chat(event) => chat_event(event, directory),
        room::Event::Undo(undone) => model::RoomEvent::Undone { left: undone.left },
    })
}

fn playback_event(event: &playback::Event) -> model::RoomEvent {
    match event {
        playback::Event::Started { timeline } => model::RoomEvent::PlaybackStarted {
            timeline: (*timeline).into(),
        },
        playback::Event::Paused { timeline } => model::RoomEvent::PlaybackPaused {
            timeline: (*timeline).into(),
        },
        playback::Event::Seeked { timeline } => model::RoomEvent::PlaybackSeeked {
            timeline: (*timeline).into(),
        },
        playback::Event::Finished { timeline } => model::RoomEvent::PlaybackFinished {
            timeline: (*timeline).into(),
        },
        playback::Event::Emptied => model::RoomEvent::PlaybackEmptied {},
        playback::Event::Changed { timeline, why } => model::RoomEvent::ItemChanged {
            timeline: (*timeline).into(),
            why: match why {
                playback::Change::SkippedNext => model::ItemChange::SkippedNext,
                playback::Change::SkippedPrev => model::ItemChange::SkippedPrev,
                playback::Change::Selected => model::ItemChange::Selected,
                playback::Change::Ended => model::ItemChange::Ended,
                playback::Change::Removed => model::ItemChange::Removed,
                playback::Change::FirstAdded => model::ItemChange::FirstAdded,
                playback::Change::VotedOff => model::ItemChange::VotedOff,
            },
        },
    }
}

fn playlist_event(event: &playlist::Event) -> model::RoomEvent {
    match event {
        playlist::Event::Added {
            item,
            index,
            shuffled_index,
        } => model::RoomEvent::ItemAdded {
            item: item.into(),
            index: *index,
            shuffled_index: *shuffled_index,
        },
        playlist::Event::Moved { item, index } => model::RoomEvent::ItemMoved {
            item_id: *item,
            index: *index,
        },
        playlist::Event::Removed { item } => model::RoomEvent::ItemRemoved { item_id: *item },
        playlist::Event::Edited { item, track } => model::RoomEvent::ItemEdited {
            item_id: *item,
            track: track.into(),
        },
        playlist::Event::Reordered { order } => model::RoomEvent::PlaylistReordered {
            order: order.clone(),
        },
        playlist::Event::Cleared => model::RoomEvent::PlaylistCleared {},
        playlist::Event::RepeatSet(repeat) => model::RoomEvent::RepeatSet {
            repeat: (*repeat).into(),
        },
        playlist::Event::Shuffled { order } => model::RoomEvent::ShuffleSet {
            order: Some(order.clone()),
        },
        playlist::Event::Unshuffled => model::RoomEvent::ShuffleSet { order: None },
    }
}

fn membership_event(event: &membership::Event, directory: &Directory) -> model::RoomEvent {
    match event {
        membership::Event::Joined { user, role, at } => {
            let person = directory.person(*user);
            model::RoomEvent::MemberJoined {
                user_id: *user,
                username: username(person.as_ref()),
                name: name(person.as_ref()),
                role: (*role).into(),
                joined_at_ms: at.as_ms(),
            }
        }
        membership::Event::Left { user } => model::RoomEvent::MemberLeft { user_id: *user },
        membership::Event::HostChanged { from, to, why } => model::RoomEvent::HostChanged {
            from: *from,
            to: *to,
            why: match why {
                HostChange::Transferred => model::HostChange::Transferred,
                HostChange::Claimed => model::HostChange::Claimed,
                HostChange::Left => model::HostChange::Left,
                HostChange::Lost => model::HostChange::Lost,
            },
        },
        membership::Event::RoleChanged { user, role } => model::RoomEvent::RoleChanged {
            user_id: *user,
            role: (*role).into(),
        },
    }
}

fn settings_event(event: &settings::Event) -> model::RoomEvent {
    match event {
        settings::Event::Renamed(name) => model::RoomEvent::Renamed { name: name.clone() },
        settings::Event::VisibilitySet(to) => model::RoomEvent::VisibilitySet {
            visibility: (*to).into(),
        },
        settings::Event::ControlSet(to) => model::RoomEvent::ControlSet {
            control: (*to).into(),
        },
        settings::Event::VolumeSet(to) => model::RoomEvent::VolumeSet {
            volume: volume(*to),
        },
        settings::Event::VoteSkipSet(to) => model::RoomEvent::VoteSkipSet {
            vote_skip: (*to).into(),
        },
        settings::Event::InviteRenewed { new, .. } => model::RoomEvent::InviteRenewed {
            invite_code: new.code.clone(),
            invite_path: invite_path(new),
        },
    }
}

fn moderation_event(event: &moderation::Event) -> model::RoomEvent {
    match *event {
        moderation::Event::Kicked { user, by } => {
            model::RoomEvent::MemberKicked { user_id: user, by }
        }
        moderation::Event::Banned { user, by, .. } => {
            model::RoomEvent::MemberBanned { user_id: user, by }
        }
        moderation::Event::Unbanned { user } => model::RoomEvent::MemberUnbanned { user_id: user },
        moderation::Event::Muted { user, by } => {
            model::RoomEvent::MemberMuted { user_id: user, by }
        }
        moderation::Event::Unmuted { user } => model::RoomEvent::MemberUnmuted { user_id: user },
    }
}

fn chat_event(event: &chat::Event, directory: &Directory) -> model::RoomEvent {
    match event {
        chat::Event::Said {
            message,
            by,
            at,
            text,
        } => model::RoomEvent::MessageSaid {
            message: talk::Message {
                message_id: *message,
                user_id: *by,
                name: name(directory.person(*by).as_ref()),
                at_ms: at.as_ms(),
                text: Some(text.clone()).filter(|text| !text.is_empty()),
            },
        },
        chat::Event::Deleted { message, by } => model::RoomEvent::MessageDeleted {
            message_id: *message,
            by: *by,
        },
    }
}

fn request_event(event: &request::Event) -> model::RoomEvent {
    match event {
        request::Event::Submitted {
            request,
            by,
            at,
            change,
        } => model::RoomEvent::RequestSubmitted {
            request: requests::Request {
                request_id: *request,
                status: requests::RequestStatus::Pending,
                payload: change.into(),
                requested_by: *by,
                requested_at_ms: at.as_ms(),
                decided_by: None,
                decided_at_ms: None,
                reason: None,
            },
        },
        request::Event::Approved { request, by, at } => model::RoomEvent::RequestApproved {
            request_id: *request,
            decided_by: *by,
            decided_at_ms: at.as_ms(),
        },
        request::Event::Denied {
            request,
            by,
            at,
            reason,
        } => model::RoomEvent::RequestDenied {
            request_id: *request,
            decided_by: *by,
            decided_at_ms: at.as_ms(),
            reason: reason.clone(),
        },
        request::Event::Withdrawn { request, at } => model::RoomEvent::RequestWithdrawn {
            request_id: *request,
            decided_at_ms: at.as_ms(),
        },
    }
}
