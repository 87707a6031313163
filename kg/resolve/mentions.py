"""The entities of all papers, as far as their names go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Entity, Extraction, Kind, Role
from kg.text import fold


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of one paper: `forms` are all its names there; `long` is "" if it says nothing."""

    paper: str
    name: str
    kind: Kind
    role: Role
    forms: frozenset[str]
    short: str
    long: str


def named(extractions: Iterable[Extraction]) -> list[Named]:
    """All entities, in order of paper and name."""
    return sorted(_all(extractions), key=lambda entity: (entity.paper, entity.name))


def _all(extractions: Iterable[Extraction]) -> Iterator[Named]:
    for extraction in extractions:
        for entity in extraction.entities:
            yield _names_of(entity, extraction.paper)


def _names_of(entity: Entity, paper: str) -> Named:
    short, long = entity.short, entity.long
    if not fold(long) or fold(long) == fold(short):
        long = ""
    forms = frozenset(form for form in (entity.name, *entity.surface, short, long) if form)
    return Named(paper, entity.name, entity.kind, entity.role, forms, short, long)
