"""OS Open UPRN: the points of some of its 40 million unique property reference numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from colocate.errors import GeocodeError, some

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COLUMNS = {"UPRN": "uprn", "X_COORDINATE": "easting", "Y_COORDINATE": "northing"}
"""Names of OS Open UPRN, and ours."""


def read_uprns(path: Path, wanted: Iterable[str], /) -> pd.DataFrame:
    """Look up UPRNs in OS Open UPRN, reading the file in pieces.

    Args:
        path: the CSV that Ordnance Survey publishes, some two gigabytes.
        wanted: UPRNs, leading zeros or not; what is no whole number is passed over.

    Returns:
        `uprn` without leading zeros, `easting` and `northing` in metres, by UPRN; those it knows.

    Raises:
        GeocodeError: the file is missing or lacks the columns of OS Open UPRN.
    """
    plain = {text.strip().lstrip("0") for text in wanted}
    keys = pa.array(sorted(text for text in plain if text.isdecimal() and text.isascii()))
    try:
        reader = pa.csv.open_csv(
            path,
            convert_options=pa.csv.ConvertOptions(
                include_columns=list(_COLUMNS),
                column_types={
                    "UPRN": pa.string(), "X_COORDINATE": pa.float64(), "Y_COORDINATE": pa.float64()
                },
            ),
        )  # fmt: skip
        found = [_matches(batch, keys) for batch in reader]
    except (OSError, KeyError, pa.ArrowException) as fault:
        raise GeocodeError(
            f"{path}: not readable as OS Open UPRN ({fault}); expected a CSV with the columns "
            f"{some(_COLUMNS)}. `colocate fetch os-open-uprn` brings it."
        ) from None
    if not found:
        return pd.DataFrame(columns=list(_COLUMNS.values()))
    rows: pd.DataFrame = pa.Table.from_batches(found).rename_columns(_COLUMNS).to_pandas()
    return rows.drop_duplicates("uprn").sort_values("uprn", ignore_index=True)


def _matches(batch: pa.RecordBatch, keys: pa.Array) -> pa.RecordBatch:
    number = pc.utf8_ltrim(batch["UPRN"], characters="0")
    return batch.filter(pc.is_in(number, value_set=keys.cast(pa.string())))
