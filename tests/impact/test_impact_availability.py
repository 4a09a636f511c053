"""What is known of how often crews are there, and the three cases that follow."""

import numpy as np
import pandas as pd
import pytest

from colocate import study
from colocate.errors import SchemaError
from colocate.places.input_checks import assert_whole_days
from colocate.tables import TABLES, check
from options_town import (
    RESPONSE,
    TOLERANCE,
    cover_of,
    demand_points,
    option,
    options,
    participation,
    site,
    site_to_demand,
    sites,
)  # fmt: skip

KINDS = ("wholetime", "day_crewed", "on_call", "volunteer", "unknown")
NOBODY = 60 + 300 + 3600
"""Where nobody is there: call handling, the longest turnout and the longest drive, s."""
TOO_WIDE = {"value": 0.9, "high": 1.1, "assumed": "test", "width": "test"}
INTO_POLICE = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")
INTO_FIRE = option("PA-into-FA", "into_fire", members="FA;PA", host="FA", movers="PA")
# FA and FB answer in 60 + 300 + drive, at 10 m/s.
TOWN = sites(site("FA", 0, 0), site("FB", 6000, 0), site("PA", 1500, 0, "station;front_desk"))
DEMAND = demand_points(("D1", -1000, 0, 100, 1), ("D2", 2000, 0, 1000, 10), ("D3", 5900, 0, 400, 4))
# D1: FA 460, FB 1060; D2: FA 560, FB 760; D3: FB 370, FA 950


def there(on_call, *, low=None, ceilings=None, **changes):
    """Section `response` with on-call crews there so often, all others always."""
    figures = dict.fromkeys(KINDS, study.Ranged(value=1, assumed="test"))
    figures["on_call"] = study.Ranged(value=on_call, low=low, assumed="test",
                                      width=None if low is None else "test")  # fmt: skip
    most = {kind: study.Figure(value=s, assumed="test") for kind, s in (ceilings or {}).items()}
    return RESPONSE.model_copy(
        update={"availability": figures, "turnout_ceiling_s": most, **changes}
    )


def of(*rows, frame=TOWN, demand=DEMAND, **how):
    return cover_of(
        options(*rows or [INTO_FIRE]), frame, participation=participation(frame),
        site_to_demand=site_to_demand(frame, demand), demand_points=demand, tolerance=TOLERANCE,
        **how,
    )  # fmt: skip


def today(**how):
    return of(**how).cover_baseline.set_index("measure")["value"]


def moved(**how):
    return of(INTO_POLICE, **how).cover.iloc[0]


def hours(of_, *availability):
    """Table `crew_hours` of one crewing or station, the last figure for all hours that remain."""
    shares = [*availability, *[availability[-1]] * (24 - len(availability))]
    return pd.DataFrame({"of": of_, "hour": range(24), "availability": shares, "source": "test"})


def test_crews_always_there_with_one_turnout_give_the_plain_figures_exactly():
    plain, always = of(INTO_FIRE, INTO_POLICE, response=RESPONSE), of(
        INTO_FIRE, INTO_POLICE, response=there(1)
    )  # fmt: skip
    pd.testing.assert_frame_equal(plain.cover, always.cover, check_exact=True)
    pd.testing.assert_frame_equal(plain.cover_baseline, always.cover_baseline, check_exact=True)
    for case in ("best", "worst"):
        for figure in ("people_before", "people_after", "people_lost", "fires_after"):
            assert (plain.cover[figure] == plain.cover[f"{figure}_{case}"]).all()
    row = plain.cover.set_index("option_id").loc["FA-into-PA"]
    assert row[["people_before", "people_after"]].tolist() == [1500, 1400]  # D1 is 610 s from PA
    assert row["mean_response_before_s"] == (460 + 10 * 560 + 4 * 370) / 15


def test_people_and_means_by_hand():
    found = today(response=there(0.9))
    assert found["people_share_dwelling_fire"] == pytest.approx(0.9)  # one crew each within 600 s
    d1 = 0.9 * 460 + 0.09 * 1060 + 0.01 * NOBODY
    d2 = 0.9 * 560 + 0.09 * 760 + 0.01 * NOBODY
    d3 = 0.9 * 370 + 0.09 * 950 + 0.01 * NOBODY
    assert found["mean_response_s"] == pytest.approx((d1 + 10 * d2 + 4 * d3) / 15)
    assert found["fires_nobody"] == pytest.approx(0.15)
    assert found["mean_response_best_s"] == (460 + 5600 + 4 * 370) / 15


