"""What the page's filters leave of nodes and edges; as filter.js does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Filter:
    """What is hidden: kinds, relations and nodes; and the least, or the years, that are shown.

    The nodes of `shown` pass whatever the rest says.
    """

    kinds: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    min_papers: float = 1
    min_confidence: float = 0
    years: tuple[float, float] | None = None
    shown: frozenset[str] = frozenset()

    def passes_node(self, node: dict[str, Any]) -> bool:
        """Whether a node, as the page knows it, is shown."""
        return node["id"] in self.shown or (
            node["id"] not in self.hidden
            and node["kind"] not in self.kinds
            and (node["kind"] == "paper" or node["papers"] >= self.min_papers)
            and self._within(node["years"])
        )

    def passes_edge(self, edge: dict[str, Any]) -> bool:
        """Whether an edge, as the page knows it, is shown."""
        return (
            edge["relation"] not in self.relations
            and edge["confidence"] >= self.min_confidence
            and self._within(edge["years"])
        )

    def _within(self, years: Sequence[int]) -> bool:
        """Whether the two spans of years meet; what has no year meets none."""
        if self.years is None:
            return True
        return bool(years) and years[0] <= self.years[1] and years[-1] >= self.years[0]
