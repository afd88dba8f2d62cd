"""Whether the rig can be believed: known offsets, played through it, must come out as they went in.

Runs before every measurement; a failure ends the program.
"""

import tempfile
from pathlib import Path

import numpy as np

from measure import WINDOW, Reader, underruns
from pulse import SINKS, Pulse, Recorder
from reference import RATE, noise, write_wav

OFFSET = 481
"""Samples. 10.02 ms: no round number, no multiple of a buffer."""

SECONDS = 6.0


class Untrue(Exception):
    """The rig read something else than was played."""


def run(pulse: Pulse) -> list[str]:
    """Every check; returns what was read, one sentence each."""
    reference = noise(SECONDS + 1, seed=2)
    reader = Reader(reference)
    with tempfile.TemporaryDirectory() as folder:
        return [
            stretched(),
            channels_stay_apart(pulse, Path(folder), reference),
            known_offset(pulse, Path(folder), reference, reader),
            two_players(pulse, Path(folder), reference, reader),
            one_hole(pulse, Path(folder), reference),
        ]


def stretched() -> str:
    """Without any sound: a copy that runs 0.5 % too fast and starts between two samples is read to 0.1 ms."""
    reference = noise(SECONDS, seed=3)
    truth = 1000.37 + 1.005 * np.arange(int((SECONDS - 1) * RATE))
    copy = np.interp(truth, np.arange(len(reference)), reference).astype(np.float32)
    read = Reader(reference).positions(copy)
    middles = 1000.37 + 1.005 * (np.arange(len(read)) + 0.5) * WINDOW
    error = np.abs(read * RATE - middles).max() / RATE * 1e3
    demand(error < 0.1, f"a stretched copy is read {error:.3f} ms wrong")
    return f"a copy 0.5 % too fast is read within {error:.3f} ms"


def known_offset(pulse: Pulse, folder: Path, reference: np.ndarray, reader: Reader) -> str:
    """One player, two channels, the second 481 samples behind: no start can blur it."""
    late = np.concatenate([np.zeros(OFFSET, dtype=np.float32), reference])
    a, b = play(pulse, folder, {"pair": [reference, late]})
    read = skew(reader, a, b)
    expected = OFFSET / RATE * 1e3
    demand(abs(np.median(read) - expected) < 0.02, f"481 samples read {np.median(read):.3f} ms")
    demand(np.abs(read - expected).max() < 0.05, f"single readings stray to {np.abs(read).max():.3f} ms")
    return f"a known offset of 481 samples reads {np.median(read):.2f} ms (expected {expected:.2f})"


def two_players(pulse: Pulse, folder: Path, reference: np.ndarray, reader: Reader) -> str:
    """Two players that nobody synchronised, as two browsers are: correlation must agree with the first samples heard."""
    # The daemon drops the first milliseconds of a stream; so that none of the music goes, silence leads.
    lead = np.zeros(RATE // 2, dtype=np.float32)
    later = reference[OFFSET:]
    a, b = play(pulse, folder, {"A": [np.concatenate([lead, reference])], "B": [np.concatenate([lead, later])]})
    began_a = int(np.flatnonzero(a)[0] - np.flatnonzero(as_pcm(reference))[0])
    began_b = int(np.flatnonzero(b)[0] - np.flatnonzero(as_pcm(later))[0])
    expected = (began_b - began_a - OFFSET) / RATE * 1e3
    read = skew(reader, a, b)
    demand(
        abs(np.median(read) - expected) < 0.05,
        f"two players {expected:.3f} ms apart read {np.median(read):.3f} ms",
    )
    return f"two players {expected:.2f} ms apart read {np.median(read):.2f} ms"


def channels_stay_apart(pulse: Pulse, folder: Path, reference: np.ndarray) -> str:
    """What one client plays is heard at its own channel and at no other."""
    short = reference[: RATE // 2]
    for sink in SINKS:
        heard = record(pulse, folder, {sink: [short]}, "".join(SINKS))
        demand(np.abs(heard[sink]).max() > 0.1, f"nothing was heard at {sink}")
        for other in SINKS:
            demand(other == sink or not heard[other].any(), f"what plays at {sink} is heard at {other} too")
    return "each sink is heard at its own channel only"


def one_hole(pulse: Pulse, folder: Path, reference: np.ndarray) -> str:
    """3 ms of silence in the middle of the music are one underrun; without them there is none."""
    holed = reference.copy()
    middle = len(holed) // 2
    holed[middle : middle + int(0.003 * RATE)] = 0
    a, b = play(pulse, folder, {"pair": [holed, reference]})
    found = underruns(a)
    demand(len(found) == 1, f"one hole of 3 ms was counted as {len(found)}")
    demand(not underruns(b), "a whole channel was counted as holed")
    return f"a hole of 3 ms is found, as {found[0][1]:.1f} ms"


def play(pulse: Pulse, folder: Path, parts: dict[str, list[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Plays each part at its sink, all at once, and returns what was heard at A and at B."""
    heard = record(pulse, folder, parts, "AB")
    return heard["A"], heard["B"]


def record(pulse: Pulse, folder: Path, parts: dict[str, list[np.ndarray]], sinks: str) -> dict[str, np.ndarray]:
    """Plays each part at its sink, all at once, and returns what was heard at these."""
    files = {sink: folder / f"{sink}.wav" for sink in parts}
    for sink, channels in parts.items():
        write_wav(files[sink], *channels)
    with Recorder(pulse, sinks) as recorder:
        players = [pulse.player(sink, file) for sink, file in files.items()]
        for player in players:
            demand(player.wait(timeout=60) == 0, "paplay failed")
    return {sink: recorder.channel(sink) for sink in sinks}


def skew(reader: Reader, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Every reading of A against B, in ms."""
    length = min(len(a), len(b))
    read = (reader.positions(a[:length]) - reader.positions(b[:length])) * 1e3
    read = read[~np.isnan(read)]
    demand(len(read) > 30, f"only {len(read)} windows could be read")
    return read


def as_pcm(samples: np.ndarray) -> np.ndarray:
    """What a 16-bit file keeps."""
    return np.round(samples * 32767)


def demand(holds: bool, sentence: str) -> None:
    """Ends the program's trust where something does not hold."""
    if not holds:
        raise Untrue(sentence)
