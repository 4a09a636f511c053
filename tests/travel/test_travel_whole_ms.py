"""Tables of whole milliseconds have the times of the packed ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_travel_hierarchy import places
from test_travel_no_through import fast, networks

from colocate.travel.kernel import hierarchy, roadgraph, sweeps, whole_ms
from colocate.travel.kernel.sweeps import NEVER


@settings(max_examples=60)
@given(networks(), st.integers(0, 9), st.booleans(), st.booleans())
def test_times_are_those_of_the_packed_table_with_and_without_numba(case, seed, ends_only, plain):
    size, edges, ends, at = case
    metric = fast(size, edges, ends, seed=seed)
    metric = metric if ends_only else metric._replace(ending=None)
    spots = places(metric.graph, at)
    packed = hierarchy.table(metric, sources=spots, targets=spots)
    own = sweeps.compiled
    sweeps.compiled = (lambda: None) if plain else own
    try:
        found = whole_ms.table(metric, sources=spots, targets=spots)
        brief = whole_ms.table(whole_ms.timed(metric), sources=spots, targets=spots)
    finally:
        sweeps.compiled = own
    assert found.dtype == np.int32
    np.testing.assert_array_equal(brief, found)
    expected = np.where(np.isfinite(packed), roadgraph.unpacked(packed)[0] * 1000, NEVER)
    np.testing.assert_array_equal(found, np.rint(expected))


def test_the_longest_time_within_a_limit_includes_it():
    assert whole_ms.most_ms(1.001) == 1001
    assert whole_ms.most_ms(1e9) == NEVER - 1
