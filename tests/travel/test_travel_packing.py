from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osm_town import xml
from pandas.testing import assert_frame_equal
from travel_town import STUDY, roads

from colocate.errors import NetworkError
from colocate.pipeline.stages import inputs as inputs_of
from colocate.travel import stages
from colocate.travel.network import osm
from colocate.travel.network.packing import pack, unpack

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


def test_controls_are_packed_only_where_there_are_any():
    nodes, edges = roads({"A": (0, 0), "B": (100, 0)}, [{"ends": "AB"}])
    assert "control" not in pack(nodes, edges)[0]
    ruled = nodes.assign(control=nodes["control"].where(nodes["node_id"] > 0, "traffic_signals"))
    same(unpack(*pack(ruled, edges)), (ruled, edges))


def test_the_stage_reads_packed_roads_as_it_reads_the_extract(tmp_path):
    (tmp_path / "map.osm").write_text(
        xml(
            [([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "primary"}),
             ([2, 4], {"highway": "tertiary"}), ([4, 6], {"highway": "service", "access": "no"})],
            marks={2: {"highway": "traffic_signals"}},
            relations=[([("from", "w", 1), ("via", "n", 2), ("to", "w", 3)],
                        {"type": "restriction", "restriction": "no_left_turn"})],
        )
    )  # fmt: skip

    def made(roads):
        inputs = STUDY.inputs.model_copy(update={"roads": roads})
        there = STUDY.model_copy(update={"inputs": inputs})
        return stages.network.run({}, study=there, inputs=inputs_of(there, tmp_path))

    read = made("map.osm")
    folder = tmp_path / "roads"
    folder.mkdir()
    nodes, edges = pack(read["road_nodes"], read["road_edges"])
    nodes.to_parquet(folder / "road_nodes.parquet")
    edges.to_parquet(folder / "road_edges.parquet")
    read["turns"].to_parquet(folder / "turns.parquet")
    read["network_report"].to_csv(folder / "network_report.csv", index=False)
    packed = made("roads")
    same(*((made["road_nodes"], made["road_edges"]) for made in (packed, read)))
    for name in ("turns", "network_report", "issues"):
        assert len(read[name])
        assert_frame_equal(packed[name], read[name])


def test_files_of_two_builds_do_not_fit():
    nodes, edges = pack(*roads({"A": (0, 0), "B": (100, 0)}, [{"ends": "AB"}]))
    with pytest.raises(NetworkError, match="two files of one build"):
        unpack(nodes.head(1), edges)


@pytest.mark.shared
def test_a_real_cut_survives_packing(shared_data):
    found = osm.read_osm(shared_data / "roads" / "barnstaple-roads-2021.osm.pbf")[:2]
    same(unpack(*pack(*found)), found)
