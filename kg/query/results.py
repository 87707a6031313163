"""The reported numbers, as leaderboards: only what can be ranked stands on one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from kg.lexicon import direction
from kg.model import Evidence
from kg.query.conditions import conditions
from kg.query.edges import ranked
from kg.query.names import lookup
from kg.query.source import Edge, Graph, Source, source

Board = tuple[str, str, bool, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One reported number.

    `method` is the method's label, or the paper's title when its method has no name; `value` is
    what the paper says, `number` to `high` what it means (None: no number, no range) in `unit`;
    `relative` values are changes, against the baseline or what was before, and no levels.
    `conditions` are those of `kg.query.conditions`, read near the value in the sentence.
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
    conditions: tuple[str, ...]
    dataset: str
    dataset_id: str
    baseline: str
    baseline_id: str
    paper: str
    title: str
    year: int | None
    confidence: float
    sentence: Evidence | None

    @property
    def board(self) -> Board:
        """The leaderboard it stands on: dataset, metric, change or level, scale, conditions.

        A percentage often stands without its sign, so these are one scale; a fraction of one is
        another, and so is any other unit.
        """
        scale = self.unit.replace("%", "")
        if self.number is not None and not (self.unit or self.relative):
            fraction = "." in self.value and abs(self.number) <= 1
            scale = "fraction" if fraction and better(self.metric) == "up" else ""
        return self.dataset_id, self.metric_id, self.relative, scale, self.conditions


@lru_cache(maxsize=1 << 12)
def better(metric: str) -> str:
    """`kg.lexicon.direction`, remembered: a leaderboard asks it of one metric again and again."""
    return direction(metric)


def results(
    G: Graph,
    *,
    dataset: str | None = None,
    metric: str | None = None,
    task: str | None = None,
    method: str | None = None,
    limit: int | None = None,
) -> list[Row]:
    """The numbers that pass all filters, by leaderboard (`Row.board`), the best first in each.

    Filters are names for `lookup`, each of its own kind. `task` keeps the numbers of methods that
    are used for it and of papers that address it. `limit`, if given, is the most numbers of one
    leaderboard. Of one metric on one dataset levels come before changes. The best level is what
    `kg.lexicon.direction` says of the metric, the highest if it says nothing; the best change is
    the greatest. Raises what `lookup` raises.

    >>> import networkx as nx
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
    g = source(G)
    on_dataset, of_metric, for_task, by_method = (
        lookup(g, name, kind=kind) if name is not None else None
        for kind, name in (
            ("dataset", dataset),
            ("metric", metric),
            ("task", task),
            ("method", method),
        )
    )
    on_task = {edge[0] for edge in g.edges_at(for_task)} if for_task else set()

    def passes(edge: Edge) -> bool:
        start, target, _, data = edge
        return (
            on_dataset in (None, data["dataset"])
            and of_metric in (None, target)
            and by_method in (None, start)
            and (not for_task or start in on_task or f"paper:{data['paper']}" in on_task)
        )

    # A method has a part in the fewest numbers, a metric in the most.
    part = by_method or on_dataset or of_metric
    parts = [part] if part else on_task if for_task else None
    rows = sorted((row_of(g, edge) for edge in g.numbers(parts) if passes(edge)), key=rank)
    if limit is None:
        return rows
    boards = groupby(rows, key=lambda row: row.board)
    return [row for _, board in boards for row in list(board)[:limit]]


def results_of(g: Source, node: str) -> list[Row]:
    """The numbers in which the node (its id) is the paper, method, metric, dataset or baseline."""
    return sorted((row_of(g, edge) for edge in g.numbers([node])), key=rank)


def row_of(g: Source, edge: Edge) -> Row:
    """The number that an `achieves` edge reports."""
    start, metric, _, data = edge

    def label(node: str) -> str:
        return g.brief(node).label if node else ""

    paper = g.brief(f"paper:{data['paper']}")
    sentence = next(iter(ranked(data["evidence"])), None)
    return Row(
        method=label(start),
        method_id=start,
        metric=label(metric),
        metric_id=metric,
        value=data["value"],
        number=data["number"],
        high=data["high"],
        unit=data["unit"],
        relative=data["relative"],
        conditions=conditions(
            sentence.sentence if sentence else "",
            data["value"],
            metric=label(metric),
            dataset=label(data["dataset"]),
        ),
        dataset=label(data["dataset"]),
        dataset_id=data["dataset"],
        baseline=label(data["baseline"]),
        baseline_id=data["baseline"],
        paper=data["paper"],
        title=paper.label,
        year=paper.year,
        confidence=data["confidence"],
        sentence=sentence,
    )


def rank(row: Row) -> tuple[Any, ...]:
    """The sort key that puts rows by leaderboard, the best first in each."""
    # A change tells an improvement, so "3x" beats "2x" in latency too.
    sign = 1 if better(row.metric) == "down" and not row.relative else -1
    number = (0, sign * row.number) if row.number is not None else (1, 0.0)
    group = (not row.dataset, row.dataset.casefold(), row.metric.casefold())
    return *group, *row.board, *number, row.method.casefold(), row.method_id, row.paper, row.value
