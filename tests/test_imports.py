"""The architecture: who may import whom, and what is loaded when."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kg"
MODULES = sorted(PACKAGE.rglob("*.py"))
LAYERS = (
    ("errors", "lazy"),
    ("model",),
    ("text",),
    ("lexicon",),
    ("sources",),
    ("extract",),
    ("resolve",),
    ("store",),
    ("workers",),
    ("build",),
    ("cluster",),
    ("graph",),
    ("query", "evaluate"),
    ("benchmark", "reliability"),
    ("export",),
    ("view",),
    ("train",),
    ("serve",),
    ("cli",),
    ("__main__", "bench"),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}
HEAVY = (
    *("spacy", "networkx", "pyvis", "rich", "igraph", "numpy", "pandas", "IPython"),
    *("distributed", "dask", "pyarrow", "starlette", "uvicorn"),
)


def module_id(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def part(path: Path) -> str:
    """The layer that a file belongs to: its name, or its folder's, right below kg/."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The full names of all that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            if node.module == "kg":
                yield from (f"kg.{alias.name}" for alias in node.names)
            else:
                yield node.module


def loaded_after(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after the code."""
    report = "import sys; print(*{m.partition('.')[0] for m in sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "path", [m for m in MODULES if m != PACKAGE / "__init__.py"], ids=module_id
)
def test_imports_go_downwards(path: Path) -> None:
    here = part(path)
    ours = (name.split(".")[1] for name in imported(path) if name.startswith("kg."))
    upwards = {p for p in ours if p in RANK and p != here and RANK[p] >= RANK[here]}
    assert not upwards, f"kg.{here} imports kg.{', kg.'.join(sorted(upwards))}"


def test_every_part_has_its_place() -> None:
    assert {part(path) for path in MODULES} - {"__init__"} == set(RANK)


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_only_extract_knows_spacy(path: Path) -> None:
    names = {name.partition(".")[0] for name in imported(path)}
    assert part(path) in {"extract", "benchmark", "train"} or not names & {"spacy", "thinc"}


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_only_training_knows_torch(path: Path) -> None:
    names = {name.partition(".")[0] for name in imported(path)}
    assert part(path) == "train" or not names & {"torch", "onnx", "safetensors"}


@pytest.mark.parametrize(
    "name",
    ["graph", "query", "evaluate", "benchmark", "reliability", "export", "view", "cli", "store"],
)
def test_readers_load_no_spacy(name: str) -> None:
    assert "spacy" not in loaded_after(f"import importlib; importlib.import_module('kg.{name}')")


def test_import_kg_is_light() -> None:
    assert not loaded_after("import kg") & {*HEAVY, "click"}


def test_help_is_light() -> None:
    code = "from kg.cli import main; main(['--help'], standalone_mode=False)"
    assert not loaded_after(code) & set(HEAVY)
