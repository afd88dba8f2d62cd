"""Friend rooms (seed 001) over Socket.IO, with the stock Python client."""

import re
import time

import httpx
import pytest
import socketio
from conftest import PATIENCE, Person, Server, guest
from friend_rooms import ALL, Friend, song

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
STATE = {"playing", "position", "timestamp", "current_time"}


@pytest.fixture
def own_room(host: Person) -> str:
    """A public room with nothing in it but its host."""
    return host.ok("POST", "rooms/create", {"name": "Room Name", "is_friends_only": False})["room_id"]


def close_to(expected: float) -> object:
    return pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ALL])
def test_every_transport_says_connected(host: Person, transports: list[str]) -> None:
    with Friend(host, transports) as friend:
        assert friend.connected["user_id"] == host.id
        assert ISO.fullmatch(friend.connected["timestamp"])
        assert set(friend.connected) == {"user_id", "timestamp"}


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
def test_the_token_may_come_in_the_query(host: Person, transports: list[str]) -> None:
    with Friend(host, transports, by_query=True) as friend:
        assert friend.connected["user_id"] == host.id


@pytest.mark.parametrize("auth", [None, {}, {"token": "wrong"}, {"token": 7}])
def test_without_a_valid_token_nobody_is_let_in(server: Server, auth: object) -> None:
    client, refused = socketio.Client(reconnection=False), []
    client.on("connect_error", lambda data: refused.append(data))
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(f"http://127.0.0.1:{server.port}", auth=auth, wait_timeout=PATIENCE)
    assert "AUTH_REQUIRED" in refused[0]["message"]


