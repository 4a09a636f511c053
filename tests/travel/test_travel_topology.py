"""Which ways are roundabouts and which roads are dual: each limit from both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from colocate.travel.network import topology

SIDES = 120


def ring(*, sides, length):
    """Whether a regular polygon of that length is taken for a roundabout."""
    turn = 2 * np.pi * np.arange(sides + 1) / sides
    radius = length / sides / 2 / np.sin(np.pi / sides)
    xy = radius * np.column_stack([np.cos(turn), np.sin(turn)])
    ref = np.arange(sides + 1) % sides
    return bool(topology.rings(xy, way=np.zeros(sides + 1, "int64"), ref=ref)[0])


@pytest.mark.parametrize(("length", "taken"), [(399, True), (401, False)])
def test_a_ring_is_a_roundabout_up_to_400_metres(length, taken):
    assert ring(sides=SIDES, length=length) is taken


@pytest.mark.parametrize(("sides", "taken"), [(4, False), (5, True)])
def test_a_ring_is_rounder_than_a_square(sides, taken):
    # 4 pi area / length squared: a square has 0.785, a regular pentagon 0.865.
    assert ring(sides=sides, length=100) is taken


def dual(*, length=600.0, gap=20.0, apart_deg=180.0, highway="trunk"):
    """Whether two one-way roads are the carriageways of one, their middles so far apart."""
    way = np.array([np.cos(np.radians(apart_deg)), np.sin(np.radians(apart_deg))])
    middle, half = np.array([0, gap]), length / 2
    lines = [
        shapely.LineString([(-half, 0), (half, 0)]),
        shapely.LineString([middle - half * way, middle + half * way]),
    ]
    edges = pd.DataFrame(
        {"highway": highway, "forward": True, "backward": False, "junction": None, "ref": "A1",
         "from_node": [0, 2], "to_node": [1, 3], "length_m": length, "geometry": lines}
    )  # fmt: skip
    return topology.paired(edges).tolist() == [True, True]


@pytest.mark.parametrize(("gap", "found"), [(50, True), (51, False)])
def test_carriageways_lie_at_most_50_metres_apart(gap, found):
    assert dual(gap=gap) is found


@pytest.mark.parametrize(("length", "found"), [(500, True), (499, False)])
def test_carriageways_run_side_by_side_for_500_metres(length, found):
    assert dual(length=length) is found


@pytest.mark.parametrize(("apart", "found"), [(136, True), (134, False)])
def test_carriageways_head_less_than_45_degrees_from_opposite(apart, found):
    assert dual(apart_deg=apart) is found


@pytest.mark.parametrize(
    ("highway", "found"),
    [("motorway", True), ("trunk", True), ("primary", True), ("secondary", True),
     ("tertiary", False)],
)  # fmt: skip
def test_roads_from_secondary_up_may_be_dual(highway, found):
    assert dual(highway=highway) is found
