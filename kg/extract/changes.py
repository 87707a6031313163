"""Whether a number tells a change ("2.5% higher", "by 4.2 mAP", "3.1x") or a level ("83.3% top-1").

A change is against the baseline or what was before; two levels can be ranked, a level and a
change cannot.
"""

from __future__ import annotations

import re
from typing import Final

from kg.extract.scenes import Scene, is_listed

_FACTOR: Final = re.compile(
    r"(?:[\d.\s-](?:x|×|times|fold)|orders?\sof\smagnitude|(?:percentage|absolute)\spoints?)$", re.I
)
_AGAINST: Final = re.compile(r"\s*(?:vs\.?|versus)\s*", re.I)
_ABOUT: Final = (
    r"(?:(?:an?|the|up to|over|about|around|nearly|approximately|roughly|only|at least|at most|"
    r"(?:more|less) than|as (?:much|many|little|few) as|even|just|almost|another|absolute|relative|"
    r"(?:average|averaged|maximum|mean|total|large|significant|substantial)(?: (?:of|margin of))?|"
    r"(?:factor|margin) of|averagely|additional|on average)\s)*"
)
_GAIN: Final = (
    r"(?:improvements?|gains?|reductions?|drops?|increases?|decreases?|boosts?|savings?|"
    r"speed-?ups?|degradations?|gaps?|margins?|differences?|enhancements?|accelerations?|"
    r"(?:accuracy|performance|quality) loss(?:es)?)"
)
_BY: Final = re.compile(
    rf"\b(?:by|{_GAIN}\s(?:[^,;:()\d]{{0,40}}\s)?(?:of|by|up to|is|are|reach\w*)|"
    rf"(?:reduc|sav|cut|decreas|improv|increas|boost|gain|lower)(?:e|es|ed|s|ing|ting)?)\s"
    rf"{_ABOUT}[~(]?$",
    re.I,
)
_COMPARED: Final = re.compile(
    r"^[\s-]*(?:(?!(?:with|while|and|but|using|at|on|in|for|is|are|being|which|to|than|by|as|from|"
    r"over|when|of)\b)[\w@./-]+(?:\s\([^)]*\))?\s){0,3}?"
    rf"(?:higher|lower|better|worse|more|fewer|less|faster|slower|smaller|larger|bigger|cheaper|"
    rf"greater|shorter|additional|reduced|increased|improved|saved|{_GAIN}|"
    r"(?:as|so) (?:many|much|few|little)|the (?:size|parameters|cost|number|amount) of|"
    r"accuracy loss|performance loss|loss (?:of|in) (?:accuracy|performance))\b",
    re.I,
)
#: A percentage of these is a share of somebody else's.
_SHARE: Final = re.compile(
    r"^\s*(?:of\s)?(?:(?:the|its|their|all|total|trainable|model|original|training|inference|"
    r"activation|memory|computational?)\s)*(?:param(?:eter)?s?|FLOPs?|MACs?|size|computations?|costs?|"
    r"storage|memory|time|tokens|original|teacher's|baseline's)\b",
    re.I,
)
_ALSO: Final = re.compile(
    r"^\s*(?:[\w.@-]+\s){0,2}(?:on|in|for|over|with)\s[^,;:()]{1,50}(?:,\s*(?:and\s)?|\s(?:and|or)\s)$",
    re.I,
)


def is_change(before: str, value: str, after: str) -> bool:
    """Whether the words between which a number stands make it a change.

    They reach from the number before it and to the one after it.

    >>> for shown in ("reaches |98%| accuracy, slightly better than", "is |1.7%| higher than that",
    ...               "with |4.2 times| fewer", "surpasses Swin by |2.0| and", "(|83.3%| vs. ",
    ...               "using only |11%| parameters", "|29%| as many parameters as ViT",
    ...               "cuts it by |>85.0%|.", "a gain of up to |+3.1| mAP", "a loss of |0.507| on",
    ...               "a |16%| improvement in MMLU scores", "|82.7%| accuracy with fewer parameters",
    ...               "reduces the error to |3.1%|"):
    ...     print("change" if is_change(*shown.split("|")) else "level ", shown)
    level  reaches |98%| accuracy, slightly better than
    change is |1.7%| higher than that
    change with |4.2 times| fewer
    change surpasses Swin by |2.0| and
    level  (|83.3%| vs. 
    change using only |11%| parameters
    change |29%| as many parameters as ViT
    change cuts it by |>85.0%|.
    change a gain of up to |+3.1| mAP
    level  a loss of |0.507| on
    change a |16%| improvement in MMLU scores
    level  |82.7%| accuracy with fewer parameters
    level  reduces the error to |3.1%|
    """
    if value.startswith("+") or _FACTOR.search(value):
        return True
    if _AGAINST.match(after) or _AGAINST.fullmatch(before):
        return False
    share = "%" in value and _SHARE.match(after)
    return bool(_BY.search(before) or _COMPARED.match(after) or share)


def changes(scene: Scene) -> list[bool]:
    """Whether each number of the scene is a change; those of one list are all of one kind."""
    found = [is_change(*_around(scene, index)) for index in range(len(scene.numbers))]
    for index in range(1, len(found)):
        found[index] |= found[index - 1] and _goes_on(scene, index)
    for index in reversed(range(len(found) - 1)):
        found[index] |= found[index + 1] and _is_joined(scene, index)
    return found


def _around(scene: Scene, index: int) -> tuple[str, str, str]:
    """The words from the number before to this one, the number, the words to the next."""
    number = scene.numbers[index]
    start = scene.numbers[index - 1].end if index else scene.sentence.start_char
    later = scene.numbers[index + 1 :]
    end = later[0].start if later else scene.sentence.end_char
    return scene.between(start, number.start), number.text, scene.between(number.end, end)


def _goes_on(scene: Scene, index: int) -> bool:
    """Whether the number says the same as the one before: "by 2.1% on COCO and 1.3% on VOC"."""
    before, number = scene.numbers[index - 1], scene.numbers[index]
    between = scene.between(before.end, number.start)
    if number.unit.strip(" -") != before.unit.strip(" -") and before.unit:
        return False
    return bool(_ALSO.match(between)) or (is_listed(scene, index - 1, index) and "v" not in between)


def _is_joined(scene: Scene, index: int) -> bool:
    """Whether "and" or the like joins the number to the next; a comma alone may set them apart."""
    between = scene.between(scene.numbers[index].end, scene.numbers[index + 1].start)
    joined = re.search(r"\b(?:and|or)\b|/", between)
    return bool(joined) and is_listed(scene, index, index + 1)
