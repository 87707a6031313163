"""One name under several kinds: what most papers say it is, it is in the others too.

A name's kind is settled when at least 3 papers, and at least three in four, agree; else by the
lexicon, if it knows the name under one kind only, and some paper does. The others move, but not

- where the paper proposes or introduces the thing, or spells its acronym out as something else:
  it knows what it speaks of;
- where an acronym is written otherwise ("MAP" is not "mAP");
- where the paper names it under the settled kind too: it speaks of two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from kg.model import KINDS, Kind
from kg.resolve.keys import Key
from kg.resolve.mentions import Named
from kg.resolve.values import Lexicon, Place
from kg.text import fold, is_acronym, singular

PAPERS: Final = 3
SHARE: Final = 0.75
_KNOWN_BY_ITS_PAPER: Final = ("proposed", "introduced")


class Move(NamedTuple):
    """What one entity was moved from, the rule in words, and the share of papers for it."""

    source: Place
    reason: str
    score: float


class _Settled(NamedTuple):
    """The kind of a name, the key of its entities there, and why."""

    kind: Kind
    key: Key
    reason: str
    score: float
    written: frozenset[str]


def settle(
    entities: Sequence[Named],
    keys: Sequence[Key],
    lexicon: Lexicon,
    *,
    keep: Collection[str] = (),
) -> tuple[list[Named], list[Key], dict[int, Move]]:
    """The entities and keys with the outvoted ones moved, and the moves by position.

    `keep` are folded names that stay as they are.
    """
    places: defaultdict[str, defaultdict[Kind, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, entity in enumerate(entities):
        places[fold(entity.name)][entity.kind].append(index)
    named, placed = list(entities), list(keys)
    moves: dict[int, Move] = {}
    for name, by_kind in places.items():
        if len(by_kind) < 2 or not name or name in keep:
            continue
        settled = _settled(by_kind, entities, keys, lexicon)
        if settled is None:
            continue
        for kind in by_kind.keys() - {settled.kind}:
            for index in by_kind[kind]:
                if _may_move(entities[index], settled):
                    moves[index] = Move((kind, keys[index].slug), settled.reason, settled.score)
                    named[index] = entities[index]._replace(kind=settled.kind)
                    placed[index] = settled.key
    return named, placed, moves


def _settled(
    by_kind: Mapping[Kind, Sequence[int]],
    entities: Sequence[Named],
    keys: Sequence[Key],
    lexicon: Lexicon,
) -> _Settled | None:
    papers = {
        kind: len({paper for index in by_kind[kind] for paper in entities[index].papers})
        for kind in KINDS
        if kind in by_kind
    }
    most, total = max(papers.values()), sum(papers.values())
    kind = next(kind for kind, count in papers.items() if count == most)
    reason = f"{most} of {total} papers say {kind}"
    if most < PAPERS or most < SHARE * total:
        some = min(entities[index].name for index in by_kind[kind])
        known = [kind for kind in KINDS if lexicon.lookup(kind, some)]
        if len(known) != 1 or known[0] not in papers:
            return None
        kind = known[0]
        reason = f"the lexicon knows a {kind}"
    slugs = {keys[index].slug for index in by_kind[kind]}
    if len(slugs) != 1 or not max(slugs):
        return None
    key = max(keys[index] for index in by_kind[kind])
    key = key._replace(reason="kind", score=papers[kind] / total)
    written = frozenset(singular(entities[index].name) for index in by_kind[kind])
    return _Settled(kind, key, reason, round(papers[kind] / total, 3), written)


def _may_move(entity: Named, settled: _Settled) -> bool:
    defined = entity.long and fold(entity.long) != settled.key.slug
    other = is_acronym(entity.name) and singular(entity.name) not in settled.written
    known = entity.role in _KNOWN_BY_ITS_PAPER or defined or settled.kind in entity.also
    return not (known or other)
