"""Leaving out options that can never be let in changes no break-even."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.scoring import breakeven


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=3, max_size=14), st.integers(1, 3))
def test_break_evens_are_those_of_all_options(given_values, top_k):
    values = np.array(given_values) / 6
    shares = np.array([0.5, 0.3, 0.2])
    score = np.floor(values @ shares * 1e8 + 0.5)
    alike = {
        "shares": shares, "lists": np.zeros(len(values), "int64"),
        "groups": np.zeros(len(values), "int64"), "top_k": top_k,
        "rank": 1 + (score > score[:, np.newaxis]).sum(axis=1),
    }  # fmt: skip
    found = breakeven.break_evens(values, **alike)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            breakeven, "_always_behind", lambda without, *_, **__: np.zeros(len(without), bool)
        )
        np.testing.assert_array_equal(found, breakeven.break_evens(values, **alike))
