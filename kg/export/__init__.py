"""Writers of the whole graph, a file a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import networkx as nx

from kg.errors import UnknownFormat
from kg.export.csv import write_csv
from kg.export.graphml import write_graphml, write_yed
from kg.export.json import write_json

__all__ = ["WRITERS", "Writer", "export"]

#: Writes the graph to the path, and returns the paths of all files that it wrote.
Writer = Callable[[nx.MultiDiGraph, Path], list[Path]]

#: By the name of the format, which is also the file's suffix.
WRITERS: Final[dict[str, Writer]] = {
    "csv": write_csv,
    "graphml": write_graphml,
    "json": write_json,
    "yed": write_yed,
}


def export(G: nx.MultiDiGraph, path: str | Path, *, format: str | None = None) -> list[Path]:
    """Write the graph in the format that is named, or else that the path's suffix names.

    Returns the paths written. A file that was there is replaced only when the new one is whole.
    The same graph gives the same bytes. Raises UnknownFormat, or KgError if nothing can be
    written there.

    >>> import tempfile
    >>> [path] = export(nx.MultiDiGraph(), Path(tempfile.mkdtemp()) / "field.graphml")
    >>> path.name
    'field.graphml'
    >>> export(nx.MultiDiGraph(), "field.docx")
    Traceback (most recent call last):
    ...
    kg.errors.UnknownFormat: field.docx: no writer for 'docx'; there are csv, graphml, json, yed
    """
    path = Path(path)
    name = (format or path.suffix).removeprefix(".").lower()
    if name not in WRITERS:
        known = ", ".join(sorted(WRITERS))
        raise UnknownFormat(f"no writer for {name!r}; there are {known}", path=str(path))
    return WRITERS[name](G, path)
