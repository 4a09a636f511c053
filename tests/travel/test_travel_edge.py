from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from colocate import bng
from colocate.pipeline import parts
from colocate.spread import ALONE
from colocate.tables import check, empty
from colocate.tables.extents import NEAR_EDGE, ROAD_EXTENT
from colocate.travel import edge

X, Y = 300_000, 100_000
AREA = shapely.box(X, Y, X + 40_000, Y + 20_000)


def roads(west, east, *, south=-5_000, north=25_000):
    """Lanes two kilometres apart from west to east, metres from the corner of the area."""
    lines = [
        shapely.LineString([(X + x, Y + y) for x in np.arange(west, east + 1, 500)])
        for y in np.arange(south, north + 1, 2_000)
    ]
    return gpd.GeoDataFrame({"highway": "unclassified"}, index=range(len(lines)), geometry=lines)


def boundaries(*, beyond=None):
    rows = [("fire_area", "Here", AREA)]
    if beyond is not None:
        rows.append(("fire_area", "There", beyond))
    return gpd.GeoDataFrame(rows, columns=["kind", "name", "geometry"])


def sites(**at):
    answers = {"F": "cover;catchments", "P": "access;catchments"}
    return gpd.GeoDataFrame(
        {"site_id": list(at), "answers": [answers[name[0]] for name in at]},
        geometry=[shapely.Point(X + x, Y + 10_000) for x in at.values()],
    )


def box(west, east, *, south=-9_000, north=29_000):
    lon, lat = bng.from_bng(
        [X + west, X + east, X + west, X + east], [Y + south, Y + south, Y + north, Y + north]
    )
    return pd.DataFrame(
        {"box": [0], "west": [min(lon)], "south": [min(lat)], "east": [max(lon)],
         "north": [max(lat)]}
    )  # fmt: skip


def near(driven, known, *, who=None, extent=None, spread=ALONE):
    found = edge.near_edge(
        sites(F1=5_000, F2=30_000, P3=38_000) if who is None else who,
        known,
        road_edges=driven,
        road_extent=empty(ROAD_EXTENT) if extent is None else extent,
        fire_area="Here",
        spread=spread,
    )
    check(NEAR_EDGE, found.near_edge)
    return found


NEIGHBOUR = shapely.box(X + 40_000, Y, X + 90_000, Y + 20_000)
ISLAND = roads(-200, 40_200)


def test_roads_that_end_at_the_sea_have_no_edge_there():
    assert near(ISLAND, boundaries()).near_edge.empty


def test_a_neighbour_whose_roads_are_not_there_is_an_edge():
    found = near(ISLAND, boundaries(beyond=NEIGHBOUR))
    at = found.near_edge.set_index("key")
    # The last vertex lies in the cell before the border; the next but two are held, and taken off.
    assert at["distance_m"].to_dict() == {"Here": 1000, "F2": 11_000, "P3": 3000}
    assert set(at["edge"]) == {"roads"}
    assert at.loc["F2", "answers"] == "cover;catchments"
    told = found.issues.set_index("key")["message"]
    assert list(told.index) == ["cover", "catchments", "access", "border"]
    assert "1 (F2 at 11 km)" in told["cover"]
    assert "2 (P3 at 3 km, F2 at 11 km)" in told["catchments"]
    assert "comes within 1 km" in told["border"]


def test_roads_far_over_the_border_leave_nothing_to_warn_of():
    assert near(roads(-200, 70_000), boundaries(beyond=NEIGHBOUR)).near_edge.empty


def test_land_across_the_water_is_no_edge():
    across = shapely.box(X + 52_000, Y, X + 90_000, Y + 20_000)
    assert near(ISLAND, boundaries(beyond=across)).near_edge.empty


def test_a_moor_and_a_headland_without_roads_are_no_edge():
    moor = shapely.Point(X + 20_000, Y + 10_000).buffer(7_000)
    driven = ISLAND.assign(geometry=ISLAND.difference(moor)).explode(ignore_index=True)
    headland = shapely.box(X + 40_000, Y + 9_000, X + 60_000, Y + 12_000)
    assert near(driven, boundaries(beyond=headland)).near_edge.empty


def test_the_box_of_the_extract_is_an_edge_where_a_road_runs_out_of_it():
    """Nothing is known of who lives beyond."""
    found = near(roads(-200, 44_000), boundaries(), extent=box(-5_000, 42_000))
    at = found.near_edge.set_index("key")
    assert set(at["edge"]) == {"header"}
    assert at["distance_m"].to_dict() == {"Here": 2000, "F2": 12_000, "P3": 4000}
    assert "the box in the head of the extract" in found.issues["message"].iloc[0]


def test_the_box_of_the_extract_is_an_edge_where_a_neighbour_lies_beyond():
    found = near(ISLAND, boundaries(beyond=NEIGHBOUR), extent=box(-5_000, 40_000))
    assert set(found.near_edge["edge"]) == {"header"}


def test_a_box_drawn_tight_around_an_island_is_no_edge():
    assert near(ISLAND, boundaries(), extent=box(-200, 40_300)).near_edge.empty


def test_several_boxes_hold_what_either_holds():
    two = pd.concat([box(-5_000, 20_000), box(20_000, 75_000).assign(box=1)])
    assert near(roads(-200, 72_000), boundaries(beyond=NEIGHBOUR), extent=two).near_edge.empty


@pytest.mark.parametrize("count", [5, 200])
def test_many_sites_are_told_in_as_many_rows_as_few(count):
    who = sites(**{f"F{number:03}": 39_000 - number for number in range(count)})
    issues = near(ISLAND, boundaries(beyond=NEIGHBOUR), who=who).issues
    assert len(issues) == 3
    assert f"{count} (F000 at 2 km, F001 at 2 km, F002 at 2 km and" in issues["message"].iloc[0]


def test_without_sites_or_a_border_there_is_nothing_to_say():
    nobody = boundaries().iloc[:0]
    assert near(ISLAND, nobody, who=sites()).near_edge.empty


def test_answers_of_sites_of_the_area():
    located = gpd.GeoDataFrame(
        {"site_id": ["F1", "F2", "P1", "P2"], "in_area": [True, False, True, True]},
        geometry=[shapely.Point(X, Y)] * 4,
    )
    serving = pd.DataFrame(
        {"site_id": ["F1", "F2", "P1"], "service": ["fire", "fire", "police"],
         "direction": ["from_site", "from_site", "to_site"], "drive_limit_s": [300.0, 300, 1200]}
    )  # fmt: skip
    found = edge.answers(located, serving, catchments=pd.DataFrame({"site_id": ["F1"]}))
    assert dict(zip(found["site_id"], found["answers"], strict=True)) == {
        "F1": "cover;catchments", "P1": "access",
    }  # fmt: skip


def test_where_the_edge_is_is_taken_over_while_sites_move_within_the_same_ground(
    tmp_path, monkeypatch
):
    known = boundaries(beyond=NEIGHBOUR)

    def kept(key, who):
        with parts.kept(ALONE, shelf=tmp_path, key=key * 64, common="c" * 64) as by:
            return near(ISLAND, known, who=who, spread=by).near_edge

    moved = sites(F1=6_000, F2=33_000)
    kept("a", sites(F1=5_000, F2=30_000))
    anew = near(ISLAND, known, who=moved).near_edge
    monkeypatch.setattr(edge._Grid, "marked", None)
    assert len(anew)
    assert kept("b", moved).equals(anew)
