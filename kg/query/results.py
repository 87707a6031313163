"""The reported numbers, as a leaderboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import networkx as nx

from kg.lexicon import direction
from kg.model import ACHIEVES, Evidence
from kg.query.edges import ranked
from kg.query.names import lookup


@dataclass(frozen=True, slots=True)
class Row:
    """One reported number.

    `method` is the method's label, or the paper's title when its method has no name; `value` is
    what the paper says, `number` to `high` what it means (None: no number, no range) in `unit`;
    `relative` values are changes, against the baseline or what was before, and no levels.
    `dataset` and `baseline` are "" when none is named. Fields that end in `_id` are node ids.
    """

    method: str
    method_id: str
    metric: str
    metric_id: str
    value: str
    number: float | None
    high: float | None
    unit: str
    relative: bool
    dataset: str
    dataset_id: str
    baseline: str
    baseline_id: str
    paper: str
    title: str
    year: int | None
    confidence: float
    sentence: Evidence | None


def results(
    G: nx.MultiDiGraph,
    *,
    dataset: str | None = None,
    metric: str | None = None,
    task: str | None = None,
    method: str | None = None,
) -> list[Row]:
    """The numbers that pass all filters, by dataset, metric and unit, the best first in each.

    Filters are names for `lookup`, each of its own kind. `task` keeps the numbers of methods that
    are used for it and of papers that address it. Of one metric on one dataset levels come
    before changes. The best level is what `kg.lexicon.direction` says of the metric, the highest
    if it says nothing; the best change is the greatest. Raises what `lookup` raises.

    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:cct", "metric:accuracy", "paper:p1"):
    ...     kind, _, label = node.partition(":")
    ...     G.add_node(node, label=label, kind=kind, papers=1, aliases=[], year=2021)
    >>> _ = G.add_edge("method:cct", "metric:accuracy", "achieves:98%@#p1", relation="achieves",
    ...                value="98%", number=98.0, high=None, unit="%", dataset="", baseline="",
    ...                relative=False, paper="p1", weight=1, confidence=0.9, evidence=[])
    >>> [(row.method, row.value, row.year) for row in results(G, metric="Accuracy")]
    [('cct', '98%', 2021)]
    """
    wanted = {
        field: lookup(G, name, kind=kind)
        for field, kind, name in (
            ("dataset_id", "dataset", dataset),
            ("metric_id", "metric", metric),
            ("method_id", "method", method),
        )
        if name is not None
    }
    rows = [row for row in _rows(G) if all(getattr(row, f) == node for f, node in wanted.items())]
    if task is not None:
        on_task = set(G.predecessors(lookup(G, task, kind="task")))
        rows = [row for row in rows if {row.method_id, f"paper:{row.paper}"} & on_task]
    return sorted(rows, key=_rank)


def results_of(G: nx.MultiDiGraph, node: str) -> list[Row]:
    """The numbers in which the node (its id) is the paper, method, metric, dataset or baseline."""

    def has_part(row: Row) -> bool:
        paper = f"paper:{row.paper}"
        return node in (row.method_id, row.metric_id, row.dataset_id, row.baseline_id, paper)

    return sorted(filter(has_part, _rows(G)), key=_rank)


def _rows(G: nx.MultiDiGraph) -> Iterator[Row]:
    metrics = [node for node, kind in G.nodes(data="kind") if kind == "metric"]
    for source, metric, data in G.in_edges(metrics, data=True):
        if data["relation"] == ACHIEVES:
            yield _row(G, source, metric, data)


def _row(G: nx.MultiDiGraph, source: str, metric: str, data: dict[str, Any]) -> Row:
    def label(node: str) -> str:
        return str(G.nodes[node]["label"]) if node else ""

    paper = G.nodes[f"paper:{data['paper']}"]
    return Row(
        method=label(source),
        method_id=source,
        metric=label(metric),
        metric_id=metric,
        value=data["value"],
        number=data["number"],
        high=data["high"],
        unit=data["unit"],
        relative=data["relative"],
        dataset=label(data["dataset"]),
        dataset_id=data["dataset"],
        baseline=label(data["baseline"]),
        baseline_id=data["baseline"],
        paper=data["paper"],
        title=paper["label"],
        year=paper["year"],
        confidence=data["confidence"],
        sentence=next(iter(ranked(data["evidence"])), None),
    )


def _rank(row: Row) -> tuple[Any, ...]:
    # A percentage often stands without its sign; any other unit makes a ladder of its own.
    unit = row.unit.replace("%", "")
    # A change tells an improvement, so "3x" beats "2x" in latency too.
    best_first = 1 if direction(row.metric) == "down" and not row.relative else -1
    number = (0, best_first * row.number) if row.number is not None else (1, 0.0)
    group = (not row.dataset, row.dataset.casefold(), row.dataset_id)
    ladder = (row.metric.casefold(), row.metric_id, row.relative, unit)
    return *group, *ladder, *number, row.method.casefold(), row.method_id, row.paper, row.value
