"""Training: from annotated rows to a folder that extracts, with a tiny random BERT."""

# ruff: noqa: E402

from __future__ import annotations

import doctest
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from spacy.tokens import Doc

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from safetensors.torch import load_file, save_file

from kg.cli import main
from kg.errors import InputError
from kg.extract import heads, joint
from kg.extract.entities import Concept
from kg.extract.features import LEXICON_COLUMN, STARTS, encode
from kg.extract.judge import SIGNS, SORTS, Judge, load_judge
from kg.extract.neural import (
    FOLDER,
    Model,
    graded,
    load_model,
    load_tokenizer,
    placed,
    predict,
    scored_numbers,
    word_states,
)
from kg.extract.nlp import load
from kg.extract.pairs import POINTERS, ROLES, pair_arrays, pooled, thing_features
from kg.extract.stages import Drafted, draft
from kg.model import KINDS, RELATIONS, Mention
from kg.train import data, judging, loop, loss, train
from kg.train.card import SOURCES
from kg.train.data import (
    Example,
    benchmark_examples,
    bio,
    cleaned,
    gold_examples,
    mention_places,
)
from kg.train.export import export, head_weights
from kg.train.judging import PARTS, Fit, fit_judge
from kg.train.loop import BATCH, batch_loss, batches, fit
from kg.train.model import Network, load_encoder
from kg.train.run import FOLDS, fold_of
from kg.train.taggers import finish_taggers

Row = dict[str, Any]

TOKENIZER = load_tokenizer(FOLDER / "tokenizer.json")
SIZE, LAYERS, HEADS, INNER = 32, 2, 2, 64


def entity(kind: str, *surface: str, role: str = "") -> Row:
    return {"name": surface[0], "type": kind, "surface": list(surface), "role": role}


def result(metric: str, value: str, **others: str | None) -> Row:
    nothing = {"method": None, "dataset": None, "baseline": None}
    return {**nothing, **others, "metric": metric, "value": value}


def paper(text: str, *entities: Row, results: Sequence[Row] = (), relations: Any = ()) -> Row:
    """An annotated row of a text whose first line is the title."""
    title, _, abstract = text.partition("\n")
    return {
        "id": "a",
        "title": title,
        "abstract": abstract,
        "entities": list(entities),
        "relations": [list(relation) for relation in relations],
        "results": list(results),
    }


def about_a_method(names: Sequence[str], x: str, y: str) -> Row:
    long, new, old, rival, task, metric, known, _ = names
    return paper(
        f"{new}: {long} for {task}\n"
        f"We propose {long} ({new}), which builds on {old}. {new} reaches {x} {metric} on "
        f"{known}, where {rival} has only {y}. We train for 300 epochs.",
        entity("Method", long, new, role="proposed"),
        entity("Method", old, role="used"),
        entity("Method", rival, role="baseline"),
        entity("Dataset", known, role="used"),
        entity("Metric", metric),
        entity("Task", task),
        relations=[
            (long, "uses", old),
            (long, "compared_with", rival),
            (long, "evaluated_on", known),
            (long, "measured_by", metric),
            (long, "used_for", task),
        ],
        results=[
            result(metric, x, method=long, dataset=known, baseline=rival),
            result(metric, y, method=rival, dataset=known),
        ],
    )


def about_a_dataset(names: Sequence[str], x: str, y: str) -> Row:
    _, _, old, rival, task, metric, known, new = names
    return paper(
        f"{new}: A Dataset for {task}\n"
        f"We introduce {new}, a dataset for {task} that is larger than {known}. {old} has "
        f"{x} {metric} on {new}, {rival} has {y}. All code is free.",
        entity("Method", old, role="used"),
        entity("Method", rival, role="baseline"),
        entity("Dataset", new, role="introduced"),
        entity("Dataset", known, role="used"),
        entity("Metric", metric),
        entity("Task", task),
        relations=[
            (m, r, t) for m in (old, rival) for r, t in (("evaluated_on", new), ("used_for", task))
        ],
        results=[result(metric, v, method=m, dataset=new) for m, v in ((old, x), (rival, y))],
    )


NAMES = [
    line.split("|")
    for line in """\
Residual Token Mixing|RTM|ResNet-50|VGG|image classification|accuracy|CIFAR-10|FacesInRain
Sparse Axial Pooling|SAP|BERT|ELMo|question answering|F1|SQuAD|QuizBook
Gated Ladder Network|GLN|LSTM|GRU|speech recognition|word error rate|LibriSpeech|StreetTalk
Patch Tree Kernel|PTK|ViT|DeiT|object detection|mAP|COCO|TinyObjects
Masked Cue Fusion|MCF|U-Net|SegNet|semantic segmentation|mIoU|Cityscapes|RoofMaps
Dual Route Search|DRS|GPT-2|T5|machine translation|BLEU|WMT14|LegalPairs""".splitlines()
]
GOLD = [
    {**about(names, f"{60 + 7 * i}.{i}%", f"{41 + 3 * i}%"), "id": f"{about.__name__}-{i}"}
    for i, names in enumerate(NAMES)
    for about in (about_a_method, about_a_dataset)
]
BENCHMARK = [
    {"tokens": f"We use {m} for {t} .".split(), "spans": [[2, 3, "Method"], [4, 6, "Task"]]}
    for _, m, _, _, t, *_ in NAMES
    if t.count(" ") == 1
]


