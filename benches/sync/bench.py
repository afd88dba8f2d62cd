"""Acoustic skew of two browsers that listen to one room, measured from what they play.

    make sync-bench                                  everything, 10 minutes a link: some 35 minutes in all
    make sync-bench ARGS="--quick"                   everything, short: some 10 minutes; publishes nothing
    make sync-bench ARGS="--parts tutti --links clean --minutes 2"
    make sync-bench ARGS="--report"                  writes docs/sync.md again from the last run of each part

The rig checks itself first: a known offset of 481 samples must read 10.02 ms.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import report
import runs
import selfcheck
from pulse import Pulse
from session import say, warn
from urgent import raise_process

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["tutti", "rules", "oddities", "troubles"]


def main() -> int:
    options = arguments()
    results = report.Results(options.out)
    if options.report:
        report.publish(results, ROOT / "docs")
        return 0
    with Pulse() as pulse:
        if raise_process(pulse.process.pid) == 0:
            warn("no right to real-time priority: underruns may blur the figures")
        say("self-check")
        try:
            for sentence in selfcheck.run(pulse):
                say(f"  {sentence}")
        except selfcheck.Untrue as untrue:
            warn(f"the rig cannot be believed: {untrue}")
            return 1
        if options.self_check:
            return 0
        for name, run in chosen(options, pulse).items():
            began = time.monotonic()
            results.keep(name, run(), load=os.getloadavg()[1])
            say(f"\n{name} ({(time.monotonic() - began) / 60:.1f} min, load {os.getloadavg()[1]:.1f})")
            say(report.told(results.of(name)))
    say(f"\n{report.table(results)}")
    say(f"every sample: {results.folder}")
    if options.publish:
        report.publish(results, ROOT / "docs")
    return 0 if results.complete(chosen_names(options)) else 1


def chosen(options: argparse.Namespace, pulse: Pulse) -> dict[str, Callable[[], list[dict]]]:
    """What is to be run, by name, in order."""
    rest = min(options.minutes, 0.5 if options.quick else 1.0)
    found: dict[str, Callable[[], list[dict]]] = {}
    for links in options.links:
        if "tutti" in options.parts:
            found[f"tutti {links}"] = lambda links=links: runs.tutti(pulse, links, options.minutes, options.out)
    for links in options.links:
        if "rules" in options.parts:
            found[f"rules {links}"] = lambda links=links: runs.rules(pulse, links, rest, options.out)
    if "oddities" in options.parts:
        found["oddities"] = lambda: runs.oddities(pulse, rest * 30, options.out)
    if "troubles" in options.parts:
        found["troubles"] = lambda: runs.troubles(pulse, rest * 15, options.out)
    return found


def chosen_names(options: argparse.Namespace) -> list[str]:
    """The names of what is to be run."""
    return list(chosen(options, None))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, help="of steady playing for Tutti on each link (10; 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="short runs, for development; publishes nothing")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--links", nargs="+", choices=["clean", "impaired"], default=["clean", "impaired"])
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for every sample (target/sync-bench)")
    parser.add_argument("--publish", action=argparse.BooleanOptionalAction, help="write docs/sync.md (where nothing is left out)")
    parser.add_argument("--report", action="store_true", help="measure nothing, only write docs/sync.md again")
    parser.add_argument("--self-check", action="store_true", help="only see whether the rig can be believed")
    options = parser.parse_args()
    options.minutes = options.minutes or (1.0 if options.quick else 10.0)
    whole = options.minutes >= 10 and len(set(options.parts)) == len(PARTS) and len(set(options.links)) == 2
    options.publish = whole if options.publish is None else options.publish
    name = "sync-bench-quick" if options.quick else "sync-bench"
    options.out = options.out or ROOT / "target" / name
    return options


if __name__ == "__main__":
    sys.exit(main())
