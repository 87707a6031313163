"""What the papers spell acronyms out as, and which of their long forms say the same.

>>> alike(("multi", "instance", "learning"), ("multiple", "instance", "learning"))
True
>>> alike(("multilayer", "perceptron"), ("multilingual", "perceptron"))
False
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

from kg.model import Kind
from kg.resolve.marks import guard
from kg.resolve.values import Place, short_first
from kg.resolve.words import listed, words

#: How sure long forms of one acronym are one thing when they are alike.
SURE: Final = 0.93
_LIKE: Final = 0.8
_STEM: Final = 4
_SMALL: Final = listed("a an and for from in of on the to with")


class Meaning(NamedTuple):
    """What an acronym may stand for: a slug, and the lexicon's name for it or ""."""

    slug: str
    canonical: str


@dataclass(slots=True)
class Acronyms:
    """The long forms of each acronym, by kind and folded acronym."""

    longs: defaultdict[Place, dict[Meaning, set[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, kind: Kind, short: str, long: str, meaning: Meaning) -> None:
        """A paper spells the (folded) acronym out as `long`, which means this."""
        self.longs[kind, short].setdefault(meaning, set()).add(long)

    def meanings(self) -> dict[Place, Meaning]:
        """The acronyms that mean one thing in all papers, and what."""
        found: dict[Place, Meaning] = {}
        for place, block in self.longs.items():
            parts = _parts(block, [pair[:2] for pair in _alike(block)])
            if len(parts) == 1:
                found[place] = min(block, key=lambda m: (not m.canonical, short_first(m.slug)))
        return found

    def alike(self) -> Iterator[tuple[Place, Place, tuple[str, str]]]:
        """The pairs of long forms of one acronym that are alike, as places and as written."""
        for (kind, _), block in sorted(self.longs.items()):
            for one, other, names in _alike(block):
                if one.slug != other.slug:
                    yield (kind, one.slug), (kind, other.slug), names


def _alike(
    block: Mapping[Meaning, Iterable[str]],
) -> Iterator[tuple[Meaning, Meaning, tuple[str, str]]]:
    written = [
        (meaning, long, words(long)) for meaning in sorted(block) for long in sorted(block[meaning])
    ]
    for (one, name, ours), (other, long, theirs) in combinations(written, 2):
        if one != other and alike(ours, theirs) and not guard(name, long):
            yield one, other, (name, long)


def _parts(
    items: Iterable[Meaning], pairs: Iterable[tuple[Meaning, Meaning]]
) -> list[set[Meaning]]:
    """The items in as few sets as the pairs connect them to."""
    parts = {item: {item} for item in items}
    for one, other in pairs:
        if parts[one] is not parts[other]:
            parts[one] |= parts[other]
            parts.update(dict.fromkeys(parts[other], parts[one]))
    return list({id(part): part for part in parts.values()}.values())


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the words of two long forms of one acronym pair up, small words aside.

    A word pairs with one that it begins, or one that shares four letters in five.
    """
    ours, theirs = ([word for word in some if word not in _SMALL] for some in (one, other))
    return len(ours) == len(theirs) and all(map(_pair, ours, theirs))


def _pair(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    begins = len(shorter) >= _STEM and longer.startswith(shorter)
    return one == other or begins or Indel.normalized_similarity(one, other) >= _LIKE
