"""Papers, what was read from them, and the graph, in one SQLite file.

    with open_store("outputs/kg.db", create=True) as store:
        store.put(zip(papers, extractions), version="1")
        store.write_graph(resolve(store.extractions()))

What is put is kept at once; the graph is written anew as a whole, from all that is kept.
"""

from __future__ import annotations

from kg.store.database import Store, open_store
from kg.store.edges import Edge, Naming, Number
from kg.store.read import NodeRow

__all__ = ["Edge", "Naming", "NodeRow", "Number", "Store", "open_store"]
