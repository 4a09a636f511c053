"""The data dictionary: what every column of every table is, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from colocate.tables.schema import Table


def dictionary(tables: Iterable[Table], /) -> pd.DataFrame:
    """Return the data dictionary: one row per column of every table.

    Args:
        tables: the tables to describe.
    """
    import pandas as pd  # not to be waited for where tables are only named

    return pd.DataFrame(
        [
            {
                "table": table.name,
                "column": column.name,
                "type": column.kind,
                "unit": column.unit,
                "meaning": column.meaning,
                "source": column.source,
                "disclosure": column.disclosure,
                "may_be_unknown": column.null,
                "allowed": ";".join(column.allowed),
                "key": column.name in table.key,
            }
            for table in tables
            for column in table.columns
        ]
    )
