"""Which papers name which entities, in flat arrays: what questions about the whole graph count.

They are worked out when the graph is brought up to date and kept beside it, as little-endian
32-bit numbers, so that a question reads a few megabytes and not a table of millions of rows.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from kg.store.connection import Connection

#: The year of a paper that has none.
NO_YEAR: Final = -(1 << 31)
_ARRAYS: Final = ("entities", "years", "sizes", "places")


class Incidence(NamedTuple):
    """The `entities`, in order of their ids, and what each paper, in that order too, names of them.

    `kinds` has the half-open positions of the entities of each kind, `years` the year of each
    paper (or `NO_YEAR`), `sizes` how many entities it names, and `places` their positions, sorted,
    paper after paper.
    """

    entities: Sequence[Any]
    kinds: dict[str, tuple[int, int]]
    years: Sequence[int]
    sizes: Sequence[int]
    places: Sequence[int]


def incidence(
    entities: Sequence[Any], ids: Iterable[str], papers: Iterable[tuple[int | None, Iterable[int]]]
) -> Incidence:
    """The incidence of entities, whose sorted `ids` begin with their kinds, and papers.

    Each paper is its year and the positions of the entities that it names.

    >>> ids = ["method:cct", "task:ner"]
    >>> found = incidence(ids, ids, [(2021, [1, 0]), (None, [0])])
    >>> found.kinds, found.sizes.tolist(), found.places.tolist()
    ({'method': (0, 1), 'task': (1, 2)}, [2, 1], [0, 1, 0])
    """
    kinds, start = dict[str, tuple[int, int]](), 0
    for kind, found in groupby(ids, key=lambda node: node.partition(":")[0]):
        end = start + sum(1 for _ in found)
        kinds[kind] = start, end
        start = end
    years, sizes, places = array("i"), array("i"), array("i")
    for year, named in papers:
        positions = sorted(named)
        years.append(NO_YEAR if year is None else year)
        sizes.append(len(positions))
        places.extend(positions)
    return Incidence(entities, kinds, years, sizes, places)


def count(db: Connection, known: str, sure: str, least: float) -> Incidence:
    """The incidence of the tables, of what the two SQL conditions leave (see `nodereader`)."""
    values = {"least": least}
    nodes = f"SELECT n, id FROM node WHERE paper IS NULL{known} ORDER BY id"  # noqa: S608
    named = f"""
        SELECT node.n, node.first_year, edge.target
        FROM node LEFT JOIN edge ON edge.source = node.n{sure}
        WHERE node.paper IS NOT NULL ORDER BY node.id
    """  # noqa: S608
    entities = array("i")
    ids = []
    for n, node in db.named_rows(nodes, values):
        entities.append(n)
        ids.append(node)
    position = {n: place for place, n in enumerate(entities)}

    def papers() -> Iterator[tuple[int | None, set[int]]]:
        rows = db.named_rows(named, values)
        for (_, year), found in groupby(rows, key=itemgetter(0, 1)):
            yield year, {position[n] for _, _, n in found if n is not None}

    return incidence(entities, ids, papers())


def save(db: Connection) -> None:
    """Work out the incidence of the whole graph, and keep it."""
    found = count(db, "", "", 0.0)
    data = [(name, _bytes(getattr(found, name))) for name in _ARRAYS]
    data.append(("kinds", json.dumps(found.kinds).encode()))
    db.run_many("INSERT OR REPLACE INTO incidence (name, data) VALUES (?, ?)", data)


def load(db: Connection) -> Incidence:
    """What was kept; nothing, before the graph was written."""
    data: dict[str, bytes] = dict(db.rows("SELECT name, data FROM incidence"))
    kinds = {kind: tuple(ends) for kind, ends in json.loads(data.pop("kinds", b"{}")).items()}
    arrays = {name: _array(data.get(name, b"")) for name in _ARRAYS}
    return Incidence(kinds=kinds, **arrays)


def _bytes(numbers: Sequence[int]) -> bytes:
    return _little(array("i", numbers)).tobytes()


def _array(data: bytes) -> array[int]:
    numbers = array("i")
    numbers.frombytes(data)
    return _little(numbers)


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
