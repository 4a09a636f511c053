"""Which point is used of those that say where a site is."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from colocate.places.geocode import locate
from colocate.places.points import Evidence, candidates
from colocate.tables.places import POINT_SOURCES, SITES
from colocate.tables.points import OVERRIDES
from colocate.tables.schema import conform

SITE = {
    "site_id": "S1", "name": "Anyborough", "service": "fire", "body_id": "fire_west",
    "roles": "station", "status": "open", "over_border": False, "confidence": "high",
    "source": "invented", "disclosure": "public",
}  # fmt: skip
SIGNED = {
    "site_id": "S1", "easting": 305_000, "northing": 105_000, "who": "Estates manager",
    "when": "2026-03-01", "why": "Measured on the site plan",
}  # fmt: skip
SAYS = {
    "coordinates": {"easting": 310_000, "northing": 110_000},
    "grid_reference": {"grid_reference": "ST 100 100"},
    "uprn": {"uprn": "0100"},
    "postcode": {"postcode": "AB1 2CD"},
    "address": {"address": "1 High Street", "town": "Anyborough"},
}
UPRNS = pd.DataFrame({"uprn": ["100", "200"], "easting": [310_020.0, 200_000.0],
                      "northing": [110_000.0, 110_000.0]})  # fmt: skip


def answers(*places):
    rows = [("1 High Street, Anyborough", *place, "High Street") for place in places]
    return pd.DataFrame(rows, columns=["question", "easting", "northing", "rank", "name"])


@pytest.fixture
def gathered(gazetteer, boundaries, settings):
    def of(site, *, signed=(), uprns=UPRNS, answered=None):
        evidence = Evidence(gazetteer, conform(OVERRIDES, signed), uprns, answered)
        sites = conform(SITES, [{**SITE, **site}])
        return sites, candidates(sites, evidence=evidence, boundaries=boundaries, settings=settings)

    return of


@pytest.fixture
def located(gathered, gazetteer, boundaries, objects, settings):
    def of(site, **evidence):
        sites, points = gathered(site, **evidence)
        return locate(
            sites, candidates=points, gazetteer=gazetteer, boundaries=boundaries, objects=objects,
            settings=settings, fire_area="West & Moor",
        )  # fmt: skip

    return of


@limits(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.sets(st.sampled_from(POINT_SOURCES), min_size=1))
def test_the_first_source_in_order_gives_the_point_and_all_are_listed(gathered, there):
    site = {k: v for source in there if source in SAYS for k, v in SAYS[source].items()}
    signed = [SIGNED] if "override" in there else []
    answered = answers((311_000, 111_000, 30)) if "address" in there else None
    _, points = gathered(site, signed=signed, answered=answered)
    assert points["source"].tolist() == [each for each in POINT_SOURCES if each in there]
    assert points["used"].tolist() == [True] + [False] * (len(there) - 1)
    assert points["distance_m"].iloc[0] == 0


def test_a_signed_point_wins_and_says_who_signed(located):
    found, issues = located(SAYS["coordinates"], signed=[SIGNED])
    site = found.iloc[0]
    assert (site.geometry.x, site.geometry.y, site["geocode_method"]) == (305e3, 105e3, "override")
    note = issues.set_index("rule").loc["point_overridden"]
    assert note["severity"] == "note"
    assert "Estates manager, 2026-03-01: Measured on the site plan" in note["message"]


def test_a_grid_reference_is_known_as_well_as_its_square_is_small(gathered):
    _, points = gathered(SAYS["grid_reference"])
    assert points.iloc[0][["easting", "northing"]].tolist() == [310_050, 110_050]
    assert points["precision_m"].iloc[0] == pytest.approx((10**2 + 100**2 / 6) ** 0.5)


@pytest.mark.parametrize(
    ("site", "fault", "rule"),
    [
        ({"grid_reference": "ST 100"}, "unreadable", "grid_reference_unreadable"),
        ({"grid_reference": "TQ 300 800"}, "outside", "point_set_aside"),
        ({"uprn": "300"}, "unknown", "point_set_aside"),
        ({"uprn": "200"}, "outside", "point_set_aside"),
        ({"uprn": "AP3J7Y"}, "unreadable", "point_set_aside"),
    ],
)
def test_what_gives_no_point_is_told_and_the_next_is_used(located, gathered, site, fault, rule):
    _, points = gathered({**site, **SAYS["postcode"]})
    assert points["fault"].iloc[0] == fault
    assert points["used"].tolist() == [False, True]
    found, issues = located({**site, **SAYS["postcode"]})
    assert found["geocode_method"].tolist() == ["postcode"]
    assert issues["rule"].tolist() == [rule]


def test_sources_far_apart_are_doubted_and_neither_is_put_right(located):
    far = {"grid_reference": "ST 110 100", **SAYS["coordinates"]}
    found, issues = located(far)
    assert found.geometry.x.tolist() == [310_000]
    assert issues["rule"].tolist() == ["points_disagree"]
    _, issues = located({"grid_reference": "ST 100 100", **SAYS["coordinates"]})
    assert issues.empty


@pytest.mark.parametrize(
    ("places", "faults"),
    [
        ([(311_000, 111_000, 30)], [None]),
        ([(311_000, 111_000, 27), (311_040, 111_000, 27)], [None, None]),
        ([(311_000, 111_000, 30), (315_000, 111_000, 30)], ["several", "several"]),
        ([(311_000, 111_000, 16)], ["coarse"]),
        ([(311_000, 111_000, 30), (400_000, 111_000, 30)], [None, "outside"]),
    ],
)
def test_an_address_counts_where_it_is_one_place_in_the_area(gathered, places, faults):
    _, points = gathered(SAYS["address"], answered=answers(*places))
    assert [None if pd.isna(each) else each for each in points["fault"]] == faults
    assert points["used"].any() == (None in faults)


def test_a_site_known_by_its_address_alone_is_doubted(located):
    found, issues = located(SAYS["address"], answered=answers((311_000, 111_000, 30)))
    assert found["geocode_method"].tolist() == ["address"]
    assert issues["rule"].tolist() == ["address_only"]
