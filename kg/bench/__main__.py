"""Run a benchmark by its name."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import kg.bench


def main() -> None:
    """Call the `main` of the module that the first argument names, or list those there are."""
    names = [m.name for m in pkgutil.iter_modules(kg.bench.__path__) if m.name != "__main__"]
    found = {name: import_module(f"kg.bench.{name}") for name in names}
    benches = {name: module for name, module in found.items() if hasattr(module, "main")}
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in benches:
        for known, module in benches.items():
            print(f"{known:12}{(module.__doc__ or '').partition(chr(10))[0]}", file=sys.stderr)
        sys.exit(2)
    benches[name].main(sys.argv[2:])


if __name__ == "__main__":
    main()