def test_parts_add_up_in_every_case_and_layer():
    table = of(response=there(0.9, low=0.7, ceilings={"on_call": 400})).response_parts
    check(TABLES["response_parts"], table)
    parts = table["handling_s"] + table["turnout_s"] + table["drive_s"]
    assert parts.to_numpy() == pytest.approx(table["response_s"].to_numpy())
    assert table.groupby("layer")["response_s"].apply(lambda s: s.is_monotonic_increasing).all()
    assert table.groupby("layer")["within_share"].apply(lambda s: s.is_monotonic_decreasing).all()


def test_the_worst_case_has_the_low_end_and_the_ceiling():
    found = today(response=there(0.9, low=0.5, ceilings={"on_call": 340}))
    assert found["people_share_dwelling_fire_worst"] == pytest.approx(0.5)  # D2 at the limit: 600 s
    assert found["mean_turnout_worst_s"] == 340
    later = today(response=there(0.9, low=0.5, ceilings={"on_call": 341}))
    assert later["people_share_dwelling_fire_worst"] == pytest.approx(0.5 * 500 / 1500)


def test_without_a_ceiling_the_most_that_the_mean_may_be_counts():
    wide = study.Ranged(value=300, high=350, width="test", assumed="test")
    response = there(1, turnout_s={**RESPONSE.turnout_s, "on_call": wide})
    assert today(response=response)["mean_turnout_worst_s"] == 350


def test_a_station_s_own_availability_wins_over_its_crewing_s():
    frame = TOWN.assign(availability=[0.5, np.nan, np.nan])
    found = today(frame=frame, response=there(0.9, low=0.8))
    assert found["people_share_dwelling_fire"] == pytest.approx((0.5 * 1100 + 0.9 * 400) / 1500)
    worst = found["people_share_dwelling_fire_worst"]
    assert worst == pytest.approx((0.5 * 1100 + 0.8 * 400) / 1500)  # its own has no low end
    assert found["people_share_dwelling_fire_best"] == 1


def test_hours_are_weighted_alike():
    half = hours("on_call", *[1.0] * 12, 0.0)
    found = today(response=there(0.9), hours=half)
    assert found["people_share_dwelling_fire"] == pytest.approx(0.5)
    # At night FA, FB and with them everybody are out: in the mean that is not half of each.
    assert found["mean_response_s"] == pytest.approx(
        0.5 * (460 + 5600 + 4 * 370) / 15 + 0.5 * NOBODY
    )


def test_a_station_s_hours_win_over_its_figure_and_that_over_its_crewing_s_hours():
    both = pd.concat([hours("on_call", 0.2), hours("FB", 0.4)])
    frame = TOWN.assign(availability=[0.6, 0.7, np.nan])
    shares = [0.6 * 1100 / 1500, 0.4 * 400 / 1500]
    found = today(frame=frame, response=there(0.9), hours=both)
    assert found["people_share_dwelling_fire"] == pytest.approx(sum(shares))


def test_hours_that_say_the_same_change_nothing():
    plain, same = (of(INTO_POLICE, response=there(0.9), hours=table)
                   for table in (None, hours("on_call", 0.9)))  # fmt: skip
    np.testing.assert_allclose(
        plain.cover.select_dtypes("number"), same.cover.select_dtypes("number"), rtol=1e-12
    )


def test_a_crew_that_moves_loses_by_the_chance_that_it_is_there():
    row = moved(response=there(0.9))  # D1 goes from 460 to 610 s, D2 from 560 to 410
    assert row["people_lost"] == pytest.approx(90)
    assert row["people_lost_best"] == 100
    assert row["people_gained"] == 0


