"""The model card: what the shipped model is, what it was made from, and how well it reads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kg.train.judging import Fit

#: What each label set is and under which terms it stands.
SOURCES: Final = {
    "scierc": "SciERC training sentences (Luan et al., EMNLP 2018; allenai/scibert, Apache-2.0)",
    "tdmsci": "TDMSci training sentences (Hou et al., EACL 2021), IBM, Apache-2.0",
    "scirex": "SciREX training papers, their abstracts (Jain et al., ACL 2020), Apache-2.0",
}
_FILES: Final = ("model.onnx", "heads.npz", "tokenizer.json", "judge.json")
COMMAND: Final = (
    "kg train GOLD --benchmark scierc=... --benchmark scirex=... --benchmark tdmsci=..."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a training came to: the papers, and how good the judge's sorts of facts are on them,
    each read by a model that had not seen it."""

    papers: int
    fits: tuple[Fit, ...]


def model_card(report: Report, *, sources: Sequence[str], made: str, folder: Path) -> str:
    """The card as Markdown; `made` tells the settings, `folder` holds the files it lists.

    The date is that of SOURCE_DATE_EPOCH where it is set, else today's.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    command = " ".join(["kg train GOLD", *(f"--benchmark {source}=FILE" for source in sources)])
    lines = [
        "# The extraction model of kg",
        "",
        "A 6-layer, 22M-parameter transformer (all-MiniLM-L6-v2, Apache-2.0) fine-tuned to read",
        "titles and abstracts of papers, its weights as 8-bit integers, with small heads on top:",
        "mentions of methods, datasets, metrics and tasks; roles; relations; reported numbers.",
        "Beside it the judge: logistic regressions that weigh what the model and the rules say.",
        "",
        f"Made on {day:%Y-%m-%d} by `{command}` ({made}).",
        "",
        "## Data",
        "",
        f"- {report.papers} annotated abstracts of conference papers.",
        *(f"- {SOURCES[source]}." for source in sources),
        "",
        "## Files",
        "",
        *(f"- {name}: {(folder / name).stat().st_size:,} bytes" for name in _FILES),
        "",
        "## Cross-fitted figures",
        "",
        "Each paper was read by a model and weighed by a judge that had not seen it; the shipped",
        "model has seen half as many papers again. A fact is kept from the probability on that",
        "is given here, the one with the best F1.",
        "",
        "| sort | from | precision | recall | F1 | gold |",
        "|---|---|---|---|---|---|",
        *(
            f"| {f.sort} | {f.least:.2f} | {f.precision:.3f} | {f.recall:.3f} | {f.f1:.3f} "
            f"| {f.gold} |"
            for f in report.fits
        ),
    ]
    return "\n".join(lines) + "\n"


def write_card(folder: Path, text: str) -> None:
    """Write MODEL_CARD.md, at once or not at all."""
    beside = folder / "MODEL_CARD.md.tmp"
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, folder / "MODEL_CARD.md")
