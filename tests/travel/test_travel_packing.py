from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from travel_town import roads

from colocate.errors import NetworkError
from colocate.travel import network
from colocate.travel.packing import pack, unpack

METRE = st.integers(0, 700_000)


def same(one, other):
    assert_frame_equal(one[0], other[0])
    assert_frame_equal(one[1].drop(columns="geometry"), other[1].drop(columns="geometry"))
    assert (one[1].geometry.to_wkb() == other[1].geometry.to_wkb()).all()
    assert one[1].crs == other[1].crs


@given(st.lists(st.lists(st.tuples(METRE, METRE), max_size=3), min_size=1, max_size=5))
def test_unpack_undoes_pack(inner):
    road_nodes, road_edges = roads(
        {"A": (0, 0), "B": (100, 7)},
        [{"ends": "AB" if i % 2 else "BA", "ref": "A30" if i else None} for i in range(len(inner))],
    )
    lines = [
        shapely.LineString([line.coords[0], *through, line.coords[-1]])
        for line, through in zip(road_edges.geometry, inner, strict=True)
    ]
    road_edges = road_edges.set_geometry(gpd.GeoSeries(lines, crs=road_edges.crs))
    road_edges["length_m"] = road_edges["length_m"].round(1)
    same(unpack(*pack(road_nodes, road_edges)), (road_nodes, road_edges))


def test_files_of_two_builds_do_not_fit():
    nodes, edges = pack(*roads({"A": (0, 0), "B": (100, 0)}, [{"ends": "AB"}]))
    with pytest.raises(NetworkError, match="two files of one build"):
        unpack(nodes.head(1), edges)


@pytest.mark.shared
def test_a_real_cut_survives_packing(shared_data):
    found = network.read_osm(shared_data / "roads" / "barnstaple-roads-2021.osm.pbf")[:2]
    same(unpack(*pack(*found)), found)
