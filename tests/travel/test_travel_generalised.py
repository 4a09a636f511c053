"""Slight bends go by the rule of `shapely.simplify`, however few of the lines it looks at whole."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.travel.bends import GENERALISED_M, generalised

METRE = st.integers(0, 12)
LINE = st.lists(st.tuples(METRE, METRE), min_size=2, max_size=9).filter(lambda xy: len(set(xy)) > 1)


@settings(max_examples=300)
@given(st.lists(LINE, min_size=1, max_size=4))
def test_lines_are_simplified_as_shapely_does(lines):
    drawn = np.array([shapely.LineString(xy) for xy in lines])
    expected = shapely.simplify(drawn, GENERALISED_M)
    assert shapely.equals_exact(generalised(drawn), expected, 0.0).all()


def test_a_loop_that_a_chord_would_close_over_is_left_alone():
    loop = shapely.LineString([(31, 5), (25, 2), (23, 7), (25, 8), (31, 5)])
    assert (
        generalised(np.array([loop]))[0]
        == shapely.simplify(loop, GENERALISED_M)
        != (shapely.simplify(loop, GENERALISED_M, preserve_topology=False))
    )
