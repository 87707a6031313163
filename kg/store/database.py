"""The store: what can be put into the file and read from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kg import lexicon as shipped
from kg.errors import UnknownEntity
from kg.model import Extraction, Paper
from kg.store import read, rows
from kg.store.connection import Connection, connect, disconnect
from kg.store.edges import Edge
from kg.store.read import NodeRow
from kg.store.reader import Reader

if TYPE_CHECKING:
    from kg.resolve import Decision, Lexicon, Name, Override
    from kg.store.update import Update


def open_store(path: str | Path, *, create: bool = False, readonly: bool = False) -> Store:
    """Open the database file at `path`; with `create`, make it and its folder if need be.

    With `readonly`, nothing is written and no file is made. Raises StoreError, in one line that
    names the file, when it is missing, no database of this program, of another version, or in
    use by another process.

    >>> open_store("/no/such/file.db")
    Traceback (most recent call last):
    kg.errors.StoreError: /no/such/file.db: no such database; run `kg build` first
    """
    return Store(connect(Path(path), create=create, readonly=readonly), readonly=readonly)


class Store:
    """An open database file; a context manager that closes it.

    Every method raises StoreError when the file fails it. Iterators read as they go.
    """

    def __init__(self, db: Connection, *, readonly: bool) -> None:
        self._db = db
        self._readonly = readonly
        self._memory: tuple[int, dict[Any, Any]] = (-1, {})

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. A writer leaves it as one file, without a log beside it."""
        if self._readonly:
            self._db.close()
        else:
            disconnect(self._db)

    @property
    def db(self) -> Connection:
        """The connection, for statements of one's own on the tables of `kg.store.schema`."""
        return self._db

    def known(self) -> dict[str, tuple[str, str]]:
        """Paper id -> its digest, and the version of the extractor that read it."""
        found = self._db.rows("SELECT id, digest, version FROM paper WHERE live ORDER BY id")
        return {paper_id: (digest, version) for paper_id, digest, version in found}

    def put(self, batch: Iterable[tuple[Paper, Extraction]], *, version: str) -> None:
        """Keep these papers and their extractions, in place of what was known of them.

        All or none: any error, of `batch` too, leaves the file as it was. The graph does not
        change before `update_graph`.
        """
        with self._db.transaction():
            for paper, extraction in batch:
                rows.retire(self._db, paper.id)
                rows.insert(self._db, paper, extraction, version)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget these papers; unknown ids are passed over. The graph follows at `update_graph`."""
        with self._db.transaction():
            for paper_id in ids:
                rows.retire(self._db, paper_id)

    def papers(self) -> Iterator[Paper]:
        """All papers, in order of their ids."""
        return rows.papers(self._db)

    def paper(self, paper_id: str) -> Paper:
        """One paper; raises UnknownEntity when there is none of this id."""
        found = rows.paper_of_id(self._db, paper_id)
        if found is None:
            raise UnknownEntity(paper_id)
        return found

    def extractions(self) -> Iterator[Extraction]:
        """What was read from each paper, in order of the papers' ids."""
        return (each.extraction for each in rows.read(self._db))

    def update_graph(
        self, overrides: Sequence[Override] = (), *, lexicon: Lexicon = shipped
    ) -> Update:
        """Bring the graph up to date with all papers that are kept, and with the overrides.

        Only what changed since is resolved and written, in one transaction. The graph is the same
        in whatever steps the papers came.
        """
        from kg.store.update import update_graph  # which loads the rules; readers do without

        return update_graph(self._db, lexicon, overrides)

    def snapshot(self) -> AbstractContextManager[None]:
        """One unchanging state of the file for all that the block reads."""
        return self._db.snapshot()

    def counts(self) -> tuple[dict[str, int], int]:
        """How many nodes there are of each kind, and how many edges."""
        with self.snapshot():
            return read.count_nodes(self._db), read.count_edges(self._db)

    def nodes(self, ids: Collection[str] | None = None) -> Iterator[NodeRow]:
        """All nodes, or those of these ids, in order of their ids."""
        return read.nodes(self._db, ids)

    def edges(self, among: Collection[str] | None = None) -> Iterator[Edge]:
        """All edges, or those between these nodes, in order of source, target and key."""
        return read.edges(self._db, among)

    def skeleton(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The whole graph without its sentences, as `kg.store.read.skeleton` has it."""
        with self.snapshot():
            return read.skeleton(self._db)

    def names(self, node: str) -> tuple[Name, ...]:
        """The surface forms of an entity, most used first, each with why it is one."""
        return read.names(self._db, node)

    def decisions(self, node: str) -> tuple[Decision, ...]:
        """What was joined to, moved to, kept from or renamed of an entity when it was resolved."""
        return read.decisions(self._db, node)

    def neighbours(self, ids: Collection[str]) -> set[str]:
        """The ids of the nodes that an edge in either direction joins to one of these."""
        return read.neighbours(self._db, ids)

    def lookup(self, name: str, *, kind: str | None = None) -> list[str]:
        """The ids of the nodes that are called this, however it is spelled."""
        reader = self.reader()
        return [node for node in reader.called(name) if kind in (None, reader.brief(node).kind)]

    def search(self, text: str, *, kind: str | None = None, limit: int = 20) -> list[str]:
        """The ids of the nodes in whose names, title or abstract all these words begin, best first.

        Case, accents and plurals do not count; any text is safe.
        """
        return read.search(self._db, text, kind, limit)

    def reader(self, min_confidence: float = 0.0) -> Reader:
        """What questions read the graph through: all of it, or facts of at least so much."""
        return Reader(self._db, min_confidence)

    def memory(self) -> dict[Any, Any]:
        """Where what was worked out of the file may be kept: empty again when it has changed."""
        version = self._db.value("PRAGMA data_version")
        if self._memory[0] != version:
            self._memory = (version, {})
        return self._memory[1]

    def digest(self) -> str:
        """SHA-256 (hex) of the logical content: papers, nodes, edges and evidence.

        It does not depend on the order in which they came, on ids of rows or on restarts.
        """
        content = hashlib.sha256()
        with self.snapshot():
            known = ([paper_id, digest] for paper_id, (digest, _) in self.known().items())
            nodes, edges = map(asdict, self.nodes()), map(asdict, self.edges())
            for values in (known, nodes, edges):
                for value in values:
                    content.update(json.dumps(value, sort_keys=True).encode() + b"\n")
        return content.hexdigest()
