import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from colocate import io
from colocate.pipeline.locate import load_study
from colocate.places.estate import registers_to_sites
from colocate.places.geocode import locate
from colocate.places.points import Evidence, candidates
from colocate.tables import TABLES, empty
from colocate.tables.places import COORDINATE_SOURCES, SITES
from colocate.tables.points import OVERRIDES
from colocate.tables.schema import conform

SITE = {
    "site_id": "S1",
    "name": "Anyborough",
    "service": "fire",
    "body_id": "fire_west",
    "roles": "station",
    "status": "open",
    "over_border": False,
    "confidence": "high",
    "source": "invented",
    "as_of": "2026-01-01",
    "disclosure": "public",
    "easting": 310_000,
    "northing": 110_000,
    "postcode": "AB1 2CD",
}


@pytest.fixture
def find(gazetteer, boundaries, objects, settings, head):
    def located(*sites):
        rows = conform(SITES, [{**SITE, **site} for site in sites])
        return locate(
            rows,
            candidates=candidates(
                rows,
                evidence=Evidence(gazetteer, empty(OVERRIDES)),
                boundaries=boundaries,
                settings=settings,
            ),
            gazetteer=gazetteer,
            boundaries=boundaries,
            objects=objects,
            settings=settings,
            fire_area=head.fire_area,
        )

    return located


@pytest.fixture
def find_one(find):
    def located(**site):
        found, issues = find(site)
        assert len(found) == 1
        return found.iloc[0], issues["rule"].tolist()

    return located


def test_a_site_whose_evidence_agrees_has_no_issue(find_one):
    site, issues = find_one(declared_area="west and moor")
    assert site["geocode_method"] == "coordinates"
    assert (site.geometry.x, site.geometry.y) == (310_000, 110_000)
    assert site["precision_m"] == 10
    assert (site["postcode_check"], site["postcode_distance_m"]) == ("agrees", 0)
    assert (site["object_check"], site["object_distance_m"]) == ("agrees", 0)
    assert (site["fire_area"], site["police_area"]) == ("West & Moor", "West & Moor")
    assert site["in_area"]
    assert issues == []


def test_without_coordinates_the_postcode_gives_the_point(find_one):
    site, issues = find_one(easting=None, northing=None)
    assert site["geocode_method"] == "postcode"
    assert (site.geometry.x, site.geometry.y) == (310_000, 110_000)
    assert site["precision_m"] == 120
    assert site["postcode_check"] == "not_independent"
    assert np.isnan(site["postcode_distance_m"])
    assert issues == []


@pytest.mark.parametrize("postcode", [None, "AB1 2CF", "ZZ1 1ZZ"])
def test_a_site_that_cannot_be_located_is_excluded(find, postcode):
    found, issues = find({"easting": None, "northing": None, "postcode": postcode})
    assert len(found) == 0
    assert issues[["key", "rule", "severity"]].to_numpy().tolist() == [
        ["S1", "not_located", "excluded"]
    ]


@pytest.mark.parametrize(
    ("easting", "northing", "rule"),
    [
        (110_000, 310_000, "coordinates_swapped"),
        (50.7, -3.5, "coordinates_degrees"),
        (-3.5, 50.7, "coordinates_degrees"),
        (-390_000, 6_570_000, "coordinates_off_grid"),
        (310_000, None, "coordinates_incomplete"),
    ],
)
def test_coordinates_that_cannot_be_are_set_aside_and_never_put_right(
    find_one, easting, northing, rule
):
    site, issues = find_one(easting=easting, northing=northing, postcode="AB1 2CD")
    assert issues == [rule]
    assert site["geocode_method"] == "postcode"
    assert site["easting"] == easting


@pytest.mark.parametrize(
    ("northing", "check", "issues"),
    [(110_300, "agrees", []), (110_301, "disagrees", ["postcode_far_from_point"])],
)
def test_at_the_limit_a_postcode_still_agrees(find_one, northing, check, issues):
    site, found = find_one(northing=northing)
    assert site["postcode_check"] == check
    assert [rule for rule in found if rule.startswith("postcode")] == issues


@pytest.mark.parametrize(
    "evidence", [{"postcode_basis": "inferred"}, {"coordinate_source": "postcode"}]
)
def test_a_postcode_made_from_the_point_is_no_evidence(find_one, evidence):
    site, issues = find_one(northing=110_800, **evidence)
    assert site["postcode_check"] == "not_independent"
    assert site["postcode_distance_m"] == 800
    assert "postcode_far_from_point" not in issues


def test_a_postcode_that_nobody_knows_or_that_has_ended_is_doubted(find_one):
    site, issues = find_one(postcode="ZZ1 1ZZ")
    assert (site["postcode_check"], issues) == ("unknown_postcode", ["postcode_unknown"])
    site, issues = find_one(postcode="AB1 2CE")
    assert (site["postcode_check"], issues) == ("agrees", ["postcode_ended"])
    site, issues = find_one(postcode=None)
    assert (site["postcode_check"], issues) == ("no_postcode", [])


@pytest.mark.parametrize(
    ("easting", "service", "source", "check"),
    [
        (310_150, "fire", "register", "agrees"),
        (310_151, "fire", "register", "far"),
        (310_151, "fire", "osm", "not_independent"),
        (309_000, "fire", "register", "far"),
        (308_999, "fire", "register", "no_object"),
        (308_999, "fire", "osm", "no_object"),
        (311_000, "police", "register", "agrees"),
        (310_000, "ambulance", "register", "no_object"),
    ],
)
def test_a_point_is_compared_with_the_nearest_object_of_its_service(
    find_one, easting, service, source, check
):
    site, issues = find_one(easting=easting, service=service, coordinate_source=source)
    assert site["object_check"] == check
    assert ("object_far" in issues) == (check == "far")


