"""Acoustic skew of two browsers that listen to one room, measured from what they play.

    make sync-bench
    make sync-bench ARGS="--minutes 5 --links clean --json skew.json"

The rig checks itself first: a known offset of 481 samples must read 10.02 ms.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

import selfcheck
from driver import Driver
from measure import Figures, Reader, figures, stretches
from proxy import Link, Proxy, clean, filled_queue, wifi_spikes
from pulse import Pulse, Recorder
from reference import RATE, noise, write_wav
from urgent import raise_process, raise_sound_of

STARTS = 3
"""Short plays before the long one: what a start is like is read from all of them."""

START_SECONDS = 12.0
"""How long each of them lasts: past the ten seconds after which a start must have settled."""

CLOCKS = {"A": {"offset_ms": -2_300, "ppm": 50}, "B": {"offset_ms": 4_700, "ppm": -50}}
"""How wrong each page's clock is: one machine alone would give both the same one."""

GOALS = {
    "clean": {"p50": 0.5, "p95": 2.0, "p99": 5.0, "after 1 s": 25.0, "after 10 s": 2.0, "late join": 1.5},
    "impaired": {"p50": 1.0, "p95": 3.0, "p99": 8.0, "after 1 s": 40.0, "after 10 s": 5.0, "late join": 2.5},
}


def main() -> int:
    options = arguments()
    with Pulse() as pulse:
        urgent = raise_process(pulse.process.pid) > 0
        if not urgent:
            print("no right to real-time priority: underruns may blur the figures", file=sys.stderr)
        print("self-check", flush=True)
        try:
            for sentence in selfcheck.run(pulse):
                print(f"  {sentence}", flush=True)
        except selfcheck.Untrue as untrue:
            print(f"the rig cannot be believed: {untrue}", file=sys.stderr)
            return 1
        if options.self_check:
            return 0
        runs = {}
        for name in ["clean", "impaired"] if options.links == "both" else [options.links]:
            links = links_of(name)
            print(f"\n{name}: A on {links['A'].name}, B on {links['B'].name}", flush=True)
            runs[name] = run(pulse, links, options.minutes)
            report(runs[name], GOALS[name])
    if options.json:
        options.json.write_text(json.dumps(runs, indent=2) + "\n")
    return 0 if all(r["figures"]["windows"] > 0 for r in runs.values()) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0, help="of steady playing on each link (3)")
    parser.add_argument("--links", choices=["clean", "impaired", "both"], default="both")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    parser.add_argument("--self-check", action="store_true", help="only see whether the rig can be believed")
    return parser.parse_args()


def links_of(name: str) -> dict[str, Link]:
    """Each client's way to the server."""
    return {"A": clean(), "B": clean()} if name == "clean" else {"A": wifi_spikes(), "B": filled_queue()}


def run(pulse: Pulse, links: dict[str, Link], minutes: float) -> dict:
    """Plays for so long over these links, and returns what was heard."""
    seconds = STARTS * START_SECONDS + minutes * 60 + 40
    reference = noise(seconds)
    with tempfile.TemporaryDirectory() as folder, Driver() as driver:
        file = Path(folder) / "reference.wav"
        write_wav(file, reference)
        port = driver.do("arrange", file=str(file))["port"]
        with Proxy(links["A"], port) as a, Proxy(links["B"], port) as b, Recorder(pulse) as recorder:
            ports = {"A": a.port, "B": b.port}
            driver.do("open", listeners=[listener(pulse, name, ports[name]) for name in links])
            play(driver, minutes)
            rejoined = recorder.seconds_at(driver.do("rejoin", name="B")["wall_ms"] / 1e3)
            time.sleep(8)
            driver.do("pause")
            time.sleep(1)
        faults = driver.do("quit")["faults"]
    heard = {name: recorder.channel(name) for name in links}
    before = int(rejoined * RATE)
    measured = figures(Reader(reference), heard["A"][:before], heard["B"][:before])
    return {
        "figures": asdict(measured),
        "late_join_seconds": first_sound(heard["B"], before),
        "faults": faults,
        "links": {name: link.name for name, link in links.items()},
        "clocks": CLOCKS,
        "minutes": minutes,
    }


def listener(pulse: Pulse, name: str, port: int) -> dict:
    """What one browser is started with."""
    environment = {"PULSE_SERVER": pulse.server, "PULSE_SINK": name}
    return {"name": name, "url": f"http://127.0.0.1:{port}", "env": environment, "clock": CLOCKS[name], "flags": []}


def play(driver: Driver, minutes: float) -> None:
    """Some starts, then one long stretch."""
    # Time itself is what is measured here, so this is the one place that waits for it.
    for _ in range(STARTS):
        driver.do("play")
        time.sleep(2)
        raise_sound_of(driver.process.pid)
        time.sleep(START_SECONDS - 2)
        driver.do("pause")
        time.sleep(2)
    driver.do("play")
    ends = time.monotonic() + minutes * 60 + 10
    while (left := ends - time.monotonic()) > 0:
        time.sleep(min(left, 240))
        driver.do("signInAgain")


def first_sound(channel: np.ndarray, after: int) -> float:
    """Seconds until a channel is heard again that fell silent after this sample; NaN where it is not."""
    again = [stretch.start for stretch in stretches(channel[after:]) if stretch.start > 0]
    return again[0] / RATE if again else math.nan


def report(run: dict, goals: dict[str, float]) -> None:
    """The figures beside their goals."""
    read = Figures(**run["figures"])
    rows = [
        ("steady p50", read.p50, goals["p50"], "ms"),
        ("steady p95", read.p95, goals["p95"], "ms"),
        ("steady p99", read.p99, goals["p99"], "ms"),
        ("steady most", read.most, None, "ms"),
        ("1 s after a start, worst", worst(read.after_1_s), goals["after 1 s"], "ms"),
        ("10 s after a start, worst", worst(read.after_10_s), goals["after 10 s"], "ms"),
        ("late join, audible after", run["late_join_seconds"], goals["late join"], "s"),
        ("rate change A", read.steepest_percent["A"], 0.5, "%"),
        ("rate change B", read.steepest_percent["B"], 0.5, "%"),
    ]
    print(f"  {'':28}{'read':>9}{'goal':>9}")
    for name, value, goal, unit in rows:
        wanted = "" if goal is None else f"{goal:g} {unit}"
        print(f"  {name:28}{value:>6.2f} {unit:2}{wanted:>9}")
    print(f"  mean, signed                {read.mean_signed:>6.2f} ms  over {read.windows} windows of 100 ms")
    if read.unread:
        print(f"  {read.unread} windows could not be read")
    for name in ["A", "B"]:
        holes = read.underruns[name]
        print(f"  {name}: {len(holes)} underruns ({sum(ms for _, ms in holes):.0f} ms), {read.jumps[name]} jumps above 2 ms")
        for fault in run["faults"].get(name, []):
            print(f"  {name}: {fault}")


def worst(values: list[float]) -> float:
    """The largest that was read."""
    known = [value for value in values if not math.isnan(value)]
    return max(known, default=math.nan)


if __name__ == "__main__":
    sys.exit(main())
