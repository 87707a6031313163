"""The training loop: batches of gold papers and of benchmarks by turns, one checkpoint an epoch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from kg.errors import InputError
from kg.extract.features import LEXICON_COLUMN, STARTS
from kg.train.data import Example
from kg.train.loss import WEIGHTS, fact_losses, tag_loss
from kg.train.model import Network

#: Texts a batch, by source.
BATCH: Final = {"gold": 8, "scirex": 8, "scierc": 32, "tdmsci": 40}
#: How much of the running average of the weights each step keeps.
_DECAY: Final = 0.997
_MASKED, _NO_LEXICON, _NOT_KNOWN = 0.06, 0.2, 0.15


def fit(
    network: Network,
    examples: Sequence[Example],
    checkpoint: Path,
    *,
    epochs: int,
    seed: int,
    rate: float = 1e-4,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Train in place; go on from the checkpoint where there is one, and save one an epoch.

    What the network ends with is the exponential moving average of its weights over the steps.
    `progress` is told the steps done, and of how many.

    Raises InputError for a checkpoint of another training: other examples or settings.
    """
    made = _made(examples, epochs=epochs, seed=seed, rate=rate)
    steps = sum(1 for _ in batches(examples, Random(seed))) * epochs  # noqa: S311
    optimizer = torch.optim.AdamW(_groups(network, rate), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.08 * steps), max(0.0, 1 - step / steps))
    )
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(_DECAY))
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        if state["made"] != made:
            raise InputError(
                "is of a training with other data or settings; train without --resume",
                path=str(checkpoint),
            )
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = state["epochs"]
    for epoch in range(done, epochs):
        random = Random(f"{seed}/{epoch}")  # noqa: S311
        torch.manual_seed(random.getrandbits(32))
        network.train()
        for batch in batches(examples, random):
            _step(network, batch, optimizer, schedule, random)
            average.update_parameters(network)
            progress(schedule.last_epoch, steps)
        state = {
            "network": network.state_dict(),
            "average": average.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "epochs": epoch + 1,
            "made": made,
        }
        _save(state, checkpoint)
    network.load_state_dict(average.module.state_dict())


def _made(examples: Sequence[Example], **settings: float) -> str:
    """A hash of what a training is made from."""
    digest = hashlib.sha256(repr(sorted(settings.items())).encode())
    for example in examples:
        digest.update(
            example.id.encode() + example.encoded.pieces.tobytes() + example.tags.tobytes()
        )
    return digest.hexdigest()


def batches(examples: Iterable[Example], random: Random) -> Iterator[list[Example]]:
    """Batches of one source and of like lengths, all in a random order: of the gold papers all, of
    the benchmarks a random quarter."""
    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example)
    made = []
    for source, members in sorted(by_source.items()):
        members = sorted(
            members, key=lambda e: (len(e.encoded.pieces) + random.randrange(40), e.id)
        )
        size = BATCH[source]
        cut = [members[i : i + size] for i in range(0, len(members), size)]
        made += cut if source == "gold" else random.sample(cut, (len(cut) + 3) // 4)
    random.shuffle(made)
    yield from made


def _groups(network: Network, rate: float) -> list[dict[str, object]]:
    """The pretrained weights learn slowly, the new ones fast."""
    old = [p for n, p in network.named_parameters() if _is_pretrained(n)]
    new = [p for n, p in network.named_parameters() if not _is_pretrained(n)]
    return [{"params": old, "lr": rate}, {"params": new, "lr": 10 * rate}]


def _is_pretrained(name: str) -> bool:
    return name.startswith("encoder.") and not name.startswith("encoder.features")


def _step(
    network: Network,
    batch: list[Example],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    random: Random,
) -> None:
    loss = batch_loss(network, batch, random)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()


def batch_loss(network: Network, batch: list[Example], random: Random) -> Tensor:
    """The weighted sum of the losses of a batch, its inputs disturbed at random."""
    source = batch[0].source
    features = [_disturbed(example, random) for example in batch]
    words = network.words([e.encoded for e in batch], features, masked=_MASKED)
    loss = WEIGHTS["tags"] * tag_loss(network, source, torch.cat(words), batch)
    if source == "gold":
        for states, example in zip(words, batch, strict=True):
            for name, part in fact_losses(network, states, example, random).items():
                loss = loss + WEIGHTS[name] * part / len(batch)
    return loss


def _disturbed(example: Example, random: Random) -> Tensor:
    """The features with some or all of the lexicon's hints withheld, as for names it lacks."""
    features = torch.from_numpy(example.encoded.features).clone()
    column = features[:, LEXICON_COLUMN]
    nothing = STARTS[LEXICON_COLUMN]
    if random.random() < _NO_LEXICON:
        column[:] = nothing
        return features
    hidden = False
    for word, hint in enumerate(column.tolist()):
        if (hint - nothing) % 2 == 1:
            hidden = random.random() < _NOT_KNOWN
        if hidden and hint != nothing:
            column[word] = nothing
    return features


def _save(state: dict[str, object], path: Path) -> None:
    beside = path.with_suffix(".tmp")
    torch.save(state, beside)
    os.replace(beside, path)
