"""Papers, what was read from them, and the graph, in one SQLite file.

    with open_store("outputs/kg.db", create=True) as store:
        store.put(zip(papers, extractions), version="1")
        store.update_graph()

What is put is kept at once; the graph follows when it is brought up to date.
"""

from __future__ import annotations

from kg.store.database import Store, open_store
from kg.store.edges import Edge, Naming, Number
from kg.store.opened import open_reader
from kg.store.read import NodeRow
from kg.store.reader import Reader
from kg.store.update import Update

__all__ = [
    "Edge",
    "Naming",
    "NodeRow",
    "Number",
    "Reader",
    "Store",
    "Update",
    "open_reader",
    "open_store",
]
