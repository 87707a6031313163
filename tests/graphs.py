"""A small graph built by hand, after the schema in kg/graph.py, for the tests of its readers.

Four papers and thirteen entities: every relation, parallel edges, two different things called
"SAM", an unnamed method (its paper holds the number), and names that are hostile on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.graph import confident
from kg.lexicon import Entry
from kg.model import (
    PAPER_RELATIONS,
    Entity,
    Evidence,
    Extraction,
    Kind,
    Mention,
    Paper,
    Relation,
    Result,
)
from kg.query.memory import Memory
from kg.text import parse_value

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
RTL = "مجموعة الصور"

#: Each paper's sentences: the title first, then the abstract's.
SENTENCES: dict[str, tuple[str, ...]] = {
    "seed-01": (
        "Compact Transformers for Small Images",
        "We propose the Compact Convolutional Transformer (CCT) for image classification.",
        "CCT builds on the Vision Transformer (ViT).",
        "With 0.28M parameters, CCT reaches 98% top-1 accuracy on CIFAR-10.",
        "It beats ViT by 3.5% top-1 accuracy on ImageNet-1K.",
    ),
    "seed-02": (
        "Prompts for Segmentation",
        "The Segment Anything Model (SAM) is applied to image classification.",
        "We evaluate CCT and ViT on CIFAR-10 for image classification.",
        "CCT has 97.1-98.2% top-1 accuracy on CIFAR-10.",
    ),
    "seed-03": (
        "Scale-Aware Modulation Meets Transformers",
        "We propose Scale-Aware Modulation (SAM) and compare it with ViT on ImageNet-1K.",
        "Our model has 85.0% top-1 accuracy on ImageNet-1K.",
    ),
    "odd/ü #4": (
        'Hostile <b>Words</b> & "Quotes"',
        f"We propose {SCRIPT}, which uses BERT.",
        f"We introduce {FORMULA} and test on {RTL}.",
    ),
}

PAPERS: dict[str, dict[str, Any]] = {
    "seed-01": {
        "authors": ("Ada Ångström", "Bo Li"),
        "year": 2021,
        "venue": "CVPR",
        "url": "https://example.org/1?a=1&b=2",
        "doi": "10.1000/xyz.1",
        "arxiv_id": "2104.00001",
    },
    "seed-02": {"authors": ("Bo Li",), "year": 2023, "venue": "ICCV"},
    "seed-03": {"year": 2024, "venue": "NeurIPS", "url": "https://example.org/3"},
    "odd/ü #4": {"url": "javascript:alert(1)", "authors": ("<i>M</i>",)},
}

#: node id -> label, short, long, aliases
ENTITIES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "method:compactconvolutionaltransformer": (
        "CCT",
        "CCT",
        "Compact Convolutional Transformer",
        ("Compact Convolutional Transformer",),
    ),
    "method:visiontransformer": (
        "Vision Transformer",
        "ViT",
        "Vision Transformer",
        ("ViT",),
    ),
    "method:bert": ("BERT", "", "", ()),
    "method:segmentanythingmodel": (
        "SAM (Segment Anything Model)",
        "SAM",
        "Segment Anything Model",
        ("SAM", "Segment Anything Model"),
    ),
    "method:scaleawaremodulation": (
        "SAM (Scale-Aware Modulation)",
        "SAM",
        "Scale-Aware Modulation",
        ("SAM", "Scale-Aware Modulation"),
    ),
    "method:scriptalert1script": (SCRIPT, "", "", ()),
    "dataset:cifar10": ("CIFAR-10", "", "", ()),
    "dataset:imagenet1k": ("ImageNet-1K", "", "", ()),
    "dataset:cmdccalca0": (FORMULA, "", "", ()),
    "dataset:مجموعةالصور": (RTL, "", "", ()),
    "metric:top1accuracy": ("top-1 accuracy", "", "", ()),
    "metric:parameter": ("parameters", "", "", ()),
    "task:imageclassification": ("image classification", "", "", ()),
}

CCT, VIT, BERT, SAM_ANY, SAM_SCALE, SCRIPT_ID, *_REST = ENTITIES
CIFAR, IMAGENET, FORMULA_ID, RTL_ID, TOP1, PARAMS, IC = _REST

#: source (a paper's where it has no kind), relation, target, paper, number of its sentence
FACTS: tuple[tuple[str, str, str, str, int], ...] = (
    ("paper", "proposes", CCT, "seed-01", 1),
    ("paper", "compares_with", VIT, "seed-01", 4),
    ("paper", "evaluates_on", CIFAR, "seed-01", 3),
    ("paper", "evaluates_on", IMAGENET, "seed-01", 4),
    ("paper", "reports", TOP1, "seed-01", 3),
    ("paper", "reports", PARAMS, "seed-01", 3),
    ("paper", "addresses", IC, "seed-01", 1),
    (CCT, "used_for", IC, "seed-01", 1),
    (CCT, "uses", VIT, "seed-01", 2),
    (CCT, "compared_with", VIT, "seed-01", 4),
    (CCT, "evaluated_on", CIFAR, "seed-01", 3),
    (CCT, "evaluated_on", IMAGENET, "seed-01", 4),
    (CCT, "measured_by", TOP1, "seed-01", 3),
    (CCT, "measured_by", PARAMS, "seed-01", 3),
    ("paper", "uses", SAM_ANY, "seed-02", 1),
    ("paper", "uses", CCT, "seed-02", 2),
    ("paper", "uses", VIT, "seed-02", 2),
    ("paper", "evaluates_on", CIFAR, "seed-02", 2),
    ("paper", "reports", TOP1, "seed-02", 3),
    ("paper", "addresses", IC, "seed-02", 2),
    (SAM_ANY, "used_for", IC, "seed-02", 1),
    (CCT, "used_for", IC, "seed-02", 2),
    (VIT, "used_for", IC, "seed-02", 2),
    (CCT, "evaluated_on", CIFAR, "seed-02", 2),
    (VIT, "evaluated_on", CIFAR, "seed-02", 2),
    (CCT, "measured_by", TOP1, "seed-02", 3),
    ("paper", "proposes", SAM_SCALE, "seed-03", 1),
    ("paper", "compares_with", VIT, "seed-03", 1),
    ("paper", "evaluates_on", IMAGENET, "seed-03", 2),
    ("paper", "reports", TOP1, "seed-03", 2),
    (SAM_SCALE, "compared_with", VIT, "seed-03", 1),
    (SAM_SCALE, "evaluated_on", IMAGENET, "seed-03", 1),
    ("paper", "proposes", SCRIPT_ID, "odd/ü #4", 1),
    ("paper", "uses", BERT, "odd/ü #4", 1),
    ("paper", "introduces", FORMULA_ID, "odd/ü #4", 2),
    ("paper", "evaluates_on", RTL_ID, "odd/ü #4", 2),
    (SCRIPT_ID, "uses", BERT, "odd/ü #4", 1),
    (SCRIPT_ID, "evaluated_on", FORMULA_ID, "odd/ü #4", 2),
    (SCRIPT_ID, "evaluated_on", RTL_ID, "odd/ü #4", 2),
)

#: source, metric, value, whether it is a change, dataset, baseline, paper, number of its sentence
NUMBERS: tuple[tuple[str, str, str, bool, str, str, str, int], ...] = (
    (CCT, TOP1, "98%", False, CIFAR, "", "seed-01", 3),
    (CCT, PARAMS, "0.28M", False, "", "", "seed-01", 3),
    (CCT, TOP1, "3.5%", True, IMAGENET, VIT, "seed-01", 4),
    (CCT, TOP1, "97.1-98.2%", False, CIFAR, "", "seed-02", 3),
    ("paper", TOP1, "85.0%", False, IMAGENET, "", "seed-03", 2),
)


def paper(paper_id: str) -> Paper:
    """The paper's value: its sentences as title and abstract, and its metadata."""
    title, *rest = SENTENCES[paper_id]
    return Paper(id=paper_id, title=title, abstract=" ".join(rest), **PAPERS[paper_id])


