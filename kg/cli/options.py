"""Options that several commands share, each one decorator."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from kg.model import NODE_KINDS

DEFAULT_DB: Final = "outputs/kg.db"

Command = Callable[..., Any]


class Probability(click.FloatRange):
    """A number from 0 to 1."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):  # which no comparison finds out of range
            self.fail(f"{value!r} is not in the range 0<=x<=1.", param, ctx)
        return number


def db_option(command: Command) -> Command:
    """`--db FILE`, else $KG_DB, else outputs/kg.db."""
    return click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="KG_DB",
        default=DEFAULT_DB,
        show_default=True,
        show_envvar=True,
        help="The database.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json` prints the answer as one JSON value."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def kind_option(command: Command) -> Command:
    """`--kind K` says which of several nodes of one name is meant."""
    return click.option("--kind", type=click.Choice(NODE_KINDS), help="Only nodes of this kind.")(
        command
    )


def min_confidence_option(command: Command) -> Command:
    """`--min-confidence P` leaves out of the graph what is less sure."""
    return click.option(
        "--min-confidence",
        metavar="P",
        type=Probability(),
        default=0.0,
        help="Only facts that are right with at least this probability.",
    )(command)


def keep_option(command: Command) -> Command:
    """`--min-confidence P` of the commands that extract: which facts are kept."""
    return click.option(
        "--min-confidence",
        metavar="P",
        type=Probability(),
        help="Keep the facts that are right with at least this probability; "
        "by default of each sort those with the best balance of precision and recall.",
    )(command)


def title_option(command: Command) -> Command:
    """`--title TEXT` is the heading of the page."""
    return click.option("--title", help="The page's title; the database's name without it.")(
        command
    )


def page_title(title: str | None, db: Path) -> str:
    """The title that was given, or one from the database's name, if that is not the usual one.

    >>> page_title(None, Path("outputs/kg.db")), page_title(None, Path("small-transformers.db"))
    ('Knowledge graph', 'small-transformers')
    """
    usual = db.name == Path(DEFAULT_DB).name
    return title or ("Knowledge graph" if usual else db.stem)


def sources_argument(*, required: bool) -> Callable[[Command], Command]:
    """`SOURCES...`: files, folders, or - for stdin."""
    return click.argument("sources", nargs=-1, required=required, type=click.Path(path_type=str))
