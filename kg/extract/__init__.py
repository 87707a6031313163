"""Paper -> Extraction: the only package that knows spaCy.

The text becomes a Doc (`nlp`). A small trained model (`neural`) and rules (`mentions`, `roles`,
`relations`, `results` and what they use) read it, and `joint` puts together what they say. Here
it becomes the values that the rest of the package knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.joint import Joint, Judged, Outcome, Tie, read
from kg.extract.metrics import Unlisted
from kg.extract.nlp import load, text_of
from kg.extract.roles import sentence_of
from kg.extract.several import parted
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result

#: Facts read by another version are read again.
VERSION: Final = "model-3"

__all__ = ["VERSION", "extract", "extract_many"]


def extract(paper: Paper, *, min_confidence: float | None = None) -> Extraction:
    """Read one paper: its entities with roles, the relations among them, the numbers it reports.

    Every fact carries the probability that it is right. Those of at least `min_confidence` are
    kept; if it is not given, of each sort those that maximise F1 on annotated papers. Raises
    ValueError where it is no probability.

    >>> text = "We propose CCT, a new model. CCT gets 98% accuracy on CIFAR-10."
    >>> paper = Paper("a-1", "CCT: small networks for image classification", text)
    >>> facts = extract(paper)
    >>> [(e.name, e.role) for e in facts.entities if e.kind == "method"]
    [('CCT', 'proposed')]
    >>> [(r.method, r.metric, r.value, r.dataset) for r in facts.results]
    [('CCT', 'accuracy', '98%', 'CIFAR-10')]
    """
    if min_confidence is not None and not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence is {min_confidence}, not from 0 to 1")
    doc = load()(paper.text)
    told = read(doc, min_confidence)
    return parted(
        Extraction(
            paper=paper.id,
            entities=(
                *(_entity(j, paper, doc) for j in told.concepts),
                *_implied(told, paper, doc),
            ),
            relations=tuple(_relation(tie, paper, doc) for tie in told.ties),
            results=tuple(_results(told.outcomes, paper)),
        )
    )


def extract_many(
    papers: Iterable[Paper], *, min_confidence: float | None = None
) -> Iterator[Extraction]:
    """Read papers one after the other, in their order."""
    for paper in papers:
        yield extract(paper, min_confidence=min_confidence)


def _entity(judged: Judged, paper: Paper, doc: Doc) -> Entity:
    concept = judged.concept
    return Entity(
        name=concept.name,
        kind=concept.kind,
        role=judged.role,
        surface=concept.surface,
        mentions=concept.mentions,
        evidence=_evidence(paper, sentence_of(judged.mention, doc), judged.agree, judged.chance),
        short=concept.short,
        long=concept.long,
    )


def _implied(told: Joint, paper: Paper, doc: Doc) -> Iterator[Entity]:
    """The metrics that numbers speak of and no mention names; the words there are the mention."""
    known = {judged.concept.name for judged in told.concepts}
    for outcome in told.outcomes:
        metric = outcome.reading.metric
        if isinstance(metric, Unlisted) and metric.name not in known:
            known.add(metric.name)
            text = text_of(doc)[metric.start : metric.end]
            sure = outcome.chance
            mention = Mention(metric.start, metric.end, text, "metric", "implied", sure)
            said = _evidence(paper, outcome.reading.sentence, outcome.agree, sure)
            yield Entity(metric.name, "metric", "", (metric.name,), (mention,), said)


def _relation(tie: Tie, paper: Paper, doc: Doc) -> Relation:
    link = tie.link
    evidence = _evidence(paper, sentence_of(link.mention, doc), tie.agree, tie.chance)
    return Relation(link.head.name, link.relation, link.tail.name, evidence)


def _results(outcomes: Iterable[Outcome], paper: Paper) -> Iterator[Result]:
    seen = set()
    for outcome in outcomes:
        reading = outcome.reading
        method, dataset, baseline = (
            concept.name if concept else None
            for concept in (reading.method, reading.dataset, reading.baseline)
        )
        key = (method, dataset, reading.metric.name, reading.number.text)
        if key not in seen:
            seen.add(key)
            yield Result(
                method=method,
                dataset=dataset,
                metric=reading.metric.name,
                value=reading.number.text,
                baseline=baseline,
                evidence=_evidence(paper, reading.sentence, outcome.agree, outcome.chance),
                relative=reading.relative,
            )


def _evidence(
    paper: Paper, sentence: Span, agree: Iterable[str], chance: float
) -> tuple[Evidence, ...]:
    """The sentence, once for each extractor that reads the fact in it."""
    text = sentence.text.rstrip()
    start = sentence.start_char
    return tuple(
        Evidence(paper.id, start, start + len(text), text, extractor, chance) for extractor in agree
    )
