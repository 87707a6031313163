"""The benchmarks' own taggers, trained to their end on top of the finished encoder.

While the encoder learns, it sees a part of the benchmarks only, for they are there to help it
read our papers. Their taggers are linear and cost little to finish; our own is left alone.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from kg.train.data import Example
from kg.train.model import Network

_EPOCHS, _WORDS, _TEXTS = 30, 512, 32
_RATE: Final = 1e-3
_DROPPED: Final = 0.1


def finish_taggers(network: Network, examples: Sequence[Example], *, seed: int) -> None:
    """Train the tagger of each source of the examples on the encoder's states as they are."""
    network.eval()
    for source in sorted({example.source for example in examples}):
        own = [example for example in examples if example.source == source]
        states = _states(network, own)
        tags = torch.cat([torch.from_numpy(example.tags) for example in own])
        torch.manual_seed(seed)
        tagger = copy.deepcopy(network.taggers[source])
        optimizer = torch.optim.AdamW(tagger.parameters(), lr=_RATE, weight_decay=0.01)
        for _ in range(_EPOCHS):
            for words in torch.randperm(len(tags)).split(_WORDS):
                scores = tagger(functional.dropout(states[words], _DROPPED))
                functional.cross_entropy(scores, tags[words]).backward()
                optimizer.step()
                optimizer.zero_grad()
        network.taggers[source] = tagger


@torch.no_grad()
def _states(network: Network, examples: Sequence[Example]) -> Tensor:
    """The states of all words of the examples, one text after the other."""
    states: list[Tensor] = []
    for start in range(0, len(examples), _TEXTS):
        batch = examples[start : start + _TEXTS]
        features = [torch.from_numpy(example.encoded.features) for example in batch]
        states += network.words([example.encoded for example in batch], features)
    return torch.cat(states)
