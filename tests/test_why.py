"""`kg why`, `kg merge` and `kg split`: what they say of a small store, and what they change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from kg.build import Extractor, build, resolve_again
from kg.cli.merge import merge, split
from kg.cli.why import why
from kg.errors import AmbiguousEntity, InputError, KgError, UnknownEntity
from kg.model import Entity, Evidence, Extraction, Kind, Paper
from kg.query.why import between, entity
from kg.query.why import why as why_one
from kg.store import open_store

Said = tuple[str, Kind, str, str]
SAID: list[Said] = [
    ("FooNet", "method", "", ""),
    ("FooNet", "method", "", ""),
    ("FooNet model", "method", "", ""),
    ("FooNet-10", "method", "", ""),
    ("FooNet-100", "method", "", ""),
    ("sharp air map", "method", "SAM", "sharp air map"),
    ("sad ant march", "method", "SAM", "sad ant march"),
    ("Foo", "task", "", ""),
    ("ImageNet", "dataset", "", ""),
    ("ImageNet-1K", "dataset", "", ""),
    ("ImageNet-22K", "dataset", "", ""),
    ("=cmd|' /C calc'!A0\x1b[31m", "method", "", ""),
]


def read(papers: Any) -> Iterator[Extraction]:
    for paper in papers:
        name, kind, short, long = SAID[int(paper.id)]
        seen = Evidence(paper.id, 0, len(paper.title), paper.title, "rules", 0.9)
        forms = tuple(filter(None, {name, short}))
        yield Extraction(
            paper.id, (Entity(name, kind, "used", forms, (), (seen,), short, long),), (), ()
        )


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path, source = tmp_path / "kg.db", tmp_path / "papers.jsonl"
    lines = [
        json.dumps({"id": f"{i:02}", "title": f"Title {i}", "abstract": f"We use {name}."})
        for i, (name, *_) in enumerate(SAID)
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    build([source], path, extractor=Extractor("1", read))
    return path


def run(command: click.Command, *words: str, db: Path) -> Result:
    return CliRunner().invoke(command, [*words, "--db", str(db)])


def answer(command: click.Command, *words: str, db: Path) -> Any:
    done = run(command, *words, "--json", db=db)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_why_all_names_are_one(db: Path) -> None:
    told = answer(why, "foonet", db=db)
    assert (told["id"], told["papers"]) == ("method:foonet", 3)
    assert told["names"] == [
        ["FooNet", 2, "spelling", 1.0],
        ["FooNet model", 1, "head: FooNet", 0.931],
    ]
    assert [decision[1] for decision in told["decisions"]] == ["same"]
    shown = run(why, "FooNet", db=db).stdout
    assert "FooNet (method)" in shown
    assert "FooNet model  one with  FooNet" in shown


@pytest.mark.parametrize(
    ("a", "b", "same", "ground"),
    [
        ("FooNet", "FooNet model", True, "FooNet model: head: FooNet (0.93, 1 paper)"),
        ("ImageNet", "ImageNet-1K", True, "ImageNet: lexicon (1.00, 1 paper)"),
        ("FooNet-10", "FooNet-100", False, "10 is not 100 (FooNet-10, FooNet-100)"),
        ("FooNet-10", "FooNet-100", False, "both are variants of method:foonet"),
        ("FooNet-10", "FooNet", False, "method:foonet10 is a variant of method:foonet"),
        ("FooNet", "Foo", False, "one is a method, the other a task"),
        ("ImageNet", "ImageNet-22K", False, "the lexicon knows them as two"),
        ("ImageNet-22K", "ImageNet-1K", False, "22k is not 1k (ImageNet-22K, ImageNet-1K)"),
        (
            "sharp air map",
            "sad ant march",
            False,
            "papers spell the acronym out in two ways: sad ant march; sharp air map",
        ),
    ],
)
def test_why_two_names_are_one_or_two(db: Path, a: str, b: str, same: bool, ground: str) -> None:
    told = answer(why, a, b, db=db)
    assert told["same"] is same
    assert ground in told["grounds"]
    assert 0 <= told["likeness"] <= 1
    assert ground in run(why, a, b, db=db).stdout


def test_names_that_mean_nothing_or_too_much(db: Path) -> None:
    with open_store(db, readonly=True) as store:
        with pytest.raises(AmbiguousEntity, match="method:sharpairmap"):
            why_one(store, "SAM")
        with pytest.raises(UnknownEntity, match="did you mean FooNet"):
            between(store, "FoNet", "Foo")
        with pytest.raises(UnknownEntity):
            entity(store, "paper:00")
        with pytest.raises(UnknownEntity):
            entity(store, "Foo", kind="dataset")
        assert entity(store, "task:foo").id == "task:foo"


def test_hostile_names_do_not_reach_the_terminal(db: Path) -> None:
    assert "\x1b" not in run(why, "method:cmdccalca031m", db=db).output


def test_merge_and_split_last(db: Path) -> None:
    merged = answer(merge, "sharp air map", "sad ant march", db=db)
    assert merged["line"] == "same method:sharpairmap | method:sadantmarch"
    assert [node[0] for node in merged["gone"]] == ["method:sharpairmap"]
    assert [node[0] for node in merged["changed"]] == ["method:sadantmarch"]
    parted = answer(split, "FooNet", "FooNet model", db=db)
    assert parted["line"] == "different method:FooNet | method:FooNet model"
    assert parted["new"] == [["method:foonetmodel", "FooNet model", 1]]
    file = db.with_name("kg.overrides.txt")
    assert file.read_text("utf-8").splitlines() == [merged["line"], parted["line"]]
    build([db.with_name("papers.jsonl")], db, extractor=Extractor("2", read))
    with open_store(db, readonly=True) as store:
        assert between(store, "sharp air map", "sad ant march").same
        kept = between(store, "FooNet", "FooNet model")
    assert kept.grounds[0] == "an override keeps them apart"
    assert not kept.same


def test_what_is_said_twice_is_written_once(db: Path) -> None:
    run(split, "FooNet-10", "FooNet-100", db=db)
    told = run(split, "FooNet-10", "FooNet-100", db=db)
    assert "Nothing changed." in told.stderr
    assert len(db.with_name("kg.overrides.txt").read_text("utf-8").splitlines()) == 1


def test_a_decision_can_be_taken_back(db: Path) -> None:
    with open_store(db, readonly=True) as store:
        before = store.digest()
    run(merge, "FooNet-10", "FooNet-100", db=db)
    run(split, "FooNet-10", "method:foonet100", db=db)
    db.with_name("kg.overrides.txt").write_text("# nothing", encoding="utf-8")
    change = resolve_again(db)
    assert [node[0] for node in change.new] == ["method:foonet100"]
    with open_store(db, readonly=True) as store:
        assert store.digest() == before


@pytest.mark.parametrize(
    ("command", "a", "b", "reason"),
    [
        (merge, "FooNet", "FooNet model", "one thing already"),
        (merge, "FooNet", "Nobody", "nothing in the graph"),
        (split, "FooNet", "foo-nets", "two spellings"),
    ],
)
def test_decisions_that_make_no_sense(
    db: Path, command: click.Command, a: str, b: str, reason: str
) -> None:
    done = run(command, a, b, db=db)
    assert isinstance(done.exception, KgError)
    assert reason in str(done.exception)
    assert not db.with_name("kg.overrides.txt").exists()


def test_a_bad_line_stops_a_build_before_it_writes(db: Path) -> None:
    db.with_name("kg.overrides.txt").write_text("drop Foo\nfoo", encoding="utf-8")
    before = db.read_bytes()
    with pytest.raises(InputError, match=r"kg\.overrides\.txt:2: expected one of"):
        build([db.with_name("papers.jsonl")], db, extractor=Extractor("3", read))
    assert db.read_bytes() == before


def test_a_build_tells_idle_overrides(db: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.txt"
    other.write_text("drop Foo\ndrop Nobody\n", encoding="utf-8")
    source = db.with_name("papers.jsonl")
    report = build([source], db, extractor=Extractor("1", read), overrides=other)
    assert (report.idle, report.nodes["task"]) == (("drop Nobody",), 0)


def test_papers_are_no_entities(db: Path) -> None:
    with open_store(db, readonly=True) as store:
        assert store.paper("00") == Paper("00", "Title 0", "We use FooNet.")
        with pytest.raises(UnknownEntity):
            why_one(store, "Title 0")
