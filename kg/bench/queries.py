"""Questions to a large store: milliseconds in process, and as commands against a bare Python.

    python -m kg.bench queries --db outputs/kg.db

In process, names are drawn from the entities, half of them by how many papers name them, as
people ask, half evenly; papers come to that. Each question is put once, to an open store.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.query import card, connections, find, gaps, link_groups, results, similar, trend
from kg.store import Store, open_store

BARE = "import click, sqlite3"
Question = Callable[[], Any]


def main(argv: Sequence[str]) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m kg.bench queries", description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("outputs/kg.db"))
    parser.add_argument("--names", type=int, default=200, help="names to ask about")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each command")
    args = parser.parse_args(argv)
    with open_store(args.db, readonly=True) as store:
        nodes, edges = store.counts()
        print(f"{nodes['paper']:,} papers, {sum(nodes.values()):,} nodes, {edges:,} edges\n")
        print(f"{'in process, ms':16}{'n':>6}{'median':>9}{'p95':>9}{'max':>9}")
        for name, questions in _questions(store, args.names):
            times = sorted(map(_milliseconds, questions))
            p95 = times[int(len(times) * 0.95)]
            print(
                f"{name:16}{len(times):6}{statistics.median(times):9.1f}{p95:9.1f}{times[-1]:9.1f}"
            )
        commands = list(_commands(store))
    env = {**os.environ, "KG_DB": str(args.db)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled
    bare = _fastest([sys.executable, "-c", BARE], env, args.rounds)
    print(f"\n{'as commands, ms':40}{'fastest':>9}{'ratio':>8}")
    print(f"{f'python -c {BARE!r}':40}{bare:9.0f}{1:8.2f}")
    for words in commands:
        fastest = _fastest([sys.executable, "-m", "kg", *words], env, args.rounds)
        print(f"{' '.join(('kg', *words)):40.40}{fastest:9.0f}{fastest / bare:8.2f}")


def _questions(store: Store, number: int) -> Iterator[tuple[str, list[Question]]]:
    rng = random.Random(0)
    entities = [(node.id, node.papers) for node in store.nodes() if node.kind != "paper"]
    papers = [node.id for node in store.nodes() if node.kind == "paper"]
    by_papers = rng.choices(entities, [papers for _, papers in entities], k=number // 2)
    asked = [node for node, _ in (*by_papers, *rng.choices(entities, k=number // 2))]
    kinds = {
        kind: [node for node in asked if node.startswith(f"{kind}:")]
        for kind in ("dataset", "metric", "task", "method")
    }
    pairs = [(rng.choice(asked), rng.choice(asked)) for _ in asked]
    label = store.reader().brief
    some = [*asked, *rng.choices(papers, k=number // 4)]
    yield "find", [partial(find, store, label(node).label) for node in some]
    yield "show", [partial(card, store, node, limit=10) for node in some]
    yield "links A", [partial(link_groups, store, node, limit=10) for node in some]
    yield "links A B", [partial(connections, store, a, b, k=3, limit=3) for a, b in pairs]
    of_kind = [(kind, node) for kind, nodes in kinds.items() for node in nodes]
    filters: list[dict[str, Any]] = [{kind: node} for kind, node in of_kind]
    yield "results", [partial(results, store, **asked_for) for asked_for in filters]
    yield "similar", [partial(similar, store, node) for node in some]
    yield "trends NAME", [partial(trend, store, node) for node in asked]
    gapped = [node for kind, nodes in kinds.items() if kind != "metric" for node in nodes]
    yield "gaps NAME", [partial(gaps, store, node) for node in gapped[: number // 4]]


def _commands(store: Store) -> Iterator[list[str]]:
    """The commands of the five questions, about the most frequent names."""
    g = store.reader()
    method, other = (g.brief(node).label for node in g.most_named("method", 2))
    [dataset] = (g.brief(node).label for node in g.most_named("dataset", 1))
    yield ["find", method]
    yield ["show", method, "--kind", "method"]
    yield ["links", dataset, "--kind", "dataset"]
    yield ["links", method, other, "--kind", "method"]
    yield ["results", "--dataset", dataset]


def _milliseconds(question: Question) -> float:
    started = time.perf_counter()
    with suppress(KgError):  # an ambiguous name is an answer too
        question()
    return (time.perf_counter() - started) * 1000


def _fastest(command: list[str], env: dict[str, str], rounds: int) -> float:
    def once() -> None:
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)

    return min(_milliseconds(once) for _ in range(rounds))
