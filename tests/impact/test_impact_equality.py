import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.impact.equality import COUNTS, PARTITIONS, PARTS, WITHIN, equality
from colocate.tables import TABLES, check
from colocate.tables.effects import PEOPLE_GROUPS
from effects_town import DEMAND as TOWN_DEMAND
from effects_town import INTO_POLICE, changed
from options_town import demand_points

SCREEN = study.Equality()
LEAST = SCREEN.smallest_count.value
DEMAND = demand_points(("D1", 0, 0, 1000, 1), ("D2", 0, 0, 1000, 1), ("D3", 0, 0, 2000, 1)).assign(
    people_65_plus=[400.0, 100.0, 500.0],
    disabled_people=[200.0, 200.0, 400.0],
    imd_decile=[1.0, 2.0, 2.0],
    rural=[True, False, False],
)


def changes(*rows, option_id="A"):
    """Rows of (demand_id, before, after) against a limit of 600 s."""
    frame = pd.DataFrame(rows, columns=["demand_id", "before_s", "after_s"])
    return frame.assign(
        option_id=option_id,
        side="fire",
        chance_before=(frame["before_s"] <= 600).astype("float64"),
        chance_after=(frame["after_s"] <= 600).astype("float64"),
        people=1.0,
        worst=np.nan,
    )


def screened(*rows, demand=DEMAND, **how):
    table = equality(changes(*rows), demand, settings=SCREEN, **how)
    check(TABLES["equality"], table)
    return table.set_index("group")


def test_every_group_has_its_people_and_its_rate_against_the_area():
    table = screened(("D1", 500, 700))  # 1,000 of 4,000 people lose the standard
    assert table.index.tolist() == list(PEOPLE_GROUPS)
    assert table["area_loss_rate"].eq(0.25).all()
    assert table.loc["aged_65_plus", ["people", "lost", "loss_rate"]].tolist() == [1000, 400, 0.4]
    assert table.loc["rural", ["people", "lost", "loss_rate"]].tolist() == [1000, 1000, 1]
    assert table.loc["imd_decile_2", ["people", "lost"]].tolist() == [3000, 0]
    assert table["finding"].loc[["aged_65_plus", "disabled", "rural", "urban"]].tolist() == [
        "loses more than average", "as the average", "loses more than average", "no change",
    ]  # fmt: skip


def test_gains_and_times_are_told_where_no_standard_is_lost():
    gains = screened(("D1", 700, 500))
    assert gains.loc["rural", ["gained", "quicker", "finding"]].tolist() == [
        1000, 1000, "gains more than average",
    ]  # fmt: skip
    slower = screened(("D1", 500, 550))
    assert slower.loc["rural", ["lost", "slower", "finding"]].tolist() == [
        0, 1000, "slowed more than average",
    ]  # fmt: skip
    quicker = screened(("D1", 500, 450))
    assert quicker.loc["rural", "finding"] == "quickened more than average"


def test_a_time_beyond_the_cut_off_is_slower_than_any():
    assert screened(("D1", 500, np.nan)).loc["rural", "slower"] == 1000


def test_what_changes_nothing_has_no_row_and_what_is_unknown_says_so():
    table = equality(changes(), DEMAND, unknown=[("B", "police")], settings=SCREEN)
    check(TABLES["equality"], table)
    assert table["option_id"].eq("B").all()
    assert table["finding"].eq("unknown").all()
    assert table[["gained", "lost", "slower", "quicker"]].isna().all(axis=None)


def test_a_group_that_the_demand_table_does_not_count_is_unknown():
    table = screened(("D1", 500, 700), demand=DEMAND.assign(people_65_plus=[np.nan, 1.0, 1.0]))
    assert table.loc["aged_65_plus", "finding"] == "unknown"
    assert np.isnan(table.loc["aged_65_plus", "lost"])
    assert not table["suppressed"].any()


def test_small_counts_are_left_out_and_nothing_stays_nothing():
    demand = DEMAND.assign(disabled_people=[9.0, 200.0, 400.0])
    table = screened(("D1", 500, 700), demand=demand)
    assert table.loc["disabled", "suppressed"]
    assert table.loc["disabled", ["lost", "loss_rate", "slower"]].isna().all()
    assert table.loc["disabled", "finding"] == "too few to say"
    assert table.loc["disabled", "gained"] == 0
    ten = screened(("D1", 500, 700), demand=demand.assign(disabled_people=[10.0, 200.0, 400.0]))
    assert ten.loc["disabled", "lost"] == 10


