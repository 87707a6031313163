"""The commands that read papers: build and extract."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

import kg
from kg.cli import answers
from kg.cli.blocks import printable
from kg.cli.options import (
    Command,
    db_option,
    json_option,
    keep_option,
    page_title,
    sources_argument,
    title_option,
)
from kg.cli.output import bars, emit, progress, to_json
from kg.cli.shards import cluster_options, on_cluster
from kg.model import Rejected

if TYPE_CHECKING:
    from kg.build import BuildReport

DATA = "data/"
SHOWN_REJECTS = 5


def workers_option(command: Command) -> Command:
    """`--workers N` says how many processes extract."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes that extract; by default one for each core that this one may use. "
        "A few papers are read by this one alone.",
    )(command)


@click.command()
@sources_argument(required=False)
@db_option
@click.option("--strict", is_flag=True, help="Stop at the first record that is not a paper.")
@click.option("--prune", is_flag=True, help="Remove papers that are not in SOURCES any more.")
@click.option("--db-only", is_flag=True, help="Write no page and no GraphML: quicker, when large.")
@workers_option
@keep_option
@title_option
@cluster_options
@json_option
def build(
    sources: tuple[str, ...],
    db: Path,
    strict: bool,
    prune: bool,
    db_only: bool,
    workers: int | None,
    min_confidence: float | None,
    title: str | None,
    cluster: str | None,
    shards: str | None,
    as_json: bool,
) -> None:
    """Read papers and build the graph, its page and its GraphML.

    SOURCES are files, folders, or - for stdin; without any, data/ is read. The page and the
    GraphML come to stand beside the database. Papers that are stored already and did not
    change are not extracted again; so a build that was stopped, with Ctrl-C or however, goes on
    when it is run again.

    \b
    Examples:
      kg build
      kg build papers.bib notes/ --db outputs/field.db
      kg build new.jsonl --db outputs/field.db --db-only
      kg build /shared/papers/ --cluster tcp://scheduler:8786
    """
    from kg.build import build as build_store
    from kg.workers import cores
    from kg.workers.interrupts import terminable

    rejected: list[Rejected] = []
    run = on_cluster(cluster, shards, workers) or partial(build_store, workers=workers or cores())
    current = is_current(db) and not title
    with terminable():
        with progress("Reading papers") as tell:
            report = run(
                sources or (DATA,),
                db,
                strict=strict,
                prune=prune,
                reject=rejected.append,
                progress=tell,
                min_confidence=min_confidence,
            )
        if db_only:
            tell_all(report, rejected, db, [db], as_json=as_json)
        else:
            finish(report, rejected, db, title=title, as_json=as_json, current=current)


def is_current(db: Path) -> bool:
    """Whether the page and the GraphML were written after the database, and by this kg."""
    code = max(file.stat().st_mtime for file in Path(kg.__path__[0], "view").iterdir())
    beside = [db.with_suffix(".html"), db.with_suffix(".graphml")]
    return db.exists() and all(
        file.exists() and file.stat().st_mtime >= max(db.stat().st_mtime, code) for file in beside
    )


def finish(
    report: BuildReport,
    rejected: Sequence[Rejected],
    db: Path,
    *,
    title: str | None,
    as_json: bool,
    current: bool = False,
) -> None:
    """Write what stands beside a database that was built, and tell what was done.

    What was `current` before stays so when the graph did not change.
    """
    page, graphml = db.with_suffix(".html"), db.with_suffix(".graphml")
    if current and not report.updated:
        for file in (page, graphml):
            os.utime(file)  # the database has been opened since
    else:
        _write_beside(db, page, graphml, title)
    tell_all(report, rejected, db, [db, page, graphml], as_json=as_json)


def tell_all(
    report: BuildReport,
    rejected: Sequence[Rejected],
    db: Path,
    files: Sequence[Path],
    *,
    as_json: bool,
) -> None:
    """Tell what was done, what was rejected, and which files were written."""
    from kg.query import stats as graph_stats
    from kg.store import open_reader

    written = [*files, *write_rejected(rejected, db.with_name("rejected.jsonl"))]
    warn_rejected(rejected)
    answer = {**asdict(report), "files": written}
    with open_reader(db) as g:
        emit(answer, answers.build(report, graph_stats(g), written), as_json=as_json)


def _write_beside(db: Path, page: Path, graphml: Path, title: str | None) -> None:
    from kg.export import export
    from kg.store import open_reader, open_store
    from kg.view import write_html

    with open_store(db, readonly=True) as store:
        write_html(store, page, title=page_title(title, db))
    with open_reader(db) as g, bars() as told:
        export(g, graphml, progress=partial(told, f"Writing {printable(graphml.name)}"))


@click.command()
@sources_argument(required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="The file to write; stdout without it.",
)
@workers_option
@keep_option
def extract(
    sources: tuple[str, ...], output: Path, workers: int | None, min_confidence: float | None
) -> None:
    """Print what each paper says, one JSON line a paper.

    A line holds the paper's entities, relations and results, and the evidence of each.

    \b
    Examples:
      kg extract data/seed.txt -o rows.jsonl
      cat abstracts.txt | kg extract - | jq .entities
    """
    from kg.export.files import replacing

    rejected: list[Rejected] = []
    if str(output) == "-":
        _extract(sources, None, rejected, workers, min_confidence)
    else:
        with replacing(output) as file:
            _extract(sources, file, rejected, workers, min_confidence)
    warn_rejected(rejected)


def _extract(
    sources: Sequence[str],
    file: IO[str] | None,
    rejected: list[Rejected],
    workers: int | None,
    min_confidence: float | None,
) -> None:
    from kg.extract import extract_many
    from kg.model import to_row
    from kg.sources import read_papers
    from kg.workers import cores, read_all, unread
    from kg.workers.interrupts import terminable

    pairs = read_all(
        read_papers(sources, reject=rejected.append),
        partial(extract_many, min_confidence=min_confidence),
        workers=workers or cores(),
        failed=lambda paper, why: rejected.append(unread(paper, why)),
    )
    with terminable(), closing(pairs), progress("Extracting") as tell:
        for done, (paper, extraction) in enumerate(pairs, start=1):
            click.echo(to_json(to_row(extraction, paper), indent=None), file=file)
            tell(done, None)


def write_rejected(rejected: Sequence[Rejected], path: Path) -> list[Path]:
    """Write the rejected records as JSON lines; the path, if there were any.

    Without any, the file of an earlier build goes, so that it never speaks for this one.
    """
    if not rejected:
        path.unlink(missing_ok=True)
        return []
    from kg.export.files import replacing

    with replacing(path) as file:
        for record in rejected:
            click.echo(to_json(record, indent=None), file=file)
    return [path]


def warn_rejected(rejected: Sequence[Rejected]) -> None:
    """Tell on stderr which records were passed over, the first few one by one."""
    for record in rejected[:SHOWN_REJECTS]:
        place = f"{record.path}:{record.line}: " if record.path else ""
        click.echo(printable(f"{place}{record.reason}"), err=True)
    if len(rejected) > SHOWN_REJECTS:
        click.echo(f"... and {len(rejected) - SHOWN_REJECTS} more rejected records", err=True)
