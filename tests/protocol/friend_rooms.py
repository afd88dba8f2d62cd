"""The stock Python Socket.IO client, as somebody in a friend room: what it is told is kept, in order, until it is asked for."""

import queue
from collections.abc import Callable

import socketio
from conftest import PATIENCE, Person

ALL = ["polling", "websocket"]


class Friend:
    """One socket of a person. `transports` as the client knows them; both means polling first, then the upgrade."""

    def __init__(
        self,
        person: Person,
        transports: list[str] | None = None,
        by_query: bool = False,
        **more: object,
    ) -> None:
        self.person = person
        self.told: queue.Queue[tuple[str, object]] = queue.Queue()
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", lambda event, *data: self.told.put((event, data[0] if data else None)))
        for event in ["disconnect", "connect_error"]:
            self.client.on(event, lambda *data, event=event: self.told.put((event, data[0] if data else None)))
        base = f"http://127.0.0.1:{person.server.port}"
        token = {"auth": {"token": person.token}}
        if by_query:
            base, token = f"{base}?token={person.token}", {}
        self.client.connect(base, transports=transports or ALL, wait_timeout=PATIENCE, **token, **more)

    def __enter__(self) -> "Friend":
        self.connected = self.hear("connected")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()

    def say(self, event: str, data: object = None) -> None:
        self.client.emit(event, data)

    def ask(self, event: str, data: object = None) -> object:
        """Says it with an acknowledgement, and gives that."""
        return self.client.call(event, data, timeout=PATIENCE)

    def hear(self, wanted: str, where: Callable[[dict], bool] = lambda _: True) -> dict:
        """The next event of that name; what comes before it is passed over."""
        passed = []
        while True:
            try:
                event, data = self.told.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"no {wanted} among {passed}") from None
            if event == wanted and where(data):
                return data
            passed.append((event, data))

    def hears_no(self, unwanted: str) -> None:
        """By the time an answer that was asked for now is here, nothing of that name has come."""
        self.say("ping")
        while True:
            event, data = self.told.get(timeout=PATIENCE)
            assert event != unwanted, data
            if event == "pong":
                return

    def join(self, room_id: str) -> dict:
        self.say("join_room", {"room_id": room_id})
        return self.hear("room_joined")

    def sync(self, room_id: str, playing: bool, position: float, song: dict | None = None) -> None:
        state = {"playing": playing, "position": position, "current_time": position}
        report = {"room_id": room_id, "playback_state": state}
        self.say("sync_state", report if song is None else {**report, "current_song": song})


def song(title: str = "Song Title", video: str = "dQw4w9WgXcQ") -> dict:
    return {"title": title, "artists": ["Artist"], "youtube_video_id": video}
