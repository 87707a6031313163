"""Rows of the tables `paper` and `extraction` <-> the values they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from kg.model import Extraction, Paper
from kg.store.codec import decode, encode
from kg.store.connection import Connection

_SELECT_PAPER: Final = """
    SELECT id, title, abstract, authors, year, venue, url, doi, arxiv_id FROM paper
"""
_SELECT_BOTH: Final = """
    SELECT n, facts, id, title, abstract, authors, year, venue, url, doi, arxiv_id
    FROM paper JOIN extraction ON extraction.paper = n
"""
_INSERT_PAPER: Final = """
    INSERT INTO paper
        (id, title, abstract, authors, year, venue, url, doi, arxiv_id, digest, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_FACTS: Final = "INSERT INTO extraction (paper, facts) VALUES (last_insert_rowid(), ?)"


def papers(db: Connection) -> Iterator[Paper]:
    """All live papers, in order of their ids."""
    return map(_paper, db.rows(_SELECT_PAPER + " WHERE live ORDER BY id"))


def paper_of_id(db: Connection, paper_id: str) -> Paper | None:
    """The live paper of this id."""
    return next(map(_paper, db.rows(_SELECT_PAPER + " WHERE live AND id = ?", paper_id)), None)


def paper_of_row(db: Connection, n: int) -> Paper:
    """The paper in row `n`, live or not."""
    return _paper(next(db.rows(_SELECT_PAPER + " WHERE n = ?", n)))


def live(db: Connection) -> Iterator[tuple[int, Paper, Extraction]]:
    """Each live paper's row number, the paper and what was read from it, in order of ids."""
    for n, facts, *fields in db.rows(_SELECT_BOTH + " WHERE live ORDER BY id"):
        paper = _paper(fields)
        yield n, paper, decode(facts, paper)


def retire(db: Connection, paper_id: str) -> None:
    """Make the paper's row, if there is one, no longer live."""
    db.run("UPDATE paper SET live = 0 WHERE live AND id = ?", paper_id)


def insert(db: Connection, paper: Paper, extraction: Extraction, version: str) -> None:
    """Add a live row for the paper and what was read from it."""
    db.run(
        _INSERT_PAPER,
        *(paper.id, paper.title, paper.abstract, json.dumps(paper.authors, ensure_ascii=False)),
        *(paper.year, paper.venue, paper.url, paper.doi, paper.arxiv_id),
        *(paper.digest, version),
    )
    db.run(_INSERT_FACTS, encode(extraction, paper))


def _paper(row: Sequence[Any]) -> Paper:
    paper_id, title, abstract, authors, *rest = row
    return Paper(paper_id, title, abstract, tuple(json.loads(authors)), *rest)
