"""The commands that write files: view and export; and the shell's completion script."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from kg.cli.blocks import printable
from kg.cli.options import db_option, min_confidence_option, page_title, title_option
from kg.cli.output import bars


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The formats that begin so; for the shell's completion."""
    from kg.export import WRITERS

    return [name for name in sorted(WRITERS) if name.startswith(incomplete)]


def known_format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """The format, if there is a writer for it; else wrong usage."""
    known = formats(ctx, param, "")
    if value is None or value in known:
        return value
    raise click.BadParameter(f"{value!r} is not one of {', '.join(known)}", ctx, param)


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write; beside the database without it.",
)
@click.option("--focus", metavar="NAME", help="Open the page on this node.")
@click.option("--open", "open_page", is_flag=True, help="Open it in the browser.")
@title_option
@min_confidence_option
@db_option
def view(
    output: Path | None,
    focus: str | None,
    open_page: bool,
    title: str | None,
    min_confidence: float,
    db: Path,
) -> None:
    """Write the interactive page, one HTML file.

    It needs no network, and opens in any browser.

    \b
    Examples:
      kg view --open
      kg view --focus "Vision Transformer" -o vit.html
    """
    from kg.store import open_store
    from kg.view import write_html
    from kg.view.part import is_too_large

    page = output or db.with_suffix(".html")
    options = {"focus": focus, "title": page_title(title, db)}
    with open_store(db, readonly=True) as store:
        write_html(store, page, min_confidence=min_confidence, **options)
        if is_too_large(store):
            click.echo("The page holds a part of the graph: `kg serve` shows all of it.", err=True)
    click.echo(page)
    if open_page:
        click.launch(page.resolve().as_uri())


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "fmt",
    callback=known_format,
    shell_complete=formats,
    help="The format, if the suffix does not say it.",
)
@min_confidence_option
@db_option
def export(file: Path, fmt: str | None, min_confidence: float, db: Path) -> None:
    """Write the graph to a file, in the format of its suffix.

    \b
    .graphml   for Gephi, Cytoscape, Neo4j, networkx and igraph (yed: for yEd)
    .gexf      for Gephi
    .csv       tables of edges and nodes, for a spreadsheet
    .json      everything, as networkx reads it
    .ttl       RDF in Turtle, for a triple store
    .parquet   tables with everything, for pandas, DuckDB or Spark; needs pyarrow

    \b
    Examples:
      kg export field.graphml
      kg export edges.csv
      kg export field.graphml --format yed
      kg export sure.json --min-confidence 0.9
    """
    from kg.export import export as write_graph
    from kg.store import open_reader

    with open_reader(db, min_confidence) as g, bars() as told:
        tell = partial(told, f"Writing {printable(file.name)}")
        written = write_graph(g, file, format=fmt, progress=tell)
    for path in written:
        if path.is_file():  # or the name would follow the graph itself into a pipe
            click.echo(path)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes kg's commands in your shell.

    \b
    Examples:
      kg completion bash >> ~/.bashrc
      kg completion zsh >> ~/.zshrc
      kg completion fish > ~/.config/fish/completions/kg.fish
    """
    script = get_completion_class(shell)
    if script is None:
        raise click.BadParameter(f"no completion for {shell}")
    click.echo(script(ctx.find_root().command, {}, "kg", "_KG_COMPLETE").source())
