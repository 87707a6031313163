"""The whole of training on one screen.

Models trained on two thirds of the papers each read the third that they have not seen; on what
they read there the judge is fitted. The model that is shipped is trained on all papers.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch

from kg.errors import InputError
from kg.evaluate import read_rows
from kg.extract.judge import load_judge, write_judge
from kg.extract.neural import load_model, load_tokenizer
from kg.extract.nlp import load
from kg.extract.stages import Drafted, draft
from kg.train.card import Report, model_card, write_card
from kg.train.data import Example, benchmark_examples, cleaned, gold_examples
from kg.train.export import export
from kg.train.judging import PARTS, fit_judge
from kg.train.loop import fit
from kg.train.model import Network, load_encoder
from kg.train.taggers import finish_taggers

#: Parts that the papers are dealt into; each is read by a model that was trained on the others.
FOLDS: Final = 3

#: What a folder of a BERT has.
_ENCODER: Final = ("config.json", "model.safetensors", "tokenizer.json")

#: What is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]


def train(
    gold: str | Path,
    benchmarks: Mapping[str, str | Path],
    *,
    encoder: str | Path,
    out: str | Path,
    epochs: int = 10,
    seed: int = 1,
    rate: float = 1.5e-4,
    resume: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Train on an annotation file and on benchmark files, and write the model to a folder.

    `benchmarks` maps a label set of `kg.benchmark.LABELS` to a file; `encoder` is a folder with a
    BERT's config.json, model.safetensors and tokenizer.json. With `resume` a training that was
    cut off goes on after the last whole epoch; until all is done the folder `work` in `out` keeps
    what it needs for that. The same inputs, seed and number of threads give the same weights.

    Raises InputError for a file that cannot be read or a row that is none.
    """
    out, encoder = Path(out), Path(encoder)
    for name in _ENCODER:
        if not (encoder / name).is_file():
            raise InputError("no such file", path=str(encoder / name))
    tokenizer = load_tokenizer(encoder / "tokenizer.json")
    papers = list(gold_examples(gold, tokenizer))
    if len({fold_of(paper.id) for paper in papers}) < 2:
        raise InputError(
            "too few papers to read each with a model that has not seen it", path=str(gold)
        )
    others = [
        example
        for source, path in sorted(benchmarks.items())
        for example in benchmark_examples(path, source, tokenizer)
    ]

    work = out / "work"
    work.mkdir(parents=True, exist_ok=True)

    def fitted(examples: Sequence[Example], what: str) -> Network:
        torch.manual_seed(seed)
        network = Network(load_encoder(encoder))
        checkpoint = (work / what.replace(" ", "-")).with_suffix(".pt")
        if not resume:
            checkpoint.unlink(missing_ok=True)
        fit(
            network,
            [*examples, *others],
            checkpoint,
            epochs=epochs,
            seed=seed,
            rate=rate,
            progress=partial(progress, what),
        )
        return network

    for fold in range(FOLDS):
        seen = [paper for paper in papers if fold_of(paper.id) != fold]
        network = fitted(seen, f"fold {fold + 1} of {FOLDS}")
        export(network, encoder / "tokenizer.json", work / f"fold-{fold}")
    network = fitted(papers, "all papers")
    finish_taggers(network, others, seed=seed)
    export(network, encoder / "tokenizer.json", out)

    # A former training may have left other models in these folders, that are loaded by now.
    load_model.cache_clear()
    rows = [cleaned(row) for row in read_rows(gold)]
    drafts = _cross_read(rows, work, partial(progress, "reading"))
    judge, fits = fit_judge(rows, drafts, [_digest(row["id"])[1] % PARTS for row in rows])
    write_judge(judge, out)
    load_judge.cache_clear()
    report = Report(len(papers), tuple(fits))
    made = f"epochs={epochs}, seed={seed}, rate={rate}"
    write_card(out, model_card(report, sources=sorted(benchmarks), made=made, folder=out))
    shutil.rmtree(work)
    return report


def fold_of(paper: str) -> int:
    """The part that a paper belongs to, by the hash of its id."""
    return _digest(paper)[0] % FOLDS


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _cross_read(
    rows: Sequence[Mapping[str, Any]], work: Path, progress: Callable[[int, int], None]
) -> list[Drafted]:
    """Each paper as the model reads it that was not trained on it."""
    models = [load_model(work / f"fold-{fold}") for fold in range(FOLDS)]
    nlp, drafts = load(), []
    for row in rows:
        doc = nlp(f"{row['title']}\n{row['abstract']}")
        drafts.append(draft(doc, models[fold_of(row["id"])]))
        progress(len(drafts), len(rows))
    return drafts
