"""Mentions of one paper -> its concepts: one for each distinct thing that the mentions name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.extract.acronyms import Abbreviation
from kg.extract.phrases import is_generic
from kg.extract.words import DATA_NOUNS, GENERIC, TASK_NOUNS
from kg.lexicon import match
from kg.model import KINDS, Kind, Mention
from kg.text import fold, singular

_COLON = re.compile(r"\s*:\s*(?:An?\s|The\s|a\s)?(?:[\w-]+\s)?")
_PHRASE_ENDS = re.compile(
    r"\s*(?:\n|$|,|-|(?:for|via|with|by|in|on|of|towards?|using|from|and|to|that)\b)", re.I
)
_TAILS = GENERIC | DATA_NOUNS | TASK_NOUNS


@dataclass(frozen=True, slots=True)
class Concept:
    """What several mentions of a paper name: its kind, full name and surface forms."""

    name: str
    kind: Kind
    surface: tuple[str, ...]
    mentions: tuple[Mention, ...]
    short: str = ""
    long: str = ""


def group(
    mentions: Sequence[Mention], defined: Iterable[Abbreviation], text: str = ""
) -> list[Concept]:
    """Group mentions by what they name, in the order of first mention.

    Mentions meet when their folded texts are equal, when the text defines one as short for
    the other, when the lexicon knows both as one thing, and when they differ only by a
    generic word at the end ("TransKD framework") or by modifiers between the same first and last
    words ("hierarchical transformers" for "hierarchical autoregressive transformers"). `text` is
    the paper's, to see what a title "NAME: phrase" calls one thing.

    >>> def at(start, text):
    ...     return Mention(start, start + len(text), text, "method", "name", 0.6)
    >>> two = [at(0, "Vision Transformers"), at(20, "ViTs"), at(30, "a ViT")]
    >>> [c.surface for c in group(two[:2], [Abbreviation((20, 24), (0, 19))])]
    [('Vision Transformers', 'ViTs')]
    """
    definitions = _definitions(mentions, defined)
    clusters = _Clusters()
    for mention in mentions:
        own = ("text", fold(mention.text))
        clusters.add(own)
        for key in _keys(mention.text, definitions):
            clusters.join(own, key)
    for one, other in (
        *_spelled_out(mentions, definitions),
        *_shortened(mentions),
        *_titled(mentions, text),
    ):
        clusters.join(("text", one), ("text", other))
    members: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        members[clusters.root(("text", fold(mention.text)))].append(mention)
    named = (_concept(cluster, definitions) for cluster in members.values())
    return _unique(sorted(named, key=lambda c: (c.mentions[0].start, c.name)))


def _definitions(
    mentions: Sequence[Mention], defined: Iterable[Abbreviation]
) -> dict[str, tuple[str, str]]:
    """Folded short form -> (short, long) as the text writes them, where both are mentions."""
    at = {(m.start, m.end): m.text for m in mentions}
    found: dict[str, tuple[str, str]] = {}
    for abbreviation in defined:
        short, long = at.get(abbreviation.short), at.get(abbreviation.long)
        if short and long:
            found.setdefault(fold(short), (short, long))
    return found


def _keys(text: str, definitions: dict[str, tuple[str, str]]) -> Iterable[tuple[str, str]]:
    folded = fold(text)
    yield "text", folded
    if folded in definitions:
        yield "text", fold(definitions[folded][1])
    entry = match(text)
    if entry and folded not in definitions:
        yield "lexicon", entry.name
    words = text.split()
    while len(words) > 1 and words[-1].lower() in _TAILS:
        words.pop()
        rest = " ".join(words)
        known = match(rest)
        yield "text", fold(rest)
        if known:
            yield "lexicon", known.name


def _spelled_out(
    mentions: Sequence[Mention], definitions: dict[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Acronyms that no bracket defines but one longer name of the same kind spells ("LRT")."""
    names = {(m.kind, fold(m.text)): m.text for m in mentions if len(_initials(m.text)) > 2}
    for mention in mentions:
        short = singular(mention.text)
        if not short.isupper() or len(short) < 3 or fold(short) in definitions or match(short):
            continue
        for (kind, folded), text in names.items():
            if kind == mention.kind and _initials(text) == short and folded != fold(short):
                yield fold(short), folded


