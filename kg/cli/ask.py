"""The commands that answer from the graph: stats, find, show, links, results, evaluate."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import answers
from kg.cli.options import db_option, json_option, kind_option
from kg.cli.output import emit, to_json

SECTION_LIMIT = 10


@click.command()
@db_option
@click.option("--digest", is_flag=True, help="Print one hash of all that the graph says.")
@json_option
def stats(db: Path, digest: bool, as_json: bool) -> None:
    """Tell what is in the graph.

    \b
    Example:
      kg stats
    """
    if digest:
        from kg.store import open_store

        with open_store(db, readonly=True) as store:
            content = store.digest()
        click.echo(to_json({"digest": content}) if as_json else content)
        return
    from kg.graph import open_graph
    from kg.query import stats as graph_stats

    answer = graph_stats(open_graph(db))
    emit(answer, answers.stats(answer), as_json=as_json)


@click.command()
@click.argument("text")
@kind_option
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@db_option
@json_option
def find(text: str, kind: str | None, limit: int, db: Path, as_json: bool) -> None:
    """Find entities and papers by name, alias or words.

    \b
    Examples:
      kg find transformer
      kg find "small datasets" --kind paper
    """
    from kg.graph import open_graph
    from kg.query import find as graph_find

    matches = graph_find(open_graph(db), text, kind=kind, limit=limit)
    emit(matches, answers.find(text, matches), as_json=as_json)


@click.command()
@click.argument("name")
@kind_option
@click.option("--all", "whole", is_flag=True, help="All links, not only the first of each section.")
@db_option
@json_option
def show(name: str, kind: str | None, whole: bool, db: Path, as_json: bool) -> None:
    """Show the card of a paper or an entity, with the sentences.

    NAME is a node id, a paper's id, a label or an alias, in any case and spelling.

    \b
    Examples:
      kg show seed-01
      kg show CCT
    """
    from kg.graph import open_graph
    from kg.query import card

    G = open_graph(db)
    answer = card(G, name, kind=kind)
    limit = None if whole or answer.kind == "paper" else SECTION_LIMIT
    emit(answer, answers.show(answer, G, limit=limit), as_json=as_json)


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@kind_option
@click.option(
    "--paths", type=click.IntRange(1), default=3, show_default=True, help="With B: at most so many."
)
@db_option
@json_option
def links(a: str, b: str | None, kind: str | None, paths: int, db: Path, as_json: bool) -> None:
    """Show all that A is linked to; with B, how the two are linked.

    \b
    Examples:
      kg links CIFAR-10
      kg links "Compact Transformers" ImageNet
    """
    from kg.graph import open_graph
    from kg.query import connections
    from kg.query import links as graph_links

    G = open_graph(db)
    if b is None:
        found = graph_links(G, a, kind=kind)
        emit(found, answers.links(a, found, G), as_json=as_json)
    else:
        linked = connections(G, a, b, k=paths)
        emit(linked, answers.connections(linked, G), as_json=as_json)


@click.command()
@click.option("--dataset", metavar="D", help="Only numbers on this dataset.")
@click.option("--metric", metavar="M", help="Only numbers of this metric.")
@click.option("--task", metavar="T", help="Only numbers of methods used for this task.")
@click.option("--method", metavar="X", help="Only numbers of this method.")
@db_option
@json_option
def results(db: Path, as_json: bool, **filters: str | None) -> None:
    """List the reported numbers as a leaderboard, best first.

    \b
    Examples:
      kg results --dataset CIFAR-10
      kg results --metric accuracy --json
    """
    from kg.graph import open_graph
    from kg.query import results as graph_results

    rows = graph_results(open_graph(db), **filters)
    emit(rows, answers.results(rows), as_json=as_json)


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("pred", type=click.Path(path_type=Path))
@json_option
def evaluate(gold: Path, pred: Path, as_json: bool) -> None:
    """Compare extracted rows with annotated ones.

    Tells precision, recall and F1. Both files hold one row a line, as `kg extract` writes them.

    \b
    Example:
      kg evaluate gold.jsonl pred.jsonl
    """
    from kg.evaluate import evaluate as score
    from kg.evaluate import read_rows

    scores = score(read_rows(gold), read_rows(pred))
    emit(scores, answers.evaluate(scores), as_json=as_json)
