"""Tables on a terminal: as many columns and rows as a person can look at."""

from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_ROWS = 200
WIDEST = 36
"""Most characters of a column whose text is cut."""

GAP = 2
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def show(frame: pd.DataFrame, /, *, wraps: bool, console: Console | None = None) -> int:
    """Print a table no wider than the terminal, and say below what does not fit.

    Args:
        frame: the table.
        wraps: whether long text is wrapped (then every column is shown) or cut.
        console: where to; stdout when None.

    Returns:
        0, the exit code.
    """
    console = console or Console(highlight=False)
    cells = {name: [_cell(value) for value in frame[name].head(MOST_ROWS)] for name in frame}
    fitting = list(cells) if wraps else _fitting(cells, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in fitting:
        table.add_column(
            Text(name),
            justify="right" if frame[name].dtype.kind in "iuf" else "left",
            no_wrap=not wraps,
            overflow="fold" if wraps else "ellipsis",
            max_width=None if wraps else WIDEST,
        )
    for row in zip(*(cells[name] for name in fitting), strict=True):
        table.add_row(*map(Text, row))
    console.print(table)
    left = [
        f"{shown} of {there} {what}"
        for what, shown, there in (
            ("rows", min(MOST_ROWS, len(frame)), len(frame)),
            ("columns", len(fitting), len(cells)),
        )
        if shown < there
    ]
    if left:
        console.print(f"{', '.join(left)}; `> FILE.csv` or `--json` gives all", soft_wrap=True)
    return 0


def _cell(value: str | float | None) -> str:
    """Tell a value in one line that can steer no terminal."""
    if pd.isna(value):
        return ""
    told = f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)
    return CONTROL.sub(" ", told)


def _fitting(cells: dict[str, list[str]], width: int) -> list[str]:
    """Name the leading columns that fit into a width, one at least."""
    wide = [
        min(WIDEST, max(cell_len(text) for text in (name, *column)))
        for name, column in cells.items()
    ]
    ends = [0]
    for each in wide:
        ends.append(ends[-1] + each + GAP)
    n = sum(end - GAP <= width for _, end in pairwise(ends))
    return list(cells)[: max(1, n)]
