"""Raw files as text, or as text and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate import io
from colocate.errors import InputError, some

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def raw_text(path: Path, /) -> pd.DataFrame:
    """Read a CSV as text throughout; an empty cell is the empty string.

    Args:
        path: the file, UTF-8.
    """
    return io.csv_text(path).fillna("").reset_index(drop=True)


def raw_numbers(path: Path, /, *, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV as text but for some columns of numbers; an empty cell is null.

    Args:
        path: the file, UTF-8.
        columns: those that hold numbers.

    Raises:
        InputError: a cell of these holds something else.
    """
    read = io.csv_text(path).reset_index(drop=True)
    for column in columns:
        found = pd.to_numeric(read[column], errors="coerce")
        if (wrong := found.isna() & read[column].notna()).any():
            raise InputError(
                f"{path}: column {column}: expected numbers, found {some(read[column][wrong])}."
            )
        read[column] = found
    return read
