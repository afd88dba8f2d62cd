"""The native socket, spoken by a client that shares no code with the server."""

import itertools
import time
import uuid

from conftest import Person, Server, guest, track


def test_hello_watch_play(host: Person, listener: Person, room: str) -> None:
    with host.socket() as at_host, listener.socket() as at_listener:
        assert at_host.welcome["user"]["user_id"] == host.id
        snapshot = at_listener.watch(room)
        assert snapshot["type"] == "snapshot"
        assert snapshot["state"]["timeline"]["playing"] is False

        sent_ms = time.time() * 1e3
        accepted = at_host.command(room, type="play")
        entry = at_listener.hear("entry", where=lambda m: m["cause"]["command"] == "play")
        assert entry["seq"] == accepted["seq"]
        assert entry["cause"]["user_id"] == host.id
        timeline = next(e["timeline"] for e in entry["events"] if e["type"] == "playback_started")
        assert timeline["playing"] is True
        # A head start, so that everybody can begin at the same moment; never more than 3 s.
        assert 200 <= timeline["starts_at_ms"] - entry["at_ms"] <= 3_000
        assert abs(entry["at_ms"] - sent_ms) < 2_000


def test_entries_come_in_order_without_gaps(host: Person, listener: Person, room: str) -> None:
    with host.socket() as at_host, listener.socket() as at_listener:
        since = at_listener.watch(room)["seq"]
        for n in range(30):
            at_host.say(
                type="command",
                command_id=uuid.uuid4().hex,
                room_id=room,
                command={"type": "seek", "position_ms": 1_000 + n},
            )
        heard = [at_listener.hear("entry") for _ in range(30)]
        assert [entry["seq"] for entry in heard] == list(range(since + 1, since + 31))
        positions = [entry["events"][0]["timeline"]["position_ms"] for entry in heard]
        assert positions == [1_000 + n for n in range(30)]


def test_a_connection_that_was_cut_resumes_where_it_was(host: Person, listener: Person, room: str) -> None:
    with listener.socket() as socket:
        snapshot = socket.watch(room)
    missed = [host.ok("POST", f"rooms/{room}/playlist", {"track": track(f"n{n}")}) for n in range(5)]
    with listener.socket() as socket:
        resumed = socket.watch(room, epoch=snapshot["epoch"], after_seq=snapshot["seq"])
        assert (resumed["type"], resumed["after_seq"]) == ("resumed", snapshot["seq"])
        entries = [socket.hear("entry") for _ in missed]
        assert [entry["seq"] for entry in entries] == [snapshot["seq"] + 1 + n for n in range(5)]
        added = [entry["events"][0]["item"]["item_id"] for entry in entries]
        assert added == [answer["item"]["item_id"] for answer in missed]


def test_an_unknown_epoch_gets_everything_anew(listener: Person, room: str) -> None:
    with listener.socket() as socket:
        assert socket.watch(room, epoch="another", after_seq=1)["type"] == "snapshot"


def test_a_repeated_command_id_applies_once(host: Person, room: str) -> None:
    with host.socket() as socket:
        socket.watch(room)
        first = socket.command(room, "the-same-id", type="add", track=track("third"))
        assert first["type"] == "accepted"
        assert socket.command(room, "the-same-id", type="add", track=track("third"))["seq"] == first["seq"]
        other = socket.command(room, "the-same-id", type="clear")
        assert (other["type"], other["code"]) == ("rejected", "CONFLICT")
    with host.socket() as socket:
        # Another connection, the same person.
        assert socket.command(room, "the-same-id", type="add", track=track("third"))["seq"] == first["seq"]
    assert host.ok("GET", f"rooms/{room}")["room"]["seq"] == first["seq"]


def test_a_guest_may_not_and_the_connection_stays(listener: Person, room: str) -> None:
    with listener.socket() as socket:
        before = socket.watch(room)["seq"]
        refused = socket.command(room, type="play")
        assert (refused["type"], refused["code"]) == ("rejected", "UPDATE_FAILED")
        assert socket.watch(room)["seq"] == before


def test_clock_probes_come_back_with_both_server_times(host: Person) -> None:
    with host.socket() as socket:
        for n in range(20):
            before = time.time() * 1e3
            socket.say(type="time", t0=before + n / 7)
            answer = socket.hear("time")
            after = time.time() * 1e3
            assert answer["t0"] == before + n / 7
            assert before - 50 <= answer["t1"] <= answer["t2"] <= after + 50


def test_presence_tells_who_is_there_and_how_well_they_hear(host: Person, listener: Person, room: str) -> None:
    with host.socket() as at_host:
        item = at_host.watch(room)["state"]["timeline"]["item_id"]
        with listener.socket() as at_listener:
            at_listener.watch(room)
            here = at_host.hear("presence", where=lambda m: of(m, listener)["connected"])
            assert here["connected"] == 2
            at_listener.say(
                type="report", room_id=room, item_id=item, drift_ms=1.5, offset_ms=20, rtt_ms=8, loaded=True
            )
            told = at_host.hear("presence", where=lambda m: of(m, listener).get("sync"))
            assert of(told, listener)["sync"]["drift_ms"] == 1.5
        at_host.hear("presence", where=lambda m: of(m, listener) and not of(m, listener)["connected"])


def test_who_leaves_is_told_no_more(host: Person, listener: Person, room: str) -> None:
    with listener.socket() as socket:
        socket.watch(room)
        listener.ok("POST", f"rooms/{room}/leave")
        assert socket.hear("unwatched")["room_id"] == room
        assert socket.watch(room)["type"] in {"error", "unwatched"}


def test_the_host_leaves_and_the_longest_present_member_takes_over(server: Server) -> None:
    people = [guest(server, f"Member {n}") for n in range(3)]
    room = people[0].ok("POST", "rooms/create", {})["room_id"]
    for person in people[1:]:
        person.ok("POST", "rooms/join", {"room_id": room})
    with people[0].socket() as first, people[1].socket() as second, people[2].socket() as socket:
        for each in [first, second, socket]:
            each.watch(room)
        for gone, heir in itertools.pairwise(people):
            gone.ok("POST", f"rooms/{room}/leave")
            changed = socket.hear("entry", where=lambda m: any(e["type"] == "host_changed" for e in m["events"]))
            assert next(e["to"] for e in changed["events"] if e["type"] == "host_changed") == heir.id


def of(presence: dict, person: Person) -> dict:
    """What a presence message says of somebody."""
    return next((m for m in presence["members"] if m["user_id"] == person.id), {"connected": False})
