//! Quick rooms: the sockets `/ws/quick` and `/ws/quick/{name}`, where nobody needs an account. Whoever comes first is host;
//! when the host's last socket goes, the next one is.
//!
//! Its clients compute the place in the track from `start_epoch_ms`. What the server is told to play it never opens itself.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::domain::room::playback::Command;
use crate::domain::room::playlist::Source;
use crate::domain::room::track::{MAX_TEXT, MAX_URL, Track};
use crate::domain::room::{self, OpenRoom, heard, membership, settings};
use crate::gateway::Gateway;
use crate::gateway::answer::{self, Answer};
use crate::gateway::from_wire;
use crate::gateway::limits::Limit;
use crate::gateway::mirror::{Messages, Words};
use crate::gateway::request::Request;
use crate::gateway::route::{Access, Gives, Route, route};
use crate::gateway::seat::{self, Dialect, Seat, Sitter};
use crate::gateway::to_wire;
use crate::ids::{RoomId, SessionId, UserId, fresh};
use crate::journal::Entry;
use crate::time::Position;
use crate::wire::error_code::ErrorBody;
use crate::wire::quick::{ClientMessage, ServerMessage, State};

/// The longest message, in bytes: a URL and some words around it.
const LONGEST: usize = 4 * 1024;
/// What a track may be.
const ENDINGS: [&str; 6] = [".mp3", ".ogg", ".wav", ".m4a", ".flac", ".opus"];

/// `GET /ws/quick` and `GET /ws/quick/{name}`.
pub fn routes_of_socket() -> [Route; 2] {
    [
        socket("/ws/quick", "The quick room without a name"),
        socket("/ws/quick/{name}", "The quick room of that name"),
    ]
}

fn socket(path: &'static str, summary: &'static str) -> Route {
    route(hyper::Method::GET, path, summary)
        .open_to(Access::PerhapsByQuery)
        .query(&["token"])
        .gives_other(101, Gives::Socket)
        .by(open)
}

async fn open(request: Request) -> Answer {
    let gateway = request.gateway.clone();
    if !gateway.settings.now().quick_rooms {
        return Err(answer::not_found("page: quick rooms are switched off"));
    }
    let name = request.params.first().map_or("", String::as_str);
    from_wire::check_quick_name(name)?;
    let handshake = request.handshake.as_ref().ok_or_else(answer::broken)?;
    handshake.check()?;
    let sitter = sitter(&gateway, &request).await?;
    let room = gateway.app.enter_quick(sitter.user, name).await?;
    let mirror = gateway.quick.of(room);
    let here = InQuickRoom {
        host: mirror.host(),
        told: None,
    };
    seat::take(request, sitter, room, mirror, here)
}

/// Whoever is signed in sits as themselves; everybody else as a guest of the moment.
async fn sitter(gateway: &Gateway, request: &Request) -> Result<Sitter, ErrorBody> {
    if let Some(caller) = &request.caller {
        return Ok(Sitter {
            user: caller.user,
            session: caller.session,
            until: Some(caller.expires_at),
        });
    }
    let network = request.peer.network();
    gateway.limits.charge(Limit::QuickGuest, network)?;
    Ok(Sitter {
        user: gateway.app.become_guest("Guest".to_owned()).await?,
        session: SessionId(fresh(gateway.app.clock().now())),
        until: None,
    })
}

/// What one connection says, and what it was told.
struct InQuickRoom {
    host: watch::Receiver<Option<UserId>>,
    told: Option<bool>,
}

impl Dialect for InQuickRoom {
    type Heard = ClientMessage;

    const LONGEST: usize = LONGEST;

    async fn begin(&mut self, seat: &Seat) -> Result<(), ErrorBody> {
        Ok(seat.app.take_over(seat.user, seat.room).await?)
    }

    async fn hear(&mut self, seat: &Seat, heard: ClientMessage) -> Result<(), ErrorBody> {
        let command: room::Command = match heard {
            ClientMessage::Ping { t } => {
                if seat.allow_probe() {
                    let server_ms = seat.app.clock().now_ms();
                    seat.say(&ServerMessage::Pong { t, server_ms });
                }
                return Ok(());
            }
            ClientMessage::SetTrack { url } => heard::Command::Track {
                track: track(url)?,
                playing: false,
                position: Position::START,
            }
            .into(),
            ClientMessage::Play {} => Command::Play.into(),
            ClientMessage::Pause {} => Command::Pause.into(),
            ClientMessage::Seek { position } => {
                let position = seat::seconds(position, "position")?;
                Command::Seek { position }.into()
            }
            ClientMessage::Volume { volume } => {
                settings::Command::SetVolume(from_wire::volume(volume)?).into()
            }
            ClientMessage::RequestHost {} => membership::Command::ClaimHost.into(),
        };
        seat.execute(command).await.map(drop)
    }

