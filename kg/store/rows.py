"""Rows of the tables `paper`, `extraction` and `named` <-> the values they hold."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from struct import pack, unpack
from typing import Any, Final, NamedTuple

from kg.model import Extraction, Paper
from kg.resolve import Named, named
from kg.store.codec import decode, encode
from kg.store.connection import Connection, among

_SELECT_PAPER: Final = """
    SELECT id, title, abstract, authors, year, venue, url, doi, arxiv_id FROM paper
"""
_SELECT_BOTH: Final = """
    SELECT n, names, facts, id, title, abstract, authors, year, venue, url, doi, arxiv_id
    FROM paper JOIN extraction ON extraction.paper = n
"""
_INSERT_PAPER: Final = """
    INSERT INTO paper
        (id, title, abstract, authors, year, venue, url, doi, arxiv_id, digest, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_FACTS: Final = "INSERT INTO extraction (paper, facts, names) VALUES (?, ?, ?)"
_INSERT_NAMED: Final = "INSERT OR IGNORE INTO named (n, said) VALUES (?, ?)"
_INSERT_DUE: Final = "INSERT OR IGNORE INTO due (paper) VALUES (?)"


def papers(db: Connection) -> Iterator[Paper]:
    """All live papers, in order of their ids."""
    return map(_paper, db.rows(_SELECT_PAPER + " WHERE live ORDER BY id"))


def paper_of_id(db: Connection, paper_id: str) -> Paper | None:
    """The live paper of this id."""
    return next(map(_paper, db.rows(_SELECT_PAPER + " WHERE live AND id = ?", paper_id)), None)


def paper_of_row(db: Connection, n: int) -> Paper:
    """The paper in row `n`, live or not."""
    return _paper(next(db.rows(_SELECT_PAPER + " WHERE n = ?", n)))


def papers_of(db: Connection, papers: Iterable[int]) -> Iterator[Paper]:
    """The papers in these rows, live or not."""
    return map(_paper, among(db, _SELECT_PAPER + " WHERE n", papers))


class Read(NamedTuple):
    """A paper in row `n`, what was read from it, and what stands for the names of its entities."""

    n: int
    paper: Paper
    extraction: Extraction
    names: tuple[int, ...]


def read(db: Connection, papers: Sequence[int] | None = None) -> Iterator[Read]:
    """All live papers in order of their ids, or those in these rows."""
    if papers is None:
        found = db.rows(_SELECT_BOTH + " WHERE live ORDER BY id")
    else:
        found = among(db, _SELECT_BOTH + " WHERE n", papers)
    for n, names, facts, *fields in found:
        paper = _paper(fields)
        yield Read(n, paper, decode(facts, paper), unpacked(names))


def retire(db: Connection, paper_id: str) -> None:
    """Make the paper's row, if there is one, no longer live."""
    for n in db.column("SELECT n FROM paper WHERE live AND id = ?", paper_id):
        db.run("UPDATE paper SET live = 0 WHERE n = ?", n)
        db.run(_INSERT_DUE, n)


def insert(db: Connection, paper: Paper, extraction: Extraction, version: str) -> None:
    """Add a live row for the paper, what was read from it and what that calls things."""
    db.run(
        _INSERT_PAPER,
        *(paper.id, paper.title, paper.abstract, json.dumps(paper.authors, ensure_ascii=False)),
        *(paper.year, paper.venue, paper.url, paper.doi, paper.arxiv_id),
        *(paper.digest, version),
    )
    n = db.value("SELECT last_insert_rowid()")
    names = named(extraction)
    numbers = [name.number for name in names]
    db.run(_INSERT_FACTS, n, encode(extraction, paper), packed(numbers))
    db.run_many(_INSERT_NAMED, [(i, said(name)) for i, name in zip(numbers, names, strict=True)])
    db.run(_INSERT_DUE, n)


def said(name: Named) -> str:
    """What is kept of a name: all but its papers, as JSON."""
    return json.dumps(name[:-1], ensure_ascii=False, separators=(",", ":"))


def named_of(text: str, papers: Iterable[int] = ()) -> Named:
    """The name that `said` wrote, in these papers.

    >>> name = Named("Foo", "method", "used", ("Foo",), "", "", ("task",))
    >>> named_of(said(name)) == name
    True
    """
    name, kind, role, forms, short, long, also, beside = json.loads(text)
    about = (name, kind, role, tuple(forms), short, long, tuple(also), beside)
    return Named(*about, tuple(papers))


def packed(numbers: Collection[int]) -> bytes:
    """The numbers, of 64 bits with their sign, as bytes.

    >>> unpacked(packed([3, -4]))
    (3, -4)
    """
    return pack(f"<{len(numbers)}q", *numbers)


def unpacked(data: bytes) -> tuple[int, ...]:
    """The numbers that `packed` wrote."""
    return unpack(f"<{len(data) // 8}q", data)


def _paper(row: Sequence[Any]) -> Paper:
    paper_id, title, abstract, authors, *rest = row
    return Paper(paper_id, title, abstract, tuple(json.loads(authors)), *rest)
