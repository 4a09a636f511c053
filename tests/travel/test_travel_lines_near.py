"""Which roads lie near to points, and which may: of these none that does is left out."""

import numpy as np
import pytest
import shapely
from geopandas.array import from_shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate.travel import lines_near
from colocate.travel.kernel import loops
from colocate.travel.lines_near import near, nearest

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


def _plain(*given, **how):
    """The same without numba."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_near, "compiled", lambda _name: None)
        return nearest(*given, **how)


@pytest.mark.parametrize("way", [nearest, _plain])
def test_of_equally_near_roads_one_of_the_first_is_taken_then_the_lowest_number(way):
    roads = from_shapely(
        shapely.linestrings([[(0, 0), (9, 0)], [(9, 0), (9, 9)], [(9, 0), (0, 0)]])
    )
    at, three = np.array([[4.0, 3.0], [12.0, -4.0], [12.0, -4.1]]), np.ones(3, "bool")
    for allowed, before, found in (
        ([1, 1, 1], [1, 1, 1], [0, 0, -1]),
        ([1, 1, 1], [0, 1, 1], [2, 1, -1]),
        ([0, 1, 0], [0, 0, 0], [1, 1, -1]),
        ([0, 0, 0], [1, 1, 1], [-1, -1, -1]),
    ):
        rules = {"allowed": three & allowed, "before": three & before}
        assert way(roads, at, **rules, within_m=5.0).tolist() == found
        assert way(roads, at[:0], **rules, within_m=5.0).tolist() == []


COORDINATE = st.one_of(st.integers(0, 12), st.floats(0, 12))
PLACE = st.tuples(COORDINATE, COORDINATE)


# Of an installation without numba, an extra, there is one way only; the extra `test` brings it.
@pytest.mark.skipif(loops.compiled() is None, reason="numba is not installed")
@given(
    st.lists(st.lists(PLACE, min_size=2, max_size=4), min_size=1, max_size=8),
    st.lists(PLACE, min_size=1, max_size=8),
    st.sampled_from([0.5, 3.0, 30.0]),
    st.data(),
)
def test_the_compiled_loop_finds_the_roads_that_shapely_does(roads, points, within_m, data):
    at, *roads = (np.array(each) + np.array([3e5, 1e5]) for each in (points, *roads))
    lines = from_shapely(np.array([shapely.LineString(road) for road in roads]))
    which = st.lists(st.booleans(), min_size=len(roads), max_size=len(roads))
    rules = {name: np.array(data.draw(which), "bool") for name in ("allowed", "before")}
    found = nearest(lines, at, **rules, within_m=within_m)
    assert found.tolist() == _plain(lines, at, **rules, within_m=within_m).tolist()
