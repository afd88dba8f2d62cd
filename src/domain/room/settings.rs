//! How a room is set up: name, visibility, who controls, volume, invites.
//!
//! Only the host changes these, but for the volume: whoever controls the music may.

use std::fmt;

use crate::domain::aggregate::{Claim, ClaimKey};
use crate::domain::text;

use super::vote::VoteSkip;

/// The longest room name, in characters.
pub const MAX_NAME: usize = 80;

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Anybody; listed for discovery.
    Public,
    /// Friends of the host.
    Friends,
    /// Whoever has an invite.
    Invite,
}

/// Who controls the music and the playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// The host and the co-hosts.
    Host,
    /// Every member.
    Everyone,
}

/// Shared loudness in thousandths of full scale: 0 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume(u16);

impl Volume {
    /// As loud as it goes.
    pub const FULL: Self = Self(1000);

    /// A volume of `permille` thousandths; more than 1000 is 1000.
    pub fn from_permille(permille: u16) -> Self {
        Self(permille.min(1000))
    }

    /// Its thousandths.
    pub fn permille(self) -> u16 {
        self.0
    }
}

/// The two secrets that open a room: a code to type and a link to follow. Both in canonical Crockford form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// To type: 10 characters, 50 bits.
    pub code: String,
    /// To follow: 26 characters, 130 bits.
    pub link: String,
}

impl Invite {
    /// Length of the code.
    pub const CODE_LEN: usize = 10;
    /// Length of the link's secret.
    pub const LINK_LEN: usize = 26;

    /// Whether a shown secret is one of the two.
    pub fn opens(&self, shown: &str) -> bool {
        shown == self.code || shown == self.link
    }

    fn keys(&self) -> [ClaimKey; 2] {
        [
            ClaimKey::Invite(self.code.clone()),
            ClaimKey::Invite(self.link.clone()),
        ]
    }
}

/// How the room is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// Who controls.
    pub control: Control,
    /// How loud, for all.
    pub volume: Volume,
    /// Whether and how members vote to skip.
    pub vote_skip: VoteSkip,
    /// What opens it.
    pub invite: Invite,
}

/// A request to set the room up otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Call it so.
    Rename(String),
    /// Let these people in.
    SetVisibility(Visibility),
    /// Let these people control.
    SetControl(Control),
    /// Play it so loud.
    SetVolume(Volume),
    /// Vote so.
    SetVoteSkip(VoteSkip),
    /// Make new invites; the old ones open nothing from then on.
    RenewInvite(Invite),
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rename(_) => "rename",
            Self::SetVisibility(_) => "set_visibility",
            Self::SetControl(_) => "set_control",
            Self::SetVolume(_) => "set_volume",
            Self::SetVoteSkip(_) => "set_vote_skip",
            Self::RenewInvite(_) => "renew_invite",
        }
    }
}

/// A change of the set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Its name is another.
    Renamed(String),
    /// Others may come in.
    VisibilitySet(Visibility),
    /// Others control.
    ControlSet(Control),
    /// It plays so loud.
    VolumeSet(Volume),
    /// Members vote so.
    VoteSkipSet(VoteSkip),
    /// The old invites are void.
    InviteRenewed {
        /// Void.
        old: Invite,
        /// Valid.
        new: Invite,
    },
}

/// Why the set-up may not change so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The name is empty, too long, or would disturb the text around it.
    InvalidName,
    /// The threshold is not 1 to 100 percent.
    InvalidPercent,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName => write!(
                f,
                "a room's name has 1 to {MAX_NAME} characters, none of them control characters or \
                 direction marks"
            ),
            Self::InvalidPercent => f.write_str("a vote takes 1 to 100 percent"),
        }
    }
}

/// A name as it will stand: trimmed, and within bounds.
///
/// # Errors
/// [`Rejection::InvalidName`].
pub fn check_name(name: &str) -> Result<String, Rejection> {
    text::name(name, MAX_NAME).ok_or(Rejection::InvalidName)
}

