"""The command that tells what rises and fades, and what its answers look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.blocks import Block, Heading, Hint, Table
from kg.cli.options import db_option, json_option, min_confidence_option
from kg.cli.output import emit
from kg.errors import UnknownFormat
from kg.model import KINDS

if TYPE_CHECKING:
    from kg.query.trends import Mover, Trend, Trends

_BARS: Final = "▁▂▃▄▅▆▇█"

#: The years of one line of bars, the last ones.
_YEARS: Final = 20

#: Lines of one plot that can be told apart.
_LINES: Final = 6


@click.command()
@click.argument("name", required=False)
@click.option("--kind", type=click.Choice(KINDS), help="Only entities of this kind.")
@click.option(
    "--window",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Compare the last so many years with as many before.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many."
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Also draw it, to an .svg file."
)
@min_confidence_option
@db_option
@json_option
def trends(
    name: str | None,
    kind: str | None,
    window: int,
    limit: int,
    plot: Path | None,
    min_confidence: float,
    db: Path,
    as_json: bool,
) -> None:
    """Tell what rises and what fades, by year.

    With NAME, how often it is named, year by year.
    A share is that of the year's papers. Papers without a year are counted, but not compared.

    \b
    Examples:
      kg trends --kind method
      kg trends "Vision Transformer" --plot vit.svg
    """
    from kg.query.trends import trend as graph_trend
    from kg.query.trends import trends as graph_trends
    from kg.store import open_reader

    if plot is not None and plot.suffix.lower() != ".svg":
        raise UnknownFormat("a plot is written as .svg: give the file that suffix", path=str(plot))
    if name is None:
        with open_reader(db, min_confidence) as g:
            answer = graph_trends(g, kind=kind, window=window, limit=limit)
        emit(answer, trends_blocks(answer), as_json=as_json)
        movers = [mover for of_kind in answer.rising.values() for mover in of_kind]
        drawn = [mover.trend for mover in sorted(movers, key=lambda m: -m.score)[:_LINES]]
    else:
        with open_reader(db, min_confidence) as g:
            one = graph_trend(g, name, kind=kind)
        emit(one, trend_blocks(one), as_json=as_json)
        drawn = [one]
    if plot is not None:
        write_plot(drawn, plot)


def trend_blocks(answer: Trend) -> Iterator[Block]:
    """One entity: a line of bars, and its papers and share in each year from its first."""
    first = answer.first_year
    since = [count for count in answer.counts if first is not None and count.year >= first]
    details = [f"first in {first}", sparkline([c.share for c in since])] if since else []
    details += _without_year(answer.without_year)
    yield Heading(answer.node.label, tuple(details), answer.node.kind)
    if since:
        rows = ((str(c.year), f"{c.papers:,}", _percent(c.share)) for c in since)
        yield Table(("year", "papers", "share"), tuple(rows), numeric=frozenset({1, 2}))
    else:
        yield Hint(("No paper that names it has a year.",))


def trends_blocks(answer: Trends) -> Iterator[Block]:
    """The years, then what rises and fades of each kind."""
    if answer.years:
        kinds = tuple(answer.rising)
        yield Table(
            ("year", "papers", *(f"new {kind}s" for kind in kinds)),
            tuple(
                (str(y.year), f"{y.papers:,}", *(f"{y.first[kind]:,}" for kind in kinds))
                for y in answer.years
            ),
            numeric=frozenset(range(1, len(kinds) + 2)),
        )
    if answer.recent:
        for kind in answer.rising:
            for title, movers in (("Rising", answer.rising), ("Fading", answer.fading)):
                if movers[kind]:
                    yield _movers(f"{title} {kind}s", movers[kind], answer)
    else:
        yield Hint(("Too few years have papers enough to tell what rises and fades.",))
    if answer.without_year:
        yield Hint(tuple(_without_year(answer.without_year)))


def sparkline(values: Sequence[float]) -> str:
    """A bar for each value, the highest as the greatest; 0 is the lowest.

    >>> sparkline([0, 1, 2, 4]), sparkline([0, 0])
    ('▁▂▄█', '▁▁')
    """
    top = max(values, default=0) or 1
    return "".join(_BARS[int(value / top * (len(_BARS) - 1))] for value in values)


def write_plot(found: Sequence[Trend], path: Path) -> None:
    """Draw the shares of the entities, in percent of each year's papers, to an SVG file.

    The years begin with the first in which one of them is named.
    """
    from kg.export.files import replacing
    from kg.view.chart import line_chart

    first = min((t.first_year for t in found if t.first_year is not None), default=0)
    counts = [[count for count in t.counts if count.year >= first] for t in found]
    years = [count.year for count in counts[0]] if counts else []
    lines = [
        (t.node.label, [100 * count.share for count in of_one])
        for t, of_one in zip(found, counts, strict=True)
    ]
    title = found[0].node.label if len(found) == 1 else "What rises most"
    with replacing(path) as file:
        file.write(line_chart(title, years, lines, unit="% of the papers of the year"))


def _movers(title: str, movers: Sequence[Mover], answer: Trends) -> Table:
    return Table(
        ("name", "papers", _span(answer.before), _span(answer.recent), "by year"),
        tuple(
            (
                mover.trend.node.label,
                f"{mover.trend.node.papers:,}",
                _percent(mover.before),
                _percent(mover.recent),
                sparkline([count.share for count in mover.trend.counts][-_YEARS:]),
            )
            for mover in movers
        ),
        title,
        numeric=frozenset({1, 2, 3}),
    )


def _span(years: Sequence[int]) -> str:
    return "-".join(map(str, dict.fromkeys((years[0], years[-1]))))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _without_year(papers: int) -> list[str]:
    return [f"{papers:,} paper{'s' * (papers != 1)} without a year"] if papers else []