def evidence(paper_id: str, number: int) -> Evidence:
    """The sentence with its true offsets in the paper's text."""
    sentence = SENTENCES[paper_id][number]
    start = paper(paper_id).text.index(sentence)
    confidence = round(0.9 - number / 10, 2)
    return Evidence(paper_id, start, start + len(sentence), sentence, "hand", confidence)


def tiny_graph() -> nx.MultiDiGraph:
    """The graph, with nodes and edges inserted in sorted order."""
    nodes = {**_entity_nodes(), **{f"paper:{p}": _paper_node(p) for p in SENTENCES}}
    edges = {**_fact_edges(), **_number_edges()}
    G = nx.MultiDiGraph()
    G.add_nodes_from(sorted(nodes.items()))
    for (source, target, key), attributes in sorted(edges.items(), key=lambda item: item[0]):
        G.add_edge(source, target, key=key, **attributes)
    return G


class TinyLexicon:
    """A lexicon of one entry."""

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        entry = Entry("method", "Vision Transformer", ("ViT",))
        return (entry,) if kind == "method" else ()

    def lookup(self, kind: Kind, surface: str) -> str | None:
        return next((e.name for e in self.entries(kind) if surface in e.surfaces), None)


def tiny_extractions() -> list[Extraction]:
    """What must be read from the papers, so that with `TinyLexicon` the graph comes out."""
    return [
        Extraction(
            paper_id,
            tuple(_entities(paper_id).values()),
            tuple(
                Relation(
                    _name(source, p) or "", relation, _name(target, p) or "", (evidence(p, number),)
                )
                for source, relation, target, p, number in FACTS
                if p == paper_id and source != "paper"
            ),
            tuple(
                Result(
                    _name(method, p),
                    _name(dataset, p),
                    _name(metric, p) or "",
                    value,
                    _name(baseline, p),
                    (evidence(p, number),),
                    relative,
                )
                for method, metric, value, relative, dataset, baseline, p, number in NUMBERS
                if p == paper_id
            ),
        )
        for paper_id in SENTENCES
    ]


