"""Each format: what is read from its sample file, and what of it is refused, with the place."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, UnknownFormat
from kg.model import Paper, Rejected
from kg.sources import READERS, read_papers
from kg.sources.listing import is_abstract, is_furniture
from kg.sources.record import to_paper

DATA = Path(__file__).parent / "data" / "sources"
SEED = Path(__file__).parents[1] / "data" / "seed.txt"


def read(path: Path) -> tuple[list[Paper], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read_papers([path], reject=rejected.append)), rejected


def read_text(tmp_path: Path, name: str, text: str | bytes) -> tuple[list[Paper], list[Rejected]]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def places(rejected: list[Rejected]) -> list[tuple[int, str]]:
    return [(bad.line, bad.reason) for bad in rejected]


def test_seed_page() -> None:
    papers, rejected = read(SEED)
    assert [paper.id for paper in papers] == [f"seed-{i:02d}" for i in range(1, 55)]
    assert rejected == []
    assert papers[0].title == "Escaping the Big Data Paradigm with Compact Transformers"
    assert papers[5].title.startswith(
        "Hierarchical Autoregressive Transformers: Combining Byte- and"
    )
    assert papers[53].abstract.endswith("https://github.com/RunpeiDong/PointDistiller.")
    assert all(len(paper.title) < 200 < 1000 < len(paper.abstract) for paper in papers)
    text = "\n".join(paper.text for paper in papers)
    for kept in ("41-137times", "0.642pm0.101", "O(L^{{4}/{3}})", "~100 million", "10~30%"):
        assert kept in text
    assert "by 87%, 131%, 138%, 74% and 55%" in text


def test_page_with_furniture() -> None:
    papers, rejected = read(DATA / "page.txt")
    assert [paper.title.split()[0] for paper in papers] == ["ToyFormer:", "On", "Denoisers"]
    assert papers[0].abstract.endswith("for it. Code and the trained models are free to use.")
    assert papers[2].abstract.endswith("in the midd")
    assert rejected == []


def test_page_of_wrapped_mails() -> None:
    papers, _ = read(DATA / "emails.txt")
    assert [paper.title for paper in papers] == [
        "A Title That Is Wrapped over Two Lines",
        "Another Title",
    ]
    assert "sender of a mail." in papers[0].abstract


def test_page_without_blank_lines(tmp_path: Path) -> None:
    long = "We present a model. It is small. " * 12
    papers, _ = read_text(
        tmp_path, "p.txt", f"Home\nFirst Title\n{long}\nSecond Title\n{long} Yes."
    )
    assert [paper.title for paper in papers] == ["First Title", "Second Title"]


def test_page_abstract_without_title(tmp_path: Path) -> None:
    long = "We present a model. It is small. " * 12
    papers, rejected = read_text(tmp_path, "p.txt", f"Mar 11\n\n{long}\n\nA Title\n\n{long} Yes.")
    assert [paper.title for paper in papers] == ["A Title"]
    assert places(rejected) == [(3, "no title: no short paragraph before it")]


@pytest.mark.parametrize(
    "text",
    [
        *("12", "1.2k", "·", "Mar 11", "11 March 2024", "Published on Mar 3", "Submitted by jdoe"),
        *("byAK and the research community", "by Jane Doe", "Upvote 12", "View PDF", "2 days ago"),
        *("https://example.org", "Authors: A, B", "arXiv page", "Comments: 3 pages", "Sign up"),
    ],
)
def test_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Models of Attention", "Published Results Are Noisy", "A Survey of Mamba", "Denoisers"),
        *("Searching for MobileNetV3", "Marching Cubes 33", "May I Ask?", "Titles: A Survey"),
        *("Upvoting Considered Harmful", "Authorship in Code", "By Design", "注意力就是一切"),
    ],
)
def test_titles_are_no_furniture(text: str) -> None:
    assert not is_furniture(text)
    assert not is_abstract(text)


def test_chinese_abstract() -> None:
    assert is_abstract("我们提出了一种新的模型。它在所有数据集上都取得了最好的结果。" * 3)


def test_own_lines() -> None:
    papers, rejected = read(DATA / "own.jsonl")
    assert papers[0] == Paper(
        id="own-1",
        title="Compact Transformers",
        abstract="We propose CCT.",
        authors=("Ada Lovelace", "Charles Babbage"),
        year=2021,
        venue="Journal of Toys",
        url="https://example.org/1",
        doi="10.1000/1",
        arxiv_id="2104.05704",
    )
    assert papers[1].id == "2"
    assert papers[1].abstract == "With a lone \ufffd surrogate, a NUL and an emoji \U0001f600."
    assert papers[2].id == "own-03"
    assert papers[2].title == "שנאים קומפקטיים"
    assert rejected == []


def test_arxiv_dump() -> None:
    [paper], _ = read(DATA / "arxiv.jsonl")
    assert paper.id == paper.arxiv_id == "2104.05704"
    assert paper.title == "Escaping the Big Data Paradigm with Compact Transformers"
    assert paper.abstract == "With the rise of Transformers, we reach 98% accuracy."
    assert paper.authors == ("Ali Hassani", "Humphrey Shi Jr.")
    assert (paper.year, paper.venue) == (2021, "J. Toys 1 (2022)")
    assert paper.url == "https://arxiv.org/abs/2104.05704"


def test_semantic_scholar() -> None:
    papers, _ = read(DATA / "semantic-scholar.jsonl")
    first, second = papers
    assert (first.id, first.doi, first.arxiv_id) == (
        "2314124",
        "10.18653/V1/N18-3011",
        "1805.02262",
    )
    assert (first.authors, first.year, first.venue) == (("Waleed Ammar",), 2018, "NAACL")
    assert (second.id, second.year) == ("7", 2019)


def test_openalex() -> None:
    [paper], rejected = read(DATA / "openalex.json")
    assert paper.id == "W2741809807"
    assert paper.doi == "10.7717/peerj.4375"
    assert paper.abstract == "Access is not Access"
    assert paper.authors == ("Heather Piwowar",)
    assert (paper.year, paper.venue) == (2018, "PeerJ")
    assert paper.url == "https://doi.org/10.7717/peerj.4375"
    assert places(rejected) == [(13, "no abstract")]


@pytest.mark.parametrize("index", [{"a": "x"}, {"a": 1}, ["a"], "text", 3])
def test_openalex_malformed_index(index: object) -> None:
    with pytest.raises(InputError, match="inverted abstract"):
        to_paper({"title": "T", "abstract_inverted_index": index})


def test_openalex_huge_place_costs_nothing() -> None:
    assert to_paper(
        {"title": "T", "abstract_inverted_index": {"b": [10**15], "a": [0]}}
    ).abstract == ("a b")


def test_hugging_face() -> None:
    [paper], _ = read(DATA / "huggingface.json")
    assert paper.id == paper.arxiv_id == "2405.00001"
    assert paper.abstract == "The summary is the abstract."
    assert (paper.authors, paper.year) == (("Ada Lovelace",), 2024)


def test_csv() -> None:
    papers, rejected = read(DATA / "table.csv")
    first = papers[0]
    assert (first.id, first.year, first.venue) == ("AB12", 2020, "Taylor's Memoirs")
    assert first.authors == ("Lovelace, Ada", "Babbage, Charles")
    assert first.abstract == 'She wrote "notes", and more, over two lines.'
    assert [paper.id for paper in papers] == ["AB12", "IJ90"]
    assert places(rejected) == [
        (4, "no abstract"),
        (5, "10 cells where the header has 9 (unquoted?)"),
        (6, "a quote is never closed"),
    ]
    assert rejected[0].record == "CD34,journalArticle,2021,,Only a title,,,,"


def test_csv_with_semicolons_and_old_line_ends(tmp_path: Path) -> None:
    [paper], _ = read_text(tmp_path, "x.csv", "Title;Abstract\rOn X;We do X, and more.\r")
    assert paper.abstract == "We do X, and more."


def test_csv_without_columns(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"x\.csv: the first line must name .* it has: a, b"):
        read_text(tmp_path, "x.csv", "a,b\n1,2\n")


def test_tsv() -> None:
    [paper], _ = read(DATA / "table.tsv")
    assert (paper.id, paper.year) == ("t-1", 2022)
    assert paper.abstract == 'Cells, with commas and a "quote".'


def test_bibtex() -> None:
    papers, rejected = read(DATA / "library.bib")
    first, second, third = papers
    assert first.id == "lovelace2020"
    assert first.title == "BERT and Über-Models: 100% of it"
    assert first.abstract == "We reach 98% with CCT at a_b."
    assert first.authors == ("Ada Lovelace", "Kurt Gödel", "OpenAI")
    assert (first.year, first.venue) == (2020, "Journal of Toys")
    assert (first.doi, first.arxiv_id) == ("10.1000/bib_1", "2001.00001")
    assert (second.id, second.title, second.year) == ("library-lovelace2020", "The same key", 2021)
    assert third.id == "after"
    assert places(rejected) == [
        (22, "no abstract"),
        (24, "not valid BibTeX: the entry does not end"),
    ]


def test_ris() -> None:
    papers, rejected = read(DATA / "references.ris")
    first, second, third = papers
    assert (first.id, first.doi, first.year) == ("ris-1", "10.1000/ris", 2020)
    assert first.abstract == "An abstract that goes on in the next line."
    assert first.authors == ("Ada Lovelace", "Charles Babbage")
    assert (first.venue, first.url) == ("Journal of Toys", "https://example.org/ris")
    assert (second.id, second.title, second.year) == ("references-02", "Old Tags", 1999)
    assert (second.abstract, second.authors) == ("The abstract stands under N2.", ("George Boole",))
    assert third.abstract == "The last record lacks its end."
    assert places(rejected) == [(21, "no abstract")]


def test_ris_noise(tmp_path: Path) -> None:
    papers, rejected = read_text(
        tmp_path, "x.ris", "noise\nTY  - JOUR\nTI  - T\nAB  - A.\nZZ  - x\nER  - \n"
    )
    assert [paper.title for paper in papers] == ["T"]
    assert places(rejected) == [(1, "text outside of a RIS record (TY ... ER)")]


def test_atom() -> None:
    [paper], rejected = read(DATA / "feed.atom")
    assert paper.id == paper.arxiv_id == "2104.05704"
    assert paper.title == "Escaping the Big Data Paradigm with Compact Transformers"
    assert paper.abstract == "With the rise of Transformers & others, we reach 98% accuracy."
    assert paper.authors == ("Ali Hassani", "Humphrey Shi")
    assert (paper.year, paper.doi, paper.venue) == (2021, "10.1000/atom", "J. Toys 1 (2022)")
    assert paper.url == "http://arxiv.org/abs/2104.05704v4"
    assert places(rejected) == [(21, "arXiv reports an error: incorrect id format for x")]


def test_atom_breaks_off(tmp_path: Path) -> None:
    text = (
        (DATA / "feed.atom").read_text().partition("  <entry>\n    <id>http://arxiv.org/api/e")[0]
    )
    papers, rejected = read_text(tmp_path, "x.atom", text + "<entry><title>cut")
    assert len(papers) == 1
    assert rejected[0].line == 21
    assert rejected[0].reason.startswith("not valid XML, the rest is not read: ")


def test_atom_streams() -> None:
    entry = "<entry><title>T</title><summary>S</summary></entry>"

    class Endless(io.RawIOBase):
        started = False

        def read(self, size: int = -1) -> bytes:
            start, self.started = "" if self.started else "<feed>", True
            return (start + entry * 10).encode()

    records = READERS["atom"](Endless())  # type: ignore[arg-type]
    assert [next(records).fields["title"] for _ in range(50)] == ["T"] * 50


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', InputError, "declares entities"),
        (
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><feed>&a;</feed>',
            InputError,
            "ent",
        ),
        ("<html><entry/></html>", UnknownFormat, "root is <html>"),
        ("<html><entry><title>T</title></entry><p>", UnknownFormat, "root is <html>"),
        ("no xml", UnknownFormat, "not valid XML"),
        (
            '<?xml version="1.0" encoding="UT-8"?><feed/>',
            InputError,
            "encoding that cannot be read",
        ),
    ],
)
def test_atom_refused(tmp_path: Path, text: str, error: type[InputError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        read_text(tmp_path, "x.xml", text)


RECORD = '{"title": "A", "abstract": "B."}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.json", RECORD),
        ("x.json", f"[{RECORD}]"),
        ("x.json", f'{{"papers": [{RECORD}]}}'),
        ("x.json", f'{{\n"count": 1,\n"data":\n[{RECORD}]}}'),
        ("x.json", f"\n\n{RECORD}\n\n"),
        ("x.json", json.dumps(json.loads(RECORD), indent=2)),
        ("x.json", json.dumps({"results": [], **json.loads(RECORD)}, indent=1)),
        ("x.jsonl", f"[\n{RECORD}\n]"),
        ("x.jsonl", f'{{"results": [{RECORD}]}}\n'),
        ("x.txt", RECORD),
        ("x", f"{RECORD}\n"),
        ("x.data", f"[{RECORD}]"),
    ],
)
def test_shapes_of_json(tmp_path: Path, name: str, text: str) -> None:
    papers, rejected = read_text(tmp_path, name, text)
    assert [(paper.title, paper.abstract) for paper in papers] == [("A", "B.")]
    assert rejected == []


def test_json_lines_under_another_name(tmp_path: Path) -> None:
    papers, rejected = read_text(
        tmp_path, "dump.json", f'{RECORD}\nbroken\n{{"title": "C", "abstract": "D."}}\n'
    )
    assert [paper.title for paper in papers] == ["A", "C"]
    assert places(rejected) == [(2, "not valid JSON: Expecting value (column 1)")]


def test_json_objects_one_after_another(tmp_path: Path) -> None:
    both = "\n".join(json.dumps({"title": t, "abstract": t}, indent=2) for t in "AB")
    papers, _ = read_text(tmp_path, "x.json", both)
    assert [paper.title for paper in papers] == ["A", "B"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not valid JSON: Expecting property name enclosed in double quotes (column 2)"),
        ("[1]", "not a JSON object but a number"),
        ('"text"', "not a JSON object but a string"),
        ("null", "not a JSON object but null"),
        ("{}", "no title and no abstract"),
        ('{"title": "T"}', "no abstract"),
        ('{"abstract": "T"}', "no title"),
        ('{"title": " ", "abstract": "<p>"}', "no title and no abstract"),
        ('{"title": {"a": 1}, "abstract": true}', "no title and no abstract"),
        (f"{RECORD} x", "not valid JSON: more text after the record (column 33)"),
        ("[" * 100_000, "not valid JSON: nested too deeply"),
        ("9" * 5000, "not valid JSON: Exceeds the limit"),
    ],
)
def test_bad_line_is_reported_and_the_rest_read(tmp_path: Path, line: str, reason: str) -> None:
    papers, rejected = read_text(tmp_path, "x.jsonl", f"{RECORD}\n\n{line}\n" + RECORD[:-1] + "}\n")
    assert len(papers) == 1
    [bad] = rejected
    assert (Path(bad.path).name, bad.line) == ("x.jsonl", 3)
    assert bad.reason.startswith(reason)


def test_array_with_a_broken_element(tmp_path: Path) -> None:
    rows = [RECORD, '{"title": "cut', '{"title": "C", "abstract": "D."}']
    text = "[\n  " + ",\n  ".join(rows) + "\n]"
    papers, rejected = read_text(tmp_path, "x.json", text)
    assert [paper.title for paper in papers] == ["A", "C"]
    assert [bad.line for bad in rejected] == [3]


def test_array_cut_off(tmp_path: Path) -> None:
    papers, rejected = read_text(tmp_path, "x.json", f'[{RECORD},\n{{"title": "cu')
    assert len(papers) == 1
    assert places(rejected) == [
        (2, "not valid JSON: Unterminated string starting at (column 11)"),
    ]
    papers, rejected = read_text(tmp_path, "y.json", f'{{"data": [{RECORD}')
    assert len(papers) == 1
    assert places(rejected) == [(1, "the list of records breaks off here")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("42", "neither an object nor a list"),
        ('{"a":\n', "not valid JSON"),
        ("nonsense", "not valid"),
    ],
)
def test_json_that_holds_no_papers(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_text(tmp_path, "x.json", text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": "a", "key": "b"}, "a"),
        ({"key": "b", "doi": "10.1/x"}, "b"),
        ({"corpusId": 5, "paperId": "sha"}, "5"),
        ({"id": "https://arxiv.org/abs/2104.05704v2"}, "2104.05704"),
        ({"id": "http://arxiv.org/abs/hep-th/9901001v3"}, "hep-th/9901001"),
        ({"doi": "https://doi.org/10.1/x", "arxiv_id": "2104.05704v1"}, "2104.05704"),
        ({"DOI": "doi:10.1/X"}, "10.1/X"),
        ({"id": True}, ""),
        ({"id": {"x": 1}}, ""),
        ({"id": "a\nb\x00<i>"}, "a b<i>"),
    ],
)
def test_ids(fields: dict[str, object], expected: str) -> None:
    assert to_paper({"title": "T", "abstract": "A", **fields}).id == expected


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"year": 2020}, 2020),
        ({"year": "2020"}, 2020),
        ({"year": 2020.0}, 2020),
        ({"year": "n. d.", "date": "3 May 2019"}, 2019),
        ({"published": "2021-04-12T17:58:56Z"}, 2021),
        ({"year": True}, None),
        ({"year": 20}, None),
        ({"year": float("inf")}, None),
        ({"year": "12345"}, None),
        ({"year": [2020]}, None),
    ],
)
def test_years(fields: dict[str, object], year: int | None) -> None:
    assert to_paper({"title": "T", "abstract": "A", **fields}).year == year


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:x", 5, None])
def test_only_web_addresses_are_kept(url: object) -> None:
    assert to_paper({"title": "T", "abstract": "A", "url": url}).url == ""


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("A. Lovelace, C. Babbage and G. Boole", ("A. Lovelace", "C. Babbage", "G. Boole")),
        ("Lovelace, Ada; Boole, George", ("Lovelace, Ada", "Boole, George")),
        (["Ada <b>Lovelace</b>", "", None, 7], ("Ada Lovelace", "7")),
        ([{"name": "Ada"}, {"author": {"display_name": "Bo"}}, {"x": 1}], ("Ada", "Bo")),
        ({"name": "Ada"}, ()),
        (True, ()),
    ],
)
def test_authors(authors: object, expected: tuple[str, ...]) -> None:
    assert to_paper({"title": "T", "abstract": "A", "authors": authors}).authors == expected


WORDS = st.from_regex(r"[A-Za-z0-9é漢א%:,.()-]+( [A-Za-z0-9é漢א%:,.()-]+){0,8}", fullmatch=True)
NAMES = st.lists(WORDS, max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Paper,
        id=WORDS,
        title=WORDS,
        abstract=WORDS,
        authors=NAMES,
        year=st.none() | st.integers(1500, 2099),
        venue=st.just("") | WORDS,
        url=st.sampled_from(["", "https://example.org/a?b=c&d"]),
        doi=st.sampled_from(["", "10.1000/(SICI)1097<1::AID>3"]),
        arxiv_id=st.sampled_from(["", "2104.05704", "hep-th/9901001"]),
    ).map(lambda paper: to_paper(vars(paper)))
)
def test_own_lines_round_trip(paper: Paper) -> None:
    line = json.dumps(vars(paper)).encode()
    [record] = READERS["jsonl"](io.BytesIO(line))
    assert to_paper(record.fields) == paper


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.bib", "x.ris", "x.txt", "x.xml"])
def test_two_megabytes_of_abstract(tmp_path: Path, name: str) -> None:
    abstract = "We present a model. " * 100_000
    text = {
        "x.jsonl": json.dumps({"title": "Long", "abstract": abstract}),
        "x.json": json.dumps([{"title": "Long", "abstract": abstract}], indent=1),
        "x.csv": f'title,abstract\nLong,"{abstract}"\n',
        "x.bib": f"@misc{{k, title={{Long}}, abstract={{{abstract}}}}}",
        "x.ris": f"TY  - JOUR\nTI  - Long\nAB  - {abstract}\nER  - \n",
        "x.txt": f"Long\n\n{abstract}\n",
        "x.xml": f"<feed><entry><title>Long</title><summary>{abstract}</summary></entry></feed>",
    }[name]
    start = time.perf_counter()
    [paper], _ = read_text(tmp_path, name, text)
    assert (paper.title, paper.abstract) == ("Long", abstract.strip())
    assert time.perf_counter() - start < 20
