"""The command that compares two databases, and what its answer looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from kg.cli.blocks import Block, Fact, Facts, Hint, Quote, Table
from kg.cli.options import json_option, min_confidence_option
from kg.cli.output import emit

if TYPE_CHECKING:
    from kg.query.diff import Changes, Diff, EdgeChange, Listed, NodeChange, NumberChange, Rename
    from kg.query.edges import Link, Node

T = TypeVar("T")

LIST_LIMIT: Final = 10
_PAPERS_SHOWN: Final = 5
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option("--all", "whole", is_flag=True, help="All changes, not only the first of each list.")
@min_confidence_option
@json_option
def diff(old: Path, new: Path, whole: bool, min_confidence: float, as_json: bool) -> None:
    """Tell what entered and what left between two graphs.

    Each change comes with the papers behind it. JSON holds all of them.

    \b
    Example:
      kg diff monday.db outputs/kg.db
    """
    from kg.graph import open_graph
    from kg.query.diff import diff as graph_diff

    limit = None if whole or as_json else LIST_LIMIT
    before, after = (open_graph(db, min_confidence=min_confidence) for db in (old, new))
    answer = graph_diff(before, after, limit=limit)
    emit(answer, blocks(answer), as_json=as_json)


def blocks(answer: Diff) -> Iterator[Block]:
    """The counts, then each list of changes that is not empty."""
    rows = (*map(_counts, answer.nodes.items()), *map(_counts, answer.edges.items()))
    yield Table(("", "old", "new", "entered", "left"), rows, numeric=frozenset(range(1, 5)))
    found = list(_lists(answer))
    yield from found
    if not found:
        yield Hint(("Nothing entered, nothing left.",))


def _lists(answer: Diff) -> Iterator[Facts]:
    yield from _list("Renamed", answer.renamed, _rename)
    for kind, nodes in answer.nodes.items():
        yield from _list(f"Entered: {kind}s", nodes.entered, _node)
        yield from _list(f"Left: {kind}s", nodes.left, _node)
    yield from _list("Changed numbers", answer.numbers, _number)
    for relation, edges in answer.edges.items():
        yield from _list(f"Entered: {relation}", edges.entered, _edge)
        yield from _list(f"Left: {relation}", edges.left, _edge)


def _counts(named: tuple[str, Changes[T]]) -> tuple[str, ...]:
    name, changes = named
    figures = (changes.old, changes.new, changes.entered.total, changes.left.total)
    return name, *(f"{figure:,}" for figure in figures)


def _list(title: str, changes: Listed[T], fact: Callable[[T], Fact]) -> Iterator[Facts]:
    if changes.total:
        shown = len(changes.first)
        more = f" (first {shown} of {changes.total:,}; --all)" if shown < changes.total else ""
        yield Facts(f"{title}{more}", tuple(map(fact, changes.first)))


def _rename(change: Rename) -> Fact:
    return Fact(f"{change.old_label} -> {change.node.label}", change.node.id)


def _node(change: NodeChange) -> Fact:
    is_paper = change.node.kind == "paper"
    return Fact(change.node.label, change.papers[0] if is_paper else _papers(change.papers))


def _edge(change: EdgeChange) -> Fact:
    link = change.link
    text = f"{_name(link.source)} --{link.relation}--> {_name(link.target)}"
    notes = (link.note, _papers(change.papers))
    return Fact(text, " · ".join(filter(None, notes)), _quotes(link))


def _number(change: NumberChange) -> Fact:
    link = change.new
    text = f"{_name(link.source)} {_name(link.target)}: {change.old.note} -> {link.note}"
    return Fact(text, change.paper, _quotes(link))


def _name(node: Node) -> str:
    """A node's label; of a paper, whose title is long, its id."""
    return node.id.removeprefix("paper:") if node.kind == "paper" else node.label


def _papers(papers: tuple[str, ...]) -> str:
    more = f" and {len(papers) - _PAPERS_SHOWN:,} more" if len(papers) > _PAPERS_SHOWN else ""
    return ", ".join(papers[:_PAPERS_SHOWN]) + more


def _quotes(link: Link) -> tuple[Quote, ...]:
    names = tuple(_name(node) for node in (link.source, link.target))
    return tuple(Quote(e.sentence, e.paper, names) for e in link.sentences)
