"""The command line: each command is a few lines over the function of the same name.

stdout is data, stderr is talk. Exit codes: 0 done, 1 an error of ours in one line, 2 wrong
usage, 130 interrupted. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import errno
import sys
from io import TextIOWrapper
from typing import Any

import click

from kg import __version__
from kg.cli import (
    ask,
    build,
    compare,
    cypher,
    diff,
    evaluate,
    gaps,
    mcp,
    merge,
    serve,
    shards,
    similar,
    train,
    trends,
    why,
    write,
)
from kg.cli.blocks import printable
from kg.errors import KgError

_INTERRUPTED = {
    "build": "Stopped. What was read so far is kept: the same command goes on from there.",
}


class Main(click.Group):
    """The group that turns our errors into one line, and keeps the order of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgError as error:
            raise click.ClickException(printable(str(error))) from error
        except KeyboardInterrupt:
            name = ctx.invoked_subcommand or ""
            click.echo(_INTERRUPTED.get(name, "Stopped."), err=True)
            ctx.exit(130)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(printable(f"{place}{error.strerror or error}")) from error


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="kg")
def main() -> None:
    """Turn a pile of paper abstracts into a knowledge graph of research ideas.

    \b
    Start with:
      kg build papers.bib          read, extract, store; writes outputs/kg.html too
      kg links "Vision Transformer" CIFAR-10
      kg view --open
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


for _command in (
    build.build,
    build.extract,
    shards.write_shards,
    shards.merge_shards,
    ask.stats,
    ask.find,
    ask.show,
    ask.links,
    ask.results,
    compare.compare,
    similar.similar,
    gaps.gaps,
    trends.trends,
    diff.diff,
    why.why,
    merge.merge,
    merge.split,
    cypher.cypher,
    mcp.mcp,
    write.view,
    serve.serve,
    write.export,
    evaluate.evaluate,
    train.train,
    write.completion,
):
    main.add_command(_command)
