"""A database that is open while one question is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.store.database import open_store
from kg.store.reader import Reader


@contextmanager
def open_reader(path: str | Path, min_confidence: float = 0.0) -> Iterator[Reader]:
    """One state of the database file, of which only what is asked for is read.

    It is the graph of all facts, or of those of at least so much confidence. Raises what
    `open_store` raises.

    >>> with open_reader("/no/such/file.db") as g:
    ...     pass
    Traceback (most recent call last):
    kg.errors.StoreError: /no/such/file.db: no such database; run `kg build` first
    """
    with open_store(path, readonly=True) as store, store.snapshot():
        yield store.reader(min_confidence)
