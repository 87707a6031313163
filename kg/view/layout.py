"""Where the drawn nodes stand: communities together and apart from others, labels side by side."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

SEED: Final = 7
#: How hard the centre pulls, so that what is joined to nothing else does not drift off.
GRAVITY: Final = 4.0
#: Width to height of the drawing, about that of the page's canvas.
ASPECT: Final = 1.25
#: The area of a drawing over that of the boxes in it.
SPREAD: Final = 1.3
#: Pixels between two communities.
GAP: Final = 56.0
ROUNDS: Final = 400

Box = tuple[float, float]
Points = NDArray[np.float64]


class Spot(NamedTuple):
    """The centre of a node's box, in whole pixels at the scale of one, and its community."""

    x: int
    y: int
    community: int


def positions(G: nx.Graph, boxes: Mapping[str, Box]) -> dict[str, Spot]:
    """Where each node stands, so that no two boxes overlap.

    `G` is simple and undirected, with the edge attribute `weight`; `boxes` gives the width and
    height that each node and its label take. Louvain communities (Blondel et al. 2008), the
    largest first, are laid out one by one and then side by side; ForceAtlas2 (Jacomy et al. 2014)
    does both, then boxes that overlap are pushed apart. The same graph gives the same positions.

    >>> at = positions(nx.path_graph(["a", "b", "c"]), dict.fromkeys("abc", (60, 20)))
    >>> all(abs(at[u].x - at[v].x) >= 60 or abs(at[u].y - at[v].y) >= 20
    ...     for u, v in ("ab", "ac", "bc"))
    True
    """
    names = list(G)
    # Sets of strings have an order of their own in every run; sets of small integers don't.
    H = nx.convert_node_labels_to_integers(G)
    size = np.array([boxes[name] for name in names], dtype=float).reshape(-1, 2)
    communities = _communities(H)
    at = np.zeros((len(names), 2))
    for members in communities:
        at[members] = _laid_out(H.subgraph(members), members, size[members])
    centres, flips = _side_by_side(H, communities, at, size)
    community = np.zeros(len(names), dtype=int)
    for i, members in enumerate(communities):
        at[members] = at[members] * flips[i] + centres[i]
        community[members] = i
    return {
        name: Spot(round(x), round(y), int(community[node]))
        for node, (name, (x, y)) in enumerate(zip(names, at.tolist(), strict=True))
    }


def _communities(H: nx.Graph) -> list[list[int]]:
    if not H:
        return []
    found = nx.community.louvain_communities(H, seed=SEED)
    return sorted((sorted(members) for members in found), key=lambda m: (-len(m), m))


def _laid_out(H: nx.Graph, nodes: Sequence[int], size: Points) -> Points:
    """The centres of the nodes' boxes, around the origin of the box that holds them all."""
    at = _apart(_fitted(_forces(H, nodes), size), size)
    low, high = (at - size / 2).min(axis=0), (at + size / 2).max(axis=0)
    centred: Points = at - (low + high) / 2
    return centred


def _forces(H: nx.Graph, nodes: Sequence[int]) -> Points:
    if len(nodes) < 3:
        return np.array([[float(i), 0.0] for i, _ in enumerate(nodes)]).reshape(-1, 2)
    for _, _, data in H.edges(data=True):
        data["pull"] = math.log2(1 + data.get("weight", 1))
    # Its logarithm of a node's distance to itself is no number, and is overwritten with 0.
    with np.errstate(invalid="ignore", divide="ignore"):
        found = nx.forceatlas2_layout(
            H,
            pos=_start(nodes),
            max_iter=ROUNDS,
            gravity=GRAVITY,
            weight="pull",
            linlog=True,
            seed=SEED,
        )
    return np.array([found[node] for node in nodes])


def _start(nodes: Sequence[int]) -> dict[int, Points]:
    """A circle, which a seeded shake makes uneven."""
    random = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * math.pi, len(nodes), endpoint=False)
    circle = 10 * np.column_stack([np.cos(angles), np.sin(angles)])
    return dict(zip(nodes, circle + random.uniform(-1, 1, circle.shape), strict=True))


def _side_by_side(
    H: nx.Graph, communities: list[list[int]], at: Points, size: Points
) -> tuple[Points, Points]:
    """Where the centre of each community stands, and along which axes it is flipped (-1)."""
    community = {node: i for i, members in enumerate(communities) for node in members}
    joined = nx.empty_graph(len(communities))
    for u, v, weight in H.edges(data="weight", default=1):
        one, other = community[u], community[v]
        if one != other:
            before = joined.get_edge_data(one, other, {"weight": 0})["weight"]
            joined.add_edge(one, other, weight=before + weight)
    boxes = np.array(
        [(at[members] + size[members] / 2).max(axis=0) * 2 + GAP for members in communities]
    ).reshape(-1, 2)
    centres = _apart(_fitted(_forces(joined, range(len(communities))), boxes), boxes)
    return centres, _flips(H, communities, community, at, centres)


def _flips(
    H: nx.Graph,
    communities: list[list[int]],
    community: Mapping[int, int],
    at: Points,
    centres: Points,
) -> Points:
    """The flips that bring the ends of edges between communities near each other."""
    flips = np.ones((len(communities), 2))
    for i, members in enumerate(communities):
        outward = [(u, v) for u in members for v in sorted(H[u]) if community[v] != i]
        if not outward:
            continue
        here = at[[u for u, _ in outward]]
        there = np.array([at[v] * flips[community[v]] + centres[community[v]] for _, v in outward])
        flips[i] = min(
            itertools.product((1.0, -1.0), repeat=2),
            key=lambda flip: float(
                np.hypot(*(here * np.array(flip) + centres[i] - there).T).sum().round(3)
            ),
        )
    return flips


def _fitted(at: Points, size: Points) -> Points:
    """Centred, the longer way sideways, and stretched to an area in which the boxes have room."""
    if len(at) < 2:
        return at
    if np.ptp(at[:, 0]) < np.ptp(at[:, 1]):
        at = at[:, ::-1]
    at = at - (at.max(axis=0) + at.min(axis=0)) / 2
    area = SPREAD * float((size[:, 0] * size[:, 1]).sum())
    height = math.sqrt(area / ASPECT)
    wanted = np.array([height * ASPECT, height]) - size.mean(axis=0)
    fitted: Points = at * np.maximum(wanted, 1) / np.maximum(np.ptp(at, axis=0), 1e-9)
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