def jsonl(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums do not depend on how many threads share them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a BERT with random weights."""
    folder = tmp_path_factory.mktemp("bert")
    config = {
        "vocab_size": TOKENIZER.get_vocab_size(),
        "hidden_size": SIZE,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
        "max_position_embeddings": 512,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_bytes((FOLDER / "tokenizer.json").read_bytes())
    shapes = {
        "embeddings.word_embeddings.weight": (config["vocab_size"], SIZE),
        "embeddings.position_embeddings.weight": (512, SIZE),
        "embeddings.token_type_embeddings.weight": (2, SIZE),
        "embeddings.LayerNorm.weight": (SIZE,),
        "embeddings.LayerNorm.bias": (SIZE,),
    }
    for i in range(LAYERS):
        for name, *shape in (
            ("attention.self.query", SIZE, SIZE),
            ("attention.self.key", SIZE, SIZE),
            ("attention.self.value", SIZE, SIZE),
            ("attention.output.dense", SIZE, SIZE),
            ("attention.output.LayerNorm", SIZE),
            ("intermediate.dense", INNER, SIZE),
            ("output.dense", SIZE, INNER),
            ("output.LayerNorm", SIZE),
        ):
            shapes[f"encoder.layer.{i}.{name}.weight"] = tuple(shape)
            shapes[f"encoder.layer.{i}.{name}.bias"] = (shape[0],)
    torch.manual_seed(0)
    weights = {f"bert.{name}": 0.2 * torch.randn(shape) for name, shape in shapes.items()}
    save_file(weights, folder / "model.safetensors")
    return folder


def fresh(encoder: Path, seed: int = 1) -> Network:
    torch.manual_seed(seed)
    return Network(load_encoder(encoder))


@pytest.fixture(scope="module")
def network(encoder: Path) -> Network:
    """An untrained network in which everything that is read matters."""
    network = fresh(encoder)
    torch.nn.init.normal_(network.encoder.features.weight, std=0.2)
    network.eval()
    return network


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return jsonl(tmp_path_factory.mktemp("gold") / "gold.jsonl", GOLD)


@pytest.fixture(scope="module")
def scierc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return jsonl(tmp_path_factory.mktemp("scierc") / "train.jsonl", BENCHMARK)


@pytest.fixture(scope="module")
def examples(gold: Path, scierc: Path) -> list[Example]:
    others = benchmark_examples(scierc, "scierc", TOKENIZER)
    return [*list(gold_examples(gold, TOKENIZER))[:4], *others]


def as_model(network: Network) -> Model:
    """What `load_model` would give of the network, had nothing been rounded."""

    def run(pieces: Any, features: Any) -> Any:
        with torch.no_grad():
            states = network.encoder(torch.tensor(pieces)[None], torch.tensor(features)[None])
        return states[0].numpy()

    return Model(run, head_weights(network), TOKENIZER)


def example_of(row: Row, tmp_path: Path) -> Example:
    (example,) = gold_examples(jsonl(tmp_path / "row.jsonl", [row]), TOKENIZER)
    return example


class Scripted(Random):
    """Draws what it is told to, and the last of that forever."""

    def __init__(self, *draws: float) -> None:
        super().__init__(0)
        self._draws = list(draws)

    def random(self) -> float:
        return self._draws.pop(0) if len(self._draws) > 1 else self._draws[0]


class TestTags:
    @pytest.mark.parametrize(
        ("spans", "expected"),
        [
            ([], [0, 0, 0, 0]),
            ([(0, 1, "method"), (1, 3, "method")], [1, 1, 2, 0]),
            ([(0, 4, "metric")], [5, 6, 6, 6]),
            ([(1, 2, "dataset"), (0, 3, "task")], [7, 8, 8, 0]),
            ([(0, 2, "method"), (1, 4, "dataset")], [0, 3, 4, 4]),
            ([(2, 4, "task"), (2, 4, "method")], [0, 0, 1, 2]),
        ],
    )
    def test_of_spans(self, spans: list[tuple[int, int, str]], expected: list[int]) -> None:
        assert bio(4, spans, KINDS).tolist() == expected
        assert bio(4, spans[::-1], KINDS).tolist() == expected

    def test_the_examples_of_the_module_hold(self) -> None:
        told = doctest.testmod(data)
        assert told.attempted
        assert not told.failed


MARKED = paper(
    "On \\textbf{CCT} &amp; more\n"
    'CCT has 98\\% <i>top-1</i> accuracy, 2$\\times$ that of G{\\"o}delNet.',
    entity("Method", "CCT", role="proposed"),
    entity("Method", 'G{\\"o}delNet', role="baseline"),
    entity("Metric", "<i>top-1</i> accuracy"),
    results=[result("<i>top-1</i> accuracy", "98\\%", method="CCT")],
)


class TestGold:
    def test_a_row_reads_as_a_paper_does(self) -> None:
        row = cleaned(MARKED)
        assert row["title"] == "On CCT & more"
        assert row["abstract"] == "CCT has 98% top-1 accuracy, 2× that of GödelNet."
        assert [e["surface"] for e in row["entities"]] == [
            ["CCT"],
            ["GödelNet"],
            ["top-1 accuracy"],
        ]
        assert [r["value"] for r in row["results"]] == ["98%"]

    def test_cleaning_leaves_the_rest_and_the_given_row(self) -> None:
        before = json.dumps(MARKED)
        row = cleaned(MARKED)
        assert json.dumps(MARKED) == before
        assert cleaned(row) == row
        assert [e["role"] for e in row["entities"]] == ["proposed", "baseline", ""]
        assert row["results"][0]["metric"] == row["entities"][2]["name"]

    def test_markup_hides_no_mention_and_no_result(self, tmp_path: Path) -> None:
        example = example_of(MARKED, tmp_path)
        facts = example.facts
        assert facts
        assert [thing.kind for thing in facts.concepts] == ["method", "method", "metric"]
        assert [len(thing.spans) for thing in facts.concepts] == [2, 1, 1]
        assert facts.roles == (ROLES.index("proposed"), ROLES.index("baseline"), -1)
        assert facts.reported == (((2, -1, 0, -1),), ())

    def test_mentions_are_not_nested_and_are_whole_tokens(self) -> None:
        row = paper(
            "Swin Transformer and Transformer\nThe Transformer++ of CCT-7 is no Transformers (2D).",
            entity("Method", "Swin Transformer"),
            entity("Method", "Transformer", "Transformers (2D)"),
            entity("Method", "CCT"),
            entity("Method", "Transformers"),
        )
        doc = load()(f"{row['title']}\n{row['abstract']}")
        found = [[doc[s:e].text for s, e in at] for at in mention_places(row, doc)]
        assert found == [["Swin Transformer"], ["Transformer", "Transformers (2D)"], [], []]

    def test_what_a_row_leaves_out_is_empty(self, tmp_path: Path) -> None:
        bare = {"name": "CCT", "type": "Method"}
        row = {"id": "a", "title": "CCT", "entities": [bare, {**bare, "surface": ["<b></b>"]}]}
        example = example_of(row, tmp_path)
        assert example.tags.tolist() == [0, 0]
        assert example.facts
        assert (example.facts.concepts, example.facts.reported) == ((), ())

    def test_two_concepts_may_share_a_place(self) -> None:
        row = paper("F1\nIt is F1.", entity("Metric", "F1"), entity("Dataset", "F1"))
        doc = load()("F1\nIt is F1.")
        assert mention_places(row, doc) == [[(0, 1), (4, 5)]] * 2

    def test_tags_are_those_of_the_mentions(self, tmp_path: Path) -> None:
        row = paper(
            "CCT for image classification\nIt works.",
            entity("Task", "image classification"),
            entity("Method", "CCT"),
        )
        example = example_of(row, tmp_path)
        assert example.tags.tolist() == [1, 0, 7, 8, 0, 0, 0, 0]
        assert len(example.encoded) == len(example.tags)

    def test_relations_are_between_what_is_placed(self, tmp_path: Path) -> None:
        row = paper(
            "CCT\nIt uses ViT.",
            entity("Method", "Nowhere"),
            entity("Method", "CCT"),
            entity("Method", "ViT"),
            relations=[("CCT", "uses", "ViT"), ("CCT", "uses", "Nowhere"), ("ViT", "beats", "CCT")],
        )
        facts = example_of(row, tmp_path).facts
        assert facts
        assert facts.relations == {(0, "uses", 1)}


ACCURACY, SPEED = entity("Metric", "accuracy"), entity("Metric", "speedup")


class TestNumbers:
    """Numbers as targets: metric, dataset, method, baseline as places among the concepts."""

    @pytest.mark.parametrize(
        ("text", "results", "expected"),
        [
            (
                "CCT has 98% accuracy and 2x speedup after 300 epochs.",
                [result("accuracy", "98%", method="CCT"), result("speedup", "2x")],
                [[(0, -1, 2, -1)], [(1, -1, -1, -1)], []],
            ),
            (
                "CCT has 98% accuracy on SQuAD where ViT has 91%.",
                [
                    result("accuracy", "98%", method="CCT", dataset="SQuAD", baseline="ViT"),
                    result("accuracy", "91%", method="ViT", dataset="SQuAD"),
                ],
                [[(0, 3, 1, 2)], [(0, 3, 2, -1)]],
            ),
            # One result that is told twice, and the other way round.
            (
                "CCT has 98% accuracy. Yes, 98.0 %.",
                [result("accuracy", "98%", method="CCT")],
                [[(0, -1, 1, -1)], [(0, -1, 1, -1)]],
            ),
            (
                "CCT and ViT have 98% accuracy.",
                [result("accuracy", "98%", method=m) for m in ("CCT", "ViT")],
                [[(0, -1, 1, -1), (0, -1, 2, -1)]],
            ),
            # As many places as results: one each, in order.
            (
                "CCT has 98% accuracy, ViT has 98%.",
                [result("accuracy", "98%", method=m) for m in ("CCT", "ViT")],
                [[(0, -1, 1, -1)], [(0, -1, 2, -1)]],
            ),
            # Nothing to point at.
            ("CCT has 98%.", [result("accuracy", "98%", method="CCT")], [[]]),
            (
                "It has 98% accuracy.",
                [result("accuracy", "98%", method="Who")],
                [[(0, -1, -1, -1)]],
            ),
        ],
    )
    def test_results(
        self, text: str, results: list[Row], expected: list[list[tuple[int, ...]]], tmp_path: Path
    ) -> None:
        others = [entity("Method", "CCT"), entity("Method", "ViT"), entity("Dataset", "SQuAD")]
        row = paper(f"Title\n{text}", ACCURACY, SPEED, *others, results=results)
        facts = example_of(row, tmp_path).facts
        assert facts
        assert [list(targets) for targets in facts.reported] == expected
        assert len(facts.numbers) == len(facts.number_features) == len(expected)

    def test_numbers_in_names_are_none(self, tmp_path: Path) -> None:
        row = paper("Title\nIt has 5% on CIFAR 10.", entity("Dataset", "CIFAR 10"))
        facts = example_of(row, tmp_path).facts
        assert facts
        doc = load()(f"{row['title']}\n{row['abstract']}")
        assert [doc[s:e].text for n in facts.numbers for s, e in n.spans] == ["5%"]

    def test_training_sees_the_numbers_that_inference_sees(
        self, network: Network, tmp_path: Path
    ) -> None:
        text = "CCT\nCCT runs at 25 FPS with 98% accuracy on CIFAR 10."
        row = paper(
            text,
            entity("Method", "CCT"),
            entity("Metric", "FPS"),
            ACCURACY,
            entity("Dataset", "CIFAR 10"),
            results=[result("FPS", "25 FPS", method="CCT"), result("accuracy", "98%")],
        )
        example = example_of(row, tmp_path)
        assert example.facts
        prediction = predict(load()(text), as_model(network))
        seen = scored_numbers(prediction, concepts_of(example, prediction.doc))
        assert [thing.spans[0] for thing in example.facts.numbers] == [s.words for s in seen]


class TestBenchmark:
    def test_tokens_are_taken_as_they_are(self, tmp_path: Path) -> None:
        rows: list[Row] = [
            {
                "tokens": ["We", "use", "deep", "nets", " ", ".", "They", "win"],
                "spans": [[2, 4, "Method"], [6, 7, "Generic"]],
                "sentences": [[0, 6], [6, 8]],
            },
            {"tokens": [], "spans": []},
            {"tokens": ["F1"], "spans": [[0, 1, "Metric"]]},
        ]
        first, second = benchmark_examples(jsonl(tmp_path / "b", rows), "scierc", TOKENIZER)
        assert (first.id, first.source, first.facts) == ("scierc-0", "scierc", None)
        assert first.tags.tolist() == [0, 0, 1, 2, 0, 0, 11, 0]
        assert first.encoded.sentence.tolist() == [0] * 6 + [1] * 2
        assert (second.id, second.tags.tolist()) == ("scierc-2", [5])

    @pytest.mark.parametrize(
        ("source", "label", "tag"), [("scirex", "Task", 7), ("tdmsci", "Task", 1)]
    )
    def test_labels_are_numbered_by_their_set(
        self, source: str, label: str, tag: int, tmp_path: Path
    ) -> None:
        path = jsonl(tmp_path / "b", [{"tokens": ["parsing"], "spans": [[0, 1, label]]}])
        (example,) = benchmark_examples(path, source, TOKENIZER)
        assert example.tags.tolist() == [tag]


def concepts_of(example: Example, doc: Doc) -> list[Concept]:
    """The gold concepts as the rules and the model would hand them over."""
    assert example.facts
    told = []
    for number, thing in enumerate(example.facts.concepts):
        spans = [doc[start:end] for start, end in thing.spans]
        kind: Any = thing.kind
        mentions = [Mention(s.start_char, s.end_char, s.text, kind, "hand", 1.0) for s in spans]
        told.append(Concept(str(number), kind, tuple(s.text for s in spans), tuple(mentions)))
    return told


def bert(weights: dict[str, Any], pieces: Any) -> Any:
    """The states of a text, as the paper on BERT has it."""

    def linear(name: str, x: Any) -> Any:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, x: Any) -> Any:
        apart = x - x.mean(-1, keepdims=True)
        scaled = apart / np.sqrt((apart**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][pieces]
    x = x + weights["embeddings.position_embeddings.weight"][: len(pieces)]
    x = norm("embeddings.LayerNorm", x + weights["embeddings.token_type_embeddings.weight"][0])
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        query, key, value = (
            np.stack(np.split(linear(f"{layer}.attention.self.{part}", x), HEADS, axis=-1))
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(SIZE / HEADS)
        mixed = np.concatenate(list(heads.softmax(scores) @ value), axis=-1)
        x = norm(
            f"{layer}.attention.output.LayerNorm",
            x + linear(f"{layer}.attention.output.dense", mixed),
        )
        up = linear(f"{layer}.intermediate.dense", x)
        up = up * (1 + np.vectorize(math.erf)(up / math.sqrt(2))) / 2
        x = norm(f"{layer}.output.LayerNorm", x + linear(f"{layer}.output.dense", up))
    return x


class TestEncoder:
    def test_it_computes_what_a_bert_does(self, encoder: Path) -> None:
        stored = load_file(encoder / "model.safetensors")
        weights = {name.removeprefix("bert."): w.double().numpy() for name, w in stored.items()}
        pieces = np.array([101, 2057, 2224, 1054, 102])
        features = torch.tensor(STARTS).repeat(1, len(pieces), 1)
        own = load_encoder(encoder).eval()
        with torch.no_grad():
            (states,) = own(torch.tensor(pieces)[None], features)
        np.testing.assert_allclose(states.numpy(), bert(weights, pieces), atol=1e-4)

    def test_names_may_lack_the_prefix(self, encoder: Path, tmp_path: Path) -> None:
        stored = load_file(encoder / "model.safetensors")
        bare = {name.removeprefix("bert."): tensor for name, tensor in stored.items()}
        save_file(bare, tmp_path / "model.safetensors")
        (tmp_path / "config.json").write_bytes((encoder / "config.json").read_bytes())
        assert same(load_encoder(tmp_path), load_encoder(encoder))


def same(one: Any, other: Any) -> bool:
    """Whether two networks have the same weights, to the last bit."""
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(w, theirs[n]) for n, w in ours.items())


def text_of(row: Row) -> str:
    return f"{row['title']}\n{row['abstract']}"


def states_of(network: Network, *texts: str, masked: float = 0.0) -> list[Any]:
    encoded = [encode(load()(text), TOKENIZER) for text in texts]
    with torch.no_grad():
        return network.words(
            encoded, [torch.from_numpy(e.features) for e in encoded], masked=masked
        )


@pytest.fixture(scope="module", params=[0, 1, 7])
def read(
    request: pytest.FixtureRequest, network: Network, gold: Path
) -> tuple[Any, Example, Any, list[Concept]]:
    """A paper as inference reads it, its example, its states, and its concepts."""
    example = list(gold_examples(gold, TOKENIZER))[request.param]
    prediction = predict(load()(text_of(GOLD[request.param])), as_model(network))
    concepts = concepts_of(example, prediction.doc)
    return prediction, example, torch.from_numpy(prediction.states).float(), concepts


class TestNetwork:
    """What training computes is what inference computes from the same weights."""

    @pytest.mark.parametrize(
        "texts",
        [
            [text_of(GOLD[0])],
            [text_of(GOLD[0]), "CCT", text_of(GOLD[1])],
            [text_of(GOLD[2]) * 12, text_of(GOLD[3])],
            ["a" * 3000 + " of words without ends " * 200],
            ["odd \U000f1234 \ue000 \u200d signs", "\U0001f600 " * 20],
        ],
        ids=["one", "several", "windows", "no sentence ends", "no pieces"],
    )
    def test_states(self, texts: list[str], network: Network) -> None:
        model = as_model(network)
        for text, states in zip(texts, states_of(network, *texts), strict=True):
            expected = word_states(encode(load()(text), TOKENIZER), model.encoder)
            np.testing.assert_allclose(states.numpy(), expected, atol=2e-4)

    def test_states_are_single_precision(self, read: Any) -> None:
        # The heads take longer over doubles and say the same.
        assert read[0].states.dtype == np.float32

    def test_what_is_masked_is_not_seen(self, network: Network) -> None:
        one, other = "we like small nets", "we love large cats"
        seen = states_of(network, one, other)
        assert not torch.allclose(seen[0], seen[1], atol=1e-3)
        hidden = states_of(network, one, other, masked=1.0)
        torch.testing.assert_close(hidden[0], hidden[1])

    @pytest.mark.parametrize("source", ["gold", "scierc", "scirex", "tdmsci"])
    def test_tags(self, source: str, read: Any, network: Network) -> None:
        prediction, _, states, _ = read
        expected = heads.tag_scores(prediction.model.heads, prediction.states, source)
        told = network.taggers[source](states).softmax(-1).detach().numpy()
        np.testing.assert_allclose(np.exp(expected), told, atol=1e-5)

    def test_roles(self, read: Any, network: Network) -> None:
        prediction, example, states, concepts = read
        things = example.facts.concepts
        assert placed(prediction, concepts).things == things
        features = torch.from_numpy(thing_features(things, example.encoded))
        logits = loss.role_logits(network, states, things, features)
        told = loss.role_probabilities(logits, things).detach().numpy()
        np.testing.assert_allclose(told, placed(prediction, concepts).chances, atol=1e-5)
        assert told[[t.kind == "method" for t in things], ROLES.index("introduced")].max() < 1e-6
        assert told[[t.kind == "dataset" for t in things], : ROLES.index("used")].max() < 1e-6
        assert not told[[t.kind in ("metric", "task") for t in things]].any()

    @pytest.mark.parametrize("name", ["relation", "pointer"])
    def test_pairs(self, name: str, read: Any, network: Network) -> None:
        prediction, example, states, concepts = read
        facts = example.facts
        first = facts.concepts if name == "relation" else facts.numbers
        pairs = [(i, j) for i in range(len(first)) for j in range(len(facts.concepts))]
        left, right = map(list, zip(*pairs, strict=True))
        about = placed(prediction, concepts).about
        given = [about[right]] if name == "pointer" else [about[left], about[right]]
        arrays = pair_arrays([(first[i], facts.concepts[j]) for i, j in pairs], example.encoded)
        sides = (first, facts.concepts)
        scores = heads.pair_scores(
            prediction.model.heads,
            name,
            prediction.states,
            sides,
            pairs,
            arrays,
            np.concatenate(given, axis=1),
        )
        pools = [torch.from_numpy(pooled(side, len(states))) for side in sides]
        told = getattr(network, name)(
            states,
            pools[0][left],
            pools[1][right],
            [torch.from_numpy(a) for a in (arrays.near_head, arrays.near_tail, arrays.between)],
            torch.from_numpy(np.concatenate([arrays.features, *given], axis=1)),
        )
        np.testing.assert_allclose(scores, told.detach().numpy(), atol=1e-4)

    def test_numbers(self, read: Any, network: Network) -> None:
        prediction, example, states, _ = read
        facts = example.facts
        spots = torch.from_numpy(pooled(facts.numbers, len(states))) @ states
        told = network.number(spots, torch.from_numpy(facts.number_features)).detach().numpy()
        scores = heads.number_scores(
            prediction.model.heads, prediction.states, facts.numbers, facts.number_features
        )
        assert scores.shape == (len(facts.numbers), 1 + len(POINTERS))
        np.testing.assert_allclose(scores, told, atol=1e-4)

    def test_losses_follow_from_what_inference_says(self, read: Any, network: Network) -> None:
        prediction, example, states, concepts = read
        facts = example.facts
        told = loss.fact_losses(network, states, example, Scripted(0.99))
        assert list(told) == ["roles", "relations", "numbers", "pointers"]

        chances = placed(prediction, concepts).chances
        roles = [-np.log(chances[i, role]) for i, role in enumerate(facts.roles) if role >= 0]
        assert told["roles"].item() == pytest.approx(np.mean(roles), rel=1e-3)

        pairs = graded(prediction, concepts)
        surprises = [
            cross_entropy(chance, (i, relation, j) in facts.relations)
            for (i, j), row in zip(pairs.pairs, pairs.chances, strict=True)
            for chance, (relation, (_, kind)) in zip(row, RELATIONS.items(), strict=True)
            if concepts[j].kind == kind
        ]
        assert told["relations"].item() == pytest.approx(np.mean(surprises), rel=1e-3)

        scored = scored_numbers(prediction, concepts)
        surprises = [
            cross_entropy(number.reported, bool(targets))
            for number, targets in zip(scored, facts.reported, strict=True)
        ]
        assert told["numbers"].item() == pytest.approx(np.mean(surprises), rel=1e-3)

        missed = [
            -np.mean([number.targets[name][target[column] + 1] for target in targets])
            for number, targets in zip(scored, facts.reported, strict=True)
            for column, (name, _) in enumerate(POINTERS)
            if targets
        ]
        assert told["pointers"].item() == pytest.approx(np.mean(missed), rel=1e-3)

    def test_a_paper_of_which_nothing_is_left_has_no_loss(
        self, read: Any, network: Network
    ) -> None:
        _, example, states, _ = read
        assert loss.fact_losses(network, states, example, Scripted(0.0)) == {}


def cross_entropy(chance: float, truth: bool) -> float:
    return -math.log(chance if truth else 1 - chance)


class TestDisturbance:
    def test_a_hidden_concept_takes_its_facts_along(self, tmp_path: Path) -> None:
        facts = example_of(GOLD[0], tmp_path).facts
        assert facts
        # The concepts are the new method, the old one, the rival, the dataset, metric and task.
        left = loss._thinned(facts, Scripted(0.9, 0.05, 0.9))
        assert left.concepts == facts.concepts[:1] + facts.concepts[2:]
        assert left.roles == facts.roles[:1] + facts.roles[2:]
        assert left.relations == {
            (0, "compared_with", 1),
            (0, "evaluated_on", 2),
            (0, "measured_by", 3),
            (0, "used_for", 4),
        }
        assert left.reported == (((3, 2, 0, 1),), ((3, 2, 1, -1),), ())

    def test_without_its_metric_a_number_is_no_result(self, tmp_path: Path) -> None:
        facts = example_of(GOLD[0], tmp_path).facts
        assert facts
        left = loss._thinned(facts, Scripted(0.9, 0.9, 0.9, 0.9, 0.05, 0.9))
        assert left.reported == ((), (), ())
        assert left.numbers == facts.numbers

    def test_hints_of_the_lexicon_are_withheld_name_by_name(self) -> None:
        encoded = encode(load()("ResNet and the Vision Transformer"), TOKENIZER)
        example = Example("a", "gold", encoded, np.zeros(len(encoded), dtype=np.int64))
        nothing = STARTS[LEXICON_COLUMN]
        hints = encoded.features[:, LEXICON_COLUMN] - nothing
        assert hints.tolist() == [1, 0, 0, 1, 2]
        cases: dict[tuple[float, ...], list[int]] = {
            (0.1,): [0, 0, 0, 0, 0],
            (0.9,): [1, 0, 0, 1, 2],
            (0.9, 0.1, 0.9): [0, 0, 0, 1, 2],
            (0.9, 0.9, 0.1): [1, 0, 0, 0, 0],
        }
        for draws, expected in cases.items():
            given = loop._disturbed(example, Scripted(*draws)).numpy()
            assert (given[:, LEXICON_COLUMN] - nothing).tolist() == expected
            others = [c for c in range(given.shape[1]) if c != LEXICON_COLUMN]
            assert (given[:, others] == encoded.features[:, others]).all()
        assert (encoded.features[:, LEXICON_COLUMN] - nothing == hints).all()

    @pytest.mark.parametrize("at", [0, -1], ids=["gold", "benchmark"])
    def test_the_loss_of_a_batch_reaches_all_that_it_trains(
        self, at: int, network: Network, examples: list[Example]
    ) -> None:
        network.zero_grad()
        total = batch_loss(network, [examples[at]], Scripted(0.99))
        total.backward()
        moved = {n.split(".")[0] for n, p in network.named_parameters() if p.grad is not None}
        network.zero_grad()
        assert total.item() > 0
        gold_only = {"role", "relation", "number", "pointer"}
        assert moved - gold_only == {"encoder", "taggers"}
        assert (moved & gold_only == gold_only) == (examples[at].source == "gold")


class TestBatches:
    def test_all_gold_and_a_quarter_of_the_others(self, examples: list[Example]) -> None:
        gold = [replace(examples[0], id=f"g{i}") for i in range(19)]
        others = [replace(examples[-1], id=f"s{i}") for i in range(5 * BATCH["scierc"])]
        made = list(batches([*gold, *others], Random(3)))
        assert all(len({e.source for e in batch}) == 1 for batch in made)
        sizes = sorted((batch[0].source, len(batch)) for batch in made)
        assert sizes == [("gold", 3), ("gold", 8), ("gold", 8), ("scierc", 32), ("scierc", 32)]
        seen = sorted(e.id for batch in made for e in batch if e.source == "gold")
        assert seen == sorted(e.id for e in gold)

    def test_the_order_is_that_of_the_seed(self, examples: list[Example]) -> None:
        many = [replace(examples[0], id=f"g{i}") for i in range(30)]

        def ids(seed: int) -> list[list[str]]:
            return [[e.id for e in batch] for batch in batches(many, Random(seed))]

        assert ids(1) == ids(1)
        assert ids(1) != ids(2)


class Cut(Exception):
    """The power is gone."""


def trained(
    encoder: Path, examples: Sequence[Example], checkpoint: Path, **options: Any
) -> Network:
    network = fresh(encoder)
    options = {"epochs": 2, "seed": 1, "rate": 1e-3, **options}
    fit(network, examples, checkpoint, **options)
    return network


@pytest.fixture(scope="module")
def undisturbed(
    encoder: Path, examples: list[Example], tmp_path_factory: pytest.TempPathFactory
) -> Network:
    return trained(encoder, examples, tmp_path_factory.mktemp("fit") / "a.pt")


class TestFinishTaggers:
    def test_it_learns_and_leaves_the_rest_alone(
        self, encoder: Path, examples: list[Example]
    ) -> None:
        others = [example for example in examples if example.source != "gold"]
        source = others[0].source
        own = [example for example in others if example.source == source]
        network, before = fresh(encoder), fresh(encoder)
        finish_taggers(network, others, seed=1)
        with torch.no_grad():
            losses = [
                float(
                    loss.tag_loss(
                        net.eval(),
                        source,
                        torch.cat(
                            net.words(
                                [e.encoded for e in own],
                                [torch.from_numpy(e.encoded.features) for e in own],
                            )
                        ),
                        own,
                    )
                )
                for net in (before, network)
            ]
        assert losses[1] < losses[0]
        trained_now = {f"taggers.{example.source}" for example in others}
        for name, weights in network.state_dict().items():
            left_alone = torch.equal(weights, before.state_dict()[name])
            assert left_alone != (name.rpartition(".")[0] in trained_now), name

    def test_the_same_seed_gives_the_same_weights(
        self, encoder: Path, examples: list[Example]
    ) -> None:
        others = [example for example in examples if example.source != "gold"]
        one, two = fresh(encoder), fresh(encoder)
        finish_taggers(one, others, seed=1)
        finish_taggers(two, others, seed=1)
        assert same(one, two)


class TestFit:
    def test_the_same_seed_gives_the_same_weights(
        self, encoder: Path, examples: list[Example], undisturbed: Network, tmp_path: Path
    ) -> None:
        torch.manual_seed(99)
        assert same(trained(encoder, examples, tmp_path / "a.pt"), undisturbed)
        assert not same(trained(encoder, examples, tmp_path / "b.pt", seed=2), undisturbed)

    def test_what_was_cut_off_goes_on(
        self, encoder: Path, examples: list[Example], undisturbed: Network, tmp_path: Path
    ) -> None:
        def cut(done: int, total: int) -> None:
            if done > total // 2:
                raise Cut

        with pytest.raises(Cut):
            trained(encoder, examples, tmp_path / "a.pt", progress=cut)
        told: list[tuple[int, int]] = []
        resumed = trained(
            encoder, examples, tmp_path / "a.pt", progress=lambda *seen: told.append(seen)
        )
        assert same(resumed, undisturbed)
        total = told[0][1]
        assert told == [(done, total) for done in range(total // 2 + 1, total + 1)]
        assert [path.name for path in tmp_path.iterdir()] == ["a.pt"]

    @pytest.mark.parametrize("other", [{"seed": 2}, {"rate": 1e-4}, {"epochs": 3}])
    def test_another_training_does_not_go_on(
        self, encoder: Path, examples: list[Example], tmp_path: Path, other: dict[str, float]
    ) -> None:
        trained(encoder, examples[:3], tmp_path / "a.pt")
        with pytest.raises(InputError, match="other data or settings"):
            trained(encoder, examples[:3], tmp_path / "a.pt", **other)
        with pytest.raises(InputError, match="other data or settings"):
            trained(encoder, examples[1:4], tmp_path / "a.pt")

    def test_what_is_done_is_not_done_again(
        self, encoder: Path, examples: list[Example], tmp_path: Path
    ) -> None:
        once = trained(encoder, examples, tmp_path / "a.pt", epochs=1)

        def never(done: int, total: int) -> None:
            raise AssertionError

        again = trained(encoder, examples, tmp_path / "a.pt", epochs=1, progress=never)
        assert same(again, once)

    def test_progress_counts_up_to_its_total(
        self, encoder: Path, examples: list[Example], tmp_path: Path
    ) -> None:
        told: list[tuple[int, int]] = []
        trained(encoder, examples, tmp_path / "a.pt", epochs=3, progress=lambda *s: told.append(s))
        steps = 3 * len(list(batches(examples, Random(1))))
        assert told == [(done, steps) for done in range(1, steps + 1)]

    def test_it_learns(
        self,
        encoder: Path,
        examples: list[Example],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # So few steps would not show in the average of thousands.
        monkeypatch.setattr(loop, "_DECAY", 0.5)
        gold = [e for e in examples if e.source == "gold"]
        after = trained(encoder, gold, tmp_path / "a.pt", epochs=20, rate=3e-3).eval()
        assert tagging_loss(after, gold) < 0.7 * tagging_loss(fresh(encoder).eval(), gold)


def tagging_loss(network: Network, examples: list[Example]) -> float:
    features = [torch.from_numpy(e.encoded.features) for e in examples]
    with torch.no_grad():
        words = torch.cat(network.words([e.encoded for e in examples], features))
        return float(loss.tag_loss(network, "gold", words, examples))


@pytest.fixture(scope="module")
def folder(network: Network, encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "new"
    export(network, encoder / "tokenizer.json", folder)
    return folder


class TestExport:
    def test_only_what_is_loaded_is_written(self, folder: Path) -> None:
        assert sorted(p.name for p in folder.iterdir()) == [
            "heads.npz",
            "model.onnx",
            "tokenizer.json",
        ]

    def test_heads_are_kept_in_half_precision(self, folder: Path, network: Network) -> None:
        stored = load_model(folder).heads
        weights = head_weights(network)
        assert stored.keys() == weights.keys()
        for name, weight in weights.items():
            assert stored[name].dtype == np.float32
            np.testing.assert_allclose(stored[name], weight, rtol=1e-3, atol=1e-4)

    @pytest.mark.parametrize(
        "text", ["CCT", text_of(GOLD[0]), text_of(GOLD[1]) * 12], ids=["short", "paper", "windows"]
    )
    def test_states_are_those_of_the_network_nearly(
        self, text: str, folder: Path, network: Network
    ) -> None:
        told = predict(load()(text), load_model(folder)).states
        (states,) = states_of(network, text)
        (expected,) = [states.numpy()]
        likeness = (told * expected).sum(-1)
        likeness /= np.linalg.norm(told, axis=-1) * np.linalg.norm(expected, axis=-1)
        assert likeness.min() > 0.95
        assert likeness.mean() > 0.99


@pytest.fixture(scope="module")
def toy() -> tuple[Any, Any]:
    """Four signs: for, against, of no matter, always there."""
    random = np.random.default_rng(5)
    table = random.normal(size=(400, 4))
    table[:, 3] = 1.0
    odds = 3 * table[:, 0] - 2 * table[:, 1] - 1
    return table, (random.random(400) < 1 / (1 + np.exp(-odds))).astype(np.float64)


class TestRegression:
    def test_signs_weigh_as_they_should(self, toy: Any) -> None:
        line = judging._regression(*toy)
        speaks_for, against, nothing, always = line.weights
        assert speaks_for > 1 > abs(nothing)
        assert against < -1
        assert speaks_for > -against
        assert always == pytest.approx(0)

    def test_chances_are_right_on_average(self, toy: Any) -> None:
        table, truth = toy
        chances = judging._chances(judging._regression(table, truth), table)
        assert chances.mean() == pytest.approx(truth.mean(), abs=1e-3)
        assert ((chances > 0.5) == (truth > 0.5)).mean() > 0.8

    def test_units_do_not_matter(self, toy: Any) -> None:
        table, truth = toy
        other = table * [1000.0, 0.01, 1.0, 7.0] + [5.0, 0.0, -3.0, 0.0]
        np.testing.assert_allclose(
            judging._chances(judging._regression(other, truth), other),
            judging._chances(judging._regression(table, truth), table),
            atol=1e-3,
        )

    @pytest.mark.parametrize("truth", [0.0, 1.0])
    def test_of_one_answer_only(self, truth: float) -> None:
        table = np.random.default_rng(5).normal(size=(6, 3))
        line = judging._regression(table, np.full(6, truth))
        chances = judging._chances(line, table)
        assert np.isfinite(line.weights).all()
        assert (abs(chances - truth) < 0.5).all()
        assert ((chances > 0) & (chances < 1)).all()


SORT = "entity task"
WIDTH = len(SIGNS[SORT])


def tables_of(papers: int) -> tuple[list[Any], list[Any]]:
    """Signs and truths of papers of up to four candidates; some papers have none."""
    random = np.random.default_rng(5)
    tables = [random.normal(size=(i % 5, WIDTH)) for i in range(papers)]
    return tables, [(t[:, 0] + random.normal(size=len(t)) > 0).astype(np.float64) for t in tables]


class TestCrossFitting:
    @pytest.mark.parametrize("part", range(PARTS))
    def test_no_line_saw_the_paper_that_it_judges(self, part: int) -> None:
        tables, truths = tables_of(40)
        parts = [i * 7 // 3 % PARTS for i in range(40)]
        # With its own answers turned round, a part is still judged as before; the others are not.
        turned = [1 - t if p == part else t for t, p in zip(truths, parts, strict=True)]
        one, other = (
            judging._Fitter({}, parts).fit(SORT, tables, answers) for answers in (truths, turned)
        )
        for i in range(40):
            assert len(one[i]) == len(tables[i])
            if len(one[i]):
                assert np.array_equal(one[i], other[i]) == (parts[i] == part)

    def test_the_line_that_is_kept_saw_all(self) -> None:
        tables, truths = tables_of(40)
        lines: dict[str, Any] = {}
        judging._Fitter(lines, [i % PARTS for i in range(40)]).fit(SORT, tables, truths)
        expected = judging._regression(np.concatenate(tables), np.concatenate(truths))
        assert list(lines) == [SORT]
        assert lines[SORT].bias == expected.bias
        assert np.array_equal(lines[SORT].weights, expected.weights)

    def test_what_is_not_seen_is_judged_but_not_learned_from(self) -> None:
        tables, truths = tables_of(40)
        parts = [i % PARTS for i in range(40)]
        seen = [np.arange(len(t)) % 2 == 0 for t in truths]
        turned = [np.where(s, t, 1 - t) for t, s in zip(truths, seen, strict=True)]
        one, other = (
            judging._Fitter({}, parts).fit(SORT, tables, answers, seen)
            for answers in (truths, turned)
        )
        assert all(map(np.array_equal, one, other))
        assert all((chance > 0).all() for chance in one)

    def test_kinds_have_lines_of_their_own(self) -> None:
        kinds = [["method", "dataset", "task", "metric"]] * 20
        width = len(SIGNS["contributed method"])
        random = np.random.default_rng(5)
        tables = [random.normal(size=(4, width)) for _ in kinds]
        truths = [(t[:, 0] * [1, -1, 1, 1] > 0).astype(np.float64) for t in tables]
        lines: dict[str, Any] = {}
        fitter = judging._Fitter(lines, [i % PARTS for i in range(20)])
        chances = np.array(fitter.by_kind("contributed", kinds, tables, truths))
        assert list(lines) == ["contributed method", "contributed dataset"]
        assert lines["contributed method"].weights[0] > 0 > lines["contributed dataset"].weights[0]
        assert (chances[:, :2] > 0).all()
        assert not chances[:, 2:].any()


class TestBest:
    @pytest.mark.parametrize(
        ("chances", "truths", "gold", "expected"),
        [
            # F1 of 2/4, 2/5, 4/6, 4/7.
            ([[0.9, 0.3], [0.6, 0.8]], [[1, 0], [1, 0]], 3, (0.6, 3, 2)),
            # Two are as good: the surer ones.
            ([[0.9, 0.8, 0.7]], [[1, 0, 1]], 1, (0.9, 1, 1)),
            ([[0.2, 0.1], []], [[0, 1], []], 1, (0.1, 2, 1)),
            # What is as sure is kept or dropped together.
            ([[0.9, 0.5, 0.5, 0.5]], [[1, 1, 0, 0]], 2, (0.9, 1, 1)),
            ([[0.5, 0.5], [0.5]], [[1, 0], [1]], 2, (0.5, 3, 2)),
        ],
    )
    def test_by_hand(self, chances: Any, truths: Any, gold: int, expected: Any) -> None:
        sure, true = ([np.array(t, dtype=np.float64) for t in table] for table in (chances, truths))
        told = judging._best("entity", sure, true, gold)
        assert (told.sort, told.gold) == ("entity", gold)
        assert (told.least, told.kept, told.right) == expected

    def test_figures(self) -> None:
        told = Fit("entity", 0.6, gold=3, kept=4, right=2)
        assert (told.precision, told.recall, told.f1) == (0.5, 2 / 3, 4 / 7)

    def test_of_nothing(self) -> None:
        told = judging._best("result", [np.zeros(0)] * 2, [np.zeros(0)] * 2, 3)
        assert (told.gold, told.kept, told.right, told.recall, told.f1) == (3, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def drafts(network: Network) -> list[Drafted]:
    model = as_model(network)
    return [draft(load()(text_of(row)), model) for row in GOLD]


#: The parts of the papers; each has papers on methods and on datasets.
DEALT = [i % PARTS for i in range(len(GOLD))]


@pytest.fixture(scope="module")
def fitted(drafts: list[Drafted]) -> tuple[Judge, list[Fit]]:
    return fit_judge(GOLD, drafts, DEALT)


class TestJudge:
    def test_every_classifier_is_there(self, fitted: tuple[Judge, list[Fit]]) -> None:
        judge, _ = fitted
        assert judge.lines.keys() == SIGNS.keys()
        for name, line in judge.lines.items():
            assert line.weights.shape == (len(SIGNS[name]),)
            assert np.isfinite([line.bias, *line.weights]).all()

    def test_every_sort_has_its_threshold_and_figures(
        self, fitted: tuple[Judge, list[Fit]]
    ) -> None:
        judge, fits = fitted
        assert tuple(judge.least) == SORTS
        assert [told.sort for told in fits] == list(SORTS[1:])
        assert [told.least for told in fits] == [judge.least[sort] for sort in SORTS[1:]]
        entities = [e for row in GOLD for e in row["entities"]]
        assert [told.gold for told in fits] == [
            len(entities),
            sum(e["role"] in ("proposed", "introduced") for e in entities),
            sum(len(row["relations"]) for row in GOLD),
            sum(len(row["results"]) for row in GOLD),
        ]
        for told in fits:
            assert 0 < told.least < 1
            assert 0 < told.right <= min(told.kept, told.gold)

    def test_plain_sentences_are_read(self, fitted: tuple[Judge, list[Fit]]) -> None:
        # The network knows nothing: what is right is so by the rules, and by their signs.
        entity, contribution, *_ = fitted[1]
        assert entity.f1 > 0.7
        assert contribution.f1 > 0.7

    def test_what_is_told_twice_counts_once(self, network: Network) -> None:
        twice = [{**row, "abstract": f"{row['abstract']} {row['abstract']}"} for row in GOLD]
        model = as_model(network)
        _, fits = fit_judge(twice, [draft(load()(text_of(r)), model) for r in twice], DEALT)
        assert all(0 < told.right <= told.gold for told in fits)

    @pytest.mark.parametrize(
        ("papers", "parts"),
        [
            # No candidate of "contributed method" is right where no paper proposes a method.
            (slice(1, None, 2), DEALT[1::2]),
            # What one part lacks, nothing is learned of for the others.
            (slice(2), [0, 1]),
            (slice(2), [3, 3]),
        ],
    )
    def test_of_few_papers(self, papers: slice, parts: list[int], drafts: list[Drafted]) -> None:
        judge, fits = fit_judge(GOLD[papers], drafts[papers], parts)
        assert judge.lines.keys() == SIGNS.keys()
        assert all(np.isfinite([line.bias, *line.weights]).all() for line in judge.lines.values())
        assert [told.sort for told in fits] == list(SORTS[1:])


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, args)])


@pytest.fixture(scope="module")
def cut_off(
    encoder: Path, gold: Path, scierc: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of a training that broke off in the second epoch of the second fold."""

    def cut(what: str, done: int, total: int) -> None:
        if what == "fold 2 of 3" and done > total // 2:
            raise Cut

    out = tmp_path_factory.mktemp("train") / "out"
    with pytest.raises(Cut):
        train(gold, {"scierc": scierc}, encoder=encoder, out=out, epochs=2, progress=cut)
    return out


@pytest.fixture(scope="module")
def answer(cut_off: Path, encoder: Path, gold: Path, scierc: Path) -> Result:
    """What the command says that finishes the training."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        return run(
            *(gold, "--benchmark", f"scierc={scierc}", "--encoder", encoder),
            *("-o", cut_off, "--epochs", "2", "--resume"),
        )


@pytest.fixture(scope="module")
def out(answer: Result, cut_off: Path) -> Path:
    """The folder of the finished training."""
    assert answer.exit_code == 0, answer.output
    return cut_off


class TestCommand:
    def test_it_names_the_folder(self, answer: Result, out: Path) -> None:
        assert answer.stdout == f"{out}\n"

    def test_the_files_of_a_model_are_left(self, out: Path) -> None:
        files = sorted(path.name for path in out.iterdir())
        assert files == ["MODEL_CARD.md", "heads.npz", "judge.json", "model.onnx", "tokenizer.json"]

    def test_they_are_read_by_what_extracts(self, out: Path) -> None:
        judge = load_judge(out)
        assert judge.lines.keys() == SIGNS.keys()
        assert judge.least.keys() == set(SORTS)
        told = joint.read(load()(text_of(GOLD[0])), model=load_model(out), judge=judge)
        assert "RTM" in {form for judged in told.concepts for form in judged.concept.surface}

    def test_the_card(self, out: Path) -> None:
        card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
        assert "Made on 2023-11-14 by `kg train GOLD --benchmark scierc=FILE`" in card
        for setting in ("epochs=2", "seed=1", "kg train", "scierc="):
            assert setting in card
        assert f"- {len(GOLD)} annotated abstracts" in card
        assert SOURCES["scierc"] in card
        assert SOURCES["tdmsci"] not in card
        for name in ("model.onnx", "heads.npz", "tokenizer.json", "judge.json"):
            assert f"- {name}: {(out / name).stat().st_size:,} bytes" in card

    def test_the_figures_of_the_card(self, out: Path) -> None:
        card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
        lines = [line for line in card.splitlines() if line.startswith("| ")]
        _, *rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines)
        assert [row[0] for row in rows] == list(SORTS[1:])
        least = load_judge(out).least
        for sort, *cells in rows:
            start, precision, recall, f1, count = map(float, cells)
            assert start == pytest.approx(least[sort], abs=0.006)
            assert f1 == pytest.approx(2 * precision * recall / (precision + recall), abs=0.002)
            assert max(precision, recall) <= 1 <= count

    def test_neither_a_break_nor_a_former_training_shows(
        self,
        out: Path,
        encoder: Path,
        gold: Path,
        scierc: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        train(gold, {}, encoder=encoder, out=tmp_path, epochs=1, seed=2)
        former = load_judge(tmp_path), load_model(tmp_path)
        told: list[tuple[str, int, int]] = []
        report = train(
            gold,
            {"scierc": scierc},
            encoder=encoder,
            out=tmp_path,
            epochs=2,
            progress=lambda *seen: told.append(seen),
        )
        for path in out.iterdir():
            assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
        assert load_judge(tmp_path) is not former[0]
        assert load_model(tmp_path) is not former[1]
        assert report.papers == len(GOLD)

        stages = list(dict.fromkeys(what for what, _, _ in told))
        folds = [f"fold {i + 1} of {FOLDS}" for i in range(FOLDS)]
        assert stages == [*folds, "all papers", "reading"]
        for stage in stages:
            seen = [(done, total) for what, done, total in told if what == stage]
            assert seen == [(done, len(seen)) for done in range(1, len(seen) + 1)]

    def test_papers_are_dealt_by_their_ids(self) -> None:
        folds = [fold_of(f"p{i}") for i in range(300)]
        assert all(80 < folds.count(fold) < 120 for fold in range(FOLDS))


class TestUsage:
    @pytest.mark.parametrize(
        "pair", ["nope={file}", "scierc", "scierc=", "scierc=nowhere", "={file}"]
    )
    def test_benchmarks_are_pairs(self, pair: str, gold: Path, tmp_path: Path) -> None:
        answer = run(gold, "--benchmark", pair.format(file=gold), "-o", tmp_path / "out")
        assert answer.exit_code == 2
        assert "want scierc|tdmsci|scirex=FILE" in answer.stderr
        assert not (tmp_path / "out").exists()

    def test_a_label_set_has_one_file(self, gold: Path, scierc: Path, tmp_path: Path) -> None:
        pair = ("--benchmark", f"scierc={scierc}")
        answer = run(gold, *pair, *pair, "-o", tmp_path / "out")
        assert answer.exit_code == 2

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["nowhere.jsonl", "-o", "out"], "'nowhere.jsonl' does not exist"),
            (["{gold}"], "Missing option '-o'"),
            (["{gold}", "-o", "out", "--encoder", "nowhere"], "'nowhere' does not exist"),
            (["{gold}", "-o", "out", "--epochs", "0"], "not in the range x>=1"),
        ],
    )
    def test_options(self, args: list[str], message: str, gold: Path) -> None:
        answer = run(*(arg.format(gold=gold) for arg in args))
        assert answer.exit_code == 2
        assert message in answer.stderr

    def test_no_encoder(self, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kg.cli.train.find_spec", lambda name: None)
        answer = run(gold, "-o", tmp_path / "out")
        assert answer.exit_code == 1
        assert answer.stderr == (
            "Error: no encoder: pip install 'kg[train]', or give --encoder FOLDER\n"
        )

    def test_no_torch(self, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("kg.train")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "torch", None)
        answer = run(gold, "-o", tmp_path / "out")
        assert answer.exit_code == 1
        assert answer.stderr == "Error: torch is missing: pip install 'kg[train]'\n"

    @pytest.mark.parametrize("missing", ["tokenizer.json", "config.json", "model.safetensors"])
    def test_an_encoder_that_is_none(
        self, missing: str, encoder: Path, gold: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "bert"
        folder.mkdir()
        for path in encoder.iterdir():
            if path.name != missing:
                (folder / path.name).symlink_to(path)
        answer = run(gold, "-o", tmp_path / "out", "--encoder", folder)
        assert answer.exit_code == 1
        assert str(folder / missing) in answer.stderr
        assert answer.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not a JSON object"),
            ("[]", "not a JSON object"),
            ('{"title": "a"}', 'no "id"'),
            ('{"id": "a", "entities": [{"name": "a"}]}', '"entities"'),
            ('{"id": "a", "results": [{"metric": "F1"}]}', '"results"'),
        ],
    )
    def test_a_row_that_is_none(
        self, line: str, reason: str, encoder: Path, tmp_path: Path
    ) -> None:
        path = jsonl(tmp_path / "gold.jsonl", GOLD[:1])
        path.write_text(path.read_text() + line + "\n")
        with pytest.raises(InputError, match=reason) as caught:
            train(path, {}, encoder=encoder, out=tmp_path / "out")
        assert caught.value.line == 2

    @pytest.mark.parametrize(
        "spans", [[[0, 1, "Nonsense"]], [[1, 1, "Method"]], [[0, 9, "Method"]], ["Method"]]
    )
    def test_a_benchmark_row_that_is_none(
        self, spans: Any, encoder: Path, gold: Path, tmp_path: Path
    ) -> None:
        path = jsonl(tmp_path / "b.jsonl", [{"tokens": ["a", "parser"], "spans": spans}])
        with pytest.raises(InputError) as caught:
            train(gold, {"scierc": path}, encoder=encoder, out=tmp_path / "out")
        assert caught.value.line == 1

    @pytest.mark.parametrize("papers", [0, 1])
    def test_too_few_papers(self, papers: int, encoder: Path, tmp_path: Path) -> None:
        path = jsonl(tmp_path / "gold.jsonl", GOLD[:papers])
        with pytest.raises(InputError, match="too few papers"):
            train(path, {}, encoder=encoder, out=tmp_path / "out")
