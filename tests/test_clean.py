"""Cleaning: the golden lines of clean.txt, the characters, and what holds for any text."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.sources import clean
from kg.sources.clean import tidy

GOLDEN = Path(__file__).parent / "data" / "sources" / "clean.txt"


def golden() -> list[tuple[str, str]]:
    """Each line of the file, and what becomes of it."""
    pairs = []
    source = ""
    for line in GOLDEN.read_text("utf-8").splitlines():
        if line.startswith("<"):
            source = line[2:]
        elif line.startswith((">", "=")):
            pairs.append((source, source if line == "=" else line[2:]))
    return pairs


@pytest.mark.parametrize(("text", "expected"), golden())
def test_golden(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("nothing\x00 of\x1b a\x07 control", "nothing of a control"),
        ("Poincare\u0301", "Poincaré"),
        ("no-break\u00a0space, line\u2028separator", "no-break space, line separator"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("left\u202eright\u202c", "leftright"),
        ("lone \ud800 pair \ud83d\ude00", "lone \ufffd pair \U0001f600"),
        ("&#0; &#xD800; &#31;", "\ufffd \ufffd"),
        ("שנאים \u200fקומפקטיים", "שנאים \u200fקומפקטיים"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("", ""),
    ],
)
def test_characters(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_tidy_leaves_markup() -> None:
    assert (
        tidy("10.1002/(SICI)1097<1::AID>3.0.CO;2-%23\n") == "10.1002/(SICI)1097<1::AID>3.0.CO;2-%23"
    )


MARKUP = st.lists(
    st.sampled_from(
        [
            *"{}$\\~&;<>#%_^'`\"- \n",
            *("\\emph", "\\alpha", "\\sim", "\\frac", "\\'", "\\\\", "\\(", "\\)"),
            *("\\em ", "\\left", "\\o", "\\x", "<p>", "</i>", "&amp;", "&lt;", "&#92;", "``", "''"),
            *("a", "B", "é", "e\u0301", "12", "word", "\ud800", "\x00", "\u200b"),
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.text(st.characters(), max_size=80) | MARKUP)
@example("\\$5\\$")
@example("&am\x00p;lt;p>")
@example("\\{ö\\}")
def test_any_text_becomes_plain_and_stays_so(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert cleaned == cleaned.strip()


@given(st.from_regex(r"([A-Za-z0-9_%,.:;()/+*=-]+ ){0,9}[A-Za-z0-9]+", fullmatch=True))
def test_plain_text_stays_verbatim(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "unit",
    ["{", "\\emph{", "\\", "$", "$\\a ", "&amp;", "&#38;#38;", "<!--", "<p a='", "``", "a~", "\\("],
)
def test_hostile_repetition_is_linear(unit: str) -> None:
    start = time.perf_counter()
    clean(unit * (300_000 // len(unit)))
    assert time.perf_counter() - start < 10
