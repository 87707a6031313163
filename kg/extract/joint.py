"""What the model and the rules read in one Doc, weighed and put together.

The stages lay out candidates with the signs for and against them, the judge says how likely each
is, and what is likely enough is a fact: by default from the chance on that gave the best F1 on
annotated papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController

from kg.extract.changes import is_change
from kg.extract.entities import Concept, group
from kg.extract.judge import EVEN, Judge, load_judge
from kg.extract.mentions import find_mentions
from kg.extract.metrics import Metric, Unlisted
from kg.extract.neural import Model
from kg.extract.nlp import sentence_around, span_at, text_of
from kg.extract.pairs import POINTERS, Floats
from kg.extract.relations import Link, relate, told_in
from kg.extract.results import Reading, read_results
from kg.extract.roles import main_method, roles_of
from kg.extract.stages import (
    NONE,
    Cast,
    Counted,
    Drafted,
    Floor,
    Related,
    cast,
    count_all,
    draft,
    name,
    relate_all,
)
from kg.extract.words import NAMELESS
from kg.model import RELATIONS, Mention, Role
from kg.text import fold

#: Tokens of a text that the model still reads: ten times a long abstract. It weighs all pairs of
#: concepts over all words, so the rules read longer texts alone.
_LONGEST: Final = 4000
#: Concepts whose pairs the model weighs; an abstract has some twenty.
_MOST: Final = 200
#: Shares of what the rules report that were right on annotated papers.
_RULED: Final = {"relation": 0.4, "result": 0.7}

#: What a number is tied to beside its metric.
_BESIDE: Final = tuple(pointer for pointer, _ in POINTERS if pointer != "metric")

#: The extractors that agree on a fact.
Agree = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A concept with its role, the mention whose sentence shows it, the probability that this is
    so, and who says it."""

    concept: Concept
    role: Role
    mention: Mention
    chance: float
    agree: Agree


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation, its probability, and who says it."""

    link: Link
    chance: float
    agree: Agree


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reported number, the probability that it is one of that metric, and who says it."""

    reading: Reading
    chance: float
    agree: Agree


@dataclass(frozen=True, slots=True)
class Joint:
    """All that was read in a Doc."""

    concepts: tuple[Judged, ...]
    ties: tuple[Tie, ...]
    outcomes: tuple[Outcome, ...]


def read(
    doc: Doc,
    least: float | None = None,
    *,
    model: Model | None = None,
    judge: Judge | None = None,
) -> Joint:
    """Read a Doc of `kg.extract.nlp` with the shipped model and judge, or with others.

    `least` is the least probability of a fact, instead of the judge's own of each sort. A small
    one admits more concepts, beside which a few others come out otherwise.

    >>> from kg.extract.nlp import load
    >>> told = read(load()("CCT: small nets\\nWe propose CCT. CCT gets 98% accuracy on CIFAR-10."))
    >>> [(j.concept.name, j.role) for j in told.concepts if j.concept.kind == "method"]
    [('CCT', 'proposed')]
    """
    if len(doc) > _LONGEST:
        told = _by_rules(doc)
    elif not len(doc):
        told = Joint((), (), ())
    else:
        with _blas().limit(limits=1, user_api="blas"):
            told = weigh(draft(doc, model), judge or load_judge(), least)
    told = with_only(told, filter(_names_something, told.concepts))
    return told if least is None else at_least(told, least)


def _names_something(judged: Judged) -> bool:
    """Whether any of its words could name a thing of our kinds; "learning rate" and the like are
    read until here, lest a part of them be taken for a name."""
    return any(fold(form) not in NAMELESS for form in judged.concept.surface)


@cache
def _blas() -> ThreadpoolController:
    """What numpy multiplies with: its matrices are small here, and its threads only wait for
    each other, for seconds a paper where other programs want the cores."""
    return ThreadpoolController()


def at_least(told: Joint, least: float) -> Joint:
    """The facts of at least a probability, and no longer tied to what is none of them."""
    sure = with_only(told, (j for j in told.concepts if j.chance >= least))
    return Joint(
        concepts=sure.concepts,
        ties=tuple(t for t in sure.ties if t.chance >= least),
        outcomes=tuple(o for o in sure.outcomes if o.chance >= least),
    )


def with_only(told: Joint, concepts: Iterable[Judged]) -> Joint:
    """These concepts of it, the ties among them, and the outcomes of metrics among them or
    unlisted, no longer tied to any other concept."""
    concepts = tuple(concepts)
    kept = {j.concept for j in concepts}

    def still(concept: Concept | None) -> Concept | None:
        return concept if concept in kept else None

    return Joint(
        concepts=concepts,
        ties=tuple(t for t in told.ties if {t.link.head, t.link.tail} <= kept),
        outcomes=tuple(
            replace(
                o,
                reading=replace(
                    o.reading,
                    dataset=still(o.reading.dataset),
                    method=still(o.reading.method),
                    baseline=still(o.reading.baseline),
                ),
            )
            for o in told.outcomes
            if isinstance(o.reading.metric, Unlisted) or o.reading.metric in kept
        ),
    )


