from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from travel_town import CRS, STUDY, points, settings

from colocate.tables import check
from colocate.tables.travel import ALLOCATION, COVERAGE, OVERLAP, SERVING_SITES
from colocate.travel import coverage

TRAVEL = settings(catchment_limits_min=(4, 8))
DEMAND = {"A": 1000.0, "B": 500.0, "C": 200.0, "D": 300.0}  # people; D lies outside the area
TIMES = [  # site, demand, s
    ("F1", "A", 240.0), ("F1", "B", 480.1), ("F1", "D", 10.0),
    ("F2", "A", 300.0), ("F2", "B", 480.0),
]  # fmt: skip


def served(sites=("F1", "F2"), times=TIMES, **columns):
    """Coverage of fire stations whose catchments are squares, 1 km a minute, 3 km apart."""
    frame = {"service": "fire", "direction": "from_site", "over_border": False,
             "drive_limit_s": np.nan} | columns  # fmt: skip
    serving = pd.DataFrame({"site_id": list(sites), **frame})
    od = pd.DataFrame(times, columns=["site_id", "demand_id", "travel_time_s"])
    od = od.astype({"site_id": "str", "demand_id": "str", "travel_time_s": "float64"})
    rows = [(s, limit * 60.0, 3000 * n, 500 * limit)
            for n, s in enumerate(("F1", "F2", "F3")) for limit in (4, 8)]  # fmt: skip
    catchments = gpd.GeoDataFrame(
        {"site_id": [r[0] for r in rows], "direction": "from_site",
         "limit_s": [r[1] for r in rows]},
        geometry=[shapely.box(x - half, -half, x + half, half) for *_, x, half in rows], crs=CRS,
    )  # fmt: skip
    demand = points("demand", dict.fromkeys(DEMAND, (0, 0)), people=list(DEMAND.values()),
                    in_area=[d != "D" for d in DEMAND])  # fmt: skip
    made = coverage.coverage(
        serving, catchments, od={"from_site": od, "to_site": od.iloc[:0]}, demand_points=demand,
        settings=TRAVEL,
    )  # fmt: skip
    for table, rows in ((COVERAGE, made.coverage), (ALLOCATION, made.allocation),
                        (OVERLAP, made.overlap)):  # fmt: skip
        check(table, rows)
    return made


def test_people_count_once_from_times_with_the_limit_included():
    rows = served().coverage
    # A at 240 s, B at 480 s of the one and 480.1 s of the other; C is not reached; D is not ours.
    assert rows["people"].tolist() == [1000.0, 1500.0]
    assert rows["share_of_people"].tolist() == pytest.approx([1000 / 1700, 1500 / 1700])


def test_two_squares_dissolve_into_one_area():
    four, eight = served().coverage.geometry
    assert four.area == 4000 * 4000 * 2 - 1000 * 4000
    assert eight.equals(shapely.box(-4000, -4000, 7000, 4000))


def test_sites_over_the_border_count_and_are_flagged():
    rows = served(over_border=[False, True]).coverage
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
    made = served(sites=("F1",))
    assert made.coverage["people"].tolist() == [1000.0, 1000.0]
    assert set(made.allocation["site_id"].dropna()) == {"F1"}


def test_without_sites_the_tables_are_empty():
    assert all(len(table) == 0 for table in served(sites=()))


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


@examples(max_examples=60)
@given(ANY_TIMES)
def test_coverage_of_more_sites_never_shrinks(times):
    made = [served(sites=("F1", "F2", "F3")[:n], times=times).coverage for n in (1, 2, 3)]
    for fewer, more in itertools.pairwise(made):
        assert (more["people"] >= fewer["people"]).all()
        assert more.geometry.covers(fewer.geometry).all()


SITES = {  # service, status, roles, desk, crewing
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
                       zip(*SITES.values(), strict=True), strict=True))  # fmt: skip
    located = points("site", dict.fromkeys(SITES, (0, 0)), over_border=False, **columns)
    snaps = pd.DataFrame({"kind": "site", "point_id": [s for s in SITES if s != "F5"]})
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
    tables = {n: pd.read_parquet(study_run / "tables" / f"{n}.parquet")
              for n in ("serving_sites", "participation", "access", "coverage")}  # fmt: skip
    serving = tables["serving_sites"]
    covers = tables["participation"].query("covers")["site_id"]
    stations = set(serving.query("service == 'fire'")["site_id"])
    assert stations <= set(covers)
    reached = tables["coverage"].query("service == 'police' and limit_s == 1200")["people"]
    assert reached.tolist() == [tables["access"]["people_before"].iloc[0]]
