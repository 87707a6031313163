"""Papers that name entities, counted by year, and which of these move between two periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.store.incidence import NO_YEAR, Incidence

#: How much an entity's share in both periods counts beside what each period says itself.
PRIOR: Final = 0.5

#: Standard deviations from no change, below which nothing is said to move.
NOTABLE: Final = 1.5

#: Papers by year; None is the year of those that have none.
Years = dict[int | None, int]


class ByYear:
    """The papers of a graph by year, `papers`, and how many of each year name each entity.

    >>> from kg.store.incidence import incidence
    >>> by_year = ByYear(incidence("ab", "ab", [(2020, [0]), (2021, [0, 1]), (None, [1])]))
    >>> by_year.papers, by_year.counts([1])
    ({2020: 1, 2021: 1, None: 1}, {1: {2021: 1, None: 1}})
    """

    def __init__(self, named: Incidence) -> None:
        self.entities, self._kinds = named.entities, named.kinds
        self._place = np.asarray(named.places, dtype=np.int64)
        sizes = np.asarray(named.sizes, dtype=np.int64)
        self._year = np.repeat(np.asarray(named.years, dtype=np.int64), sizes)
        self.papers: Years = _counted(named.years)

    def position(self, entity: Any) -> int:
        """Where the entity stands; raises ValueError for none of them."""
        return self.entities.index(entity)

    def counts(self, places: Collection[int]) -> dict[int, Years]:
        """How many papers of each year name each of the entities at these positions."""
        here = np.isin(self._place, list(places))
        found: dict[int, list[int]] = {place: [] for place in places}
        for place, year in zip(self._place[here].tolist(), self._year[here].tolist(), strict=True):
            found[place].append(year)
        return {place: _counted(years) for place, years in found.items()}

    def first_years(self, kind: str) -> Counter[int]:
        """How many entities of a kind were named first in each year."""
        start, end = self._kinds.get(kind, (0, 0))
        of_kind = (self._place >= start) & (self._place < end) & (self._year != NO_YEAR)
        never = np.iinfo(np.int64).max
        first = np.full(end - start, never)
        np.minimum.at(first, self._place[of_kind] - start, self._year[of_kind])
        return Counter(first[first != never].tolist())

    def moved(
        self, kind: str, before: Sequence[int], recent: Sequence[int], limit: int
    ) -> tuple[list[int], list[int]]:
        """The positions of those of a kind that rise and that fade most, by `log_odds`."""
        start, end = self._kinds.get(kind, (0, 0))
        in_both = [self._in(period)[start:end] for period in (before, recent)]
        totals = [sum(self.papers.get(year, 0) for year in period) for period in (before, recent)]
        named = np.flatnonzero(in_both[0] + in_both[1])
        score = log_odds((in_both[0][named], in_both[1][named]), (totals[0], totals[1]))

        def best(sign: int) -> list[int]:
            notable = np.flatnonzero(sign * score >= NOTABLE)
            order = np.argsort(-sign * score[notable], kind="stable")[:limit]
            return [int(place) for place in start + named[notable[order]]]

        return best(1), best(-1)

    def _in(self, period: Sequence[int]) -> npt.NDArray[np.int64]:
        """How many papers of the period name each entity."""
        places = self._place[np.isin(self._year, period)]
        return np.bincount(places, minlength=len(self.entities))


def log_odds(counts: tuple[Any, Any], totals: tuple[int, int]) -> Any:
    """By how many standard deviations counts rose from the first period to the second.

    Both are counts of so many (`totals`) papers, and above zero together. The ratio of the log
    odds over its standard deviation, each from its count and the share in both together (Monroe,
    Colaresi and Quinn, Fightin' words, 2008).

    >>> log_odds((np.array([0, 20, 30, 60]), np.array([3, 60, 30, 20])), (99, 99)).round(1).tolist()
    [1.3, 6.0, 0.0, -6.0]
    """
    before, recent = (smoothed(counts, totals, period) for period in (0, 1))
    odds = [np.log(k / (n - k)) for k, n in (before, recent)]
    return (odds[1] - odds[0]) / np.sqrt(1 / before[0] + 1 / recent[0])


def smoothed(counts: tuple[Any, Any], totals: tuple[int, int], period: int) -> tuple[Any, float]:
    """The count and the total of a period, with the prior added; never 0 of some or all of all."""
    share = (counts[0] + counts[1] + 0.5) / (sum(totals) + 1)
    added = PRIOR * totals[period]
    return counts[period] + added * share, totals[period] + added


def _counted(years: Sequence[int]) -> Years:
    return {None if year == NO_YEAR else year: n for year, n in Counter(years).items()}
