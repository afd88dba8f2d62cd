"""The built server, and clients that share no code with it: httpx for REST, websockets for the native socket."""

import itertools
import json
import os
import re
import signal
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

BINARY = os.environ.get("TUTTI_BIN", str(Path(__file__).parents[2] / "target/debug/tutti"))
PASSWORD = "a passphrase for tests"
PATIENCE = 10.0
"""Seconds that anything may take before it counts as lost."""


class Server:
    """One server process on a data folder of its own, killed and started again at will."""

    def __init__(self, data: Path, more: list[str] | None = None, limits: str = "off") -> None:
        self.data = data
        self.port = 0
        self.said: list[str] = []
        self.limits = ["--limits", limits]
        self.more = more or []
        self.start()

    def start(self) -> None:
        """On the port and the data it had before."""
        flags = ["serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data), *self.limits, *self.more]
        self.process = subprocess.Popen(
            [BINARY, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        listening = threading.Event()
        threading.Thread(target=self._listen, args=(self.process, listening), daemon=True).start()
        if not listening.wait(20):
            self.kill()
            raise RuntimeError("the server did not listen:\n" + "\n".join(self.said))

    def _listen(self, process: subprocess.Popen, listening: threading.Event) -> None:
        for line in process.stdout:
            self.said.append(line.rstrip())
            if found := re.search(r"listening on http://[^\s]*:(\d+)", line):
                self.port = int(found[1])
                listening.set()

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """As a person would; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"


class Person:
    """Somebody signed in, at the REST interface and at sockets."""

    def __init__(self, server: Server, signed_in: dict) -> None:
        self.server = server
        self.signed_in = signed_in
        self.id = signed_in["user"]["user_id"]
        self.token = signed_in["access_token"]

    def call(self, method: str, path: str, body: object = None, **more: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return httpx.request(
            method, f"{self.server.api}/{path}", json=body, headers=headers, timeout=PATIENCE, **more
        )

    def ok(self, method: str, path: str, body: object = None, **more: object) -> dict:
        """The answer's body, where it was a good one."""
        answer = self.call(method, path, body, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def socket(self, hello: bool = True) -> "Socket":
        return Socket(self, hello)


class Socket:
    """The native socket, spoken by hand."""

    def __init__(self, person: Person, hello: bool) -> None:
        self.person = person
        self.hello = hello
        url = f"ws://127.0.0.1:{person.server.port}/ws"
        self.opening = connect(url, subprotocols=["tutti.v1"], open_timeout=PATIENCE)

    def __enter__(self) -> "Socket":
        self.connection: ClientConnection = self.opening.__enter__()
        if self.hello:
            self.say(type="hello", token=self.person.token, client="protocol test")
            self.welcome = self.hear("welcome")
        return self

    def __exit__(self, *error: object) -> None:
        self.opening.__exit__(*error)

    def say(self, **message: object) -> None:
        self.connection.send(json.dumps(message))

    def hear(self, *kinds: str, where: Callable[[dict], bool] = lambda _: True) -> dict:
        """The next message of one of these types; what comes before it is passed over."""
        while True:
            message = json.loads(self.connection.recv(PATIENCE))
            if message["type"] in kinds and where(message):
                return message

    def watch(self, room_id: str, **since: object) -> dict:
        self.say(type="watch", room_id=room_id, **since)
        return self.hear("snapshot", "resumed", "error", "unwatched")

    def command(self, room_id: str, command_id: str | None = None, **command: object) -> dict:
        """Gives a command and returns what became of it."""
        command_id = command_id or uuid.uuid4().hex
        self.say(type="command", command_id=command_id, room_id=room_id, command=command)
        return self.hear("accepted", "rejected", where=lambda m: m["command_id"] == command_id)


numbers = itertools.count(1)


def guest(server: Server, name: str = "Guest") -> Person:
    answer = httpx.post(f"{server.api}/auth/guest", json={"name": name}, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    return Person(server, answer.json())


def register(server: Server) -> Person:
    body = {"username": f"person_{next(numbers)}", "password": PASSWORD}
    answer = httpx.post(f"{server.api}/auth/register", json=body, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    return Person(server, answer.json())


def track(title: str, duration_ms: int = 60_000) -> dict:
    return {
        "title": title,
        "artists": ["Nobody"],
        "duration_ms": duration_ms,
        "url": f"https://example.org/{title}.mp3",
    }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not end it."""
    server = Server(tmp_path_factory.mktemp("data") / "tutti")
    yield server
    server.kill()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server for one test alone, which may do to it what it likes."""
    server = Server(tmp_path / "tutti")
    yield server
    server.kill()


@pytest.fixture
def host(server: Server) -> Person:
    return guest(server, "Host")


@pytest.fixture
def listener(server: Server) -> Person:
    return guest(server, "Listener")


@pytest.fixture
def room(host: Person, listener: Person) -> str:
    """A room with two songs, a host and a listener; its id."""
    room_id = host.ok("POST", "rooms/create", {"name": "Tests"})["room_id"]
    listener.ok("POST", "rooms/join", {"room_id": room_id})
    for title in ["first", "second"]:
        host.ok("POST", f"rooms/{room_id}/playlist", {"track": track(title)})
    return room_id
