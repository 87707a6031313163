"""The command that tells why names are one node, or two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.blocks import Block, Fact, Facts, Heading, Table
from kg.cli.options import db_option, json_option, kind_option
from kg.cli.output import emit

if TYPE_CHECKING:
    from kg.query.why import Between, Why

_VERDICTS: Final = {
    "same": "one with",
    "moved": "was",
    "variant": "variant of",
    "apart": "kept apart from",
    "renamed": "renamed from",
}


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@kind_option
@db_option
@json_option
def why(a: str, b: str | None, kind: str | None, db: Path, as_json: bool) -> None:
    """Tell why names are one thing, or are not.

    With A alone, why all of its names are one node; with B, why the two are one or are not.

    \b
    Examples:
      kg why BERT
      kg why CIFAR-10 CIFAR-100
    """
    from kg.query.why import between
    from kg.query.why import why as why_one
    from kg.store import open_store

    with open_store(db, readonly=True) as store:
        if b is None:
            one = why_one(store, a, kind=kind)
            emit(one, about(one), as_json=as_json)
        else:
            two = between(store, a, b, kind=kind)
            emit(two, about_two(two), as_json=as_json)


def about(found: Why) -> Iterator[Block]:
    """The names of a node with their reasons, and what was decided of it."""
    papers = f"{found.papers} paper{'s' * (found.papers != 1)}"
    yield Heading(found.label, (found.id, papers), found.kind)
    names = tuple((n.text, str(n.papers), n.reason, f"{n.score:.2f}") for n in found.names)
    yield Table(("name", "papers", "reason", "score"), names, numeric=frozenset({1, 3}))
    if found.decisions:
        rows = tuple(
            (d.name, _VERDICTS[d.verdict], d.other, d.reason, f"{d.score:.2f}")
            for d in found.decisions
        )
        yield Table(("decision", "", "", "reason", "score"), rows, numeric=frozenset({4}))


def about_two(found: Between) -> Iterator[Block]:
    """Whether two names are one node, and the grounds."""
    if found.same:
        yield Heading(f"One node: {found.a.label}", (found.a.id,), found.a.kind)
    else:
        details = tuple(f"{some.label}: {some.id}" for some in (found.a, found.b))
        yield Heading("Two nodes", details)
    yield Facts("Because", tuple(Fact(ground) for ground in found.grounds))
