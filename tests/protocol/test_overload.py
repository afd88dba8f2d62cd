"""Guarantee G10: at ten times the load the excess is refused, each by name and with a time to come back, before memory grows."""

import json
import socket
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from conftest import PATIENCE, Server, Socket, guest, track

ROOM = 60
"""How many connections the server of these tests has room for."""
GROWTH_KIB = 64 * 1024
"""Far more than what is kept for those let in, far less than what a queue of everything would take."""
UPGRADE = (
    "GET /ws HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Server]:
    """A server with its limits on, and with little room."""
    server = Server(tmp_path / "tutti", ["--max-connections", str(ROOM)], limits="on")
    yield server
    server.kill()


def resident_kib(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def upgraded(server: Server) -> tuple[socket.socket, str]:
    """A connection that asks for a WebSocket, and the head of the answer."""
    connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    connection.sendall(UPGRADE)
    head = b""
    while b"\r\n\r\n" not in head and (more := connection.recv(4096)):
        head += more
    return connection, head.decode().lower()


def test_ten_times_the_connections(small: Server) -> None:
    host = guest(small, "Host")
    room = host.ok("POST", "rooms/create", {"name": "Full house"})["room_id"]
    with host.socket() as inside, ExitStack() as open_ones:
        inside.watch(room)
        before = resident_kib(small)
        answers = Counter()
        for _ in range(10 * ROOM):
            connection, head = upgraded(small)
            open_ones.callback(connection.close)
            answers[head.split()[1]] += 1
            if head.startswith("http/1.1 503"):
                assert "\r\nretry-after: " in head
        assert answers["101"] < ROOM
        assert answers["101"] + answers["503"] == 10 * ROOM, answers
        assert resident_kib(small) - before < GROWTH_KIB
        assert inside.command(room, type="rename", name="Still here")["type"] == "accepted"


def test_ten_times_the_requests(small: Server) -> None:
    host = guest(small, "Host")
    before = resident_kib(small)
    headers = {"authorization": f"Bearer {host.token}"}
    answers = Counter()
    with httpx.Client(base_url=small.api, headers=headers, timeout=PATIENCE) as client:
        for _ in range(2_000):
            answer = client.get("/me")
            answers[answer.status_code] += 1
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) >= 1
                assert answer.json()["code"] == "RATE_LIMITED"
    assert set(answers) == {200, 429}, answers
    assert resident_kib(small) - before < GROWTH_KIB


def test_ten_times_the_commands(small: Server) -> None:
    host, other = guest(small, "Host"), guest(small, "Other")
    room = host.ok("POST", "rooms/create", {"name": "Busy", "control": "everyone"})["room_id"]
    other.ok("POST", "rooms/join", {"room_id": room})
    with host.socket() as eager, other.socket() as calm:
        calm.watch(room)
        before = resident_kib(small)
        answers = flood(eager, room, 1_000)
        assert answers["accepted"] > 0
        assert answers["RATE_LIMITED"] > 0
        assert answers.total() == 1_000, "each command has its answer"
        assert resident_kib(small) - before < GROWTH_KIB
        assert calm.command(room, type="add", track=track("calm"))["type"] == "accepted"


def flood(inside: Socket, room: str, count: int) -> Counter:
    """Gives so many commands at once, waiting for none; what became of each."""
    ids = {uuid.uuid4().hex for _ in range(count)}
    for number, command_id in enumerate(ids):
        inside.say(
            type="command",
            command_id=command_id,
            room_id=room,
            command={"type": "rename", "name": f"Busy {number}"},
        )
    answers = Counter()
    while ids:
        answer = json.loads(inside.connection.recv(PATIENCE))
        if answer.get("command_id") not in ids:
            continue
        ids.remove(answer["command_id"])
        if answer["type"] == "accepted":
            answers["accepted"] += 1
        else:
            assert answer["retry_after_ms"] > 0, answer
            answers[answer["code"]] += 1
    return answers
