"""The form under which different writings of one name meet.

Each step rewrites a name's words; what a step does costs a little certainty:

- spelling: case, signs, hyphens, Greek letters
- inflection: plurals inside, British spelling, a few adjectives ("convolutional")
- acronym beside: "Support Vector Machine (SVM)" without its bracket
- year: "ICDAR15" is "ICDAR 2015" (datasets)
- typo: a word unknown to the lexicon, one letter off a word that it knows
- word order: "classification of images"
- head: "BERT model", "Adam optimizer", "COCO dataset" without the word that says what it is;
  generic head: "gradient descent algorithm" too, unless only papers that propose it say so
- acronym inside: "RL agent" with what its acronym stands for

Names meet when nothing else tells them apart; every number, size and sign stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kg.model import Kind
from kg.resolve.values import Lexicon
from kg.resolve.vocabulary import Vocabulary
from kg.resolve.words import initials, listed, tokens, words
from kg.text import fold, is_acronym

#: How sure it still is that two names are one after a step was taken on either of them.
SURE: Final = {
    "spelling": 0.99,
    "inflection": 0.98,
    "acronym beside": 0.96,
    "year": 0.95,
    "typo": 0.88,
    "word order": 0.95,
    "head": 0.94,
    "generic head": 0.91,
    "acronym inside": 0.94,
}
#: Last words that say what a thing is, not which.
HEADS: Final[Mapping[Kind, frozenset[str]]] = {
    "method": listed(
        "algorithm approach architecture framework library method model network optimizer "
        "procedure scheme strategy system technique toolkit"
    ),
    "dataset": listed("benchmark challenge collection corpus data database dataset"),
    "metric": listed("measure metric score value"),
    "task": listed("problem task"),
}
#: Those of a method that may go even after common words ("gradient descent algorithm").
_LIGHT: Final = listed("algorithm approach framework method procedure scheme strategy technique")
_NOUN: Final = re.compile(r"(?:ing|ion|sis|ment|ance|ence|ity|descent|ascent|search|gradient)$")
#: What may stand before "of" besides nouns of doing ("estimation").
_MEASURES: Final = listed("accuracy ensemble error mixture number probability rate")
_NOT_NOUN: Final = listed("aware based driven free guided level like order wise")
_INSIDE: Final = re.compile(r"[^\W\d_].*[A-Z\d]")
_BESIDE: Final = re.compile(r"^(?P<one>[^()\[\]]+?)\s*[(\[](?P<other>[^()\[\]]+)[)\]]$")
_AMID: Final = re.compile(r"^(?P<one>[^()]+?)\s*\((?P<other>[^()]+)\)\s+(?P<rest>[^()]+)$")
_SHORT_YEAR: Final = re.compile(r"(?<=[A-Za-z])([\s\-']*)(0[5-9]|1\d|2[0-9])$")


Words = tuple[str, ...]


class Normal(NamedTuple):
    """A name's normal form, and the steps that led there."""

    key: str
    steps: frozenset[str]


