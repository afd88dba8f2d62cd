"""A server, some pairs of listeners on these links, and the recorder that hears them all: one recording's worth.

Presses buttons and notes when; what the recording says is read elsewhere.
"""

import math
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from driver import Driver
from proxy import Link, Proxy
from pulse import Pulse, Recorder
from reference import RATE, noise, write_audio
from urgent import family, raise_sound_of

ITEM_SECONDS = 290
"""How long a song is: a long run is a playlist of them, and hears every change of track too."""

CLOCKS = [
    {"offset_ms": -5_000, "ppm": 50, "card_ppm": -50},
    {"offset_ms": 5_000, "ppm": -50, "card_ppm": 50},
]
"""How wrong the clocks of a pair's two listeners are: one machine alone would give all of them the same one."""


@dataclass(frozen=True)
class Pair:
    """Two listeners of one room, both by the same rule."""

    name: str
    sinks: str
    kind: str = "tutti"
    format: str = "wav"
    twists: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass
class Session:
    """`with Session(pulse, links, pairs, seconds) as session:` plays; afterwards `heard` is there to be read."""

    pulse: Pulse
    links: list[Link]
    pairs: list[Pair]
    seconds: float
    marks: list[tuple[str, float]] = field(default_factory=list)
    heard: dict[str, np.ndarray] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    browser: str = ""
    processes: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> "Session":
        self.reference = noise(self.seconds)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.driver = stack.enter_context(Driver())
            port = self.driver.do("arrange")["port"]
            self.proxies = [stack.enter_context(Proxy(link, port)) for link in self.links]
            for pair in self.pairs:
                files = items(folder, self.reference, pair.format)
                self.driver.do("room", name=pair.name, files=[str(file) for file in files])
                self._open(pair)
            # A sound thread is there once its page is ready to play.
            raise_sound_of(self.driver.process.pid)
            self.recorder = stack.enter_context(Recorder(self.pulse, "".join(pair.sinks for pair in self.pairs)))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            if kind is None:
                self.faults = self.driver.do("quit")["faults"]
        finally:
            self.stack.close()
        if kind is None:
            self.heard = {sink: self.recorder.channel(sink) for pair in self.pairs for sink in pair.sinks}
            # What was recorded is as large as what was heard.
            self.recorder.chunks.clear()

    def _open(self, pair: Pair) -> None:
        for sink, proxy, clock, twist in zip(pair.sinks, self.proxies, CLOCKS, pair.twists):
            environment = {"PULSE_SERVER": self.pulse.server, "PULSE_SINK": sink}
            url = f"http://127.0.0.1:{proxy.port}"
            listener = {"name": sink, "url": url, "env": environment, "clock": clock, "twist": list(twist)}
            opened = self.driver.do("open", room=pair.name, kind=pair.kind, **listener)
            self.browser = opened["version"]
            self.processes[sink] = opened["process_id"]

    def all(self, command: str, **details: object) -> None:
        """Has every room do the same."""
        for pair in self.pairs:
            self.driver.do(command, room=pair.name, **details)

    def mark(self, name: str) -> None:
        """Notes that something happens now."""
        self.marks.append((name, self.recorder.seconds_at(time.time())))

    def stay(self, seconds: float) -> None:
        """Lets time pass, which is what is measured here; the host's sign-in is kept fresh."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, 240))
            if left > 240:
                self.driver.do("signInAgain")

    def urgent(self) -> None:
        """Gives the sound of every browser real-time priority; its threads are there once it plays."""
        raise_sound_of(self.driver.process.pid)

    def signal(self, sink: str, number: signal.Signals) -> None:
        """Stops or continues every process of the browser that is heard at a sink."""
        for process in family(self.processes[sink]):
            os.kill(process, number)


def items(folder: Path, reference: np.ndarray, format: str) -> list[Path]:
    """The reference as songs that follow one another."""
    length = ITEM_SECONDS * RATE
    files = []
    for index in range(math.ceil(len(reference) / length)):
        file = folder / f"{index}.{format}"
        if not file.exists():
            write_audio(file, reference[index * length : (index + 1) * length])
        files.append(file)
    return files


def say(sentence: str) -> None:
    """Tells the person who waits."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """Tells that person what the figures may suffer from."""
    print(sentence, file=sys.stderr, flush=True)
