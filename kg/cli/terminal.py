"""Blocks in colour on a terminal. Imported only where there is one: it loads rich.

Text from papers is put into `rich.text.Text`, never parsed as markup.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from kg.cli.blocks import (
    Block,
    Fact,
    Facts,
    Heading,
    Hint,
    Quote,
    Table,
    marks,
    printable,
    sharing_quotes,
    shorten,
)

#: Characters of a sentence that are shown; columns that a table with sentences needs.
_SENTENCE = 240
_WIDE = 120
_KIND_STYLE = {
    "paper": "bold",
    "method": "bold cyan",
    "dataset": "bold green",
    "metric": "bold yellow",
    "task": "bold magenta",
}


def draw(blocks: Iterable[Block], *, console: Console | None = None) -> None:
    """Print the blocks to the console, stdout without one."""
    console = console or Console(markup=False, highlight=False, emoji=False)
    for block in blocks:
        console.print(_render(block, wide=console.width >= _WIDE))


def _render(block: Block, *, wide: bool) -> RenderableType:
    match block:
        case Heading():
            return _heading(block)
        case Table():
            return _table(block, wide=wide)
        case Facts(title, facts):
            parts = [part for fact in sharing_quotes(facts) for part in _fact(fact)]
            return Group(Text(printable(title), style="bold underline"), *parts, "")
        case Hint(lines):
            return Text("\n".join(map(printable, lines)), style="dim")


def _heading(heading: Heading) -> Panel:
    style = _KIND_STYLE.get(heading.kind, "bold")
    body = Text(printable(heading.title), style=style)
    for detail in heading.details:
        body.append("\n" + printable(detail), style="not bold default")
    subtitle = Text(printable(heading.kind), style=style) if heading.kind else None
    return Panel(body, box=ROUNDED, subtitle=subtitle, subtitle_align="right", border_style="dim")


def _table(table: Table, *, wide: bool) -> RichTable:
    title = Text(printable(table.title), style="bold") if table.title else None
    drawn = RichTable(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for index, name in enumerate(table.header):
        numeric = index in table.numeric
        drawn.add_column(
            Text(printable(name)),
            justify="right" if numeric else "left",
            no_wrap=numeric,
            overflow="fold",
        )
    quotes = [_quote(quote) for quote in table.quotes] if wide else []
    if quotes:
        drawn.add_column("sentence", ratio=1)
    for index, row in enumerate(table.rows):
        drawn.add_row(*(Text(printable(cell)) for cell in row), *quotes[index : index + 1])
    return drawn


def _fact(fact: Fact) -> list[RenderableType]:
    line = Text(f"• {printable(fact.text)}")
    if fact.note:
        line.append(f"  {printable(fact.note)}", style="dim")
    quotes = (Padding(_quote(quote), (0, 0, 0, 4), expand=False) for quote in fact.quotes)
    return [Padding(line, (0, 0, 0, 2), expand=False), *quotes]


def _quote(quote: Quote) -> Text:
    short = shorten(printable(quote.sentence), quote.names, width=_SENTENCE)
    text = Text(short, style="dim")
    for start, end in marks(short, quote.names):
        text.stylize("not dim bold", start, end)
    return text.append(f"  {printable(quote.paper)}", style="blue")
