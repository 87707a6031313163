"""A connection to one SQLite file whose every failure is one clear StoreError."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from kg.errors import StoreError
from kg.store.schema import APPLICATION_ID, SCHEMA, VERSION

BUSY_SECONDS: Final = 5.0
#: How many values one statement is given at most.
MANY: Final = 20_000

_REASONS: Final = {
    "SQLITE_BUSY": "another process is writing to it; try again when it is done",
    "SQLITE_LOCKED": "another process is writing to it; try again when it is done",
    "SQLITE_NOTADB": "not a database of kg",
    "SQLITE_CORRUPT": "damaged; delete it and run `kg build` again",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_READONLY": "cannot be written",
    "SQLITE_FULL": "the disk is full",
}


class Connection:
    """Statements, rows and transactions on an open file."""

    def __init__(self, path: Path, *, mode: str) -> None:
        self.path = path
        uri = f"{path.absolute().as_uri()}?{mode}"
        with self.errors():
            self._raw = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        self._seen: int | None = None

    def run(self, sql: str, *values: Any) -> None:
        """Execute one statement."""
        with self.errors():
            self._raw.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute one statement for each row of values."""
        with self.errors():
            self._raw.executemany(sql, rows)

    def rows(self, sql: str, *values: Any) -> Iterator[Any]:
        """The rows that a statement gives, one by one."""
        with self.errors():
            yield from self._raw.execute(sql, values)

    def named_rows(self, sql: str, values: Mapping[str, Any]) -> list[Any]:
        """All rows of a statement whose values have names; what it does not name is idle."""
        with self.errors():
            return self._raw.execute(sql, values).fetchall()

    def named_row_by_row(self, sql: str, values: Mapping[str, Any]) -> Iterator[Any]:
        """As `named_rows`, one by one: for rows that are too many to hold."""
        with self.errors():
            yield from self._raw.execute(sql, values)

    def column(self, sql: str, *values: Any) -> list[Any]:
        """The first column of all rows."""
        with self.errors():
            return [row[0] for row in self._raw.execute(sql, values)]

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None without one."""
        with self.errors():
            rows = self._raw.execute(sql, values).fetchall()
        return rows[0][0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what the block writes.

        Raises StoreError when another process holds the file, and when one has written to it
        since this connection first wrote: of two builds at once, one gives up at once.
        """
        self.run("BEGIN IMMEDIATE")
        try:
            version = self.value("PRAGMA data_version")
            if self._seen not in (None, version):
                raise self.error("another process wrote to it meanwhile; run `kg build` again")
            self._seen = version
            yield
            self.run("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.rollback()
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One unchanging state of the file for all that the block reads."""
        if self._raw.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            self.value("PRAGMA user_version")
            yield
        finally:
            self._raw.rollback()

    def close(self) -> None:
        """Close the file; reading goes no further."""
        self._raw.close()

    def error(self, reason: str) -> StoreError:
        """The error that names the file and says why."""
        return StoreError(f"{self.path}: {reason}")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn SQLite's errors into ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            code = "_".join(name.split("_")[:2])
            raise self.error(_REASONS.get(code, str(error))) from error


def among(db: Connection, sql: str, values: Iterable[Any]) -> Iterator[Any]:
    """The rows of a statement that ends in a column, for those that have one of the values."""
    some = list(values)
    for start in range(0, len(some), MANY):
        listed = json.dumps(some[start : start + MANY])
        yield from db.rows(f"{sql} IN (SELECT value FROM json_each(?))", listed)  # noqa: S608


def connect(path: Path, *, create: bool, readonly: bool) -> Connection:
    """Open the file, and make it one of ours if it is new and `create` is set.

    While it is written it is in WAL mode, so that readers go on; a writer that closes puts it
    back to a rollback journal, so that at rest it is one file that opens in a read-only folder.
    """
    if create:
        _make_folder(path.parent)
    if path.exists() and not path.is_file():
        raise StoreError(f"{path}: not a file")
    if not create and not path.exists():
        raise StoreError(f"{path}: no such database; run `kg build` first")
    if readonly:
        return _open_to_read(path)
    db = Connection(path, mode="mode=rwc" if create else "mode=rw")
    try:
        _check(db, empty_is_fine=create)
        db.run("PRAGMA journal_mode = WAL")
        db.run("PRAGMA synchronous = NORMAL")
        db.run("PRAGMA foreign_keys = ON")
        if create:
            with db.transaction():
                _create(db)
    except BaseException:
        db.close()
        raise
    return db


def disconnect(db: Connection) -> None:
    """Close a connection that may have written; while others are on the file, WAL mode stays."""
    db.run("PRAGMA busy_timeout = 0")
    with suppress(StoreError):
        db.value("PRAGMA journal_mode = DELETE")
    db.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error


def _open_to_read(path: Path) -> Connection:
    try:
        return _checked(Connection(path, mode="mode=ro"))
    except StoreError as error:
        cause = getattr(error.__cause__, "sqlite_errorname", "")
        wal = path.with_name(f"{path.name}-wal")
        left_in_wal = cause.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
        if not left_in_wal or (wal.exists() and wal.stat().st_size):
            raise
    # A build that was killed leaves WAL mode, which a read-only folder cannot serve, unless one
    # promises that nobody writes: there is no log here, and none can be made.
    return _checked(Connection(path, mode="mode=ro&immutable=1"))


def _checked(db: Connection) -> Connection:
    try:
        _check(db, empty_is_fine=False)
    except StoreError:
        db.close()
        raise
    return db


def _check(db: Connection, *, empty_is_fine: bool) -> None:
    owner, version = db.value("PRAGMA application_id"), db.value("PRAGMA user_version")
    if owner == APPLICATION_ID and version != VERSION:
        raise db.error(f"has layout {version}, not {VERSION}; run `kg build` with a new file")
    if owner != APPLICATION_ID and db.value("SELECT count(*) FROM sqlite_schema"):
        raise db.error("a database of another program")
    if owner != APPLICATION_ID and not empty_is_fine:
        raise db.error("empty; run `kg build` first")


def _create(db: Connection) -> None:
    if db.value("PRAGMA application_id") == APPLICATION_ID:
        return
    for statement in SCHEMA:
        db.run(statement)
    db.run(f"PRAGMA application_id = {APPLICATION_ID}")
    db.run(f"PRAGMA user_version = {VERSION}")
