"""Names that bear on each other share a key: each world resolves alone as it does with all."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_resolve import Lexicon

from kg.lexicon import Entry
from kg.model import KINDS, Entity, Extraction, Role
from kg.resolve import Named, Resolved, Resolver, named
from kg.resolve.overrides import parse
from kg.text import fold

KNOWN = Lexicon(
    Entry("method", "Sharp Map", ("SM", "sharp maps model")),
    Entry("method", "Sharp-Map 2", ()),
    Entry("task", "x net", ("Foo task",)),
    Entry("method", "FooNet-2", ("Foo two",)),
    Entry("dataset", "IC 2015", ("ICX",)),
)
#: All that the rules look at: acronyms and long forms, kinds, sizes, inflection, heads, years.
NAMES = (
    *("SAM", "SAMs", "Sharp Air Map", "sharp-air maps", "Sad Ant March", "map of sharp air", "SM"),
    *("x net", "x nets", "FooNet", "FooNet model", "FooNet-2", "FooNet 3", "FooNet-B", "sharp map"),
    *("colour net", "color nets", "sharp descent", "sharp descent algorithm", "RRT*", "RRT", "∇"),
    *("multi-instance learning", "multiple instance learning", "MIL", "SAM agent", "tiny", "IC 15"),
    *(
        "Sharp Air Map agent",
        "IC 2015",
        "IC 2015 dataset",
        "SM-B",
        "Foo two 2",
        "MIL (SAM)",
        "DNN s",
    ),
)
LONG = (
    "Sharp Air Map",
    "Sad Ant March",
    "small moon",
    *NAMES[22:24],
    "x net",
    "sad ants march",
    "",
)
OVERRIDES = (
    *("same FooNet | x net", "same task:x net | method:SAM", "different SAM | Sharp Air Map"),
    *("drop tiny", "rename FooNet | Bar 2", "rename RRT | FooNet", "same RRT | SM", "drop nothing"),
    *("rename MIL | SAM 7", "same dataset:RRT* | method:RRT", "different SM | sharp map"),
    *("same task:FooNet | FooNet", "drop Sad Ant March", "different x net | FooNet-2"),
    *("drop method:dnns", "rename rrt* | FooNet-B", "same method:multiinstancelearning | DNN"),
)
_ROLES: tuple[Role, ...] = ("used", "proposed", "")


def extraction(number: int, seed: int, field: int = 0) -> Extraction:
    """What a paper says; the seed decides it, of some names that its field (not 0) knows."""
    chance = random.Random(seed)
    known = random.Random(field).sample(NAMES, 8) if field else NAMES
    entities = []
    for name in chance.sample(known, chance.randrange(5)):
        kind = chance.choice(("method", "method", *KINDS))
        surface = (name, *chance.sample(known, chance.randrange(2)))
        long = chance.choice(LONG) if chance.random() < 0.4 else ""
        short = chance.choice(("SAM", "MIL", "SM", name)) if long or chance.random() < 0.1 else ""
        entities.append(Entity(name, kind, chance.choice(_ROLES), surface, (), (), short, long))
    return Extraction(str(number), tuple(entities), (), ())


def names(extractions: Iterable[Extraction]) -> list[Named]:
    """All that these papers call things, each once."""
    papers: defaultdict[Named, list[int]] = defaultdict(list)
    for number, said in enumerate(extractions):
        for name in named(said):
            papers[name].append(number)
    return [name._replace(papers=tuple(held)) for name, held in sorted(papers.items())]


def worlds(resolver: Resolver, held: Iterable[Named]) -> list[list[Named]]:
    """The names in as few lists as their ties connect."""
    folded: defaultdict[str, list[Named]] = defaultdict(list)
    for name in held:
        folded[fold(name.name)].append(name)
    graph = nx.Graph()
    for key, same in folded.items():
        graph.add_node(key)
        graph.add_edges_from((key, tie) for tie in resolver.ties(same))
    parts = nx.connected_components(graph)
    return [
        [name for key in sorted(part, key=str) for name in folded.get(key, ())] for part in parts
    ]


def links(held: Iterable[Named], found: Resolved) -> dict[Named, object]:
    return dict(zip(held, found.links, strict=True))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.integers(0, 2**32), max_size=30),
    st.integers(0, 2**32),
    st.lists(st.sampled_from(OVERRIDES), max_size=3, unique=True),
)
def test_a_world_resolves_alone_as_with_all(
    seeds: list[int], field: int, overrides: list[str]
) -> None:
    resolver = Resolver(KNOWN, parse("\n".join(overrides)))
    held = names(extraction(*numbers, field) for numbers in enumerate(seeds))
    whole = resolver(held)
    parts = [(world, resolver(world)) for world in worlds(resolver, held)]
    assert sorted(node.id for _, part in parts for node in part.nodes) == [
        n.id for n in whole.nodes
    ]
    for world, part in parts:
        ids = {node.id for node in part.nodes}
        assert part.nodes == tuple(node for node in whole.nodes if node.id in ids)
        assert part.ledger == tuple(line for line in whole.ledger if line.node in ids)
        assert part.variants == {v: f for v, f in whole.variants.items() if v in ids}
        assert links(world, part).items() <= links(held, whole).items()
    unused = set(map(str, resolver.overrides)).intersection(*(part.unused for _, part in parts))
    assert unused == set(whole.unused) or not parts


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**32), max_size=8), st.randoms())
def test_the_order_of_the_names_does_not_count(seeds: list[int], chance: random.Random) -> None:
    resolver = Resolver(KNOWN)
    held = names(extraction(*numbers) for numbers in enumerate(seeds))
    expected = resolver(held)
    turned = chance.sample(held, len(held))
    found = resolver(turned)
    assert links(turned, found) == links(held, expected)
    assert found._replace(links=()) == expected._replace(links=())


def test_most_names_are_worlds_of_their_own() -> None:
    said = [
        Extraction(str(i), (Entity(f"{a} {b}", "method", "", (), (), ()),), (), ())
        for i, (a, b) in enumerate((a, b) for a in ("red", "blue", "dry") for b in ("net", "tree"))
    ]
    assert len(worlds(Resolver(KNOWN), names(said))) == len(said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FooNet", "FooNet-2"),
        ("FooNet model", "FooNet"),
        ("SM", "sharp map"),
        ("estimation of air", "air estimation"),
        ("RRT*", "RRT"),
    ],
)
def test_what_tells_of_each_other_is_one_world(one: str, other: str) -> None:
    said = [
        Extraction(name, (Entity(name, "method", "", (), (), ()),), (), ()) for name in (one, other)
    ]
    assert len(worlds(Resolver(KNOWN), names(said))) == 1
