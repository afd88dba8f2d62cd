"""Every reading, as a table that anybody can check: one file a pair, and one that holds all the skews.

Knows nothing of how they came about.
"""

import csv
import gzip
import io
import re
from pathlib import Path

import numpy as np

from measure import WINDOW, Readings
from reference import RATE


def write_samples(folder: Path, name: str, read: Readings) -> None:
    """`<name>.csv.gz`: second of the recording, both positions and the skew in ms, and whether it counts as steady."""
    rows = []
    for index, skew in enumerate(read.skew):
        at = [number(positions[index] * 1e3) for positions in read.at]
        rows.append([f"{index * WINDOW / RATE:.1f}", *at, number(skew), int(read.steady[index])])
    write_table(folder / f"{slug(name)}.csv.gz", ["t_s", "a_ms", "b_ms", "skew_ms", "steady"], rows)


def read_skews(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Steady seconds and skews of one pair, as they were written."""
    with gzip.open(folder / f"{slug(name)}.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["skew_ms"] and row["steady"] == "1"]
    return np.array([float(row["t_s"]) for row in rows]), np.array([float(row["skew_ms"]) for row in rows])


def write_all(folder: Path, names: list[str], file: Path) -> None:
    """These pairs in one table: run, second, skew in ms, whether it counts as steady."""
    rows = []
    for name in names:
        with gzip.open(folder / f"{slug(name)}.csv.gz", "rt") as table:
            rows += [[name, row["t_s"], row["skew_ms"], row["steady"]] for row in csv.DictReader(table) if row["skew_ms"]]
    write_table(file, ["run", "t_s", "skew_ms", "steady"], rows)


def write_table(file: Path, head: list[str], rows: list[list]) -> None:
    """Writes a compressed table that comes out the same whenever it is written."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def number(value: float) -> str:
    """Microseconds are enough; what could not be read stays empty."""
    return "" if np.isnan(value) else f"{value:.3f}"


def slug(name: str) -> str:
    """A file name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
