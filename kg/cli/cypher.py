"""The command that asks the graph in Cypher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from kg.cli.blocks import Block, Hint, Table
from kg.cli.options import db_option, json_option, min_confidence_option
from kg.cli.output import emit
from kg.model import NODE_KINDS


@click.command()
@click.argument("query")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="At most so many rows, if the query has no LIMIT.",
)
@min_confidence_option
@db_option
@json_option
def cypher(query: str, limit: int, min_confidence: float, db: Path, as_json: bool) -> None:
    """Ask the graph in Cypher.

    A node's label is its kind, an edge's type its relation; their properties are label, kind,
    papers, first_year, last_year; relation, weight, confidence, sentence; value, number, unit
    of a number. Needs the extra `cypher`. Slow on a big graph, unless one node is pinned down
    by its label or id.

    \b
    Examples:
      kg cypher "MATCH (m)-[r:evaluated_on]->(d {label: 'CIFAR-10'}) RETURN m.label, r.sentence"
      kg cypher "MATCH (m)-[:used_for]->(t) RETURN t.label, COUNT(m) AS n ORDER BY n DESC"
    """
    from kg.graph import open_graph
    from kg.query.cypher import cypher as graph_cypher

    rows = graph_cypher(open_graph(db, min_confidence=min_confidence), query, limit=limit)
    emit(rows, blocks(rows, limit), as_json=as_json)


def blocks(rows: Sequence[dict[str, Any]], limit: int) -> Iterator[Block]:
    """The rows as a table; numbers to the right."""
    if not rows:
        yield Hint((f"No match. Labels of nodes: {', '.join(NODE_KINDS)}.",))
        return
    numeric = (
        index
        for index, name in enumerate(rows[0])
        if all(isinstance(row[name], int | float | None) for row in rows)
    )
    cells = tuple(tuple(map(_cell, row.values())) for row in rows)
    yield Table(tuple(rows[0]), cells, numeric=frozenset(numeric))
    if len(rows) == limit:
        yield Hint((f"The first {limit} rows; --limit N for more.",))


def _cell(value: Any) -> str:
    """A value in a few words: a node is its label, an edge its relation."""
    match value:
        case None:
            return ""
        case {"label": label}:
            return str(label)
        case {"relation": relation}:
            return str(relation)
        case dict():
            return ", ".join(map(_cell, value.values()))
        case list():
            return ", ".join(map(_cell, value))
    return str(value)
