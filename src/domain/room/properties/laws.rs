//! What holds in every evening.

use proptest::prelude::*;

use super::evening::{Moment, evenings};
use crate::domain::room::settings::Control;
use crate::domain::room::testkit::*;
use crate::domain::room::*;
use crate::ids::{ItemId, RequestId};
use crate::time::{Position, Span};

/// The open rooms an evening led to.
fn rooms(evening: &[Moment]) -> impl Iterator<Item = &OpenRoom> {
    evening.iter().filter_map(|moment| moment.after.open())
}

fn position_at(room: &OpenRoom, now: Timestamp) -> Option<Position> {
    room.playback.position_at(&room.playlist, now)
}

proptest! {
    #[test]
    fn there_is_one_host_who_is_a_member_unless_nobody_is(evening in evenings()) {
        for room in rooms(&evening) {
            let members = room.membership.members.values();
            let hosts: Vec<UserId> = members.filter(|m| m.role == Role::Host).map(|m| m.user).collect();
            prop_assert_eq!(&hosts, &Vec::from_iter(room.membership.host));
            prop_assert_eq!(hosts.is_empty(), room.membership.members.is_empty());
        }
    }

    #[test]
    fn the_current_item_is_listed_and_there_is_one_unless_nothing_is(evening in evenings()) {
        for room in rooms(&evening) {
            let current = room.playback.current();
            prop_assert_eq!(current.is_none(), room.playlist.items.is_empty());
            prop_assert!(current.is_none_or(|item| room.playlist.get(item).is_some()));
        }
    }

    #[test]
    fn the_drawn_order_holds_every_item_once(evening in evenings()) {
        for room in rooms(&evening) {
            let mut listed: Vec<ItemId> = room.playlist.items.iter().map(|item| item.id).collect();
            let mut drawn = room.playlist.shuffled.clone().unwrap_or(listed.clone());
            listed.sort();
            drawn.sort();
            prop_assert_eq!(listed, drawn);
        }
    }

    #[test]
    fn the_music_stands_or_starts_within_the_track(evening in evenings()) {
        for room in rooms(&evening) {
            let Some(timeline) = room.playback.timeline else { continue };
            let end = room.playlist.get(timeline.item).and_then(|item| item.track.end());
            prop_assert!(end.is_none_or(|end| timeline.position <= end));
        }
    }

    #[test]
    fn the_position_never_runs_backwards_while_playing(evening in evenings(), later in 0..20_000i64) {
        for moment in &evening {
            let (Some(before), Some(after)) = (moment.before.open(), moment.after.open()) else { continue };
            let now = moment.ctx.now;
            prop_assert!(position_at(after, now) <= position_at(after, now + Span::from_ms(later)));
            if before.playback.is_playing() && !moment.goes_elsewhere() {
                prop_assert!(position_at(before, now) <= position_at(after, now));
            }
        }
    }

    #[test]
    fn a_room_that_is_up_hands_over_without_a_gap(evening in evenings()) {
        for moment in &evening {
            let Some(end) = moment.before.open().and_then(|room| room.playback.ends_at(&room.playlist)) else { continue };
            let in_time = moment.ctx.now + moment.ctx.lead.min(playback::NOTICE) <= end;
            for event in moment.music() {
                if let playback::Event::Changed { timeline, why: playback::Change::Ended } = event {
                    prop_assert!(timeline.at >= end);
                    prop_assert!(!in_time || timeline.at == end);
                }
            }
        }
    }

    #[test]
    fn an_alarm_is_obeyed_and_the_next_one_is_later(
        evening in evenings(),
        late in prop_oneof![Just(0), 0..1_000i64, 0..400_000_000_000i64],
    ) {
        for moment in &evening {
            let mut room = moment.after.clone();
            let Some(alarm) = room.alarm() else { continue };
            let now = moment.ctx.now.max(alarm.at) + Span::from_ms(late);
            let ctx = Context { by: By::System, now, ..moment.ctx.clone() };
            let events = room.decide(&alarm.command, &ctx);
            prop_assert!(events.as_ref().is_ok_and(|events| (1..=2).contains(&events.len())), "{events:?}");
            for event in events.unwrap_or_default() {
                room.evolve(&event);
            }
            prop_assert!(room.alarm().is_none_or(|next| next.at > alarm.at));
        }
    }

    #[test]
    fn however_late_a_room_wakes_it_has_caught_up_after_a_few_steps(
        evening in evenings(),
        late in 0..400_000_000_000i64,
    ) {
        let Some(last) = evening.last() else { return Ok(()) };
        let mut room = last.after.clone();
        let now = last.ctx.now + Span::from_ms(late);
        let ctx = Context { by: By::System, now, ..last.ctx.clone() };
        let mut steps = 0;
        while let Some(alarm) = room.alarm().filter(|alarm| alarm.at <= now) {
            for event in room.decide(&alarm.command, &ctx).unwrap_or_default() {
                room.evolve(&event);
            }
            steps += 1;
            prop_assert!(steps <= 3, "{:?}", alarm);
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer_and_a_rejection_changes_nothing(evening in evenings()) {
        for moment in &evening {
            prop_assert_eq!(&moment.before.decide(&moment.command, &moment.ctx), &moment.decided);
            if moment.decided.is_err() {
                prop_assert_eq!(&moment.before, &moment.after);
            }
        }
    }

    #[test]
    fn replaying_the_facts_gives_the_same_room(evening in evenings()) {
        let mut replayed = quiet_room().state;
        for moment in &evening {
            moment.events().iter().for_each(|event| replayed.evolve(event));
            prop_assert_eq!(&replayed, &moment.after);
        }
    }

    #[test]
    fn who_is_banned_is_no_member_and_who_is_muted_says_nothing(evening in evenings()) {
        for moment in &evening {
            let (Some(before), Some(after)) = (moment.before.open(), moment.after.open()) else { continue };
            prop_assert!(after.moderation.banned.keys().all(|user| after.membership.role(*user).is_none()));
            let Some(user) = moment.ctx.by.user().filter(|user| before.is_muted(*user)) else { continue };
            let speaks = moment.events().iter().any(|event| {
                matches!(event, Event::Chat(chat::Event::Said { .. }) | Event::Request(request::Event::Submitted { .. }))
            });
            prop_assert!(!speaks, "{user}");
        }
    }

    #[test]
    fn votes_are_those_of_members_about_what_plays_and_chat_and_undo_are_bounded(evening in evenings()) {
        for room in rooms(&evening) {
            prop_assert!(room.votes.by.iter().all(|user| room.membership.role(*user).is_some()));
            prop_assert!(room.votes.by.is_empty() || room.playback.current().is_some());
            prop_assert!(room.undo.steps.len() <= undo::MAX_STEPS);
            let seen = room.chat.messages.iter().filter(|m| m.text.is_some());
            prop_assert!(seen.into_iter().all(|m| !room.chat.deleted.contains(&m.id)));
        }
    }

    #[test]
    fn every_request_is_in_one_place_and_what_waits_was_asked_by_a_member(evening in evenings()) {
        for room in rooms(&evening) {
            let request::Requests { pending, decided } = &room.requests;
            prop_assert!(pending.iter().all(|r| r.decision.is_none() && room.membership.role(r.by).is_some()));
            prop_assert!(decided.iter().all(|r| r.decision.is_some()));
            let mut ids: Vec<RequestId> = pending.iter().chain(decided).map(|r| r.id).collect();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), pending.len() + decided.len());
        }
    }

    #[test]
    fn where_the_host_controls_a_guest_changes_nothing_but_its_own_belonging_and_the_end_of_a_track(
        evening in evenings(),
    ) {
        for moment in &evening {
            let Some(room) = moment.before.open() else { continue };
            if moment.role_of_caller() != Some(Role::Guest) || room.settings.control == Control::Everyone {
                continue;
            }
            for event in moment.events() {
                let over = matches!(
                    event,
                    Event::Playback(playback::Event::Finished { .. })
                        | Event::Playback(playback::Event::Changed { why: playback::Change::Ended, .. })
                );
                let own = matches!(
                    event,
                    Event::Membership(_)
                        | Event::Request(request::Event::Submitted { .. } | request::Event::Withdrawn { .. })
                        | Event::Chat(_)
                        | Event::Vote(_)
                );
                let over = over || moment.events().iter().any(|event| matches!(event, Event::Vote(_)));
                prop_assert!(over || own, "{event:?}");
            }
        }
    }

    #[test]
    fn a_stranger_changes_nothing_but_by_coming_in(evening in evenings()) {
        for moment in &evening {
            let Some(user) = moment.ctx.by.user().filter(|_| moment.role_of_caller().is_none()) else { continue };
            for event in moment.events() {
                let comes_in = matches!(event, Event::Membership(membership::Event::Joined { user: who, .. }) if *who == user);
                prop_assert!(comes_in, "{event:?}");
            }
        }
    }
}

