"""Train the model that `kg.extract` ships: the only package that needs torch (extra `train`).

`train` turns annotated papers and public benchmarks into the files of `kg/extract/model`: `data`
makes examples of them, `model` is the network, `loss` and `loop` fit it, `taggers`
finishes the heads of the benchmarks, `export` writes it down,
and `judging` fits the judge that weighs what it says.
"""

from kg.train.run import train

__all__ = ["train"]
