from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from travel_town import CRS, network, points, roads, settings, travel_times

from colocate.tables import check
from colocate.tables.effects import AREAS_OF_SEARCH
from colocate.travel import areas_of_search, search_duties
from colocate.travel.snapping import snap

ROAD = {x: (1000 * x, 0) for x in range(13)}  # a straight road, a junction a kilometre
ALONG = [{"ends": (x, x + 1)} for x in range(12)]
WEST, EAST = {"A": (3000, 0)}, {"B": (7000, 0)}
SITES = {"F": (5000, 0), "P": (6000, 0)}
EVERYWHERE = shapely.box(-1e6, -1e6, 1e6, 1e6)


def found(
    demand, *, sites=SITES, nodes=ROAD, edges=ALONG, seconds=(60, 60), drive_s=None, near=180.0,
    allowed=0.0, inside=EVERYWHERE, cell=100, option=("F+P-new", "both_to_new", "F;P"),
    tolerance_s=0.0,
):  # fmt: skip
    """Areas for one option, F and P to a new site unless told otherwise, beside one that moves
    nothing; 100 people live at each point.

    `seconds` a kilometre along the road and back; `drive_s` by direction and site.
    """
    there = network(nodes, edges, seconds[0])
    back = np.where(there.road_edges["backward"], float(seconds[1]), np.inf)
    there = there._replace(edge_speeds=there.edge_speeds.assign(backward_s=back))
    given = {"roads": there, "settings": settings(catchment_grid_m=cell)}
    located = points("site", sites)
    demand_points = points("demand", demand, people=100.0, in_area=True)
    snaps = snap(located, demand_points, **given).snaps
    times = travel_times(snaps, *given.values())
    limits = {("from_site", "F"): 120.0} if drive_s is None else drive_s
    made = areas_of_search.areas_of_search(
        pd.DataFrame([option, ("P-touchdown", "touchdown", None)],
                     columns=["option_id", "kind", "mover_site_ids"],
                     ).assign(site_ids="F;P", travel_time_s=60.0),
        pd.DataFrame([(way, site, s) for (way, site), s in limits.items()],
                     columns=["direction", "site_id", "drive_limit_s"]),
        snaps=snaps,
        homes=search_duties.Homes(
            demand_points,
            snaps[snaps["kind"] == "demand"].rename(columns={"point_id": "demand_id"}),
            {"from_site": times.site_to_demand, "to_site": times.demand_to_site},
        ),
        terms=areas_of_search.Terms(
            gpd.GeoDataFrame(geometry=[inside], crs=CRS), least_s=near, most_s=600.0,
            allowed_loss={"from_site": allowed, "to_site": allowed}, tolerance_s=tolerance_s,
        ),
        **given,
    )  # fmt: skip
    check(AREAS_OF_SEARCH, made.areas_of_search)
    return made


def span(made):
    """West and east end of the only area, in cells, and how many points pass."""
    (row,) = made.areas_of_search.itertuples()
    west, _, east, _ = row.geometry.bounds
    return west, east, row.n_passing


def test_near_to_every_member_without_a_standard():
    # 3 minutes are 3 km: from 3 km east of P's far side to 3 km west of F: 3 000 to 8 000.
    made = found(WEST, drive_s={})
    assert span(made) == (3000, 8100, 101)
    assert made.areas_of_search["n_candidates"].tolist() == [101]


def test_a_point_at_exactly_the_limit_still_meets_the_standard():
    # A and B are 2 km, 2 minutes, from F on either side: only F's own place keeps both.
    made = found(WEST | EAST)
    assert span(made) == (5000, 5100, 1)
    (row,) = made.areas_of_search.itertuples()
    assert (row.best_easting, row.best_northing) == (5000.0, 0.0)


@pytest.mark.parametrize("drive_s", [{("from_site", "F"): 120.0}, {("to_site", "P"): 120.0}])
def test_places_looked_at_in_parts_are_those_of_all_at_once(monkeypatch, drive_s):
    given = {"allowed": 100.0, "drive_s": drive_s}
    whole = found(WEST | EAST, **given).areas_of_search
    monkeypatch.setattr(areas_of_search, "CELLS", 5)
    pd.testing.assert_frame_equal(found(WEST | EAST, **given).areas_of_search, whole)


