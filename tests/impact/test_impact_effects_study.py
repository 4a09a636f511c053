"""What must hold of the effects of the embedded Devon & Somerset study's options."""

import pandas as pd
import pytest

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def table(study_run):
    def read(name):
        return pd.read_parquet(study_run / "tables" / f"{name}.parquet")

    return read


@pytest.fixture(scope="module")
def effects(table):
    return table("effects").set_index(["option_id", "measure"])


def measure(effects, name):
    """Of the options of which it is known: of a new site without a place it is not."""
    return effects.xs(name, level="measure").dropna(subset="after")


def _shared(table):
    return table("areas_of_search").query("sought_for == 'all'")


def test_every_new_site_with_an_area_of_search_has_known_effects(table):
    areas = _shared(table)["option_id"]
    assert set(table("new_sites")["option_id"]) == set(areas)
    for name in ("cover", "access"):
        assert table(name).set_index("option_id").loc[areas, "known"].all()


def test_losses_of_new_sites_are_those_the_search_found(table):
    best = _shared(table).set_index("option_id")["people_lost_best"]
    cover, access = (table(n).set_index("option_id").loc[best.index] for n in ("cover", "access"))
    lost = cover["people_lost_best"] + access["people_lost"] + access["people_lost_outside"]
    assert len(best) > 50
    pd.testing.assert_series_equal(lost, best, check_names=False, atol=0.01)


@pytest.mark.parametrize(
    ("summary", "name"),
    [("cover", "people_within_dwelling_fire"), ("access", "people_within_desk")],
)
def test_effects_and_their_summaries_say_the_same(table, effects, summary, name):
    whole = table(summary).query("known").set_index("option_id")
    part = measure(effects, name)
    for when in ("before", "after", "gained", "lost"):
        pd.testing.assert_series_equal(
            part[when].sort_index(), whole[f"people_{when}"].sort_index(), check_names=False
        )


def test_touchdowns_change_nothing(table, effects):
    ids = table("options").query("kind == 'touchdown'")["option_id"]
    rows = effects.loc[ids]
    assert len(ids) > 50
    assert (rows["after"] == rows["before"]).all()
    assert not table("changes")["option_id"].isin(ids).any()


def test_police_moves_change_no_fire_measure(table, effects):
    ids = table("options").query("kind == 'into_fire'")["option_id"]
    rows = effects.loc[ids].query("side == 'fire'")
    assert (rows["after"] == rows["before"]).all()


def test_changes_sum_to_the_people_who_gain_and_lose(table):
    changes = table("changes")
    for side, name in (("fire", "cover"), ("police", "access")):
        lost = changes[changes["side"] == side].groupby("option_id")["people_lost"]
        whole = table(name).query("known").set_index("option_id")["people_lost"]
        found = lost.sum().reindex(whole.index, fill_value=0.0)
        pd.testing.assert_series_equal(found, whole, check_names=False)


def test_second_appliances_and_missing_crews_never_do_better_than_the_plain_figure(effects):
    plain = measure(effects, "people_within_road_traffic_collision")
    second = measure(effects, "people_second_appliance")  # the same 15 min
    assert (second[["before", "after"]] <= plain[["before", "after"]]).all(axis=None)
    cases = [measure(effects, f"people_within_dwelling_fire{case}")[["before", "after"]]
             for case in ("_worst", "", "_best")]  # fmt: skip
    assert (cases[0] <= cases[1]).all(axis=None)
    assert (cases[1] <= cases[2]).all(axis=None)


def test_83_stations_with_92_appliances_are_based_in_the_area(effects):
    """84 stations are open; Lundy, where no road leads, does not count."""
    assert measure(effects, "stations")["before"].unique().tolist() == [83]
    assert measure(effects, "appliances")["before"].unique().tolist() == [92]


def test_equality_counts_add_up_to_the_people_of_the_changes(table):
    rows = table("equality")
    told = rows.groupby(["option_id", "side"])["suppressed"].transform("any")
    assert told.mean() < 0.5  # of many a move touches a few units, where fewer than ten lose
    rows = rows[~told]
    halves = rows[rows["group"].isin(["rural", "urban"])].groupby(["option_id", "side"])["lost"]
    fire = halves.sum().xs("fire", level="side")
    whole = table("cover").query("known").set_index("option_id")["people_lost"]
    fire = fire[fire.index.isin(whole.index)]
    pd.testing.assert_series_equal(fire, whole[fire.index], check_names=False)
    whole = whole.drop(whole.index[whole.index.isin(table("equality").loc[told, "option_id"])])
    assert set(whole.index[whole > 0]) <= set(fire.index)
