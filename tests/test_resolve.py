from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.lexicon import Entry
from kg.model import Entity, Extraction, Kind
from kg.resolve import Name, Node, Resolution, resolve
from kg.text import fold

# What one paper calls one method: its name, and the long form if the paper gives one.
Said = str | tuple[str, str]


class Lexicon:
    """Entries by kind, as `kg.lexicon` has them."""

    def __init__(self, *known: Entry) -> None:
        self.known = known

    def entries(self, kind: Kind) -> list[Entry]:
        return [entry for entry in self.known if entry.kind == kind]

    def lookup(self, kind: Kind, surface: str) -> str | None:
        forms = ((fold(form), e.name) for e in self.entries(kind) for form in e.surfaces)
        return dict(forms).get(fold(surface))


EMPTY = Lexicon()


def entity(said: Said, kind: Kind = "method") -> Entity:
    if isinstance(said, str):
        return Entity(said, kind, "", (said,), (), ())
    short, long = said
    return Entity(long, kind, "", (long, short), (), (), short=short, long=long)


def papers(*said: Said, kind: Kind = "method") -> list[Extraction]:
    """One paper for each thing said, with the id of its position."""
    return [Extraction(str(i), (entity(s, kind),), (), ()) for i, s in enumerate(said)]


def ids(resolution: Resolution) -> list[str]:
    return [node.id for node in resolution.nodes]


def labels(resolution: Resolution) -> list[str]:
    return [node.label for node in resolution.nodes]


@pytest.mark.parametrize(
    "said",
    [
        ["Vision Transformer", "vision transformer", "vision-transformer", "Vision Transformers"],
        ["CIFAR-10", "CIFAR10", "CIFAR 10", "cifar-10"],
        ["Poincaré ball", "Poincare Ball"],
        ["CNN", "CNNs"],
        [("CCT", "Compact Convolutional Transformer"), "CCT", "Compact Convolutional Transformers"],
        [("CCTs", "Compact Convolutional Transformers"), "CCT"],
        [("GCN", "Graph Convolutional Network"), ("GCN", "graph convolution networks"), "GCN"],
        [
            ("BERT", "Bidirectional Encoder Representations from Transformers"),
            ("BERT", "Bidirectional Encoder Representation from Transformer"),
            "BERT",
            "bidirectional encoder representation from transformers",
        ],
    ],
)
def test_names_of_one_thing_meet(said: list[Said]) -> None:
    assert len(resolve(papers(*said), lexicon=EMPTY).nodes) == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["BERT", "ALBERT", "BERT-Large"], ["method:albert", "method:bert", "method:bertlarge"]),
        (
            [("SAM", "Segment Anything Model"), ("SAM", "Scale-Aware Modulation")],
            ["method:scaleawaremodulation", "method:segmentanythingmodel"],
        ),
        (
            [("SAM", "Segment Anything Model"), ("SAM", "Scale-Aware Modulation"), "SAM"],
            ["method:sam", "method:scaleawaremodulation", "method:segmentanythingmodel"],
        ),
        # A word is not an acronym, even if it is spelled as one.
        (
            [("CLIP", "Contrastive Pretraining"), "clip"],
            ["method:clip", "method:contrastivepretraining"],
        ),
        # Words that only begin alike are not one.
        (
            [("MP", "Multilayer Perceptron"), ("MP", "Multilingual Perceptron")],
            ["method:multilayerperceptron", "method:multilingualperceptron"],
        ),
        # A few adjectives are their nouns, no others.
        (
            ["relation model", "relational models"],
            ["method:relationalmodel", "method:relationmodel"],
        ),
        (["RRT", "RRT*"], ["method:rrt", "method:rrt*"]),
    ],
)
def test_different_things_stay_apart(said: list[Said], expected: list[str]) -> None:
    assert ids(resolve(papers(*said), lexicon=EMPTY)) == expected


def test_kinds_stay_apart() -> None:
    both = [*papers("SAM"), Extraction("x", (entity("SAM", "dataset"),), (), ())]
    assert ids(resolve(both, lexicon=EMPTY)) == ["dataset:sam", "method:sam"]


