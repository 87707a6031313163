"""Where two papers report different numbers for one and the same thing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.query.results import Board, Row
from kg.text import parse_value


@dataclass(frozen=True, slots=True)
class Conflict:
    """Levels that disagree: of one method, dataset, metric, scale and conditions.

    `rows` has the numbers of two papers or more, each of which agrees with none of another's;
    those of one paper stand together, the oldest paper first.
    """

    method: str
    metric: str
    dataset: str
    conditions: tuple[str, ...]
    rows: tuple[Row, ...]


def conflicts(rows: Iterable[Row]) -> list[Conflict]:
    """The conflicts among the rows (of `kg.query.results`): those of most papers first.

    Numbers agree where their ranges meet, a number being as exact as it is printed: "98%" agrees
    with "98.2%" and with ">97%". A paper that reports several numbers (of sizes of the method,
    say) is in conflict only if none of them agrees with the other paper. Numbers without a
    dataset are of too many things to be compared, changes have no common ground.
    """
    groups: dict[tuple[str, Board], dict[str, list[Row]]] = {}
    for row in rows:
        named = row.dataset_id and row.method_id != f"paper:{row.paper}"
        if named and not row.relative and row.number is not None:
            papers = groups.setdefault((row.method_id, row.board), {})
            papers.setdefault(row.paper, []).append(row)
    found = [conflict for papers in groups.values() for conflict in _conflict(papers)]
    return sorted(
        found,
        key=lambda c: (
            -len({row.paper for row in c.rows}),
            *(c.dataset.casefold(), c.metric.casefold(), c.method.casefold()),
            *(c.conditions, c.rows[0].method_id, c.rows[0].board),
        ),
    )


def _conflict(papers: dict[str, list[Row]]) -> Iterable[Conflict]:
    told = [
        row
        for paper, rows in papers.items()
        if any(_disagree(rows, others) for other, others in papers.items() if other != paper)
        for row in rows
    ]
    if told:
        told.sort(key=lambda row: (row.year is None, row.year, row.paper, row.number, row.value))
        row = told[0]
        yield Conflict(row.method, row.metric, row.dataset, row.conditions, tuple(told))


def _disagree(rows: list[Row], others: list[Row]) -> bool:
    ranges, other_ranges = map(_range, rows), list(map(_range, others))
    return all(high < a or b < low for low, high in ranges for a, b in other_ranges)


def _range(row: Row) -> tuple[float, float]:
    """What the printed value can mean, from the least to the most.

    >>> from types import SimpleNamespace as Row
    >>> low, high = _range(Row(value="98.2%", number=98.2))
    >>> round(low, 2), round(high, 2)
    (98.15, 98.25)
    >>> _range(Row(value=">85%", number=85.0)), _range(Row(value="22M", number=22e6))
    ((84.5, inf), (21500000.0, 22500000.0))
    """
    value = parse_value(row.value)
    number = row.number or 0.0
    high = value.high if value and value.high is not None else number
    printed = re.search(r"\d[\d,]*(?:\.(\d+))?|\.(\d+)", row.value)
    digits = printed[0].replace(",", "") if printed else "0"
    scale = abs(number) / float(digits) if float(digits) else 1.0
    doubt = scale * 0.5 / 10 ** len(digits.partition(".")[2])
    doubt = max(doubt, value.spread or 0.0) if value else doubt
    sign = value.sign if value else ""
    return (
        -math.inf if re.search("[<≤]", sign) else min(number, high) - doubt,
        math.inf if re.search("[>≥]", sign) else max(number, high) + doubt,
    )
