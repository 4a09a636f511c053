"""Tables as the page carries them: by column, repeated text as levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish import facts as told
from colocate.publish.facts import Option, amounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.publish.facts import Facts
    from colocate.publish.facts.disclosure import Fact

REPEATED = 0.7
"""A text column with fewer different values than this share of its rows is sent as levels."""


def by_column(frame: pd.DataFrame, /) -> dict[str, Any]:
    """Turn a table into lists by column; repeated text becomes levels `of` and codes `at`.

    Args:
        frame: any table without a geometry.
    """
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
    return [value if amounts.known(value) else None for value in values.tolist()]


def per_option(
    facts: Facts, name: str, /, *, columns: Sequence[str] | Mapping[str, str] = ()
) -> pd.DataFrame:
    """Return one kind of facts about all options as a table.

    Args:
        facts: the run's options.
        name: field of an option that holds the facts.
        columns: their fields to send, all that a table has if none are named; a mapping names
            fields anew.

    Returns:
        The rows by option and in order, and `option`, the option's place by option_id.
    """
    kind = {**Option.ONE, **Option.MANY}[name]
    fields = list(columns) or [c.name for c in kind.COLUMNS.values() if c.name]
    places: list[int] = []
    rows: list[Fact] = []
    for place, option in enumerate(facts.options):
        found = getattr(option, name)
        listed = found if isinstance(found, tuple) else (found,) if found else ()
        places += [place] * len(listed)
        rows += listed
    sent = told.frame(kind, rows, columns=fields)
    names = dict(columns) if isinstance(columns, Mapping) else {}
    return sent.rename(columns=names).assign(option=pd.Series(places, dtype="int64"))
