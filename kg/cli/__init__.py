"""The command line: each command is a few lines over the function of the same name.

stdout is data, stderr is talk. Exit codes: 0 done, 1 an error of ours in one line, 2 wrong
usage, 130 interrupted. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import click

from kg import __version__
from kg.cli.blocks import printable
from kg.errors import KgError

_INTERRUPTED = {
    "build": "Stopped. What was read so far is kept: the same command goes on from there.",
}


#: In the order in which they are listed, and where each is: a command is loaded when it is used.
COMMANDS: Final = {
    "build": "build.build",
    "extract": "build.extract",
    "write-shards": "shards.write_shards",
    "merge-shards": "shards.merge_shards",
    "stats": "ask.stats",
    "find": "ask.find",
    "show": "ask.show",
    "links": "ask.links",
    "results": "ask.results",
    "compare": "compare.compare",
    "similar": "similar.similar",
    "gaps": "gaps.gaps",
    "trends": "trends.trends",
    "diff": "diff.diff",
    "why": "why.why",
    "merge": "merge.merge",
    "split": "merge.split",
    "cypher": "cypher.cypher",
    "mcp": "mcp.mcp",
    "view": "write.view",
    "serve": "serve.serve",
    "export": "write.export",
    "evaluate": "evaluate.evaluate",
    "train": "train.train",
    "completion": "write.completion",
}


class Main(click.Group):
    """The group that turns our errors into one line, and loads its commands when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS and name not in self.commands:
            module, _, command = COMMANDS[name].partition(".")
            found: click.Command = getattr(import_module(f"kg.cli.{module}"), command)
            return found
        return super().get_command(ctx, name)

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
