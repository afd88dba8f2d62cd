//! Who belongs, as rules.

use crate::domain::room::testkit::*;
use crate::domain::room::{self, Room, settings};
use crate::domain::testkit::*;

use super::*;

const JOIN: Command = Command::Join { invite: None };

fn join_with(secret: &str) -> Command {
    let invite = Some(secret.into());
    Command::Join { invite }
}

fn joined_as(user: UserId, role: Role, at_ms: i64) -> Event {
    let at = at(at_ms);
    Event::Joined { user, role, at }
}

fn left(user: UserId) -> Event {
    Event::Left { user }
}

fn host_changed(to: UserId, why: HostChange) -> Event {
    let from = Some(host());
    Event::HostChanged { from, to, why }
}

fn visible_to(visibility: Visibility) -> Story<Room> {
    room_with([]).after(settings::Event::VisibilitySet(visibility))
}

fn role(room: &Story<Room>, user: UserId) -> Option<Role> {
    room.room().membership.role(user)
}

mod join {
    use super::*;

    #[test]
    fn anybody_joins_a_public_room_as_a_guest() {
        let room = room_with([]).by(stranger()).at(7_000);
        room.when(JOIN)
            .then([joined_as(stranger(), Role::Guest, 7_000)]);
    }

    #[test]
    fn joining_twice_changes_nothing() {
        room_with([]).by(guest()).when(JOIN).then_nothing();
    }

    #[test]
    fn only_friends_of_the_host_join_a_friends_room() {
        let room = visible_to(Visibility::Friends).by(stranger());
        let room = room.when(JOIN).rejected(Rejection::FriendsOnly);
        let room = room
            .when(join_with("C0DE"))
            .rejected(Rejection::FriendsOnly);
        let room = room
            .friend_of(guest())
            .when(JOIN)
            .rejected(Rejection::FriendsOnly);
        room.friend_of(host()).when(JOIN).accepted();
    }

    #[test]
    fn whom_a_member_invites_joins_whatever_the_visibility() {
        for visibility in [Visibility::Friends, Visibility::Invite] {
            let room = visible_to(visibility).by(stranger());
            room.invited_by(guest()).when(JOIN).accepted();
        }
    }

    #[test]
    fn an_invite_of_one_who_has_left_opens_nothing() {
        let room = visible_to(Visibility::Invite).after(left(guest()));
        let room = room.by(stranger()).invited_by(guest());
        room.when(JOIN).rejected(Rejection::InviteNeeded);
    }

    #[test]
    fn a_friends_room_without_a_host_opens_to_a_valid_invite() {
        let room = visible_to(Visibility::Friends).after(left(guest()));
        let room = room.after(left(other_guest())).after(left(host()));
        let room = room
            .by(stranger())
            .when(JOIN)
            .rejected(Rejection::FriendsOnly);
        room.when(join_with("C0DE"))
            .then([joined_as(stranger(), Role::Host, 0)]);
    }

    #[test]
    fn a_room_by_invite_takes_its_code_or_its_link_and_nothing_else() {
        let room = visible_to(Visibility::Invite).by(stranger());
        let room = room.when(JOIN).rejected(Rejection::InviteNeeded);
        let room = room
            .when(join_with("WR0NG"))
            .rejected(Rejection::InviteNeeded);
        room.clone().when(join_with("C0DE")).accepted();
        room.when(join_with("L1NK")).accepted();
    }

    #[test]
    fn an_old_invite_opens_nothing() {
        let new = settings::Invite {
            code: "NEW".into(),
            link: "NEWL1NK".into(),
        };
        let old = invite();
        let room = visible_to(Visibility::Invite);
        let room = room.after(settings::Event::InviteRenewed { old, new });
        room.by(stranger())
            .when(join_with("C0DE"))
            .rejected(Rejection::InviteNeeded);
    }

    #[test]
    fn a_full_room_takes_nobody_more() {
        let mut room = quiet_room();
        for n in 1..MAX_MEMBERS as u128 {
            let user = UserId(uuid::Uuid::from_u128(1_000 + n));
            room.happens(joined(user, Role::Guest));
        }
        room.by(stranger()).when(JOIN).rejected(Rejection::Full);
    }
}

mod leave {
    use super::*;

    #[test]
    fn a_guest_leaves_and_the_host_stays_host() {
        let room = room_with([]).by(guest());
        let room = room.when(Command::Leave).then([left(guest())]);
        assert_eq!(room.room().membership.host, Some(host()));
    }

