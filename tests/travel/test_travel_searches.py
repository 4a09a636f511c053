"""Searches one after the other find what each finds for itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_travel_fields import EDGES, SOURCES, kernels, laid_out

from colocate.travel.kernel.array_fields import UNREACHED


@settings(max_examples=60)
@given(EDGES, SOURCES, st.integers(0, 20_000))
def test_each_source_is_searched_from_as_if_alone(edges, sources, limit):
    _, _, ways = laid_out(edges, 0)
    for kernel in kernels():
        searches = list(kernel.searches(ways.links, np.array(sources), limit=limit))
        assert len(searches) == len(sources)
        for source, (nodes, ms) in zip(sources, searches, strict=True):
            at = kernel.reached(ways.links, np.array([source]), limit=limit)
            assert sorted(nodes.tolist()) == np.flatnonzero(at < UNREACHED).tolist()
            assert ms.tolist() == at[nodes].tolist()
