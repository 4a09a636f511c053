"""How a story reads a run's tables, and writes figures as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

UNTOLD = "no change the method can tell"
"""What is said of a change within the study's tolerance: code `too_small` of column `change`."""

Tables = Mapping[str, pd.DataFrame]


def row_of(tables: Tables, name: str, /, *, option_id: str) -> Any:  # noqa: ANN401 - a table's row
    """Return the row of an option in a table that has one for each."""
    return next(rows_of(tables, name, option_id=option_id))


def rows_of(tables: Tables, name: str, /, *, option_id: str) -> Iterator[Any]:
    """Yield the rows of an option in a table; none where a run has no such table."""
    if name in tables:
        table = tables[name]
        yield from table[table["option_id"] == option_id].itertuples()


def untold(row: Any, /) -> bool:  # noqa: ANN401 - a row of effects, cover or access
    """Say whether something moves, but changes nothing that the method can tell."""
    return bool(row.change == "too_small")


def minutes(seconds: float, /) -> str:
    """Write seconds as minutes and seconds, less than a minute as seconds."""
    if pd.isna(seconds):
        return "unknown"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02d} s"
