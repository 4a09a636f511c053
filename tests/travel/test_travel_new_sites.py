import pandas as pd
import pytest
import shapely
from travel_town import network, points, settings

from colocate.tables import TABLES, check
from colocate.tables.schema import conform
from colocate.travel import od_matrix
from colocate.travel.new_sites import Today, new_sites, new_travel
from colocate.travel.od_matrix import travel_times
from colocate.travel.snapping import snap

#   A ---- B ---- C      each kilometre takes 60 s; S is at A, D at C
LINE = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0)}
STREETS = [{"ends": "AB"}, {"ends": "BC"}]
DEMAND = points("demand", {"D": (2000, 0)})


def moving(**movers):
    return pd.DataFrame({"option_id": [*movers], "mover_site_ids": [*movers.values()]})


def areas(**best):
    return conform(
        TABLES["areas_of_search"],
        (
            {"option_id": option_id, "limit_s": 60.0, "n_candidates": 1, "n_passing": 1,
             "sought_for": "all", "best_easting": float(x), "best_northing": float(y),
             "people_lost_best": 0.0, "people_lost_most": 0.0,
             "geometry": shapely.box(0, 0, 100, 100)}
            for option_id, (x, y) in best.items()
        ),
    )  # fmt: skip


def travelled(**best):
    roads, chosen = network(LINE, STREETS), settings()
    snaps = snap(points("site", {"S": (0, 0)}), DEMAND, roads=roads, settings=chosen).snaps
    drives = travel_times(snaps, roads, settings=chosen)
    today = Today(snaps, *drives[:3])
    found = new_travel(
        new_sites(areas(**best)), DEMAND, today=today, roads=roads, settings=chosen,
        options=moving(**dict.fromkeys(best, "S")),
    )  # fmt: skip
    for name, table in found._asdict().items():
        check(TABLES[name], table)
    return found


def times(table):
    """Drive time by the two ends."""
    return {row[:2]: row[-2] for row in table.itertuples(index=False, name=None)}


def test_a_new_site_stands_at_the_best_point_under_an_id_of_its_own():
    found = new_sites(areas(b=(1500, 0), a=(500, 0)))
    check(TABLES["new_sites"], found)
    assert found["site_id"].tolist() == ["NEW-a", "NEW-b"]
    assert found.geometry.x.tolist() == [500, 1500]


def test_drives_of_a_new_site_by_hand():
    found = travelled(a=(500, 0), b=(1500, 0))
    expected = {("NEW-a", "D"): 90, ("NEW-b", "D"): 30, ("S", "D"): 120}
    assert times(found.site_to_demand) == times(found.demand_to_site) == expected
    assert found.site_to_demand["site_kind"].tolist() == ["new_site", "new_site", "site"]
    assert found.issues.empty


def test_staff_drive_to_a_new_site_from_where_they_would_move():
    found = travelled(a=(500, 0), b=(1500, 0))
    assert times(found.site_to_site) == {("S", "NEW-a"): 30, ("S", "NEW-b"): 90}


def test_a_study_without_areas_of_search_has_todays_sites_alone():
    found = travelled()
    assert found.snaps["point_id"].tolist() == ["D", "S"]
    assert times(found.site_to_demand) == {("S", "D"): 120}
    assert found.site_to_site.empty
    assert found.issues.empty


def test_a_point_off_the_road_is_told():
    found = travelled(a=(500, 5000))
    assert "new_site" not in set(found.snaps["kind"])
    assert found.issues[["stage", "table", "key", "severity"]].to_numpy().tolist() == [
        ["snapping", "new_sites", "NEW-a", "excluded"]
    ]


def test_a_new_site_at_todays_place_has_todays_times():
    found = travelled(a=(0, 0))
    assert times(found.site_to_demand) == {("NEW-a", "D"): 120, ("S", "D"): 120}


@pytest.mark.parametrize("at_once", [1, 512])
def test_drives_between_sites_are_as_if_all_were_found_at_once(monkeypatch, at_once):
    monkeypatch.setattr(od_matrix, "AT_ONCE", at_once)
    roads, chosen = network(LINE, STREETS), settings()
    located = points("site", {"S": (0, 0), "T": (2000, 0)})
    snaps = snap(located, DEMAND, roads=roads, settings=chosen).snaps
    today = Today(snaps, *travel_times(snaps, roads, settings=chosen)[:3])
    new = new_sites(areas(a=(500, 0), b=(1500, 0)))
    made = new_travel(
        new, DEMAND, today=today, roads=roads, settings=chosen,
        options=moving(a="S", b="S;T", c="T"),
    )  # fmt: skip
    every = travel_times(made.snaps, roads, settings=chosen).site_to_site
    own = {("S", "T"), ("T", "S"), ("S", "NEW-a"), ("S", "NEW-b"), ("T", "NEW-b")}
    kept = [pair in own for pair in zip(every["from_site_id"], every["to_site_id"], strict=True)]
    pd.testing.assert_frame_equal(made.site_to_site, every[kept].reset_index(drop=True))
