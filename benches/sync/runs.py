"""What is played and what is done to the listeners meanwhile; each run becomes rows of figures.

A run is one recording. Tutti plays alone, so that nothing but itself disturbs it; what it is compared with, and what
is odd about browsers, play side by side.
"""

import math
import signal
from dataclasses import asdict
from pathlib import Path

import numpy as np

from measure import STEADY_AFTER, Reader, Readings, figures, quantiles, readings, stretches, together_after, window_at
from proxy import Link, clean, filled_queue, wifi_spikes
from pulse import Pulse
from reference import RATE
from samples import write_samples
from session import Pair, Session

STARTS = 3
"""Short plays before the long one: what a start is like is read from all of them."""

START_SECONDS = 12.0
"""How long each of them lasts: past the ten seconds after which a start must have settled."""

SEEK_TO_MS = 45_000
"""Somewhere else in the first song, ahead of where the starts have come to."""

RULES = {"ladder": "±5 % and seeks (ladder)", "every_10_s": "±200 ms every 10 s", "start_only": "start only"}
"""What Tutti is compared with, as `rules.mjs` has it."""


def links_of(name: str) -> list[Link]:
    """Each listener's way to the server."""
    return [clean(), clean()] if name == "clean" else [wifi_spikes(), filled_queue()]


def compare(pulse: Pulse, name: str, pairs: list[Pair], minutes: float, folder: Path) -> list[dict]:
    """Starts, a seek, a long stretch and a late join, the same for every pair."""
    lead = (STARTS + 2) * (START_SECONDS + 4)
    with Session(pulse, links_of(name), pairs, SEEK_TO_MS / 1e3 + lead + minutes * 60 + 60) as session:
        for _ in range(STARTS):
            session.all("play")
            session.stay(3)
            session.urgent()
            session.stay(START_SECONDS - 3)
            session.all("pause")
            session.stay(2)
        session.all("play")
        session.stay(START_SECONDS)
        session.mark("seek")
        session.all("seek", position_ms=SEEK_TO_MS)
        session.stay(STEADY_AFTER + minutes * 60)
        session.mark("rejoin")
        for pair in pairs:
            session.mark(f"rejoin {pair.name}")
            session.driver.do("rejoin", name=pair.sinks[1])
        session.stay(8)
        session.all("pause")
        session.stay(1)
    rows = []
    for pair in pairs:
        read, a, b = read_pair(session, pair, upto=when(session, "rejoin"))
        write_samples(folder, f"{name} {pair.name}", read)
        rejoined = int(when(session, f"rejoin {pair.name}") * RATE)
        rows.append(
            {
                "links": name,
                "rule": pair.name,
                "minutes": minutes,
                "figures": asdict(figures(read, a, b)),
                "seek": after(read, when(session, "seek"), when(session, "seek") + START_SECONDS),
                "late_join_seconds": first_sound(session.heard[pair.sinks[1]], rejoined),
                **told(session, pair),
            }
        )
    return rows


def tutti(pulse: Pulse, name: str, minutes: float, folder: Path) -> list[dict]:
    """The product, alone."""
    return compare(pulse, name, [Pair("Tutti", "AB")], minutes, folder)


def rules(pulse: Pulse, name: str, minutes: float, folder: Path) -> list[dict]:
    """What it is compared with: three pairs at once, on the same links."""
    pairs = [Pair(RULES[kind], sinks, kind) for kind, sinks in zip(RULES, ["AB", "CD", "EF"])]
    return compare(pulse, name, pairs, minutes, folder)


