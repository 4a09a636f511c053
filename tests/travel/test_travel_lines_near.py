"""Roads that may lie near to points are told by their boxes: none that does is left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate.travel.lines_near import near

METRE = st.integers(0, 3000)


@given(
    st.lists(st.tuples(METRE, METRE, st.integers(0, 900), st.integers(0, 900)), max_size=8),
    st.lists(st.tuples(st.integers(-800, 3800), st.integers(-800, 3800)), max_size=5),
    st.sampled_from([1.0, 50.0, 100.0, 470.0]),
)
def test_no_box_near_a_point_is_left_out_and_few_others_are_told(sides, points, within_m):
    boxes = np.array([(x, y, x + wide, y + high) for x, y, wide, high in sides], "float64")
    at = np.array(points, "float64").reshape(-1, 2)
    found = near(boxes.reshape(-1, 4), at, within_m=within_m)
    gap = np.maximum(boxes.reshape(-1, 1, 4)[..., :2] - at, at - boxes.reshape(-1, 1, 4)[..., 2:])
    least = np.hypot(*np.maximum(gap, 0).transpose(2, 0, 1)).min(axis=1, initial=np.inf)
    assert found[least <= within_m].all()
    assert not found[least > 2 * np.sqrt(2) * max(within_m * 1.01, 100)].any()


@pytest.mark.parametrize(("x", "told"), [(1150.0, True), (1500.0, False)])
def test_a_point_beyond_all_boxes_counts_only_where_it_is_near(x, told):
    assert near(np.array([[0.0, 0, 1000, 1000]]), np.array([[x, 500.0]]), within_m=150) == [told]
