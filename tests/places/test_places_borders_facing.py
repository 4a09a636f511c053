"""Strips are looked for where two areas face each other: they are those of the whole areas."""

from __future__ import annotations

import numpy as np
import shapely

from colocate.places.borders import _facing, _strips

# Two areas 5 m apart along y = 0 to 1000, each with a coast that runs far away from the other.
WEST = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000), (-90_000, 500)])
EAST = shapely.Polygon([(1005, 0), (2000, 0), (90_000, 500), (2000, 1000), (1005, 1000)])
AREAS = np.array([WEST, EAST], dtype=object)


def test_a_strip_open_at_both_ends_goes_to_the_first():
    ground = shapely.union_all(AREAS)
    west, east = _strips(AREAS, ground=ground, tolerance_m=20)
    strip = shapely.difference(west, WEST)
    whole = shapely.intersection(*shapely.buffer(AREAS, 10, quad_segs=2))
    expected = shapely.difference(whole, ground)
    assert shapely.area(shapely.symmetric_difference(strip, expected)) < 1e-6
    assert shapely.area(strip) > 5 * 1000
    assert east is EAST


def test_what_is_far_from_the_other_is_cut_away():
    west, _ = _facing(AREAS, 20)
    assert shapely.bounds(west).tolist() == [965, 0, 1000, 1000]
