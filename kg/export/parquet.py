"""Two Parquet files (https://parquet.apache.org): FILE.parquet of edges, FILE.nodes.parquet.

They hold everything: lists are lists, and evidence a list of objects, so that pandas, DuckDB or
Spark read them as they are. Needs pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from kg.errors import KgError
from kg.export.csv import NODE_COLUMNS
from kg.export.files import replacing
from kg.export.flat import clean
from kg.export.rows import Rows
from kg.model import Evidence

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows that are written at once, and read at once.
_GROUP: Final = 10_000

_INTEGERS: Final = ("papers", "first_year", "last_year", "year", "weight", "start", "end")
_FLOATS: Final = ("confidence", "number", "high")
_LISTS: Final = ("aliases", "authors", "surface")
EDGE_COLUMNS: Final = (
    *("source", "target", "key", "relation", "weight", "confidence", "evidence"),
    *("surface", "mentions"),
    *("paper", "value", "number", "high", "unit", "dataset", "baseline", "relative"),
)


def write_parquet(rows: Rows, path: Path) -> list[Path]:
    """Write both files, and put them in place when both are whole. Returns their paths.

    Raises KgError where pyarrow is missing.
    """
    node_path = path.with_suffix(".nodes.parquet")
    edges = (
        {**data, "source": source, "target": target, "key": key}
        for source, target, key, data in rows.edges()
    )
    nodes = ({**data, "id": node} for node, data in rows.nodes())
    with replacing(path) as edge_file, replacing(node_path) as node_file:
        _write(edge_file, EDGE_COLUMNS, edges)
        _write(node_file, NODE_COLUMNS, nodes)
    return [path, node_path]


def _write(file: TextIO, columns: Iterable[str], rows: Iterator[Mapping[str, Any]]) -> None:
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise KgError(
            "Parquet needs pyarrow, which is not installed: pip install 'kg[parquet]'"
        ) from error
    schema = pa.schema([(name, _type(pa, name)) for name in columns])
    with ParquetWriter(file.buffer, schema, compression="zstd") as writer:
        while group := [_plain(row) for row in islice(rows, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema))


def _type(pa: Any, name: str) -> pa.DataType:
    if name == "evidence":
        shown = [(field.name, _type(pa, field.name)) for field in fields(Evidence)]
        return pa.list_(pa.struct(shown))
    if name == "mentions":
        return pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
    if name in _LISTS:
        return pa.list_(pa.string())
    if name in _INTEGERS:
        return pa.int64()
    if name in _FLOATS:
        return pa.float64()
    return pa.bool_() if name == "relative" else pa.string()


def _plain(value: Any) -> Any:
    """The value as pyarrow takes it: no text that UTF-8 cannot hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Evidence):
        return _plain(asdict(value))
    if isinstance(value, tuple):
        return dict(zip(("start", "end"), value, strict=True))
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
