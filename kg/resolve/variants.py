"""Which nodes are sizes or versions of others: ViT-B of ViT, GPT-3 of GPT, YOLOv5 of YOLO.

A node's name with the marks at its end taken away, one after the other, is looked for among the
names of the other nodes of its kind; the first that is there is its family. It must have no mark
that the name has not: "ImageNet-22K" is no variant of "ImageNet-1K", though papers call that
"ImageNet".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from kg.model import Kind
from kg.resolve.marks import families, marks
from kg.resolve.values import Lexicon, Node, Variant
from kg.text import fold

KINDS: Final[tuple[Kind, ...]] = ("method", "dataset")
SURE: Final = 0.95


def variants(nodes: Iterable[Node], lexicon: Lexicon) -> dict[str, Variant]:
    """The family of each node that is a variant of another."""
    nodes = [node for node in nodes if node.kind in KINDS]
    index = _index(nodes)
    found: dict[str, Variant] = {}
    for node in nodes:
        family = next(_families(node, index, lexicon), None)
        if family:
            found[node.id] = Variant(family, SURE)
    return found


def _index(nodes: Iterable[Node]) -> dict[tuple[Kind, str], list[Node]]:
    """The nodes by what they are properly called."""
    index: defaultdict[tuple[Kind, str], list[Node]] = defaultdict(list)
    for node in nodes:
        parted = f"{node.short} ({node.long})"
        names = (node.short, node.long, "" if node.label == parted else node.label)
        for name in sorted({node.id.partition(":")[2], *map(fold, names)} - {""}):
            index[node.kind, name].append(node)
    return index


def _families(
    node: Node, index: dict[tuple[Kind, str], list[Node]], lexicon: Lexicon
) -> Iterator[str]:
    for name in families(node.label):
        known = lexicon.lookup(node.kind, name)
        for wanted in filter(None, (known, name)):
            held = index.get((node.kind, fold(wanted)), [])
            exact = [other for other in held if other.id == f"{node.kind}:{fold(wanted)}"]
            for other in exact or (held if len(held) == 1 else []):
                if other is not node and marks(other.label) == marks(name):
                    yield other.id
