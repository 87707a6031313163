from __future__ import annotations

import pytest

from kg.extract.nlp import load, span_at


@pytest.mark.parametrize(
    "sentences",
    [
        ["We use e.g. BERT.", "It works."],
        ["Smith et al. show this.", "We do not."],
        ["ViT vs. CNN is open.", "We ask why."],
        ["It reaches 99.76% top-1.", "That is a lot."],
        ["See Fig. 3 for more.", "The end."],
        ["Vera C. Rubin saw it.", "So did we."],
        ['They call it "small."', "We agree."],
        ["It is fast.", "mBERT is slower."],
        ["It needs 5 ms.", "We need more."],
        ["We use BERT, ViT, etc.", "These are old."],
        ["Is it fast?", "Yes!", "It is."],
        ["It needs 3.7M parameters, i.e. few.", "Good."],
        ["Code is at https://example.org/a.b.", "Thanks."],
        ["We train on ImageNet-1K.", "It ends."],
    ],
)
def test_sentences_end_where_they_end(sentences: list[str]) -> None:
    doc = load()(" ".join(sentences))
    assert [sentence.text for sentence in doc.sents] == sentences


def test_the_title_is_a_sentence_of_its_own() -> None:
    doc = load()("On CCT\nwe start in lower case.")
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "On CCT",
        "we start in lower case.",
    ]


def test_what_never_ends_is_cut() -> None:
    doc = load()("no stop " * 1000)
    assert max(len(sentence) for sentence in doc.sents) <= 200


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("ViT-B and self-attention", ["ViT-B", "and", "self-attention"]),
        ("a BERT-based model", ["a", "BERT", "-", "based", "model"]),
        ("pre-trained nets", ["pre-trained", "nets"]),
        ("(CCT), ImageNet-1K.", ["(", "CCT", ")", ",", "ImageNet-1K", "."]),
        ("98% of ADE20K.", ["98", "%", "of", "ADE20K", "."]),
        ("latency/accuracy", ["latency", "/", "accuracy"]),
        ("MobileNetV2times 1.4", ["MobileNetV2", "times", "1.4"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token.text for token in load()(text)] == tokens


def test_span_at_covers_the_tokens_that_are_touched() -> None:
    doc = load()("We use ViTs.")
    assert span_at(doc, 8, 9).text == "ViTs"
    with pytest.raises(ValueError, match="no text"):
        span_at(doc, 50, 60)
