"""The command that finds near papers and entities, and what its answer looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.blocks import Block, Hint, Table
from kg.cli.options import db_option, json_option, min_confidence_option
from kg.cli.output import emit
from kg.model import NODE_KINDS

if TYPE_CHECKING:
    from kg.query.links import Shared
    from kg.query.similar import Similar

_LABEL: Final = 50


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(NODE_KINDS), help="Nodes of this kind, not of NAME's.")
@click.option(
    "--measure",
    type=click.Choice(["adamic-adar", "resource-allocation"]),
    default="adamic-adar",
    show_default=True,
    help="What a shared neighbour counts: the second lets hubs count less.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many."
)
@min_confidence_option
@db_option
@json_option
def similar(
    name: str,
    kind: str | None,
    measure: str,
    limit: int,
    min_confidence: float,
    db: Path,
    as_json: bool,
) -> None:
    """Find the papers or entities nearest to NAME.

    Tells what they share.

    Papers are near by the entities that both name; entities by the papers that name both and
    by what both are linked to. What everything is linked to counts little.

    \b
    Examples:
      kg similar seed-01
      kg similar CIFAR-10
      kg similar "Vision Transformer" --kind dataset
    """
    from kg.query.similar import similar as graph_similar
    from kg.store import open_reader

    with open_reader(db, min_confidence) as g:
        found = graph_similar(g, name, kind=kind, measure=measure, limit=limit)
    emit(found, blocks(name, found), as_json=as_json)


def blocks(name: str, found: Sequence[Similar]) -> Iterator[Block]:
    """The near nodes, each with the neighbours that count most and how both are linked to them."""
    if not found:
        yield Hint((f"Nothing of that kind shares a neighbour with {name!r}.",))
        return
    is_paper = found[0].node.kind == "paper"
    yield Table(
        ("score", "near", "id" if is_paper else "papers", "shared", "above all"),
        tuple(
            (
                f"{near.score:.2f}",
                _short(near.node.label),
                near.node.id.removeprefix("paper:") if is_paper else f"{near.node.papers:,}",
                f"{near.total:,}",
                "; ".join(map(_share, near.shared)),
            )
            for near in found
        ),
        numeric=frozenset({0, 2, 3}),
    )


def _share(shared: Shared) -> str:
    """The shared neighbour, and the relations that lead to it, one if both have the same."""
    relations = dict.fromkeys((shared.from_a.relation, shared.from_b.relation))
    return f"{_short(shared.node.label)} ({', '.join(relations)})"


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"
