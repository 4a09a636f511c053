"""A key that stands twice is refused, in whatever order the rows come."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate.errors import SchemaError
from colocate.tables.schema import Column, Table, check

PAIRS = Table(
    "pairs", "Pairs.", key=("name", "number"),
    columns=(Column("name", "str", "Name."), Column("number", "int", "Number.")),
)  # fmt: skip
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "ß"]), st.integers(0, 3)), max_size=6)


@given(ROWS, st.booleans())
def test_keys_are_unique_or_refused(rows, in_order):
    listed = sorted(rows) if in_order else rows
    frame = pd.DataFrame(listed, columns=PAIRS.names).astype({"name": "str", "number": "int64"})
    if len(set(rows)) == len(rows):
        assert check(PAIRS, frame).equals(frame)
    else:
        with pytest.raises(SchemaError, match="given twice"):
            check(PAIRS, frame)