    #[test]
    fn leaving_a_room_one_is_not_in_changes_nothing() {
        room_with([])
            .by(stranger())
            .when(Command::Leave)
            .then_nothing();
    }

    #[test]
    fn the_longest_present_member_becomes_host() {
        let room = room_with([]).connected([other_guest(), guest()]);
        let room = room
            .when(Command::Leave)
            .then([host_changed(guest(), HostChange::Left), left(host())]);
        assert_eq!(role(&room, guest()), Some(Role::Host));
        assert_eq!(role(&room, host()), None);
    }

    #[test]
    fn who_is_connected_becomes_host_before_who_is_not() {
        let room = room_with([]).connected([host(), other_guest()]);
        room.when(Command::Leave)
            .then([host_changed(other_guest(), HostChange::Left), left(host())]);
    }

    #[test]
    fn where_nobody_is_connected_the_one_longest_a_member_becomes_host() {
        let room = room_with([]).connected([]);
        room.when(Command::Leave)
            .then([host_changed(guest(), HostChange::Left), left(host())]);
    }

    #[test]
    fn who_leaves_and_returns_is_the_last_in_line() {
        let room = room_with([]).by(guest());
        let room = room.when(Command::Leave).accepted();
        let room = room.when(JOIN).accepted();
        room.by(host())
            .when(Command::Leave)
            .then([host_changed(other_guest(), HostChange::Left), left(host())]);
    }

    #[test]
    fn a_room_everybody_left_stays_open_without_a_host_and_the_next_to_join_becomes_it() {
        let room = quiet_room();
        let room = room.when(Command::Leave).then([left(host())]);
        assert_eq!(room.room().membership.host, None);
        room.by(guest())
            .when(JOIN)
            .then([joined_as(guest(), Role::Host, 0)]);
    }

    #[test]
    fn tutti_itself_neither_joins_nor_leaves() {
        for command in [JOIN, Command::Leave, Command::ClaimHost] {
            let room = room_with([]).by_system();
            room.when(command).rejected(Rejection::NotMember);
        }
    }
}

mod host {
    use super::*;

    fn transfer(to: UserId) -> Command {
        Command::TransferHost { to }
    }

    const LOST: fn() -> Command = || Command::SucceedHost { lost: host() };

    #[test]
    fn the_host_hands_the_room_over_and_is_a_guest_from_then_on() {
        let room = room_with([]);
        let room = room
            .when(transfer(guest()))
            .then([host_changed(guest(), HostChange::Transferred)]);
        assert_eq!(role(&room, guest()), Some(Role::Host));
        assert_eq!(role(&room, host()), Some(Role::Guest));
    }

    #[test]
    fn handing_the_room_to_oneself_changes_nothing() {
        room_with([]).when(transfer(host())).then_nothing();
    }

    #[test]
    fn the_room_is_handed_to_members_only() {
        room_with([])
            .when(transfer(stranger()))
            .rejected(Rejection::NoSuchMember);
    }

    #[test]
    fn only_the_host_hands_the_room_over() {
        let room = room_with([]).by(guest());
        let room = room.when(transfer(guest())).rejected(Rejection::OnlyHost);
        room.by(stranger())
            .when(transfer(stranger()))
            .rejected(Rejection::NotMember);
    }

    #[test]
    fn a_member_claims_the_room_while_its_host_is_not_connected() {
        let room = room_with([]).by(other_guest());
        let room = room
            .connected([guest(), other_guest()])
            .when(Command::ClaimHost)
            .then([host_changed(other_guest(), HostChange::Claimed)]);
        assert_eq!(role(&room, host()), Some(Role::Guest));
    }

    #[test]
    fn a_member_claims_a_room_without_a_host() {
        let room = room_with([]).after(left(host())).by(guest());
        room.when(Command::ClaimHost).then([Event::HostChanged {
            from: None,
            to: guest(),
            why: HostChange::Claimed,
        }]);
    }

    #[test]
    fn nobody_claims_the_room_of_a_connected_host() {
        let room = room_with([]).by(guest()).connected([host()]);
        room.when(Command::ClaimHost)
            .rejected(Rejection::HostPresent);
    }

    #[test]
    fn a_stranger_claims_nothing_and_a_host_what_it_has() {
        let room = room_with([]).when(Command::ClaimHost).then_nothing();
        room.by(stranger())
            .when(Command::ClaimHost)
            .rejected(Rejection::NotMember);
    }

