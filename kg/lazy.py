"""Packages whose names are loaded when they are first used: importing them costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def load_lazily(package: str, home: Mapping[str, str]) -> None:
    """Make each of the names an attribute of the package; `home` says in which module it is.

    A function keeps its name in the package where the module that it is in has the same one.
    """
    module = sys.modules[package]

    class Lazy(ModuleType):
        """The package, with its names."""

        def __getattr__(self, name: str) -> Any:
            if name not in home:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            value = getattr(import_module(home[name]), name)
            super().__setattr__(name, value)
            return value

        def __setattr__(self, name: str, value: object) -> None:
            if not (name in home and isinstance(value, ModuleType)):
                super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted({*vars(self), *home})

    module.__class__ = Lazy
