"""Outlines against a slow reference, their laws, and the twin in numpy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from colocate.travel import drawing
from colocate.travel.kernel import array_outlines, loops, outlines
from colocate.travel.kernel.outlines import STEPS

LEVELS = np.array([60.0, 120.0, 180.0, 300.0])
NEVER = 1e12
ORIGIN = np.array([[4, 5]])


@st.composite
def fields(draw):
    """Times on a grid, zero around the cell of the origin and never along the border."""
    times = st.one_of(st.integers(0, 400).map(float), st.just(NEVER))
    z = draw(hnp.arrays("float64", (10, 12), elements=times))
    z[4:6, 5:7] = 0.0
    z[[0, -1]] = z[:, [0, -1]] = NEVER
    return z


def areas(z, *, tolerance=0.2, levels=LEVELS, origins=ORIGIN):
    rings = outlines.outlines(z, levels=levels, origins=origins, tolerance=tolerance)
    return drawing.polygons(rings, step_m=1.0 / outlines.STEPS, count=len(levels))


@settings(max_examples=25)
@given(fields())
def test_each_grid_point_is_inside_as_its_value_says(z):
    """The slow reference: every grid point against every ring, even and odd."""
    x, y, first, level, _ = array_outlines.traced(z, LEVELS, parts=STEPS)
    for number, limit in enumerate(LEVELS):
        rings = [
            np.column_stack([x, y])[first[r] : first[r + 1]]
            for r in np.flatnonzero(level == number)
        ]
        for row, column in np.ndindex(z.shape):
            crossed = sum(crosses(ring, column * STEPS, row * STEPS) for ring in rings)
            assert (crossed % 2 == 1) == (z[row, column] <= limit)


def crosses(ring, x, y):
    """How many sides of a ring a line east from a point crosses."""
    count = 0
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if (ay > y) != (by > y):
            count += x < ax + (y - ay) / (by - ay) * (bx - ax)
    return count


@settings(max_examples=50)
@given(fields())
def test_vertices_move_along_the_sides_of_cells_alone(z):
    x, y, first, level, _ = array_outlines.traced(z, LEVELS, parts=STEPS)
    on_row, on_column = y % STEPS == 0, x % STEPS == 0
    assert (on_row ^ on_column).all()
    row, column = y // STEPS, x // STEPS
    ends = z[row, column], z[row + on_column, column + on_row]
    limit = LEVELS[np.repeat(level, np.diff(first))]
    assert ((np.minimum(*ends) <= limit) & (np.maximum(*ends) > limit)).all()
    # Half a step from where the straight line between both ends reaches the level.
    exact = (limit - ends[0]) / (ends[1] - ends[0]) * STEPS
    found = np.where(on_row, x % STEPS, y % STEPS)
    assert (abs(found - exact.clip(1, STEPS - 1)) <= 0.5 + 1e-9).all()


def test_a_hill_between_two_points_is_cut_where_the_level_lies():
    z = np.full((6, 6), NEVER)
    z[2:4, 2:4] = 0.0
    z[2:4, 4] = 240.0  # a quarter of the way to it is 60, half of it 120, three quarters 180
    found = areas(z, tolerance=0.0, origins=np.array([[2, 2]]))
    assert [area.bounds[2] for area in found] == [3.25, 3.5, 3.75, 4.01]


def test_opposite_corners_join_where_the_middle_is_reached():
    z = np.full((7, 8), NEVER)
    z[1:4, 1:4] = z[4:6, 4:7] = 10.0
    z[3, 4] = z[4, 3] = 100.0
    given = {"levels": np.array([50.0]), "origins": np.array([[1, 1]])}
    assert len(areas(z, **given)[0].geoms) == 2  # the mean of 10, 10, 100 and 100 is 55
    z[3, 4] = z[4, 3] = 80.0
    assert len(areas(z, **given)[0].geoms) == 1


@settings(max_examples=50)
@given(fields(), st.sampled_from([0.0, 0.2, 1.0]))
def test_areas_are_valid_nest_and_hold_the_cell_of_the_origin(z, tolerance):
    found = areas(z, tolerance=tolerance)
    assert all(area.is_valid for area in found)
    for small, large in itertools.pairwise(found):
        assert large.covers(small)
    assert found[0].covers(shapely.box(5, 4, 6, 5))


@settings(max_examples=50)
@given(fields(), st.integers(0, 50))
def test_sooner_times_never_take_ground(z, sooner):
    before = areas(z, tolerance=0.0)
    after = areas(np.where(z < NEVER, np.maximum(z - sooner, 0.0), z), tolerance=0.0)
    # Vertices on a straight line go of each alone, so that the two meet but for rounding.
    lost = [small.difference(large).area for small, large in zip(before, after, strict=True)]
    assert max(lost) < 1e-9


@settings(max_examples=50)
@given(fields())
def test_small_rings_go_unless_they_hold_the_origin(z):
    for area in areas(z, tolerance=0.0):
        for part in area.geoms:
            assert shapely.Polygon(part.exterior).area >= 2 or part.covers(shapely.Point(5.5, 4.5))
            for hole in part.interiors:
                inside = shapely.Polygon(hole)
                assert inside.area >= 2 or inside.covers(shapely.Point(5.5, 4.5))


def rings_of(z):
    x, y, first, *_ = array_outlines.traced(z, LEVELS, parts=STEPS)
    return x, y, {"first": first, "fixed": np.array([[500, 400], [600, 500]]), "parts": STEPS}


@settings(max_examples=25)
@given(fields(), st.sampled_from([0, 800, 20_000]))
def test_thinned_as_the_slow_reference_says(z, most):
    x, y, given = rings_of(z)
    assume(len(x))
    found = array_outlines.thinned(x, y, most=most, **given)
    xy = list(zip(x.tolist(), y.tolist(), strict=True))
    slow = slowly_thinned(xy, given["first"].tolist(), given["fixed"].tolist(), most)
    assert [p in slow for p in xy] == found.tolist()


def slowly_thinned(xy, first, fixed, most):
    """Places that stay, round by round, every triangle against every place."""
    rings = [xy[a:b] for a, b in itertools.pairwise(first)]
    sides = {}
    for ring in rings:
        for before, place, after in zip(
            ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True
        ):
            sides.setdefault(place, set()).add(frozenset((before, after)))
    near = {place: set(next(iter(pairs))) for place, pairs in sides.items() if len(pairs) == 1}
    stuck = set()
    living = set(sides) | {tuple(point) for point in fixed}

    def key(place):
        if place not in near or place in stuck or len(near[place]) < 2:
            return None
        area = twice_area(place, *near[place])
        tie = array_outlines._scrambled(*np.array([place]).T)[0]
        return (area, tie) if area <= most else None

    while True:
        keys = {place: key(place) for place in near if place in living}
        going = [p for p, k in keys.items() if k and all(
            keys.get(n) is None or k < keys[n] for n in near[p])]  # fmt: skip
        if not going:
            return living
        held = [p for p in going if any(
            lies_in(other, p, *near[p]) for other in living - {p, *near[p]})]  # fmt: skip
        stuck.update(held)
        for place in set(going) - set(held):
            living.discard(place)
            a, b = near.pop(place)
            for end, other in ((a, b), (b, a)):
                if end in near:
                    near[end] = (near[end] - {place}) | {other}
                stuck.discard(end)


def twice_area(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))


def lies_in(p, a, b, c):
    parts = twice_area(p, a, b) + twice_area(p, b, c) + twice_area(p, c, a)
    within = all(min(v) <= p[i] <= max(v) for i, v in enumerate(zip(a, b, c, strict=True)))
    return within and parts == twice_area(a, b, c)


@settings(max_examples=60)
@given(fields(), st.sampled_from([0, 800, 20_000]))
def test_the_same_rings_and_vertices_without_numba(z, most):
    compiled = loops.compiled("compiled_outlines")
    if compiled is None:
        pytest.skip("numba is not installed")
    ours = compiled.traced(z, LEVELS, parts=STEPS)
    for mine, twin in zip(ours, array_outlines.traced(z, LEVELS, parts=STEPS), strict=True):
        np.testing.assert_array_equal(mine, twin)
    x, y, given = rings_of(z)
    np.testing.assert_array_equal(
        compiled.thinned(x, y, most=most, **given), array_outlines.thinned(x, y, most=most, **given)
    )


def test_nothing_within_a_level_is_an_empty_area():
    found = areas(np.full((5, 5), NEVER), origins=np.zeros((0, 2), "int64"))
    assert all(area.is_empty for area in found)