def test_a_mover_whose_host_stays_is_held_to_its_own_standard_alone():
    # The crew at F stays, so only the desk at P binds: 2 minutes to it from B leave 5 000 to 9 000,
    # and 3 minutes from F and P 3 000 to 8 000.
    made = found(
        WEST | EAST, drive_s={("from_site", "F"): 120.0, ("to_site", "P"): 120.0},
        option=("P-into-F", "into_fire", "P"),
    )  # fmt: skip
    assert span(made) == (5000, 8100, 61)
    assert made.areas_of_search["sought_for"].tolist() == ["movers"]


def test_no_place_is_sought_for_a_crew_that_would_move_into_a_host():
    made = found(WEST, option=("F-into-P", "into_other", "F"))
    assert made.areas_of_search.empty
    assert made.issues.empty


def test_losses_up_to_the_allowed_pass_and_are_told():
    made = found(WEST | EAST, allowed=100.0)
    assert span(made) == (3000, 8100, 101)
    (row,) = made.areas_of_search.itertuples()
    assert (row.people_lost_best, row.people_lost_most, row.best_easting) == (0.0, 100.0, 5000.0)


def test_a_time_that_grows_by_less_than_can_be_told_is_no_loss():
    # A and B are exactly at the limit from F; half a minute, 500 m, more cannot be told.
    made = found(WEST | EAST, tolerance_s=30.0)
    assert span(made) == (4500, 5600, 21)


def test_who_is_well_within_the_standard_may_be_slowed_up_to_it_and_no_further():
    # A is 1 minute from F, so what can be told counts from there: up to the limit, 2 minutes.
    made = found({"A": (4000, 0)}, tolerance_s=30.0)
    assert span(made) == (3000, 6100, 61)


def test_a_staying_site_that_is_hardly_later_takes_over():
    # G is 2 minutes 15 from B, beyond the standard: 15 s that cannot be told keep B within it.
    drive_s = {("from_site", "F"): 120.0, ("from_site", "G"): 120.0}
    made = found(WEST | EAST, sites=SITES | {"G": (9250, 0)}, drive_s=drive_s, tolerance_s=15.0)
    assert span(made) == (3000, 5300, 46)  # B is G's; A is kept up to 5 250


def test_what_a_staying_site_reaches_does_not_rest_on_the_movers():
    drive_s = {("from_site", "F"): 120.0, ("from_site", "G"): 120.0}
    made = found(WEST | EAST, sites=SITES | {"G": (9000, 0)}, drive_s=drive_s)
    assert span(made) == (3000, 5100, 41)  # B is G's; A is kept up to 5 000


@pytest.mark.parametrize(
    ("direction", "site", "west", "east"),
    # East 1 and west 2 minutes a kilometre, B at 7 000, 2 minutes: the site reaches B from 5 000
    # to 8 000; from B one gets to 6 000 and to 9 000.
    [("from_site", "F", 5000, 8000), ("to_site", "P", 6000, 9000)],
)
def test_each_standard_runs_in_its_own_direction(direction, site, west, east):
    made = found(EAST, seconds=(60, 120), drive_s={(direction, site): 120.0}, near=600.0)
    assert span(made) == (west, east + 100, (east - west) / 50 + 1)


def test_a_new_site_lies_inside_the_area_and_off_the_motorway():
    inside = shapely.box(4000, -10, 1e6, 10)
    assert span(found(WEST, drive_s={}, inside=inside))[0] == 4000
    motorway = [edge | {"highway": "motorway"} if edge["ends"][0] >= 7 else edge for edge in ALONG]
    assert span(found(WEST, drive_s={}, edges=motorway))[1] == 7100


def test_as_far_as_the_sites_lie_from_each_other_now():
    assert span(found(WEST, drive_s={}, near=0.0)) == (5000, 6100, 21)


def test_an_option_without_any_place_is_told():
    made = found(WEST | EAST, inside=shapely.box(0, -10, 990, 10))
    assert made.areas_of_search.empty
    assert made.issues[["key", "rule"]].to_numpy().tolist() == [["F+P-new", "no_area_of_search"]]
    assert "No road of the study area" in made.issues["message"][0]
    tight = found(WEST | EAST, inside=shapely.box(3000, -10, 4990, 10))
    assert "At none of the 40 points" in tight.issues["message"][0]


def test_a_tighter_limit_or_gate_never_widens_the_area():
    demand = WEST | EAST | {"C": (6500, 0)}
    for loose, tight in (
        (found(demand, allowed=200.0, near=400.0), found(demand, allowed=200.0, near=150.0)),
        (found(demand, allowed=200.0), found(demand, allowed=100.0)),
    ):
        wide, narrow = (made.areas_of_search.geometry[0] for made in (loose, tight))
        assert wide.covers(narrow)
        assert wide.area > narrow.area


