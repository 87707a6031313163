"""Papers, what was read from them, and the graph, in one SQLite file.

    with open_store("outputs/kg.db", create=True) as store:
        store.put(zip(papers, extractions), version="1")
        store.update_graph()

What is put is kept at once; the graph follows when it is brought up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazy import load_lazily

if TYPE_CHECKING:
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

load_lazily(
    __name__,
    {
        "Edge": "kg.store.edges",
        "Naming": "kg.store.edges",
        "NodeRow": "kg.store.read",
        "Number": "kg.store.edges",
        "Reader": "kg.store.reader",
        "Store": "kg.store.database",
        "Update": "kg.store.update",
        "open_reader": "kg.store.opened",
        "open_store": "kg.store.database",
    },
)
