"""Answers as blocks: what a person wants to see of each, in the order in which it is read."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.blocks import Block, Fact, Facts, Heading, Hint, Quote, Table
from kg.cli.leaderboard import quote
from kg.cli.options import DEFAULT_DB
from kg.model import ACHIEVES, KINDS

if TYPE_CHECKING:
    import networkx as nx

    from kg.build import BuildReport
    from kg.evaluate import Score
    from kg.query import Card, Connections, Group, Link, Match, Node, Row, Stats

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
_TITLES: Final = tuple(SECTIONS.values())
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


def show(card: Card, G: nx.MultiDiGraph, *, limit: int | None) -> Iterator[Block]:
    """A card: what the node is, its links by relation, its numbers; `limit` of each section.

    A paper's facts come in the order in which it states them, an entity's the best first.
    """
    yield Heading(card.label, tuple(_details(card)), card.kind)
    found: Iterable[Link] = (link for group in card.links for link in group.links)
    rows: Iterable[Row] = card.results
    if card.kind == "paper":
        found = sorted(found, key=lambda link: _place_of_link(G, link))
        rows = sorted(rows, key=_place_of_row)
    for title, members in _sections(link for link in found if link.relation != ACHIEVES):
        yield _some(title, [_link_fact(G, link, _name(link.other)) for link in members], limit)
    if rows:
        yield _some("Numbers", [_number_fact(row) for row in rows], limit)


def links(name: str, groups: Sequence[Group], G: nx.MultiDiGraph) -> Iterator[Block]:
    """The links of one node, by relation, direction and kind, and how many are left out."""
    if not groups:
        yield Hint((f"Nothing is linked to {name!r}.",))
    for group in sorted(groups, key=lambda g: _ORDER[g.relation, g.reversed, g.kind]):
        title = SECTIONS[group.relation, group.reversed, group.kind]
        facts = tuple(_link_fact(G, link, _arrow(link)) for link in group.links)
        yield Facts(f"{title}{_left_out(len(facts), group.total)}", facts)


def connections(answer: Connections, G: nx.MultiDiGraph) -> Iterator[Block]:
    """How two nodes are linked: edges between them, what they share, ways from one to the other.

    The arrow of a hop against its edge points to the left.
    """
    yield Heading(f"{_name(answer.a)} and {_name(answer.b)}")
    if answer.direct:
        yield Facts("Direct", tuple(_hop(G, link) for link in answer.direct))
    for shared in answer.shared:
        hops = tuple(_hop(G, link) for s in shared.neighbours for link in (s.from_a, s.from_b))
        left_out = _left_out(len(shared.neighbours), shared.total)
        yield Facts(f"Shared {shared.kind}s: {shared.total:,}{left_out}", hops)
    longer = (path for path in answer.paths if len(path.hops) > 1)  # the other is told above
    for number, path in enumerate(longer, start=1):
        hops = tuple(_hop(G, link) for link in path.hops)
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


def _sections(found: Iterable[Link]) -> Iterator[tuple[str, Iterator[Link]]]:
    """The links by title, titles in the order of SECTIONS, links in the order they came."""

    def key(link: Link) -> int:
        return _ORDER[link.relation, link.reversed, link.other.kind]

    for rank, members in groupby(sorted(found, key=key), key=key):
        yield _TITLES[rank], members


def _some(title: str, facts: Sequence[Fact], limit: int | None) -> Facts:
    shown = tuple(facts[:limit])
    more = f" (first {len(shown)} of {len(facts)}; --all)" if len(shown) < len(facts) else ""
    return Facts(f"{title}{more}", shown)


def _left_out(shown: int, total: int) -> str:
    return f" ({shown:,} of {total:,}; {total - shown:,} more: --all)" if shown < total else ""


def _link_fact(G: nx.MultiDiGraph, link: Link, text: str) -> Fact:
    stated = _count(link.papers, "paper") if link.papers > 1 else ""
    names = tuple(
        name
        for node in (link.source, link.target)
        if node.kind != "paper"
        for name in (node.label, *G.nodes[node.id]["aliases"])
    )
    quotes = (Quote(e.sentence, e.paper, names) for e in link.sentences[:1])
    return Fact(text, _joined(link.note, stated, _surety(G, link)), tuple(quotes))


def _surety(G: nx.MultiDiGraph, link: Link) -> str:
    """How sure the link is, and which extractors agree on it in the paper that is quoted."""
    evidence = G.edges[link.source.id, link.target.id, link.key]["evidence"]
    quoted = {e.paper for e in link.sentences[:1]}
    extractors = sorted({e.extractor for e in evidence if e.paper in quoted})
    return f"{link.confidence:.2f} {'+'.join(extractors)}".rstrip()


def _hop(G: nx.MultiDiGraph, link: Link) -> Fact:
    near = link.target if link.reversed else link.source
    return _link_fact(G, link, f"{_name(near)} {_arrow(link)}")


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


def _place_of_link(G: nx.MultiDiGraph, link: Link) -> tuple[int, int]:
    """Where the paper states it: its sentence, and in that the name of the other end."""
    if not link.sentences:
        return 0, 0
    sentence = link.sentences[0]
    mentions = G.edges[link.source.id, link.target.id, link.key].get("mentions", ())
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
