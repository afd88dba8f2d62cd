"""Acknowledged means durable, and a playing room plays on."""

import time

from conftest import PASSWORD, Person, Server, guest, register, track


def test_everything_is_there_after_a_kill(own_server: Server) -> None:
    host, listener = register(own_server), guest(own_server, "Listener")
    room = host.ok("POST", "rooms/create", {"name": "Evening", "visibility": "invite"})
    room_id = room["room_id"]
    listener.ok("POST", "rooms/join", {"invite_code": room["invite_code"]})
    for title in ["first", "second", "third"]:
        host.ok("POST", f"rooms/{room_id}/playlist", {"track": track(title)})
    host.ok("POST", f"rooms/{room_id}/playback", {"action": "seek", "position_ms": 20_000})
    before = host.ok("GET", f"rooms/{room_id}")["room"]
    history = host.ok("GET", f"rooms/{room_id}/history?limit=100")

    own_server.kill()
    own_server.start()

    # The tokens still open everything: the sessions are there as well.
    after = host.ok("GET", f"rooms/{room_id}")["room"]
    assert without_time(after) == without_time(before)
    assert host.ok("GET", f"rooms/{room_id}/history?limit=100") == history
    assert listener.ok("GET", "me")["user_id" if "user_id" in listener.ok("GET", "me") else "user"]
    again = {"username": host.signed_in["user"]["username"], "password": PASSWORD}
    assert Person(own_server, host.ok("POST", "auth/login", again)).id == host.id


def test_a_playing_room_plays_on_through_a_kill(own_server: Server) -> None:
    host = guest(own_server)
    room_id = host.ok("POST", "rooms/create", {})["room_id"]
    host.ok("POST", f"rooms/{room_id}/playlist", {"track": track("long", 600_000)})
    with host.socket() as socket:
        snapshot = socket.watch(room_id)
        socket.command(room_id, type="play")
        entry = socket.hear("entry", where=lambda m: m["cause"]["command"] == "play")
        own_server.kill()
    own_server.start()
    with host.socket() as socket:
        resumed = socket.watch(room_id, epoch=snapshot["epoch"], after_seq=entry["seq"] - 1)
        assert resumed["type"] == "resumed"
        again = socket.hear("entry")
        assert (again["seq"], again["events"], again["cause"]) == (entry["seq"], entry["events"], entry["cause"])
    state = host.ok("GET", f"rooms/{room_id}")["room"]["playback_state"]
    assert state["playing"] is True
    starts_at_ms = entry["events"][0]["timeline"]["starts_at_ms"]
    assert abs(state["position_ms"] - max(0, time.time() * 1e3 - starts_at_ms)) < 1_000


def test_a_command_id_is_remembered_through_a_kill(own_server: Server) -> None:
    host = guest(own_server)
    room_id = host.ok("POST", "rooms/create", {})["room_id"]
    with host.socket() as socket:
        first = socket.command(room_id, "once-and-no-more", type="add", track=track("song"))
    own_server.kill()
    own_server.start()
    with host.socket() as socket:
        again = socket.command(room_id, "once-and-no-more", type="add", track=track("song"))
        assert (again["type"], again["seq"]) == ("accepted", first["seq"])
    assert len(host.ok("GET", f"rooms/{room_id}/playlist")["items"]) == 1


def test_a_polite_stop_says_goodbye_and_ends_well(own_server: Server) -> None:
    host = guest(own_server)
    room_id = host.ok("POST", "rooms/create", {})["room_id"]
    with host.socket() as socket:
        socket.watch(room_id)
        assert own_server.stop() == 0
        bye = socket.hear("bye")
        assert bye["code"] == 1012
        assert bye["retry_after_ms"] > 0


def without_time(room: dict) -> dict:
    """A room without what moves by itself."""
    state = {k: v for k, v in room["playback_state"].items() if k != "timestamp"}
    members = [{k: v for k, v in m.items() if k not in {"connected", "is_active", "last_seen"}} for m in room["members"]]
    return {**room, "playback_state": state, "members": members}
