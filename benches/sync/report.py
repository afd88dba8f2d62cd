"""Figures as people read them: a table while it runs, and the page docs/sync.md.

Knows nothing of how anything was measured.
"""

import json
import math
import os
import platform
import re
import subprocess
import time
from pathlib import Path

import plot
from samples import read_skews, slug, write_all

GOALS = {
    "clean": {"p50": 0.5, "p95": 2.0, "p99": 5.0, "1 s": 25.0, "10 s": 2.0, "late": 1.5, "rate": 0.5},
    "impaired": {"p50": 1.0, "p95": 3.0, "p99": 8.0, "1 s": 40.0, "10 s": 5.0, "late": 2.5, "rate": 0.5},
}
LINKS = {"clean": "clean links", "impaired": "A on Wi-Fi spikes, B behind a filled queue"}
HEAD = "listeners|min|p50 / p95 / p99|most|1 s|10 s|seek|rate|jumps|late join|underruns".split("|")
BEGIN, END = "<!-- sync-bench: begin -->", "<!-- sync-bench: end -->"


class Results:
    """The last rows of each part, kept beside the samples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "results.json"
        self.parts: dict[str, dict] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def keep(self, name: str, rows: list[dict], load: float) -> None:
        """Puts a part's rows in the place of its earlier ones."""
        self.parts[name] = {"rows": rows, "load": load, "at": time.strftime("%d %B %Y", time.gmtime())}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.parts, indent=1) + "\n")

    def of(self, name: str) -> list[dict]:
        """The rows of one part; none where it was never run."""
        return self.parts.get(name, {}).get("rows", [])

    def runs(self) -> list[str]:
        """The names of all runs that left samples."""
        compared = [f"{row['links']} {row['rule']}" for name in self.parts for row in self.of(name) if "rule" in row]
        return compared + [row["what"] for row in self.of("oddities")] + ["troubles"][: len(self.of("troubles"))]

    def complete(self, names: list[str]) -> bool:
        """Whether every pair of these parts was heard."""
        rows = [row for name in names for row in self.of(name)]
        return all(quantiles_of(row)["windows"] > 0 for row in rows)


def quantiles_of(row: dict) -> dict:
    """How large the steady skews of any row are."""
    return row.get("figures") or row["steady"]


def told(rows: list[dict]) -> str:
    """A part, as soon as it is there."""
    lines = []
    for row in rows:
        name = row.get("rule") or row["what"]
        lines.append(f"  {name}: {spread(quantiles_of(row))} ms")
        if "figures" in row:
            lines += [f"    {line}" for line in details(row)]
        if "together_seconds" in row:
            lines.append(f"    during: {spread(row['during'])} ms; together after {seconds(row['together_seconds'])}")
        lines += [f"    {fault}" for fault in row["faults"][:5]]
    return "\n".join(lines)


def details(row: dict) -> list[str]:
    """What the table has no room for."""
    read = row["figures"]
    apart = [", ".join(ms(value) for value in read[name]) for name in ["after_1_s", "after_10_s"]]
    holes = [f"{len(each)} ({sum(length for _, length in each):.0f} ms)" for each in read["underruns"]]
    return [
        f"after starts, 1 s: {apart[0]}; 10 s: {apart[1]}; mean, signed {read['mean_signed']:.2f} ms",
        f"{read['windows']} windows, {read['unread']} unread; underruns {' and '.join(holes)}; jumps {read['jumps']}",
    ]


def table(results: Results) -> str:
    """Everybody beside the goals, and what came of every trouble; as Markdown."""
    lines = [f"| {' | '.join(HEAD)} |", "|---|" + "--:|" * (len(HEAD) - 1)]
    for links, goals in GOALS.items():
        rows = results.of(f"tutti {links}") + results.of(f"rules {links}")
        if rows:
            lines.append(f"| *{LINKS[links]}: goal* | {' | '.join(goal_cells(goals))} |")
            lines += [f"| {row['rule']} | {' | '.join(compare_cells(row))} |" for row in rows]
    odd = results.of("oddities")
    if odd:
        lines += ["", "| from the start on | p50 / p95 / p99 | most | 1 s | 10 s | jumps | underruns |"]
        lines += ["|---|" + "--:|" * 6, *(f"| {row['what']} | {' | '.join(odd_cells(row))} |" for row in odd)]
    troubles = results.of("troubles")
    if troubles:
        lines += ["", "| to one of two listeners | within 5 ms again after | then p50 / p95 / p99 | most |"]
        lines += ["|---|--:|--:|--:|"]
        for row in troubles:
            steady = row["steady"]
            again = seconds(row["together_seconds"])
            lines.append(f"| {row['what']} | {again} | {spread(steady)} ms | {ms(steady['most'])} |")
    return "\n".join(lines)


