"""The whole of training on one screen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from kg.evaluate import Score, evaluate, read_rows
from kg.extract.neural import load_model, load_tokenizer, predict
from kg.extract.nlp import load
from kg.train.calibrate import OPEN, calibrate, to_row, with_thresholds
from kg.train.card import Report, model_card, write_card
from kg.train.data import Example, benchmark_examples, gold_examples
from kg.train.export import export
from kg.train.loop import fit
from kg.train.model import Network, load_encoder


def train(
    gold: str | Path,
    benchmarks: Mapping[str, str | Path],
    *,
    encoder: str | Path,
    out: str | Path,
    epochs: int = 13,
    seed: int = 1,
    rate: float = 1.5e-4,
    resume: bool = False,
    progress: Callable[[int, int, float], None] = lambda epoch, epochs, loss: None,
) -> Report:
    """Train on an annotation file and on benchmark files, and write the model to a folder.

    `benchmarks` maps a label set of `kg.train.data.LABELS` to a file; `encoder` is a folder with
    a BERT's config.json, model.safetensors and tokenizer.json. A tenth of the papers, picked by the
    hash of their ids, is held out to choose thresholds. `progress` hears the epochs done, how
    many there are, and the mean loss. With `resume` a training that was cut off goes on after
    the last whole epoch. The same inputs, seed and number of threads give the same weights.
    """
    out, encoder = Path(out), Path(encoder)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if not resume:
        checkpoint.unlink(missing_ok=True)
    tokenizer = load_tokenizer(encoder / "tokenizer.json")
    examples: list[Example] = [e for e in gold_examples(gold, tokenizer) if not is_held_out(e.id)]
    trained = len(examples)
    for source, path in sorted(benchmarks.items()):
        examples += benchmark_examples(path, source, tokenizer)
    torch.manual_seed(seed)
    network = Network(load_encoder(encoder))
    fit(
        network,
        examples,
        checkpoint,
        epochs=epochs,
        seed=seed,
        rate=rate,
        after_epoch=lambda epoch, loss: progress(epoch, epochs, loss),
    )
    held_out = [row for row in read_rows(gold) if is_held_out(row["id"])]
    scores = finish(network, encoder / "tokenizer.json", held_out, out)
    report = Report(trained, len(held_out), tuple(scores))
    made = f"epochs={epochs}, seed={seed}, rate={rate}"
    write_card(out, model_card(report, sources=sorted(benchmarks), made=made, folder=out))
    checkpoint.unlink(missing_ok=True)
    return report


def is_held_out(paper: str) -> bool:
    """Whether a paper is one of the tenth that chooses thresholds."""
    return hashlib.sha256(paper.encode()).digest()[0] % 10 == 0


def finish(
    network: Network, tokenizer: Path, held_out: list[dict[str, object]], out: Path
) -> list[Score]:
    """Write the network down, choose thresholds for what was written, and score it."""
    config = out / "config.json"
    export(network, tokenizer, out)
    config.write_text(json.dumps({"thresholds": asdict(OPEN)}), encoding="utf-8")
    model = load_model.__wrapped__(out)
    nlp = load()
    predictions = [predict(nlp(f"{row['title']}\n{row['abstract']}"), model) for row in held_out]
    thresholds = calibrate(predictions, held_out)
    text = json.dumps({"thresholds": asdict(thresholds)}, indent=2, sort_keys=True)
    config.write_text(text + "\n", encoding="utf-8")
    chosen = [with_thresholds(p, thresholds) for p in predictions]
    rows = [to_row(p, str(row["id"])) for p, row in zip(chosen, held_out, strict=True)]
    return evaluate(held_out, rows)