def test_a_second_crew_that_leaves_is_a_loss_though_the_first_stays():
    demand = demand_points(("D", 0, 0, 1000, 1))
    frame = sites(site("FA", -100, 0), site("FB", 2000, 0), site("PA", 9000, 0))
    second = option("FB-into-PA", "into_other", members="FB;PA", host="PA", movers="FB")
    row = of(second, frame=frame, demand=demand, response=there(0.9)).cover.iloc[0]
    assert row["people_lost_best"] == 0
    assert row["people_lost"] == pytest.approx(1000 * (0.99 - 0.9))


def test_a_change_of_chance_no_larger_than_can_be_told_is_none():
    demand = demand_points(("D", 0, 0, 1000, 1))
    near = [site(f"F{name}", -10 * n, 0) for n, name in enumerate("ABWX")]
    frame = sites(*near, site("PA", 9000, 0))
    fourth = option("FX-into-PA", "into_other", members="FX;PA", host="PA", movers="FX")
    for chance, told in ((0.01, "too_small"), (0.0, "told")):
        tolerance = TOLERANCE.model_copy(
            update={"chance": study.Figure(value=chance, assumed="test")}
        )
        row = cover_of(
            options(fourth), frame, participation=participation(frame),
            site_to_demand=site_to_demand(frame, demand), demand_points=demand,
            tolerance=tolerance, response=there(0.9),
        ).cover.iloc[0]  # fmt: skip
        assert row["change"] == told  # 0.9999 becomes 0.999
        assert (row["people_lost"] > 0) == (told == "told")


def test_two_crews_that_swap_by_less_than_can_be_told_change_nothing():
    """FA comes 5 s later and then after FB, which is there less often, at 1 s beyond the limit."""
    demand = demand_points(("D", 0, 0, 1000, 1))
    frame = sites(
        site("FA", 2400, 0), site("FB", -2410, 0, crewing="volunteer"), site("PA", 2450, 0)
    )
    response = there(0.9)
    response = response.model_copy(
        update={"availability": {**response.availability,
                                 "volunteer": study.Ranged(value=0.3, assumed="test")}}
    )  # fmt: skip
    row = moved(frame=frame, demand=demand, response=response)
    assert row["change"] == "too_small"
    assert row["people_after"] == row["people_before"] == pytest.approx(900)


def test_police_moves_change_nothing_to_the_last_digit():
    row = of(INTO_FIRE, response=there(0.87, low=0.61, ceilings={"on_call": 333})).cover.iloc[0]
    for case in ("", "_best", "_worst"):
        assert row[f"people_after{case}"] == row[f"people_before{case}"]
        assert row[f"people_lost{case}"] == row[f"people_gained{case}"] == 0
        assert row[f"mean_response_after{case}_s"] == row[f"mean_response_before{case}_s"]


def test_a_station_more_never_lowers_cover():
    more = pd.concat([TOWN, sites(site("FX", 4000, 0))], ignore_index=True)
    response = there(0.7, low=0.4, ceilings={"on_call": 330})
    before, after = today(response=response), today(frame=more, response=response)
    shares = [name for name in before.index if "_share_" in name]
    assert len(shares) == 12
    assert (after[shares] >= before[shares] - 1e-12).all()
    means = [name for name in before.index if name.startswith("mean_response")]
    assert (after[means] <= before[means] + 1e-9).all()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (hours("on_call", 0.9).iloc[1:], "lack hours: 1 (on_call)"),
        (hours("retained", 0.9), "neither a crewing nor a site_id: 1 (retained)"),
    ],
)
def test_hours_of_nobody_or_of_part_of_a_day_are_refused(table, told):
    with pytest.raises(SchemaError) as caught:
        assert_whole_days(table, sites=TOWN)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("section", "changes", "told"),
    [
        ("turnout_ceiling_s", {"on_call": 299}, "turnout_ceiling_s gives on_call"),
        ("turnout_ceiling_s", {"retained": 400}, "turnout_ceiling_s gives retained"),
        ("availability", {"on_call": 0.9}, "availability must also give"),
        ("availability", dict.fromkeys(KINDS, 1.1), "1 or less"),
        ("availability", dict(zip(KINDS, [TOO_WIDE] * 5, strict=True)), "between 0 and 1"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused(section, changes, told):
    with pytest.raises(ValueError, match=told):
        study.Response.model_validate({**RESPONSE.model_dump(exclude_none=True), section: changes})
