"""The first step: the one name that stands for an entity, by what its own paper says.

1. the lexicon's name for it, unless the paper itself spells the acronym out as something else;
2. the long form that its paper gives;
3. for a bare acronym, the long form that other papers of the corpus give it, if they all mean
   the same; with two meanings or more it stays an entity of its own;
4. its own name, folded.

Looking at an acronym within its paper before looking across papers follows Schwartz and Hearst
(2003), "A simple algorithm for identifying abbreviation definitions in biomedical text".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kg.model import KINDS, Kind
from kg.resolve.acronyms import Acronyms, Meaning
from kg.resolve.mentions import Named
from kg.resolve.values import Lexicon, Reason, slug_of
from kg.text import fold, is_acronym, singular

#: How sure a bare acronym is what all papers that spell it out say.
BARE: Final = 0.95
#: Letters of a word that tell it from others ("convolution" and "convolutional" are one).
_STEM: Final = 7
_WORD: Final = re.compile(r"\w+")


class Key(NamedTuple):
    """What stands for an entity: a slug, the lexicon's name, the rule, and how sure it is."""

    slug: str
    canonical: str
    reason: Reason
    score: float


def keys(entities: Sequence[Named], known: Known) -> tuple[list[Key], Acronyms]:
    """The key of each entity, in their order, and the acronyms that papers spell out.

    Entities that a paper defines come first; they say what the bare acronyms mean.
    """
    acronyms = Acronyms()
    found: dict[int, Key] = {}
    for index, entity in enumerate(entities):
        if canonical := known.name_of(entity):
            found[index] = Key(slug_of(canonical), canonical, "lexicon", 1.0)
        elif entity.long:
            found[index] = Key(slug_of(entity.long), "", "long form", 1.0)
        if entity.long and entity.short:
            meaning = Meaning(found[index].slug, found[index].canonical)
            acronyms.add(entity.kind, fold(entity.short), entity.long, meaning)
    meanings = acronyms.meanings()
    for index, entity in enumerate(entities):
        if index not in found:
            own = slug_of(entity.name)
            meant = meanings.get((entity.kind, own)) if is_acronym(entity.name) else None
            found[index] = Key(*meant, "acronym", BARE) if meant else Key(own, "", "spelling", 1.0)
    return [found[index] for index in range(len(entities))], acronyms


def _stems(name: str) -> tuple[str, ...]:
    """The words without their endings.

    >>> _stems("Convolution Neural Networks") == _stems("convolutional neural network")
    True
    """
    return tuple(singular(word)[:_STEM] for word in _WORD.findall(name.casefold()))


@dataclass(slots=True)
class Known:
    """The lexicon, asked about an entity as a whole; what it said is kept."""

    lexicon: Lexicon
    _long_forms: dict[tuple[Kind, str], frozenset[tuple[str, ...]]] = field(default_factory=dict)
    _said: dict[tuple[Kind, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in KINDS:
            for entry in self.lexicon.entries(kind):
                stems = map(_stems, (entry.name, *entry.aliases))
                self._long_forms[kind, entry.name] = frozenset(s for s in stems if len(s) > 1)

    def name_of(self, entity: Named) -> str | None:
        """The lexicon's name for it, asked by its long form, its name, its acronym.

        Its other surface forms are not asked: what a paper calls "classification" for short may
        be large-margin classification.
        """
        for form in filter(None, (entity.long, entity.name, entity.short)):
            name = self._lookup(entity.kind, form)
            if name and form.endswith("*") and not name.endswith("*"):
                continue
            if name and (form == entity.long or self._agrees(entity, name)):
                return name
        return None

    def told(self, entity: Named) -> Named:
        """The entity, where it is an acronym unknown here with what is beside it as long form.

        >>> from kg import lexicon
        >>> named = Named("AMC", "method", "", ("AMC",), "", "", beside="Air Map Count")
        >>> Known(lexicon).told(named)[3:6]
        (('AMC', 'Air Map Count'), 'AMC', 'Air Map Count')
        """
        if not entity.beside or self.name_of(entity):
            return entity
        forms = tuple(sorted({*entity.forms, entity.beside}))
        return entity._replace(forms=forms, short=entity.name, long=entity.beside)

    def _lookup(self, kind: Kind, form: str) -> str | None:
        if (kind, form) not in self._said:
            self._said[kind, form] = self.lexicon.lookup(kind, form)
        return self._said[kind, form]

    def _agrees(self, entity: Named, name: str) -> bool:
        """Whether what the paper spells out can be what the lexicon means by `name`: an everyday
        word ("speed") is short for nothing."""
        if not entity.long:
            return True
        short = singular(entity.short.casefold())[:_STEM]
        spelled = {s for s in self._long_forms[entity.kind, name] if short not in s}
        return _stems(entity.long) in spelled if spelled else not name.islower()
