"""A graph of hostile texts in every place, for the tests of exports."""

from __future__ import annotations

import networkx as nx

from kg.model import Evidence

HOSTILE = (
    "\x00\x01\x1b[31m",
    "<script>alert('x')</script>",
    "half \ud800 pair \udfff",
    "rtl \u202e مجموعة",
    "]]> & &amp; <![CDATA[",
    "line\r\nbreak\ttab\rreturn\n",
    "\ufffe\uffff",
    " spaces ",
    "a|b",
    '=HYPERLINK("http://x")',
    "😀 \u2028",
)


def hostile_graph() -> nx.MultiDiGraph:
    """Every hostile text in every place: id, label, lists, sentences, values."""
    G = nx.MultiDiGraph(name="<&>\x02")
    for n, text in enumerate(HOSTILE):
        node = f"paper:{text}"
        data = {"label": text, "title": text, "abstract": text, "url": text, "year": None}
        G.add_node(node, kind="paper", aliases=[text, text], papers=1, authors=[], **data)
        G.add_node(f"method:{n}", label=text, kind="method", aliases=[text], papers=n)
        seen = Evidence(text, n, n + 1, text, text, n / 7)
        common = {"weight": 1, "confidence": n / 7, "evidence": [seen]}
        G.add_edge(
            node,
            f"method:{n}",
            key="uses",
            relation="uses",
            surface=[text],
            mentions=[(1, 2), (3, 4)],
            **common,
        )
        number = float("inf") if n == 0 else n / 3
        more = {"value": text, "number": number, "unit": text, "dataset": "", "paper": text}
        key = f"achieves:{text}@#{text}"
        G.add_edge(f"method:{n}", "method:0", key=key, relation="achieves", **more, **common)
    return G
