"""From paths to papers: finding, unpacking and decoding files, and making one paper of many."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, KgError, UnknownFormat
from kg.model import Paper, Rejected
from kg.sources import READERS, read_papers
from kg.sources.detect import SUFFIXES, detect
from kg.sources.merge import Draft, unique

DATA = Path(__file__).parent / "data" / "sources"


def row(title: str, **fields: object) -> str:
    return json.dumps({"title": title, "abstract": f"About {title}.", **fields}) + "\n"


def titles(*sources: str | Path) -> list[str]:
    return [paper.title for paper in read_papers(sources)]


def one_error(*sources: str | Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read_papers(sources))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), ("", bytes)],
)
def test_compressed(tmp_path: Path, suffix: str, compress: type[bytes]) -> None:
    path = tmp_path / f"set.jsonl{suffix}"
    path.write_bytes(compress(row("A").encode()))
    [paper] = read_papers([path])
    assert (paper.id, paper.title) == ("set-01", "A")


def test_compressed_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(gzip.compress(row("A").encode()))
    assert titles(path) == ["A"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_damaged_archives(tmp_path: Path, compress: type[bytes]) -> None:
    packed = compress("".join(row(f"T{i}") for i in range(3000)).encode())
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    assert one_error(cut).startswith(f"{cut}: damaged or cut-off archive")
    flipped = tmp_path / "flipped.jsonl.gz"
    flipped.write_bytes(packed[:200] + bytes([packed[200] ^ 255]) + packed[201:])
    assert str(flipped) in one_error(flipped)


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (row("naïve").encode("utf-8-sig"), "naïve"),
        ('{"title": "naïve", "abstract": "A"}'.encode("utf-16"), "naïve"),
        ('{"title": "naïve", "abstract": "A"}\r\n'.encode("utf-32"), "naïve"),
        ('{"title": "naïve", "abstract": "A"}'.encode("latin-1"), "naïve"),
        ('{"title": "“x” – y", "abstract": "A"}'.encode("cp1252"), "“x” – y"),
        (b'{"title": "a\x00b", "abstract": "A"}', "ab"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, title: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    assert titles(path) == [title]


def test_a_foreign_byte_spoils_one_line_only(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = '{"title": "漢字", "abstract": "A"}\n'.encode()
    path.write_bytes(good + b'{"title": "caf\xe9", "abstract": "B"}\n' + good.replace(b"A", b"C"))
    assert titles(path) == ["漢字", "café"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("x.jsonl", b"", "the file is empty"),
        ("x.txt", b"", "the file is empty"),
        ("x.txt", b"Just a line.\n", "no title with an abstract after it"),
        ("x.txt", bytes(range(256)) * 20, "a binary file"),
        ("x.json", b"%PDF-1.5 text", "a binary file"),
        ("x.pdf", b"%PDF-1.5", "a binary file"),
        ("x.md", b"# A text", r"unknown format \.md; papers are read from \.txt, \.jsonl"),
        ("x.zip", b"PK\x03\x04", "a binary file"),
    ],
)
def test_unknown_formats(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnknownFormat, match=f"{name}: {reason}"):
        list(read_papers([path]))


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    assert one_error(tmp_path / "no.txt") == f"{tmp_path}/no.txt: there is no such file or folder"
    assert "cannot be read" in one_error("a\x00b.txt")
    assert "cannot be read" in one_error("x" * 5000)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert "cannot be read" in one_error(tmp_path / "loop.txt")
    if os.geteuid():
        locked = tmp_path / "locked.txt"
        locked.write_text("x")
        locked.chmod(0)
        assert "Permission denied" in one_error(locked)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'{"title": 1}', "json"),
        (b'[\n{"a": 1}]', "json"),
        (b"<?xml version='1.0'?>", "atom"),
        (b"% comment\n@article{key,\n", "bibtex"),
        (b"\nTY  - JOUR\n", "ris"),
        (b"id,Title,Abstract\n", "csv"),
        (b"[1] A title in brackets\n", "txt"),
        (b"@someone wrote {this}\n", "txt"),
    ],
)
def test_content_decides_where_the_name_does_not(head: bytes, name: str) -> None:
    assert detect("-", head) == name
    assert detect("page.txt", head) == name


def test_every_suffix_has_a_reader() -> None:
    assert set(SUFFIXES.values()) == set(READERS)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "b.jsonl").write_text(row("B"))
    (tmp_path / "a.jsonl").write_text(row("A"))
    (tmp_path / "sub" / "c.jsonl.gz").write_bytes(gzip.compress(row("C").encode()))
    (tmp_path / "README.md").write_text("# Papers")
    (tmp_path / "README.txt").write_text("Title\n\n" + "We present a text. " * 30)
    (tmp_path / ".hidden.jsonl").write_text(row("hidden"))
    (tmp_path / ".git" / "x.jsonl").write_text(row("hidden"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert titles(tmp_path) == ["A", "B", "C"]
    assert titles(tmp_path, tmp_path / "a.jsonl", tmp_path) == ["A", "B", "C"]


def test_folder_goes_on_after_a_file_that_fails(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(row("B").encode() * 50)[:-9])
    (tmp_path / "c.jsonl").write_text(row("C"))
    rejected: list[Rejected] = []
    papers = list(read_papers([tmp_path], reject=rejected.append))
    assert papers[-1].title == "C"
    assert [Path(bad.path).name for bad in rejected] == ["a.txt", "b.jsonl.gz"]
    with pytest.raises(InputError, match=r"a\.txt:1: the file is empty"):
        list(read_papers([tmp_path], strict=True))


def test_folder_without_papers(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Nothing")
    assert "no papers in this folder" in one_error(tmp_path)


def test_the_projects_own_folder() -> None:
    assert len(titles(Path(__file__).parents[1] / "data")) == 54


README = Path(__file__).parents[1] / "data" / "README.md"
EXAMPLES = re.findall(r"^### `(\S+)`$\n+```\w*\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_examples_of_the_readme(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    [paper] = read_papers([path], strict=True)
    assert paper.title == "Toy Transformers"
    assert paper.abstract.startswith("We propose ToyFormer, a small model.")


def test_the_readme_shows_every_format() -> None:
    assert {SUFFIXES[Path(name).suffix] for name, _ in EXAMPLES} == set(READERS)


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, pack: type[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(pack(row("A").encode())))
    [paper] = read_papers(["-", "-"])
    assert (paper.id, paper.title) == ("stdin-01", "A")


def test_standard_input_errors_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(b""))
    assert one_error("-") == "standard input: the file is empty"


def test_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    line = row("A")
    script = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
    with subprocess.Popen([sys.executable, "-c", script, str(pipe), line]):
        assert titles(pipe) == ["A"]


def test_one_path_is_a_list_of_one(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(row("A"))
    assert [paper.title for paper in read_papers(str(path))] == ["A"]
    assert list(read_papers([])) == []


def test_bad_records_without_reject_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("broken\n" + row("A"))
    assert titles(path) == ["A"]
    assert f"{path}:1: not valid JSON" in caplog.text


def test_strict_stops_at_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(row("A") + '{"title": "B"}\n')
    with pytest.raises(InputError) as caught:
        list(read_papers([path], strict=True))
    assert str(caught.value) == f"{path}:2: no abstract"


def test_rejected_keeps_the_record(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('\n{"title": "B"}\n')
    rejected: list[Rejected] = []
    assert list(read_papers([path], reject=rejected.append)) == []
    assert rejected == [Rejected(str(path), 2, "no abstract", '{"title": "B"}')]


def test_positions_count_bad_records_too(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(row(f"T{i}") if i != 2 else "broken\n" for i in range(1, 101)))
    ids = [paper.id for paper in read_papers([path], reject=lambda bad: None)]
    assert (ids[0], ids[1], ids[-1]) == ("x-001", "x-003", "x-100")


def test_same_paper_from_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        row("Compact Transformers", id="a", year=2021) + row("Other", id="o")
    )
    (tmp_path / "b.jsonl").write_text(
        row("CCT", id="b", doi="10.1/X", arxiv_id="2104.05704v1", venue="V")
        + row("compact transformer", id="c", doi="https://doi.org/10.1/x", year=1999, authors=["A"])
        + row("Renamed", id="d", url="https://arxiv.org/abs/2104.05704v3", abstract="Longest" * 9)
    )
    papers = list(read_papers([tmp_path]))
    assert [paper.id for paper in papers] == ["a", "o"]
    assert papers[0] == Paper(
        id="a",
        title="Compact Transformers",
        abstract="Longest" * 9,
        authors=("A",),
        year=2021,
        venue="V",
        url="https://arxiv.org/abs/2104.05704v3",
        doi="10.1/X",
        arxiv_id="2104.05704",
    )


def test_one_id_of_different_papers(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (tmp_path / "one" / "set.jsonl").write_text(row("A", id="1") + row("B", id="1") + row("C"))
    (tmp_path / "two" / "set.jsonl").write_text(row("D", id="1") + row("E", id="set-1") + row("F"))
    papers = {paper.title: paper.id for paper in read_papers([tmp_path])}
    assert papers == {
        "A": "1",
        "B": "set-1",
        "C": "set-03",
        "D": "set-1-2",
        "E": "set-set-1",
        "F": "set-03-2",
    }


PAPERS = [
    Paper("a", "One", "x", doi="10.1/a"),
    Paper("b", "Two", "xx", doi="10.1/A", arxiv_id="2104.05704"),
    Paper("c", "Three", "xxx", arxiv_id="2104.05704"),
    Paper("d", "threes", "x"),
    Paper("e", "Four", "x"),
    Paper("f", "???", "x"),
    Paper("g", "!!!", "x"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_order_does_not_decide_which_are_one(order: tuple[int, ...]) -> None:
    papers = [PAPERS[i] for i in order] + PAPERS[5:]
    merged = list(unique(Draft(paper, 0, "s", i) for i, paper in enumerate(papers, 1)))
    first = next(paper for paper in papers if paper.id in "abcd")
    assert {paper.id for paper in merged} == {first.id, "e", "f", "g"}
    [one] = [paper for paper in merged if paper.id == first.id]
    assert (one.abstract, one.doi.lower(), one.arxiv_id) == ("xxx", "10.1/a", "2104.05704")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2", "3"]))))
def test_ids_are_unique_and_nothing_is_lost(pairs: list[tuple[str, str]]) -> None:
    drafts = [
        Draft(Paper(paper_id, title, "x"), 0, "s", i)
        for i, (title, paper_id) in enumerate(pairs, 1)
    ]
    papers = list(unique(drafts))
    assert [paper.title for paper in papers] == list(dict.fromkeys(title for title, _ in pairs))
    assert len({paper.id for paper in papers}) == len(papers)
    assert all(paper.id for paper in papers)


def test_memory_does_not_hold_the_papers() -> None:
    def drafts() -> Iterator[Draft]:
        for i in range(2000):
            yield Draft(Paper(f"p{i}", f"Title {i} of many", f"{i} " * 1000), 0, "s", i + 1)

    tracemalloc.start()
    count = sum(1 for _ in unique(drafts()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2000
    assert peak < 1_000_000, "the abstracts have 10 million characters"


def test_no_room_for_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(KgError, match=r"/none: .*; set TMPDIR to a folder with more room$"):
        list(read_papers([DATA]))


def test_reading_is_the_same_whatever_the_hash_seed() -> None:
    script = "import sys; from kg.sources import read_papers\nfor p in read_papers(sys.argv[1:], "
    script += "reject=lambda bad: print(bad)): print(p.id, p.digest)"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(DATA)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "01"
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") > 20
