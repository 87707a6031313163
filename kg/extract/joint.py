"""What the model and the rules read in one Doc, put together.

The model finds the mentions and judges roles; what the text defines and the datasets that the
lexicon knows come on top. A relation is weighed by the model, and the rules' word counts a
little. Numbers are tied by the rules, which follow the sentence, and vetted by the model. Each
mixture is the best of those measured on annotated papers that the weights never saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc

from kg.extract import neural
from kg.extract.changes import is_change
from kg.extract.entities import Concept, group
from kg.extract.mentions import find_mentions, tells_of_code
from kg.extract.neural import Prediction, ScoredResult
from kg.extract.nlp import sentence_around, span_at, text_of
from kg.extract.pairs import ROLES
from kg.extract.relations import Link, relate, told_in
from kg.extract.results import Reading, read_results
from kg.extract.roles import is_variant, main_method, roles_of
from kg.extract.wording import united
from kg.model import RELATIONS, Mention, Role

#: Tokens of a text that the model still reads: ten times a long abstract. It weighs all pairs of
#: concepts over all words, so the rules read longer texts alone.
_LONGEST: Final = 4000
#: What the rules' word adds to the model's chance of a relation, and the least of the sum.
_MODEL, _RULES, _LEAST = 0.7, 0.3, 0.4
#: The least chance of a contribution that the rules see too; none where the text defines its
#: acronym, the title names it, or it is a variant of another ("ViT-L").
_NEW: Final[dict[Role, float]] = {"proposed": 0.3, "introduced": 0.05}
#: Below the first the model refutes a number that the rules report; from the second it adds one.
_REFUTED, _REPORTED = 0.15, 0.85
#: Share of the numbers that the rules report that are right in value and metric.
_RULED: Final = 0.7

#: The extractors that read a fact, each with its confidence.
Said = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A concept with its role, the mention whose sentence shows it, and who says so how surely."""

    concept: Concept
    role: Role
    mention: Mention
    said: Said


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation and who says so how surely."""

    link: Link
    said: Said


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reported number and who says so how surely."""

    reading: Reading
    said: Said


@dataclass(frozen=True, slots=True)
class Joint:
    """All that was read in a Doc."""

    concepts: tuple[Judged, ...]
    ties: tuple[Tie, ...]
    outcomes: tuple[Outcome, ...]


def read(doc: Doc) -> Joint:
    """Read a Doc of `kg.extract.nlp` with the shipped model and the rules.

    >>> from kg.extract.nlp import load
    >>> told = read(load()("CCT: small nets\\nWe propose CCT. CCT gets 98% accuracy on CIFAR-10."))
    >>> [(j.concept.name, j.role) for j in told.concepts if j.concept.kind == "method"]
    [('CCT', 'proposed')]
    """
    found, defined = find_mentions(doc)
    if len(doc) > _LONGEST:
        return _by_rules(doc, group(found, defined, text_of(doc)))
    prediction = neural.predict(doc)
    told = [m for m in prediction.mentions if not tells_of_code(span_at(doc, m.start, m.end))]
    mentions = _with_helpers(told, found)
    grouped = group(mentions, defined, text_of(doc))
    concepts = _named_apart(united(_kept(prediction, grouped, found)))
    judged = tuple(_judged(prediction, concepts, found, doc))
    roles: dict[str, Role] = {j.concept.name: j.role for j in judged}
    main = main_method(concepts, roles, doc)
    links = {(n.head.name, n.relation, n.tail.name): n for n in relate(concepts, roles, main, doc)}
    readings = {r.number.start: r for r in read_results(concepts, roles, main, doc)}
    return Joint(
        concepts=judged,
        ties=tuple(_ties(prediction, concepts, links, doc)),
        outcomes=tuple(_outcomes(prediction, concepts, readings, doc)),
    )


def _by_rules(doc: Doc, concepts: Sequence[Concept]) -> Joint:
    """What the rules alone read in a Doc with these concepts, in time that grows as its length."""
    told = roles_of(concepts, doc)
    roles: dict[str, Role] = {name: role for name, (role, _) in told.items()}
    main = main_method(list(concepts), roles, doc)
    return Joint(
        concepts=tuple(
            Judged(c, *told[c.name], ((c.mentions[0].extractor, c.mentions[0].confidence),))
            for c in concepts
        ),
        ties=tuple(Tie(link, (("rules", _RULES),)) for link in relate(concepts, roles, main, doc)),
        outcomes=tuple(
            Outcome(reading, (("rules", _RULED),))
            for reading in read_results(concepts, roles, main, doc)
        ),
    )


