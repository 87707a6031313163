"""What the page's file holds of a graph beside its drawing: columns, and the papers' texts.

The island `graph` is lines of `kg.view.columns`: the first tells which columns follow, each as
[name, type, length, lines]. Each island `texts` is one line, a list of papers:
[title, or 0 where it is the label; abstract; start and length of each sentence that is evidence;
start, length and node of each mention; authors; venue; links as [text, address]].
Offsets are in code points of `title + "\\n" + abstract`. loaded.js and texts.js read it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

import numpy as np

from kg.query.conditions import conditions
from kg.query.results import Row, rank
from kg.view.columns import integers, packed_json, rows
from kg.view.rows import EvidenceRow, PaperRow, Rows
from kg.view.tables import KIND_ORDER, NONE, SURE, Columns, Integers, Reported, Tables

#: Papers in one island of texts: few enough that one is unpacked without being felt.
PAPERS_A_CHUNK: Final = 64


class Data:
    """The islands of one graph."""

    def __init__(self, found: Tables, source: Rows) -> None:
        self._tables = found
        self._rows = source
        self._first = found.first_paper
        self._sentences, self._place = _sentences(found.evidence)

    def graph(self) -> list[str]:
        """The lines of the island `graph`."""
        t = self._tables
        nodes, edges, evidence = t.nodes, t.edges, t.evidence
        entities = nodes[: self._first]
        new = np.diff(edges["source"], prepend=NONE) != 0
        listed = evidence["paper"][edges["source"][evidence["edge"]] < self._first]
        values: dict[str, Sequence[Any]] = {
            "ids": [node.id for node in nodes],
            "labels": [node.label for node in nodes],
            "aliases": [list(node.aliases) for node in entities],
            "short": [node.short for node in entities],
            "long": [node.long for node in entities],
            "numbers": self._numbers(),
        }
        numbers: dict[str, Integers] = {
            "papers": _array(node.papers for node in nodes),
            "first": _array(node.first or 0 for node in nodes),
            "span": _array((node.last or 0) - (node.first or 0) for node in nodes),
            "degrees": np.bincount(edges["source"], minlength=len(nodes)),
            "target": np.where(new, edges["target"], np.diff(edges["target"], prepend=0)),
            "relation": edges["relation"],
            "edgePapers": edges["papers"],
            "sure": edges["sure"],
            "edgeFirst": edges["first"],
            "edgeSpan": edges["last"] - edges["first"],
            "evidences": np.bincount(evidence["edge"], minlength=len(edges["source"])),
            "evidencePaper": listed + 1,
            "evidencePlace": self._place,
            "evidenceDoubt": edges["sure"][evidence["edge"]] - evidence["sure"],
            "evidenceReader": evidence["reader"],
        }
        columns = [(name, "rows", len(v), rows(v)) for name, v in values.items()]
        columns += [(name, "integers", len(n), integers(n)) for name, n in numbers.items()]
        header = {
            "kinds": {kind: sum(node.kind == kind for node in nodes) for kind in KIND_ORDER},
            "relations": t.relations,
            "readers": t.readers,
            "texts": t.texts,
            "columns": [[*column, len(lines)] for *column, lines in columns],
        }
        return [packed_json(header), *(line for *_, lines in columns for line in lines)]

    def texts(self) -> Iterator[str]:
        """The islands `texts`, one by one."""
        papers = self._tables.nodes[self._first :]
        mentions = dict(self._tables.mentions)
        mentions["length"] = mentions["end"] - mentions["start"]
        sentences_of = _by_paper(self._sentences, "start", "length")
        mentions_of = _by_paper(mentions, "start", "length", "node")
        for at in range(0, len(papers), PAPERS_A_CHUNK):
            chunk = papers[at : at + PAPERS_A_CHUNK]
            found = {paper.n: paper for paper in self._rows.papers([node.n for node in chunk])}
            yield packed_json(
                [
                    _text(found[node.n], node.label, sentences_of(n), mentions_of(n))
                    for n, node in enumerate(chunk, start=self._first + at)
                ]
            )

    def _numbers(self) -> list[list[Any]]:
        """The numbers in the order of `kg.query.results`, as positions and values."""
        nodes, texts = self._tables.nodes, self._tables.texts
        wanted = {nodes[number.paper].n for number in self._tables.numbers if number.paper != NONE}
        about = {paper.n: paper for paper in self._rows.papers(wanted)}
        reader = {names: place for place, names in enumerate(self._tables.readers)}
        found = ((self._row(number, about), number) for number in self._tables.numbers)
        return [
            [
                *(number.source, number.metric, row.value, row.number, row.high, row.unit),
                *(int(row.relative), number.dataset, number.baseline, list(row.conditions)),
                *(number.paper, number.sure, self._place_of(number, texts)),
                reader.get(number.readers, 0),
            ]
            for row, number in sorted(found, key=lambda pair: (rank(pair[0]), pair[0].baseline_id))
        ]

    def _row(self, number: Reported, about: dict[int, PaperRow]) -> Row:
        """The number as `kg.query.results` knows it, as far as ranking it needs."""

        def named(node: int) -> tuple[str, str]:
            return (
                ("", "")
                if node == NONE
                else (self._tables.nodes[node].label, self._tables.nodes[node].id)
            )

        paper = None if number.paper == NONE else about[self._tables.nodes[number.paper].n]
        value, metric, dataset = number.row.value, named(number.metric), named(number.dataset)
        sentence = _sentence(number.shown, paper)
        return Row(
            *(*named(number.source), *metric, value),
            *(_finite(number.row.number), _finite(number.row.high), number.row.unit),
            number.row.relative,
            conditions(sentence, value, metric=metric[0], dataset=dataset[0]),
            *(*dataset, *named(number.baseline)),
            *(named(number.paper)[1].removeprefix("paper:"), "", None),
            number.sure / SURE,
            None,
        )

    def _place_of(self, number: Reported, texts: list[str]) -> int:
        """Where the number's sentence stands, as the column `evidencePlace` says it."""
        shown = number.shown
        if shown is None:
            return NONE
        if shown.sentence is not None:
            return 2 * texts.index(shown.sentence) + 1
        low, high = np.searchsorted(self._sentences["paper"], [number.paper, number.paper + 1])
        starts = self._sentences["start"][low:high].tolist()
        lengths = self._sentences["length"][low:high].tolist()
        places = list(zip(starts, lengths, strict=True))
        return 2 * places.index((shown.start, shown.end - shown.start))


