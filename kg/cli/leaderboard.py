"""Reported numbers as rows of a table to take along, and those that disagree as blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kg.cli.blocks import Block, Fact, Facts, Hint, Quote

if TYPE_CHECKING:
    from kg.query import Conflict, Row

#: The columns of a table to take along; CSV has all of them, the others those with something in.
COLUMNS: Final = (
    *("dataset", "metric", "conditions", "change", "value", "number", "high", "unit"),
    *("method", "over", "paper", "year", "title", "confidence", "sentence"),
)
_SHORT: Final = ("dataset", "metric", "conditions", "change", "value", "method", "over")
_NUMERIC: Final = frozenset({"value", "number", "high", "confidence"})


def conflicts(found: Sequence[Conflict]) -> Iterator[Block]:
    """What disagrees, each with the two sentences or more."""
    if not found:
        yield Hint(("No two papers report different numbers of one thing there.",))
    for conflict in found:
        about = ", ".join((f"{conflict.metric} on {conflict.dataset}", *conflict.conditions))
        yield Facts(f"{conflict.method}: {about}", tuple(map(_claim, conflict.rows)))


def header_and_rows(
    rows: Sequence[Row], *, whole: bool
) -> tuple[tuple[str, ...], list[tuple[str, ...]], frozenset[int]]:
    """Header, rows and numeric columns of a table; `whole` has every column.

    Otherwise it has the columns that a reader wants, if there is something in them, and the best
    level of each leaderboard of two or more is strong.
    """
    from kg.export.tables import Strong

    names: tuple[str, ...] = COLUMNS if whole else (*_SHORT, "paper", "year")
    table: list[dict[str, str]] = []
    for _, members in groupby(rows, key=lambda row: row.board):
        board = list(members)
        for row in board:
            cells = _cells(row)
            is_best = len(board) > 1 and not row.relative and row.number == board[0].number
            if is_best and row.number is not None:
                cells["value"] = Strong(cells["value"])
            table.append(cells)
    if not whole:
        names = tuple(name for name in names if any(cells[name] for cells in table))
    numeric = frozenset(names.index(name) for name in _NUMERIC if name in names)
    return names, [tuple(cells[name] for name in names) for cells in table], numeric


def quote(row: Row) -> Quote:
    """The sentence behind a number."""
    sentence = row.sentence.sentence if row.sentence else ""
    return Quote(sentence, row.paper, (row.value, row.metric, row.dataset, row.method))


def _cells(row: Row) -> dict[str, str]:
    return {
        "dataset": row.dataset,
        "metric": row.metric,
        "conditions": ", ".join(row.conditions),
        "change": "change" if row.relative else "",
        "value": row.value,
        "number": _number(row.number),
        "high": _number(row.high),
        "unit": row.unit,
        "method": row.method,
        "over": row.baseline,
        "paper": row.paper,
        "year": str(row.year or ""),
        "title": row.title,
        "confidence": f"{row.confidence:.2f}",
        "sentence": row.sentence.sentence if row.sentence else "",
    }


def _number(number: float | None) -> str:
    """The number as it may be read back.

    >>> _number(22.8e6), _number(0.1), _number(None)
    ('22800000', '0.1', '')
    """
    return "" if number is None else f"{number:.15g}"


def _claim(row: Row) -> Fact:
    year = f" ({row.year})" if row.year else ""
    return Fact(f"{row.value} in {row.paper}{year}", f"{row.confidence:.2f}", (quote(row),))
