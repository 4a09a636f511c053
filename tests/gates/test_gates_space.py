"""What movers need beside what the host has, as ranges; and what a record can then change."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.gates.space import space
from colocate.places.areas import site_areas
from colocate.scoring import criteria, scoring
from colocate.scoring.measures import measures
from colocate.study import Criterion, Figure, GateRule
from colocate.tables import TABLES, empty
from colocate.tables.places import SITE_AREAS
from colocate.tables.schema import conform
from options_town import option, options, site, sites

RULE = GateRule(
    id="space", label="Space", mandatory=True, question="Room?", threshold=10, need_share=0.5
)
INTO = option("O", "into_fire", members="FA;PA", host="FA", movers="PA")
DESK = option("O", "touchdown", members="FA;PA", host="FA")
NEW = option("O", "both_to_new", members="FA;PA", movers="FA;PA")


def areas(**given):
    """Areas by site: low and high computed, a number alone recorded."""
    rows = []
    for site_id, area in given.items():
        low, high = area if isinstance(area, tuple) else (area, area)
        rows.append(
            {"site_id": site_id, "buildings": 1, "match": "contains", "match_confidence": "sure",
             "area_low_m2": low, "area_central_m2": low, "area_high_m2": high,
             "area_basis": "missing" if low is None else "recorded" if low == high else "computed",
             "area_rests_on": "invented"}
        )  # fmt: skip
    return conform(SITE_AREAS, rows)


def row(moved, *, spare=None, **given):
    located = sites(site("FA", 0, 0, spare_m2=spare), site("PA", 1, 0))
    made = space(options(moved), located_sites=located, site_areas=areas(**given), rules=[RULE])
    return made.iloc[0]


@pytest.mark.parametrize(
    ("spare", "areas_m2", "fit", "told"),
    [
        (200, {"FA": 900, "PA": (100, 400)}, "fits",
         "needed 50 to 200 m², computed; spare 200 m², recorded; so there would be room"),
        (200, {"FA": 900, "PA": (402, 800)}, "too_small",
         "needed 200 to 400 m², computed; spare 200 m², recorded; so it is too small"),
        (200, {"FA": 900, "PA": (400, 800)}, "open",
         "needed 200 to 400 m², computed; spare 200 m², recorded"),
        (None, {"FA": (350, 700), "PA": (200, 400)}, "open",
         "needed 100 to 200 m², computed; the whole host at most 700 m², computed"),
        (None, {"FA": (5, 9), "PA": (20, 40)}, "too_small",
         "needed 10 to 20 m², computed; the whole host at most 9 m², computed; so it is too small"),
        (None, {"FA": (None, None), "PA": (200, 400)}, "open", "needed 100 to 200 m², computed"),
    ],
)  # fmt: skip
def test_need_beside_room(spare, areas_m2, fit, told):
    found = row(INTO, spare=spare, **areas_m2)
    assert (found["fit"], found["told"]) == (fit, told)


def test_only_a_recorded_spare_area_shows_that_there_is_room():
    assert row(INTO, FA=(5000, 9000), PA=(10, 20))["fit"] == "open"


def test_a_desk_needs_what_the_gate_says():
    assert row(DESK, spare=10, FA=100, PA=100)["fit"] == "fits"
    assert row(DESK, spare=9, FA=100, PA=100)["fit"] == "too_small"


def test_without_a_host_only_the_need_is_known():
    found = row(NEW, FA=(100, 200), PA=(100, 200))
    assert (found["need_low_m2"], found["need_high_m2"]) == (100, 200)
    assert pd.isna(found["room_high_m2"])
    assert found["fit"] == "open"


def test_of_several_movers_the_weakest_basis_counts():
    assert row(NEW, FA=100, PA=(100, 200))["need_basis"] == "computed"


def scored(found):
    """Score one option on room at the host alone."""
    weight = Figure(value=1, assumed="alone")
    listed = [Criterion(id="space", weight=weight, **criteria.defaults()["space"])]
    tables = {"options": options(INTO), "space": pd.DataFrame([found])}
    measured = measures(tables, criteria=listed, nearness={})
    parts = scoring.contributions(measured, criteria=listed)
    gates = empty(TABLES["gates"])
    return scoring.scores(parts, options(INTO), gates=gates).iloc[0]


def test_what_the_ranges_leave_open_is_missing():
    open_ = scored(row(INTO, FA=(350, 700), PA=(200, 400)))
    assert (open_["score_low"], open_["score_high"], open_["completeness"]) == (0, 100, 0)


def test_what_the_ranges_decide_counts():
    # 90 m2 at most for 100 at least
    assert scored(row(INTO, FA=(50, 90), PA=(200, 400)))["score_high"] == 90
    assert scored(row(INTO, spare=200, FA=900, PA=(100, 400)))["score"] == 100


RANGES = st.tuples(st.integers(20, 900), st.integers(1, 900)).map(lambda r: (r[0], r[0] + r[1]))


@settings(max_examples=25)
@given(
    host=RANGES, mover=RANGES, whose=st.sampled_from(["FA", "PA"]), at=st.floats(0, 1),
    spare=st.none() | st.integers(0, 900),
)  # fmt: skip
def test_a_recorded_area_within_the_range_moves_nothing_out_of_its_interval(
    host, mover, whose, at, spare
):
    before = {"FA": host, "PA": mover}
    low, high = before[whose]
    after = before | {whose: low + at * (high - low)}
    was, now = row(INTO, spare=spare, **before), row(INTO, spare=spare, **after)
    assert was["share_low"] <= now["share_low"] <= now["share_high"] <= was["share_high"]
    assert was["fit"] in {"open", now["fit"]}
    was, now = scored(was), scored(now)
    assert was["score_low"] <= now["score_low"]
    assert now["score_low"] <= now["score"] <= now["score_high"] <= was["score_high"]


def test_areas_of_the_registers_alone_are_as_recorded():
    located = sites(site("FA", 0, 0, gia_m2=400.0))
    made = site_areas(located, buildings=empty(TABLES["site_buildings"]), settings=None)
    assert made.site_areas["area_central_m2"].to_list() == [400]
