"""Papers to extractions: in this process, or in several with one writer, which is who asks.

No more is in memory than a few batches a worker, however many papers there are.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict
from itertools import chain, islice
from typing import Final

from kg.errors import KgError
from kg.model import Extraction, Paper, Rejected
from kg.workers.outcomes import ExtractMany, Outcome, outcomes

__all__ = ["BATCH", "FEW", "ExtractMany", "cores", "read_all", "unread"]

#: Papers that a worker is given at once: about half a second's work.
BATCH: Final = 16
#: Fewer papers are read sooner in this process than others have started.
FEW: Final = 100
#: Batches in memory for each worker: two in its hands, the others before and after.
_IN_MEMORY: Final = 5
#: Papers that may fail before any is read: then not the papers are at fault.
_FAILURES: Final = 20

Pairs = Iterator[tuple[Paper, Outcome]]


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_all(
    papers: Iterable[Paper],
    extract_many: ExtractMany,
    *,
    failed: Callable[[Paper, str], None],
    workers: int = 1,
    few: int = FEW,
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[tuple[Paper, Extraction], None, None]:
    """The papers with their extractions, in the papers' order, as they are read.

    With several `workers`, and papers no fewer than `few`, `extract_many` runs in so many
    processes; it is pickled for them, so it must be a function of a module, or a `partial` of one.
    A paper on which it raises, or whose worker dies twice with it alone, goes to `failed` with the
    reason, and the rest goes on. Once `stopped` says so, what is in hand comes out, and no more.

    Raises KgError when none of the first papers can be read, or no worker can be started.

    >>> from kg.extract import extract_many
    >>> paper = Paper("a-1", "On CCT", "We use CCT.")
    >>> [(_, facts)] = read_all([paper], extract_many, failed=print)
    >>> facts.entities[0].name
    'CCT'
    """
    every = iter(papers)
    if workers > 1:
        first = list(islice(every, few))
        every = chain(first, every)
        workers = workers if len(first) == few else 1
    if workers > 1:
        pairs = _in_processes(every, extract_many, workers, stopped)
    else:
        pairs = _in_this_process(every, extract_many, stopped)
    yield from _read(pairs, failed)


def unread(paper: Paper, why: str) -> Rejected:
    """The paper that failed, as a rejected record: it has no place in a file any more.

    >>> unread(Paper("a-1", "On CCT", "We do."), "ValueError: no").reason
    'paper a-1 cannot be read: ValueError: no'
    """
    record = json.dumps(asdict(paper), ensure_ascii=False)
    return Rejected("", 0, f"paper {paper.id} cannot be read: {why}", record)


def _read(pairs: Pairs, failed: Callable[[Paper, str], None]) -> Iterator[tuple[Paper, Extraction]]:
    any_read, failures = False, 0
    for paper, outcome in pairs:
        if isinstance(outcome, Extraction):
            any_read = True
            yield paper, outcome
            continue
        failed(paper, outcome)
        failures += 1
        if failures == _FAILURES and not any_read:
            raise KgError(f"none of the first {failures} papers can be read: {outcome}")


def _in_this_process(
    papers: Iterator[Paper], extract_many: ExtractMany, stopped: Callable[[], bool]
) -> Pairs:
    for pair in outcomes(papers, extract_many):
        yield pair
        if stopped():
            return


def _in_processes(
    papers: Iterator[Paper],
    extract_many: ExtractMany,
    workers: int,
    stopped: Callable[[], bool],
) -> Pairs:
    from kg.workers.crew import Crew, Job

    order: deque[Job] = deque()
    with Crew(workers, extract_many) as crew:
        while True:
            stopping = stopped()
            while not stopping and len(order) < _IN_MEMORY * workers:
                if not (batch := list(islice(papers, BATCH))):
                    break
                order.append(Job(batch))
                crew.waiting.append(order[-1])
            if not order:
                return
            is_working = crew.work(stopping=stopping)
            while order and order[0].is_done():
                yield from order.popleft().pairs()
            if stopping and not is_working:
                return
