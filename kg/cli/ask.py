"""The commands that answer from the graph: stats, find, show, links, results."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import answers, leaderboard
from kg.cli.options import db_option, json_option, kind_option, min_confidence_option
from kg.cli.output import emit, to_json
from kg.cli.tables import check_form, echo_table, format_option
from kg.model import ACHIEVES, PAPER_RELATIONS, RELATIONS, VARIANT_OF

SECTION_LIMIT = 10
SHARED_LIMIT = 3
_RELATIONS = tuple(dict.fromkeys((*PAPER_RELATIONS.values(), *RELATIONS, VARIANT_OF, ACHIEVES)))


@click.command()
@min_confidence_option
@db_option
@click.option("--digest", is_flag=True, help="Print one hash of all that the graph says.")
@json_option
def stats(min_confidence: float, db: Path, digest: bool, as_json: bool) -> None:
    """Tell what is in the graph.

    \b
    Example:
      kg stats
    """
    if digest and min_confidence:
        raise click.UsageError("--digest is of the whole graph: leave out --min-confidence.")
    if digest:
        from kg.store import open_store

        with open_store(db, readonly=True) as store:
            content = store.digest()
        click.echo(to_json({"digest": content}) if as_json else content)
        return
    from kg.query import stats as graph_stats
    from kg.store import open_reader

    with open_reader(db, min_confidence) as g:
        answer = graph_stats(g)
    emit(answer, answers.stats(answer), as_json=as_json)


@click.command()
@click.argument("text")
@kind_option
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@min_confidence_option
@db_option
@json_option
def find(
    text: str, kind: str | None, limit: int, min_confidence: float, db: Path, as_json: bool
) -> None:
    """Find entities and papers by name, alias or words.

    \b
    Examples:
      kg find transformer
      kg find "small datasets" --kind paper
    """
    from kg.query import find as graph_find
    from kg.store import open_reader

    with open_reader(db, min_confidence) as g:
        matches = graph_find(g, text, kind=kind, limit=limit)
    emit(matches, answers.find(text, matches), as_json=as_json)


@click.command()
@click.argument("name")
@kind_option
@click.option("--all", "whole", is_flag=True, help="All links, not only the first of each section.")
@min_confidence_option
@db_option
@json_option
def show(
    name: str, kind: str | None, whole: bool, min_confidence: float, db: Path, as_json: bool
) -> None:
    """Show the card of a paper or an entity, with the sentences.

    NAME is a node id, a paper's id, a label or an alias, in any case and spelling.

    \b
    Examples:
      kg show seed-01
      kg show CCT
    """
    from kg.query import card, lookup
    from kg.store import open_reader

    with open_reader(db, min_confidence) as g:
        node = lookup(g, name, kind=kind)
        limit = None if whole or as_json or node.startswith("paper:") else SECTION_LIMIT
        answer = card(g, node, limit=limit)
        emit(answer, answers.show(answer, g), as_json=as_json)


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@kind_option
@click.option("--relation", type=click.Choice(_RELATIONS), help="Of one name: only this relation.")
@click.option("--all", "whole", is_flag=True, help="All of each section, not only the first.")
@click.option(
    "--paths", type=click.IntRange(1), default=3, show_default=True, help="With B: at most so many."
)
@click.option(
    "--hops",
    type=click.IntRange(1, 4),
    default=4,
    show_default=True,
    help="With B: no longer paths.",
)
@min_confidence_option
@db_option
@json_option
def links(
    a: str,
    b: str | None,
    kind: str | None,
    relation: str | None,
    whole: bool,
    paths: int,
    hops: int,
    min_confidence: float,
    db: Path,
    as_json: bool,
) -> None:
    """Show what A is linked to; with B, how the two are linked.

    A and B are node ids, labels or aliases; --kind says which is meant by a name of several.
    An arrow has the direction of what the papers say: of A --uses--> B <--uses-- C the second
    hop is walked against it ("reversed" in JSON, where nothing is left out).

    \b
    Examples:
      kg links CIFAR-10
      kg links CCT --relation compared_with --all
      kg links "Compact Transformers" ImageNet --paths 5
      kg links CIFAR-10 --min-confidence 0.8
    """
    from kg.query import connections, link_groups
    from kg.store import open_reader

    if b is not None and relation:
        raise click.UsageError("--relation is for one name.")
    with open_reader(db, min_confidence) as g:
        if b is None:
            limit = None if whole or as_json else SECTION_LIMIT
            groups = link_groups(g, a, kind=kind, relation=relation, limit=limit)
            found = [link for group in groups for link in group.links]
            emit(found, answers.links(a, groups, g), as_json=as_json)
        else:
            limit = None if whole or as_json else SHARED_LIMIT
            linked = connections(g, a, b, kind=kind, k=paths, max_hops=hops, limit=limit)
            emit(linked, answers.connections(linked, g), as_json=as_json)


@click.command()
@click.option("--dataset", metavar="D", help="Only numbers on this dataset.")
@click.option("--metric", metavar="M", help="Only numbers of this metric.")
@click.option("--task", metavar="T", help="Only numbers of methods used for this task.")
@click.option("--method", metavar="X", help="Only numbers of this method.")
@click.option(
    "--limit", type=click.IntRange(1), help="At most so many numbers of each leaderboard."
)
@click.option(
    "--conflicts", "conflicting", is_flag=True, help="Only numbers on which two papers disagree."
)
@format_option
@min_confidence_option
@db_option
@json_option
def results(
    limit: int | None,
    conflicting: bool,
    form: str,
    min_confidence: float,
    db: Path,
    as_json: bool,
    **filters: str | None,
) -> None:
    """List the reported numbers as leaderboards, best first.

    Numbers stand on one leaderboard if they are of one dataset, metric and unit, and were
    measured under the same conditions, as far as the sentences tell (top-1, val, 384 resolution).

    \b
    Examples:
      kg results --dataset CIFAR-10
      kg results --metric accuracy --json
      kg results --dataset ImageNet-1K --limit 3 --format latex
      kg results --conflicts
    """
    from kg.query import conflicts
    from kg.query import results as graph_results
    from kg.store import open_reader

    check_form(form, as_json=as_json)
    with open_reader(db, min_confidence) as g:
        rows = graph_results(g, **filters, limit=None if conflicting else limit)
    found = conflicts(rows)[:limit] if conflicting else []
    if form != "table":
        if conflicting:
            rows = [row for conflict in found for row in conflict.rows]
        header, cells, numeric = leaderboard.header_and_rows(rows, whole=form == "csv")
        echo_table(form, header, cells, numeric=numeric)
    elif conflicting:
        emit(found, leaderboard.conflicts(found), as_json=as_json)
    else:
        emit(rows, answers.results(rows), as_json=as_json)
