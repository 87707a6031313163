"""Where answers go: JSON, a terminal or a pipe; and progress, warnings and whole files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from kg.cli.blocks import UNSAFE, Block, Hint, plain

Progress = Callable[[int, int | None], None]


def emit(answer: Any, blocks: Iterable[Block], *, as_json: bool) -> None:
    """Print an answer on stdout: as JSON, or its blocks, in colour when a person looks on.

    `answer` is a dataclass, or a list of them; `blocks` is not touched for JSON. In a pipe the
    hints go to stderr, so that stdout holds only what was asked for.
    """
    if as_json:
        click.echo(to_json(answer))
    elif sys.stdout.isatty():
        from kg.cli.terminal import draw

        draw(blocks)
    else:
        shown = list(blocks)
        for is_hint in (False, True):
            for line in plain(block for block in shown if isinstance(block, Hint) is is_hint):
                click.echo(line, err=is_hint)


def to_json(answer: Any, *, indent: int | None = 2) -> str:
    r"""The JSON of dataclasses and plain values; what a terminal would obey is escaped.

    >>> to_json({"name": "Poincaré\x9b"}, indent=None)
    '{"name": "Poincaré\\u009b"}'
    """
    text = json.dumps(answer, default=_plain_value, ensure_ascii=False, indent=indent)
    return UNSAFE.sub(lambda c: c[0] if c[0] == "\n" else f"\\u{ord(c[0]):04x}", text)


def _plain_value(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A callback `(done, total | None)` that draws a bar on stderr, if that is a terminal."""
    with bars() as told:
        yield lambda done, total: told(label, done, total)


@contextmanager
def bars() -> Iterator[Callable[[str, int, int | None], None]]:
    """A callback `(label, done, total | None)` that draws a bar for each label, if stderr is a
    terminal."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def told(label: str, done: int, total: int | None) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=None)
            bar.update(tasks[label], completed=done, total=total)

        yield told
