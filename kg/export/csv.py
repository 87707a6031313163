"""Two tables in CSV (RFC 4180, UTF-8): FILE.csv of edges and FILE.nodes.csv of nodes.

Papers are written by strangers, and a spreadsheet runs a cell that begins like a formula; such
cells get a leading apostrophe (https://owasp.org/www-community/attacks/CSV_Injection). Cells
that are numbers stay as they are.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, Final

from kg.export.files import replacing
from kg.export.flat import Scalar, clean, edges, nodes
from kg.export.rows import Rows

NODE_COLUMNS: Final = (
    *("id", "label", "kind", "aliases", "short", "long", "papers", "first_year", "last_year"),
    *("title", "authors", "year", "venue", "url", "doi", "arxiv_id", "abstract"),
)
EDGE_COLUMNS: Final = (
    *("source", "source_label", "relation", "target", "target_label", "weight", "confidence"),
    *("value", "number", "high", "unit", "relative", "dataset", "baseline", "paper"),
    *("papers", "sentence", "sentence_paper", "start", "end", "extractor"),
    *("surface", "mentions", "key"),
)

# The full-width forms count too: some spreadsheets fold them.
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?%?")


def write_csv(rows: Rows, path: Path) -> list[Path]:
    """Write both tables, and put them in place when both are whole. Returns their paths."""
    node_path = path.with_suffix(".nodes.csv")
    with replacing(path) as edge_file, replacing(node_path) as node_file:
        table = csv.DictWriter(edge_file, EDGE_COLUMNS, extrasaction="ignore")
        table.writeheader()
        table.writerows(
            _row(
                data,
                key=key,
                source=source,
                source_label=rows.label(source),
                target=target,
                target_label=rows.label(target),
            )
            for source, target, key, data in edges(rows)
        )
        table = csv.DictWriter(node_file, NODE_COLUMNS, extrasaction="ignore")
        table.writeheader()
        table.writerows(_row(data, id=node) for node, data in nodes(rows))
    return [path, node_path]


def cell(value: Scalar) -> Scalar:
    """The value as it may stand in a spreadsheet.

    >>> cell("=1+1"), cell("-softmax"), cell("-3.5"), cell("+2.1%"), cell(-3.5)
    ("'=1+1", "'-softmax", '-3.5', '+2.1%', -3.5)
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _row(data: dict[str, Scalar], **more: Any) -> dict[str, Scalar]:
    texts = {name: clean(text) for name, text in more.items()}
    return {name: cell(value) for name, value in (data | texts).items()}
