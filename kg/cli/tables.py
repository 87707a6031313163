"""`--format`: an answer as a table to take along, in CSV, Markdown or LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import click

from kg.cli.blocks import printable
from kg.cli.options import Command

#: For people, or as `kg.export.tables.TABLES` writes it.
FORMATS: Final = ("table", "csv", "markdown", "latex")


def format_option(command: Command) -> Command:
    """`--format F` says what kind of table to print."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print the table.",
    )(command)


def check_form(form: str, *, as_json: bool) -> None:
    """Refuse two ways to print at once."""
    if as_json and form != "table":
        raise click.UsageError("--json or --format, not both.")


def echo_table(
    form: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Collection[int] = (),
) -> None:
    """Print the table on stdout, without anything that a terminal would obey."""
    from kg.export.tables import TABLES

    safe = [[type(cell)(printable(cell)) for cell in row] for row in rows]
    click.echo(TABLES[form](header, safe, numeric=numeric), nl=False)
