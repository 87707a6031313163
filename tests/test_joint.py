"""The facts of a text: what the model and the rules say, weighed and put together."""

from __future__ import annotations

import math
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from predicted import AWKWARD

from kg.extract import extract
from kg.extract.candidates import READERS
from kg.extract.joint import Joint, read, weigh
from kg.extract.judge import SIGNS, SORTS, Judge, Line, load_judge
from kg.extract.neural import load_model
from kg.extract.nlp import load
from kg.extract.scenes import is_unit
from kg.extract.signs import OPTION
from kg.extract.stages import draft
from kg.model import RELATIONS, Entity, Evidence, Extraction, Paper, Relation, Result

PAPERS = {
    "vorax": Paper(
        "vorax",
        "VoraxNet: seeing in the dark",
        "We propose VoraxNet, a new model for image classification. VoraxNet gets 98.5% accuracy "
        "on CIFAR-10 with 3.7M parameters, 2.1% better than ResNet-50, and is 3x faster than ViT.",
    ),
    "pooling": Paper(
        "pooling",
        "Learning to pool",
        "Sparse token routing (STR) is used by many. We introduce OceanDepth, a dataset for depth "
        "estimation, and evaluate BERT-based QuillNet, QuillNet-L and DETR on it. STR runs at 25 "
        "FPS. QuillNet outperforms DETR by 4.2 points of F1 score.",
    ),
    "survey": Paper(
        "survey",
        "A survey of state-space models for time series forecasting",
        "This survey covers Mamba and other state-space models. We review 120 papers since 2021. "
        "The code of all models is available at https://example.org/survey.",
    ),
    "table": Paper(
        "table",
        "Compact transformers",
        "DeiT-S, Swin-T and our CompactFormer reach 79.8%, 81.3% and 82.0% top-1 accuracy on "
        "ImageNet-1K, respectively. On COCO we achieve 45.2 mAP vs. 43.1 mAP for RetinaNet, while "
        "reducing FLOPs by 30%.",
    ),
    **{
        case: Paper(case, text[: text.index("\n")], text[text.index("\n") + 1 :])
        for case, text in AWKWARD.items()
    },
}
LEAST = (0.0, 0.3, 0.6, 0.9, 1.0)
READ_BY = {"model", "rules", "repeat", *READERS}


@cache
def facts(case: str, least: float | None = None) -> Extraction:
    return extract(PAPERS[case], min_confidence=least)


def facts_of(found: Extraction) -> list[Entity | Relation | Result]:
    return [*found.entities, *found.relations, *found.results]


def evidence(found: Extraction) -> list[Evidence]:
    return [e for fact in facts_of(found) for e in fact.evidence]


def sizes(found: Extraction) -> tuple[int, int, int]:
    return len(found.entities), len(found.relations), len(found.results)


def check(found: Extraction, paper: Paper) -> None:
    """What must hold of every extraction, however little or much is kept."""
    text = paper.text
    kinds = {e.name: e.kind for e in found.entities}
    assert len(kinds) == len(found.entities)
    for entity in found.entities:
        assert (entity.role != "") == (entity.kind in ("method", "dataset"))
        assert entity.mentions
        for mention in entity.mentions:
            assert 0 <= mention.start < mention.end <= len(text)
            assert text[mention.start : mention.end] == mention.text
            assert 0 <= mention.confidence <= 1
            assert set(mention.extractor.split("+")) <= {*READ_BY, "implied"}
    for relation in found.relations:
        assert (kinds[relation.head], kinds[relation.tail]) == RELATIONS[relation.relation]
        assert relation.head != relation.tail
    triples = [(r.head, r.relation, r.tail) for r in found.relations]
    assert len(triples) == len(set(triples))
    for result in found.results:
        assert kinds[result.metric] == "metric"
        assert result.method is None or kinds[result.method] == "method"
        assert result.dataset is None or kinds[result.dataset] == "dataset"
        assert result.baseline is None or kinds[result.baseline] == "method"
        assert result.baseline is None or result.baseline != result.method
        assert result.value in text
    for said in evidence(found):
        assert 0 <= said.start <= said.end <= len(text)
        assert text[said.start : said.end] == said.sentence
        assert said.paper == paper.id
        assert said.extractor in READ_BY
        assert 0 <= said.confidence <= 1
    for fact in facts_of(found):
        assert len({e.extractor for e in fact.evidence}) == len(fact.evidence) > 0
        assert len({(e.confidence, e.sentence) for e in fact.evidence}) == 1


