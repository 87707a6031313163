"""The command that serves the page to the reader's own browser."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import db_option, page_title, title_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")
@title_option
@db_option
def serve(host: str, port: int, open_page: bool, title: str | None, db: Path) -> None:
    """Serve the interactive page, for a graph of any size.

    It only reads, and without --host only this computer reaches it. Needs the extra `serve`.

    \b
    Examples:
      kg serve --open
      kg serve --db field.db --port 0
    """
    from kg.view.server import is_loopback, listening, run

    if not is_loopback(host):
        click.echo(f"Warning: whoever reaches {host} can read the whole graph.", err=True)
    with listening(host, port) as (sock, address):
        click.echo(address)
        click.echo("Stop with Ctrl-C.", err=True)
        if open_page:
            click.launch(address)
        run(db, sock, host=host, title=page_title(title, db))
