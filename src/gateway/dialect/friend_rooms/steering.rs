//! What a host's report means for its room: nothing, most of the time, since it comes once a second.
//!
//! Delays only ever make a report look behind, so one that is a little behind is believed when others agree with it; one
//! that is ahead is believed at once. Checks no permission: that is the domain's.

use crate::domain::room::OpenRoom;
use crate::domain::room::heard;
use crate::domain::room::track::Track;
use crate::time::{Position, Timestamp};

/// So far apart, a report and the timeline still agree while the music plays.
const AGREES_MS: i64 = 400;
/// While it stands there is no delay to allow for.
const AGREES_STANDING_MS: i64 = 50;
/// So far behind is no delay any more.
const SURELY_BEHIND_MS: i64 = 2_000;
/// So many reports in a row that are a little behind are right.
const BEHIND_IN_A_ROW: u8 = 3;

/// What a host says it plays.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub(super) playing: bool,
    pub(super) position: Position,
    /// Which song, where it says.
    pub(super) track: Option<Track>,
}

/// What to do about a report.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// The room knows already.
    Known,
    /// The room changes.
    Change(heard::Command),
    /// The room plays nothing, and it is not said what is heard.
    Nameless,
}

/// Remembers how many reports in a row were a little behind.
#[derive(Debug, Default)]
pub(super) struct Steering {
    behind: u8,
}

impl Steering {
    /// Weighs a report against the room as it stands at `now`.
    pub(super) fn weigh(&mut self, report: &Report, room: &OpenRoom, now: Timestamp) -> Verdict {
        let current = room.playback.current().and_then(|id| room.playlist.get(id));
        let playing_now = current.map(|item| &item.track.source);
        let Report {
            playing, position, ..
        } = *report;
        match (&report.track, playing_now) {
            (Some(track), source) if source != Some(&track.source) => {
                self.behind = 0;
                let track = track.clone();
                return Verdict::Change(heard::Command::Track {
                    track,
                    playing,
                    position,
                });
            }
            (None, None) => return Verdict::Nameless,
            _ => {}
        }
        let over = current
            .and_then(|item| item.track.end())
            .is_some_and(|end| position >= end);
        let expected = room.playback.position_at(&room.playlist, now);
        let expected = expected.unwrap_or(Position::START);
        let apart = position.as_ms().cast_signed() - expected.as_ms().cast_signed();
        match (room.playback.is_playing(), playing) {
            // A player that runs over the end of what has ended here changes nothing.
            (false, true) if over && apart >= 0 => Verdict::Known,
            (false, true) => self.change(heard::Command::Play { position }),
            (true, false) => self.change(heard::Command::Pause { position }),
            (true, true) if self.agrees(apart) => Verdict::Known,
            (false, false) if apart.abs() <= AGREES_STANDING_MS => Verdict::Known,
            _ => self.change(heard::Command::Seek { position }),
        }
    }

    fn change(&mut self, command: heard::Command) -> Verdict {
        self.behind = 0;
        Verdict::Change(command)
    }