def _shortened(mentions: Sequence[Mention]) -> Iterator[tuple[str, str]]:
    """Pairs of names where one drops words from the middle of the only longer one.

    Of two names that the lexicon knows neither is short for the other, nor are general words for
    any: "deep learning" is not deep reinforcement learning.
    """
    names = {(m.kind, fold(m.text)): _words(m.text) for m in mentions if " " in m.text.strip()}
    known = {fold(m.text) for m in mentions if match(m.text)}
    general = {fold(m.text) for m in mentions if is_generic(m.text)}
    for (kind, folded), words in names.items():
        longer = [
            (other_kind, other)
            for (other_kind, other), more in names.items()
            if len(more) > len(words) and _drops_middle(words, more)
        ]
        if len(longer) == 1 and longer[0][0] == kind:
            other = longer[0][1]
            if folded not in general and not {folded, other} <= known:
                yield folded, other


def _words(text: str) -> list[str]:
    return [singular(word).casefold() for word in re.split(r"[\s-]+", text) if word]


def _drops_middle(words: list[str], more: list[str]) -> bool:
    inner = iter(more[1:-1])
    return (
        (words[0], words[-1]) == (more[0], more[-1])
        and len(words) >= 2
        and all(word in inner for word in words[1:-1])
    )


def _titled(mentions: Sequence[Mention], text: str) -> Iterator[tuple[str, str]]:
    """The two names of a title "NAME: what it is", unless the second is named again."""
    first, *others = mentions[:2] or (None,)
    if first is None or first.start or not others:
        return
    second = others[0]
    again = sum(fold(m.text) == fold(second.text) for m in mentions) > 1
    between, after = text[first.end : second.start], text[second.end :]
    one = _COLON.fullmatch(between) and _PHRASE_ENDS.match(after)
    if one and not again and first.kind == second.kind == "method" and not match(second.text):
        yield fold(first.text), fold(second.text)


def _initials(text: str) -> str:
    return "".join(word[0].upper() for word in re.split(r"[\s-]+", text) if word)


class _Clusters:
    """Disjoint sets of keys (union by smallest key, so that the order of joins is no matter)."""

    def __init__(self) -> None:
        self._parent: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, key: tuple[str, str]) -> None:
        self._parent.setdefault(key, key)

    def root(self, key: tuple[str, str]) -> tuple[str, str]:
        self.add(key)
        while self._parent[key] != key:
            key = self._parent[key]
        return key

    def join(self, one: tuple[str, str], two: tuple[str, str]) -> None:
        low, high = sorted((self.root(one), self.root(two)))
        self._parent[high] = low


def _concept(mentions: Sequence[Mention], definitions: dict[str, tuple[str, str]]) -> Concept:
    texts = [m.text for m in mentions]
    surface = tuple(dict.fromkeys(texts))
    defined = [definitions[f] for f in map(fold, surface) if f in definitions]
    short, long = defined[0] if defined else ("", "")
    coined = texts[0] if mentions[0].start == 0 and " " not in texts[0] else ""
    fullest = max(surface, key=lambda s: (len(s.split()), texts.count(s), -surface.index(s)))
    name = long or coined or fullest
    return Concept(name, _kind(mentions), surface, tuple(mentions), short, long)


def _kind(mentions: Iterable[Mention]) -> Kind:
    """The kind that the mentions vote for, each by its confidence; ties by the order of KINDS."""
    votes: Counter[Kind] = Counter()
    for mention in mentions:
        votes[mention.kind] += mention.confidence  # type: ignore[assignment]
    return max(KINDS, key=lambda kind: (votes[kind], -KINDS.index(kind)))


def _unique(concepts: Iterable[Concept]) -> list[Concept]:
    """The concepts with names that differ: of two with one name the first keeps it."""
    seen: set[str] = set()
    kept = []
    for concept in concepts:
        name = next((s for s in (concept.name, *concept.surface) if s not in seen), None)
        if name is not None:
            seen.add(name)
            kept.append(Concept(name, *(getattr(concept, f) for f in _REST)))
    return kept


_REST = ("kind", "surface", "mentions", "short", "long")
