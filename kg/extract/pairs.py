"""Where things stand in a text, as arrays: the inputs of the heads that judge pairs of them.

A thing is a concept with its mentions or a number, given by spans of words. The arrays do not
depend on the model: training and inference share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.extract.features import LEXICON_COLUMN, STARTS, Encoded
from kg.extract.numbers import Number
from kg.model import KINDS, Kind, Role

Floats = npt.NDArray[np.float32]

ROLES: Final[tuple[Role, ...]] = ("proposed", "baseline", "used", "introduced")
#: What a number points at, and the kind that each pointer can point to.
POINTERS: Final[tuple[tuple[str, Kind], ...]] = (
    ("metric", "metric"),
    ("dataset", "dataset"),
    ("method", "method"),
    ("baseline", "method"),
)
#: Columns of `thing_features` and of `PairArrays.features`.
N_THING: Final = 5 + len(KINDS)
N_PAIR: Final = 7
N_NUMBER: Final = 5


@dataclass(frozen=True, slots=True)
class Thing:
    """A concept or a number: its kind ("" for a number) and the (start, end) words of its spans."""

    kind: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PairArrays:
    """For each pair: weights over the words for the two nearest spans and what stands between
    them (rows that sum to one, or to zero where nothing does), and numeric features."""

    near_head: Floats
    near_tail: Floats
    between: Floats
    features: Floats


def pooling(spans: Sequence[tuple[int, int]], words: int) -> Floats:
    """Row i averages the words of span i.

    >>> pooling([(0, 2), (2, 3)], 3).tolist()
    [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    """
    weights = np.zeros((len(spans), words), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        if end > start:
            weights[row, start:end] = 1.0 / (end - start)
    return weights


def pooled(things: Sequence[Thing], words: int) -> Floats:
    """Row i averages the spans of thing i, each of them the average of its words."""
    rows = [pooling(thing.spans, words).mean(axis=0) for thing in things]
    return np.stack(rows) if rows else np.zeros((0, words), dtype=np.float32)


def thing_features(things: Sequence[Thing], encoded: Encoded) -> Floats:
    """What can be counted about each thing: its place, how often it is named, its kind."""
    table = np.zeros((len(things), N_THING), dtype=np.float32)
    sentence = encoded.sentence
    last = max(1, int(sentence[-1])) if len(sentence) else 1
    known = encoded.features[:, LEXICON_COLUMN] > STARTS[LEXICON_COLUMN]
    for row, thing in enumerate(things):
        places = [int(sentence[start]) for start, _ in thing.spans]
        body = [place for place in places if place]
        table[row, 0] = float(0 in places)
        table[row, 1] = np.log1p(len(places))
        table[row, 2] = min(body) / last if body else 1.0
        table[row, 3] = max(body) / last if body else 0.0
        table[row, 4] = float(any(known[start:end].all() for start, end in thing.spans))
        if thing.kind:
            table[row, 5 + KINDS.index(thing.kind)] = 1.0
    return table


def pair_arrays(pairs: Sequence[tuple[Thing, Thing]], encoded: Encoded) -> PairArrays:
    """The arrays of each pair of things."""
    words = len(encoded)
    heads, tails, gaps = [], [], []
    features = np.zeros((len(pairs), N_PAIR), dtype=np.float32)
    for row, (head, tail) in enumerate(pairs):
        one, two = _nearest(head.spans, tail.spans, encoded)
        heads.append(one)
        tails.append(two)
        apart = abs(int(encoded.sentence[one[0]]) - int(encoded.sentence[two[0]]))
        gap = (min(one[1], two[1]), max(one[0], two[0]))
        gaps.append(gap if apart == 0 else (0, 0))
        shared = {int(encoded.sentence[s]) for s, _ in head.spans} & {
            int(encoded.sentence[s]) for s, _ in tail.spans
        }
        features[row] = (
            float(apart == 0),
            float(apart == 1),
            np.log1p(apart),
            np.log1p(max(0, gap[1] - gap[0])) / 3,
            float(one[0] < two[0]),
            np.log1p(len(shared - {0})),
            float(0 in shared),
        )
    return PairArrays(pooling(heads, words), pooling(tails, words), pooling(gaps, words), features)


def _nearest(
    one: Sequence[tuple[int, int]], two: Sequence[tuple[int, int]], encoded: Encoded
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two spans that stand nearest, those of one sentence before others; the last of equals,
    for what a paper finds stands near its end."""

    def distance(pair: tuple[tuple[int, int], tuple[int, int]]) -> tuple[int, int, int]:
        a, b = pair
        apart = abs(int(encoded.sentence[a[0]]) - int(encoded.sentence[b[0]]))
        return apart, max(a[0] - b[1], b[0] - a[1], 0), -max(a[0], b[0])

    return min(((a, b) for a in one for b in two), key=distance)


def number_features(found: Sequence[Number]) -> Floats:
    """What a number looks like: percentage, factor, other unit, fraction, none of them."""
    table = np.zeros((len(found), N_NUMBER), dtype=np.float32)
    for row, number in enumerate(found):
        other = bool(number.unit.strip()) and not (number.percent or number.multiplier)
        table[row] = (
            number.percent,
            number.multiplier,
            other,
            "." in number.text,
            not number.unit.strip(),
        )
    return table
