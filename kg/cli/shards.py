"""The commands of a cluster: what `build` takes from it, write-shards and merge-shards."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.blocks import Block, Hint, Table
from kg.cli.options import (
    Command,
    db_option,
    json_option,
    keep_option,
    sources_argument,
    title_option,
)
from kg.cli.output import emit, progress
from kg.model import Rejected

if TYPE_CHECKING:
    from kg.build import BuildReport
    from kg.cluster import ShardsReport


def cluster_options(command: Command) -> Command:
    """`--cluster ADDRESS` and `--shards FOLDER`."""
    shards = click.option(
        "--shards",
        metavar="FOLDER",
        help="With --cluster: where its shards are, a folder or URL that this machine and the "
        "workers share; DB.shards without it.",
    )
    address = click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Extract on the workers of a Dask scheduler, such as tcp://scheduler:8786.",
    )
    return address(shards(command))


def on_cluster(
    address: str | None, shards: str | None, workers: int | None
) -> Callable[..., BuildReport] | None:
    """What builds on the cluster at the address; None without one."""
    if address is None:
        if shards is not None:
            raise click.UsageError("--shards goes with --cluster; see kg merge-shards too.")
        return None
    if workers is not None:
        raise click.UsageError("--workers is for this machine, --cluster for others.")
    from kg.cluster import build

    return partial(build, address=address, shards=shards)


@click.command(name="write-shards")
@sources_argument(required=True)
@click.option("--cluster", metavar="ADDRESS", required=True, help="The Dask scheduler's address.")
@click.option("--shards", metavar="FOLDER", required=True, help="Where the shards are written.")
@click.option("--strict", is_flag=True, help="Stop at the first record that is not a paper.")
@keep_option
@json_option
def write_shards(
    sources: tuple[str, ...],
    cluster: str,
    shards: str,
    strict: bool,
    min_confidence: float | None,
    as_json: bool,
) -> None:
    """Extract papers on a cluster into Parquet shards.

    SOURCES are files, folders or URLs that the workers see, or - for stdin; FOLDER is a folder or
    URL that the workers and this machine share. kg merge-shards makes a database of the shards,
    and other engines read them as they are.

    \b
    Example:
      kg write-shards s3://bucket/papers/ --cluster tcp://scheduler:8786 --shards s3://bucket/shards
    """
    from kg.cli.build import warn_rejected
    from kg.cluster import write_shards as write

    rejected: list[Rejected] = []
    with progress("Writing shards") as tell:
        report = write(
            *(sources, shards),
            address=cluster,
            strict=strict,
            reject=rejected.append,
            progress=tell,
            min_confidence=min_confidence,
        )
    warn_rejected(rejected)
    emit(report, written(report), as_json=as_json)


def written(report: ShardsReport) -> Iterator[Block]:
    """What was written, and what to do with it."""
    rows = [(name, str(value)) for name, value in asdict(report).items() if name != "seconds"]
    yield Table(("", ""), (*rows, ("seconds", f"{report.seconds:.1f}")))
    yield Hint((f"Try: {shlex.join(['kg', 'merge-shards', report.folder])}",))


@click.command(name="merge-shards")
@click.argument("shards", metavar="FOLDER")
@db_option
@click.option("--prune", is_flag=True, help="Remove papers that no shard has.")
@keep_option
@title_option
@json_option
def merge_shards(
    shards: str,
    db: Path,
    prune: bool,
    min_confidence: float | None,
    title: str | None,
    as_json: bool,
) -> None:
    """Put the papers of shards into the database.

    FOLDER, or a URL, is where kg build --cluster or kg write-shards wrote Parquet shards. Nothing
    is extracted; the page and the GraphML are written too. Of a paper that several shards have,
    the one in the shard that was written last counts.

    \b
    Examples:
      kg merge-shards outputs/kg.db.shards
      kg merge-shards s3://bucket/shards --db outputs/field.db
    """
    from kg.cli.build import finish
    from kg.cluster import merge_shards as merge

    rejected: list[Rejected] = []
    with progress("Merging shards") as tell:
        report = merge(
            *(shards, db),
            prune=prune,
            reject=rejected.append,
            progress=tell,
            min_confidence=min_confidence,
        )
    finish(report, rejected, db, title=title, as_json=as_json)
