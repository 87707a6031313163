"""The command that measures extraction: evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.benchmark import LABELS, benchmark, read_benchmark
from kg.cli import answers
from kg.cli.options import json_option
from kg.cli.output import emit, progress
from kg.errors import InputError
from kg.evaluate import Row, Score, read_rows
from kg.evaluate import evaluate as score

if TYPE_CHECKING:
    from kg.reliability import Reliability


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("pred", required=False, type=click.Path(path_type=Path))
@click.option(
    "--benchmark",
    "labels",
    type=click.Choice(tuple(LABELS)),
    help="GOLD is a file of this public benchmark, one object of tokens and spans a line.",
)
@click.option(
    "--in-domain",
    is_flag=True,
    help="Read the benchmark with the tagger that was trained on it, with all of its labels.",
)
@click.option(
    "--reliability",
    "of_confidences",
    is_flag=True,
    help="Tell instead how far the confidences can be trusted.",
)
@click.option(
    "--plot",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --reliability: draw the reliability diagrams there.",
)
@json_option
def evaluate(
    gold: Path,
    pred: Path | None,
    labels: str | None,
    in_domain: bool,
    of_confidences: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Compare what is extracted with what is annotated.

    Tells precision, recall and F1. GOLD and PRED hold one row a line, as `kg extract` writes
    them; without PRED, the papers of GOLD are read now.

    With --benchmark, the shipped model reads the texts of GOLD, and a span counts if label and
    bounds agree. Datasets are compared with scierc's label Material; its OtherScientificTerm
    and Generic, of which there is no kind here, are left out unless --in-domain is given.
    Nothing is trained.

    With --reliability: how many facts there are of each sort, their mean confidence and the
    share that is right, which should be the same; how far apart the two are over ten bins of
    confidences (ECE, the expected calibration error) and the Brier score, both 0 at best; and
    the best F1 that only facts from some confidence on have, with that confidence.

    \b
    Examples:
      kg evaluate gold.jsonl
      kg evaluate gold.jsonl rows.jsonl --json
      kg evaluate gold.jsonl rows.jsonl --reliability --plot reliability.svg
      kg evaluate --benchmark tdmsci tdmsci.jsonl
      kg evaluate --benchmark scierc dev.jsonl --in-domain
    """
    if labels and pred:
        raise click.UsageError("With --benchmark there is one file, not two.")
    if in_domain and not labels:
        raise click.UsageError("--in-domain needs --benchmark.")
    if of_confidences and labels:
        raise click.UsageError("--reliability and --benchmark do not go together.")
    if plot and not of_confidences:
        raise click.UsageError("--plot needs --reliability.")
    if of_confidences:
        from kg.cli.reliability import blocks

        figures = _reliability(gold, pred, plot)
        emit(figures, blocks(figures), as_json=as_json)
        return
    scores = _on_benchmark(gold, labels, in_domain) if labels else _on_rows(gold, pred)
    emit(scores, answers.evaluate(scores), as_json=as_json)


def _on_benchmark(path: Path, labels: str, in_domain: bool) -> list[Score]:
    rows = read_benchmark(path, labels)
    with progress("Reading texts") as tell:
        return benchmark(rows, labels, in_domain=in_domain, progress=tell)


def _on_rows(gold: Path, pred: Path | None) -> list[Score]:
    rows = read_rows(gold)
    return score(rows, _predicted(rows, gold, pred))


def _reliability(gold: Path, pred: Path | None, plot: Path | None) -> list[Reliability]:
    from kg.reliability import reliability

    rows = read_rows(gold)
    predicted = list(_predicted(rows, gold, pred))
    try:
        figures = reliability(rows, predicted)
    except InputError as error:
        raise InputError(error.reason, path=str(pred or gold)) from error
    if plot:
        from kg.cli.reliability import diagram
        from kg.export.files import replacing

        with replacing(plot) as file:
            file.write(diagram(figures))
    return figures


def _predicted(rows: Sequence[Row], gold: Path, pred: Path | None) -> Iterable[Row]:
    return read_rows(pred) if pred else _extracted(rows, gold)


def _extracted(rows: Sequence[Row], path: Path) -> Iterator[Row]:
    """Extract the papers of annotated rows; each keeps the id that it has there."""
    from kg.extract import extract
    from kg.model import to_row
    from kg.sources.record import to_paper

    with progress("Extracting") as tell:
        for done, row in enumerate(rows, start=1):
            try:
                paper = replace(to_paper(row), id=row["id"])
            except InputError as error:
                raise InputError(f"{row['id']}: {error.reason}", path=str(path)) from error
            yield to_row(extract(paper), paper)
            tell(done, len(rows))
