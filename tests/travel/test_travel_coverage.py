from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from travel_town import STUDY, network, points, settings

from colocate.tables import TABLES, check, empty
from colocate.tables.travel import ALLOCATION, COVERAGE, OVERLAP, SERVING_SITES
from colocate.travel import coverage, drawing
from colocate.travel.snapping import snap

TRAVEL = settings(catchment_limits_min=(4, 8))
DEMAND = {"A": 1000.0, "B": 500.0, "C": 200.0, "D": 300.0}  # people; D lies outside the area
TIMES = [  # site, demand, s
    ("F1", "A", 240.0), ("F1", "B", 480.1), ("F1", "D", 10.0),
    ("F2", "A", 300.0), ("F2", "B", 480.0),
]  # fmt: skip


SITES = {"F1": (2000, 5000), "F2": (5000, 5000), "F3": (8000, 5000)}
NODES = {(x, y): (1000 * x, 1000 * y) for x in range(11) for y in range(11)}
STREETS = [
    {"ends": ((x, y), (x + i, y + j))}
    for x, y in NODES
    for i, j in ((1, 0), (0, 1))
    if (x + i, y + j) in NODES
]
ROADS = network(NODES, STREETS)  # 60 s a kilometre


def given_for(times):
    od = pd.DataFrame(times, columns=["site_id", "demand_id", "travel_time_s"])
    od = od.astype({"site_id": "str", "demand_id": "str", "travel_time_s": "float64"})
    demand = points("demand", dict.fromkeys(DEMAND, (0, 0)), people=list(DEMAND.values()),
                    in_area=[d != "D" for d in DEMAND])  # fmt: skip
    return {"od": {"from_site": od, "to_site": od.iloc[:0]}, "demand_points": demand,
            "settings": TRAVEL}  # fmt: skip


def served(sites=("F1", "F2"), times=TIMES):
    """Who covers whom, by fire stations."""
    serving = pd.DataFrame({"site_id": list(sites), "service": "fire", "direction": "from_site",
                            "over_border": False, "drive_limit_s": np.nan})  # fmt: skip
    made = coverage.allocated(serving, **given_for(times))
    check(ALLOCATION, made.allocation)
    check(OVERLAP, made.overlap)
    return made


def covered(sites=("F1", "F2"), times=TIMES, *, over_border=False, status="open"):
    """Coverage of fire stations 3 km apart on streets a kilometre apart."""
    given = given_for(times)
    located = points("site", {s: SITES[s] for s in sites}, service="fire", status=status,
                     roles="station", desk=None, crewing=None, over_border=over_border)  # fmt: skip
    snaps = snap(located, given["demand_points"], roads=ROADS, settings=TRAVEL).snaps
    scene = drawing.scene(
        snaps, roads=ROADS, boundaries=empty(TABLES["boundaries"]), settings=TRAVEL
    )
    found = coverage.coverage(located, scene, snaps=snaps, desk_roles=set(), **given)
    check(COVERAGE, found)
    return found, scene


def test_people_count_once_from_times_with_the_limit_included():
    rows, _ = covered()
    # A at 240 s, B at 480 s of the one and 480.1 s of the other; C is not reached; D is not ours.
    assert rows["people"].tolist() == [1000.0, 1500.0]
    assert rows["share_of_people"].tolist() == pytest.approx([1000 / 1700, 1500 / 1700])


def test_the_ground_of_two_sites_is_that_of_both_catchments():
    rows, scene = covered()
    alone = drawing.drawn(
        scene, [scene.places.those([n]) for n in (0, 1)], direction="from_site", settings=TRAVEL
    )
    for area, both in zip(rows.geometry, zip(*alone, strict=True), strict=True):
        union = shapely.union_all(both)
        assert area.intersection(union).area / area.union(union).area > 0.99


def test_a_site_far_from_everybody_reaches_no_ground():
    rows, _ = covered(sites=("F1", "F3"), times=TIMES)
    assert rows["n_sites"].tolist() == [2, 2]
    assert not rows.geometry.iloc[0].covers(shapely.Point(8000, 5000))
    assert covered(sites=("F3",))[0].geometry.is_empty.all()


def test_sites_over_the_border_count_and_are_flagged():
    rows, _ = covered(over_border=[False, True])
    assert rows["n_sites"].tolist() == [2, 2]
    assert rows["n_over_border"].tolist() == [1, 1]


def test_each_point_goes_to_its_nearest_site_and_the_unreached_keep_their_row():
    rows = served().allocation.set_index("demand_id")
    assert rows["site_id"].tolist()[:2] == ["F1", "F2"]
    assert rows["second_site_id"].tolist()[:2] == ["F2", "F1"]
    assert rows.loc["C", ["site_id", "travel_time_s", "second_site_id"]].isna().all()
    assert (rows.loc["D", "travel_time_s"], rows["second_site_id"].isna()["D"]) == (10.0, True)


