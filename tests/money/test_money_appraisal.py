import numpy as np
import pytest

from colocate.tables import TABLES, check
from money_town import INTO, found
from options_town import option, site, sites


def effect(*, moved=INTO, roles="station", **facts):
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, roles, **facts))
    return check(TABLES["money"], found(moved, frame=frame).money).iloc[0]


def test_a_small_station_without_a_record_saves_the_prior():
    row = effect()
    assert row["gross_saving_gbp"] == 31_000
    assert row["host_increase_gbp"] == pytest.approx(19_000)
    assert row["net_saving_gbp"] == pytest.approx(12_000)
    assert row["basis"] == "assumed"
    assert "two averages" in row["note"]


def test_a_recorded_cost_replaces_the_prior_and_the_host_rises_in_proportion():
    row = effect(annual_running_cost_gbp=62_000.0)
    assert row["gross_saving_gbp"] == 62_000
    assert row["net_saving_gbp"] == pytest.approx(24_000)
    assert row["basis"] == "assumed"  # the host's rise still is
    assert "from the register" in row["note"]


@pytest.mark.parametrize("roles", ["office", "headquarters", "station;custody",
                                   "station;front_desk"])  # fmt: skip
def test_no_figure_is_made_up_for_other_sites(roles):
    row = effect(roles=roles)
    assert row["basis"] == "unknown"
    assert np.isnan(row["net_saving_gbp"])


@pytest.mark.parametrize(
    ("crewing", "metres", "basis"),
    [("wholetime;on_call", 3000, "unknown"), ("day_crewed", 3000, "unknown"),
     ("wholetime", 3001, "assumed"), ("on_call", 100, "assumed")],
)  # fmt: skip
def test_a_police_station_near_a_crew_on_duty_is_no_small_one(crewing, metres, basis):
    frame = sites(site("FA", metres, 0, crewing=crewing), site("PA", 0, 0))
    assert found(INTO, frame=frame).money["basis"].tolist() == [basis]


def test_a_wholetime_station_is_no_small_one():
    leaves = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")
    frame = sites(site("FA", 0, 0, crewing="wholetime;on_call"), site("PA", 1, 0))
    assert found(leaves, frame=frame).money["basis"].tolist() == ["unknown"]


def test_what_appliance_bays_add_at_the_host_is_unknown():
    leaves = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")
    frame = sites(site("FA", 0, 0, crewing="on_call"), site("PA", 1, 0))
    row = found(leaves, frame=frame).money.iloc[0]
    assert row["gross_saving_gbp"] == 31_000
    assert np.isnan(row["net_saving_gbp"])
    assert "appliance bays" in row["note"]


def test_a_touchdown_saves_nothing():
    row = effect(moved=option("PA-touchdown-FA", "touchdown", members="FA;PA", host="FA"))
    assert row["net_saving_gbp"] == 0


def test_what_a_new_site_costs_is_unknown():
    row = effect(moved=option("FA+PA-new", "both_to_new", members="FA;PA", movers="FA;PA"))
    assert row["gross_saving_gbp"] == 62_000
    assert np.isnan(row["net_saving_gbp"])
    assert row["basis"] == "unknown"


def test_which_headquarters_is_released_is_open():
    row = effect(moved=option("PA-hq-FA", "hq", members="FA;PA", movers="FA;PA"))
    assert row["basis"] == "unknown"


@pytest.mark.parametrize(("gross", "flagged"), [(116_250, False), (116_251, True)])
def test_an_unusually_large_saving_is_flagged_for_review(gross, flagged):
    row = effect(annual_running_cost_gbp=float(gross))  # net 12/31 of it: 45,000 at 116,250
    assert isinstance(row["review"], str) == flagged