def test_a_foreign_origin_is_refused_on_both_transports(server: Server, host: Person) -> None:
    base = f"http://127.0.0.1:{server.port}/socket.io/?EIO=4&transport="
    for transport in ALL:
        headers = {"origin": "https://evil.test"}
        if transport == "websocket":
            headers |= {
                "connection": "upgrade",
                "upgrade": "websocket",
                "sec-websocket-version": "13",
                "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            }
        answer = httpx.get(base + transport, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), transport


def test_who_joins_is_told_the_room_and_the_others_are_told(host: Person, listener: Person, own_room: str) -> None:
    with Friend(host) as at_host, Friend(listener) as at_listener:
        joined = at_host.join(own_room)
        assert set(joined) == {"room_id", "room_state", "is_host", "timestamp"}
        assert (joined["room_id"], joined["is_host"]) == (own_room, True)
        state = joined["room_state"]
        assert (state["host_id"], state["name"], state["current_song"]) == (host.id, "Room Name", None)
        assert state["participants"] == [host.id]
        assert state["playback_state"]["playing"] is False

        joined = at_listener.join(own_room)
        assert joined["is_host"] is False
        assert set(joined["room_state"]["participants"]) == {host.id, listener.id}
        told = at_host.hear("user_joined")
        assert set(told) == {"user_id", "timestamp"}
        assert told["user_id"] == listener.id
        at_listener.hears_no("user_joined")


def test_one_report_of_the_host_is_one_state_for_all_the_others(
    host: Person, listener: Person, own_room: str
) -> None:
    with Friend(host) as at_host, Friend(listener) as at_listener:
        at_host.join(own_room)
        at_listener.join(own_room)
        reports = [
            (True, 45.5, song()),
            (True, 60.25, None),
            (False, 61.0, song()),
            (False, 12.0, None),
            (True, 12.0, song("Another", "abc")),
        ]
        named = None
        for playing, position, what in reports:
            at_host.sync(own_room, playing, position, what)
            told = at_listener.hear("state_synced")
            assert set(told) == {"playback_state", "current_song", "timestamp"}
            state, named = told["playback_state"], what or named
            assert set(state) == STATE
            assert (state["playing"], state["position"], state["current_time"]) == (playing, position, position)
            assert ISO.fullmatch(state["timestamp"])
            assert told["current_song"] == named
        at_listener.hears_no("state_synced")
        at_host.hears_no("state_synced")


def test_a_steady_host_leaves_no_trace_and_is_not_counted(own_server: Server) -> None:
    own_server.stop()
    own_server.limits = []
    own_server.start()
    host, listener = guest(own_server), guest(own_server)
    room = host.ok("POST", "rooms/create", {"visibility": "public"})["room_id"]
    with Friend(host) as at_host, Friend(listener) as at_listener:
        at_host.join(room)
        at_listener.join(room)
        at_host.sync(room, True, 10.0, song())
        at_listener.hear("state_synced")
        started = time.monotonic()
        entries = len(host.ok("GET", f"rooms/{room}/history")["entries"])
        for _ in range(75):
            position = 10.0 + time.monotonic() - started
            at_host.sync(room, True, position, song())
            assert at_listener.hear("state_synced")["playback_state"]["position"] == close_to(position)
        at_host.hears_no("error")
        assert len(host.ok("GET", f"rooms/{room}/history")["entries"]) == entries

        for n in range(70):
            at_host.sync(room, True, 100.0 + 10 * n, song())
        refused = at_host.hear("error")
        assert refused["code"] == "RATE_LIMITED"
        assert 0 < refused["retry_after_ms"] <= 60_000


def test_a_report_is_journaled_as_the_command_it_means(host: Person, own_room: str) -> None:
    with Friend(host) as at_host:
        at_host.join(own_room)
        for playing, position, what in [(True, 5.0, song()), (True, 50.0, None), (False, 50.0, None), (True, 50.0, None)]:
            state = {"playing": playing, "position": position}
            report = {"room_id": own_room, "playback_state": state, "current_song": what}
            assert at_host.ask("sync_state", report) == {"ok": True}
        entries = host.ok("GET", f"rooms/{own_room}/history")["entries"]
        assert [e["cause"]["command"] for e in entries[1:]] == ["select", "seek", "pause", "play"]
        playlist = host.ok("GET", f"rooms/{own_room}/playlist")["items"]
        assert [item["track"]["youtube_video_id"] for item in playlist] == ["dQw4w9WgXcQ"]


def test_what_the_room_cannot_name_is_shown_and_not_kept(host: Person, listener: Person, own_room: str) -> None:
    with Friend(host) as at_host, Friend(listener) as at_listener:
        at_host.join(own_room)
        at_listener.join(own_room)
        at_host.sync(own_room, True, 45.5)
        told = at_listener.hear("state_synced")
        assert (told["playback_state"]["position"], told["current_song"]) == (45.5, None)
        at_host.sync(own_room, False, 7.5, {"title": "From my own shelf", "artists": []})
        told = at_listener.hear("state_synced")
        assert told["current_song"]["title"] == "From my own shelf"
        at_listener.say("request_sync", {"room_id": own_room})
        told = at_listener.hear("state_synced")
        assert (told["playback_state"]["position"], told["playback_state"]["playing"]) == (7.5, False)


def test_only_the_host_says_what_plays(host: Person, listener: Person, own_room: str) -> None:
    with Friend(host) as at_host, Friend(listener) as at_listener:
        at_host.join(own_room)
        at_listener.join(own_room)
        at_listener.sync(own_room, True, 45.5, song())
        refused = at_listener.hear("error")
        assert refused["code"] == "UPDATE_FAILED"
        assert set(refused) == {"message", "code"}
        at_host.hears_no("state_synced")


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        ("join_room", None, "INVALID_REQUEST"),
        ("join_room", {}, "INVALID_REQUEST"),
        ("join_room", {"room_id": 7}, "INVALID_REQUEST"),
        ("join_room", {"room_id": "room_xxx"}, "JOIN_FAILED"),
        ("join_room", {"room_id": "room_" + 32 * "0"}, "JOIN_FAILED"),
        ("join_room", {"room_id": "room_xxx", "unknown": 1}, "INVALID_REQUEST"),
        ("sync_state", {}, "INVALID_REQUEST"),
        ("sync_state", {"room_id": "room_xxx"}, "INVALID_REQUEST"),
        ("sync_state", {"room_id": "room_xxx", "playback_state": {"playing": True, "position": 1}}, "NOT_IN_ROOM"),
        ("request_sync", {}, "INVALID_REQUEST"),
        ("request_sync", {"room_id": "room_" + 32 * "0"}, "NOT_IN_ROOM"),
        ("leave_room_socket", None, "NOT_IN_ROOM"),
        ("leave_room_socket", {"room_id": "room_" + 32 * "0"}, "NOT_IN_ROOM"),
        ("no_such_event", {}, "INVALID_REQUEST"),
    ],
)
def test_what_cannot_be_done_is_said_by_code(host: Person, event: str, data: object, code: str) -> None:
    with Friend(host) as friend:
        answer = friend.ask(event, data)
        assert answer["code"] == code, answer
        assert friend.hear("error") == answer


@pytest.mark.parametrize("position", [-1, "45.5", None, 1e12])
def test_a_position_is_a_number_of_seconds(host: Person, own_room: str, position: object) -> None:
    with Friend(host) as friend:
        friend.join(own_room)
        report = {"room_id": own_room, "playback_state": {"playing": True, "position": position}}
        assert friend.ask("sync_state", report)["code"] == "INVALID_REQUEST"


def test_what_is_no_json_ends_its_connection(host: Person, own_room: str) -> None:
    friend = Friend(host)
    friend.join(own_room)
    # Python writes NaN, which is not JSON.
    friend.sync(own_room, True, float("nan"))
    friend.hear("disconnect")


def test_ping_is_answered_with_the_time(host: Person) -> None:
    with Friend(host) as friend:
        friend.say("ping")
        pong = friend.hear("pong")
        assert set(pong) == {"timestamp"}
        assert ISO.fullmatch(pong["timestamp"])
        friend.say("ping", {"any": "thing"})
        friend.hear("pong")


