"""Who could lose by options together: found from drives, told in tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from colocate import study
from colocate.portfolio import at_stake
from colocate.tables import check, empty
from colocate.tables.effects import NEW_SITES
from colocate.tables.options import PARTICIPATION
from colocate.tables.schema import conform
from colocate.tables.stakes import POINTS_AT_STAKE, STAKES, UNKNOWN_STAKES
from colocate.tables.travel import SERVING_SITES

SIDE = {"F1": "fire", "F2": "fire", "P1": "police", "P2": "police"}
OPTIONS = (("P1-into-F1", "F1", "P1"), ("F1-into-P2", "P2", "F1"), ("P1-into-X", "X", "P1"))
DRIVES = (("F1", "a", 60), ("F1", "b", 90), ("F2", "b", 100), ("P1", "a", 50), ("P1", "b", 50),
          ("P2", "c", 80), ("P2", "a", 120))  # fmt: skip


def given():
    drives = pd.DataFrame(DRIVES, columns=["site_id", "demand_id", "travel_time_s"]).astype(
        {"travel_time_s": "float64"}
    )
    return at_stake.Given(
        options=pd.DataFrame(OPTIONS, columns=["option_id", "host_site_id", "mover_site_ids"]),
        participation=conform(PARTICIPATION, (
            {"site_id": s, "takes_part": True, "hosts_only": False, "covers": service == "fire",
             "reason": ""}
            for s, service in SIDE.items())),
        serving_sites=conform(SERVING_SITES, (
            {"site_id": s, "service": service, "over_border": False, "drive_limit_s": 110.0,
             "direction": "from_site" if service == "fire" else "to_site"}
            for s, service in SIDE.items())),
        demand_units=pd.DataFrame(
            {"demand_id": ["a", "b", "c"], "in_area": True, "people": [10.0, 20.0, 30.0]}),
        new_sites=empty(NEW_SITES),
        site_to_unit=drives,
        unit_to_site=drives,
    )  # fmt: skip


def made(tables=None):
    return at_stake.at_stake(tables or given(), tolerance=study.Tolerance())


def test_at_stake_is_whom_only_sites_that_could_move_cover():
    """F2 stays and covers b; P2 stays and covers c."""
    points = made().points_at_stake
    at = list(zip(points["side"], points["demand_id"], points["people"], strict=True))
    assert at == [("access", "a", 10), ("access", "b", 20), ("cover", "a", 10)]


def test_nobody_is_at_stake_whom_every_host_of_what_moves_still_covers():
    """F1 is as near to a and b as P1 is, so P1 that moves there alone loses nobody."""
    tables = given()
    there = tables.options["option_id"] != "P1-into-X"
    found = made(tables._replace(options=tables.options[there]))
    assert found.points_at_stake["side"].tolist() == ["cover"]


def test_an_option_takes_away_what_moves_and_brings_it_where_its_host_is():
    """F1 is as near to a and b as P1 is told to be; P2 is too far from a for a crew."""
    rows = made().stakes.drop(columns="kind").to_numpy().tolist()
    assert rows == [
        ["access", "P1-into-F1", 1, True],
        ["access", "P1-into-X", 1, False],
        ["cover", "F1-into-P2", 1, False],
    ]


def test_where_no_road_leads_to_the_host_the_effect_is_unknown():
    unknown = made().unknown_stakes
    assert unknown.to_numpy().tolist() == [["access", "P1-into-X"]]


def test_the_tables_keep_to_their_schemas():
    for table, frame in zip((POINTS_AT_STAKE, STAKES, UNKNOWN_STAKES), made(), strict=True):
        check(table, frame)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_decides_nothing(seed):
    shuffled = at_stake.Given(*(table.sample(frac=1, random_state=seed) for table in given()))
    for first, second in zip(made(), made(shuffled), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_what_was_written_down_is_read_again():
    tables, options = made(), pd.DataFrame(OPTIONS, columns=["option_id", "host", "mover"])
    options = options.sort_values("option_id", ignore_index=True)
    stakes, unknown = at_stake.known(tables, options, side="access")
    assert options["option_id"][unknown].tolist() == ["P1-into-X"]
    assert stakes.people.tolist() == [10, 20]
    assert np.array_equal(stakes.sites, [1] * len(stakes.sites))
    assert stakes.gone.sum(axis=1).tolist() == [0, *[stakes.gone.shape[1]] * 2]
