"""Writers of the whole graph, a file a format, row by row as a graph or a store gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kg.errors import UnknownFormat
from kg.export.csv import write_csv
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml, write_yed
from kg.export.json import write_json
from kg.export.parquet import write_parquet
from kg.export.rows import Graph, Progress, Rows, rows_of
from kg.export.turtle import write_turtle

__all__ = ["WRITERS", "Writer", "export"]

#: Writes the rows to the path, and returns the paths of all files that it wrote.
Writer = Callable[[Rows, Path], list[Path]]

#: By the name of the format, which is also the file's suffix.
WRITERS: Final[dict[str, Writer]] = {
    "csv": write_csv,
    "gexf": write_gexf,
    "graphml": write_graphml,
    "json": write_json,
    "parquet": write_parquet,
    "ttl": write_turtle,
    "yed": write_yed,
}


def export(
    G: Graph,
    path: str | Path,
    *,
    format: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the graph in the format that is named, or else that the path's suffix names.

    `G` is a networkx graph, an open store, or a reader of one with its least confidence; a store
    is written as it is read, in little memory. `progress` is told how many nodes and edges are
    written, of how many. Returns the paths written. A file that was there is replaced only when
    the new one is whole. The same graph gives the same bytes. Raises UnknownFormat, or KgError if
    nothing can be written there.

    >>> import tempfile, networkx as nx
    >>> [path] = export(nx.MultiDiGraph(), Path(tempfile.mkdtemp()) / "field.graphml")
    >>> path.name
    'field.graphml'
    >>> export(nx.MultiDiGraph(), "field.docx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    kg.errors.UnknownFormat: field.docx: no writer for 'docx'; there are csv, gexf, graphml, ...
    """
    path = Path(path)
    name = (format or path.suffix).removeprefix(".").lower()
    if name not in WRITERS:
        known = ", ".join(sorted(WRITERS))
        raise UnknownFormat(f"no writer for {name!r}; there are {known}", path=str(path))
    with rows_of(G, progress) as rows:
        return WRITERS[name](rows, path)
