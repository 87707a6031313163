r"""Tables as text: CSV, Markdown and LaTeX, for spreadsheets, pages and papers.

Cells are one line each and may say anything: what would be a formula, a column, a tag or a
command in the format is escaped. Pure functions `(header, rows) -> str`.

>>> print(markdown(("method", "accuracy"), [("a|b", Strong("98%"))], numeric={1}), end="")
| method | accuracy |
| --- | ---: |
| a\|b | **98%** |
"""

from __future__ import annotations

import csv as csvfile
import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any, Final

from kg.export.csv import cell as guarded
from kg.export.flat import clean

Rows = Iterable[Sequence[str]]


class Strong(str):
    """A cell that is set in bold where the format has it."""


def csv(header: Sequence[str], rows: Rows, *, numeric: Collection[int] = ()) -> str:
    """Comma-separated values (RFC 4180, but lines end in a newline); bold and `numeric` are lost.

    >>> print(csv(("a", "b"), [("1,5", "=1+1")]), end="")
    a,b
    "1,5",'=1+1
    """
    file = io.StringIO()
    writer = csvfile.writer(file, lineterminator="\n")
    writer.writerows([str(guarded(_line(cell))) for cell in row] for row in (header, *rows))
    return file.getvalue()


def markdown(header: Sequence[str], rows: Rows, *, numeric: Collection[int] = ()) -> str:
    r"""A table of GitHub's Markdown, the `numeric` columns set to the right.

    >>> print(markdown(("a",), [("<b>*x*",)]), end="")
    | a |
    | --- |
    | \<b\>\*x\* |
    """
    lines = [
        [_markdown(cell) for cell in header],
        ["---:" if index in numeric else "---" for index in range(len(header))],
        *([_bold(cell, "**{}**", _markdown) for cell in row] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def latex(header: Sequence[str], rows: Rows, *, numeric: Collection[int] = ()) -> str:
    r"""A tabular with the rules of the booktabs package, the `numeric` columns set to the right.

    >>> print(latex(("R&D", "n"), [("50%", Strong("x_1"))], numeric={1}), end="")
    \begin{tabular}{lr}
    \toprule
    R\&D & n \\
    \midrule
    50\% & \textbf{x\_1} \\
    \bottomrule
    \end{tabular}
    """
    columns = "".join("r" if index in numeric else "l" for index in range(len(header)))
    lines = [
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        _row([_latex(cell) for cell in header]),
        r"\midrule",
        *(_row([_bold(cell, r"\textbf{{{}}}", _latex) for cell in row]) for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "".join(f"{line}\n" for line in lines)


#: The writers by the name of their format.
TABLES: Final[dict[str, Callable[..., str]]] = {"csv": csv, "markdown": markdown, "latex": latex}


def _line(text: str) -> str:
    """The text in one line, without what no file can hold."""
    return " ".join(clean(text).split())


def _bold(cell: str, form: str, escape: Callable[[str], str]) -> str:
    text = escape(cell)
    return form.format(text) if text and isinstance(cell, Strong) else text


def _markdown(text: str) -> str:
    return re.sub(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|:(?=//)", r"\\\g<0>", _line(text))


def _row(cells: Sequence[str]) -> str:
    line = " & ".join(cells)
    # A bracket or star after the end of a row would be an argument of it.
    guard = "{}" if line.startswith(("[", "*")) else ""
    return rf"{guard}{line} \\"


def _latex(text: str) -> str:
    encoded: str = _encoder().unicode_to_latex(_line(text))
    return encoded.replace("|", r"{\textbar}")


@cache
def _encoder() -> Any:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False)