    #[test]
    fn where_the_host_is_lost_the_longest_present_connected_member_takes_over() {
        let room = room_with([]).by_system().connected([other_guest()]);
        room.when(LOST())
            .then([host_changed(other_guest(), HostChange::Lost)]);
        let room = room_with([])
            .by_system()
            .connected([other_guest(), guest()]);
        room.when(LOST())
            .then([host_changed(guest(), HostChange::Lost)]);
    }

    #[test]
    fn a_host_that_came_back_in_time_stays_host() {
        let room = room_with([]).by_system().connected([host(), guest()]);
        room.when(LOST()).then_nothing();
    }

    #[test]
    fn where_nobody_is_connected_the_lost_host_stays_host() {
        room_with([]).by_system().when(LOST()).then_nothing();
    }

    #[test]
    fn a_host_that_is_host_no_longer_cannot_be_lost() {
        let room = room_with([]).when(transfer(guest())).accepted();
        let room = room.by_system().connected([other_guest()]);
        room.when(LOST()).then_nothing();
    }

    #[test]
    fn nobody_but_tutti_says_that_a_host_is_lost() {
        let room = room_with([]).by(guest()).connected([guest()]);
        room.when(LOST()).rejected(Rejection::OnlyHost);
    }
}

mod roles {
    use super::*;

    fn promote(user: UserId) -> Command {
        Command::Promote { user }
    }

    fn demote(user: UserId) -> Command {
        Command::Demote { user }
    }

    #[test]
    fn the_host_promotes_and_demotes() {
        let (user, room) = (guest(), room_with([]));
        let room = room.when(demote(user)).then_nothing();
        let role = Role::CoHost;
        let room = room
            .when(promote(user))
            .then([Event::RoleChanged { user, role }]);
        let room = room.when(promote(user)).then_nothing();
        let role = Role::Guest;
        room.when(demote(user))
            .then([Event::RoleChanged { user, role }]);
    }

    #[test]
    fn only_the_host_promotes_and_demotes() {
        let co_host = room_with([]).when(promote(guest())).accepted().by(guest());
        for command in [promote(other_guest()), demote(guest())] {
            let room = co_host.clone();
            let room = room.when(command.clone()).rejected(Rejection::OnlyHost);
            room.by(stranger())
                .when(command)
                .rejected(Rejection::NotMember);
        }
    }

    #[test]
    fn only_members_have_roles() {
        room_with([])
            .when(promote(stranger()))
            .rejected(Rejection::NoSuchMember);
    }

    #[test]
    fn the_hosts_own_role_changes_only_by_handing_the_room_over() {
        for command in [promote(host()), demote(host())] {
            room_with([]).when(command).rejected(Rejection::IsHost);
        }
    }

    #[test]
    fn a_co_host_that_becomes_host_hands_its_old_role_to_nobody() {
        let room = room_with([]).when(promote(other_guest())).accepted();
        let to = other_guest();
        let room = room.when(Command::TransferHost { to }).accepted();
        assert_eq!(role(&room, to), Some(Role::Host));
        assert_eq!(role(&room, host()), Some(Role::Guest));
        assert_eq!(role(&room, guest()), Some(Role::Guest));
    }
}

#[test]
fn a_rejection_reads_as_a_sentence_for_the_person_who_asked() {
    let said = room::Rejection::from(Rejection::HostPresent).to_string();
    assert_eq!(
        said,
        "the host is connected: ask them to hand the room over"
    );
}

mod foremost {
    use super::*;

    fn crowd(order: impl Iterator<Item = u8>) -> Membership {
        let mut membership = Membership::default();
        for n in order {
            membership.evolve(&joined_as(user(n), Role::Guest, 0));
        }
        membership
    }

    fn users(members: &[Member]) -> Vec<UserId> {
        members.iter().map(|member| member.user).collect()
    }

    #[test]
    fn of_few_members_all_are_there_the_longest_present_first() {
        let members = crowd([7, 3, 9].into_iter());
        let expected = vec![user(7), user(3), user(9)];
        assert_eq!(users(&members.foremost(3)), expected);
    }

    #[test]
    fn of_many_members_those_with_a_role_come_first_and_then_the_longest_present() {
        let mut members = crowd((1..=50).rev());
        let co_host = Event::RoleChanged {
            user: user(2),
            role: Role::CoHost,
        };
        members.evolve(&co_host);
        members.evolve(&Event::HostChanged {
            from: None,
            to: user(1),
            why: HostChange::Claimed,
        });
        let expected = vec![user(1), user(2), user(50), user(49), user(48)];
        assert_eq!(users(&members.foremost(5)), expected);
    }
}
