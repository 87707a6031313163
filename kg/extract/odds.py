"""Chances and counts on the scales on which they add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.extract.pairs import Floats

Chances = Sequence[float] | npt.NDArray[np.floating[Any]]

_LEAST: Final = 1e-3


def logit(chance: float) -> float:
    """The log-odds of a chance, kept finite.

    >>> logit(0.5), round(logit(0.0), 1), round(logit(1.0), 1)
    (0.0, -6.9, 6.9)
    """
    inside = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))


def chance_of(odds: float) -> float:
    """The chance with these log-odds."""
    return 1 / (1 + math.exp(-odds))


def logits(chances: Floats) -> Floats:
    """The log-odds of chances, kept finite."""
    inside = np.clip(chances, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(inside / (1 - inside)))


def count(number: int) -> float:
    """A count whose first steps say the most."""
    return math.log1p(number)