@pytest.mark.parametrize("case", PAPERS)
@pytest.mark.parametrize("least", [None, *LEAST])
class TestEveryText:
    def test_facts_are_whole(self, case: str, least: float | None) -> None:
        check(facts(case, least), PAPERS[case])

    def test_no_fact_is_less_likely(self, case: str, least: float | None) -> None:
        rounding = 0.0005
        if least is not None:
            assert all(e.confidence >= least - rounding for e in evidence(facts(case, least)))

    def test_a_text_is_read_twice_the_same(self, case: str, least: float | None) -> None:
        assert extract(PAPERS[case], min_confidence=least) == facts(case, least)


def test_the_papers_have_facts_of_each_sort() -> None:
    for case in ("vorax", "pooling", "table"):
        assert min(sizes(facts(case))) > 0


@pytest.mark.parametrize("case", PAPERS)
def test_numbers_are_no_part_of_mentions_but_of_units(case: str) -> None:
    told = read(load()(PAPERS[case].text), 0.0)
    concepts = [j.concept for j in told.concepts]
    mentions = sorted(m for c in concepts for m in c.mentions)
    assert all(one.end <= two.start for one, two in pairwise(mentions))
    for outcome in told.outcomes:
        value = outcome.reading.number
        assert all(
            m.end <= value.start or value.end <= m.start or is_unit(m, c, value)
            for c in concepts
            for m in c.mentions
        )


class TestMinConfidence:
    def kept(self, least: float | None) -> tuple[int, ...]:
        """Entities, relations and results of all papers."""
        found = [sizes(facts(case, least)) for case in PAPERS]
        return tuple(sum(column) for column in zip(*found, strict=True))

    @pytest.mark.parametrize(("low", "high"), list(pairwise(LEAST)))
    def test_the_more_is_asked_the_fewer_are_kept(self, low: float, high: float) -> None:
        fewer, more = self.kept(high), self.kept(low)
        assert all(few <= many for few, many in zip(fewer, more, strict=True))
        assert sum(fewer) < sum(more)

    @pytest.mark.parametrize("case", PAPERS)
    def test_surer_entities_are_among_the_others(self, case: str) -> None:
        names = [{e.name for e in facts(case, least).entities} for least in LEAST[1:]]
        assert all(fewer <= more for more, fewer in pairwise(names))

    def test_nothing_is_asked_and_all_that_is_read_by_default_is_kept(self) -> None:
        default, everything = self.kept(None), self.kept(0.0)
        assert all(few <= many for few, many in zip(default, everything, strict=True))
        assert everything[1] > default[1]

    def test_certainty_leaves_nothing(self) -> None:
        assert self.kept(1.0) == (0, 0, 0)


def even_judge(chance: float, **least: float) -> Judge:
    """A judge to whom everything is equally likely."""
    bias = math.log(chance / (1 - chance))
    lines = {name: Line(bias, np.zeros(len(signs), np.float32)) for name, signs in SIGNS.items()}
    return Judge(lines, {sort: least.get(sort, 0.5) for sort in SORTS})


def told(case: str, judge: Judge, least: float | None = None) -> Joint:
    return read(load()(PAPERS[case].text), least, judge=judge)


class TestJudge:
    def test_its_chances_are_those_of_the_facts(self) -> None:
        found = told("vorax", even_judge(0.75))
        assert {judged.chance for judged in found.concepts} == {0.75}
        assert {tie.chance for tie in found.ties} == {0.75}
        assert {outcome.chance for outcome in found.outcomes} == {0.75}

    @pytest.mark.parametrize(("least", "any_fact"), [(0.5, True), (0.51, False)])
    def test_a_threshold_itself_is_enough(self, least: float, any_fact: bool) -> None:
        found = told("vorax", even_judge(0.5), least)
        assert bool(found.concepts) is bool(found.ties) is bool(found.outcomes) is any_fact

    def test_what_the_rules_read_needs_less(self) -> None:
        found = told("pooling", even_judge(0.2, mention=0.1))
        assert found.concepts
        assert all(set(READERS).intersection(judged.agree) for judged in found.concepts)
        assert all("rules" in outcome.agree for outcome in found.outcomes)
        assert found.ties == ()
        everything = told("pooling", even_judge(0.2), 0.2)
        assert len(everything.concepts) > len(found.concepts)

    def test_a_number_that_the_rules_pass_over_is_tied_to_what_is_likeliest(self) -> None:
        judge = even_judge(0.75)
        for pointer in ("method", "baseline"):
            judge.lines[f"result {pointer}"].weights[OPTION.index("none")] = -9
        doc = load()("On sight\nVoraxNet has accuracy on CIFAR-10. There are 12 layers.")
        (outcome,) = read(doc, judge=judge).outcomes
        reading = outcome.reading
        assert (reading.number.text, outcome.agree) == ("12", ("model",))
        assert reading.metric.name == "accuracy"
        assert reading.method is not None
        assert reading.method.name == "VoraxNet"
        assert reading.baseline is None, "nothing is its own baseline"
        assert reading.dataset is None, "of equally likely options the first, which is none"

    @pytest.mark.parametrize("case", PAPERS)
    def test_nothing_likely_is_nothing(self, case: str) -> None:
        assert told(case, even_judge(0.01)) == Joint((), (), ())

    def test_a_model_can_be_given(self) -> None:
        doc = load()(PAPERS["vorax"].text)
        asked: list[int] = []
        shipped = load_model()

        def encoder(pieces: np.ndarray, features: np.ndarray) -> np.ndarray:
            asked.append(len(pieces))
            return shipped.encoder(pieces, features)

        model = type(shipped)(encoder, shipped.heads, shipped.tokenizer)
        assert read(doc, model=model) == weigh(draft(doc), load_judge())
        assert len(asked) == 1


