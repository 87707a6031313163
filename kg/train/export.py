"""A trained network -> the files that `kg.extract.neural` loads."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor
from torch.nn import functional

from kg.extract.features import SIZES, STARTS
from kg.extract.pairs import Floats
from kg.train.model import Encoder, Network

#: The first that has Gelu: what older ones spell it with, onnxruntime runs operation by operation.
_OPSET: Final = 20


def head_weights(network: Network) -> dict[str, Floats]:
    """The weights of all heads, by their names in the network."""
    return {
        name: tensor.detach().float().numpy()
        for name, tensor in network.state_dict().items()
        if not name.startswith("encoder.")
    }


def export(network: Network, tokenizer: Path, out: Path) -> None:
    """Write model.onnx (int8 weights), heads.npz (float16) and tokenizer.json into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    network.eval()
    with tempfile.TemporaryDirectory() as scratch:
        quantized = _quantized(network.encoder, Path(scratch))
        _replace(quantized, out / "model.onnx")
        heads = Path(scratch) / "heads.npz"
        weights = {n: w.astype(np.float16) for n, w in head_weights(network).items()}
        np.savez_compressed(heads, **weights)  # type: ignore[arg-type]
        _replace(heads, out / "heads.npz")
    shutil.copyfile(tokenizer, out / "tokenizer.json")


def _quantized(encoder: Encoder, scratch: Path) -> Path:
    """The encoder as an ONNX file with 8-bit integers for its matrices and embeddings."""
    plain, prepared, small = (scratch / name for name in ("plain.onnx", "shaped.onnx", "int8.onnx"))
    length = torch.export.Dim("length", min=2, max=512)
    example = (
        torch.full((1, 16), 100),
        torch.tensor(STARTS).repeat(1, 16, 1),
    )
    traced = torch.export.export(encoder, example, dynamic_shapes=({1: length}, {1: length}))
    program = torch.onnx.export(
        traced.run_decompositions({torch.ops.aten.layer_norm.default: _layer_norm}),
        input_names=["pieces", "features"],
        output_names=["states"],
        opset_version=_OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(plain))
    assert len(SIZES) == len(STARTS)
    quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(
        str(prepared),
        str(small),
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
    onnx.checker.check_model(str(small))
    return small


def _layer_norm(
    x: Tensor, shape: Sequence[int], weight: Tensor, bias: Tensor, eps: float, *_: bool
) -> Tensor:
    """Layer normalisation with each row as an instance, which onnxruntime can do much faster."""
    rows = functional.instance_norm(x.reshape(-1, 1, *shape), eps=eps)
    return rows.reshape(x.shape) * weight + bias


def _replace(source: Path, target: Path) -> None:
    beside = target.with_suffix(target.suffix + ".tmp")
    shutil.copyfile(source, beside)
    os.replace(beside, target)