def _array(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)


def _sentences(evidence: Columns) -> tuple[Columns, Integers]:
    """The sentences of each paper that are evidence, in order, and each evidence's place in it.

    The place of a sentence that stands in its paper is doubled; that of another text is doubled
    and one more.
    """
    there = np.flatnonzero(evidence["text"] == NONE)
    keys = [evidence[name][there] for name in ("paper", "start", "end")]
    order = np.lexsort(keys[::-1])
    paper, start, end = (key[order] for key in keys)
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(paper) != 0) | (np.diff(start) != 0) | (np.diff(end) != 0)
    number = np.cumsum(new) - 1
    sentences = {"paper": paper[new], "start": start[new], "length": (end - start)[new]}
    place = 2 * evidence["text"] + 1
    first = np.searchsorted(sentences["paper"], paper)
    place[there[order]] = 2 * (number - first)
    return sentences, place


def _by_paper(columns: Columns, *names: str) -> Callable[[int], list[int]]:
    """What gives a paper's rows, one after the other."""
    table = np.column_stack([columns[name] for name in names])

    def rows_of(paper: int) -> list[int]:
        low, high = np.searchsorted(columns["paper"], [paper, paper + 1])
        found: list[int] = table[low:high].ravel().tolist()
        return found

    return rows_of


def _text(paper: PaperRow, label: str, sentences: list[int], mentions: list[int]) -> list[Any]:
    addresses = links({"url": paper.url, "doi": paper.doi, "arxiv_id": paper.arxiv_id})
    return [
        *(0 if paper.title == label else paper.title, paper.abstract, sentences, mentions),
        *(list(paper.authors), paper.venue, [[link["text"], link["url"]] for link in addresses]),
    ]


def _sentence(shown: EvidenceRow | None, paper: PaperRow | None) -> str:
    if shown is None:
        return ""
    if shown.sentence is not None or paper is None:
        return shown.sentence or ""
    return f"{paper.title}\n{paper.abstract}"[shown.start : shown.end]


def _finite(number: float | None) -> float | None:
    """The number, or None where JSON has none for it."""
    return number if number is not None and math.isfinite(number) else None


def links(data: dict[str, Any]) -> list[dict[str, str]]:
    """Where a paper can be read, as {text, url}: nothing but http and https addresses.

    >>> links({"url": "javascript:alert(1)", "doi": "10.1/a b", "arxiv_id": ""})
    [{'text': '10.1/a b', 'url': 'https://doi.org/10.1/a%20b'}]
    """
    url, doi, arxiv = (data.get(name) or "" for name in ("url", "doi", "arxiv_id"))
    found = [
        {"text": _host(url), "url": url},
        {"text": doi, "url": f"https://doi.org/{quote(doi)}"},
        {"text": f"arXiv:{arxiv}", "url": f"https://arxiv.org/abs/{quote(arxiv)}"},
    ]
    given = (bool(_host(url)), bool(doi), bool(arxiv))
    return [link for link, there in zip(found, given, strict=True) if there]


def _host(url: str) -> str:
    """The host of an http or https address, or nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
