"""What the lexicon's names tell of words: how they are spelled, and what acronyms mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz.distance import OSA

from kg.model import KINDS
from kg.resolve.values import Lexicon
from kg.resolve.words import initials, words
from kg.text import fold, is_acronym

#: Words with fewer letters differ in one letter too often by right.
_LONG: Final = 7
#: Letters at a word's beginning and end that are never taken for a typo: prefixes and endings.
_HEAD: Final = 2
_TAIL: Final = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known words, each reachable by any one letter left out; and what acronyms stand for."""

    known: frozenset[str]
    near: Mapping[str, tuple[str, ...]]
    meanings: Mapping[str, tuple[str, ...]]
    _right: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, lexicon: Lexicon) -> Vocabulary:
        """The words and acronyms of all entries."""
        surfaces = [
            tuple(form.removeprefix("=") for form in (entry.name, *entry.aliases))
            for kind in KINDS
            for entry in lexicon.entries(kind)
        ]
        known = frozenset(word for forms in surfaces for form in forms for word in words(form))
        near: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            if len(word) >= _LONG and word.isalpha():
                for shorter in {word, *_deletions(word)}:
                    near[shorter].append(word)
        frozen = {shorter: tuple(found) for shorter, found in near.items()}
        return cls(known, frozen, _meanings(surfaces))

    def corrected(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """The words, each that is one slip of the pen off a known word replaced by it."""
        return tuple(word if word in self.known else self._corrected(word) for word in found)

    def _corrected(self, word: str) -> str:
        if word not in self._right:
            self._right[word] = self._correct(word)
        return self._right[word]

    def _correct(self, word: str) -> str:
        """The one known word that this is a misspelling of, else the word.

        Candidates are found by the letters that are left when any one is taken out, as in
        Garbe's SymSpell (2012); the distance counts a swap of neighbours as one.
        """
        if len(word) < _LONG - 1 or not word.isalpha():
            return word
        candidates = {
            known
            for shorter in (word, *_deletions(word))
            for known in self.near.get(shorter, ())
            if known[:_HEAD] == word[:_HEAD]
            and known[-_TAIL:] == word[-_TAIL:]
            and OSA.distance(known, word) == 1
        }
        return candidates.pop() if len(candidates) == 1 else word

    def expanded(self, found: tuple[str, ...], written: Iterable[str]) -> tuple[str, ...]:
        """The words, each that is `written` as an acronym of one meaning replaced by its words.

        A bare acronym is left alone: what it means is for the papers to say.
        """
        if len(found) < 2:
            return found
        acronyms = {fold(token) for token in written if is_acronym(token)}
        return tuple(
            part
            for word in found
            for part in (self.meanings.get(word, (word,)) if word in acronyms else (word,))
        )


def _deletions(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _meanings(surfaces: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What each acronym of the lexicon abbreviates letter by letter, if it is one thing only."""
    found: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for forms in surfaces:
        for short in filter(is_acronym, forms):
            for long in forms:
                if len(fold(short)) > 1 and fold(short) == initials(long):
                    found[fold(short)].add(words(long))
    return {short: next(iter(longs)) for short, longs in found.items() if len(longs) == 1}
