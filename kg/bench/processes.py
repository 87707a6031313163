"""Processes below one, and the memory of all of them, as Linux tells in /proc."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

SAMPLE_SECONDS: Final = 0.1


def below(pid: int) -> list[int]:
    """The process and all that come of it, children before their own."""
    by_parent: dict[int, list[int]] = defaultdict(list)
    for entry in filter(str.isdigit, os.listdir("/proc")):
        # A process may end while it is looked at.
        with suppress(FileNotFoundError, ProcessLookupError):
            stat = Path("/proc", entry, "stat").read_text()
            by_parent[int(stat.rpartition(")")[2].split()[1])].append(int(entry))
    found = [pid]
    for parent in found:
        found += by_parent[parent]
    return found


def workers(pid: int) -> list[int]:
    """The processes below this one that `multiprocessing` started to work."""
    found = []
    for child in below(pid)[1:]:
        with suppress(FileNotFoundError, ProcessLookupError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def memory(pid: int) -> int:
    """The resident bytes of the process and all below it; pages that they share count in each."""
    pages = 0
    for process in below(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@dataclass
class Peak:
    """The most memory that was seen, in bytes."""

    size: int = 0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Watch the memory of a process and all below it while the block runs."""
    peak, done = Peak(), Event()

    def watch() -> None:
        while not done.wait(SAMPLE_SECONDS):
            peak.size = max(peak.size, memory(pid))

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def wait_for_workers(pid: int, count: int, *, seconds: float) -> list[int]:
    """The workers of the process, when there are so many, or what there is after the time."""
    deadline = time.monotonic() + seconds
    while len(found := workers(pid)) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    return found
