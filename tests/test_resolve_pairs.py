"""Names of the corpus, judged by hand: pairs of one thing or of two, and clusters of mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from pathlib import Path

import pytest

from kg.model import KINDS, Entity, Extraction, Kind
from kg.resolve import resolve

DATA = Path(__file__).parent / "data"
Pair = tuple[Kind, str, str]


def read(name: str) -> list[dict[str, str]]:
    header, *lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def pairs(name: str) -> list[Pair]:
    kinds = {str(kind): kind for kind in KINDS}
    return [(kinds[row["kind"]], row["a"], row["b"]) for row in read(name)]


SAME, DIFFERENT = pairs("resolve_same.tsv"), pairs("resolve_different.tsv")
#: Pairs of one thing that the rules leave apart, for the sake of all that look like them.
MISSED = {
    ("method", "3-degrees-of-freedom", "3-DOF"),
    ("method", "Auto nanomanipulation system", "automatic nanomanipulation system"),
    ("method", "collaboration filtering", "collaborative filtering"),
    ("method", "constrained Kalman filter", "constrained Kalman filtering"),
    ("method", "contrast learning", "contrastive learning"),
    ("method", "data argumentation", "data augmentation"),
    ("method", "dynamic programming", "dynamic program"),
    ("method", "gate mechanism", "gating mechanism"),
    ("method", "k-NN classifier", "k nearest neighbor classifier"),
    ("method", "LLM-based agents", "large language model-based agents"),
    ("method", "local searching", "local search"),
    ("method", "topics models", "topic model"),
    ("task", "multi-labelled classification", "multi-label classification"),
}


@pytest.fixture(scope="module")
def node_of() -> dict[tuple[Kind, str], str]:
    """The node of every name of both lists, each in a paper of its own."""
    names = sorted({(kind, name) for kind, *both in SAME + DIFFERENT for name in both})
    papers = [
        Extraction(str(i), (Entity(name, kind, "", (name,), (), ()),), (), ())
        for i, (kind, name) in enumerate(names)
    ]
    links = resolve(papers).links
    return {(kind, name): links[str(i), name].node for i, (kind, name) in enumerate(names)}


def test_the_lists_are_long_and_of_all_kinds() -> None:
    for rows in (SAME, DIFFERENT):
        assert len(rows) == len(set(rows)) >= 200
        assert {kind for kind, _, _ in rows} == set(KINDS)


def test_what_must_be_one_is_one(node_of: Mapping[tuple[Kind, str], str]) -> None:
    apart = {(k, a, b) for k, a, b in SAME if node_of[k, a] != node_of[k, b]}
    assert apart == MISSED


def test_what_must_be_two_is_two(node_of: Mapping[tuple[Kind, str], str]) -> None:
    assert [(k, a, b) for k, a, b in DIFFERENT if node_of[k, a] == node_of[k, b]] == []


Clustering = Mapping[Hashable, Hashable]


def b_cubed(gold: Clustering, found: Clustering) -> tuple[float, float, float]:
    """Precision, recall and F1 of a clustering, by the mean over its mentions.

    Bagga and Baldwin (1998), "Algorithms for scoring coreference chains".
    """

    def shared(ours: Clustering, theirs: Clustering) -> float:
        both: defaultdict[tuple[Hashable, Hashable], int] = defaultdict(int)
        size: defaultdict[Hashable, int] = defaultdict(int)
        for mention in ours:
            both[ours[mention], theirs[mention]] += 1
            size[ours[mention]] += 1
        return sum(n * n / size[our] for (our, _), n in both.items()) / len(ours)

    precision, recall = shared(found, gold), shared(gold, found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def test_b_cubed() -> None:
    gold = {1: "a", 2: "a", 3: "a", 4: "b"}
    assert b_cubed(gold, gold) == (1, 1, 1)
    assert b_cubed(gold, dict.fromkeys(gold, "x"))[:2] == (10 / 16, 1)
    assert b_cubed(gold, {m: m for m in gold})[:2] == (1, 0.5)


def test_clusters_of_mentions() -> None:
    rows = read("resolve_clusters.tsv")
    assert len(rows) == 300
    kinds = {str(kind): kind for kind in KINDS}
    said: defaultdict[str, list[Entity]] = defaultdict(list)
    for row in rows:
        name, short, long = row["name"], row["short"], row["long"]
        entity = Entity(name, kinds[row["kind"]], "", (name,), (), (), short, long)
        said[row["paper"]].append(entity)
    links = resolve(Extraction(paper, tuple(e), (), ()) for paper, e in said.items()).links
    gold = {(row["paper"], row["name"]): row["cluster"] for row in rows}
    precision, recall, f1 = b_cubed(gold, {mention: links[mention].node for mention in gold})
    assert precision >= 0.99
    assert recall >= 0.97
    assert f1 >= 0.98