    async fn news(&mut self, seat: &Seat) {
        loop {
            let you = *self.host.borrow_and_update() == Some(seat.user);
            if self.told != Some(you) {
                self.told = Some(you);
                return seat.say(&ServerMessage::Host { you });
            }
            if self.host.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    async fn gone(self, seat: &Seat) {
        if let Err(error) = seat.app.leave_quick(seat.user, seat.room).await {
            tracing::warn!(room = %seat.room, ?error, "who is gone could not leave");
        }
    }
}

/// The track at an address, titled by its file's name.
///
/// # Errors
/// Where that is no address of sound.
fn track(url: String) -> Result<Track, ErrorBody> {
    if url.chars().count() > MAX_URL {
        return Err(answer::invalid("url has at most 2048 characters"));
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let from_here = lower.starts_with("/media/");
    if !from_here && !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err(answer::invalid(
            "url begins with http://, https:// or /media/",
        ));
    }
    let Some(ending) = ENDINGS.iter().find(|ending| lower.ends_with(**ending)) else {
        let endings = ENDINGS.join(" ");
        return Err(answer::invalid(format!("url ends with one of {endings}")));
    };
    let file = path.rsplit('/').next().unwrap_or_default();
    let name = &file[..file.len().saturating_sub(ending.len())];
    let name = percent_decode_str(name).decode_utf8_lossy();
    let title: String = name.trim().chars().take(MAX_TEXT).collect();
    Ok(Track {
        title: if title.is_empty() {
            "Track".to_owned()
        } else {
            title
        },
        artists: Vec::new(),
        album: None,
        duration: None,
        artwork_url: None,
        source: Source::Url(url),
    })
}

/// How quick rooms are spoken to.
pub struct Quick {
    clock: Arc<dyn Clock>,
}

impl Quick {
    /// By this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    fn state(&self, room: &OpenRoom) -> State {
        let now = self.clock.now();
        let timeline = room.playback.timeline;
        let item = timeline.and_then(|timeline| room.playlist.get(timeline.item));
        let playing = timeline.filter(|timeline| timeline.playing);
        let position = room.playback.position_at(&room.playlist, now);
        State {
            track_url: item.and_then(|item| to_wire::sound_address(&item.track.source)),
            paused: playing.is_none(),
            position: to_wire::seconds(position.unwrap_or_default()),
            start_epoch_ms: playing.map(|timeline| timeline.began_at().as_ms()),
            volume: to_wire::volume(room.settings.volume),
            server_ms: now.as_ms(),
        }
    }
}

impl Words for Quick {
    fn first(&self, id: RoomId, room: &OpenRoom, out: &mut Messages) {
        out.push(&ServerMessage::Init {
            room_id: id,
            invite_code: room.settings.invite.code.clone(),
            state: self.state(room),
        });
    }

    /// One message at most, where the entry is about the music or its loudness.
    fn entry(&self, _: RoomId, room: &OpenRoom, entry: &Entry<room::Event>, out: &mut Messages) {
        let tells = |event: &room::Event| match event {
            room::Event::Playback(_) => true,
            room::Event::Settings(event) => matches!(event, settings::Event::VolumeSet(_)),
            _ => false,
        };
        if entry.events.iter().any(tells) {
            out.push(&ServerMessage::State {
                state: self.state(room),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        track(url.to_owned()).unwrap_err().message
    }

    #[test]
    fn a_track_is_titled_by_its_files_name() {
        let titled = |url: &str| track(url.to_owned()).unwrap().title;
        assert_eq!(titled("https://a.example/x/My%20Song.mp3?s=1#t"), "My Song");
        assert_eq!(titled("/media/Evening.OPUS"), "Evening");
        assert_eq!(titled("/media/.mp3"), "Track");
    }

    #[test]
    fn what_is_no_address_of_sound_is_refused_by_name() {
        assert!(refused("ftp://a.example/x.mp3").contains("begins with"));
        assert!(refused("javascript:alert(1)//.mp3").contains("begins with"));
        assert!(refused("/etc/x.mp3").contains("begins with"));
        assert!(refused("https://a.example/x.exe").contains("ends with"));
        assert!(refused("https://a.example/x?y=.mp3").contains("ends with"));
        let long = format!("https://a.example/{}.mp3", "x".repeat(MAX_URL));
        assert!(refused(&long).contains("2048"));
    }
}