def _name(node: str, paper_id: str) -> str | None:
    entity = _entities(paper_id).get(node)
    return entity.name if entity else None


def _entities(paper_id: str) -> dict[str, Entity]:
    roles = {(kind, relation): role for (kind, role), relation in PAPER_RELATIONS.items()}
    found = {}
    for source, relation, node, p, number in FACTS:
        if source == "paper" and p == paper_id:
            surface, spans = _mentions(node, p)
            _, short, long, _ = ENTITIES[node]
            defined = short in surface and long in surface
            kind: Any = node.partition(":")[0]
            text = paper(p).text
            found[node] = Entity(
                name=max(surface, key=len),
                kind=kind,
                role=roles[kind, relation],
                surface=tuple(surface),
                mentions=tuple(Mention(a, b, text[a:b], kind, "hand", 0.5) for a, b in spans),
                evidence=(evidence(p, number),),
                short=short if defined else "",
                long=long if defined else "",
            )
    return found


def _paper_node(paper_id: str) -> dict[str, Any]:
    p = paper(paper_id)
    return {
        "label": p.title,
        "kind": "paper",
        "aliases": [],
        "papers": 1,
        "first_year": p.year,
        "last_year": p.year,
        "title": p.title,
        "abstract": p.abstract,
        "authors": list(p.authors),
        "year": p.year,
        "venue": p.venue,
        "url": p.url,
        "doi": p.doi,
        "arxiv_id": p.arxiv_id,
    }


def _entity_nodes() -> dict[str, dict[str, Any]]:
    nodes = {}
    for node, (label, short, long, aliases) in ENTITIES.items():
        papers = {p for source, _, target, p, _ in FACTS if source == "paper" and target == node}
        years = sorted(PAPERS[p]["year"] for p in papers if PAPERS[p].get("year"))
        nodes[node] = {
            "label": label,
            "kind": node.partition(":")[0],
            "aliases": list(aliases),
            "papers": len(papers),
            "first_year": years[0] if years else None,
            "last_year": years[-1] if years else None,
            "short": short,
            "long": long,
        }
    return nodes


def _fact_edges() -> dict[tuple[str, str, str], dict[str, Any]]:
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for source, relation, target, paper_id, number in FACTS:
        start = f"paper:{paper_id}" if source == "paper" else source
        edge = edges.setdefault((start, target, relation), {"relation": relation, "evidence": []})
        edge["evidence"] = sorted([*edge["evidence"], evidence(paper_id, number)])
        edge["weight"] = len({e.paper for e in edge["evidence"]})
        edge["confidence"] = max(e.confidence for e in edge["evidence"])
        if source == "paper":
            edge["surface"], edge["mentions"] = _mentions(target, paper_id)
    return edges


def _mentions(node: str, paper_id: str) -> tuple[list[str], list[tuple[int, int]]]:
    label, _, _, aliases = ENTITIES[node]
    found = {
        name: [m.span() for m in re.finditer(re.escape(name), paper(paper_id).text)]
        for name in (label, *aliases)
    }
    spans = sorted(span for spans in found.values() for span in spans)
    return sorted(name for name, at in found.items() if at), spans


def _number_edges() -> dict[tuple[str, str, str], dict[str, Any]]:
    edges = {}
    for source, metric, value, relative, dataset, baseline, paper_id, number in NUMBERS:
        start = f"paper:{paper_id}" if source == "paper" else source
        parsed = parse_value(value)
        shown = evidence(paper_id, number)
        key = f"achieves:{value}@{dataset}#{paper_id}" + (f"~{baseline}" if baseline else "")
        edges[start, metric, key] = {
            "relation": "achieves",
            "weight": 1,
            "confidence": shown.confidence,
            "evidence": [shown],
            "value": value,
            "number": parsed.number if parsed else None,
            "high": parsed.high if parsed else None,
            "unit": parsed.unit if parsed else "",
            "relative": relative,
            "dataset": dataset,
            "baseline": baseline,
            "paper": paper_id,
        }
    return edges


def answer_from(monkeypatch: pytest.MonkeyPatch, graph: Callable[[Path], nx.MultiDiGraph]) -> None:
    """Let the commands answer from this graph of the database's file."""

    def whole(db: Path, *, min_confidence: float = 0.0) -> nx.MultiDiGraph:
        return confident(graph(db), min_confidence) if min_confidence else graph(db)

    def reading(db: Path, least: float = 0.0) -> AbstractContextManager[Memory]:
        return nullcontext(Memory(whole(db, min_confidence=least)))

    monkeypatch.setattr("kg.store.open_reader", reading)
    monkeypatch.setattr("kg.graph.open_graph", whole)
