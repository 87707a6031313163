"""Answers as blocks: what a person wants to see of each, in the order in which it is read."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.blocks import Block, Fact, Facts, Heading, Hint, Quote, Table
from kg.cli.leaderboard import quote
from kg.cli.options import DEFAULT_DB
from kg.model import ACHIEVES, KINDS

if TYPE_CHECKING:
    from kg.build import BuildReport
    from kg.evaluate import Score
    from kg.query import Card, Connections, Group, Link, Match, Node, Row, Stats
    from kg.query.source import Source

#: What the links of one relation are called on a card, and in which order they come there: the
#: relation, whether the card's node is its target, and the kind of the other end.
SECTIONS: Final[dict[tuple[str, bool, str], str]] = {
    ("proposes", True, "paper"): "Proposed in",
    ("introduces", True, "paper"): "Introduced in",
    ("proposes", False, "method"): "Proposes",
    ("introduces", False, "dataset"): "Introduces",
    ("evaluates_on", False, "dataset"): "Datasets",
    ("reports", False, "metric"): "Metrics",
    ("addresses", False, "task"): "Tasks",
    ("variant_of", False, "method"): "Variant of",
    ("variant_of", True, "method"): "Variants",
    ("variant_of", False, "dataset"): "Variant of",
    ("variant_of", True, "dataset"): "Variants",
    ("uses", False, "method"): "Uses",
    ("compares_with", False, "method"): "Compared with",
    ("used_for", False, "task"): "Used for",
    ("evaluated_on", False, "dataset"): "Evaluated on",
    ("measured_by", False, "metric"): "Measured by",
    ("compared_with", False, "method"): "Compared with",
    ("compared_with", True, "method"): "Baseline of",
    ("uses", True, "method"): "Used by",
    ("used_for", True, "method"): "Methods used for it",
    ("evaluated_on", True, "method"): "Methods evaluated on it",
    ("measured_by", True, "method"): "Methods measured by it",
    ("uses", True, "paper"): "Used in",
    ("compares_with", True, "paper"): "Baseline in",
    ("evaluates_on", True, "paper"): "Used in",
    ("reports", True, "paper"): "Reported in",
    ("addresses", True, "paper"): "Addressed in",
    ("achieves", False, "metric"): "Numbers",
    ("achieves", True, "method"): "Numbers of methods",
    ("achieves", True, "paper"): "Numbers of papers",
}
_ORDER: Final = {key: rank for rank, key in enumerate(SECTIONS)}


def build(report: BuildReport, found: Stats, written: Sequence[Path]) -> Iterator[Block]:
    """The summary of a build, and what to try next."""
    read = f"{report.added:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged"
    numbers = found.edges.get(ACHIEVES, 0)
    rows = [
        ("papers", f"{found.nodes['paper']:,}", read),
        *((f"{kind}s", f"{found.nodes[kind]:,}", _top(found.top[kind])) for kind in KINDS),
        ("relations", f"{sum(found.edges.values()) - numbers:,}", ""),
        ("numbers", f"{numbers:,}", ""),
        ("rejected", f"{report.rejected:,}", ""),
        ("seconds", f"{report.seconds:.1f}", ""),
    ]
    yield Table(("", "count", ""), tuple(rows), numeric=frozenset({1}))
    yield Table(("written",), tuple((str(path),) for path in written))
    names = [found.top[kind][0].label for kind in ("method", "dataset") if found.top[kind]]
    tries = [["show", *names[:1]], ["links", *names], ["view", "--open"]]
    where = [] if str(written[0]) == DEFAULT_DB else ["--db", str(written[0])]
    yield Hint(("Try:", *(shlex.join(["kg", *words, *where]) for words in tries)))


def stats(answer: Stats) -> Iterator[Block]:
    """Counts by kind and relation, and the most frequent entities of each kind."""
    yield Table(("nodes", "count"), _counts(answer.nodes), numeric=frozenset({1}))
    yield Table(("edges", "count"), _counts(answer.edges), numeric=frozenset({1}))
    for kind, nodes in answer.top.items():
        if nodes:
            rows = tuple((node.label, str(node.papers)) for node in nodes)
            yield Table((kind, "papers"), rows, numeric=frozenset({1}))


def find(text: str, matches: Sequence[Match]) -> Iterator[Block]:
    """The nodes found, each with the text that matched."""
    if not matches:
        yield Hint((f"Nothing found for {text!r}.",))
        return
    yield Table(
        ("kind", "label", "papers", "matched", "id"),
        tuple((m.kind, m.label, str(m.papers), _matched(m), m.id) for m in matches),
        numeric=frozenset({2}),
    )


def show(card: Card, g: Source) -> Iterator[Block]:
    """A card: what the node is, its links by relation, its numbers, and how many are left out.

    A paper's facts come in the order in which it states them, an entity's the best first.
    """
    yield Heading(card.label, tuple(_details(card)), card.kind)
    rows: Iterable[Row] = card.results
    for group in _in_order(group for group in card.links if group.relation != ACHIEVES):
        links: Iterable[Link] = group.links
        if card.kind == "paper":
            links = sorted(links, key=lambda link: _place_of_link(g, link))
        facts = [_link_fact(g, link, _name(link.other)) for link in links]
        yield _some(_title(group), facts, group.total)
    if card.kind == "paper":
        rows = sorted(rows, key=_place_of_row)
    if rows:
        yield _some("Numbers", [_number_fact(row) for row in rows], card.total_results)


def links(name: str, groups: Sequence[Group], g: Source) -> Iterator[Block]:
    """The links of one node, by relation, direction and kind, and how many are left out."""
    if not groups:
        yield Hint((f"Nothing is linked to {name!r}.",))
    for group in _in_order(groups):
        facts = [_link_fact(g, link, _arrow(link)) for link in group.links]
        yield _some(_title(group), facts, group.total)


def connections(answer: Connections, g: Source) -> Iterator[Block]:
    """How two nodes are linked: edges between them, what they share, ways from one to the other.

    The arrow of a hop against its edge points to the left.
    """
    yield Heading(f"{_name(answer.a)} and {_name(answer.b)}")
    if answer.direct:
        yield Facts("Direct", tuple(_hop(g, link) for link in answer.direct))
    for shared in answer.shared:
        hops = tuple(_hop(g, link) for s in shared.neighbours for link in (s.from_a, s.from_b))
        left_out = _left_out(len(shared.neighbours), shared.total)
        yield Facts(f"Shared {shared.kind}s: {shared.total:,}{left_out}", hops)
    longer = (path for path in answer.paths if len(path.hops) > 1)  # the other is told above
    for number, path in enumerate(longer, start=1):
        hops = tuple(_hop(g, link) for link in path.hops)
        yield Facts(f"Path {number}: {_count(len(hops), 'hop')}", hops)
    if not answer.paths:
        yield Hint(("No short path joins the two.",))


def results(rows: Sequence[Row]) -> Iterator[Block]:
    """The levels as one leaderboard, then the changes, with the sentence behind each number."""
    if not rows:
        yield Hint(("No number was reported for that.",))
    for relative, title in ((False, ""), (True, "Changes against a baseline")):
        told = [row for row in rows if row.relative is relative]
        if told:
            yield _leaderboard(told, title)


def _leaderboard(rows: Sequence[Row], title: str) -> Table:
    columns = {
        "dataset": [row.dataset for row in rows],
        "metric": [row.metric for row in rows],
        "value": [row.value for row in rows],
        "method": [row.method for row in rows],
        "over": [row.baseline for row in rows],
        "conditions": [", ".join(row.conditions) for row in rows],
        "paper": [row.paper for row in rows],
        "year": [str(row.year or "") for row in rows],
    }
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    return Table(
        tuple(filled),
        tuple(zip(*filled.values(), strict=True)),
        title,
        numeric=frozenset({list(filled).index("value")}),
        quotes=tuple(map(quote, rows)),
    )


def evaluate(scores: Sequence[Score]) -> Iterator[Block]:
    """Precision, recall and F1 of each figure."""
    yield Table(
        ("", "P", "R", "F1", "gold", "predicted"),
        tuple(
            (
                score.name,
                *(f"{figure:.3f}" for figure in (score.precision, score.recall, score.f1)),
                str(score.gold),
                str(score.predicted),
            )
            for score in scores
        ),
        numeric=frozenset(range(1, 6)),
    )


def _counts(counts: dict[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{count:,}") for name, count in counts.items())


def _details(card: Card) -> Iterator[str]:
    if card.kind == "paper":
        yield _joined(card.id.removeprefix("paper:"), card.year, card.venue, card.url)
        yield from filter(None, (", ".join(card.authors),))
        return
    years = dict.fromkeys(year for year in (card.first_year, card.last_year) if year)
    yield _joined(card.id, _count(card.papers, "paper"), "-".join(map(str, years)))
    if card.aliases:
        yield f"also {', '.join(card.aliases)}"


def _top(nodes: Sequence[Node]) -> str:
    return ", ".join(node.label for node in nodes[:3])


def _matched(match: Match) -> str:
    return match.how if match.surface == match.label else f"{match.how}: {match.surface}"


def _in_order(groups: Iterable[Group]) -> list[Group]:
    """The groups in the order in which a card lists them."""
    return sorted(groups, key=lambda g: _ORDER[g.relation, g.reversed, g.kind])


def _title(group: Group) -> str:
    return SECTIONS[group.relation, group.reversed, group.kind]


def _some(title: str, facts: Sequence[Fact], total: int) -> Facts:
    return Facts(f"{title}{_left_out(len(facts), total)}", tuple(facts))


def _left_out(shown: int, total: int) -> str:
    return f" ({shown:,} of {total:,}; {total - shown:,} more: --all)" if shown < total else ""


def _link_fact(g: Source, link: Link, text: str) -> Fact:
    stated = _count(link.papers, "paper") if link.papers > 1 else ""
    names = tuple(
        name
        for node in (link.source, link.target)
        if node.kind != "paper"
        for name in (node.label, *g.data(node.id)["aliases"])
    )
    quotes = (Quote(e.sentence, e.paper, names) for e in link.sentences[:1])
    surety = f"{link.confidence:.2f} {'+'.join(link.extractors)}".rstrip()
    return Fact(text, _joined(link.note, stated, surety), tuple(quotes))


def _hop(g: Source, link: Link) -> Fact:
    near = link.target if link.reversed else link.source
    return _link_fact(g, link, f"{_name(near)} {_arrow(link)}")


def _arrow(link: Link) -> str:
    arrow = f"<--{link.relation}--" if link.reversed else f"--{link.relation}-->"
    return f"{arrow} {_name(link.other)}"


def _name(node: Node) -> str:
    """What a node is called in a line; a paper by its id and the beginning of its title."""
    if node.kind != "paper":
        return node.label
    return (
        f"{node.id.removeprefix('paper:')} {textwrap.shorten(node.label, 60, placeholder=' ...')}"
    )


def _number_fact(row: Row) -> Fact:
    parts = [f"{row.value} {row.metric}"]
    parts += [f"on {row.dataset}"] if row.dataset else []
    parts += [f"by {row.method}"] if not row.method_id.startswith("paper:") else []
    parts += [f"over {row.baseline}"] if row.baseline else []
    note = _joined("change" if row.relative else "", f"{row.confidence:.2f}")
    return Fact(" ".join(parts), note, (quote(row),))


def _place_of_link(g: Source, link: Link) -> tuple[int, int]:
    """Where the paper states it: its sentence, and in that the name of the other end."""
    if not link.sentences:
        return 0, 0
    sentence = link.sentences[0]
    edges = g.edges_between(link.source.id, link.target.id)
    mentions = next(data.get("mentions", ()) for *_, key, data in edges if key == link.key)
    inside = (start for start, _ in mentions if sentence.start <= start < sentence.end)
    return sentence.start, min(inside, default=sentence.end)


def _place_of_row(row: Row) -> tuple[int, int]:
    """Where the paper reports it: its sentence, and in that the value."""
    if not row.sentence:
        return 0, 0
    return row.sentence.start, row.sentence.sentence.find(row.value)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)
