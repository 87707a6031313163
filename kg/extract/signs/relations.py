"""What speaks for and against relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from kg.extract.entities import Concept
from kg.extract.neural import Graded, Prediction, placed
from kg.extract.nlp import title_end
from kg.extract.odds import count, logits
from kg.extract.pairs import ROLES, Floats
from kg.extract.relations import Link
from kg.extract.roles import is_variant
from kg.model import RELATIONS

RELATION: Final = (
    "model",
    "rules main",
    "rules near",
    "rules otherwise",
    "variants",
    "head sure",
    "tail sure",
    "head contributed",
    "tail contributed",
    "tail baseline",
    "head main",
    "together",
    "apart",
    "before",
    "other heads",
    "other tails",
    "reversed",
    "model otherwise",
    "head mentions",
    "tail mentions",
    "methods",
    "head title",
    "tail title",
)


def relation_signs(
    prediction: Prediction,
    concepts: Sequence[Concept],
    sure: Sequence[float],
    new: Sequence[float],
    main: Concept | None,
    links: Mapping[tuple[str, str, str], Link],
    graded: Graded,
) -> dict[str, tuple[list[tuple[int, int]], Floats]]:
    """For each relation the pairs of concepts whose kinds fit it, and a row of RELATION of each.

    `sure` and `new` are the chances of each concept to be one and to be the paper's own, `links`
    what the rules say, `graded` what the model says of the pairs.
    """
    size, title = len(concepts), title_end(prediction.doc)
    grid = np.zeros((size, size, len(RELATIONS)), dtype=np.float32)
    near = np.zeros((size, size, 3), dtype=np.float32)
    for (i, j), chances, seen in zip(graded.pairs, graded.chances, graded.near, strict=True):
        grid[i, j], near[i, j] = chances, seen[[0, 2, 4]]
    titled = np.array([any(m.start < title for m in c.mentions) for c in concepts], np.float32)
    mentions = np.log1p([len(c.mentions) for c in concepts])
    methods = count(sum(c.kind == "method" for c in concepts))
    certain, own = logits(np.array(sure)), logits(np.array(new))
    rivals = logits(placed(prediction, concepts).chances[:, ROLES.index("baseline")])
    told = {}
    for column, (relation, (_, kind)) in enumerate(RELATIONS.items()):
        pairs = [(i, j) for i, j in graded.pairs if concepts[j].kind == kind]
        if not pairs:
            continue
        left, right = np.array(pairs).T
        other = _OTHER.get(relation, "")
        beside = list(RELATIONS).index(other) if other else column
        fits = np.zeros((size, size), dtype=np.float32)
        fits[left, right] = grid[left, right, column]
        ruled = np.zeros((len(pairs), 4), dtype=np.float32)
        for row, (i, j) in enumerate(pairs):
            head, tail = concepts[i], concepts[j]
            link = links.get((head.name, relation, tail.name))
            ruled[row] = (
                link is not None and link.reader == "main",
                link is not None and link.reader == "near",
                (head.name, other, tail.name) in links,
                kind == "method" and (is_variant(head, tail) or is_variant(tail, head)),
            )
        columns = (
            logits(grid[left, right, column]),
            *ruled.T,
            certain[left],
            certain[right],
            own[left],
            own[right],
            rivals[right],
            np.array([concepts[i] is main for i in left]),
            *near[left, right].T,
            logits(_best_other(fits, 0)[left, right]),
            logits(_best_other(fits, 1)[left, right]),
            logits(grid[right, left, column]) if other else np.zeros(len(pairs)),
            logits(grid[left, right, beside]) if other else np.zeros(len(pairs)),
            mentions[left],
            mentions[right],
            np.full(len(pairs), methods),
            titled[left],
            titled[right],
        )
        told[relation] = pairs, np.stack(columns, axis=1).astype(np.float32)
    return told


_OTHER: Final = {"uses": "compared_with", "compared_with": "uses"}


def _best_other(grid: Floats, axis: int) -> Floats:
    """For each cell the largest of the other cells along the axis."""
    if grid.shape[axis] < 2:
        return np.zeros_like(grid)
    ranked = np.sort(grid, axis=axis)
    first, second = (np.expand_dims(np.take(ranked, -k, axis), axis) for k in (1, 2))
    return np.where(grid == first, second, first)