def _with_helpers(mentions: Sequence[Mention], found: Sequence[Mention]) -> list[Mention]:
    """The model's mentions, the datasets that the lexicon knows instead of what lies across them,
    and what the model missed of the text's own definitions and of metrics."""
    datasets = [m for m in found if m.kind == "dataset" and m.extractor in ("lexicon", "name")]
    kept = [n for n in mentions if not any(_clash(n, m) for m in datasets)]
    helpful = [
        m
        for m in found
        if m in datasets
        or m.extractor == "definition"
        or (m.kind == "metric" and m.extractor in ("lexicon", "name"))
    ]
    missed: list[Mention] = []
    for m in sorted(helpful, key=datasets.__contains__, reverse=True):
        if not any(_overlap(m, n) for n in (*kept, *missed)):
            missed.append(m)
    return sorted([*kept, *missed], key=lambda m: m.start)


def _overlap(one: Mention, two: Mention) -> bool:
    return one.start < two.end and two.start < one.end


def _clash(one: Mention, two: Mention) -> bool:
    """Whether they cannot both be right: other bounds or another kind at one place."""
    same = (one.start, one.end, one.kind) == (two.start, two.end, two.kind)
    return _overlap(one, two) and not same


def _kept(
    prediction: Prediction, concepts: Sequence[Concept], found: Iterable[Mention]
) -> list[Concept]:
    """The concepts that the model is sure enough of, or that a rule sees at the same place."""
    sure = {c.name for c in neural.likely(prediction, concepts)}
    ruled = {(m.start, m.end, m.kind) for m in found}
    return [
        c
        for c in concepts
        if c.name in sure or any((m.start, m.end, m.kind) in ruled for m in c.mentions)
    ]


def _named_apart(concepts: Iterable[Concept]) -> list[Concept]:
    """The concepts whose names differ: of two with one name the first."""
    first: dict[str, Concept] = {}
    for concept in concepts:
        first.setdefault(concept.name, concept)
    return list(first.values())


def _judged(
    prediction: Prediction, concepts: Sequence[Concept], found: Sequence[Mention], doc: Doc
) -> Iterator[Judged]:
    ruled = roles_of(concepts, doc)
    agree = {(m.start, m.end, m.kind): m for m in found}
    scored = neural.roles(prediction, concepts)
    title = text_of(doc).find("\n")
    chances = neural.placed(prediction, concepts).chances
    for concept, (role, chance), row in zip(concepts, scored, chances, strict=True):
        by_rules, told = ruled[concept.name]
        variant = any(is_variant(concept, other) for other in concepts)
        plain = variant or bool(concept.short) or concept.mentions[0].start < title
        if by_rules in _NEW and row[ROLES.index(by_rules)] >= _NEW[by_rules] * (not plain):
            role, chance = by_rules, max(chance, float(row[ROLES.index(by_rules)]))
        best = max(concept.mentions, key=lambda m: m.confidence)
        mention = told if by_rules == role else best
        sure = mention.confidence if role == "" else min(best.confidence, chance)
        said = [(best.extractor, round(sure, 3))]
        same = (agree.get((m.start, m.end, m.kind)) for m in concept.mentions)
        others = {m.extractor: m.confidence for m in same if m and m.extractor != best.extractor}
        said += sorted(others.items())
        yield Judged(concept, role, mention, tuple(said))


def _ties(
    prediction: Prediction,
    concepts: Sequence[Concept],
    links: dict[tuple[str, str, str], Link],
    doc: Doc,
) -> Iterator[Tie]:
    pairs, chances = neural.relation_chances(prediction, concepts)
    for (i, j), row in zip(pairs, chances, strict=True):
        head, tail = concepts[i], concepts[j]
        for (relation, (_, kind)), chance in zip(RELATIONS.items(), row, strict=True):
            link = links.get((head.name, relation, tail.name))
            score = _MODEL * float(chance) + _RULES * (link is not None)
            if kind != tail.kind or score < _LEAST:
                continue
            by_model = ("model", round(float(chance), 3))
            if link:
                yield Tie(link, (by_model, ("rules", _RULES)))
            else:
                mention = told_in(tail.mentions, head, doc)
                yield Tie(Link(head, relation, tail, mention, "model"), (by_model,))


def _outcomes(
    prediction: Prediction,
    concepts: Sequence[Concept],
    readings: dict[int, Reading],
    doc: Doc,
) -> Iterator[Outcome]:
    scored = {r.number.start: r for r in neural.result_candidates(prediction, concepts)}
    for start in sorted(readings.keys() | scored.keys()):
        reading, result = readings.get(start), scored.get(start)
        if reading is None:
            if result is not None and result.confidence >= _REPORTED:
                yield Outcome(_reading(result, doc), (("model", result.confidence),))
        elif result is None:
            yield Outcome(reading, (("rules", _RULED),))
        elif result.confidence >= _REFUTED:
            yield Outcome(reading, (("model", result.confidence), ("rules", _RULED)))


def _reading(result: ScoredResult, doc: Doc) -> Reading:
    number = result.number
    sentence = sentence_around(span_at(doc, number.start, number.end))
    text = text_of(doc)
    before, after = text[sentence.start_char : number.start], text[number.end : sentence.end_char]
    return Reading(
        number=number,
        sentence=sentence,
        metric=result.metric,
        dataset=result.dataset,
        method=result.method,
        baseline=result.baseline,
        relative=is_change(before, number.text, after),
    )
