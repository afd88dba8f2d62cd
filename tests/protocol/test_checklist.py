"""The ten lines of seed 001's testing checklist, with the stock Python clients."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import PASSWORD, PATIENCE, Person, Server, numbers, register
from friend_rooms import ALL, Friend, song


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that closes a room a second after everybody left it."""
    server = Server(tmp_path_factory.mktemp("data") / "tutti", ["--empty-rooms-after", "1s"])
    yield server
    server.kill()


@pytest.fixture
def friends(server: Server) -> tuple[Person, Person]:
    """Two people who are friends."""
    one, other = register(server), register(server)
    request = one.ok("POST", "friends/request", {"user_id": other.id})["request"]
    other.ok("POST", "friends/accept", {"request_id": request["request_id"]})
    return one, other


@pytest.fixture
def room(friends: tuple[Person, Person]) -> str:
    """A room of the first for friends only."""
    return friends[0].ok("POST", "rooms/create", {"name": "Ours", "is_friends_only": True})["room_id"]


def username(person: Person) -> str:
    return person.signed_in["user"]["username"]


def test_1_user_registration_with_username(server: Server) -> None:
    body = {"username": f"Listener_{next(numbers)}", "password": PASSWORD}
    answer = httpx.post(f"{server.api}/auth/register", json=body)
    assert answer.status_code == 201
    assert answer.json()["user"]["username"] == body["username"]
    again = httpx.post(f"{server.api}/auth/register", json={**body, "username": body["username"].upper()})
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")


def test_2_search_users_by_username(server: Server) -> None:
    me, other = register(server), register(server)
    part = username(other)[2:].upper()
    found = me.ok("POST", f"friends/search?q={part}&limit=20")["users"]
    assert other.id in [user["user_id"] for user in found]


def test_3_send_accept_reject_friend_requests(server: Server) -> None:
    me, yes, no = register(server), register(server), register(server)
    for other, verb in [(yes, "accept"), (no, "reject")]:
        me.ok("POST", "friends/request", {"username": username(other)})
        [waiting] = other.ok("GET", "friends/requests?type=received")["requests"]
        other.ok("POST", f"friends/{verb}", {"request_id": waiting["request_id"]})
    assert [friend["user_id"] for friend in me.ok("GET", "friends")["friends"]] == [yes.id]
    assert no.ok("GET", "friends")["friends"] == []


def test_4_create_friends_only_room(server: Server, friends: tuple[Person, Person], room: str) -> None:
    shown = friends[0].ok("GET", f"rooms/{room}")["room"]
    assert (shown["is_friends_only"], shown["host_id"]) == (True, friends[0].id)


def test_5_join_room_via_api(server: Server, friends: tuple[Person, Person], room: str) -> None:
    assert friends[1].ok("POST", "rooms/join", {"room_id": room})["is_host"] is False
    stranger = register(server).call("POST", "rooms/join", {"room_id": room})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "JOIN_FAILED")


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ALL])
def test_6_connect_websocket(friends: tuple[Person, Person], room: str, transports: list[str]) -> None:
    host, friend = friends
    with Friend(host, transports) as at_host, Friend(friend, transports) as at_friend:
        assert at_host.connected["user_id"] == host.id
        assert at_host.join(room)["is_host"] is True
        assert at_friend.join(room)["is_host"] is False
        assert at_host.hear("user_joined")["user_id"] == friend.id
    with Friend(register(host.server), transports) as at_stranger:
        at_stranger.say("join_room", {"room_id": room})
        assert at_stranger.hear("error")["code"] == "JOIN_FAILED"


def test_7_host_plays_music_listeners_sync(friends: tuple[Person, Person], room: str) -> None:
    with Friend(friends[0]) as at_host, Friend(friends[1]) as at_friend:
        at_host.join(room)
        at_friend.join(room)
        started = time.monotonic()
        for _ in range(3):
            position = 45.5 + time.monotonic() - started
            at_host.sync(room, True, position, song())
            told = at_friend.hear("state_synced")
            assert told["playback_state"]["playing"] is True
            assert told["playback_state"]["position"] == pytest.approx(position, abs=0.002)
            assert told["current_song"] == song()
            time.sleep(0.3)
        at_host.sync(room, False, 60.0)
        assert at_friend.hear("state_synced")["playback_state"]["playing"] is False


def test_8_late_joiner_receives_current_state(friends: tuple[Person, Person], room: str) -> None:
    with Friend(friends[0]) as at_host, Friend(friends[1]) as at_friend:
        at_host.join(room)
        at_host.ask("sync_state", {
            "room_id": room,
            "playback_state": {"playing": True, "position": 45.5, "current_time": 45.5},
            "current_song": song(),
        })
        started = time.monotonic()
        state = at_friend.join(room)["room_state"]
        assert state["current_song"]["youtube_video_id"] == song()["youtube_video_id"]
        assert 45.5 <= state["playback_state"]["position"] <= 45.6 + time.monotonic() - started
        time.sleep(0.5)
        at_friend.say("request_sync", {"room_id": room})
        told = at_friend.hear("state_synced")
        assert 46.0 <= told["playback_state"]["position"] <= 45.6 + time.monotonic() - started
        assert told["current_song"] == song()


def test_9_host_transfer_when_host_leaves(friends: tuple[Person, Person], room: str) -> None:
    host, friend = friends
    with Friend(host) as at_host, Friend(friend) as at_friend:
        at_host.join(room)
        at_friend.join(room)
        at_host.say("leave_room_socket", {"room_id": room})
        assert at_host.hear("room_left")["room_id"] == room
        assert at_friend.hear("user_left")["user_id"] == host.id
        assert at_friend.hear("host_changed")["host_id"] == friend.id
        at_friend.sync(room, True, 1.0, song())
        at_friend.hears_no("error")
        assert friend.ok("GET", f"rooms/{room}")["room"]["host_id"] == friend.id


def test_10_room_cleanup_when_empty(friends: tuple[Person, Person], room: str) -> None:
    host, friend = friends
    with Friend(host) as at_host, Friend(friend) as at_friend:
        at_host.join(room)
        at_friend.join(room)
        for socket in [at_friend, at_host]:
            socket.say("leave_room_socket")
            socket.hear("room_left")
    closed_by = time.monotonic() + PATIENCE
    while (answer := host.call("POST", "rooms/join", {"room_id": room})).status_code != 404:
        assert answer.status_code in (200, 403), answer.text
        assert time.monotonic() < closed_by
        if answer.is_success:
            host.ok("POST", f"rooms/{room}/leave")
        time.sleep(1.2)
