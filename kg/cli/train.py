"""The command that rebuilds the shipped model."""

from __future__ import annotations

from pathlib import Path

import click

from kg.errors import KgError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _source(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Path]:
    """LABELS=FILE pairs as a mapping; else wrong usage."""
    pairs = [value.partition("=") for value in values]
    for name, sign, path in pairs:
        if name not in ("scierc", "tdmsci", "scirex") or not sign or not Path(path).is_file():
            raise click.BadParameter(f"{name}{sign}{path}: want scierc|tdmsci|scirex=FILE")
    return {name: Path(path) for name, _, path in pairs}


@click.command()
@click.argument("gold", type=_FILE)
@click.option(
    "--encoder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with config.json, model.safetensors and tokenizer.json of a BERT.",
)
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    metavar="LABELS=FILE",
    callback=_source,
    help="More training data: scierc=, tdmsci= or scirex= and a file.",
)
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--epochs", default=13, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--resume", is_flag=True, help="Go on after the last whole epoch.")
def train(
    gold: Path,
    encoder: Path,
    benchmarks: dict[str, Path],
    out: Path,
    epochs: int,
    seed: int,
    resume: bool,
) -> None:
    """Train the extraction model on annotated rows.

    Writes the model and its card to a folder. Needs the extra `train`. Takes hours on two cores;
    what is trained is kept after each epoch.

    \b
    Example:
      kg train gold.jsonl --encoder minilm/ --benchmark scierc=scierc-train.jsonl -o model/
    """
    try:
        from kg.train import train as run
    except ImportError as error:
        raise KgError(f"{error.name} is missing: pip install 'kg[train]'") from error

    def progress(epoch: int, epochs: int, loss: float) -> None:
        click.echo(f"epoch {epoch} of {epochs}: loss {loss:.4f}", err=True)

    run(
        gold,
        benchmarks,
        encoder=encoder,
        out=out,
        epochs=epochs,
        seed=seed,
        resume=resume,
        progress=progress,
    )
    click.echo(out)
