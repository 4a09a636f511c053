"""Readiness: shares by hand, what stops, what only warns, and what has no least share."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from colocate.errors import ReadinessError
from colocate.places.readiness import Subject, of_inputs, of_roads
from colocate.study import Readiness
from colocate.tables import TABLES
from colocate.tables.readiness import READINESS, assert_ready, stopping, unfounded
from colocate.tables.schema import check, conform

AT = shapely.Point(310_000, 110_000)
SUBJECT = Subject("West & Moor", "fire_west", ("West & Moor",), ("library",))


def site(site_id, service="fire", **told):
    body = "fire_west" if service == "fire" else "police_west"
    return {
        "site_id": site_id, "name": site_id, "service": service, "body_id": body,
        "roles": "station", "status": "open", "crewing": "on_call", "over_border": False,
        "confidence": "high", "source": "invented", "disclosure": "public", **told,
    }  # fmt: skip


def located(rows):
    found = {
        "geocode_method": "coordinates", "precision_m": 10, "postcode_check": "no_postcode",
        "object_check": "no_object", "fire_area": "West & Moor", "police_area": "West & Moor",
        "in_area": True, "geometry": AT,
    }  # fmt: skip
    return conform(TABLES["located_sites"], [{**found, **row} for row in rows])


def people(*points):
    told = {
        "name": "w", "fire_area": "West & Moor", "police_area": "West & Moor", "in_area": True,
        "disabled_people": 0, "rural": False, "fires_per_year": 0,
    }  # fmt: skip
    return conform(TABLES["demand_points"], [
        {**told, "demand_id": f"D{n}", "people": count, "geometry": at, **more}
        for n, (count, at, more) in enumerate(points)
    ])  # fmt: skip


@pytest.fixture
def measured(bodies, boundaries):
    def measure(rows, demand=None, **settings):
        listed = bodies.assign(service=["fire", "police"], area="West & Moor")
        table = of_inputs(
            conform(TABLES["sites"], rows),
            located(rows),
            bodies=listed,
            boundaries=boundaries,
            demand_points=people((100, AT, {})) if demand is None else demand,
            places=conform(TABLES["places"], []),
            subject=SUBJECT,
            least=Readiness(**settings),
        )
        return check(READINESS, table).set_index(["measure", "about"])

    return measure


POLICE = site("P1", "police", crewing=None)


def test_everything_known_is_ready(measured):
    found = measured([site("F1", tenure="freehold"), {**POLICE, "tenure": "pfi"}])
    assert set(found["state"]) == {"ready"}
    assert_ready(found.reset_index(), anyway=False)


def test_stations_without_crewing_stop_below_the_least_share(measured):
    crews = [site("F1"), site("F2"), site("F3"), site("F4", crewing=None), POLICE]
    assert measured(crews).loc[("crewing", "fire"), "share"] == 0.75
    assert measured(crews).loc[("crewing", "fire"), "state"] == "ready"  # at the share: enough
    found = measured(crews[1:])
    assert found.loc[("crewing", "fire"), "share"] == pytest.approx(2 / 3)
    assert stopping(found.reset_index()) == ["crewing, fire 67%"]
    with pytest.raises(ReadinessError, match=r"2 of 3 \(67%\) open fire stations"):
        assert_ready(found.reset_index(), anyway=False)
    assert_ready(found.reset_index(), anyway=True)


def test_closed_stations_and_neighbours_need_no_crewing(measured):
    bare = {"crewing": None}
    rows = [site("F1"), site("F2", status="closed", **bare), site("X", over_border=True, **bare)]
    assert measured([*rows, POLICE]).loc[("crewing", "fire"), "total"] == 1


def test_tenure_only_warns_and_partners_are_not_measured(measured):
    library = site("L1", "library", status="unverified", roles="other")
    found = measured([site("F1"), POLICE, library])
    assert found.loc[("tenure", "fire"), "state"] == "warns"
    assert "open or unverified sites" in found.loc[("tenure", "fire"), "message"]
    assert "library" not in found.index.get_level_values("about")
    assert stopping(found.reset_index()) == []


def test_status_and_role_are_measured_service_by_service(measured):
    vague = {"status": "unverified", "roles": "other"}
    found = measured([*(site(f"F{n}") for n in range(9)), site("P1", "police", **vague)])
    assert found.loc[("status", "fire"), "state"] == "ready"
    assert found.loc[("status", "police"), "state"] == "stops"
    assert found.loc[("role", "police"), "state"] == "stops"


def test_people_of_a_force_without_sites_stop(measured):
    there = {"police_area": "East"}
    found = measured([site("F1"), POLICE], people((70, AT, {}), (30, AT, there)))
    row = found.loc[("police", "West & Moor")]
    assert (row["share"], row["state"]) == (0.7, "stops")
    assert "East" in row["message"]


def test_people_outside_the_area_they_are_counted_in_stop(measured):
    far = shapely.Point(310_000, 300_000)
    row = measured([site("F1"), POLICE], people((100, far, {}))).loc[("demand", "West & Moor")]
    assert (row["share"], row["state"]) == (0, "stops")


def test_people_with_swapped_axes_are_told_so(measured):
    swapped = shapely.Point(110_000, 310_000)
    row = measured([site("F1"), POLICE], people((100, swapped, {}))).loc[("demand", "West & Moor")]
    assert "look swapped" in row["message"]


def test_nobody_at_all_is_not_enough(measured):
    row = measured([site("F1"), POLICE], people((5, AT, {"in_area": False})))
    assert row.loc[("demand", "West & Moor"), "state"] == "stops"
    assert pd.isna(row.loc[("demand", "West & Moor"), "share"])


def test_a_study_may_set_its_own_least_shares(measured):
    found = measured([site("F1", crewing=None), POLICE], crewing=0)
    assert found.loc[("crewing", "fire"), "state"] == "ready"
    assert unfounded(found.reset_index()) == ["crewing, fire 0%"]  # ranks rest on it still


def test_roads_that_reach_nobody_stop():
    snaps = conform(TABLES["snaps"], [
        {"kind": "site", "point_id": "F1", "edge_id": 0, "offset_m": 0, "snap_distance_m": 0,
         "quality": "good"},
    ])  # fmt: skip
    found = of_roads(located([site("F1")]), people((9, AT, {})), snaps=snaps, least=Readiness())
    assert dict(zip(found["about"], found["state"], strict=True)) == {
        "sites": "ready", "people": "stops",
    }  # fmt: skip
