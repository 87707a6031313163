"""A store answers every question as the whole graph does, though it reads only what it needs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.errors import KgError, UnknownEntity
from kg.graph import confident, open_graph
from kg.query import (
    card,
    compare,
    connections,
    find,
    gaps,
    link_groups,
    lookup,
    results,
    similar,
    stats,
    trend,
    trends,
)
from kg.query.memo import remembered
from kg.query.memory import Memory
from kg.query.source import Source, source
from kg.store import Store, open_store

TEXTS = (
    *("CCT", "cct", "vision transformers", "ImageNet", "CIFAR-10", "SAM", "seed-01", "accuracy"),
    *("small datasets", "trans", "vison transfromer", "B", "a b", "e", "quantum leap", "zzzzz"),
    *("efficient image transformer", "Escaping the Big Data Paradigm", "mobile", "1k", "  ", "%"),
    *('"quoted" OR NEAR(x)', "poincaré", "dataset:cifar10", "paper:seed-02", "data-efficient"),
)


@pytest.fixture(scope="module")
def store(seed_db: Path) -> Iterator[Store]:
    with open_store(seed_db, readonly=True) as opened:
        yield opened


@pytest.fixture(scope="module", params=[0.0, 0.5, 0.8], ids="from {}".format)
def both(request: pytest.FixtureRequest, seed_db: Path, store: Store) -> tuple[Source, Source]:
    """The whole graph and the store, with the same facts."""
    least: float = request.param
    G = open_graph(seed_db)
    return Memory(confident(G, least) if least else G), store.reader(least)


Both = tuple[Source, Source]


def nodes_of(whole: Source) -> list[str]:
    assert isinstance(whole, Memory)
    return sorted(whole.G)


def answers(question: Callable[[Any], Any], both: Both) -> Iterator[Any]:
    """What each of the two answers, or refuses with."""
    for g in both:
        try:
            yield question(g)
        except KgError as error:
            yield type(error), str(error)


def same(question: Callable[[Any], Any], both: Both) -> Any:
    whole, read = answers(question, both)
    assert read == whole
    return whole


def test_every_node(both: Both) -> None:
    for node in nodes_of(both[0]):
        assert dict(both[1].data(node)) == dict(both[0].data(node))
        assert both[1].brief(node) == both[0].brief(node)


def test_every_edge(both: Both) -> None:
    def edges(g: Source, node: str) -> list[Any]:
        every = sorted(g.edges_at(node), key=lambda edge: edge[:3])
        for *_, data in every:
            data["evidence"]
            if data["relation"] == "achieves":
                data["value"]
            else:
                data.get("mentions")
        return [(*edge[:3], dict(edge[3])) for edge in every]

    for node in nodes_of(both[0]):
        assert edges(both[1], node) == edges(both[0], node)


@pytest.mark.parametrize("kind", [None, "method", "paper"])
@pytest.mark.parametrize("text", TEXTS)
def test_names(both: Both, text: str, kind: str | None) -> None:
    same(lambda g: lookup(g, text, kind=kind), both)
    for limit in (3, 1000):
        same(lambda g, limit=limit: find(g, text, kind=kind, limit=limit), both)  # type: ignore[misc]


@pytest.mark.parametrize("limit", [None, 2])
def test_cards_and_links(both: Both, limit: int | None) -> None:
    for node in nodes_of(both[0]):
        same(lambda g, node=node: card(g, node, limit=limit), both)  # type: ignore[misc]
    for relation in ("uses", "achieves"):
        same(lambda g, r=relation: link_groups(g, "CCT", relation=r, limit=limit), both)  # type: ignore[misc]


def test_connections(both: Both) -> None:
    rng = random.Random(5)
    for _ in range(150):
        a, b = rng.choices(nodes_of(both[0]), k=2)
        for hops in (1, 2, 3, 4):
            same(lambda g, a=a, b=b, n=hops: connections(g, a, b, k=3, max_hops=n), both)  # type: ignore[misc]


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"dataset": "CIFAR-10"},
        {"metric": "accuracy"},
        {"method": "CCT"},
        {"task": "image classification"},
        {"dataset": "ImageNet-1K", "task": "image classification"},
        {"metric": "no such"},
    ],
    ids=str,
)
def test_results(both: Both, filters: dict[str, str]) -> None:
    same(lambda g: results(g, **filters), both)
    same(lambda g: results(g, **filters, limit=1), both)


def test_the_rest(both: Both) -> None:
    same(stats, both)
    same(trends, both)
    same(lambda g: gaps(g, min_papers=2), both)
    for name in ("CCT", "Vision Transformer", "ImageNet-1K", "image classification", "seed-01"):
        same(lambda g, name=name: similar(g, name), both)  # type: ignore[misc]
        same(lambda g, name=name: compare(g, [name, "DeiT"], limit=3), both)  # type: ignore[misc]
        same(lambda g, name=name: gaps(g, name, min_papers=1), both)  # type: ignore[misc]
        same(lambda g, name=name: trend(g, name), both)  # type: ignore[misc]


def test_functions_take_a_graph_a_store_or_a_source(seed_db: Path, store: Store) -> None:
    G = open_graph(seed_db)
    told = [lookup(graph, "CCT") for graph in (G, store, store.reader(), Memory(G))]
    assert len(set(told)) == 1


def test_a_node_that_is_not_there(store: Store) -> None:
    reader = store.reader()
    assert not reader.has("method:nobody")
    for question in (reader.brief, reader.data, reader.handle):
        with pytest.raises(UnknownEntity):
            question("method:nobody")
    with pytest.raises(UnknownEntity):
        list(reader.edges_at("method:nobody"))
    assert list(reader.edges_between("method:nobody", "paper:seed-01")) == []
    assert reader.numbers(["method:nobody"]) == []


def test_an_edge_has_no_other_attributes(store: Store) -> None:
    edge = next(source(store).edges_at("paper:seed-01"))
    assert edge[3].get("nonsense", "none") == "none"
    with pytest.raises(KeyError, match="nonsense"):
        edge[3]["nonsense"]


def test_what_is_remembered_of_a_store_is_forgotten_when_it_changes(tmp_path: Path) -> None:
    db = tmp_path / "kg.db"
    with open_store(db, create=True) as writer, open_store(db, readonly=True) as store:
        calls: list[Store] = []

        def count(graph: Store) -> int:
            calls.append(graph)
            return len(calls)

        assert [remembered(count, store) for _ in range(3)] == [1, 1, 1]
        writer.remove(["no such paper"])
        assert remembered(count, store) in (1, 2)
        from kg.model import Extraction, Paper

        writer.put([(Paper("a", "A", ""), Extraction("a", (), (), ()))], version="1")
        assert remembered(count, store) == 2
