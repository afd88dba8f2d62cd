"""Whatever comes in, the answer is one of the one shape, nothing is journaled, and the server stays up."""

import json

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from conftest import PATIENCE, Person, Server, track

BAD_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"play"',
    b'["play"]',
    b'["seek", 1000]',
    b'{"action":"fly"}',
    b'{"action":"play","volume":1}',
    b'{"action":"seek"}',
    b'{"action":"seek","position_ms":-1}',
    b'{"action":"seek","position_ms":"soon"}',
    b'{"action":"seek","position_ms":1e400}',
    b'{"action":"select","item_id":"item_nonsense"}',
    b'{"action":"\xff\xfe"}',
    b'{"action":' + b"[" * 10_000,
]

BAD_MESSAGES = [
    "",
    "{",
    "[]",
    '["time", 1]',
    '["unwatch", "ROOM"]',
    '{"type":"nonsense"}',
    '{"type":"watch"}',
    '{"type":"watch","room_id":"../../etc/passwd"}',
    '{"type":"time","t0":"now"}',
    '{"type":"command","command_id":"a b","room_id":"ROOM","command":{"type":"play"}}',
    '{"type":"command","command_id":"c","room_id":"ROOM","command":{"type":"play","now":true}}',
    '{"type":"command","command_id":"c","room_id":"ROOM","command":["play"]}',
    '{"type":"command","command_id":"c","room_id":"ROOM","command":{"type":"add","track":["Title",[]]}}',
    '{"type":"command","command_id":"c","room_id":"ROOM","command":{"type":"set_volume","volume":2}}',
    '{"type":"command","command_id":"c","room_id":"ROOM","command":{"type":"rename","name":""}}',
]

UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ."
"""A token that names no algorithm and bears no signature."""

BAD_IDS = ["room_1", "user_0193c5d07bff7cc0a6c5a6a1b2c3d4e5", "room_" + "z" * 32, "%00", "..%2f..%2f", "room_" + "0" * 4000]


def of_the_one_shape(answer: httpx.Response) -> None:
    body = answer.json()
    assert isinstance(body["code"], str) and isinstance(body["message"], str)
    assert set(body) <= {"code", "message", "retry_after_ms"}


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:40]))
def test_a_bad_body_is_named_and_changes_nothing(host: Person, room: str, body: bytes) -> None:
    before = host.ok("GET", f"rooms/{room}")["room"]["seq"]
    answer = httpx.post(
        f"{host.server.api}/rooms/{room}/playback",
        content=body,
        headers={"authorization": f"Bearer {host.token}", "content-type": "application/json"},
        timeout=PATIENCE,
    )
    assert answer.status_code == 400, answer.text
    of_the_one_shape(answer)
    assert answer.json()["code"] == "INVALID_REQUEST"
    assert host.ok("GET", f"rooms/{room}")["room"]["seq"] == before


@pytest.mark.parametrize("room_id", BAD_IDS, ids=lambda text: text[:20])
def test_an_id_that_is_none_is_not_found(host: Person, room_id: str) -> None:
    answer = host.call("GET", f"rooms/{room_id}")
    assert answer.status_code in {400, 404, 414, 431}, answer.text
    of_the_one_shape(answer)


def test_a_huge_body_is_refused(host: Person, room: str) -> None:
    answer = host.call("POST", f"rooms/{room}/playlist", {"track": track("x" * 5_000_000)})
    assert answer.status_code == 413
    of_the_one_shape(answer)
    assert answer.json()["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize(
    "credentials",
    ["nonsense", "Bearer nonsense", "Bearer a.b.c", "Basic dXNlcjpwYXNz", f"Bearer {UNSIGNED}"],
    ids=["word", "bearer", "three parts", "basic", "unsigned"],
)
def test_wrong_credentials_open_nothing(host: Person, credentials: str) -> None:
    answer = host.call("GET", "me", headers={"authorization": credentials})
    assert answer.status_code == 401
    of_the_one_shape(answer)


def test_an_unknown_path_and_a_wrong_method_are_told_in_the_one_shape(host: Person) -> None:
    for method, path, status in [("GET", "nothing/here", 404), ("PUT", "me", 405), ("DELETE", "auth/login", 405)]:
        answer = host.call(method, path)
        assert answer.status_code in {status, 404}, f"{method} {path}: {answer.status_code}"
        of_the_one_shape(answer)


@pytest.mark.parametrize("text", BAD_MESSAGES, ids=lambda text: repr(text[:50]))
def test_a_bad_message_is_answered_and_the_connection_kept(host: Person, room: str, text: str) -> None:
    with host.socket() as socket:
        before = socket.watch(room)["seq"]
        socket.connection.send(text.replace("ROOM", room))
        answer = socket.hear("error", "rejected")
        assert answer["code"] == "INVALID_REQUEST"
        assert answer["message"]
        assert socket.watch(room)["seq"] == before


def test_without_a_hello_nothing_is_told(host: Person, room: str) -> None:
    with host.socket(hello=False) as socket:
        socket.say(type="watch", room_id=room)
        assert closed_with(socket) in range(4400, 4500)


def test_a_wrong_token_closes_the_socket(host: Person) -> None:
    with host.socket(hello=False) as socket:
        socket.say(type="hello", token="nonsense")
        assert closed_with(socket) == 4401


def test_a_message_beyond_64_kib_closes_the_socket(server: Server, host: Person, room: str) -> None:
    with host.socket() as socket:
        socket.connection.send(json.dumps({"type": "react", "room_id": room, "emoji": "x" * 70_000}))
        assert closed_with(socket) == 1009
    with host.socket() as socket:
        assert socket.watch(room)["type"] == "snapshot"


def closed_with(socket: object) -> int:
    """The code the server closes with; what it still says before does not matter."""
    try:
        while True:
            socket.connection.recv(PATIENCE)
    except ConnectionClosed as closed:
        assert closed.rcvd is not None, "the connection ended without a close"
        return closed.rcvd.code
