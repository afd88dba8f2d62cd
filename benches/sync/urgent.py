"""Real-time priority for whoever makes sound, so that a busy machine does not blur the figure."""

import os
from collections.abc import Iterable
from pathlib import Path

PRIORITY = 10


def raise_sound_of(root: int) -> int:
    """Raises the sound threads of a process and of everything it started; says how many it could."""
    return sum(raise_thread(thread) for process in family(root) for thread in sound_threads(process))


def raise_process(process: int) -> int:
    """Raises every thread of one process."""
    return sum(raise_thread(thread) for thread in threads(process))


def family(root: int) -> set[int]:
    """A process and all its descendants."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name in parentheses may hold anything; what follows it is plain.
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def sound_threads(process: int) -> Iterable[int]:
    """A browser's audio service as a whole, and of its other processes the threads that name themselves so."""
    try:
        service = b"audio.mojom.AudioService" in Path(f"/proc/{process}/cmdline").read_bytes()
        for thread in threads(process):
            if service or "audio" in Path(f"/proc/{process}/task/{thread}/comm").read_text().lower():
                yield thread
    except OSError:
        # It ended meanwhile.
        return


def threads(process: int) -> list[int]:
    """The threads a process has just now."""
    return [int(entry.name) for entry in Path(f"/proc/{process}/task").iterdir()]


def raise_thread(thread: int) -> int:
    """1 where it could be done, 0 where this user may not."""
    try:
        os.sched_setscheduler(thread, os.SCHED_RR, os.sched_param(PRIORITY))
    except OSError:
        return 0
    return 1