def goal_cells(goals: dict[str, float]) -> list[str]:
    """What a pair should reach, in the order of the table."""
    return [
        "",
        f"{goals['p50']:g} / {goals['p95']:g} / {goals['p99']:g} ms",
        "",
        f"{goals['1 s']:g} ms",
        f"{goals['10 s']:g} ms",
        "",
        f"{goals['rate']:g} %",
        "0",
        f"{goals['late']:g} s",
        "",
    ]


def compare_cells(row: dict) -> list[str]:
    """One pair, in the order of the table."""
    read = row["figures"]
    return [
        f"{row['minutes']:g}",
        f"{spread(read)} ms",
        ms(read["most"]),
        ms(worst(read["after_1_s"])),
        ms(worst(read["after_10_s"])),
        seconds(row["seek"]["together_seconds"]),
        f"{max(read['steepest_percent']):.2f} %",
        str(sum(read["jumps"])),
        seconds(row["late_join_seconds"]),
        str(sum(len(each) for each in read["underruns"])),
    ]


def odd_cells(row: dict) -> list[str]:
    """One odd pair, in the order of its table."""
    read = row["figures"]
    return [
        f"{spread(read)} ms",
        ms(read["most"]),
        ms(worst(read["after_1_s"])),
        ms(worst(read["after_10_s"])),
        str(sum(read["jumps"])),
        str(sum(len(each) for each in read["underruns"])),
    ]


def spread(read: dict) -> str:
    """Three quantiles."""
    return " / ".join(plain(read[name]) for name in ["p50", "p95", "p99"])


def plain(value: float) -> str:
    """As many figures as mean something."""
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ms(value: float) -> str:
    """A time in ms."""
    return "–" if math.isnan(value) else f"{plain(value)} ms"


def seconds(value: float) -> str:
    """A time in s."""
    return "not" if math.isnan(value) else "at once" if value < 0.05 else f"{value:.1f} s"


def worst(values: list[float]) -> float:
    """The largest that was read."""
    return max((value for value in values if not math.isnan(value)), default=math.nan)


def publish(results: Results, docs: Path) -> None:
    """Writes table, plots and samples into the documentation."""
    folder = docs / "sync"
    folder.mkdir(exist_ok=True)
    drawn = draw(results, folder)
    write_all(results.folder, results.runs(), folder / "skew.csv.gz")
    pictures = [f"![{text}](sync/{name})" for name, text in drawn.items()]
    samples = "Every reading is in [skew.csv.gz](sync/skew.csv.gz): run, second of the recording, skew in ms, steady or not."
    page = docs / "sync.md"
    told_before = page.read_text()
    between = "\n\n".join([BEGIN, circumstances(results), table(results), *pictures, samples, END])
    page.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: between, told_before, flags=re.DOTALL))


def draw(results: Results, folder: Path) -> dict[str, str]:
    """The plots that can be drawn: file name and what a person who cannot see it should know."""
    drawn = {}
    for links in GOALS:
        rows = results.of(f"tutti {links}") + results.of(f"rules {links}")
        skews = {row["rule"]: read_skews(results.folder, f"{links} {row['rule']}") for row in rows}
        if not skews:
            continue
        name = f"{slug(links)}.svg"
        (folder / name).write_text(plot.shares(skews, f"Skew of two listeners, {LINKS[links]}"))
        drawn[name] = f"Share of time within a skew, {LINKS[links]}: Tutti and what it is compared with"
        if "Tutti" in skews:
            name = f"{slug(links)}-over-time.svg"
            (folder / name).write_text(plot.over_time(*skews["Tutti"], f"Tutti, {LINKS[links]}"))
            drawn[name] = f"Tutti's skew over time, {LINKS[links]}"
    return drawn


def circumstances(results: Results) -> str:
    """When and on what the figures were read."""
    days = sorted({part["at"] for part in results.parts.values()})
    loads = [part["load"] for part in results.parts.values()]
    rows = [row for name in results.parts for row in results.of(name)]
    browsers = sorted({row["browser"] for row in rows})
    pulse = subprocess.run(["pulseaudio", "--version"], capture_output=True, text=True).stdout.split()
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, load {min(loads):.1f}–{max(loads):.1f}"
    return (
        f"Read on {' and '.join(days)}: {where}; Chromium {', '.join(browsers)}, PulseAudio {pulse[1] if pulse else '?'}. "
        "Page clocks are 10 s apart; page clocks and sound cards each run 100 ppm against each other. *most*: the largest "
        "reading. *1 s*, *10 s*: after a start, the worst of four. *seek*: until within 5 ms again. *rate*: its greatest change."
    )

