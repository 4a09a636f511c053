from __future__ import annotations

import numpy as np
import pytest
from travel_town import made_ready, network, points, settings, speeds, travel_times

from colocate.errors import NetworkError
from colocate.tables import check
from colocate.tables.travel import DEMAND_TO_SITE, SITE_TO_DEMAND, SITE_TO_SITE
from colocate.travel import od_matrix
from colocate.travel.roads import plain_graph
from colocate.travel.snapping import snap

#   A ---- B ---- C      each kilometre takes 60 s
LINE = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0)}
STREETS = [{"ends": "AB"}, {"ends": "BC"}]


def timed(edges, sites, demand, *, seconds=60, **changes):
    roads, chosen = network(LINE, edges, seconds), settings(**changes)
    ends = points("site", sites), points("demand", demand)
    snaps = snap(*ends, roads=roads, settings=chosen).snaps
    found = travel_times(snaps, roads, chosen)
    check(SITE_TO_DEMAND, found.site_to_demand)
    check(DEMAND_TO_SITE, found.demand_to_site)
    check(SITE_TO_SITE, found.site_to_site)
    return found


def test_times_and_distances_by_hand():
    found = timed(STREETS, {"S": (500, 0), "T": (1500, 0)}, {"D": (2000, 0)})
    (first, second) = found.site_to_demand.itertuples(index=False, name=None)
    assert first == ("S", "D", "site", 90.0, 1500.0)
    assert second == ("T", "D", "site", 30.0, 500.0)
    assert found.site_to_site.itertuples(index=False, name=None).__next__() == (
        "S",
        "T",
        "site",
        "site",
        60.0,
        1000.0,
    )
    assert len(found.site_to_site) == 2


def test_each_direction_has_its_own_route():
    # From A to C along the one-way AB, BC; back only along CA, which is slow.
    edges = [{"ends": "AB", "backward": False}, {"ends": "BC", "backward": False}, {"ends": "CA"}]
    found = timed(edges, {"S": (0, 0)}, {"D": (2000, 0)}, seconds=[60, 60, 600])
    assert found.site_to_demand["travel_time_s"].tolist() == [120.0]
    assert found.demand_to_site["travel_time_s"].tolist() == [600.0]


@pytest.mark.parametrize(("cutoff", "rows"), [(2, 1), (1, 0)])
def test_cut_off_is_included_and_silence_is_an_issue(cutoff, rows):
    found = timed(STREETS, {"S": (0, 0)}, {"D": (2000, 0)}, cutoff_min=cutoff)
    assert len(found.site_to_demand) == rows
    assert len(found.issues) == 1 - rows


def test_order_of_the_rows_does_not_depend_on_the_order_of_the_points():
    one = timed(STREETS, {"S": (500, 0), "T": (1500, 0)}, {"D": (0, 0), "E": (2000, 0)})
    other = timed(STREETS, {"T": (1500, 0), "S": (500, 0)}, {"E": (2000, 0), "D": (0, 0)})
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_speeds_of_another_network_are_refused():
    roads = network(LINE, STREETS)
    with pytest.raises(NetworkError, match="1 rows and road_edges 2"):
        plain_graph(roads._replace(edge_speeds=roads.edge_speeds.head(1)))


def test_new_speeds_and_a_closed_road_need_no_new_order():
    nodes = {**LINE, "X": (1000, 500)}
    edges = [*STREETS, {"ends": "AX"}, {"ends": "XC"}]
    today, chosen = network(nodes, edges, [60, 60, 90, 90]), settings()
    ends = points("site", {"S": (0, 0)}), points("demand", {"D": (2000, 0)})
    snaps = snap(*ends, roads=today, settings=chosen).snaps
    ready = od_matrix.ready(snaps, made_ready(today, chosen), settings=chosen)
    for times, expected in (([60, 60, 90, 90], 120), ([np.inf, 60, 90, 90], 180)):
        scenario = speeds(today.road_edges, times)
        found = od_matrix.times_at(ready, scenario)
        assert found.site_to_demand["travel_time_s"].tolist() == [expected]
        anew = travel_times(snaps, today._replace(edge_speeds=scenario), chosen)
        assert all(a.equals(b) for a, b in zip(found, anew, strict=True))


def test_drives_between_new_sites_are_left_out_and_kinds_are_told():
    roads, chosen = network(LINE, STREETS), settings()
    ends = (
        points("site", {"S": (0, 0), "T": (500, 0), "U": (2000, 0)}),
        points("demand", {"D": (9, 0)}),
    )
    snaps = snap(*ends, roads=roads, settings=chosen).snaps
    snaps.loc[snaps["point_id"].isin(["S", "U"]), "kind"] = "new_site"
    found = travel_times(snaps, roads, chosen)
    ends = ["from_site_id", "to_site_id", "from_site_kind", "to_site_kind"]
    assert found.site_to_site[ends].to_numpy().tolist() == [
        ["S", "T", "new_site", "site"], ["T", "S", "site", "new_site"],
        ["T", "U", "site", "new_site"], ["U", "T", "new_site", "site"],
    ]  # fmt: skip
    assert found.site_to_demand["site_kind"].tolist() == ["new_site", "site", "new_site"]
