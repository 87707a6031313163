"""The commands that read papers: build and extract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

from kg.cli import answers
from kg.cli.blocks import printable
from kg.cli.options import (
    db_option,
    json_option,
    keep_option,
    page_title,
    sources_argument,
    title_option,
)
from kg.cli.output import emit, progress, to_json
from kg.model import Rejected

DATA = "data/"
SHOWN_REJECTS = 5


@click.command()
@sources_argument(required=False)
@db_option
@click.option("--strict", is_flag=True, help="Stop at the first record that is not a paper.")
@keep_option
@title_option
@json_option
def build(
    sources: tuple[str, ...],
    db: Path,
    strict: bool,
    min_confidence: float | None,
    title: str | None,
    as_json: bool,
) -> None:
    """Read papers and build the graph, its page and its GraphML.

    SOURCES are files, folders, or - for stdin; without any, data/ is read. The page and the
    GraphML come to stand beside the database. Papers that are stored already and did not
    change are not extracted again.

    \b
    Examples:
      kg build
      kg build papers.bib notes/ --db outputs/field.db
    """
    from kg.build import build as build_store
    from kg.export import export
    from kg.graph import open_graph
    from kg.query import stats as graph_stats
    from kg.view import write_html

    rejected: list[Rejected] = []
    with progress("Reading papers") as tell:
        report = build_store(
            sources or (DATA,),
            db,
            strict=strict,
            reject=rejected.append,
            progress=tell,
            min_confidence=min_confidence,
        )
    G = open_graph(db)
    page, graphml = db.with_suffix(".html"), db.with_suffix(".graphml")
    write_html(G, page, title=page_title(title, db))
    export(G, graphml)
    written = [db, page, graphml, *write_rejected(rejected, db.with_name("rejected.jsonl"))]
    warn_rejected(rejected)
    answer = {**asdict(report), "files": written}
    emit(answer, answers.build(report, graph_stats(G), written), as_json=as_json)


@click.command()
@sources_argument(required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="The file to write; stdout without it.",
)
@keep_option
def extract(sources: tuple[str, ...], output: Path, min_confidence: float | None) -> None:
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
        _extract(sources, None, rejected, min_confidence)
    else:
        with replacing(output) as file:
            _extract(sources, file, rejected, min_confidence)
    warn_rejected(rejected)


def _extract(
    sources: Sequence[str],
    file: IO[str] | None,
    rejected: list[Rejected],
    min_confidence: float | None,
) -> None:
    from kg.extract import extract as extract_paper
    from kg.model import to_row
    from kg.sources import read_papers

    with progress("Extracting") as tell:
        for done, paper in enumerate(read_papers(sources, reject=rejected.append), start=1):
            row = to_row(extract_paper(paper, min_confidence=min_confidence), paper)
            click.echo(to_json(row, indent=None), file=file)
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
        click.echo(printable(f"{record.path}:{record.line}: {record.reason}"), err=True)
    if len(rejected) > SHOWN_REJECTS:
        click.echo(f"... and {len(rejected) - SHOWN_REJECTS} more rejected records", err=True)
