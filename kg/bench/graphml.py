"""GraphML of a store: seconds and memory, against networkx.write_graphml of the same graph.

    python -m kg.bench graphml --db outputs/kg.db

Each way runs in a process of its own, which is told from the peak of its resident memory. The
graph of networkx has the attributes that our file has, plain, and nothing else: it is made of the
rows of the store, so that no memory is counted that it does not need.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.export import export
from kg.export.flat import edges, nodes
from kg.export.rows import rows_of
from kg.store import open_store

if TYPE_CHECKING:
    import networkx as nx

#: Bytes in one unit of `ru_maxrss`.
_UNIT: Final = 1 if sys.platform == "darwin" else 1024


def main(argv: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m kg.bench graphml", description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("outputs/kg.db"))
    parser.add_argument("--way", choices=WAYS, help="only this one, in this process, as JSON")
    args = parser.parse_args(argv)
    if args.way:
        print(json.dumps(measured(args.way, args.db)))
        return
    found = {}
    for way in WAYS:
        command = [sys.executable, "-m", "kg.bench", "graphml", "--db", str(args.db), "--way", way]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found[way] = json.loads(done.stdout)
    print(_table(found))


def measured(way: str, db: Path) -> dict[str, float]:
    """Seconds to load and to write, of the clock and of the processor; peak memory; file size."""
    load, write = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "graph.graphml")
        with open_store(db, readonly=True) as store, store.snapshot():
            at_first = time.perf_counter(), time.process_time()
            graph = load(store)
            loaded = time.perf_counter(), time.process_time()
            write(graph, path)
            written = time.perf_counter(), time.process_time()
        return {
            "load": loaded[0] - at_first[0],
            "write": written[0] - loaded[0],
            "load_cpu": loaded[1] - at_first[1],
            "write_cpu": written[1] - loaded[1],
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT,
            "size": path.stat().st_size,
        }


def _itself(store: Any) -> Any:
    return store


def _whole(store: Any) -> nx.MultiDiGraph:
    from kg.graph import load_graph

    return load_graph(store)


def _plain(store: Any) -> nx.MultiDiGraph:
    """The graph with the attributes that our GraphML has."""
    import networkx as nx

    G = nx.MultiDiGraph()
    with rows_of(store) as rows:
        G.add_nodes_from(nodes(rows))
        G.add_edges_from(edges(rows))
    return G


def _networkx(G: nx.MultiDiGraph, path: Path) -> None:
    import networkx as nx

    nx.write_graphml(G, path)


#: By its name, how a way makes what it writes, and how it writes it.
WAYS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any, Path], Any]]]] = {
    "kg, from the store": (_itself, export),
    "kg, from a networkx graph": (_whole, export),
    "networkx.write_graphml": (_plain, _networkx),
}


def _table(found: dict[str, dict[str, float]]) -> str:
    *_, last = found.values()
    head = f"{'':28}{'load s':>8}{'write s':>9}{'(cpu)':>8}{'ratio':>7}{'peak MiB':>10}{'ratio':>7}"
    lines = [head + f"{'file MB':>9}"]
    for way, row in found.items():
        lines.append(
            f"{way:28}{row['load']:8.1f}{row['write']:9.1f}{row['write_cpu']:8.1f}"
            f"{row['write_cpu'] / last['write_cpu']:7.2f}{row['memory'] / 2**20:10.0f}"
            f"{row['memory'] / last['memory']:7.3f}{row['size'] / 1e6:9.0f}"
        )
    return "\n".join(lines)
