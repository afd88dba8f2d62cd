"""REST as a stranger's program would use it."""

import re

import httpx
import pytest

from conftest import PASSWORD, PATIENCE, Person, Server, guest, register, track

ERROR_FIELDS = {"code", "message", "retry_after_ms"}


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    body = answer.json()
    assert body["code"] == code
    assert body["message"]
    assert set(body) <= ERROR_FIELDS


def test_a_registered_person_logs_in_again_and_is_the_same(server: Server) -> None:
    person = register(server)
    username = person.signed_in["user"]["username"]
    answer = httpx.post(
        f"{server.api}/auth/login", json={"username": username.upper(), "password": PASSWORD}, timeout=PATIENCE
    )
    assert answer.is_success, answer.text
    assert answer.json()["user"]["user_id"] == person.id
    assert answer.json()["session_id"] != person.signed_in["session_id"]


def test_a_wrong_password_and_an_unknown_name_get_one_answer(server: Server) -> None:
    person = register(server)
    bodies = [
        {"username": person.signed_in["user"]["username"], "password": "not the passphrase"},
        {"username": "nobody_of_this_name", "password": "not the passphrase"},
    ]
    answers = [httpx.post(f"{server.api}/auth/login", json=body, timeout=PATIENCE) for body in bodies]
    refused(answers[0], 401, "AUTH_REQUIRED")
    assert answers[0].json() == answers[1].json()


def test_a_name_is_taken_whatever_its_case(server: Server) -> None:
    username = register(server).signed_in["user"]["username"]
    body = {"username": username.upper(), "password": PASSWORD}
    refused(httpx.post(f"{server.api}/auth/register", json=body, timeout=PATIENCE), 409, "CONFLICT")


def test_a_guest_registers_and_keeps_its_rooms(server: Server) -> None:
    person = guest(server, "Ana")
    room_id = person.ok("POST", "rooms/create", {})["room_id"]
    body = {"username": "ana_registers", "password": PASSWORD}
    registered = Person(server, person.ok("POST", "auth/register", body))
    assert registered.id == person.id
    assert [room["room_id"] for room in registered.ok("GET", "rooms")["rooms"]] == [room_id]


def test_a_refresh_token_works_once(server: Server) -> None:
    person = guest(server)
    body = {"refresh_token": person.signed_in["refresh_token"]}
    first = httpx.post(f"{server.api}/auth/refresh", json=body, timeout=PATIENCE)
    assert first.is_success, first.text
    refused(httpx.post(f"{server.api}/auth/refresh", json=body, timeout=PATIENCE), 401, "AUTH_REQUIRED")
    # Shown twice, it may have been stolen: what came of it is void too.
    stolen = {"refresh_token": first.json()["refresh_token"]}
    refused(httpx.post(f"{server.api}/auth/refresh", json=stolen, timeout=PATIENCE), 401, "AUTH_REQUIRED")


def test_a_signed_out_token_opens_nothing(server: Server) -> None:
    person = guest(server)
    assert person.call("POST", "auth/logout", {}).status_code == 204
    refused(person.call("GET", "me"), 401, "AUTH_REQUIRED")


def test_a_room_tells_what_it_is(host: Person, listener: Person, room: str) -> None:
    told = listener.ok("GET", f"rooms/{room}")["room"]
    assert told["host_id"] == host.id
    assert set(told["participants"]) == {host.id, listener.id}
    assert [item["track"]["title"] for item in told["queue"]] == ["first", "second"]
    assert told["current_song"]["title"] == "first"
    assert told["playback_state"]["playing"] is False
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["created_at"])


def test_a_code_opens_a_room_that_takes_an_invite(host: Person, listener: Person) -> None:
    made = host.ok("POST", "rooms/create", {"visibility": "invite"})
    refused(listener.call("POST", "rooms/join", {"room_id": made["room_id"]}), 403, "JOIN_FAILED")
    joined = listener.ok("POST", "rooms/join", {"invite_code": made["invite_code"]})
    assert joined["room"]["room_id"] == made["room_id"]
    assert joined["is_host"] is False


def test_the_music_obeys_the_host_and_nobody_else(host: Person, listener: Person, room: str) -> None:
    refused(listener.call("POST", f"rooms/{room}/playback", {"action": "play"}), 403, "UPDATE_FAILED")
    before = host.ok("GET", f"rooms/{room}")["room"]["seq"]
    assert host.ok("POST", f"rooms/{room}/playback", {"action": "play"})["seq"] == before + 1
    assert host.ok("POST", f"rooms/{room}/playback", {"action": "seek", "position_ms": 30_000})["seq"] == before + 2
    host.ok("POST", f"rooms/{room}/playback", {"action": "pause"})
    state = host.ok("GET", f"rooms/{room}")["room"]["playback_state"]
    assert state["playing"] is False
    assert 30_000 <= state["position_ms"] < 40_000
    assert state["position"] == pytest.approx(state["position_ms"] / 1e3)


def test_an_idempotency_key_applies_once(host: Person, room: str) -> None:
    key = {"headers": {"idempotency-key": "add-it-once"}}
    body = {"track": track("third")}
    first = host.ok("POST", f"rooms/{room}/playlist", body, **key)
    again = host.ok("POST", f"rooms/{room}/playlist", body, **key)
    assert first["item"]["item_id"] == again["item"]["item_id"]
    titles = [item["track"]["title"] for item in host.ok("GET", f"rooms/{room}/playlist")["items"]]
    assert titles == ["first", "second", "third"]
    other = host.call("POST", f"rooms/{room}/playlist", {"track": track("fourth")}, **key)
    refused(other, 409, "CONFLICT")


def test_history_and_the_state_as_it_was(host: Person, room: str) -> None:
    seq = host.ok("POST", f"rooms/{room}/playback", {"action": "play"})["seq"]
    host.ok("POST", f"rooms/{room}/playback", {"action": "skip_next"})
    entries = host.ok("GET", f"rooms/{room}/history?limit=100")["entries"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["cause"]["command"] for entry in entries[-2:]] == ["play", "skip_next"]
    assert entries[-1]["cause"]["user_id"] == host.id
    then = host.ok("GET", f"rooms/{room}/state?at_seq={seq}")["room"]
    now = host.ok("GET", f"rooms/{room}")["room"]
    assert (then["current_song"]["title"], now["current_song"]["title"]) == ("first", "second")
    assert then["seq"] == seq


def test_a_stranger_does_not_learn_whether_a_room_exists(server: Server, host: Person) -> None:
    hidden = host.ok("POST", "rooms/create", {"visibility": "invite"})["room_id"]
    stranger = guest(server, "Stranger")
    known = stranger.call("GET", f"rooms/{hidden}")
    unknown = stranger.call("GET", "rooms/room_00000000000070008000000000000000")
    refused(unknown, 404, "NOT_FOUND")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
