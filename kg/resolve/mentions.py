"""What papers call things, each way of it once, however many papers have it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kg.model import Entity, Extraction, Kind, Role
from kg.resolve.words import initials, tokens
from kg.text import fold, is_acronym

#: Words of a long form, and letters of its acronym, that are no chance.
_LETTERS: Final = 3


class Named(NamedTuple):
    """What some papers call one thing, and in all of them alike.

    `forms` are all its names there, sorted; `long` is "" if it says nothing; `also` are the other
    kinds under which the same papers know the name; `beside` is the one name of its kind there
    that an acronym may be short for, by its initials. `papers` are numbers that stand for them.
    """

    name: str
    kind: Kind
    role: Role
    forms: tuple[str, ...]
    short: str
    long: str
    also: tuple[Kind, ...] = ()
    beside: str = ""
    papers: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """What stands for it, whatever papers it is in: 64 bits of a hash, signed."""
        return number_of(json.dumps(self[:-1]))


def number_of(text: str) -> int:
    """64 bits of a hash, as a signed number.

    >>> number_of("Sharp Map")
    7437437572720537654
    """
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def named(extraction: Extraction) -> list[Named]:
    """What one paper calls its entities, in their order.

    >>> acronym, long = (Entity(n, "method", "", (n,), (), ()) for n in ("AMC", "Air Map Count"))
    >>> [entity.beside for entity in named(Extraction("1", (acronym, long), (), ()))]
    ['Air Map Count', '']
    """
    folds = [fold(entity.name) for entity in extraction.entities]
    return [
        _named(entity, own, extraction.entities, folds)
        for entity, own in zip(extraction.entities, folds, strict=True)
    ]


def _named(entity: Entity, own: str, beside: Sequence[Entity], folds: Iterable[str]) -> Named:
    short, long = entity.short, entity.long
    if not fold(long) or fold(long) == fold(short):
        long = ""
    forms = {form for form in (entity.name, *entity.surface, short, long) if form}
    same = {other.kind for other, name in zip(beside, folds, strict=True) if name == own}
    also = tuple(sorted(same - {entity.kind}))
    unsaid = "" if long else _spelled_out(entity, own, beside)
    about = (entity.name, entity.kind, entity.role, tuple(sorted(forms)))
    return Named(*about, short, long, also, unsaid)


def _spelled_out(entity: Entity, own: str, beside: Iterable[Entity]) -> str:
    """The one name beside an acronym whose initials it is: its long form, unsaid."""
    if len(own) < _LETTERS or not own.isalpha() or not is_acronym(entity.name):
        return ""
    names = {
        other.name
        for other in beside
        if other.kind == entity.kind
        and initials(other.name) == own
        and len(tokens(other.name)) >= _LETTERS
    }
    return names.pop() if len(names) == 1 else ""
