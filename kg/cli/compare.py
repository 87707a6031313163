"""`kg compare`: methods or papers side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.blocks import Block, Fact, Facts, Hint, Table
from kg.cli.leaderboard import quote
from kg.cli.options import db_option, json_option, kind_option, min_confidence_option
from kg.cli.output import emit
from kg.cli.tables import check_form, echo_table, format_option

if TYPE_CHECKING:
    from kg.query import Aspect, Benchmark, Comparison, Item, Link, Node

_LIMIT: Final = 5
_ARROW: Final = {"up": " ↑", "down": " ↓"}
_TITLE: Final = 60


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="A B...")
@kind_option
@click.option("--all", "whole", is_flag=True, help="All of each list, not only the first.")
@format_option
@min_confidence_option
@db_option
@json_option
def compare(
    names: tuple[str, ...],
    kind: str | None,
    whole: bool,
    form: str,
    min_confidence: float,
    db: Path,
    as_json: bool,
) -> None:
    """Compare methods or papers side by side.

    What two of them share comes first, with the number of papers that say so, then what each has
    alone. Numbers are compared where two have the same metric on the same dataset; an arrow tells
    which way is better, a star (bold in Markdown and LaTeX) which is the best.

    \b
    Examples:
      kg compare CCT DeiT
      kg compare seed-01 seed-07 --format markdown
    """
    from kg.query import compare as compared
    from kg.store import open_reader

    if len(names) < 2:
        raise click.UsageError("Name two things or more to compare.")
    check_form(form, as_json=as_json)
    limit = None if whole or as_json or form == "csv" else _LIMIT
    with open_reader(db, min_confidence) as g:
        answer = compared(g, names, kind=kind, limit=limit)
    if form == "table":
        emit(answer, blocks(answer), as_json=as_json)
    else:
        header, rows = header_and_rows(answer, repeat=form == "csv")
        echo_table(form, header, rows)


def blocks(answer: Comparison) -> Iterator[Block]:
    """The table of all that is compared, and the sentences of the numbers in it."""
    from kg.export.tables import Strong

    header, rows = header_and_rows(answer, repeat=False)
    starred = (tuple(f"{c} *" if isinstance(c, Strong) else c for c in row) for row in rows)
    yield Table(header, tuple(starred))
    for benchmark in answer.benchmarks:
        facts = (
            Fact(
                f"{_head(item)}: {rows[0].value}", ", ".join(rows[0].conditions), (quote(rows[0]),)
            )
            for item, rows in zip(answer.items, benchmark.rows, strict=True)
            if rows
        )
        yield Facts(f"{benchmark.metric} on {benchmark.dataset}", tuple(facts))
    if any(any(benchmark.best) for benchmark in answer.benchmarks):
        yield Hint(("* the best of its row",))
    if any(sum(a.total_own) + a.total_shared > _told(a) for a in answer.aspects):
        yield Hint(("All of each list: --all",))


def header_and_rows(
    answer: Comparison, *, repeat: bool
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The comparison as a table: what is told, of what, and a column for each item.

    `repeat` tells in every row what is told, else it is told once.
    """
    items = answer.items
    is_paper = [item.kind == "paper" for item in items]
    heads = {
        "title": [item.label if paper else "" for item, paper in zip(items, is_paper, strict=True)],
        "kind": [item.kind for item in items],
        "papers": [
            "" if paper else f"{item.papers:,}" for item, paper in zip(items, is_paper, strict=True)
        ],
        "years": [_years(item) for item in items],
    }
    rows = [(name, "", *cells) for name, cells in heads.items() if any(cells)]
    for aspect in answer.aspects:
        rows += _aspect(aspect)
    rows += map(_benchmark, answer.benchmarks)
    if not repeat:
        told = ["", *(row[0] for row in rows)]
        rows = [
            ("" if row[0] == before else row[0], *row[1:])
            for row, before in zip(rows, told, strict=False)
        ]
    return ("", "", *map(_head, items)), rows


def _head(item: Item) -> str:
    return item.id.removeprefix("paper:") if item.kind == "paper" else item.label


def _years(item: Item) -> str:
    years = dict.fromkeys(year for year in (item.first_year, item.last_year) if year)
    return "-".join(map(str, years))


def _aspect(aspect: Aspect) -> Iterator[tuple[str, ...]]:
    for trait in aspect.shared:
        yield aspect.name, _name(trait.node), *map(_stated, trait.links)
    if aspect.total_shared > len(aspect.shared):
        more = f"{aspect.total_shared - len(aspect.shared):,} more shared"
        yield aspect.name, more, *("" for _ in aspect.own)
    own = tuple(map(_own, aspect.own, aspect.total_own))
    if any(own):
        yield aspect.name, "its own" if aspect.total_shared else "", *own


def _stated(link: Link | None) -> str:
    if link is None:
        return ""
    if link.source.kind == "paper":
        return "yes"
    return f"{link.papers:,} paper{'s' * (link.papers != 1)}"


def _own(links: tuple[Link, ...], total: int) -> str:
    """The other ends in one cell; a paper among several by its id."""
    others = [link.other for link in links]
    names = [
        n.id.removeprefix("paper:") if total > 1 and n.kind == "paper" else _name(n) for n in others
    ]
    more = [f"{total - len(links):,} more"] if total > len(links) else []
    return ", ".join([*names, *more])


def _name(node: Node) -> str:
    if node.kind != "paper":
        return node.label
    title = textwrap.shorten(node.label, _TITLE, placeholder=" ...")
    return f"{node.id.removeprefix('paper:')} {title}"


def _benchmark(benchmark: Benchmark) -> tuple[str, ...]:
    from kg.export.tables import Strong

    cells = []
    for rows, is_best in zip(benchmark.rows, benchmark.best, strict=True):
        cell = rows[0].value if rows else ""
        if rows and rows[0].conditions and not benchmark.comparable:
            cell += f" ({', '.join(rows[0].conditions)})"
        cells.append(Strong(cell) if is_best else cell)
    place = ", ".join((benchmark.dataset, *benchmark.conditions))
    return f"{benchmark.metric}{_ARROW.get(benchmark.direction, '')}", place, *cells


def _told(aspect: Aspect) -> int:
    return len(aspect.shared) + sum(map(len, aspect.own))
