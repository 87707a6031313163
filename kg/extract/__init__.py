"""Paper -> Extraction: the only package that knows spaCy.

The text becomes a Doc (`nlp`), readers find mentions in it (`mentions`, with `lexical`,
`phrases` and `acronyms`), mentions become concepts (`entities`), and rules over their
sentences tell roles, relations and results. Every step is a function of the Doc.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.entities import Concept, group
from kg.extract.mentions import CONFIDENCE, find_mentions
from kg.extract.metrics import Unlisted
from kg.extract.nlp import load, text_of
from kg.extract.relations import CONFIDENCE as RELATION_CONFIDENCE
from kg.extract.relations import relate
from kg.extract.results import Reading, read_results
from kg.extract.roles import main_method, roles_of, sentence_of
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result, Role

#: Facts read by another version are read again.
VERSION: Final = "rules-1"

__all__ = ["VERSION", "extract", "extract_many"]


def extract(paper: Paper) -> Extraction:
    """Read one paper: its entities with roles, the relations among them, the numbers it reports.

    >>> text = "We propose CCT, a new model. CCT gets 98% accuracy on CIFAR-10."
    >>> paper = Paper("a-1", "Compact nets", text)
    >>> facts = extract(paper)
    >>> [(e.name, e.kind, e.role) for e in facts.entities]
    [('CCT', 'method', 'proposed'), ('accuracy', 'metric', ''), ('CIFAR-10', 'dataset', 'used')]
    >>> [(r.method, r.metric, r.value, r.dataset) for r in facts.results]
    [('CCT', 'accuracy', '98%', 'CIFAR-10')]
    """
    return _read(paper, load()(paper.text))


def extract_many(papers: Iterable[Paper]) -> Iterator[Extraction]:
    """Read papers one after the other, in their order."""
    for paper in papers:
        yield extract(paper)


def _read(paper: Paper, doc: Doc) -> Extraction:
    mentions, defined = find_mentions(doc)
    concepts = group(mentions, defined, text_of(doc))
    told = roles_of(concepts, doc)
    roles: dict[str, Role] = {name: role for name, (role, _) in told.items()}
    main = main_method(concepts, roles, doc)
    readings = list(read_results(concepts, roles, main, doc))
    concepts = [*concepts, *_implied(readings, doc, {c.name for c in concepts})]
    return Extraction(
        paper=paper.id,
        entities=tuple(
            _entity(c, *told.get(c.name, ("", c.mentions[0])), paper, doc) for c in concepts
        ),
        relations=tuple(
            Relation(
                link.head.name,
                link.relation,
                link.tail.name,
                (
                    _evidence(
                        paper,
                        sentence_of(link.mention, doc),
                        f"rules:{link.reader}",
                        RELATION_CONFIDENCE[link.reader, link.relation],
                    ),
                ),
            )
            for link in relate(concepts, roles, main, doc)
        ),
        results=tuple(_results(readings, paper)),
    )


def _entity(concept: Concept, role: Role, mention: Mention, paper: Paper, doc: Doc) -> Entity:
    evidence = _evidence(paper, sentence_of(mention, doc), mention.extractor, mention.confidence)
    return Entity(
        name=concept.name,
        kind=concept.kind,
        role=role,
        surface=concept.surface,
        mentions=concept.mentions,
        evidence=(evidence,),
        short=concept.short,
        long=concept.long,
    )


def _implied(readings: Iterable[Reading], doc: Doc, known: set[str]) -> Iterator[Concept]:
    """The metrics that numbers speak of and no mention names; the words there are the mention."""
    for metric in (reading.metric for reading in readings):
        if isinstance(metric, Unlisted) and metric.name not in known:
            known.add(metric.name)
            text = text_of(doc)[metric.start : metric.end]
            mention = Mention(
                metric.start, metric.end, text, "metric", "implied", CONFIDENCE["phrase"]
            )
            yield Concept(metric.name, "metric", (metric.name,), (mention,))


def _results(readings: Iterable[Reading], paper: Paper) -> Iterator[Result]:
    seen = set()
    for reading in readings:
        dataset, method, baseline = (
            c.name if c else None for c in (reading.dataset, reading.method, reading.baseline)
        )
        key = (method, dataset, reading.metric.name, reading.number.text)
        if key not in seen:
            seen.add(key)
            evidence = _evidence(paper, reading.sentence, "rules:number", 0.7)
            yield Result(
                method=method,
                dataset=dataset,
                metric=reading.metric.name,
                value=reading.number.text,
                baseline=baseline,
                evidence=(evidence,),
                relative=reading.relative,
            )


def _evidence(paper: Paper, sentence: Span, extractor: str, confidence: float) -> Evidence:
    text = sentence.text.rstrip()
    start = sentence.start_char
    return Evidence(paper.id, start, start + len(text), text, extractor, confidence)
