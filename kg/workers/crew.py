"""Processes that read papers.

Each loads the model once, uses one core, and is talked to by a pipe of its own: so it is known
which papers it had in hand when it died, and it ends when its parent does, however that ends. (A
`concurrent.futures` pool tells neither, and leaves its workers behind a parent that was killed.)
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

from kg.errors import KgError
from kg.model import Paper
from kg.workers.outcomes import ExtractMany, Outcome, outcomes

#: Batches that a worker has in hand: the second is there when the first is done.
_IN_HAND: Final = 2
#: How often a paper may end a worker that reads it alone.
_DEATHS: Final = 2
#: How many workers may die as they start, one after the other.
_FALSE_STARTS: Final = 3
#: Papers that a process reads before another takes its place: spaCy keeps each word that it sees.
_LIFE: Final = 5000
#: A worker has one core; BLAS would start a thread for each that the machine has.
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Seconds for a worker to end by itself.
_GRACE: Final = 1.0


@dataclass(eq=False, slots=True)
class Job:
    """Papers for a worker, and what came of them.

    When a worker dies with it, it falls into `parts`, each paper alone: so the one at fault is
    found, and the others are read.
    """

    papers: list[Paper]
    outcomes: list[Outcome] | None = None
    parts: list[Job] = field(default_factory=list)
    deaths: int = 0

    def is_done(self) -> bool:
        """Whether there is an outcome for each paper."""
        return self.outcomes is not None or (
            bool(self.parts) and all(part.is_done() for part in self.parts)
        )

    def pairs(self) -> Iterator[tuple[Paper, Outcome]]:
        """Each paper with its outcome, when all is done."""
        if self.outcomes is not None:
            yield from zip(self.papers, self.outcomes, strict=True)
        for part in self.parts:
            yield from part.pairs()

    def after_death(self, how: str) -> list[Job]:
        """What is to be tried again of this job, whose worker died."""
        if len(self.papers) > 1:
            self.parts = [Job([paper]) for paper in self.papers]
            return self.parts
        self.deaths += 1
        if self.deaths < _DEATHS:
            return [self]
        self.outcomes = [f"the process that read it {how}, {self.deaths} times"]
        return []


class Crew:
    """Workers, and the jobs that wait for one; a context manager that ends them."""

    def __init__(self, size: int, extract_many: ExtractMany) -> None:
        self.waiting: deque[Job] = deque()
        self._size = size
        # Now, so that no process has started for one that cannot be sent.
        self._extractor = bytes(ForkingPickler.dumps(extract_many))
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.end()

    def work(self, *, stopping: bool) -> bool:
        """Hand out jobs, and wait until one is done; False when none is in hand after that.

        When `stopping`, what waits is let be, and only what is in hand is done.
        """
        if not stopping:
            self._hire()
            self._hand_out()
        by_pipe = {worker.pipe: worker for worker in self._workers if worker.jobs}
        for pipe in wait(list(by_pipe)) if by_pipe else ():
            worker = by_pipe[pipe]  # type: ignore[index]
            if not worker.take():
                self._bury(worker)
        return any(worker.jobs for worker in self._workers)

    def _hire(self) -> None:
        for worker in [w for w in self._workers if w.is_tired() and not w.jobs]:
            self._workers.remove(worker)
            worker.pipe.close()
            worker.end()
        idle = sum(not worker.jobs for worker in self._workers)
        wanted = min(self._size - len(self._workers), len(self.waiting) - idle)
        self._workers += [_Worker(self._extractor) for _ in range(wanted)]

    def _hand_out(self) -> None:
        for level in range(_IN_HAND):
            for worker in self._workers:
                if self.waiting and len(worker.jobs) <= level and not worker.is_tired():
                    worker.give(self.waiting.popleft())

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker's jobs back; the first of them is the one that it had begun."""
        self._workers.remove(worker)
        worker.pipe.close()
        how = worker.end()
        again = list(worker.jobs)
        if worker.has_started:
            self._false_starts = 0
            again[:1] = worker.jobs[0].after_death(how)
        else:
            self._miss(how)
        self.waiting.extendleft(reversed(again))

    def _miss(self, how: str) -> None:
        """After several false starts, those that did start do it alone."""
        self._false_starts += 1
        if self._false_starts < _FALSE_STARTS:
            return
        self._false_starts = 0
        self._size = sum(worker.has_started for worker in self._workers)
        if not self._size:
            raise KgError(
                f"each process that was started to read papers {how}; is there memory for them? "
                "One process alone needs the least (--workers 1)"
            )


class _Worker:
    """A process that reads papers, as its parent sees it, with the jobs that it has in hand."""

    def __init__(self, extractor: bytes) -> None:
        self.jobs: deque[Job] = deque()
        self.has_started = False
        self._given = 0
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _deaf(), theirs:
            self._process.start()
        self._send(extractor)

    def is_tired(self) -> bool:
        """Whether it has been given as many papers as one process should read."""
        return self._given >= _LIFE

    def give(self, job: Job) -> None:
        """Put the job behind those in hand."""
        self.jobs.append(job)
        self._given += len(job.papers)
        self._send(bytes(ForkingPickler.dumps(job.papers)))

    def take(self) -> bool:
        """Receive that the process has started, or what came of a job; False if it is dead.

        Raises KgError where the extractor did.
        """
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            return False
        if isinstance(message, str):
            raise KgError(message)
        if self.has_started:
            self.jobs.popleft().outcomes = message
        self.has_started = True
        return True

    def end(self) -> str:
        """Wait for the process, whose pipe is closed, to end, or kill it; how it ended."""
        self._process.join(_GRACE)
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"

    def _send(self, message: bytes) -> None:
        # That nobody listens shows when this process listens.
        with suppress(OSError):
            self.pipe.send_bytes(message)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that start here do not hear Ctrl-C, which the terminal sends to all."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It starts with the first process, and would unblock what is blocked.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """What a worker does: receive an extractor, then papers, and send what comes of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    inbox: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_receive, args=(pipe, inbox), daemon=True).start()
    extract_many: ExtractMany = inbox.get()
    with suppress(OSError):  # nobody listens any more
        pipe.send(None)
        while True:
            pipe.send(_message(inbox.get(), extract_many))


def _message(papers: list[Paper], extract_many: ExtractMany) -> list[Outcome] | str:
    try:
        return [outcome for _, outcome in outcomes(papers, extract_many)]
    except KgError as error:
        return str(error)


def _receive(pipe: Connection, inbox: SimpleQueue[Any]) -> None:
    """Take in what the parent sends, so that it never waits; when it has ended, so does this."""
    try:
        while True:
            inbox.put(pipe.recv())
    except (EOFError, OSError):
        pass
    except Exception as error:
        pipe.send(f"cannot be sent to another process: {type(error).__name__}: {error}")
    finally:
        os._exit(1)