def test_one_device_that_leaves_or_goes_is_not_its_user(host: Person, listener: Person, own_room: str) -> None:
    with Friend(host) as at_host, Friend(listener) as phone, Friend(listener) as laptop:
        at_host.join(own_room)
        phone.join(own_room)
        assert at_host.hear("user_joined")["user_id"] == listener.id
        laptop.join(own_room)
        at_host.hears_no("user_joined")

        phone.say("leave_room_socket")
        assert phone.hear("room_left")["room_id"] == own_room
        at_host.sync(own_room, True, 1.0, song())
        laptop.hear("state_synced")
        phone.hears_no("state_synced")
        at_host.hears_no("user_left")

        laptop.say("leave_room_socket", {"room_id": own_room})
        left = laptop.hear("room_left")
        assert set(left) == {"room_id", "timestamp"}
        told = at_host.hear("user_left")
        assert (told["user_id"], set(told)) == (listener.id, {"user_id", "timestamp"})
        assert host.ok("GET", f"rooms/{own_room}")["room"]["participants"] == [host.id]


def test_a_listener_that_is_cut_off_is_gone_and_comes_back(host: Person, listener: Person, own_room: str) -> None:
    with Friend(host) as at_host:
        at_host.join(own_room)
        with Friend(listener) as at_listener:
            at_listener.join(own_room)
            at_host.hear("user_joined")
        assert at_host.hear("user_left")["user_id"] == listener.id
        assert listener.id in host.ok("GET", f"rooms/{own_room}")["room"]["participants"]
        with Friend(listener) as at_listener:
            at_listener.join(own_room)
            assert at_host.hear("user_joined")["user_id"] == listener.id


def test_what_other_protocols_do_is_told_here(host: Person, listener: Person, room: str) -> None:
    with Friend(listener) as at_listener:
        at_listener.join(room)
        host.ok("POST", f"rooms/{room}/playback", {"action": "play"})
        told = at_listener.hear("state_synced")
        assert told["playback_state"]["playing"] is True
        assert told["current_song"]["title"] == "first"
        host.ok("POST", f"rooms/{room}/playback", {"action": "skip_next"})
        assert at_listener.hear("state_synced")["current_song"]["title"] == "second"
        third = guest(host.server, "Third")
        third.ok("POST", "rooms/join", {"room_id": room})
        assert at_listener.hear("user_joined")["user_id"] == third.id
        third.ok("POST", f"rooms/{room}/leave")
        assert at_listener.hear("user_left")["user_id"] == third.id
        host.ok("POST", f"rooms/{room}/host", {"user_id": listener.id})
        changed = at_listener.hear("host_changed")
        assert (changed["host_id"], changed["new_host_id"], changed["old_host_id"]) == (
            listener.id,
            listener.id,
            host.id,
        )


def test_what_is_done_here_is_heard_on_the_native_socket(host: Person, listener: Person, own_room: str) -> None:
    listener.ok("POST", "rooms/join", {"room_id": own_room})
    with Friend(host) as at_host, listener.socket() as native:
        native.watch(own_room)
        at_host.join(own_room)
        at_host.sync(own_room, True, 45.5, song())
        entry = native.hear("entry", where=lambda m: m["cause"]["command"] == "select")
        timeline = next(e["timeline"] for e in entry["events"] if e["type"] == "item_changed")
        assert (timeline["playing"], timeline["position_ms"]) == (True, 45_500)
        # Who plays already needs no head start.
        assert timeline["starts_at_ms"] == entry["at_ms"]


def test_who_signs_out_is_hung_up_on_within_a_second(server: Server) -> None:
    for transports in [["polling"], ["websocket"]]:
        person = guest(server)
        with Friend(person, transports) as friend:
            started = time.monotonic()
            person.ok("POST", "auth/logout", {"refresh_token": person.signed_in["refresh_token"]})
            assert friend.hear("error")["code"] == "AUTH_REQUIRED"
            friend.hear("disconnect")
            assert time.monotonic() - started < 1.0


def test_a_fresh_token_keeps_the_connection(server: Server) -> None:
    person, other = guest(server), guest(server)
    with Friend(person) as friend:
        assert friend.ask("authenticate", {"token": person.token})["user_id"] == person.id
        assert friend.ask("authenticate", {"token": other.token})["code"] == "INVALID_REQUEST"
        assert friend.ask("authenticate", {"token": "wrong"})["code"] == "AUTH_REQUIRED"


def test_a_restart_hangs_up_and_clients_come_back_by_themselves(own_server: Server) -> None:
    person = guest(own_server)
    for transports in [["polling"], ["websocket"]]:
        friend = Friend(person, transports)
        friend.hear("connected")
        friend.client.reconnection = True
        friend.client.reconnection_delay = 0.2
        friend.client.reconnection_delay_max = 0.5
        assert own_server.stop() == 0
        assert not [line for line in own_server.said if "ERROR" in line]
        friend.hear("disconnect")
        own_server.start()
        assert friend.hear("connected")["user_id"] == person.id
        friend.client.reconnection = False
        friend.client.disconnect()


def test_a_message_that_is_too_large_ends_its_connection_alone(host: Person, listener: Person) -> None:
    with Friend(listener) as other:
        friend = Friend(host, ["websocket"])
        friend.hear("connected")
        friend.say("ping", "x" * 70_000)
        friend.hear("disconnect")
        other.say("ping")
        other.hear("pong")
