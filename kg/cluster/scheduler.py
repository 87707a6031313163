"""A Dask scheduler that is there already: tasks on its workers, and their results in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final
from uuid import uuid4

from distributed import Client, Future
from distributed.comm import CommClosedError, get_address_host_port
from distributed.scheduler import KilledWorker

from kg import __version__
from kg.errors import KgError

#: How often a task that failed is tried again. (When a worker dies, Dask goes on by itself.)
RETRIES: Final = 2
#: Tasks in hand for each thread of the workers, and at least.
AHEAD: Final = 2
LEAST_AHEAD: Final = 16
ANSWER_SECONDS: Final = 10
PATIENCE_SECONDS: Final = 30

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A function of this package and its arguments; `about` says in messages what it is for."""

    about: str
    run: Callable[..., str]
    values: tuple[Any, ...]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler answers at the address.

    Raises KgError, with what to do, where none answers, and where kg is not what it is here.
    """
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        client = _client(address)
        stack.callback(client.close, timeout=ANSWER_SECONDS)
        _check_versions(client)
        yield Cluster(client, address)


def _client(address: str) -> Client:
    try:
        get_address_host_port(address)
    except ValueError as error:
        reason = "no address of a Dask scheduler, such as tcp://scheduler:8786"
        raise KgError(f"{address!r} is {reason}: {error}") from error
    try:
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, CommClosedError) as error:
        raise KgError(
            f"{address}: no Dask scheduler answers; start one with `dask scheduler`, "
            f"and workers with `dask worker {address}`"
        ) from error


def _check_versions(client: Client) -> None:
    """A function of ours that is sent to where kg is missing would end the process there."""
    found = client.run(metadata.version, "kg", on_error="return")
    for worker, version in sorted(found.items()):
        if isinstance(version, metadata.PackageNotFoundError):
            has = "no kg"
        elif isinstance(version, str) and version != __version__:
            has = f"kg {version}"
        else:
            continue
        raise KgError(
            f"worker {worker} has {has}, not kg {__version__}: "
            "install the same kg[cluster] on the scheduler and all workers"
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs whole tracebacks of what our errors tell in a line."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._warned = False

    def in_order(self, tasks: Iterable[Task]) -> Iterator[str]:
        """The results of the tasks in their order.

        Tasks are drawn as workers need them. When one fails, after all retries, or when the
        reader stops, those that are not done are cancelled. Raises KgError, in one line.
        """
        waiting: deque[tuple[Task, Future[str]]] = deque()
        try:
            for task in tasks:
                with self._errors(task):
                    waiting.append((task, self._submit(task)))
                    ahead = self._ahead()
                while len(waiting) >= ahead:
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            if self._client.status == "running":  # else it has given up all that it waited for
                for _, future in waiting:
                    future.cancel()

    def _submit(self, task: Task) -> Future[str]:
        key = f"{task.run.__name__}-{uuid4()}"
        return self._client.submit(task.run, *task.values, key=key, retries=RETRIES)

    def _ahead(self) -> int:
        threads: int = sum(self._client.nthreads().values())
        return max(LEAST_AHEAD, AHEAD * threads)

    def _result(self, task: Task, future: Future[str]) -> str:
        with self._errors(task):
            while True:
                try:
                    result: str = future.result(timeout=PATIENCE_SECONDS)
                    return result
                except TimeoutError:
                    if future.done():
                        raise
                    self._warn_without_workers()

    def _warn_without_workers(self) -> None:
        if not (self._warned or self._client.nthreads()):
            self._warned = True
            hint = "no workers; start some with `dask worker %s`, or look into their logs"
            _logger.warning("%s: " + hint, self._address, self._address)

    @contextmanager
    def _errors(self, task: Task) -> Iterator[None]:
        """Turn what Dask raises for a task into our errors."""
        try:
            yield
        except KgError:
            raise
        except KilledWorker as error:
            raise KgError(
                f"{task.about}: {error.allowed_failures + 1} workers died over it; the log of the "
                f"last one, {error.last_worker.address}, may say why (often too little memory)"
            ) from error
        except (CancelledError, CommClosedError) as error:
            raise KgError(
                f"{self._address}: the scheduler is gone; what is done is kept, "
                "and the same command goes on from there"
            ) from error
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise KgError(f"{task.about}: failed on the cluster: {reason}") from error
