"""The interactive page: one HTML file that makes no request."""

from __future__ import annotations

from kg.view.render import render, write_html

__all__ = ["render", "write_html"]
