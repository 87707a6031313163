"""One build at a time: a lock on a file beside the database, which goes with who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kg.errors import StoreError

try:
    import fcntl
except ImportError:  # pragma: no cover (where there is none, the store's own check is left)
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(path: str | Path) -> Iterator[bool]:
    """Hold the right to build the file at `path` while the block runs.

    What it gives is whether the last that had it was killed.

    Raises StoreError at once when another build has it, or when no file can be made there. The
    right ends with the process, even if that is killed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, alone(f"{folder}/a.db"), alone(f"{folder}/a.db"):
    ...     pass  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    kg.errors.StoreError: ...a.db: another build is at work on it; wait for it, or end it first
    """
    path = Path(path)
    beside = path.with_name(f"{path.name}.lock")
    was_killed = beside.exists()
    file = _opened(beside)
    while fcntl and not _has_lock(file, beside, path):
        file = _opened(beside)
    try:
        yield was_killed
    finally:
        # While it is locked: so nobody takes a file for the lock that is no longer there.
        with suppress(FileNotFoundError):
            beside.unlink()
        file.close()


def _opened(beside: Path) -> IO[bytes]:
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        return open(beside, "ab")
    except OSError as error:
        raise StoreError(f"{beside}: {error.strerror}") from error


def _has_lock(file: IO[bytes], beside: Path, path: Path) -> bool:
    """Lock the file; False when who had the lock has just removed it, and another is needed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        reason = "another build is at work on it; wait for it, or end it first"
        raise StoreError(f"{path}: {reason}") from error
    except OSError:
        return True  # a file system without locks: the store's own check is left
    try:
        if os.path.samestat(os.fstat(file.fileno()), beside.stat()):
            return True
    except FileNotFoundError:
        pass
    file.close()
    return False
