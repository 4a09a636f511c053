from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate.publish.report import polyline

points = st.tuples(st.integers(-70_000, 70_000), st.integers(-130_000, 130_000))


def ring_free(line: list[tuple[int, int]]) -> np.ndarray:
    """The line on the 10 m grid without points that repeat the one before."""
    xy = np.array(line, dtype=float) * polyline.STEP_M
    return xy[np.append(True, (xy[1:] != xy[:-1]).any(axis=1))]


@given(st.lists(st.lists(points, min_size=2, max_size=8), min_size=1, max_size=5))
def test_lines_come_back_as_they_were_on_the_grid(lines):
    given_lines = shapely.linestrings([]) if not lines else np.array(
        [shapely.LineString(np.array(line) * polyline.STEP_M) for line in lines], dtype=object
    )  # fmt: skip
    texts = polyline.encode(given_lines, np.arange(len(lines)), count=len(lines))
    for text, line in zip(texts, lines, strict=True):
        np.testing.assert_array_equal(polyline.decode(text)[0], ring_free(line))


def test_the_published_example_of_the_algorithm():
    # Google's example encodes the single number -179.9832104, in steps of 1e-5, as `~oia@.
    text, _ = polyline._characters(np.array([-17998321]))
    assert text == "`~oia@"


def test_a_hole_is_a_line_of_its_own_and_the_closing_point_is_left_out():
    square = shapely.box(0, 0, 1000, 1000) - shapely.box(400, 400, 600, 600)
    lines, owner = polyline.rings(np.array([square]))
    (text,) = polyline.encode(lines, owner, count=1)
    outer, hole = polyline.decode(text)
    assert (len(outer), len(hole)) == (4, 4)
    assert polyline.decode(text, closed=True)[0].tolist()[-1] == outer[0].tolist()


def test_a_row_without_lines_is_empty():
    assert polyline.encode(np.array([], dtype=object), np.array([], dtype=int), count=2) == ["", ""]
