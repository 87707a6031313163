"""The small heads on top of the encoder, in numpy: states of words -> tags, roles, pairs, numbers.

They mirror the modules of `kg.train.model`, whose weights they read under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kg.extract.features import Encoded, Ints
from kg.extract.pairs import (
    ROLES,
    Floats,
    PairArrays,
    Thing,
    pooled,
    pooling,
    thing_features,
)

Weights = Mapping[str, Floats]
_NEVER = np.float32(-1e4)


def softmax(scores: Floats) -> Floats:
    """Chances that sum to one over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def log_softmax(scores: Floats, axis: int = -1) -> Floats:
    """Log-chances that sum to one over the axis."""
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def sigmoid(scores: Floats) -> Floats:
    """Chances of scores that stand for themselves."""
    return np.asarray(1.0 / (1.0 + np.exp(-scores)))


def _linear(weights: Weights, name: str, x: Floats) -> Floats:
    bias = weights.get(f"{name}.bias")
    out = x @ weights[f"{name}.weight"].T
    return np.asarray(out if bias is None else out + bias)


def _relu(x: Floats) -> Floats:
    return np.maximum(x, np.float32(0))


def tag_scores(weights: Weights, states: Floats, source: str = "gold") -> Floats:
    """Log-chances [words, tags] of the BIO tags of a label set."""
    chances = softmax(_linear(weights, f"taggers.{source}", states))
    return np.asarray(np.log(chances + np.float32(1e-9)))


def viterbi(
    scores: Floats, starts: Ints, outsides: Sequence[float] = (0.0,)
) -> list[list[tuple[int, int, int]]]:
    """For each of `outsides` the best spans as (start, end, label) of log-chances of BIO tags.

    Tag 0 is outside, 2k + 1 begins label k and 2k + 2 goes on with it; nothing goes on over a
    word that `starts` marks. What `outsides` says is taken off the score of being outside.

    >>> scores = np.log(np.array([[0.2, 0.7, 0.1], [0.3, 0.1, 0.6], [0.6, 0.1, 0.3]]))
    >>> viterbi(scores, np.array([1, 0, 0]), (0.0, 3.0))
    [[(0, 2, 0)], [(0, 3, 0)]]
    """
    words, tags = scores.shape
    if not words:
        return [[] for _ in outsides]
    every = np.repeat(scores[None], len(outsides), axis=0)
    every[:, :, 0] -= np.array(outsides, dtype=every.dtype)[:, None]
    follows = np.zeros((tags, tags), dtype=every.dtype)
    inner = np.arange(2, tags, 2)
    follows[:, inner] = _NEVER
    follows[inner, inner] = follows[inner - 1, inner] = 0
    best = every[:, 0].copy()
    best[:, inner] = _NEVER
    back = np.zeros((words, len(outsides), tags), dtype=np.int64)
    for word in range(1, words):
        paths = best[:, :, None] + follows
        back[word] = paths.argmax(axis=1)
        best = paths.max(axis=1) + every[:, word]
        if starts[word]:
            best[:, inner] += _NEVER
    return [_spans(_path(back[:, k], int(row.argmax()))) for k, row in enumerate(best)]


def _path(back: Ints, last: int) -> list[int]:
    """The tags that lead to the last one."""
    path = [last]
    for word in range(len(back) - 1, 0, -1):
        path.append(int(back[word, path[-1]]))
    return path[::-1]


def _spans(path: Sequence[int]) -> list[tuple[int, int, int]]:
    spans: list[tuple[int, int, int]] = []
    for word, tag in enumerate(path):
        if tag % 2 == 1:
            spans.append((word, word + 1, tag // 2))
        elif tag:
            start, _, label = spans[-1]
            spans[-1] = (start, word + 1, label)
    return spans


def role_chances(
    weights: Weights, states: Floats, things: Sequence[Thing], encoded: Encoded
) -> Floats:
    """Chances [things, ROLES]; zeros for the kinds without roles."""
    chances = np.zeros((len(things), len(ROLES)), dtype=np.float32)
    rows = [i for i, thing in enumerate(things) if thing.kind in ("method", "dataset")]
    if not rows:
        return chances
    sizes = np.array([len(things[i].spans) for i in rows])
    first = np.cumsum(sizes) - sizes
    spans = [span for i in rows for span in things[i].spans]
    hidden = _relu(_linear(weights, "role.mention", pooling(spans, len(states)) @ states))
    means = np.add.reduceat(hidden, first) / sizes[:, None]
    features = thing_features(things, encoded)[rows]
    joined = np.concatenate([means, np.maximum.reduceat(hidden, first), features], axis=1)
    scores = _linear(weights, "role.out", joined.astype(np.float32))
    datasets = np.array([things[i].kind == "dataset" for i in rows])
    new = np.array([role == "introduced" for role in ROLES])
    used = np.array([role == "used" for role in ROLES])
    fits = (datasets[:, None] == new) | used
    chances[rows] = softmax(np.where(fits, scores, _NEVER))
    return chances


def pair_scores(
    weights: Weights,
    name: str,
    states: Floats,
    sides: tuple[Sequence[Thing], Sequence[Thing]],
    pairs: Sequence[tuple[int, int]],
    arrays: PairArrays,
    about: Floats,
) -> Floats:
    """Scores [pairs, outputs] of the pair head of that name.

    A pair is an index into each of the two `sides`; `arrays` are those of `kg.extract.pairs` for
    the pairs, `about` has the features of each pair's things.
    """
    heads, tails = sides
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    parts = np.split(weights[f"{name}.parts.weight"], 7, axis=0)
    head, tail, near_head, near_tail, between, first, second = parts
    at_head = pooled(heads, len(states)) @ states
    at_tail = pooled(tails, len(states)) @ states
    hidden = (at_head @ head.T)[left] + (at_tail @ tail.T)[right]
    hidden += (at_head @ first.T)[left] * (at_tail @ second.T)[right]
    for rows, part in (
        (arrays.near_head, near_head),
        (arrays.near_tail, near_tail),
        (arrays.between, between),
    ):
        # The shorter way round: most texts have fewer pairs than words.
        short = len(pairs) < len(states)
        told = (rows @ states) @ part.T if short else rows @ (states @ part.T)
        hidden = hidden + told
    features = np.concatenate([arrays.features, about], axis=1)
    hidden = hidden + _linear(weights, f"{name}.features", features)
    return _linear(weights, f"{name}.out", _relu(np.asarray(hidden, dtype=np.float32)))


def number_scores(
    weights: Weights, states: Floats, numbers: Sequence[Thing], features: Floats
) -> Floats:
    """Scores [numbers, 1 + POINTERS]: of being a reported result, and of pointing at nothing."""
    inputs = np.concatenate([pooled(numbers, len(states)) @ states, features], axis=1)
    return _linear(weights, "number.out", _relu(_linear(weights, "number.hidden", inputs)))


def has_kind(things: Sequence[Thing], kind: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which things are of a kind."""
    return np.array([thing.kind == kind for thing in things], dtype=np.bool_)