FILLER = "This sentence says nothing that anybody would want to keep for later. "
LAST = "We propose LastNet, a new model that uses BERT. LastNet gets 98% accuracy on CIFAR-10."


def forbidden(*_: object) -> NoReturn:
    raise AssertionError("the model is asked")


class TestLongTexts:
    @pytest.fixture
    def by_rules_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys.modules["kg.extract.joint"], "draft", forbidden)

    @pytest.mark.usefixtures("by_rules_alone")
    def test_they_are_read_by_the_rules_to_their_end(self) -> None:
        paper = Paper("long", "On ends", FILLER * 350 + LAST)
        assert len(load()(paper.text)) > 4000
        found = extract(paper)
        check(found, paper)
        named = {(e.name, e.kind, e.role) for e in found.entities}
        assert ("LastNet", "method", "proposed") in named
        assert ("CIFAR-10", "dataset", "used") in named
        assert ("LastNet", "uses", "BERT") in {
            (r.head, r.relation, r.tail) for r in found.relations
        }
        assert [(r.method, r.value, r.dataset) for r in found.results] == [
            ("LastNet", "98%", "CIFAR-10")
        ]
        assert {m.extractor for e in found.entities for m in e.mentions} <= set(READERS)
        assert {e.extractor for r in found.relations for e in r.evidence} == {"rules"}
        assert {e.extractor for r in found.results for e in r.evidence} == {"rules"}

    def test_the_rules_say_what_they_say_of_a_short_text(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper = Paper("short", "On ends", LAST)
        size = len(load()(paper.text))
        monkeypatch.setattr(sys.modules["kg.extract.joint"], "_LONGEST", size)
        assert "model" in {e.extractor for e in evidence(extract(paper))}
        monkeypatch.setattr(sys.modules["kg.extract.joint"], "_LONGEST", size - 1)
        assert "model" not in {e.extractor for e in evidence(extract(paper))}

    def test_a_text_of_several_windows_is_read_by_the_model_to_its_end(self) -> None:
        paper = Paper("windows", "On ends", FILLER * 80 + LAST)
        assert 900 < len(load()(paper.text)) < 4000
        found = extract(paper)
        check(found, paper)
        last = next(e for e in found.entities if e.name == "LastNet")
        assert "model" in {e.extractor for e in last.evidence}
        assert [(r.method, r.value) for r in found.results] == [("LastNet", "98%")]


def test_settings_of_a_training_are_no_metrics() -> None:
    text = "A\nIt improves accuracy, learning rate, sample size and latency."
    assert [j.concept.name for j in read(load()(text)).concepts] == ["accuracy", "latency"]


def test_a_fact_that_both_read_names_both() -> None:
    found = facts("vorax")
    accuracy = next(r for r in found.results if r.value == "98.5%")
    assert Counter(e.extractor for e in accuracy.evidence) == {"model": 1, "rules": 1}
    cifar = next(e for e in found.entities if e.name == "CIFAR-10")
    assert {e.extractor for e in cifar.evidence} == {"model", "lexicon"}


WORDS = """We propose VoraxNet , a new ( VN ) model that outperforms ViT and CNNs on CIFAR-10 by
    2.5% accuracy of 98% vs. 3.1x faster gated memory pooling { 24.0M } ; : / - dataset loss e.g.
    25 FPS O(n^2) <b> 中 אב é \x00 \u202e $ https://a.org code available"""
FRAGMENTS = [*WORDS.split(" "), "\n"]


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120), st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(" ".join)
    ),
    st.text(max_size=30),
    st.sampled_from([None, 0.0, 0.5]),
)
def test_any_text_can_be_read(abstract: str, title: str, least: float | None) -> None:
    paper = Paper("p", title, abstract)
    found = extract(paper, min_confidence=least)
    check(found, paper)
    assert extract(paper, min_confidence=least) == found
