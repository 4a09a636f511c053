"""Points at shares of the lengths of lines."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate.travel.kernel import fields, loops

LINES = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6),
    min_size=1,
    max_size=5,
)
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def _along(lines, shares):
    xy = np.array([point for line in lines for point in line], "float64")
    first = np.cumsum([0, *map(len, lines)])
    edge = np.repeat(np.arange(len(lines)), len(shares))
    return fields.along(xy, first=first, edge=edge, share=np.tile(shares, len(lines)))


def test_the_middle_of_a_bent_line_lies_where_half_its_length_is_walked():
    found = _along([[(0, 0), (3, 4), (3, 9)]], [0.0, 0.25, 0.5, 0.75, 1.0])
    assert found.tolist() == [[0, 0], [1.5, 2], [3, 4], [3, 6.5], [3, 9]]


@given(lines=LINES, shares=SHARES)
def test_points_lie_where_shapely_interpolates_them(lines, shares):
    drawn = np.array([shapely.LineString(line) for line in lines])
    expected = shapely.line_interpolate_point(
        np.repeat(drawn, len(shares)), np.tile(shares, len(lines)), normalized=True
    )
    assert np.allclose(_along(lines, shares), shapely.get_coordinates(expected), atol=1e-9)


# Of an installation without numba, an extra, there is one way only; the extra `test` brings it.
@pytest.mark.skipif(loops.compiled() is None, reason="numba is not installed")
@given(lines=LINES, shares=SHARES)
def test_compiled_and_array_loops_agree_to_the_last_bit(lines, shares):
    compiled = _along(lines, shares)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "compiled", lambda _name="": None)
        plain = _along(lines, shares)
    assert compiled.tobytes() == plain.tobytes()