def test_equally_near_sites_go_by_id():
    rows = served(times=[("F2", "A", 60.0), ("F1", "A", 60.0)]).allocation.set_index("demand_id")
    assert rows.loc["A", ["site_id", "second_site_id"]].tolist() == ["F1", "F2"]


def test_the_unreached_are_counted_in_issues():
    found = served().issues
    assert found[["key", "rule"]].to_numpy().tolist() == [["fire/from_site", "not_reached"]]
    assert "1 of 4 demand points, with 200 people" in found["message"][0]


def test_overlap_counts_the_sites_within_each_limit():
    rows = served().overlap.pivot_table(index="demand_id", columns="limit_s", values="n_sites")
    assert rows[240.0].to_dict() == {"A": 1, "B": 0, "C": 0, "D": 1}
    assert rows[480.0].to_dict() == {"A": 2, "B": 1, "C": 0, "D": 1}


def test_only_sites_that_serve_count():
    assert covered(status=["open", "closed"])[0]["people"].tolist() == [1000.0, 1000.0]
    assert set(served(sites=("F1",)).allocation["site_id"].dropna()) == {"F1"}


def test_without_sites_the_tables_are_empty():
    assert all(len(table) == 0 for table in served(sites=()))
    assert len(covered(status="closed")[0]) == 0


ANY_TIMES = st.lists(
    st.tuples(st.sampled_from(["F1", "F2", "F3"]), st.sampled_from(list(DEMAND)),
              st.integers(0, 9).map(lambda n: 60.0 * n)),
    unique_by=lambda row: row[:2],
)  # fmt: skip


@examples(max_examples=60)
@given(ANY_TIMES)
def test_allocation_equals_brute_force(times):
    rows = served(sites=("F1", "F2", "F3"), times=times).allocation.set_index("demand_id")
    for demand in DEMAND:
        ranked = sorted((time, site) for site, d, time in times if d == demand)
        wanted = [value for time, site in ranked[:2] for value in (site, time)]
        assert rows.loc[demand].dropna().tolist()[2:] == wanted


@examples(max_examples=15)
@given(ANY_TIMES)
def test_coverage_of_more_sites_never_shrinks(times):
    made = [covered(sites=("F1", "F2", "F3")[:n], times=times)[0] for n in (1, 2, 3)]
    for fewer, more in itertools.pairwise(made):
        assert (more["people"] >= fewer["people"]).all()
        # Each is simplified for itself.
        wide = more.geometry.buffer(2 * drawing.SIMPLIFY_M)
        assert fewer.geometry.difference(wide).is_empty.all()


REGISTER = {  # service, status, roles, desk, crewing
    "F1": ("fire", "open", "station", None, "wholetime;on_call"),
    "F2": ("fire", "open", "station", None, None),
    "F3": ("fire", "closed", "station", None, "on_call"),
    "F4": ("fire", "open", "headquarters", None, None),
    "F5": ("fire", "open", "station", None, "on_call"),
    "P1": ("police", "open", "station", None, None),
    "P2": ("police", "open", "station", "closed", None),
    "P3": ("police", "open", "office", "open", None),
    "P4": ("police", "open", "office", None, None),
    "Z1": ("ambulance", "open", "station", "closed", None),
}


def test_serving_sites_and_what_their_standard_leaves_for_driving():
    columns = dict(zip(("service", "status", "roles", "desk", "crewing"),
                       zip(*REGISTER.values(), strict=True), strict=True))  # fmt: skip
    located = points("site", dict.fromkeys(REGISTER, (0, 0)), over_border=False, **columns)
    snaps = pd.DataFrame({"kind": "site", "point_id": [s for s in REGISTER if s != "F5"]})
    rows = coverage.serving_sites(
        located, snaps, settings=STUDY.travel, response=STUDY.response, access=STUDY.access
    )
    check(SERVING_SITES, rows)
    # 600 s less 57 s of call handling and 90 or 300 s of turnout; access 20 minutes.
    assert rows[["site_id", "direction", "drive_limit_s"]].fillna(-1).to_numpy().tolist() == [
        ["F1", "from_site", 453.0], ["F2", "from_site", 243.0],
        ["P1", "to_site", 1200.0], ["P3", "to_site", 1200.0],
        ["Z1", "from_site", -1.0],
    ]  # fmt: skip


@pytest.mark.study
def test_people_reached_are_those_of_cover_and_access_today(study_run):
    """Stations and desks that serve are those that fire cover and desk access count."""
    names = ("serving_sites", "participation", "cover_by_points", "coverage")
    tables = {n: pd.read_parquet(study_run / "tables" / f"{n}.parquet") for n in names}
    serving = tables["serving_sites"]
    covers = tables["participation"].query("covers")["site_id"]
    stations = set(serving.query("service == 'fire'")["site_id"])
    assert stations <= set(covers)
    reached = tables["coverage"].query("service == 'police' and limit_s == 1200")["people"]
    areas = tables["cover_by_points"].query("points == 'areas' and side == 'police'")
    assert reached.tolist() == areas["people"].tolist()
