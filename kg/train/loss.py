"""What the heads should say of an example, and how far they are from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from kg.extract.pairs import (
    POINTERS,
    ROLES,
    PairArrays,
    Thing,
    pair_arrays,
    pooled,
    pooling,
    thing_features,
)
from kg.model import RELATIONS
from kg.train.data import Example, Facts
from kg.train.model import Network

#: The roles that a kind can have, as a mask over ROLES.
ROLE_MASK: Final = {
    "method": torch.tensor([True, True, True, False]),
    "dataset": torch.tensor([False, False, True, True]),
}
WEIGHTS: Final = {"tags": 2.0, "roles": 0.3, "relations": 0.6, "numbers": 0.3, "pointers": 0.3}
_DROPPED: Final = 0.1


def tag_loss(network: Network, source: str, words: Tensor, examples: Sequence[Example]) -> Tensor:
    """Cross-entropy of the tags of all words of a batch of one source."""
    scores = network.taggers[source](network.drop(words))
    return functional.cross_entropy(scores, torch.cat([torch.from_numpy(e.tags) for e in examples]))


def fact_losses(
    network: Network, words: Tensor, example: Example, random: Random
) -> dict[str, Tensor]:
    """The losses of roles, relations, numbers and pointers of one gold paper, by name.

    A tenth of the concepts is hidden each time, as a tagger would overlook them.
    """
    assert example.facts is not None
    facts = _thinned(example.facts, random)
    losses: dict[str, Tensor] = {}
    things = facts.concepts
    if not things:
        return losses
    features = torch.from_numpy(thing_features(things, example.encoded))
    pool = torch.from_numpy(pooled(things, len(words)))
    logits = role_logits(network, words, things, features)
    target = torch.tensor(facts.roles)
    if (target >= 0).any():
        losses["roles"] = functional.cross_entropy(logits[target >= 0], target[target >= 0])
    told = role_probabilities(logits, things).detach()
    about = torch.cat([features, told], -1)
    pairs = relation_pairs(things)
    if pairs:
        scores = _pair_scores(
            network.relation, words, pool, pool, things, things, pairs, example, (about, about)
        )
        fits = torch.tensor(
            [[things[j].kind == tail for _, tail in RELATIONS.values()] for _, j in pairs]
        )
        wanted = torch.tensor(
            [[(i, r, j) in facts.relations for r in RELATIONS] for i, j in pairs]
        ).float()
        losses["relations"] = functional.binary_cross_entropy_with_logits(
            scores[fits], wanted[fits]
        )
    if facts.numbers:
        losses |= _number_losses(network, words, facts, pool, about, example)
    return losses


def _number_losses(
    network: Network, words: Tensor, facts: Facts, pool: Tensor, about: Tensor, example: Example
) -> dict[str, Tensor]:
    spots = torch.from_numpy(pooled(facts.numbers, len(words)))
    scores = network.number(spots @ words, torch.from_numpy(facts.number_features))
    wanted = torch.tensor([float(bool(r)) for r in facts.reported])
    losses = {"numbers": functional.binary_cross_entropy_with_logits(scores[:, 0], wanted)}
    reported = [n for n, targets in enumerate(facts.reported) if targets]
    if not reported:
        return losses
    pairs = list(product(reported, range(len(facts.concepts))))
    pointed = _pair_scores(
        network.pointer,
        words,
        spots,
        pool,
        facts.numbers,
        facts.concepts,
        pairs,
        example,
        (None, about),
    ).view(len(reported), len(facts.concepts), len(POINTERS))
    parts = []
    for column, (_, kind) in enumerate(POINTERS):
        fits = torch.tensor([c.kind == kind for c in facts.concepts])
        options = torch.where(fits, pointed[..., column], torch.tensor(-1e4))
        chances = torch.cat([scores[reported, 1 + column, None], options], -1).log_softmax(-1)
        for row, number in enumerate(reported):
            targets = facts.reported[number]
            parts.append(-chances[row, [t[column] + 1 for t in targets]].mean())
    losses["pointers"] = torch.stack(parts).mean()
    return losses


def role_logits(
    network: Network, words: Tensor, things: Sequence[Thing], features: Tensor
) -> Tensor:
    """Scores over ROLES of each concept, those that its kind cannot have far below the others."""
    spans = [span for thing in things for span in thing.spans]
    mentions = torch.from_numpy(pooling(spans, len(words))) @ words
    logits = network.role(mentions, [len(t.spans) for t in things], features)
    allowed = torch.stack([ROLE_MASK.get(t.kind, torch.ones(len(ROLES)).bool()) for t in things])
    return torch.where(allowed, logits, torch.tensor(-1e4))


def role_probabilities(logits: Tensor, things: Sequence[Thing]) -> Tensor:
    """The chance of each role; zeros for the kinds without roles."""
    has_role = torch.tensor([[float(thing.kind in ROLE_MASK)] for thing in things])
    return logits.softmax(-1) * has_role


def relation_pairs(things: Sequence[Thing]) -> list[tuple[int, int]]:
    """The ordered pairs that a relation could hold between."""
    heads = [i for i, thing in enumerate(things) if thing.kind == "method"]
    return [(i, j) for i in heads for j in range(len(things)) if i != j]


def _pair_scores(
    head: torch.nn.Module,
    words: Tensor,
    pool_head: Tensor,
    pool_tail: Tensor,
    heads: Sequence[Thing],
    tails: Sequence[Thing],
    pairs: Sequence[tuple[int, int]],
    example: Example,
    about: tuple[Tensor | None, Tensor],
) -> Tensor:
    arrays: PairArrays = pair_arrays([(heads[i], tails[j]) for i, j in pairs], example.encoded)
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    parts = [torch.from_numpy(arrays.features)]
    if about[0] is not None:
        parts.append(about[0][left])
    parts.append(about[1][right])
    near = tuple(torch.from_numpy(a) for a in (arrays.near_head, arrays.near_tail, arrays.between))
    return head(words, pool_head[left], pool_tail[right], near, torch.cat(parts, -1))


def _thinned(facts: Facts, random: Random) -> Facts:
    """The facts without a random tenth of the concepts."""
    kept = [i for i in range(len(facts.concepts)) if random.random() >= _DROPPED]
    new = {old: i for i, old in enumerate(kept)} | {-1: -1}
    return Facts(
        concepts=tuple(facts.concepts[i] for i in kept),
        roles=tuple(facts.roles[i] for i in kept),
        relations=frozenset(
            (new[h], r, new[t]) for h, r, t in facts.relations if h in new and t in new
        ),
        numbers=facts.numbers,
        number_features=facts.number_features,
        reported=tuple(
            tuple(tuple(new.get(x, -1) for x in target) for target in targets if target[0] in new)
            for targets in facts.reported
        ),
    )