impl Settings {
    /// What a request leads to.
    ///
    /// # Errors
    /// A rejection where the name does not fit.
    pub fn decide(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        let event = match command {
            Command::Rename(name) => Event::Renamed(check_name(name)?),
            Command::SetVisibility(visibility) => Event::VisibilitySet(*visibility),
            Command::SetControl(control) => Event::ControlSet(*control),
            Command::SetVolume(volume) => Event::VolumeSet(*volume),
            Command::SetVoteSkip(VoteSkip { percent, .. }) if !(1..=100).contains(percent) => {
                return Err(Rejection::InvalidPercent);
            }
            Command::SetVoteSkip(vote_skip) => Event::VoteSkipSet(*vote_skip),
            Command::RenewInvite(new) => Event::InviteRenewed {
                old: self.invite.clone(),
                new: new.clone(),
            },
        };
        let mut after = self.clone();
        after.evolve(&event);
        Ok(if after == *self { vec![] } else { vec![event] })
    }

    /// The set-up after a change.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Renamed(name) => self.name = name.clone(),
            Event::VisibilitySet(visibility) => self.visibility = *visibility,
            Event::ControlSet(control) => self.control = *control,
            Event::VolumeSet(volume) => self.volume = *volume,
            Event::VoteSkipSet(vote_skip) => self.vote_skip = *vote_skip,
            Event::InviteRenewed { new, .. } => self.invite = new.clone(),
        }
    }
}

/// The claims a new invite takes.
pub fn reserve(invite: &Invite) -> Vec<Claim> {
    invite.keys().into_iter().map(Claim::Reserve).collect()
}

/// The claims a void invite gives back.
pub fn release(invite: &Invite) -> Vec<Claim> {
    invite.keys().into_iter().map(Claim::Release).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::room::testkit::{invite, quiet_room};

    #[test]
    fn a_room_is_renamed_trimmed() {
        quiet_room()
            .when(Command::Rename("  Cellar ".into()))
            .then([Event::Renamed("Cellar".into())]);
    }

    #[test]
    fn a_name_is_bounded_in_characters_and_disturbs_nothing() {
        let fits = "é".repeat(MAX_NAME);
        quiet_room().when(Command::Rename(fits)).accepted();
        let long = "é".repeat(MAX_NAME + 1);
        for name in ["", " ", "a\nb", "a\u{202E}b", "\u{200B}", &long] {
            quiet_room()
                .when(Command::Rename(name.into()))
                .rejected(Rejection::InvalidName);
        }
    }

    #[test]
    fn what_is_set_so_already_changes_nothing() {
        for command in [
            Command::Rename("Kitchen".into()),
            Command::SetVisibility(Visibility::Public),
            Command::SetControl(Control::Host),
            Command::SetVolume(Volume::FULL),
            Command::RenewInvite(invite()),
        ] {
            quiet_room().when(command).then_nothing();
        }
    }

    #[test]
    fn each_setting_is_set_by_itself() {
        let volume = Volume::from_permille(300);
        let new = Invite {
            code: "NEW".into(),
            link: "NEWL1NK".into(),
        };
        let old = invite();
        let vote_skip = VoteSkip {
            on: true,
            percent: 75,
        };
        let room = quiet_room()
            .when(Command::SetVisibility(Visibility::Invite))
            .then([Event::VisibilitySet(Visibility::Invite)])
            .when(Command::SetControl(Control::Everyone))
            .then([Event::ControlSet(Control::Everyone)])
            .when(Command::SetVolume(volume))
            .then([Event::VolumeSet(volume)])
            .when(Command::SetVoteSkip(vote_skip))
            .then([Event::VoteSkipSet(vote_skip)])
            .when(Command::RenewInvite(new.clone()))
            .then([Event::InviteRenewed {
                old,
                new: new.clone(),
            }]);
        let expected = Settings {
            name: "Kitchen".into(),
            visibility: Visibility::Invite,
            control: Control::Everyone,
            volume,
            vote_skip,
            invite: new,
        };
        assert_eq!(room.room().settings, expected);
    }

    #[test]
    fn nothing_is_louder_than_full() {
        assert_eq!(Volume::from_permille(1_001), Volume::FULL);
        assert_eq!(Volume::from_permille(u16::MAX), Volume::FULL);
        assert_eq!(Volume::from_permille(0).permille(), 0);
    }
}
