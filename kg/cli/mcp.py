"""The command that serves the graph to an assistant."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import db_option, min_confidence_option


@click.command()
@min_confidence_option
@db_option
def mcp(min_confidence: float, db: Path) -> None:
    """Serve the graph to an assistant (Model Context Protocol).

    It speaks on stdin and stdout. Its tools are find, show, links, results and gaps. They only
    read. Needs the extra `mcp`.

    \b
    Example:
      kg mcp --db outputs/kg.db
    \b
    As an assistant is told of it:
      {"mcpServers": {"kg": {"command": "kg", "args": ["mcp", "--db", "/path/to/kg.db"]}}}
    """
    from kg.serve import server

    server(db, min_confidence=min_confidence).run("stdio")
