"""Drives between two sites in one row, whatever drives there are."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.candidates.nearness import two_way

IDS = st.sampled_from(["F1", "F10", "F2", "p", "É"])
DRIVES = st.dictionaries(
    st.tuples(IDS, IDS), st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20
)


@given(DRIVES)
@settings(max_examples=50)
def test_every_two_sites_with_a_drive_have_one_row_with_both(drives):
    ends = pd.DataFrame(list(drives), columns=["from_site_id", "to_site_id"], dtype="str")
    found = two_way(
        ends.assign(
            travel_time_s=[float(time) for time, _ in drives.values()],
            distance_m=[float(length) for _, length in drives.values()],
        )
    )
    pairs = sorted({(min(pair), max(pair)) for pair in drives if len(set(pair)) == 2})
    assert [*zip(found["site_a"], found["site_b"], strict=True)] == pairs
    for row, (a, b) in zip(found.itertuples(), pairs, strict=True):
        there, back = (drives.get(pair, (np.nan, np.nan)) for pair in ((a, b), (b, a)))
        slower = there if there[0] >= back[0] else back
        if np.isnan(there[0] + back[0]):
            slower = (np.nan, np.nan)
        np.testing.assert_array_equal(
            [row.there_s, row.back_s, row.travel_time_s, row.distance_m],
            [there[0], back[0], *slower],
        )
