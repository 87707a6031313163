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
    rf"\b(?:by|{_GAIN}\s(?:(?!and\b)[\w@/-]+\s){{0,5}}?(?:of|by|up to|is|are)|"
    rf"(?:reduc|sav|cut|decreas|improv|increas|boost|gain|lower)(?:e|es|ed|s|ing|ting)?)\s"
    rf"{_ABOUT}[~({{]?$",
    re.I,
)
_COMPARED: Final = re.compile(
    r"^[\s-]*(?:(?!(?:with|while|and|but|using|at|on|in|for|is|are|being|which|to|than|by|as|from|"
    r"over|when|of)\s)[\w@./-]+(?:\s\([^)]*\))?\s){0,3}?"
    rf"(?:higher|lower|better|worse|more|fewer|less|faster|slower|smaller|larger|bigger|cheaper|"
    rf"greater|shorter|superior|additional|reduced|increased|improved|saved|{_GAIN}|"
    r"(?:as|so) (?:many|much|few|little)|the (?:size|parameters|cost|number|amount) of|"
    r"accuracy loss|performance loss|loss (?:of|in) (?:accuracy|performance)|"
    r"points? (?:over|above|ahead|short))\b",
    re.I,
)
#: A percentage of these is a share of somebody else's.
_SHARE: Final = re.compile(
    r"^\s*(?:of\s(?:[\w-]+\s)?)?(?:(?:the|its|their|all|total|trainable|model|original|training|"
    r"inference|activation|memory|computational?)\s)*"
    r"(?:param(?:eter)?s?|FLOPs?|MACs?|size|computations?|costs?|storage|memory|time|tokens|"
    r"original|teacher's|baseline's)\b",
    re.I,
)
_ALSO: Final = re.compile(
    r"^\s*(?:(?!(?:and|with|while|of)\b)[\w.@/-]+\s){0,8}(?:and|or)\s$|"
    r"^\s*(?:[\w.@/-]+\s){0,2}(?:on|in|for)\s[^,;:()]{1,40},\s(?:and\s)?$",
    re.I,
)


def is_change(before: str, value: str, after: str) -> bool:
    """Whether the words between which a number stands make it a change.

    They reach from the number before it and to the one after it.

    >>> levels = (
    ...     "reaches |98%| accuracy, slightly better than it",
    ...     "|82.7%| accuracy with fewer parameters",
    ...     "|83.3%| vs. this",
    ...     "reduces the error to |3.1%|",
    ...     "a log-loss of |0.507| on it",
    ... )
    >>> changes = (
    ...     "|1.7%| higher than that",
    ...     "|4.2 times| fewer",
    ...     "surpasses Swin by |2.0| mIoU",
    ...     "reducing FLOPs by |>85.0%|",
    ...     "a |16%| improvement in scores",
    ...     "only |11%| parameters",
    ...     "|29%| as many parameters as ViT",
    ...     "(|+3.1| mAP)",
    ... )
    >>> [[is_change(*words.split("|")) for words in words_of] for words_of in (levels, changes)]
    [[False, False, False, False, False], [True, True, True, True, True, True, True, True]]
    """
    if value.startswith("+") or _FACTOR.search(value):
        return True
    if _AGAINST.match(after) or _AGAINST.fullmatch(before):
        return False
    share = "%" in value and _SHARE.match(after)
    return bool(_BY.search(before) or _COMPARED.match(after) or share)


def changes(scene: Scene) -> list[bool]:
    """Whether each number of the scene is a change; those of one list are all of one kind."""
    around = [_around(scene, index) for index in range(len(scene.numbers))]
    found = [is_change(*words) for words in around]
    by = False
    for index, (before, _, _) in enumerate(around):
        by = bool(_BY.search(before)) if found[index] else by and _goes_on(scene, index)
        found[index] = found[index] or by
    for index in reversed(range(len(found) - 1)):
        found[index] = found[index] or (found[index + 1] and _is_joined(scene, index))
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
    if before.unit and number.unit.strip(" -") != before.unit.strip(" -"):
        return False
    listed = is_listed(scene, index - 1, index) and not _AGAINST.fullmatch(between)
    return listed or bool(_ALSO.match(between)) or between.isspace()


def _is_joined(scene: Scene, index: int) -> bool:
    """Whether "and" or the like joins the number to the next; a comma alone may set them apart."""
    between = scene.between(scene.numbers[index].end, scene.numbers[index + 1].start)
    if not re.fullmatch(r"\s*(?:,?\s*(?:and|or|to)\s|/)?\s*", between):
        return False
    return is_listed(scene, index, index + 1) or between.isspace()
