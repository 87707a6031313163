"""Train the model that `kg.extract` ships: the only package that needs torch (extra `train`).

`train` turns annotated papers and public benchmarks into the files of `kg/extract/model`: `data`
makes examples of them, `model` is the network, `loss` and `loop` fit it, `calibrate` chooses its
thresholds and `export` writes it down.
"""

from kg.train.run import train

__all__ = ["train"]
