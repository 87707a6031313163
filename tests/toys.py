"""Extractors for tests, which processes can import, and papers for them."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation

NAMES = ("CCT", "ViT", "Swin", "BERT", "SAM", "LeNet", "Mamba", "ConvNeXt")


def read(paper: Paper) -> Extraction:
    """A reader that knows a few names: each is a method, and each uses the next."""
    seen = (Evidence(paper.id, 0, len(paper.text), paper.text, "toy", 0.5),)
    found: dict[str, list[Mention]] = {}
    for match in re.finditer("|".join(NAMES), paper.text):
        mention = Mention(match.start(), match.end(), match[0], "method", "toy", 0.5)
        found.setdefault(match[0], []).append(mention)
    entities = tuple(
        Entity(name, "method", "used", (name,), tuple(mentions), seen)
        for name, mentions in found.items()
    )
    pairs = zip(found, list(found)[1:], strict=False)
    return Extraction(paper.id, entities, tuple(Relation(a, "uses", b, seen) for a, b in pairs), ())


def read_many(papers: Iterable[Paper]) -> Iterator[Extraction]:
    """Reads papers; what their titles order comes to pass: to raise, to refuse, to kill."""
    for paper in papers:
        if "raises!" in paper.title:
            raise ValueError(f"no {paper.id}")
        if "refuses!" in paper.title:
            raise KgError("nothing works here")
        if "kills!" in paper.title:
            os.kill(os.getpid(), signal.SIGKILL)
        yield read(paper)


def read_slowly(papers: Iterable[Paper]) -> Iterator[Extraction]:
    """Reads papers, each in a few milliseconds."""
    for extraction in read_many(papers):
        time.sleep(0.004)
        yield extraction


class DeadOnArrival:
    """An extractor that ends each process that receives it."""

    def __call__(self, papers: Iterable[Paper]) -> Iterator[Extraction]:
        return read_many(papers)

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


class Unreadable(DeadOnArrival):
    """An extractor that a process cannot unpickle."""

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


def records(count: int) -> list[dict[str, Any]]:
    """Papers as rows of a JSON-lines file."""
    chance = random.Random(7)
    return [
        {
            "id": f"p{i:03}",
            "title": f"Paper {i} on {chance.choice(NAMES)}",
            "abstract": f"We compare {chance.choice(NAMES)} with {chance.choice(NAMES)}. It works.",
            "year": 2000 + i % 20,
        }
        for i in range(count)
    ]


def papers(count: int, **titles: str) -> list[Paper]:
    """The same papers; `titles` are others for some, by id."""
    rows = ({**row, "title": titles.get(row["id"], row["title"])} for row in records(count))
    return [Paper(**row) for row in rows]


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as a JSON-lines file."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
