"""Where the drawn nodes stand: communities together, and no label over another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

SEED: Final = 7
#: How much harder an edge pulls within a community than between two.
TOGETHER: Final = 3.0
#: How hard the centre pulls, so that what is joined to nothing else does not drift off.
GRAVITY: Final = 4.0
#: Width to height of the drawing, about that of the page's canvas.
ASPECT: Final = 1.2
#: The drawing's area over that of the boxes in it.
SPREAD: Final = 1.4
ROUNDS: Final = 400

Box = tuple[float, float]
Points = NDArray[np.float64]


def positions(G: nx.Graph, boxes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """Whole-number coordinates of each node's box centre, in pixels at the scale of one.

    `G` is simple and undirected, with the edge attribute `weight`; `boxes` gives the width and
    height that each node and its label take. ForceAtlas2 (Jacomy et al. 2014) places the
    nodes, Louvain communities (Blondel et al. 2008) pull together; then boxes that overlap are
    pushed apart. The same graph gives the same positions.

    >>> at = positions(nx.path_graph(["a", "b", "c"]), dict.fromkeys("abc", (60, 20)))
    >>> all(abs(at[u][0] - at[v][0]) >= 60 or abs(at[u][1] - at[v][1]) >= 20
    ...     for u, v in ("ab", "ac", "bc"))
    True
    """
    names = list(G)
    # Sets of strings have an order of their own in every run; sets of small integers don't.
    H = nx.convert_node_labels_to_integers(G)
    size = np.array([boxes[name] for name in names], dtype=float).reshape(-1, 2)
    at = _apart(_fitted(_forces(H), size), size)
    return {name: (round(x), round(y)) for name, (x, y) in zip(names, at.tolist(), strict=True)}


def _forces(H: nx.Graph) -> Points:
    if len(H) < 3:
        return np.array([[float(node), 0.0] for node in H]).reshape(-1, 2)
    communities = nx.community.louvain_communities(H, seed=SEED)
    community = {node: i for i, members in enumerate(communities) for node in members}
    for u, v, data in H.edges(data=True):
        together = TOGETHER if community[u] == community[v] else 1.0
        data["pull"] = math.log2(1 + data.get("weight", 1)) * together
    # Its logarithm of a node's distance to itself is no number, and is overwritten with 0.
    with np.errstate(invalid="ignore"):
        found = nx.forceatlas2_layout(
            H,
            pos=_start(communities),
            max_iter=ROUNDS,
            gravity=GRAVITY,
            weight="pull",
            linlog=True,
            seed=SEED,
        )
    return np.array([found[node] for node in H])


def _start(communities: list[set[int]]) -> dict[int, Points]:
    """Each community on its own arc of a circle, which a seeded shake makes uneven."""
    order = [node for members in communities for node in sorted(members)]
    random = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * math.pi, len(order), endpoint=False)
    circle = 10 * np.column_stack([np.cos(angles), np.sin(angles)])
    return dict(zip(order, circle + random.uniform(-1, 1, circle.shape), strict=True))


def _fitted(at: Points, size: Points) -> Points:
    """Centred, the longer way sideways, and stretched to an area in which the boxes have room."""
    if len(at) < 2:
        return at
    if np.ptp(at[:, 0]) < np.ptp(at[:, 1]):
        at = at[:, ::-1]
    at = at - (at.max(axis=0) + at.min(axis=0)) / 2
    area = SPREAD * float((size[:, 0] * size[:, 1]).sum())
    height = math.sqrt(area / ASPECT)
    wanted = np.array([height * ASPECT, height])
    fitted: Points = at * wanted / np.maximum(np.ptp(at, axis=0), 1e-9)
    return fitted


def _apart(at: Points, size: Points) -> Points:
    """Boxes that overlap pushed apart, in small steps along the line between their centres.

    Distances are measured in box widths and heights: wide boxes give way as much sideways as up
    and down, and the drawing keeps its shape.
    """
    reach = (size[:, None] + size[None]) / 2
    # Two at the very same place part by their order.
    order = np.arange(len(at))
    at = at + np.column_stack([order % 7, order % 5]) * 0.01
    for _ in range(ROUNDS):
        gap = (at[:, None] - at[None]) / reach
        nearness = np.abs(gap).max(axis=-1)
        np.fill_diagonal(nearness, np.inf)
        if (nearness >= 1).all():
            break
        push = np.where(nearness < 1, 1 / np.maximum(nearness, 0.05) - 1, 0.0)
        step = gap * reach * np.minimum(push, 1.0)[..., None]
        at = at + 0.25 * step.sum(axis=1)
    return at
