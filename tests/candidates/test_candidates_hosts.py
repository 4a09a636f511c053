"""Sites that only host: everyone drives at 10 m/s, so 600 m are a minute."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from colocate import study
from colocate.candidates.generate import generate
from options_town import HEAD, OPTIONS_SETTINGS, site, site_to_site, sites

OTHER = {"in_area": False, "fire_area": "Other"}
NEIGHBOUR = {**OTHER, "body_id": "otherfire", "over_border": True}


def made(*rows, offer="where_no_good_fire_host", **changes):
    hosts = study.PartnerHosts(offer=offer, services=("council", "library"), **changes)
    chosen = OPTIONS_SETTINGS.model_copy(update={"partner_hosts": hosts})
    frame = sites(*rows)
    return generate(frame, site_to_site(frame), settings=chosen, fire_body=HEAD.fire_body)


def ids(generated):
    return set(generated.options["option_id"])


def over_the_bridge(*neighbours):
    """A police site beyond the border, with a station of the study's authority 3 km away."""
    return made(site("FA", 3000, 0), site("PS", 0, 0, **OTHER), *neighbours)


@pytest.mark.parametrize("metres", [800, 6000])
def test_nobody_crosses_the_border_from_a_station_of_their_own_side(metres):
    found = over_the_bridge(site("FX", -metres, 0, **NEIGHBOUR))
    assert ids(found) == {"PS-into-FX"}
    assert list(found.options["kind"]) == ["into_fire"]
    note = found.issues.set_index("rule").loc["across_the_border"]
    assert note["message"] == (
        "PS has FX near enough on its own side of the fire border: none with FA."
    )


def test_the_border_is_crossed_where_no_station_of_the_own_side_is_in_a_tier():
    crossing = {"PS-into-FA", "FA-into-PS", "FA+PS-new", "PS-touchdown-FA"}
    assert ids(over_the_bridge()) == crossing
    assert ids(over_the_bridge(site("FX", -6001, 0, **NEIGHBOUR))) == crossing


def test_no_group_crosses_the_border_either():
    found = made(
        site("FA", 900, 0), site("PA", 1200, 0), site("PS", 0, 0, **OTHER),
        site("FX", -800, 0, **NEIGHBOUR),
    )  # fmt: skip
    assert found.options["group_id"].isna().all()


def test_a_function_may_still_be_shared_across_the_border():
    found = made(
        site("FA", 3000, 0, "station;training"), site("PS", 0, 0, "station;training", **OTHER),
        site("FX", -800, 0, **NEIGHBOUR),
    )  # fmt: skip
    assert ids(found) == {"PS-into-FX", "PS-training-FA"}


def test_a_neighbour_s_station_covers_as_before_and_its_crew_stays():
    row = (over_the_bridge(site("FX", -800, 0, **NEIGHBOUR)).participation.set_index("site_id")
           .loc["FX"])  # fmt: skip
    assert (row["takes_part"], row["hosts_only"], row["covers"]) == (True, True, True)
    assert "its crew stays" in row["reason"]


def test_a_neighbour_s_station_hosts_nobody_from_this_side():
    found = made(site("FA", 50_000, 0), site("PA", 0, 0), site("FX", -800, 0, **NEIGHBOUR))
    assert ids(found) == set()
    assert not found.participation.set_index("site_id").loc["FX", "takes_part"]


def town(fire_m, *partners, **how):
    return made(site("FA", fire_m, 0), site("PA", 0, 0), *partners, **how)


@pytest.mark.parametrize(
    ("offer", "fire_m", "offered"),
    [
        ("off", 9000, False), ("off", 3000, False), ("all", 3000, True), ("all", 9000, True),
        ("where_no_good_fire_host", 3000, False), ("where_no_good_fire_host", 3001, True),
    ],
)  # fmt: skip
def test_partners_are_offered_where_the_study_says(offer, fire_m, offered):
    found = town(fire_m, site("LA", -600, 0, "other"), offer=offer)
    assert ("PA-into-LA" in ids(found)) == offered
    who = found.participation.set_index("site_id").loc["LA"]
    assert (who["takes_part"], who["hosts_only"], who["covers"]) == (offered, offered, False)
    assert ("LA" in set(found.issues["key"])) == (not offered)


def test_a_headquarters_of_the_fire_service_is_no_good_host_but_a_station_is():
    library = site("LA", -600, 0, "other")
    assert "PA-into-LA" in ids(made(site("FH", 900, 0, "headquarters"), site("PA", 0, 0), library))


@pytest.mark.parametrize(("metres", "offered"), [(3000, True), (3001, False)])
def test_a_partner_is_near_up_to_the_drive(metres, offered):
    assert ("PA-into-LA" in ids(town(9000, site("LA", -metres, 0, "other")))) == offered


def test_of_each_service_the_nearest_is_offered():
    found = town(
        9000, site("LB", -700, 0, "other"), site("LA", -600, 0, "other"),
        site("CA", 900, 0, "office"),
    )  # fmt: skip
    assert ids(found) == {"PA-into-LA", "PA-into-CA"}
    assert set(found.options["kind"]) == {"into_partner"}


def test_a_partner_across_the_border_is_no_host():
    assert ids(town(9000, site("LA", -600, 0, "other", **OTHER))) == set()


def test_what_is_free_to_move_goes_to_a_partner_and_nothing_else_does():
    found = made(
        site("FA", 50_000, 0), site("PA", 0, 0, "headquarters"), site("LA", 600, 0, "other"),
        site("PB", 20_000, 0, share_status="existing"), site("LB", 20_500, 0, "other"),
    )  # fmt: skip
    assert ids(found) == set()


def test_two_sites_on_one_plot_go_to_a_partner_once():
    found = town(9000, site("PB", 100, 0, "office"), site("LA", -600, 0, "other"))
    assert ids(found) == {"PA-into-LA"}


def test_a_partner_next_door_may_share_already():
    row = town(9000, site("LA", -40, 0, "other")).options.iloc[0]
    assert row["existing_share"] == "possible"


def test_an_option_says_why_a_partner_is_offered():
    reason = town(9000, site("LA", -600, 0, "other")).options.iloc[0]["reason"]
    assert reason.endswith("could go to no fire station within 5 min; this is the nearest library "
                           "site within 5 min.")  # fmt: skip


ESTATE = (
    site("FA", 0, 0), site("PA", 200, 0, "station;front_desk"), site("FB", 9000, 0),
    site("PB", 9000, 4000), site("PC", 9100, 4200, "office"), site("PS", -5000, 0, **OTHER),
    site("FX", -5800, 0, **NEIGHBOUR), site("AA", 300, 300),
)  # fmt: skip
POINTS = st.tuples(st.integers(-7000, 10_000), st.integers(-1000, 6000))


@given(points=st.lists(POINTS, min_size=1, max_size=4), offer=st.sampled_from(["all", "off"]))
@runs(max_examples=20)
def test_partners_change_no_other_option(points, offer):
    partners = [site(f"L{i}", x, y, "other", confidence="low") for i, (x, y) in enumerate(points)]
    alone, beside = made(*ESTATE), made(*ESTATE, *partners, offer=offer)
    others = beside.options[beside.options["kind"] != "into_partner"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, alone.options)
    pd.testing.assert_frame_equal(pd.DataFrame(beside.clusters), pd.DataFrame(alone.clusters))
    into = beside.options[beside.options["kind"] == "into_partner"]
    assert into["weak_site_ids"].notna().all()
