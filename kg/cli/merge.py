"""The commands by which a user decides about names: merge and split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.blocks import Block, Heading, Hint, Table
from kg.cli.options import db_option, json_option, kind_option
from kg.cli.output import emit
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.build import Change
    from kg.store import NodeRow


@click.command()
@click.argument("a")
@click.argument("b")
@kind_option
@db_option
@json_option
def merge(a: str, b: str, kind: str | None, db: Path, as_json: bool) -> None:
    """Make A and B one thing, now and in every later build.

    The decision is one line of the database's overrides file, which you may edit.

    \b
    Example:
      kg merge "graph conv nets" GCN
    """
    from kg.resolve.overrides import write_line

    one, other = _entities(a, b, kind, db)
    if one.id == other.id:
        raise KgError(f"{a!r} and {b!r} are one thing already; see `kg why`")
    _decide(write_line("same", one.id, other.id), db, as_json=as_json)


@click.command()
@click.argument("a")
@click.argument("b")
@kind_option
@db_option
@json_option
def split(a: str, b: str, kind: str | None, db: Path, as_json: bool) -> None:
    """Keep A and B apart, now and in every later build.

    A and B are two names of one thing, or two things that shall never be joined.

    \b
    Example:
      kg split ViT-B/16 ViT-B/32
    """
    from kg.resolve.overrides import write_line
    from kg.text import fold

    one, other = _entities(a, b, kind, db)
    names = one.id, other.id
    if one.id == other.id:
        names = f"{one.kind}:{a}", f"{one.kind}:{b}"
        if fold(a) == fold(b):
            raise KgError(f"{a!r} and {b!r} are two spellings of one name: they cannot be parted")
    _decide(write_line("different", *names), db, as_json=as_json)


def _entities(a: str, b: str, kind: str | None, db: Path) -> tuple[NodeRow, NodeRow]:
    from kg.query.why import entity
    from kg.store import open_store

    with open_store(db, readonly=True) as store:
        return entity(store, a, kind=kind), entity(store, b, kind=kind)


def _decide(line: str, db: Path, *, as_json: bool) -> None:
    from kg.build import resolve_again
    from kg.export.files import replacing
    from kg.resolve import default_path, read_overrides

    path = default_path(db)
    if not any(str(override) == line for override in read_overrides(path)[-1:]):
        written = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        gap = "" if not written or written.endswith("\n") else "\n"
        with replacing(path) as file:
            file.write(f"{written}{gap}{line}\n")
    change = resolve_again(db, overrides=path)
    answer = {"line": line, "file": path, **asdict(change)}
    emit(answer, changed(line, path, change), as_json=as_json)


def changed(line: str, path: Path, change: Change) -> Iterator[Block]:
    """What a decision did to the nodes."""
    yield Heading(line, (f"written to {path}",))
    rows = tuple(
        (what, label, str(papers), node)
        for what, nodes in (("gone", change.gone), ("new", change.new), ("changed", change.changed))
        for node, label, papers in nodes
    )
    if rows:
        yield Table(("", "label", "papers", "id"), rows, numeric=frozenset({2}))
        yield Hint(("The page and exports are as before; `kg view` and `kg export` write them.",))
    else:
        yield Hint(("Nothing changed.",))
