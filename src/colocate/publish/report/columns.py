"""Tables as the page carries them: by column, repeated text as levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish import words

if TYPE_CHECKING:
    from collections.abc import Sequence

REPEATED = 0.7
"""A text column with fewer different values than this share of its rows is sent as levels."""


def by_column(frame: pd.DataFrame, /) -> dict[str, Any]:
    """Turn a table into lists by column; repeated text becomes levels `of` and codes `at`."""
    return {str(name): _column(frame[name]) for name in frame.columns}


def _column(values: pd.Series) -> list[Any] | dict[str, Any]:
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_integer_dtype(values):
        return list(values.tolist())
    if pd.api.types.is_float_dtype(values):
        return [
            None if number != number else int(number) if number.is_integer() else number  # noqa: PLR0124
            for number in values.tolist()
        ]
    codes, levels = pd.factorize(values)  # unknown is -1
    if len(values) and len(levels) < REPEATED * len(values):
        return {"of": levels.tolist(), "at": codes.tolist()}
    return [value if words.known(value) else None for value in values.tolist()]


def per_option(
    frame: pd.DataFrame, place: pd.Series, /, *, columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Return rows about options with `option`, the option's place; all columns if none are named.

    Args:
        frame: rows with `option_id`.
        place: each option's place in the page's list, by option_id.
        columns: the columns to send.
    """
    kept = list(columns) or [name for name in frame.columns if name != "option_id"]
    located = frame[kept].assign(option=frame["option_id"].map(place).astype("int64"))
    return located.sort_values("option", kind="stable", ignore_index=True)
