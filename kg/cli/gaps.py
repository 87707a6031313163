"""The command that lists combinations nobody tried, and what its answers look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.blocks import Block, Fact, Facts, Heading, Hint, Quote, Table
from kg.cli.options import db_option, json_option, min_confidence_option
from kg.cli.output import emit

if TYPE_CHECKING:
    from kg.query.backtest import BackTest, Figures, Trial
    from kg.query.edges import Link
    from kg.query.gaps import Bridge, Gap
    from kg.query.source import Source

_TITLES: Final = {
    "dataset": "Methods on datasets",
    "task": "Methods for tasks",
    "method": "Two methods",
}
_JOINT: Final = {"dataset": "on", "task": "for", "method": "with"}


@click.command()
@click.argument("name", required=False)
@click.option("--kind", type=click.Choice(list(_TITLES)), help="Only a method with one of these.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="At most so many of each kind.",
)
@click.option(
    "--backtest",
    "year",
    type=int,
    metavar="YEAR",
    help="Hide what came after YEAR, and tell how well it is foreseen.",
)
@min_confidence_option
@db_option
@json_option
def gaps(
    name: str | None,
    kind: str | None,
    limit: int,
    year: int | None,
    min_confidence: float,
    db: Path,
    as_json: bool,
) -> None:
    """List combinations that no paper here tried.

    The likeliest come first, each with what speaks for it.
    A method on a dataset, a method for a task, two methods together: both are known, no paper
    names both, and papers join both to the same things. With NAME, only those of that entity.

    \b
    Examples:
      kg gaps
      kg gaps "Vision Transformer" --kind task
      kg gaps --backtest 2021
    """
    from kg.store import open_reader

    if name is not None and year is not None:
        raise click.UsageError("--backtest is of the whole graph: leave out NAME.")
    with open_reader(db, min_confidence) as g:
        if year is not None:
            from kg.query.backtest import backtest

            answer = backtest(g, year, kind=kind)
            emit(answer, backtest_blocks(answer), as_json=as_json)
        else:
            from kg.query.gaps import gaps as graph_gaps

            found = graph_gaps(g, name, kind=kind, limit=limit)
            emit(found, blocks(found, g), as_json=as_json)


def blocks(found: Sequence[Gap], g: Source) -> Iterator[Block]:
    """The gaps by kind, each with what is joined to both and a sentence for either side."""
    if not found:
        yield Hint(("No gap found: what shares neighbours was tried, or too few papers name it.",))
    for kind, members in groupby(found, key=lambda gap: gap.target.kind):
        yield Facts(_TITLES[kind], tuple(_fact(g, gap) for gap in members))


def _fact(g: Source, gap: Gap) -> Fact:
    joint = _JOINT[gap.target.kind]
    through = ", ".join(bridge.node.label for bridge in gap.bridges)
    more = gap.shared - len(gap.bridges)
    also = f" and {more:,} more" if more else ""
    return Fact(
        f"{gap.source.label} {joint} {gap.target.label}",
        f"{gap.score:.3f} · both with {through}{also}",
        tuple(_quotes(g, gap.bridges[0])),
    )


def _quotes(g: Source, bridge: Bridge) -> Iterator[Quote]:
    """For either side the sentence about the gap's own end, with all names of the side marked."""
    for side, link in (
        (bridge.from_source, bridge.from_source[0]),
        (bridge.to_target, bridge.to_target[-1]),
    ):
        names = tuple(name for part in side for name in _names(g, part))
        yield from (Quote(e.sentence, e.paper, names) for e in link.sentences[:1])


def _names(g: Source, link: Link) -> Iterator[str]:
    for node in (link.source, link.target):
        if node.kind != "paper":
            yield node.label
            yield from g.data(node.id)["aliases"]


def backtest_blocks(answer: BackTest) -> Iterator[Block]:
    """For each kind of pair the figures of the score, of popularity and of a random order."""
    told = f"learned from {answer.past:,} papers, looked for in {answer.future:,} later ones"
    without = f"{answer.without_year:,} papers without a year are left out"
    details = (told, without) if answer.without_year else (told,)
    yield Heading(f"What was foreseen in {answer.year}", details)
    for trial in answer.trials:
        title = (
            f"{_TITLES[trial.target]}: {trial.came_true:,} of {trial.candidates:,} "
            "open pairs came true"
        )
        orders = ("score", "popularity", "random")
        yield Table(("", *orders), tuple(_rows(trial)), title, numeric=frozenset({1, 2, 3}))


def _rows(trial: Trial) -> Iterator[tuple[str, ...]]:
    from kg.query.backtest import CUTS

    orders: tuple[Figures, ...] = (trial.score, trial.popularity, trial.random)
    for i, cut in enumerate(CUTS):
        yield f"hit@{cut}", *(f"{order.precision[i]:.3f}" for order in orders)
    yield f"recall@{CUTS[-1]}", *(f"{order.recall[-1]:.3f}" for order in orders)
    yield "AUC", *(f"{order.auc:.3f}" for order in orders)
