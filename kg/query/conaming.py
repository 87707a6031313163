"""Which entities papers name together, and how strongly that speaks for a pair that none does.

Two entities are joined by the papers that name both, a paper of `HALF_LIFE` years ago half as
strongly as one of the last year. For a pair that no paper joins, each entity z that is joined to
both speaks as in resource allocation (Zhou, Lü and Zhang, Predicting missing links via local
information, 2009), weighted: w(a, z) w(z, b) / w(z), where w(z) sums over all that z is joined to.
To that comes a part of what chance alone lets one expect of two entities so often joined to others,
w(a) w(b) / w, so that pairs without any shared neighbour are ranked too. The half-life and the
part were chosen by `kg.query.backtest`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.store.incidence import NO_YEAR, Incidence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Years after which a paper counts half.
HALF_LIFE: Final = 2.0

#: What the expectation by chance counts beside the shared neighbours.
CHANCE: Final = 0.3


class CoNaming:
    """The entities of `total` papers, by position, which all arrays follow.

    `papers` is how many papers name each, `strength` the sum of its joins. A paper without a year
    counts as one of the median year.

    >>> from kg.store.incidence import incidence
    >>> graph = CoNaming(incidence("abcx", "abcx", [(2020, [0, 3]), (2020, [1, 3]), (2020, [2])]))
    >>> graph.papers.tolist(), graph.together(0).tolist()
    ([1, 1, 1, 2], [0.0, 0.0, 0.0, 1.0])
    >>> graph.shared(0).tolist()[1], graph.bridges(0, 1).tolist()
    (0.5, [0.0, 0.0, 0.0, 0.5])
    """

    def __init__(
        self, named: Incidence, *, half_life: float = HALF_LIFE, chance: float = CHANCE
    ) -> None:
        self.entities, self.kinds = named.entities, named.kinds
        sizes = np.asarray(named.sizes, dtype=np.int64)
        self.total = len(sizes)
        # A place is where a paper names a node; the places of one paper follow one another.
        self._node: Ints = np.asarray(named.places, dtype=np.int64)
        self._paper: Ints = np.repeat(np.arange(len(sizes)), sizes)
        self._weight = _recency(np.asarray(named.years, dtype=np.int64), half_life)[self._paper]
        self._chance = chance
        self.papers: Ints = np.bincount(self._node, minlength=len(self.entities))
        self.strength = self._by_node(self._weight * (sizes[self._paper] - 1))
        self._inverse = _inverse(self.strength)
        self._sizes, self._starts = sizes, np.cumsum(sizes) - sizes
        self._places_by_node: Ints = np.argsort(self._node, kind="stable")
        self._ends_by_node = np.cumsum(self.papers)

    def position(self, entity: Any) -> int:
        """Where the entity stands; raises ValueError for none of them."""
        return self.entities.index(entity)

    def of_kind(self, kind: str) -> Ints:
        """The positions of the entities of a kind."""
        return np.arange(*self.kinds.get(kind, (0, 0)))

    def together(self, node: int) -> Floats:
        """How strongly papers join the node to each, 0 where none does, and to itself."""
        end = self._ends_by_node[node]
        papers = self._paper[self._places_by_node[end - self.papers[node] : end]]
        places = _ranges(self._starts[papers], self._sizes[papers])
        joined = _sums(self._node[places], self._weight[places], len(self.entities))
        joined[node] = 0.0
        return joined

    def shared(self, node: int) -> Floats:
        """What the neighbours shared with each say for the pair of the node and it.

        It means nothing for those that the node is joined to already.
        """
        return self._shared(self.together(node))

    def _shared(self, together: Floats) -> Floats:
        flow = together * self._inverse
        return self._by_node(self._weight * (self._by_paper(flow) - flow[self._node]))

    def expected(self, node: int) -> Floats:
        """What chance says for the pair of the node and each."""
        total = self.strength.sum() or 1.0
        part: Floats = self._chance * self.strength[node] / total * self.strength
        return part

    def scores(self, node: int) -> Floats:
        """All that speaks for the pair of the node and each: `shared` and `expected`."""
        return self.shared(node) + self.expected(node)

    def untried(self, node: int) -> Floats:
        """`scores` where the node shares a neighbour and is not joined; 0 for the others."""
        together = self.together(node)
        shared = self._shared(together)
        is_open = (shared > 0) & (together == 0)
        is_open[node] = False
        scores: Floats = is_open * (shared + self.expected(node))
        return scores

    def bridges(self, a: int, b: int) -> Floats:
        """What each node that is joined to both says for the pair; the rest says 0."""
        joined: Floats = self.together(a) * self.together(b) * self._inverse
        return joined

    def _by_paper(self, of_node: Floats) -> Floats:
        """The sum over the nodes of the paper, at each place where a paper names a node."""
        return _sums(self._paper, of_node[self._node])[self._paper]

    def _by_node(self, of_place: Floats) -> Floats:
        """The sum over all places where the node is named."""
        return _sums(self._node, of_place, len(self.entities))


def _recency(years: Ints, half_life: float) -> Floats:
    known = years[years != NO_YEAR]
    if not len(known):
        return np.ones(len(years))
    age = known.max() - np.where(years == NO_YEAR, np.median(known), years)
    return np.asarray(0.5 ** (age / half_life))


def _ranges(starts: Ints, sizes: Ints) -> Ints:
    """All numbers of the ranges, one range after the other.

    >>> _ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    shifts: Ints = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return shifts + np.arange(len(shifts))


def _sums(group: Ints, values: Floats, groups: int = 0) -> Floats:
    """The sum of the values of each group."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def _inverse(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
