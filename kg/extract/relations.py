"""Relations between the concepts of one paper, each with the sentence that speaks for it.

Abstracts are about one method: what they apply it to, measure it by and compare it with is
said of that method even where a sentence says "it" or "we". Other methods are related only
within a sentence, by the words between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc

from kg.extract.entities import Concept
from kg.extract.nlp import text_of, title_end
from kg.extract.roles import is_variant, sentence_of, speaks_of_own_work
from kg.model import RELATIONS, Mention, Role

_BETWEEN: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "used_for",
        re.compile(
            r"^\W*(?:\([^)]*\)\W*)?(?:models?|methods?|networks?)?\s*"
            r"(?:for|to solve|in) (?:the )?$",
            re.I,
        ),
    ),
    ("evaluated_on", re.compile(r"\b(?:on|over)\b[^.;]{0,60}$", re.I)),
    (
        "uses",
        re.compile(
            r"^\W*(?:[\w-]+ ){0,3}?(?:uses|using|based on|built (?:up)?on|"
            r"equipped with|with|leverag\w+|employ\w*|harness\w+|via)\b[^.;,]{0,40}$",
            re.I,
        ),
    ),
)
_TESTED: Final = re.compile(
    r"evaluat|experiment|test|benchmark|compar|achiev|outperform|assess", re.I
)
_COMPARED: Final = re.compile(r"\bcompar(?:es?|ed|ing)\s(?:the\s)?$", re.I)
_WITH: Final = re.compile(r"\s(?:\w+\s)?(?:with|to|against)\s(?:the\s)?", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between two concepts, the mention whose sentence is its evidence, and whether
    it was read off the paper's "main" method, words "near" it, or by the "model"."""

    head: Concept
    relation: str
    tail: Concept
    mention: Mention
    reader: str


def relate(
    concepts: Sequence[Concept], roles: dict[str, Role], main: Concept | None, doc: Doc
) -> Iterator[Link]:
    """Yield the relations among the concepts, each pair and relation once, by kinds that fit."""
    seen: set[tuple[str, str, str]] = set()
    # Where a paper has a main method, "on" in a sentence mostly speaks of it and of no other.
    near = (n for n in _nearby(concepts, doc) if not main or n.relation != "evaluated_on")
    candidates = [*(_of_main(main, concepts, roles, doc) if main else ()), *near]
    for link in candidates:
        key = (link.head.name, link.relation, link.tail.name)
        kinds = (link.head.kind, link.tail.kind)
        if key not in seen and kinds == RELATIONS[link.relation] and link.head is not link.tail:
            seen.add(key)
            yield link


def _of_main(
    main: Concept, concepts: Sequence[Concept], roles: dict[str, Role], doc: Doc
) -> Iterator[Link]:
    told = (sentence_of(m, doc).start_char for m in main.mentions if _in_abstract(m, doc))
    opening = min(told, default=0)
    for concept in concepts:
        if concept is main:
            continue
        relation = _relation_of_main(concept, roles.get(concept.name, ""))
        since = [m for m in concept.mentions if _in_abstract(m, doc) and m.start >= opening]
        if relation == "uses" and is_variant(concept, main):
            continue
        if relation == "uses" and not any(_is_own(m, main, doc) for m in since):
            continue
        yield Link(main, relation, concept, told_in(since or concept.mentions, main, doc), "main")


def _is_own(mention: Mention, main: Concept, doc: Doc) -> bool:
    """Whether the sentence is about the authors' work: it says "we", "it", or the method's name."""
    sentence = sentence_of(mention, doc)
    named = any(sentence.start_char <= m.start < sentence.end_char for m in main.mentions)
    pronoun = sentence[0].lower_ in {"it", "this", "these", "they", "the"}
    return named or pronoun or speaks_of_own_work(sentence)


def _relation_of_main(concept: Concept, role: Role) -> str:
    if concept.kind == "method":
        return "compared_with" if role == "baseline" else "uses"
    return {"dataset": "evaluated_on", "task": "used_for", "metric": "measured_by"}[concept.kind]


def _in_abstract(mention: Mention, doc: Doc) -> bool:
    return mention.start > title_end(doc)


def told_in(mentions: Sequence[Mention], head: Concept, doc: Doc) -> Mention:
    """The mention in a sentence that names the head too, else the first in the abstract."""
    named = {sentence_of(m, doc).start for m in head.mentions}
    abstract = [m for m in mentions if _in_abstract(m, doc)]
    together = [m for m in abstract if sentence_of(m, doc).start in named]
    return (together or abstract or mentions)[0]


def _nearby(concepts: Sequence[Concept], doc: Doc) -> Iterator[Link]:
    """Relations that the words between two mentions of one sentence state."""
    text = text_of(doc)
    placed = sorted(
        ((m, c) for c in concepts for m in c.mentions if _in_abstract(m, doc)),
        key=lambda pair: pair[0].start,
    )
    for index, (mention, concept) in enumerate(placed):
        if concept.kind != "method":
            continue
        sentence = sentence_of(mention, doc)
        compared = _COMPARED.search(text[sentence.start_char : mention.start])
        for other, target in placed[index + 1 :]:
            if other.start >= sentence.end_char:
                break
            between = text[mention.end : other.start]
            if compared and _WITH.fullmatch(between):
                yield Link(concept, "compared_with", target, other, "near")
                continue
            for relation, pattern in _BETWEEN:
                fits = RELATIONS[relation][1] == target.kind and target is not concept
                if not fits or not pattern.search(between):
                    continue
                if relation == "evaluated_on" and not _TESTED.search(sentence.text):
                    continue
                yield Link(concept, relation, target, other, "near")
