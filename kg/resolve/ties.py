"""What ties names together: keys, of which names that bear on each other share one.

Every rule looks names up by something: their fold, their acronym, their normal form, the family
that a size is taken from. Here all of that is worked out of a name alone, whatever other names
there are, and rather too much than too little. Names that keys connect, over other names too,
are a world; no rule ever looks from one world into another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.model import KINDS, Kind
from kg.resolve.keys import Known
from kg.resolve.marks import families
from kg.resolve.mentions import Named, number_of
from kg.resolve.normal import Normalizer
from kg.resolve.overrides import Override
from kg.resolve.values import Lexicon, slug_of
from kg.text import fold


def spoken_of(override: Override) -> set[str]:
    """The folded names of which an override speaks; it may call a thing by the slug of its id."""
    return {form for target in override.targets for form in (target.name, fold(target.name))}


@dataclass(slots=True)
class Ties:
    """The keys of entities that have one folded name, as numbers."""

    lexicon: Lexicon
    normal: Normalizer
    known: Known
    overrides: Sequence[Override] = ()
    _surfaces: dict[tuple[Kind, str], tuple[str, ...]] = field(default_factory=dict)
    _spoken: dict[str, list[Override]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in KINDS:
            for entry in self.lexicon.entries(kind):
                aliases = (alias for alias in entry.aliases if not alias.startswith("="))
                slug = (kind, slug_of(entry.name))
                self._surfaces[slug] = (*self._surfaces.get(slug, ()), entry.name, *aliases)
        for override in self.overrides:
            for key in spoken_of(override):
                self._spoken.setdefault(key, []).append(override)

    def __call__(self, entities: Sequence[Named]) -> set[int]:
        """The keys of all entities of one folded name: the kind of each may become that of all."""
        kinds = sorted({entity.kind for entity in entities})
        return {number_of(key) for entity in entities for key in self._keys(entity, kinds)}

    def _keys(self, entity: Named, kinds: Sequence[Kind]) -> Iterator[str]:
        entity = self.known.told(entity)
        canonical = self.known.name_of(entity)
        names = [entity.name, entity.short, entity.long, canonical or ""]
        spoken = [o for form in {*entity.forms, *names} for o in self._spoken.get(fold(form), ())]
        labels = [o.label for o in spoken if o.label]
        yield from (f"override {override}" for override in spoken)
        yield from (fold(name) for name in (*names, *labels) if name)
        yield from self._families((*entity.forms, *names, *labels))
        for kind in kinds:
            known = self._surfaces.get((kind, slug_of(canonical)), ()) if canonical else ()
            for name in (*names, *known):
                if name:
                    yield f"{kind} {self.normal(name, kind).key}"

    def _families(self, names: Sequence[str]) -> Iterator[str]:
        """The folded names of which these may be a size or version."""
        for name in {family for form in names for family in families(form)}:
            yield fold(name)
            for kind in KINDS:
                if known := self.lexicon.lookup(kind, name):
                    yield fold(known)
