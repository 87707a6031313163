"""The rules' time grows with the text and no faster, whatever the text is made of."""

from __future__ import annotations

import time

import pytest

from kg.extract.entities import group
from kg.extract.mentions import find_mentions
from kg.extract.nlp import load
from kg.extract.relations import relate
from kg.extract.results import read_results
from kg.extract.roles import main_method, roles_of


@pytest.mark.parametrize(
    "filler",
    [
        "VoraxNet-{i} gets {i}.5% accuracy on CIFAR-10, unlike gated pooling (GP) nets. ",
        "we compare VoraxNet and deep gated pooling (DGP) on CIFAR-10 by 3% of accuracy and ",
        "( a ) ",
    ],
    ids=["many names", "no full stop", "brackets"],
)
def test_growth(filler: str) -> None:
    def seconds(size: int) -> float:
        many = "".join(filler.format(i=i % 97) for i in range(size // len(filler)))
        started = time.perf_counter()
        doc = load()(f"Long\nWe propose VoraxNet. {many}")
        concepts = group(*find_mentions(doc))
        roles = {name: role for name, (role, _) in roles_of(concepts, doc).items()}
        main = main_method(concepts, roles, doc)
        list(relate(concepts, roles, main, doc))
        list(read_results(concepts, roles, main, doc))
        return time.perf_counter() - started

    seconds(1_000)
    assert seconds(80_000) < 8 * max(seconds(20_000), 0.05)