def test_a_complement_that_would_give_a_small_count_away_goes_too():
    small = DEMAND.assign(people=[5.0, 1000.0, 2000.0], people_65_plus=0.0, disabled_people=0.0)
    table = screened(("D1", 500, 700), ("D2", 500, 700), ("D3", 500, 700), demand=small)
    hidden = table.index[table["lost"].isna()]
    assert {"imd_decile_1", "imd_decile_2", "rural", "urban"} <= set(hidden)


@pytest.mark.parametrize(
    ("group", "column"), [("aged_65_plus", "people_65_plus"), ("disabled", "disabled_people")]
)
def test_a_part_of_everybody_is_left_out_where_hardly_anybody_else_loses(group, column):
    table = screened(("D1", 500, 700), demand=DEMAND.assign(**{column: [995.0, 100.0, 500.0]}))
    assert np.isnan(table.loc[group, "lost"])


@pytest.mark.parametrize(
    ("part", "whole", "crossing", "within"),
    [("lost", "slower", (500, 700), (500, 550)), ("gained", "quicker", (700, 500), (550, 500))],
)
def test_a_part_is_left_out_where_the_time_of_hardly_anybody_else_changes(
    part, whole, crossing, within
):
    demand = DEMAND.assign(people_65_plus=[400.0, 5.0, 500.0])
    table = screened(("D1", *crossing), ("D2", *within), ("D3", *within), demand=demand)
    assert table.loc["aged_65_plus", [part, whole]].tolist() == [400, 905]
    table = screened(("D1", *crossing), ("D2", *within), demand=demand)
    assert np.isnan(table.loc["aged_65_plus", part])
    assert table.loc["aged_65_plus", whole] == 405


def test_a_portfolio_is_screened_as_an_option_is():
    made = changed(INTO_POLICE, subject="portfolio")
    table = equality(made, TOWN_DEMAND.assign(people_65_plus=50.0), settings=SCREEN)
    assert table["option_id"].eq("portfolio").all()
    assert table.set_index("group").loc["urban", "lost"] == 100


PEOPLE = st.integers(0, 30).map(float)


@given(data=st.data())
@settings(max_examples=60)
def test_no_suppressed_count_can_be_had_by_subtraction(data):
    """Within the groups that make up everybody, at least two are hidden or none is."""
    count = data.draw(st.integers(1, 6))
    people = np.array([data.draw(PEOPLE) for _ in range(count)])
    points = demand_points(*((f"D{i}", 0, 0, n, 1) for i, n in enumerate(people))).assign(
        people_65_plus=[float(data.draw(st.integers(0, int(n)))) for n in people],
        disabled_people=[float(data.draw(st.integers(0, int(n)))) for n in people],
        imd_decile=[float(data.draw(st.integers(1, 10))) for _ in people],
        rural=[data.draw(st.booleans()) for _ in people],
    )
    times = st.sampled_from([500.0, 550.0, 650.0, 700.0, np.nan])
    rows = [(f"D{i}", data.draw(times), data.draw(times)) for i in range(count)]
    table = screened(*rows, demand=points)
    was, is_ = (pd.Series([row[at] for row in rows]).fillna(np.inf).to_numpy() for at in (1, 2))
    masks = {"gained": (is_ <= 600) & (was > 600), "lost": (is_ > 600) & (was <= 600),
             "slower": is_ > was, "quicker": is_ < was}  # fmt: skip
    for name in COUNTS:
        shown = table[name].dropna()
        assert not ((shown > 0) & (shown < LEAST)).any()
        total = people[masks[name]].sum()
        for group in PARTS:
            others = total - shown.get(group, total)
            assert not 0 < others < LEAST
        for groups in PARTITIONS:
            assert table.loc[list(groups), name].isna().sum() != 1
        for group in table.index[table[name].isna()]:
            assert table.loc[group, "suppressed"]
            assert table.loc[group, "finding"] == "too few to say"
    for part, whole in WITHIN.items():
        others = (table[whole] - table[part]).dropna()
        assert not ((others > 0) & (others < LEAST)).any()
    assert table.loc[table["lost"].isna(), "loss_rate"].isna().all()


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_the_order_of_rows_changes_nothing(order):
    rows = [("D1", 500, 700), ("D2", 700, 500), ("D3", 500, 520)]
    again = equality(changes(*(rows[i] for i in order)), DEMAND.iloc[order], settings=SCREEN)
    pd.testing.assert_frame_equal(again, equality(changes(*rows), DEMAND, settings=SCREEN))
