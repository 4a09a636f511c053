"""Mean response of mixes of incidents, beside published means of the same mix."""

import pytest

from colocate import study
from colocate.impact import crews
from colocate.impact.incidents import response_by_mix
from colocate.tables.demand import INCIDENT_POINTS
from colocate.tables.schema import conform
from options_town import TOLERANCE, demand_points, participation, site, site_to_demand, sites

FRAME = sites(site("FA", 0, 0, crewing="wholetime"))
RESPONSE = study.Response(
    of="shirefire",
    call_handling_s=60,
    turnout_s=dict.fromkeys(["wholetime", "day_crewed", "on_call", "volunteer", "unknown"], 90),
    standards=(study.ResponseStandard(name="Dwelling fire", limit_min=10),),
)
HOMES = demand_points(("U1", 1000, 0, 10, 1), ("U2", 3000, 0, 10, 3))
ROADS = demand_points(("R1", 5000, 0, 0, 0), ("R2", 90_000, 0, 0, 0))
POINTS = conform(INCIDENT_POINTS, (
    {"kind": kind, "point_id": key, "weight": weight, "own_point": own, "basis": basis,
     "rests_on": "test", "geometry": None}
    for kind, key, weight, own, basis in (
        ("dwelling", "U1", 0.25, False, "recorded"), ("dwelling", "U2", 0.75, False, "recorded"),
        ("road_vehicle", "R1", 0.5, True, "assumed"), ("road_vehicle", "R2", 0.5, True, "assumed"))
))  # fmt: skip


def mix(**per_year):
    sourced = {
        kind: study.Figure(value=count, source="counted") for kind, count in per_year.items()
    }
    return study.Mix(id="both", name="Both", per_year=sourced)


def published(value, noise=0.1, of="both"):
    return study.PublishedMean(
        mix=of, measure="mean_drive_s", period="2021", value=value, noise_share=noise
    )


def measured(*means, mixes=None):
    mixes = mixes or (mix(dwelling=30, road_vehicle=20),)
    terms = crews.Terms(RESPONSE, TOLERANCE, 3600.0)

    def fire(points, drives):
        listed = crews.roster(
            {}, FRAME, participation=participation(FRAME), demand_points=points, terms=terms
        )
        return crews.crews(listed, drives)

    drives = [site_to_demand(FRAME, points) for points in (HOMES, ROADS)]
    near = [each[each["travel_time_s"] <= 3600] for each in drives]
    table = response_by_mix(
        POINTS, fire(HOMES, near[0]), apart=lambda points: fire(points, near[1]),
        settings=study.Incidents(of="shirefire", mixes=mixes, published=means),
    )  # fmt: skip
    return table[table["case"] == "expected"].set_index(["mix", "measure"])


def test_a_kinds_mean_is_weighted_by_where_its_incidents_lie():
    found = measured()["value"]
    assert found["dwelling", "mean_drive_s"] == pytest.approx(0.25 * 100 + 0.75 * 300)
    assert found["dwelling", "mean_response_s"] == pytest.approx(60 + 90 + 250)


def test_what_nobody_reaches_is_in_no_mean_and_is_told():
    found = measured()
    assert found["value"]["road_vehicle", "mean_drive_s"] == pytest.approx(500)
    assert found["not_reached"]["road_vehicle", "mean_drive_s"] == pytest.approx(0.5)


def test_a_mix_weighs_its_kinds_by_the_incidents_that_are_reached():
    found = measured()
    # 30 dwelling fires at 250 s; of 20 vehicles 10 are reached, at 500 s.
    assert found["value"]["both", "mean_drive_s"] == pytest.approx((30 * 250 + 10 * 500) / 40)
    assert found["not_reached"]["both", "mean_drive_s"] == pytest.approx(10 / 50)


def test_a_mix_of_one_kind_is_that_kind():
    found = measured(mixes=(mix(dwelling=7),))["value"]
    for measure in ("call_handling_s", "mean_turnout_s", "mean_drive_s", "mean_response_s"):
        assert found["both", measure] == found["dwelling", measure]


def test_the_parts_add_up_to_the_response():
    found = measured()["value"]["both"]
    parts = found["call_handling_s"] + found["mean_turnout_s"] + found["mean_drive_s"]
    assert found["mean_response_s"] == pytest.approx(parts)


def test_a_mix_with_an_assumed_place_is_assumed():
    found = measured(mixes=(mix(dwelling=1, road_vehicle=1),))["basis"]
    assert found["both", "mean_drive_s"] == "assumed"
    assert measured(mixes=(mix(dwelling=1),))["basis"]["both", "mean_drive_s"] == "recorded"


def test_a_published_mean_stands_beside_its_own_mix_alone():
    found = measured(published(250))
    assert found["published"].dropna().to_dict() == {("both", "mean_drive_s"): 250}
    assert found["ratio"]["both", "mean_drive_s"] == pytest.approx(312.5 / 250)
    assert found["owner"]["both", "mean_drive_s"] == "shirefire"


@pytest.mark.parametrize(("noise", "within"), [(0.25, True), (0.24, False)])
def test_it_differs_by_no_more_than_the_noise_at_the_noise_itself(noise, within):
    assert measured(published(250, noise))["within_noise"]["both", "mean_drive_s"] == within


def test_without_a_mix_nothing_is_measured():
    none = response_by_mix(POINTS.iloc[:0], None, apart=None, settings=study.Incidents())
    assert none.empty


def test_a_published_mean_of_a_mix_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no mix other"):
        study.Incidents(of="shirefire", mixes=(mix(dwelling=1),), published=(
            published(1, of="other"),))  # fmt: skip


def test_a_kind_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no kind wheelie_bin"):
        mix(wheelie_bin=1)
