"""Where answers go: JSON, a terminal or a pipe; and progress, warnings and whole files."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any, Final

import click

from kg.cli.blocks import UNSAFE, Block, Hint, plain

Progress = Callable[[int, int | None], None]
Told = Callable[[str, int, int | None], None]

#: Seconds between two lines of progress where no bar can be drawn.
LINE_SECONDS: Final = 30.0


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
def progress(label: str, *, unit: str = "papers") -> Iterator[Progress]:
    """A callback `(done, total | None)` that shows on stderr how far it is, how fast, how long.

    On a terminal it draws a bar; elsewhere it prints a line, once in a while.
    """
    with bars(unit=unit) if sys.stderr.isatty() else _lines(unit) as told:
        yield lambda done, total: told(label, done, total)


@contextmanager
def bars(*, unit: str = "") -> Iterator[Told]:
    """A callback `(label, done, total | None)` that draws a bar for each label, if stderr is a
    terminal; with `unit`, how many of it are done in a second."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from kg.cli.bars import drawn

    with drawn(unit) as told:
        yield told


@contextmanager
def _lines(unit: str) -> Iterator[Told]:
    """A callback as of `bars` that prints a line now and then, on a longer way."""
    started = printed = time.monotonic()

    def told(label: str, done: int, total: int | None) -> None:
        nonlocal printed
        now = time.monotonic()
        if now - printed >= LINE_SECONDS:
            printed = now
            click.echo(progress_line(label, unit, done, total, now - started), err=True)

    yield told


def progress_line(label: str, unit: str, done: int, total: int | None, seconds: float) -> str:
    """How far something is, how fast and how much longer, in one line.

    >>> progress_line("Reading", "papers", 1200, 60000, 60)
    'Reading: 1,200 of 60,000 papers, 20.0 papers/s, 49 min left'
    >>> progress_line("Reading", "papers", 30, None, 60)
    'Reading: 30 papers, 0.5 papers/s'
    """
    rate = done / seconds if seconds else 0.0
    of_all = f" of {total:,}" if total is not None else ""
    left = f", {_span((total - done) / rate)} left" if total is not None and rate else ""
    return f"{label}: {done:,}{of_all} {unit}, {rate:.1f} {unit}/s{left}"


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 100 else f"{seconds:.0f} s"
