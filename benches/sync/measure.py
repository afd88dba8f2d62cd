"""From a recording to figures: where each client was, how far apart, and what broke.

Everything is read from samples; nothing a page says about itself enters. Knows nothing of who played.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate

from reference import RATE

WINDOW = RATE // 10
"""Samples of one reading: 100 ms."""

SEARCHES = [RATE // 20, RATE // 2]
"""How far from the expected place a reading is looked for, before the whole reference is searched."""

COARSE = 8
"""Of so many samples one is taken where the whole reference is searched."""

CERTAIN = 0.5
"""The least normalised correlation that counts: chance reaches about 0.2 on this signal."""

SHORT = RATE * 3 // 100
"""Samples in the middle of a window that are tried alone where the whole fits nowhere: music that is stretched by some
percent, at its pitch or not, is like the reference over 30 ms, and not over 100."""

SPEEDS = [1.0, 0.99, 1.01, 0.98, 1.02, 0.97, 1.03, 0.96, 1.04, 0.95, 1.05]
"""How fast it is taken to have been played meanwhile."""

CERTAIN_SHORT = 0.75
"""What counts there: of fewer samples, chance reaches more."""

UNDERRUN = int(0.002 * RATE)
"""Samples of silence inside the music that count as an underrun: 2 ms."""

PAUSE = int(0.3 * RATE)
"""Samples of silence that end a stretch of music: a pause or a stop, not an underrun."""


@dataclass
class Stretch:
    """Music without a pause in one channel: first sample, and one past the last."""

    start: int
    end: int


class Reader:
    """Finds windows of a recording in the reference."""

    def __init__(self, reference: np.ndarray) -> None:
        self.reference = reference.astype(np.float64)
        self.energy = np.concatenate([[0.0], np.cumsum(self.reference**2)])

    def positions(self, channel: np.ndarray) -> np.ndarray:
        """The position in seconds that was heard at the middle of each 100 ms window; NaN where there was none."""
        positions = np.full(len(channel) // WINDOW, np.nan)
        expected = None
        lost_until = 0
        for index in range(len(positions)):
            window = channel[index * WINDOW : (index + 1) * WINDOW].astype(np.float64)
            # A window the music begins or ends in has no one position.
            if longest_silence(window) >= UNDERRUN:
                expected = None if expected is None else expected + WINDOW
                continue
            found = None if expected is None else self._near(window, expected)
            if found is None and index >= lost_until:
                found = self._anywhere(window)
                # A search of everything is slow; what could not be found once is tried again a second later.
                lost_until = index + 10 if found is None else 0
            if found is not None:
                positions[index] = (found + WINDOW / 2) / RATE
                expected = found + WINDOW
        return positions

    def _near(self, window: np.ndarray, expected: float) -> float | None:
        for reach in SEARCHES:
            found = self._search(window, *self._around(expected, reach, len(window)))
            if found is not None:
                return found
        return self._stretched(window, expected)

    def _stretched(self, window: np.ndarray, expected: float) -> float | None:
        middle = len(window) / 2
        for speed in SPEEDS:
            length = int(SHORT * speed)
            part = np.interp(middle + (np.arange(length) - length / 2) / speed, np.arange(len(window)), window)
            around = self._around(expected + middle - length / 2, SEARCHES[0], length)
            found = self._search(part, *around, CERTAIN_SHORT)
            if found is not None:
                return found + length / 2 - middle
        return None

    def _around(self, expected: float, reach: int, length: int) -> tuple[int, int]:
        return max(0, int(expected) - reach), min(len(self.reference), int(expected) + reach + length)

    def _anywhere(self, window: np.ndarray) -> float | None:
        # The signal ends far below 3 kHz, so that every eighth sample finds the place, and all of them the exact one.
        coarse, sparse = self.reference[::COARSE], window[::COARSE]
        if len(coarse) < len(sparse):
            return None
        product = correlate(coarse, sparse, mode="valid", method="fft")
        squares = np.concatenate([[0.0], np.cumsum(coarse**2)])
        energy = squares[len(sparse) :] - squares[: -len(sparse)]
        place = COARSE * int(np.argmax(product / np.sqrt(np.maximum(energy, 1e-9))))
        return self._search(window, *self._around(place, RATE // 100, len(window)))

    def _search(self, window: np.ndarray, first: int, last: int, certain: float = CERTAIN) -> float | None:
        if last - first < len(window):
            return None
        product = correlate(self.reference[first:last], window, mode="valid", method="fft")
        energy = self.energy[first + len(window) : last + 1] - self.energy[first : last - len(window) + 1]
        scale = np.sqrt(np.maximum(energy, 1e-9) * max(float(window @ window), 1e-9))
        likeness = product / scale
        peak = int(np.argmax(likeness))
        if likeness[peak] < certain or peak in (0, len(likeness) - 1):
            return None
        # The true peak lies between samples: a parabola through three of them finds it.
        before, at, after = likeness[peak - 1 : peak + 2]
        bend = before - 2 * at + after
        return first + peak + (0.5 * (before - after) / bend if bend else 0.0)


def silences(channel: np.ndarray) -> np.ndarray:
    """Every run of silent samples, as rows of first and one past last."""
    silent = np.concatenate([[0], (np.abs(channel) < 1.5 / 32768).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(silent))
    return edges.reshape(-1, 2)


def longest_silence(channel: np.ndarray) -> int:
    """The longest run of silent samples."""
    runs = silences(channel)
    return int((runs[:, 1] - runs[:, 0]).max()) if len(runs) else 0


def stretches(channel: np.ndarray) -> list[Stretch]:
    """The music between pauses."""
    pauses = [run for run in silences(channel) if run[1] - run[0] >= PAUSE]
    bounds = [0, *(int(edge) for run in pauses for edge in run), len(channel)]
    pairs = zip(bounds[0::2], bounds[1::2])
    return [Stretch(start, end) for start, end in pairs if end - start >= WINDOW]


def underruns(channel: np.ndarray) -> list[tuple[float, float]]:
    """Silences inside the music: when, in seconds, and how long, in milliseconds."""
    found = []
    for stretch in stretches(channel):
        for first, last in silences(channel[stretch.start : stretch.end]):
            # Noise may fade in from nothing and out into it; a hole has music on both sides.
            inside = first > 0 and last < stretch.end - stretch.start
            if inside and last - first >= UNDERRUN:
                found.append(((stretch.start + first) / RATE, (last - first) / RATE * 1e3))
    return found


@dataclass
class Figures:
    """What one pair came to. Skews are in milliseconds without a sign, and NaN where nothing was read."""

    p50: float
    p95: float
    p99: float
    most: float
    windows: int
    unread: int
    mean_signed: float
    after_1_s: list[float]
    after_10_s: list[float]
    start_apart: list[float]
    jumps: list[int]
    steepest_percent: list[float]
    underruns: list[list[tuple[float, float]]]


@dataclass
class Readings:
    """Where two channels of one recording were, window by window: positions in seconds, skew in milliseconds."""

    at: tuple[np.ndarray, np.ndarray]
    skew: np.ndarray
    steady: np.ndarray
    starts: list[tuple[int, int, float]]


STEADY_AFTER = 10.0
"""Seconds after a start from which a reading counts as steady."""


def readings(reader: Reader, a: np.ndarray, b: np.ndarray, moved: list[float]) -> Readings:
    """Reads two channels. `moved`: seconds at which the music was told to go elsewhere without a pause."""
    length = min(len(a), len(b))
    a, b = a[:length], b[:length]
    at = reader.positions(a), reader.positions(b)
    starts = common_starts(stretches(a), stretches(b))
    steady = np.zeros(len(at[0]), dtype=bool)
    for start, end, _ in starts:
        steady[window_at(start + STEADY_AFTER * RATE) : max(0, end // WINDOW)] = True
    for second in moved:
        steady[window_at(second * RATE) : window_at((second + STEADY_AFTER) * RATE)] = False
    return Readings(at, (at[0] - at[1]) * 1e3, steady, starts)


def figures(read: Readings, a: np.ndarray, b: np.ndarray) -> Figures:
    """The skew of two channels where both play, and how it came about."""
    spread = quantiles(read.skew[read.steady])
    rates = [steps(at, read.steady) for at in read.at]
    return Figures(
        **spread,
        unread=int(np.isnan(read.skew[read.steady]).sum()),
        after_1_s=[skew_at(read.skew, start + RATE, end) for start, end, _ in read.starts],
        after_10_s=[skew_at(read.skew, start + 10 * RATE, end) for start, end, _ in read.starts],
        start_apart=[apart for _, _, apart in read.starts],
        jumps=[int((np.abs(step) > 2).sum()) for step in rates],
        # One step of a 100 ms window is noisy at this scale: a rate is what a second keeps up.
        steepest_percent=[
            float(np.abs(running_mean(step, 10)).max()) if len(step) >= 10 else float("nan") for step in rates
        ],
        underruns=[underruns(a), underruns(b)],
    )


def quantiles(skew: np.ndarray) -> dict[str, float]:
    """How large skews are, of those that could be read."""
    known = skew[~np.isnan(skew)]
    size = np.abs(known)
    quantile = (lambda q: float(np.quantile(size, q))) if len(size) else (lambda _: float("nan"))
    return {
        "p50": quantile(0.5),
        "p95": quantile(0.95),
        "p99": quantile(0.99),
        "most": quantile(1.0),
        "windows": len(known),
        "mean_signed": float(known.mean()) if len(known) else float("nan"),
    }


TOGETHER_MS = 5.0
"""Within this, two listeners are together again after a trouble."""


def together_after(skew: np.ndarray, second: float, until: float) -> float:
    """Seconds from a moment until both play within 5 ms of each other, and do so for a second; NaN where never."""
    first, last = window_at(second * RATE), window_at(until * RATE)
    good = np.abs(skew[first:last]) <= TOGETHER_MS
    runs = np.convolve(good, np.ones(10), mode="valid") >= 10 if len(good) >= 10 else np.zeros(0, dtype=bool)
    found = np.flatnonzero(runs)
    return float((first + found[0]) * WINDOW / RATE - second) if len(found) else float("nan")


def window_at(sample: float) -> int:
    """The first whole window that begins at or after this sample."""
    return int(np.ceil(sample / WINDOW))


def common_starts(a: list[Stretch], b: list[Stretch]) -> list[tuple[int, int, float]]:
    """Where both channels play: first and last sample, and how many ms apart they began."""
    common = []
    for one in a:
        for other in b:
            start, end = max(one.start, other.start), min(one.end, other.end)
            if end - start >= RATE:
                common.append((start, end, abs(one.start - other.start) / RATE * 1e3))
    return common


def skew_at(skew: np.ndarray, sample: float, end: int) -> float:
    """The size of the skew at a sample; the nearest reading within half a second after it."""
    first = window_at(sample)
    last = min(first + 5, end // WINDOW)
    near = skew[first:last]
    near = near[~np.isnan(near)]
    return float(abs(near[0])) if len(near) else float("nan")


def steps(positions: np.ndarray, steady: np.ndarray) -> np.ndarray:
    """How many ms each window moved more or less than the 100 ms it lasted."""
    moved = (np.diff(positions) - WINDOW / RATE) * 1e3
    both = steady[1:] & steady[:-1] & ~np.isnan(moved)
    return moved[both]


def running_mean(values: np.ndarray, width: int) -> np.ndarray:
    """The mean of every `width` values in a row."""
    return np.convolve(values, np.ones(width) / width, mode="valid")
