"""Golden cases of the extraction: a paper and what it says, side by side in one text file.

The file holds the title, an empty line, the abstract, a line of dashes, and then lines such as

    method proposed: CCT | Compact Net
    task: image classification
    CCT evaluated_on CIFAR-10
    98% accuracy, on CIFAR-10, by CCT, over ViT, change

in any order.
"""

from __future__ import annotations

from pathlib import Path

from kg.model import Extraction, Paper

CASES = sorted((Path(__file__).parent / "data" / "extract").glob("*.txt"))


def read_case(path: Path) -> tuple[Paper, set[str]]:
    """The paper of a golden file and the lines that say what is in it."""
    written, _, expected = path.read_text(encoding="utf-8").partition("\n----\n")
    title, _, abstract = written.partition("\n\n")
    paper = Paper(id=path.stem, title=title, abstract=" ".join(abstract.split()))
    return paper, {line for line in expected.splitlines() if line}


def describe(extraction: Extraction) -> set[str]:
    """What was extracted, as lines of a golden file."""
    lines = set()
    for e in extraction.entities:
        lines.add(f"{e.kind} {e.role}".strip() + f": {' | '.join(sorted(e.surface))}")
    for r in extraction.relations:
        lines.add(f"{r.head} {r.relation} {r.tail}")
    for n in extraction.results:
        parts = [
            f"{n.value} {n.metric}",
            f"on {n.dataset}" if n.dataset else "",
            f"by {n.method}" if n.method else "",
            f"over {n.baseline}" if n.baseline else "",
            "change" if n.relative else "",
        ]
        lines.add(", ".join(filter(None, parts)))
    return lines
