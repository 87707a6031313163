"""The network: a BERT encoder that also reads word features, and heads on the states of words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.features import SIZES, STARTS, Encoded
from kg.extract.pairs import N_NUMBER, N_PAIR, N_THING, POINTERS, ROLES
from kg.model import RELATIONS
from kg.train.data import LABELS

WIDTH: Final = 128
CLS, SEP, MASK = 101, 102, 103


class Layer(nn.Module):
    """One transformer layer, normalised after each part as BERT's are."""

    def __init__(self, size: int, inner: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.mixed = nn.Linear(size, size)
        self.norm1 = nn.LayerNorm(size, eps=1e-12)
        self.up = nn.Linear(size, inner)
        self.down = nn.Linear(inner, size)
        self.norm2 = nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, size = x.shape
        parts = self.qkv(x).view(batch, length, 3, self.heads, size // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query * (size // self.heads) ** -0.5 @ key.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, size)
        x = self.norm1(x + self.drop(self.mixed(mixed)))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """BERT whose word-piece embeddings are summed with those of the word's features."""

    def __init__(self, config: dict[str, int], dropout: float = 0.1) -> None:
        super().__init__()
        size = config["hidden_size"]
        self.pieces = nn.Embedding(config["vocab_size"], size)
        self.positions = nn.Embedding(config["max_position_embeddings"], size)
        self.segment = nn.Parameter(torch.zeros(size))
        self.features = nn.Embedding(sum(SIZES), size)
        nn.init.zeros_(self.features.weight)
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(dropout)
        self.layers = nn.ModuleList(
            Layer(size, config["intermediate_size"], config["num_attention_heads"], dropout)
            for _ in range(config["num_hidden_layers"])
        )

    def forward(self, pieces: Tensor, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """States [batch, length, size] of pieces [batch, length] with features [..., columns]."""
        x = self.pieces(pieces) + self.positions.weight[: pieces.shape[1]] + self.segment
        x = self.drop(self.norm(x + self.features(features).sum(-2)))
        for layer in self.layers:
            x = layer(x, mask)
        return x


def load_encoder(folder: str | Path) -> Encoder:
    """An encoder with the weights of a BERT in the folder (config.json, model.safetensors)."""
    folder = Path(folder)
    encoder = Encoder(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    given = {
        name.removeprefix("bert."): tensor.float()
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    own = {
        "pieces.weight": given["embeddings.word_embeddings.weight"],
        "positions.weight": given["embeddings.position_embeddings.weight"],
        "segment": given["embeddings.token_type_embeddings.weight"][0],
        "features.weight": encoder.features.weight.data,
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    for i in range(len(encoder.layers)):
        theirs = f"encoder.layer.{i}"
        for part in ("weight", "bias"):
            own[f"layers.{i}.qkv.{part}"] = torch.cat(
                [given[f"{theirs}.attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            )
            for mine, name in _PARTS:
                own[f"layers.{i}.{mine}.{part}"] = given[f"{theirs}.{name}.{part}"]
    encoder.load_state_dict(own)
    return encoder


_PARTS: Final = (
    ("mixed", "attention.output.dense"),
    ("norm1", "attention.output.LayerNorm"),
    ("up", "intermediate.dense"),
    ("down", "output.dense"),
    ("norm2", "output.LayerNorm"),
)


class RoleHead(nn.Module):
    """Scores the roles of a concept from its mentions: their mean and their maximum."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.mention = nn.Linear(size, WIDTH)
        self.out = nn.Linear(2 * WIDTH + N_THING, len(ROLES))
        self.drop = nn.Dropout(0.2)

    def forward(self, mentions: Tensor, sizes: Sequence[int], features: Tensor) -> Tensor:
        states = functional.relu(self.mention(self.drop(mentions))).split(list(sizes))
        pooled = torch.stack([torch.cat([s.mean(0), s.amax(0)]) for s in states])
        return self.out(torch.cat([self.drop(pooled), features], -1))


class PairHead(nn.Module):
    """Scores pairs of things from the two, their nearest spans and the words between these."""

    def __init__(self, size: int, features: int, outputs: int) -> None:
        super().__init__()
        self.parts = nn.Linear(size, 7 * WIDTH, bias=False)
        self.features = nn.Linear(features, WIDTH)
        self.out = nn.Linear(WIDTH, outputs)
        self.drop = nn.Dropout(0.2)

    def forward(
        self,
        words: Tensor,
        heads: Tensor,
        tails: Tensor,
        near: tuple[Tensor, Tensor, Tensor],
        features: Tensor,
    ) -> Tensor:
        head, tail, near_head, near_tail, between, left, right = self.parts(self.drop(words)).chunk(
            7, -1
        )
        hidden = heads @ head + tails @ tail + (heads @ left) * (tails @ right)
        hidden = hidden + near[0] @ near_head + near[1] @ near_tail + near[2] @ between
        hidden = functional.relu(hidden + self.features(features))
        return self.out(self.drop(hidden))


class NumberHead(nn.Module):
    """Scores whether a number is a reported result, and for each pointer that it has no target."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(size + N_NUMBER, WIDTH)
        self.out = nn.Linear(WIDTH, 1 + len(POINTERS))
        self.drop = nn.Dropout(0.2)

    def forward(self, states: Tensor, features: Tensor) -> Tensor:
        hidden = functional.relu(self.hidden(torch.cat([self.drop(states), features], -1)))
        return self.out(self.drop(hidden))


class Network(nn.Module):
    """The encoder and all heads."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        size = encoder.segment.shape[0]
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.taggers = nn.ModuleDict(
            {source: nn.Linear(size, 2 * len(labels) + 1) for source, labels in LABELS.items()}
        )
        self.role = RoleHead(size)
        self.relation = PairHead(size, N_PAIR + 2 * (N_THING + len(ROLES)), len(RELATIONS))
        self.number = NumberHead(size)
        self.pointer = PairHead(size, N_PAIR + N_THING + len(ROLES), len(POINTERS))

    def words(
        self, batch: Sequence[Encoded], features: Sequence[Tensor], *, masked: float = 0.0
    ) -> list[Tensor]:
        """The states [words, size] of each text: the mean of each word's pieces.

        A share `masked` of the pieces is hidden from the encoder.
        """
        rows = [(i, w) for i, e in enumerate(batch) for w in e.windows]
        starts = [int(batch[i].first[w.start]) for i, w in rows]
        ends = [int(batch[i].first[w.end]) for i, w in rows]
        longest = max(e - s for s, e in zip(starts, ends, strict=True)) + 2
        pieces = torch.zeros(len(rows), longest, dtype=torch.long)
        inputs = torch.zeros(len(rows), longest, features[0].shape[1], dtype=torch.long)
        inputs[:] = torch.tensor(STARTS)
        mask = torch.full((len(rows), 1, 1, longest), -1e4)
        of_word = torch.full((len(rows), longest), -1)
        base = 0
        bases = []
        for encoded in batch:
            bases.append(base)
            base += len(encoded)
        for row, ((i, window), start, end) in enumerate(zip(rows, starts, ends, strict=True)):
            count = end - start
            pieces[row, 0] = CLS
            pieces[row, 1 : count + 1] = torch.from_numpy(batch[i].pieces[start:end])
            pieces[row, count + 1] = SEP
            mask[row, ..., : count + 2] = 0
            word = torch.repeat_interleave(
                torch.arange(window.start, window.end),
                torch.from_numpy(batch[i].first[window.start + 1 : window.end + 1])
                - torch.from_numpy(batch[i].first[window.start : window.end]),
            )
            inputs[row, 1 : count + 1] = features[i][word]
            of_word[row, 1 : count + 1] = torch.where(word >= window.keep, word + bases[i], -1)
        if masked:
            hidden = (torch.rand(pieces.shape) < masked) & (of_word >= 0)
            pieces = torch.where(hidden, MASK, pieces)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            states = self.encoder(pieces, inputs, mask)
        flat, ids = states.float().flatten(0, 1), of_word.flatten()
        kept = ids >= 0
        total = torch.zeros(base, flat.shape[1]).index_add(0, ids[kept], flat[kept])
        counts = torch.bincount(ids[kept], minlength=base).clamp(min=1)
        return list((total / counts[:, None]).split([len(e) for e in batch]))
