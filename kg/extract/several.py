"""One name for two things: what "CIFAR-10/100" is said of is said of CIFAR-10 and of CIFAR-100."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from kg.lexicon import lookup
from kg.model import Entity, Extraction, Kind, Relation, Result

#: Kinds whose names may stand for two; a number reported under "Recall@1/5" would be of neither.
_KINDS: Final[tuple[Kind, ...]] = ("method", "dataset")
_TWO: Final = re.compile(r"(.*[A-Za-z][-\s]?)\{?\s*(\d+)\s*[/,]\s*(\d+)\s*\}?")


def both(name: str, kind: Kind) -> tuple[str, ...]:
    """The two names that this one is short for, or () where the lexicon does not know them as two.

    >>> both("CIFAR-10/100", "dataset"), both("CIFAR-{10, 100}", "dataset")
    (('CIFAR-10', 'CIFAR-100'), ('CIFAR-10', 'CIFAR-100'))
    >>> both("CNN/Daily Mail", "dataset"), both("ViT-B/16", "method")
    ((), ())
    """
    match = _TWO.fullmatch(name) if kind in _KINDS else None
    names = tuple(f"{match[1]}{number}" for number in match.groups()[1:]) if match else ()
    return names if len({lookup(kind, name) for name in names} - {None}) == 2 else ()


def parted(extraction: Extraction) -> Extraction:
    """The facts with each entity whose name stands for two replaced by both, in all its relations.

    Where the paper names one of the two by itself, that is it. A number reported for the two is
    tied to neither, as nothing tells which it is of.

    >>> told = Entity("CIFAR-10/100", "dataset", "used", ("CIFAR-10/100",), (), ())
    >>> [entity.name for entity in parted(Extraction("a-1", (told,), (), ())).entities]
    ['CIFAR-10', 'CIFAR-100']
    """
    kinds = {e.name: e.kind for e in extraction.entities}
    pairs = {
        e.name: pair
        for e in extraction.entities
        if (pair := both(e.name, e.kind)) and all(kinds.get(n, e.kind) == e.kind for n in pair)
    }
    if not pairs:
        return extraction
    there = {(e.kind, lookup(e.kind, e.name)): e.name for e in extraction.entities}
    names: dict[str, tuple[str, ...]] = {}
    entities: dict[str, Entity] = {e.name: e for e in extraction.entities if e.name not in pairs}
    for entity in extraction.entities:
        if pair := pairs.get(entity.name, ()):
            kind = entity.kind
            names[entity.name] = tuple(there.get((kind, lookup(kind, one)), one) for one in pair)
            for one in names[entity.name]:
                entities.setdefault(one, replace(entity, name=one, short="", long=""))
    return Extraction(
        extraction.paper,
        tuple(entities.values()),
        tuple(dict.fromkeys(_relations(extraction.relations, names))),
        tuple(_untied(result, names) for result in extraction.results),
    )


def _relations(
    relations: Iterable[Relation], names: Mapping[str, tuple[str, ...]]
) -> Iterator[Relation]:
    for relation in relations:
        for head in names.get(relation.head, (relation.head,)):
            for tail in names.get(relation.tail, (relation.tail,)):
                if head != tail:
                    yield replace(relation, head=head, tail=tail)


def _untied(result: Result, names: Mapping[str, tuple[str, ...]]) -> Result:
    def one(name: str | None) -> str | None:
        return None if name in names else name

    return replace(
        result,
        method=one(result.method),
        dataset=one(result.dataset),
        baseline=one(result.baseline),
    )