    fn agrees(&mut self, apart: i64) -> bool {
        let a_little_behind = (-SURELY_BEHIND_MS..-AGREES_MS).contains(&apart);
        self.behind = if a_little_behind { self.behind + 1 } else { 0 };
        if a_little_behind {
            self.behind < BEHIND_IN_A_ROW
        } else {
            apart.abs() <= AGREES_MS
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregate::Aggregate;
    use crate::domain::room::membership::{self, Role};
    use crate::domain::room::playback::{self, Change};
    use crate::domain::room::playlist::{self, Item};
    use crate::domain::room::settings::{Control, Invite, Settings, Visibility, Volume};
    use crate::domain::room::timeline::Timeline;
    use crate::domain::room::track::Source;
    use crate::domain::room::{Event, Room};
    use crate::domain::testkit::{at, item, user};
    use crate::time::Span;

    fn song(id: &str) -> Track {
        Track {
            title: "Song".into(),
            artists: vec![],
            album: None,
            duration: Some(Span::from_secs(100)),
            artwork_url: None,
            source: Source::YouTube(id.into()),
        }
    }

    /// A room whose song stands at its beginning, or plays since 0.
    fn room(playing: bool) -> OpenRoom {
        let settings = Settings {
            name: "Kitchen".into(),
            visibility: Visibility::Public,
            control: Control::Host,
            volume: Volume::FULL,
            vote_skip: Default::default(),
            invite: Invite {
                code: "C0DE".into(),
                link: "L1NK".into(),
            },
        };
        let (host, id) = (user(1), item(1));
        let listed = Item {
            id,
            track: song("one"),
            added_by: None,
            added_at: at(0),
        };
        let timeline = Timeline {
            playing,
            ..Timeline::playing(id, Position::START, at(0))
        };
        let mut room = Room::default();
        let role = Role::Host;
        let events: [Event; 4] = [
            Event::Created {
                host,
                settings,
                at: at(0),
            },
            membership::Event::Joined {
                user: host,
                role,
                at: at(0),
            }
            .into(),
            playlist::Event::Added {
                item: listed,
                index: 0,
                shuffled_index: None,
            }
            .into(),
            playback::Event::Changed {
                timeline,
                why: Change::FirstAdded,
            }
            .into(),
        ];
        events.iter().for_each(|event| room.evolve(event));
        room.open().unwrap().clone()
    }

    fn report(playing: bool, ms: u64) -> Report {
        Report {
            playing,
            position: Position::from_ms(ms),
            track: Some(song("one")),
        }
    }

    #[test]
    fn a_steady_host_changes_nothing() {
        let (mut steering, room) = (Steering::default(), room(true));
        for second in 1..90u32 {
            let jitter = u64::from(second % 4) * 90;
            let report = report(true, u64::from(second) * 1_000 - jitter);
            let now = at(i64::from(second) * 1_000);
            assert_eq!(steering.weigh(&report, &room, now), Verdict::Known);
        }
    }

    #[test]
    fn play_pause_and_seek_are_told_apart() {
        let position = Position::from_ms;
        let weigh =
            |report: &Report, playing| Steering::default().weigh(report, &room(playing), at(5_000));
        assert_eq!(
            weigh(&report(true, 0), false),
            Verdict::Change(heard::Command::Play {
                position: position(0)
            })
        );
        assert_eq!(
            weigh(&report(false, 5_010), true),
            Verdict::Change(heard::Command::Pause {
                position: position(5_010)
            })
        );
        assert_eq!(
            weigh(&report(true, 6_000), true),
            Verdict::Change(heard::Command::Seek {
                position: position(6_000)
            })
        );
        assert_eq!(
            weigh(&report(false, 60), false),
            Verdict::Change(heard::Command::Seek {
                position: position(60)
            })
        );
        assert_eq!(weigh(&report(false, 20), false), Verdict::Known);
    }

    #[test]
    fn a_report_that_was_held_up_is_believed_only_when_others_agree() {
        let (mut steering, room) = (Steering::default(), room(true));
        let mut weigh = |ms| steering.weigh(&report(true, ms), &room, at(10_000));
        assert_eq!(weigh(9_200), Verdict::Known);
        assert_eq!(weigh(10_000), Verdict::Known);
        assert_eq!(weigh(9_200), Verdict::Known);
        assert_eq!(weigh(9_200), Verdict::Known);
        assert!(matches!(weigh(9_200), Verdict::Change(_)));
        assert!(matches!(weigh(7_000), Verdict::Change(_)));
    }

    #[test]
    fn another_song_is_a_change_and_the_same_or_none_is_not() {
        let room = room(true);
        let weigh = |report: &Report| Steering::default().weigh(report, &room, at(5_000));
        let other = Report {
            track: Some(song("two")),
            ..report(true, 0)
        };
        let expected = heard::Command::Track {
            track: song("two"),
            playing: true,
            position: Position::START,
        };
        assert_eq!(weigh(&other), Verdict::Change(expected));
        let unnamed = Report {
            track: None,
            ..report(true, 5_000)
        };
        assert_eq!(weigh(&unnamed), Verdict::Known);
    }

    #[test]
    fn a_player_that_runs_over_the_end_changes_nothing() {
        let mut room = room(false);
        if let Some(timeline) = &mut room.playback.timeline {
            timeline.position = Position::from_ms(100_000);
        }
        let verdict = Steering::default().weigh(&report(true, 100_300), &room, at(5_000));
        assert_eq!(verdict, Verdict::Known);
    }

    #[test]
    fn without_a_song_there_is_nothing_to_change() {
        let mut room = room(false);
        room.playback.timeline = None;
        let unnamed = Report {
            track: None,
            ..report(true, 0)
        };
        let verdict = Steering::default().weigh(&unnamed, &room, at(0));
        assert_eq!(verdict, Verdict::Nameless);
    }
}