SIDE = 4
NODES = {(x, y): (1000 * x, 1000 * y) for x in range(SIDE + 1) for y in range(SIDE + 1)}
GRID = [
    {"ends": ((x, y), (x + i, y + j)), "backward": (x + y) % 3 > 0 or x in {0, SIDE}}
    for x, y in NODES
    for i, j in ((1, 0), (0, 1))
    if (x + i, y + j) in NODES
]
SPOT = st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)).map(
    lambda xy: (1000.0 * xy[0], 1000.0 * xy[1])
)


@examples(max_examples=25)
@given(
    st.lists(SPOT, min_size=3, max_size=3, unique=True),
    st.lists(SPOT, min_size=1, max_size=6),
    st.sampled_from([0.0, 100.0, 200.0]),
)
def test_areas_equal_brute_force_on_one_way_streets(spots, homes, allowed):
    """Every place along the streets is tried as a site of its own."""
    sites = dict(zip(("F", "G", "P"), spots, strict=True))
    demand = {f"D{n}": home for n, home in enumerate(homes)}
    limits = {("from_site", "F"): 130.0, ("from_site", "G"): 70.0, ("to_site", "P"): 190.0}
    street = shapely.union_all(roads(NODES, GRID)[1].geometry.to_numpy())
    places = {
        f"x{x}y{y}": (x, y)
        for x in range(0, 1000 * SIDE + 1, 500)
        for y in range(0, 1000 * SIDE + 1, 500)
        if street.intersects(shapely.Point(x, y))
    }
    passing = _brute_force(sites, demand, places=places, limits=limits, allowed=allowed)
    made = found(demand, sites=sites, nodes=NODES, edges=GRID, seconds=(60, 60), drive_s=limits,
                 near=240.0, allowed=allowed, cell=1000)  # fmt: skip
    assert made.areas_of_search["n_passing"].sum() == len(passing)
    corners = {tuple(1000 * (np.array(places[name]) // 1000)) for name in passing}
    assert made.areas_of_search.area.sum() == pytest.approx(1e6 * len(corners))


@pytest.mark.study
def test_every_new_site_of_the_study_has_an_area_or_a_reason(study_run):
    tables = {n: pd.read_parquet(study_run / "tables" / f"{n}.parquet")
              for n in ("options", "areas_of_search", "issues")}  # fmt: skip
    options = tables["options"]
    into = options["kind"].isin(["into_fire", "into_other", "into_partner"])
    leaves_crews = into & options["mover_site_ids"].str.startswith("P", na=False)
    searched = options["kind"].eq("both_to_new") | leaves_crews
    wanted = set(options.loc[searched, "option_id"])
    nowhere = set(tables["issues"].query("rule == 'no_area_of_search'")["key"])
    areas = set(tables["areas_of_search"]["option_id"])
    assert wanted == areas | nowhere
    assert not areas & nowhere
    assert len(areas) > 60


def _brute_force(sites, demand, *, places, limits, allowed):
    streets, chosen = network(NODES, GRID), settings()
    located = points("site", sites | places)
    homes = points("demand", demand, people=100.0, in_area=True)
    snaps = snap(located, homes, roads=streets, settings=chosen).snaps
    times = travel_times(snaps, streets, chosen)
    between = times.site_to_site.set_index(["from_site_id", "to_site_id"])["travel_time_s"]
    drive = {
        "from_site": times.site_to_demand.set_index(["site_id", "demand_id"])["travel_time_s"],
        "to_site": times.demand_to_site.set_index(["site_id", "demand_id"])["travel_time_s"],
    }

    def within(way, site, home, limit):
        return drive[way].get((site, home), np.inf) <= limit

    passing = []
    for place in places:
        near = all(between.get(pair, np.inf) <= 240
                   for member in ("F", "P")
                   for pair in ((place, member), (member, place)))  # fmt: skip
        lost = {"from_site": 0.0, "to_site": 0.0}
        for way, mover, stays in (("from_site", "F", ["G"]), ("to_site", "P", [])):
            for home in demand:
                limit = limits[way, mover]
                had = within(way, mover, home, limit)
                kept = any(within(way, s, home, limits[way, s]) for s in stays)
                if had and not kept and not within(way, place, home, limit):
                    lost[way] += 100.0
        if near and max(lost.values()) <= allowed:
            passing.append(place)
    return passing
