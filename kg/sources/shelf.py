"""Papers that wait on disk, so that memory does not grow with their number.

They stand in files without a name in the temporary folder ($TMPDIR), which are gone when the
process is, however it ends.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from hashlib import blake2b
from typing import Any, Final

from kg.errors import KgError
from kg.model import Paper

_FIELDS: Final = tuple(field.name for field in fields(Paper))


class Shelf:
    """Papers in the order in which they were added; a context manager.

    Raises KgError when the temporary folder is full.

    >>> with Shelf() as shelf:
    ...     shelf.add(Paper("a", "On CCT", "We do."))
    ...     shelf.add(Paper("b", "On ViT", "We do."))
    ...     len(shelf), shelf[0].title, [paper.id for paper in shelf]
    (2, 'On CCT', ['a', 'b'])
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._end = 0
        with _room():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *_: object) -> None:
        # What its buffer still holds may have no place, and is not wanted any more.
        with _room():
            self._file.close()

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, paper: Paper) -> None:
        """Put a paper at the end; all are added before the first is taken."""
        row = json.dumps([getattr(paper, name) for name in _FIELDS]).encode() + b"\n"
        with _room():
            self._file.write(row)
        self._starts.append(self._end)
        self._end += len(row)

    def __getitem__(self, number: int) -> Paper:
        with _room():
            if self._file.tell() != self._starts[number]:
                self._file.seek(self._starts[number])
            named: dict[str, Any] = dict(
                zip(_FIELDS, json.loads(self._file.readline()), strict=True)
            )
        return Paper(**{**named, "authors": tuple(named["authors"])})

    def __iter__(self) -> Iterator[Paper]:
        return (self[number] for number in range(len(self)))


class Register:
    """Who first had a name, for any number of names; a context manager.

    Raises KgError when the temporary folder is full.

    >>> with Register() as register:
    ...     register.owner("title:cct", 0), register.owner("title:vit", 1)
    ...     register.owner("title:cct", 2), "title:cct" in register, "cct" in register
    (0, 1)
    (0, True, False)
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute(
            "CREATE TABLE owner (name BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def owner(self, name: str, number: int) -> int:
        """The number that came first with this name."""
        with _room():
            [(first,)] = self._db.execute(
                "INSERT INTO owner VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n RETURNING n",
                (_digest(name), number),
            )
        return int(first)

    def __contains__(self, name: str) -> bool:
        found = self._db.execute("SELECT 1 FROM owner WHERE name = ?", (_digest(name),))
        return found.fetchone() is not None


def _digest(name: str) -> bytes:
    """16 bytes for a name of any length: two names of billions never share them."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@contextmanager
def _room() -> Iterator[None]:
    """Turn a full temporary folder into one clear error."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or error
        folder = tempfile.gettempdir()
        raise KgError(f"{folder}: {reason}; set TMPDIR to a folder with more room") from error