def test_an_acronym_means_what_its_kind_means() -> None:
    defined = Extraction("x", (entity(("AP", "Average Precision"), "metric"),), (), ())
    assert "method:ap" in ids(resolve([defined, *papers("AP")], lexicon=EMPTY))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["ViT"], ["method:visiontransformer"]),
        (["Vision Transformers", "ViTs", "vision transformer"], ["method:visiontransformer"]),
        # The paper's own long form decides, however well known the acronym is.
        ([("ViT", "Video Tagger"), "ViT"], ["method:videotagger", "method:visiontransformer"]),
        ([("ViT", "vision transforming")], ["method:visiontransformer"]),
        # The lexicon knows no long form of LSTM, so none contradicts it.
        ([("LSTM", "long short-term memory"), "LSTM"], ["method:lstm"]),
        # ... but it does of SAM, which it lists under the acronym.
        ([("SAM", "Scale-Aware Modulation")], ["method:scaleawaremodulation"]),
        ([("SAM", "Segment Anything Models"), "SAM"], ["method:sam"]),
        # A bare acronym gets the lexicon's name by the long form that another paper gives.
        ([("VT", "Vision Transformer"), "VT"], ["method:visiontransformer"]),
    ],
)
def test_the_lexicon_comes_first_but_not_against_the_paper(
    said: list[Said], expected: list[str]
) -> None:
    lexicon = Lexicon(
        Entry("method", "Vision Transformer", ("ViT",)),
        Entry("method", "LSTM", ("LSTM network",)),
        Entry("method", "SAM", ("Segment Anything Model",)),
        Entry("dataset", "ViT", ()),
    )
    assert ids(resolve(papers(*said), lexicon=lexicon)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("SAM", "Segment Anything Model")], ["SAM"]),
        (
            [("SAM", "Segment Anything Model"), ("SAM", "Scale-Aware Modulation")],
            ["SAM (Scale-Aware Modulation)", "SAM (Segment Anything Model)"],
        ),
        (
            [("SAM", "Sharp Air Map"), ("SAMs", "Sad Ant Maps"), "SAM"],
            ["SAMs (Sad Ant Maps)", "SAM", "SAM (Sharp Air Map)"],
        ),
        (["ViT"], ["Vision Transformer"]),
        (
            [("ViT", "Video Tagger"), ("ViT", "Vision Transformer")],
            ["ViT (Video Tagger)", "Vision Transformer"],
        ),
        (["deep net", "Deep Net", "deep nets"], ["Deep Net"]),
        (["deep nets", "deep nets", "Deep Net"], ["deep nets"]),
        (["deep nets", "deep nets", "deep net"], ["deep net"]),
        ([("CNNs", "convolutional nets"), "CNN"], ["CNN"]),
        ([("IOU", "mean IOU"), ("IOU", "I owe you")], ["IOU (I owe you)", "mIOU"]),
        (
            [("GPTs", "good old texts"), ("GPT", "generated texts")],
            ["GPT (generated texts)", "GPTs (good old texts)"],
        ),
        (
            [("LSTM", "long short-term memory"), ("LSTM", "low steam")],
            ["LSTM (low steam)", "LSTM"],
        ),
    ],
)
def test_labels(said: list[Said], expected: list[str]) -> None:
    lexicon = Lexicon(
        Entry("method", "Vision Transformer", ("ViT",)),
        Entry("method", "LSTM", ("long short-term memory",)),
        Entry("method", "mIOU", ("mean IOU",)),
    )
    assert labels(resolve(papers(*said), lexicon=lexicon)) == expected


def test_aliases_are_what_papers_say_most_first() -> None:
    found = resolve(
        papers("CCT", ("CCT", "Compact Net"), "compact nets", "Compact Net"), lexicon=EMPTY
    )
    assert found.nodes == (
        Node(
            id="method:compactnet",
            kind="method",
            label="CCT",
            names=(
                Name("CCT", 2, "long form", 1.0),
                Name("Compact Net", 2, "spelling", 1.0),
                Name("compact nets", 1, "spelling", 1.0),
            ),
            short="CCT",
            long="Compact Net",
        ),
    )
    assert found.nodes[0].aliases == (("Compact Net", 2), ("compact nets", 1))


def test_links_tell_the_rule() -> None:
    lexicon = Lexicon(Entry("method", "Vision Transformer", ("ViT",)))
    found = resolve(papers("ViT", ("CN", "Compact Net"), "CN", "other net"), lexicon=lexicon)
    assert {paper: link.reason for (paper, _), link in found.links.items()} == {
        "0": "lexicon",
        "1": "long form",
        "2": "acronym",
        "3": "spelling",
    }


def test_two_entities_of_one_paper_can_be_one_thing() -> None:
    paper = Extraction("x", (entity("Compact Net"), entity("compact nets")), (), ())
    found = resolve([paper], lexicon=EMPTY)
    assert [link.node for link in found.links.values()] == ["method:compactnet"] * 2
    assert found.nodes[0].aliases == (("compact nets", 1),)


@pytest.mark.parametrize("name", ["", "∇", "???", "—"])
def test_a_name_without_letters_is_dropped(name: str) -> None:
    assert resolve(papers(name), lexicon=EMPTY) == Resolution((), {})


@pytest.mark.parametrize("long", ["", "SAM", "sams", "—"])
def test_a_long_form_that_says_nothing_is_none(long: str) -> None:
    said = Extraction("0", (Entity("SAM", "method", "", ("SAM",), (), (), "SAM", long),), (), ())
    assert ids(resolve([said, *papers("x", "SAM")], lexicon=EMPTY)) == ["method:sam", "method:x"]


_NAMES = st.sampled_from(["SAM", "SAMs", "sam", "Sharp Map", "sharp-maps", "Sad Ants", "A Net"])
_SAID = st.one_of(_NAMES, st.tuples(_NAMES, _NAMES))


@settings(deadline=None)
@given(st.lists(_SAID, max_size=12), st.randoms())
def test_the_order_of_the_papers_does_not_matter(said: list[Said], chance: random.Random) -> None:
    extractions = papers(*said)
    expected = resolve(extractions, lexicon=EMPTY)
    chance.shuffle(extractions)
    assert resolve(iter(extractions), lexicon=EMPTY) == expected
    assert all(node.id == f"method:{fold(node.id[7:])}" for node in expected.nodes)
    assert {link.node for link in expected.links.values()} == set(ids(expected))
