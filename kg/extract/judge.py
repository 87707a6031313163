"""How likely each candidate fact is: linear classifiers over the signs for and against it.

They were fitted by logistic regression on annotated papers that the model had not been trained
on, so what comes out are probabilities (`kg.train.judging`). The file holds a weight for each
named sign, to be read by people too, and the chance from which a fact of each sort is kept
unless a caller says otherwise: the one with the best F1 there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from kg.extract.candidates import MENTION
from kg.extract.heads import sigmoid
from kg.extract.neural import FOLDER
from kg.extract.pairs import POINTERS, Floats
from kg.extract.signs import CONCEPT, NUMBER, OPTION, RELATION, ROLE
from kg.extract.stages import Floor
from kg.model import KINDS, RELATIONS

#: The sorts of facts that have a threshold.
SORTS: Final = ("mention", "entity", "contribution", "relation", "result")
#: What is judged, and the names of the signs of each.
SIGNS: Final[dict[str, tuple[str, ...]]] = {
    **{f"mention {kind}": MENTION for kind in KINDS},
    **{f"entity {kind}": CONCEPT for kind in KINDS},
    **{f"contributed {kind}": ROLE for kind in ("method", "dataset")},
    "baseline method": ROLE,
    **{f"relation {relation}": RELATION for relation in RELATIONS},
    "result metric": NUMBER + OPTION,
    **{f"result {name}": OPTION for name, _ in POINTERS if name != "metric"},
}


#: The least chance of what the rules read as well. They are right more often than the judge
#: thinks where a text is rich in numbers and names, which few annotated ones are.
AGREED: Final = {"entity": 0.15, "contribution": 0.15, "baseline": 0.15, "result": 0.1}
#: Methods that are not the paper's own are baselines or used.
EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """The log-odds of a fact: a bias, and a weight for each sign."""

    bias: float
    weights: Floats


@dataclass(frozen=True, slots=True)
class Judge:
    """The classifiers by name, and the least chance of each sort of fact."""

    lines: Mapping[str, Line]
    least: Mapping[str, float]

    def floors(self, least: float | None = None) -> dict[str, Floor]:
        """Where candidates of each sort become facts: where F1 is best, or lower, if those of a
        smaller chance are asked for too. Roles are chosen where they are likeliest right."""
        own = floors_of({"baseline": EVEN, **self.least})
        if least is None:
            return own
        asked = {
            sort: Floor(min(least, floor.least), min(least, floor.agreed))
            for sort, floor in own.items()
        }
        return asked | {role: own[role] for role in ("contribution", "baseline")}

    def chances(self, name: str, signs: Floats) -> Floats:
        """The probability of each row of signs to be a fact.

        >>> judge = Judge({"entity task": Line(0.0, np.array([1.0, -1.0]))}, {})
        >>> judge.chances("entity task", np.array([[2.0, 2.0], [9.0, 0.0]])).round(3).tolist()
        [0.5, 1.0]
        """
        line = self.lines[name]
        return sigmoid(signs @ line.weights + line.bias)

    def by_kind(self, name: str, kinds: Sequence[str], signs: Floats) -> Floats:
        """The probability of each row, by the classifier of its kind; 0 where there is none."""
        chances = np.zeros(len(signs), dtype=np.float32)
        for kind in dict.fromkeys(kinds):
            rows = [i for i, k in enumerate(kinds) if k == kind]
            if f"{name} {kind}" in self.lines:
                chances[rows] = self.chances(f"{name} {kind}", signs[rows])
        return chances


def floors_of(least: Mapping[str, float]) -> dict[str, Floor]:
    """The floors that these least chances and AGREED make."""
    return {sort: Floor(own, min(own, AGREED.get(sort, own))) for sort, own in least.items()}


@cache
def load_judge(folder: Path = FOLDER) -> Judge:
    """Read the judge of a model's folder, once in a process."""
    stored = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    lines = {
        name: Line(
            told["bias"], np.array([told["weights"].get(s, 0.0) for s in SIGNS[name]], np.float32)
        )
        for name, told in stored["lines"].items()
    }
    return Judge(lines, stored["least"])


def write_judge(judge: Judge, folder: Path) -> None:
    """Write the judge into a model's folder, at once or not at all."""
    stored = {
        "least": {sort: round(least, 3) for sort, least in judge.least.items()},
        "lines": {
            name: {
                "bias": round(float(line.bias), 4),
                "weights": {
                    sign: round(float(weight), 4)
                    for sign, weight in zip(SIGNS[name], line.weights, strict=True)
                },
            }
            for name, line in judge.lines.items()
        },
    }
    beside = folder / f"{_FILE}.tmp"
    beside.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    os.replace(beside, folder / _FILE)


_FILE: Final = "judge.json"