def weigh(drafted: Drafted, judge: Judge, least: float | None = None) -> Joint:
    """The facts among the candidates that are likely enough; those of at least `least` are
    among them, however small it is."""
    floors = judge.floors(least)
    kinds = [c.kind for c in drafted.candidates]
    chances = judge.by_kind("mention", kinds, drafted.signs)
    named = name(drafted, chances, min(judge.least["mention"], floors["entity"].least))
    chances = judge.by_kind("entity", [c.kind for c in named.concepts], named.signs)
    told = cast(named, chances, floors["entity"])
    if len(told.concepts) > _MOST:
        return _by_rules(drafted.doc)
    kinds = [c.kind for c in told.concepts]
    new = judge.by_kind("contributed", kinds, told.signs)
    rival = judge.by_kind("baseline", kinds, told.signs)
    related = relate_all(told, new, rival, floors)
    ties = {
        relation: judge.chances(f"relation {relation}", signs)
        for relation, (_, signs) in related.signs.items()
    }
    counted = count_all(related, ties)
    return Joint(
        concepts=tuple(_judged(told, related)),
        ties=tuple(_ties(related, ties, floors["relation"].least)),
        outcomes=_of_metrics(_outcomes(told, counted, judge, floors["result"]), told.concepts),
    )


def _by_rules(doc: Doc) -> Joint:
    """What the rules alone read, in time that grows as the length of the text."""
    found, defined = find_mentions(doc)
    concepts = group(found, defined, text_of(doc))
    told = roles_of(concepts, doc)
    roles: dict[str, Role] = {name: role for name, (role, _) in told.items()}
    main = main_method(list(concepts), roles, doc)
    return Joint(
        concepts=tuple(
            Judged(c, *told[c.name], c.mentions[0].confidence, (c.mentions[0].extractor,))
            for c in concepts
        ),
        ties=tuple(
            Tie(link, _RULED["relation"], ("rules",)) for link in relate(concepts, roles, main, doc)
        ),
        outcomes=_of_metrics(
            (
                Outcome(reading, _RULED["result"], ("rules",))
                for reading in read_results(concepts, roles, main, doc)
            ),
            concepts,
        ),
    )


def _of_metrics(outcomes: Iterable[Outcome], concepts: Iterable[Concept]) -> tuple[Outcome, ...]:
    """The outcomes without those whose words for the metric name something else in the text."""
    others = {c.name for c in concepts if c.kind != "metric"}
    return tuple(o for o in outcomes if o.reading.metric.name not in others)


def _judged(told: Cast, related: Related) -> Iterator[Judged]:
    for concept, sure, new in zip(told.concepts, told.sure, related.new, strict=True):
        role = related.roles[concept.name]
        by_rules, shown = told.ruled[concept.name]
        best = max(concept.mentions, key=lambda m: m.confidence)
        agree = {e for m in concept.mentions for e in told.read[m.start].extractors}
        contributed = role in ("proposed", "introduced")
        yield Judged(
            concept,
            role,
            shown if by_rules == role else best,
            round(new if contributed else sure, 3),
            tuple(sorted(agree)),
        )


def _ties(related: Related, chances: Mapping[str, Floats], least: float) -> Iterator[Tie]:
    concepts, doc = related.cast.concepts, related.cast.drafted.doc
    grades = dict(zip(related.graded.pairs, related.graded.chances, strict=True))
    for relation, (pairs, _) in related.signs.items():
        column = list(RELATIONS).index(relation)
        for (i, j), chance in zip(pairs, chances[relation].tolist(), strict=True):
            if chance < least:
                continue
            head, tail = concepts[i], concepts[j]
            link = related.links.get((head.name, relation, tail.name))
            by_model = grades[i, j][column] >= EVEN or link is None
            agree = (*(["model"] if by_model else []), *(["rules"] if link else []))
            mention = link.mention if link else told_in(tail.mentions, head, doc)
            tie = link or Link(head, relation, tail, mention, "model")
            yield Tie(tie, round(chance, 3), agree)


def _outcomes(
    told: Cast, counted: Sequence[Counted], judge: Judge, floor: Floor
) -> Iterator[Outcome]:
    """The numbers that are likely enough; what the rules read in one is tied as they say, for
    they follow the sentence, and else as is likeliest."""
    concepts, doc = told.concepts, told.drafted.doc
    for number in counted:
        ruled = number.reading is not None
        chances = judge.chances("result metric", number.metric_signs)
        options = number.options["metric"]
        best = number.picked("metric", concepts) if ruled else None
        if best is None and options:
            best = int(chances.argmax())
        if best is None or not floor.keeps(float(chances[best]), ruled=ruled):
            continue
        target: dict[str, Concept | None] = {}
        for pointer in _BESIDE:
            chosen = number.picked(pointer, concepts) if ruled else None
            if chosen is None:
                likely = judge.chances(f"result {pointer}", number.option_signs[pointer])
                chosen = int(likely.argmax())
            option = number.options[pointer][chosen]
            target[pointer] = None if option == NONE else concepts[option]
        if target["baseline"] is target["method"]:
            target["baseline"] = None
        agree = (
            *(["model"] if number.scored.reported >= EVEN or not ruled else []),
            *(["rules"] if ruled else []),
        )
        reading = _reading(number, number.metric(options[best], concepts), target, doc)
        yield Outcome(reading, round(float(chances[best]), 3), agree)


def _reading(
    number: Counted, metric: Metric, target: Mapping[str, Concept | None], doc: Doc
) -> Reading:
    value = number.scored.number
    sentence = sentence_around(span_at(doc, value.start, value.end))
    if number.reading:
        relative = number.reading.relative
    else:
        text = text_of(doc)
        before = text[sentence.start_char : value.start]
        relative = is_change(before, value.text, text[value.end : sentence.end_char])
    return Reading(
        number=value,
        sentence=sentence,
        metric=metric,
        dataset=target["dataset"],
        method=target["method"],
        baseline=target["baseline"],
        relative=relative,
    )