@dataclass(slots=True)
class Normalizer:
    """Brings names to their normal form, with what the lexicon and the papers know of words.

    >>> from kg import lexicon
    >>> normal = Normalizer(Vocabulary.of(lexicon), lexicon)
    >>> normal("classification of images", "task")
    Normal(key='imageclassification', steps=frozenset({'word order'}))
    """

    vocabulary: Vocabulary
    lexicon: Lexicon
    _made: dict[tuple[Kind, str], Normal] = field(default_factory=dict)

    def __call__(self, name: str, kind: Kind) -> Normal:
        if (kind, name) not in self._made:
            self._made[kind, name] = self._normal(name, kind)
        return self._made[kind, name]

    def _normal(self, name: str, kind: Kind) -> Normal:
        steps = set()

        def took(step: str, before: object, after: object) -> None:
            if before != after:
                steps.add(step)

        text = _without_acronym_beside(name)
        took("acronym beside", name, text)
        if kind == "dataset":
            dated = _SHORT_YEAR.sub(r"\g<1>20\2", text)
            took("year", text, dated)
            text = dated
        found = words(text)
        took("inflection", fold("".join(found)), fold(text))
        rewrites: tuple[tuple[str, Callable[[Words], Words]], ...] = (
            ("typo", self.vocabulary.corrected),
            ("word order", _rotated),
            ("head", lambda some: self._without_head(some, text, kind, names=_proper)),
            ("generic head", lambda some: self._without_head(some, text, kind, names=self._noun)),
            ("acronym inside", lambda some: self.vocabulary.expanded(some, tokens(text))),
        )
        for step, rewrite in rewrites:
            after = rewrite(found)
            took(step, found, after)
            found = after
        return Normal("".join(found), frozenset(steps))

    def _without_head(
        self, found: Words, text: str, kind: Kind, *, names: Callable[[Words, str, str, Kind], bool]
    ) -> Words:
        """Without the last words that only say what the thing is, while the rest names it."""
        while len(found) > 1 and found[-1] in HEADS[kind] and not self.lexicon.lookup(kind, text):
            text = text.strip().rpartition(" ")[0]
            if not text or not names(found[:-1], found[-1], text, kind):
                break
            found = found[:-1]
        return found

    def _noun(self, rest: Words, head: str, text: str, kind: Kind) -> bool:
        """Whether common words without their head, which is a light one, still name the thing."""
        known = self.lexicon.lookup(kind, text) is not None
        if kind in ("metric", "dataset") or rest[-1] in _NOT_NOUN:
            return known
        noun = known or bool(_NOUN.search(rest[-1]))
        if kind == "method":
            return noun and head in _LIGHT and len(rest) > 1
        return kind == "task" and (noun or len(rest) > 1)


def _proper(rest: Words, head: str, text: str, kind: Kind) -> bool:
    return is_proper(text) and rest[-1] not in _NOT_NOUN


def is_proper(text: str) -> bool:
    """Whether it is one token that is a name: "BERT", "k-means++", "YOLOv5", but not "Spectral".

    >>> [is_proper(name) for name in ("BERT", "ViT-B/16", "Spectral", "End-to-End", "3D")]
    [True, True, False, False, False]
    """
    parts = re.split(r"[\-_/]", text) if " " not in text else []
    return any(is_acronym(part) or _INSIDE.match(part) for part in parts)


def _without_acronym_beside(name: str) -> str:
    """The name without an abbreviation of it, or of its first words, in brackets or at its end.

    >>> _without_acronym_beside("Support Vector Machines (SVM)")
    'Support Vector Machines'
    >>> _without_acronym_beside("quantization-aware training QAT")
    'quantization-aware training'
    >>> _without_acronym_beside("Kullback-Leibler (KL) divergence")
    'Kullback-Leibler divergence'
    """
    if (match := _AMID.match(name)) and abbreviates(match["other"], match["one"]):
        return f"{match['one']} {match['rest']}"
    if match := _BESIDE.match(name):
        one, other = match["one"].strip(), match["other"].strip()
        for short, long in ((other, one), (one, other)):
            if abbreviates(short, long):
                return long
    head, _, last = name.rpartition(" ")
    return head if head and abbreviates(last, head) and is_acronym(last) else name


def abbreviates(short: str, long: str) -> bool:
    """Whether the letters of `short` are the initials of all words of `long`.

    >>> abbreviates("SVMs", "support vector machine"), abbreviates("SVM", "vector machine")
    (True, False)
    """
    letters = fold(short)
    return len(letters) > 1 and letters == initials(long)


def _rotated(found: tuple[str, ...]) -> tuple[str, ...]:
    """ "classification of image" as "image classification": what follows "of" comes first.

    >>> _rotated(("estimation", "of", "pose")), _rotated(("of", "course"))
    (('pose', 'estimation'), ('of', 'course'))
    """
    if found.count("of") != 1:
        return found
    place = found.index("of")
    before, after = found[:place], [word for word in found[place + 1 :] if word not in ("the", "a")]
    turns = bool(before) and (before[-1] in _MEASURES or _NOUN.search(before[-1]))
    return (*after, *before) if turns and after else found


def score(steps: frozenset[str]) -> float:
    """How sure it is that two names are one when these steps, on either, made them meet."""
    sure = SURE["spelling"]
    for step in sorted(steps):
        sure *= SURE[step]
    return round(sure, 3)
