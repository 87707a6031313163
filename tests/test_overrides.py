"""What the user decides about names: the file, and what it does to the resolution."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_resolve import EMPTY, Lexicon, entity, ids, labels, papers

from kg.errors import InputError
from kg.lexicon import Entry
from kg.model import Extraction
from kg.resolve import default_path, read_overrides, resolve
from kg.resolve.overrides import latest, parse, write_line


def resolved(text: str, *said: str, lexicon: Lexicon = EMPTY) -> list[str]:
    return ids(resolve(papers(*said), lexicon=lexicon, overrides=parse(text)))


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("same Foo | Bar", ["Foo", "Bar"], ["method:bar"]),
        ("same method:foo | method:bar", ["Foo", "Bar"], ["method:bar"]),
        ("same task:foo | task:bar", ["Foo", "Bar"], ["method:bar", "method:foo"]),
        ("same Foo | Bar\nsame Bar | Baz", ["Foo", "Bar", "Baz"], ["method:bar"]),
        ("same CNN-10 | CNN-100", ["CNN-10", "CNN-100"], ["method:cnn10"]),
        ("different FooNet | FooNet model", ["FooNet", "FooNet model"], None),
        ("same Foo | Bar\ndifferent Bar | foo", ["Foo", "Bar"], None),
        ("different Foo | Bar\nsame Foo | Bar", ["Foo", "Bar"], ["method:bar"]),
        (
            "same A1 | B1\nsame B1 | C1\ndifferent A1 | C1",
            ["A1", "B1", "C1"],
            ["method:a1", "method:c1"],
        ),
        ("drop Foo", ["Foo", "Bar"], ["method:bar"]),
        ("drop FooNet", ["FooNet", "FooNet model", "Bar"], ["method:bar"]),
    ],
)
def test_overrides_win(text: str, said: list[str], expected: list[str] | None) -> None:
    found = resolved(text, *said)
    assert found == expected if expected else len(found) == len(said)


def test_names_of_the_lexicon_can_be_parted_and_joined() -> None:
    lexicon = Lexicon(Entry("method", "ViT-B", ("ViT-B/16",)), Entry("method", "ViT-L", ()))
    said = ["ViT-B", "ViT-B/16", "ViT-L"]
    assert resolved("", *said, lexicon=lexicon) == ["method:vitb", "method:vitl"]
    parted = resolved("different ViT-B/16 | ViT-B", *said, lexicon=lexicon)
    assert parted == ["method:vitb", "method:vitb16", "method:vitl"]
    assert resolved("same ViT-L | ViT-B", *said, lexicon=lexicon) == ["method:vitb"]


def test_names_of_the_lexicon_that_are_joined_keep_what_is_theirs() -> None:
    lexicon = Lexicon(Entry("method", "BERT", ()), Entry("method", "RoBERTa", ()))
    said = ["BERT", "BERT models", "RoBERTa", "RoBERTa model"]
    assert resolved("same BERT | RoBERTa", *said, lexicon=lexicon) == ["method:bert"]


def test_things_of_two_kinds_can_be_joined_and_kept_apart() -> None:
    said = [*papers("Foo", kind="task"), *papers("", "Bar", "Foo")[1:]]
    joined = resolve(said, lexicon=EMPTY, overrides=parse("same task:Foo | method:Bar"))
    assert joined.links["0", "Foo"] == ("method:bar", "override")
    assert ids(joined) == ["method:bar", "method:foo"]
    assert [d.verdict for d in joined.ledger] == ["moved"]
    most = [Extraction(str(i), (entity("Foo", "task"),), (), ()) for i in range(5)]
    said = [*most, Extraction("x", (entity("Foo", "method"),), (), ())]
    assert ids(resolve(said, lexicon=EMPTY)) == ["task:foo"]
    apart = resolve(said, lexicon=EMPTY, overrides=parse("different task:Foo | method:Foo"))
    assert ids(apart) == ["method:foo", "task:foo"]


def test_what_is_decided_of_a_thing_goes_with_it_to_another_kind() -> None:
    said = [*papers("Foo", kind="task"), *papers("", "Bar", "Baz")[1:]]
    text = "rename task:Foo | Qux\nsame task:Foo | method:Bar\nsame task:Foo | method:Baz"
    found = resolve(said, lexicon=EMPTY, overrides=parse(text))
    assert (ids(found), labels(found)) == (["method:bar"], ["Qux"])
    gone = resolve(said, lexicon=EMPTY, overrides=parse(f"{text}\ndrop task:Foo"))
    assert ids(gone) == []


def test_a_renamed_node_keeps_its_id() -> None:
    text = "rename FooNet model | The Foo"
    found = resolve(papers("FooNet", "FooNet model"), lexicon=EMPTY, overrides=parse(text))
    assert (ids(found), labels(found)) == (["method:foonet"], ["The Foo"])
    assert ("method:foonet", "renamed", "The Foo") in [d[:3] for d in found.ledger]


def test_what_names_nothing_is_told() -> None:
    text = "drop Nothing\nsame Foo | Nobody\nrename Foo | Bar\ndifferent SAM | Foo"
    said = papers(("SAM", "sharp map"), ("SAM", "sad ants"), "Foo")
    found = resolve(said, lexicon=EMPTY, overrides=parse(text))
    assert found.unused == ("drop Nothing", "same Foo | Nobody", "different SAM | Foo")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("join A | B", "expected one of `same A | B`, `different A | B`"),
        ("same A", "expected `same A | B`"),
        ("same A |", "expected `same A | B`"),
        ("same A | B | C", "expected `same A | B`"),
        ("different | B", "expected `different A | B`"),
        ("rename A", "expected `rename A | new label`"),
        ("rename A | ", "expected `rename A | new label`"),
        ("drop", "expected `drop A`"),
        ("drop A | B", "expected `drop A`"),
        ("drop ???", "expected `drop A`"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "kg.overrides.txt"
    path.write_text(f"# mine\n\ndrop X\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_overrides(path)
    assert str(caught.value).startswith(f"{path}:4: {reason}")
    assert (caught.value.path, caught.value.line) == (str(path), 4)


def test_the_file_may_be_missing_but_not_unreadable(tmp_path: Path) -> None:
    assert read_overrides(tmp_path / "none.txt") == ()
    with pytest.raises(InputError, match=str(tmp_path)):
        read_overrides(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_overrides(tmp_path / "binary")
    assert default_path(tmp_path / "field.db") == tmp_path / "field.overrides.txt"


def test_comments_bom_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("\ufeff#one\r\nsame C# | F#  # languages\r\n  # drop A\r\n".encode())
    assert [str(o) for o in read_overrides(path)] == ["same C# | F#"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_written_is_read(a: str, b: str) -> None:
    try:
        line = write_line("same", a, b)
    except InputError:
        return
    assert "\n" not in line
    [override] = parse(line)
    assert write_line("same", *map(str, override.targets)) == line
    assert latest([override, override]) == (override,)