/// The properties above say little about evenings in which little happens.
#[test]
fn the_evenings_are_eventful() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut over, mut refused, mut shuffling, mut playing) = (0, 0, 0, 0);
    let (mut approved, mut undone, mut voted_off) = (0, 0, 0);
    for _ in 0..200 {
        let evening = evenings()
            .new_tree(&mut runner)
            .expect("an evening")
            .current();
        for moment in &evening {
            let ended = |event: &playback::Event| {
                matches!(
                    event,
                    playback::Event::Changed {
                        why: playback::Change::Ended,
                        ..
                    }
                )
            };
            over += usize::from(moment.music().any(ended));
            refused += usize::from(moment.decided.is_err());
            undone += usize::from(moment.events().iter().any(|e| matches!(e, Event::Undo(_))));
            let off = |event: &playback::Event| {
                matches!(
                    event,
                    playback::Event::Changed {
                        why: playback::Change::VotedOff,
                        ..
                    }
                )
            };
            voted_off += usize::from(moment.music().any(off));
            approved += moment
                .events()
                .iter()
                .filter(|event| matches!(event, Event::Request(request::Event::Approved { .. })))
                .count();
        }
        shuffling += rooms(&evening)
            .filter(|room| room.playlist.shuffled.is_some())
            .count();
        playing += rooms(&evening)
            .filter(|room| room.playback.is_playing())
            .count();
    }
    for count in [over, refused, shuffling, playing] {
        assert!(count > 500, "{over} {refused} {shuffling} {playing}");
    }
    for count in [approved, undone, voted_off] {
        assert!(count > 5, "{approved} {undone} {voted_off}");
    }
}
