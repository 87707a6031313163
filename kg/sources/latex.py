r"""LaTeX markup to plain text, for text that is mostly not LaTeX.

A converter that parses the whole text as LaTeX takes "100% of a_b" for a comment and an
index. Here only what is surely markup is read: known macros, accents, `$...$` around what
looks like a formula, ties. The characters of the macros are pylatexenc's tables; a macro
that nobody knows stays as it is.

>>> unmark(r"an \emph{open} $\tilde{O}(n^{2/3})$ bound by Lov\'asz, \mymacro{x}")
'an open Õ(n^{2/3}) bound by Lovász, \\mymacro{x}'
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

_MARKUP = re.compile(r"[\\$~{`]")

# A tie is LaTeX's space that does not break; before a number or a blank, ~ means "about", and
# after a single letter "is distributed as".
_TIE = re.compile(r"(?:(?<=\w\w)|(?<=\b[aAI\d])|(?<=[.,;:%)\]}-]))~(?=[^\W\d_]|\\[A-Za-z]|[($]\S)")
_QUOTES = re.compile(r"``((?:(?!``|'').){1,400})''", re.S)
_DIGIT_GROUP = re.compile(r"(?<=\d)(?:\\,|\{,\})(?=\d{3}(?!\d))")

_INNER = r"(?:[^$\\]|\\.){1,600}+"
_MATH = re.compile(
    rf"""(?<!\\)(\$\$?)(?:
        (?=[^$]{{0,600}}\\[A-Za-z])(?P<tex>{_INNER})     # holds a macro
      | (?![^$]{{0,600}}[A-Za-z]{{3}}\s+[A-Za-z]{{2}})    # holds no prose, is not between prices
        (?P<bare>(?=\S){_INNER}(?<=\S))(?=\$\$?(?!\d))
    )\1
    | \\\((?P<round>(?:(?!\\[()]).){{1,600}}+)\\\)""",
    re.X | re.S,
)

_MARKS = {
    "\u0300": "` grave",
    "\u0301": "' ’ acute",
    "\u0302": "^ hat widehat",
    "\u0303": "~ tilde widetilde",
    "\u0304": "= bar",
    "\u0306": "u breve",
    "\u0307": ". dot",
    "\u0308": '" ddot',
    "\u030a": "r mathring",
    "\u030b": "H",
    "\u030c": "v check",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_ACCENTS = {name: mark for mark, names in _MARKS.items() for name in names.split()}
_ACCENTED = re.compile(
    r"""\\(?:
        (?P<sign>[`'’^~"=.])\s*(?:\{\s*\\?(?P<a>[A-Za-z])\s*\}|\\(?P<b>[ij])(?![A-Za-z])|(?P<c>[A-Za-z]))
      | (?P<name>[a-zA-Z]+)\s*\{\s*\\?(?P<d>[A-Za-z])\s*\}
      | (?P<word>[a-z]{3,})\s+(?P<e>[A-Za-z])(?![A-Za-z])
      | (?P<short>[uvHckrdb])\s+(?P<f>[A-Za-z])(?=\})
    )""",
    re.X,
)
_APOSTROPHE = re.compile(r"(?<=[a-z])\\'(?=(?:s|t|d|m|re|ve|ll)\b)")

_TOKEN = re.compile(r"\\{1,2}(?:operatorname\*|[A-Za-z]+)|\\.|[{}]|[^\\{}]+|\\", re.S)

#: What a macro does with the groups that follow it.
_UNWRAP = """emph textit textbf texttt textsc textrm textsf textsl textmd textup textnormal text
    mbox hbox underline overline uline sout url ensuremath boldsymbol bm operatorname
    operatorname* mathrm mathbf mathit mathsf mathbb mathtt mathcal mathscr mathfrak mathnormal
    textsuperscript textsubscript vec hat tilde bar dot ddot check breve acute grave widehat
    widetilde overrightarrow underbrace overbrace"""
_SKIP = "cite citep citet citealp citeauthor citeyear ref eqref autoref cref label begin end"
_ACTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_UNWRAP.split(), ("unwrap",)),
    **dict.fromkeys(_SKIP.split(), ("skip",)),
    **dict.fromkeys(("href", "textcolor"), ("skip", "unwrap")),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "nicefrac"), ("term", "divisor")),
    "sqrt": ("term",),
}
#: Macros without argument that show nothing.
_SWITCHES = """em it bf tt sc rm sf sl itshape bfseries ttfamily small large Large footnotesize
    centering left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits
    nolimits noindent"""
_SILENT = frozenset(_SWITCHES.split())
_LEFTOVER = re.compile(r"(?:emph|textit|textbf|texttt|textsc)(?=[a-z]{2})")
_PUNCTUATION = {"\\": " ", ",": " ", ";": " ", ":": " ", ">": " ", "\n": " "}
_PUNCTUATION |= dict.fromkeys("!/-@", "")
_LETTERS = frozenset(("o", "O", "l", "L", "i", "j", "ae", "AE", "oe", "OE", "aa", "AA", "ss"))


def unmark(text: str) -> str:
    r"""The text with its LaTeX markup read, in time linear in its length.

    >>> unmark(r"$\alpha$-stable, 2$\times$ less, 10$\sim$30%, e.g.~on {\bf all} 80\,000")
    'α-stable, 2× less, 10~30%, e.g. on all 80000'
    """
    if not _MARKUP.search(text):
        return text
    text = _QUOTES.sub(r'"\1"', _TIE.sub(" ", text))
    text = _APOSTROPHE.sub("'", _DIGIT_GROUP.sub("", text))
    text = _ACCENTED.sub(_accent, text)
    text = _MATH.sub(_formula, text)
    return _Scanner().read(text) if _MARKUP.search(text) else text


def _accent(match: re.Match[str]) -> str:
    mark = _ACCENTS.get(match["sign"] or match["name"] or match["word"] or match["short"])
    if mark is None:
        return match[0]
    letter = next(match[group] for group in "abcdef" if match[group])
    composed = unicodedata.normalize("NFC", letter + mark)
    return composed if len(composed) == 1 else match[0]


def _formula(match: re.Match[str]) -> str:
    return _Scanner(math=True).read(match["tex"] or match["bare"] or match["round"])


@dataclass(slots=True)
class _Group:
    """An open brace: where it stands in the output, what is done with it, what follows it."""

    start: int
    action: str
    then: tuple[str, ...]


@dataclass(slots=True)
class _Scanner:
    """One pass over the tokens; `queue` is what the last macro does with the next groups."""

    math: bool = False
    out: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    queue: tuple[str, ...] = ()
    glued: bool = False

    def read(self, text: str) -> str:
        for piece in _TOKEN.findall(text):
            if piece == "{":
                self._open()
            elif piece == "}":
                self._close()
            elif piece.startswith("\\") and len(piece) > 1:
                self._macro(piece)
            else:
                self._text(piece)
        return "".join(self.out)

    def _text(self, piece: str) -> None:
        if self.glued:
            piece = piece.lstrip()
            self.glued = False
        if self.queue and not piece.strip():
            return
        if len(self.queue) == 2 and piece[:2].isalnum():
            piece = f"{piece[0]}/{piece[1:]}"
        self.queue = ()
        self.out.append(piece)

    def _open(self) -> None:
        action, self.queue = (self.queue or ("keep",))[0], self.queue[1:]
        self.groups.append(_Group(len(self.out), action, self.queue))
        self.queue, self.glued = (), False
        self.out.append("{" if action in ("keep", "as is") else "/" if action == "divisor" else "")

    def _close(self) -> None:
        if not self.groups:
            self.out.append("}")
            return
        group = self.groups.pop()
        self.queue, self.glued = group.then, False
        inside = len(self.out) - group.start - 1
        if group.action == "skip":
            del self.out[group.start :]
        elif group.action in ("term", "divisor"):
            simple = inside == 1 and self.out[-1].strip().isalnum()
            self.out[group.start] += "" if simple else "("
            self.out.append("" if simple else ")")
        elif group.action == "unwrap" or (
            group.action == "keep" and self._is_needless(group.start, inside)
        ):
            self.out[group.start] = ""
        else:
            self.out.append("}")

    def _is_needless(self, start: int, inside: int) -> bool:
        """Whether the braces at `start` hold one letter, or do nothing in a formula."""
        content = self.out[-1] if inside == 1 else ""
        if not self.math:
            return len(content) == 1 and not content.isascii()
        is_index = start > 0 and self.out[start - 1].endswith(("^", "_"))
        return len(content) == 1 or not is_index

    def _macro(self, piece: str) -> None:
        name = piece.lstrip("\\")
        self.queue, self.glued = (), False
        if not name[:1].isascii() or not name[:1].isalpha():
            self.out.append(self._punctuation(piece[1:]))
        elif name in _ACTIONS:
            self.queue = _ACTIONS[name]
            self.out.append("√" if name == "sqrt" else "")
        elif name in _SILENT:
            self._switch()
        elif name in _symbols():
            self.glued = name in _LETTERS and not self.math
            self.out.append(self._spaced(_symbols()[name]))
        elif piece.startswith("\\\\"):
            self.out.append(" " + name)
        else:
            self.queue = ("as is",)
            self.out.append(_LEFTOVER.sub("", name) if _LEFTOVER.match(name) else piece)

    def _switch(self) -> None:
        """A macro without argument: a group that it opens loses its braces."""
        if self.groups and self.groups[-1].start == len(self.out) - 1:
            self.groups[-1].action = "unwrap"
            self.out[-1] = ""
        self.glued = not self.math

    def _spaced(self, symbol: str) -> str:
        """The symbol, apart from the word before it when it is a word itself: "n log n"."""
        before = self.out[-1][-1:] if self.out else ""
        return f" {symbol}" if len(symbol) > 1 and symbol.isalpha() and before.isalnum() else symbol

    def _punctuation(self, sign: str) -> str:
        if sign == "|" and self.math:
            return "‖"
        return _PUNCTUATION.get(sign, sign)


@cache
def _symbols() -> dict[str, str]:
    """Macro name -> the characters it stands for, where these are no markup themselves."""
    from pylatexenc.latex2text import get_default_latex_context_db

    specs = get_default_latex_context_db().iter_macro_specs()
    table = {spec.macroname: spec.simplify_repl for spec in specs}
    symbols = {
        name: text
        for name, text in table.items()
        if isinstance(text, str)
        and name.isalpha()
        and (len(name) > 1 or name in _LETTERS)
        and text
        and not set(text) & set("\\{}$~%`<>")
        and name != "today"
    }
    spaces = dict.fromkeys(("quad", "qquad", "newline", "linebreak", "item", "par"), " ")
    return symbols | spaces | {"sim": "~", "Pr": "Pr", "arg": "arg", "det": "det"}