def oddities(pulse: Pulse, seconds: float, folder: Path) -> list[dict]:
    """What is odd from the start on: buffers of two sizes, a lossy file, a browser that decodes nothing."""
    pairs = [
        Pair("buffers of two sizes", "AB", twists=(("interactive",), ())),
        Pair("an MP3, encoder delay and all", "CD", format="mp3"),
        Pair("an MP3, one decodes it, one is a media element", "EF", format="mp3", twists=((), ("no_decoding",))),
    ]
    with Session(pulse, links_of("clean"), pairs, seconds + 40) as session:
        session.all("play")
        session.stay(3)
        session.urgent()
        session.stay(STEADY_AFTER + seconds)
        session.all("pause")
        session.stay(1)
    rows = []
    for pair in pairs:
        read, a, b = read_pair(session, pair)
        write_samples(folder, pair.name, read)
        rows.append({"what": pair.name, "figures": asdict(figures(read, a, b)), **told(session, pair)})
    return rows


def troubles(pulse: Pulse, seconds: float, folder: Path) -> list[dict]:
    """What happens to one of two listeners in the middle of a song, one thing after another."""
    pair = Pair("troubles", "AB", twists=((), ("hideable",)))
    with Session(pulse, links_of("clean"), [pair], 6 * (seconds + 20) + 40) as session:
        session.all("play")
        session.stay(3)
        session.urgent()
        session.stay(STEADY_AFTER)

        session.mark("a connection cut for 5 s")
        session.proxies[1].cut(5)
        session.stay(5)
        settle(session, seconds)

        session.mark("a laptop asleep for 20 s (all its processes stopped)")
        session.signal("B", signal.SIGSTOP)
        session.stay(20)
        session.signal("B", signal.SIGCONT)
        settle(session, seconds)

        session.mark("a tab in the background for 20 s (hidden, timers once a second)")
        session.driver.do("hide", name="B", hidden=True)
        session.stay(20)
        session.driver.do("hide", name="B", hidden=False)
        settle(session, seconds)

        session.all("pause")
        session.stay(1)
    read, _, _ = read_pair(session, pair)
    write_samples(folder, "troubles", read)
    rows = [trouble(read, *of) for of in zip(session.marks[0::3], session.marks[1::3], session.marks[2::3])]
    return [{**row, **told(session, pair)} for row in rows]


def settle(session: Session, seconds: float) -> None:
    """A trouble is over; the time to come back, and then the time that is measured."""
    session.mark("over")
    session.stay(STEADY_AFTER + seconds)
    session.mark("end")


def trouble(read: Readings, began: tuple[str, float], over: tuple[str, float], end: tuple[str, float]) -> dict:
    """How far two were apart during a trouble, how long they took to be together again, and how they were then."""
    during = read.skew[window_at(began[1] * RATE) : window_at(over[1] * RATE)]
    return {"what": began[0], "during": quantiles(during), **after(read, over[1], end[1])}


def after(read: Readings, since: float, until: float) -> dict:
    """From a moment on: seconds until both are together again, and the skew from ten seconds later."""
    steady = read.skew[window_at((since + STEADY_AFTER) * RATE) : window_at(until * RATE) - 1]
    return {"together_seconds": together_after(read.skew, since, until), "steady": quantiles(steady)}


def read_pair(session: Session, pair: Pair, upto: float = math.inf) -> tuple[Readings, np.ndarray, np.ndarray]:
    """One pair's readings, and its two channels up to a moment."""
    a, b = (session.heard[sink] for sink in pair.sinks)
    last = min(len(a), len(b), int(min(upto, 1e6) * RATE))
    a, b = a[:last], b[:last]
    moved = [at for name, at in session.marks if name == "seek"]
    return readings(Reader(session.reference), a, b, moved), a, b


def when(session: Session, name: str) -> float:
    """The second of the recording at which something was noted."""
    return next(at for noted, at in session.marks if noted == name)


def first_sound(channel: np.ndarray, since: int) -> float:
    """Seconds until a channel is heard again that fell silent after this sample; NaN where it is not."""
    again = [stretch.start for stretch in stretches(channel[since:]) if stretch.start > 0]
    return again[0] / RATE if again else math.nan


def told(session: Session, pair: Pair) -> dict:
    """What belongs beside figures."""
    return {
        "faults": [f"{sink}: {fault}" for sink in pair.sinks for fault in session.faults.get(sink, [])],
        "browser": session.browser,
    }