@pytest.mark.parametrize(
    ("easting", "area"),
    [
        (320_000, "East"),  # on the shared edge: the first by name
        (320_001, "East"),
        (299_990, "West & Moor"),  # outside by its own precision of 10 m
        (299_989, None),
    ],
)
def test_a_point_is_of_the_area_it_lies_in_or_within_its_precision_of(find_one, easting, area):
    site, issues = find_one(easting=easting, postcode=None)
    assert site["fire_area"] == area if area else pd.isna(site["fire_area"])
    assert site["in_area"] == (area == "West & Moor")
    assert ("outside_areas" in issues) == (area is None)


def test_a_point_outside_its_declared_area_is_doubted(find_one):
    _, issues = find_one(declared_area="East")
    assert issues == ["outside_declared_area"]
    _, issues = find_one(declared_area="A district nobody drew")
    assert issues == []


def test_precision_is_that_of_the_source_and_what_a_conversion_added(find_one):
    site, _ = find_one(coordinate_source="osm", coordinate_error_m=2)
    assert site["precision_m"] == 52


def test_inputs_stay_as_they_were(gazetteer, boundaries, objects, settings, head):
    sites = conform(SITES, [SITE])
    before = sites.copy(), gazetteer.copy(), boundaries.copy(), objects.copy()
    points = candidates(
        sites,
        evidence=Evidence(gazetteer, empty(OVERRIDES)),
        boundaries=boundaries,
        settings=settings,
    )
    locate(
        sites, candidates=points, gazetteer=gazetteer, boundaries=boundaries, objects=objects,
        settings=settings, fire_area=head.fire_area,
    )  # fmt: skip
    for frame, copy in zip((sites, gazetteer, boundaries, objects), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(copy))


coordinates = st.none() | st.sampled_from([50.7, -3.5]) | st.floats(-1e6, 2e6)
sites = st.fixed_dictionaries(
    {
        "easting": coordinates,
        "northing": coordinates,
        "postcode": st.sampled_from([None, "AB1 2CD", "AB1 2CF", "ZZ1 1ZZ"]),
        "coordinate_source": st.sampled_from([None, *COORDINATE_SOURCES]),
        "service": st.sampled_from(["fire", "police", "ambulance"]),
    }
)


@limits(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(sites, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_every_site_is_located_or_excluded_and_order_means_nothing(find, drawn, random):
    numbered = [{**site, "site_id": f"S{at}"} for at, site in enumerate(drawn)]
    found, issues = find(*numbered)
    excluded = issues.loc[issues["severity"] == "excluded", "key"].tolist()
    assert sorted([*found["site_id"], *excluded]) == [site["site_id"] for site in numbered]
    random.shuffle(numbered)
    again = find(*numbered)
    pd.testing.assert_frame_equal(pd.DataFrame(again.located_sites), pd.DataFrame(found))
    pd.testing.assert_frame_equal(again.issues, issues)


# --- Devon & Somerset -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def embedded(study_folder):
    """The embedded study: its settings, its sites, and a function that locates some of them."""
    settings = load_study(study_folder / "study.toml")
    files = settings.inputs
    bodies = io.read_table(study_folder / files.bodies.file, TABLES["bodies"])
    registers = [(r, io.read_register(study_folder / r.file, r)) for r in files.registers]
    sites = registers_to_sites(registers, bodies).sites
    evidence = {
        name: io.read_table(study_folder / getattr(files, name).file, TABLES[name])
        for name in ("boundaries", "objects")
    }
    gazetteer = io.packaged_postcodes(sites["postcode"].dropna())

    def located(rows):
        points = candidates(
            rows,
            evidence=Evidence(gazetteer, empty(OVERRIDES)),
            boundaries=evidence["boundaries"],
            settings=settings.places,
        )
        return locate(
            rows,
            candidates=points,
            gazetteer=gazetteer,
            settings=settings.places,
            fire_area=settings.study.fire_area,
            **evidence,
        )

    return settings, sites, located


def test_every_site_of_the_study_is_located(embedded):
    _, sites, located = embedded
    found, issues = located(sites)
    assert found["site_id"].tolist() == sites["site_id"].tolist()
    assert not (issues["severity"] == "excluded").any()


def test_fire_sites_are_found_from_the_postcode_alone(embedded):
    # The point of a site whose coordinates came from a postcode is no independent answer.
    settings, sites, located = embedded
    fire = sites[sites["body_id"] == settings.study.fire_body]
    assert len(fire) == 93
    found, _ = located(fire.assign(easting=np.nan, northing=np.nan))
    assert len(found) >= 85
    known = fire.set_index("site_id").loc[found["site_id"]]
    error_m = np.hypot(
        found.geometry.x - known["easting"].to_numpy(),
        found.geometry.y - known["northing"].to_numpy(),
    )[(known["coordinate_source"] != "postcode").to_numpy()]
    assert len(error_m) == 91
    assert error_m.median() == pytest.approx(55, abs=5)
    assert error_m.quantile(0.95) == pytest.approx(282, abs=20)
    assert np.sqrt((error_m**2).mean()) == pytest.approx(135, abs=10)
