"""What was decided about a site already, and what the gate says of an option that changes it."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.errors import StudyError
from colocate.gates.decided import standing
from colocate.gates.gates import gates
from colocate.places.input_checks import assert_sites_listed
from colocate.tables import TABLES, check
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import SITE_DECISIONS
from colocate.tables.schema import conform
from options_town import gate_effects, option, options, site, sites

LEAVES = option("O", "into_fire", members="FA;PA", host="FA", movers="PA")
TAKES = option("O", "into_other", members="FA;PA", host="PA", movers="FA")
NEW = option("O", "both_to_new", members="FA;PA", movers="FA;PA")
DESK = option("O", "touchdown", members="FA;PA", host="FA")
EITHER = option("O", "hq", members="FA;PA", movers="FA;PA")
TODAY = dt.date(2026, 11, 1)
BODIES = pd.DataFrame({"body_id": ["pcc"], "short_name": ["PCC East"]})
RULE = study.GateRule(id="already_decided", label="Already decided", mandatory=True,
                      question="Does it stand?", threshold=5.0)  # fmt: skip
WHAT = SITE_DECISIONS["what"].allowed


def decisions(*rows):
    """Rows of (what, date) about PA, or (what, date, changes)."""
    given = [
        {"site_id": "PA", "what": what, "date": date, "decided_by": "pcc", "source": "Minute 1",
         "certainty": "evidenced", "note": "Said.", "disclosure": "public"} | dict(*changes)
        for what, date, *changes in rows
    ]  # fmt: skip
    return check(TABLES["site_decisions"], conform(SITE_DECISIONS, given))


def found(moved, *rows):
    effect = {"option_id": "O", "fire_changes": False, "desk_changes": False, "known": True}
    stands = standing(decisions(*rows), bodies=BODIES, as_of=TODAY)
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    made = gates(
        options(moved), frame,
        effects=gate_effects(
            options(moved), frame, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect])
        ),
        rules=[RULE], as_of=TODAY, decided=stands.by_site,
    )  # fmt: skip
    return made.gates.iloc[0]


@pytest.mark.parametrize(
    ("moved", "rows", "expected"),
    [
        (LEAVES, [], "pass"),
        (LEAVES, [("kept", "2024-12-16")], "fail"),
        (LEAVES, [("rebuilt", "2024-12")], "fail"),
        (LEAVES, [("refurbished", "2024")], "fail"),
        (LEAVES, [("shared", "2024")], "fail"),
        (NEW, [("kept", "2024")], "fail"),
        (TAKES, [("kept", "2024")], "pass"),
        (DESK, [("kept", "2024")], "pass"),
        (DESK, [("dropped", "2024")], "pass"),
        (EITHER, [("kept", "2024")], "unknown"),
        (LEAVES, [("kept", "2021-11-01")], "fail"),
        (LEAVES, [("kept", "2021-10-31")], "unknown"),
        (LEAVES, [("kept", "2021")], "unknown"),
        (LEAVES, [("kept", "2024", {"certainty": "unknown"})], "unknown"),
        (LEAVES, [("announced", "2024")], "unknown"),
        (LEAVES, [("dropped", "2024")], "unknown"),
        (LEAVES, [("refused", "2024")], "unknown"),
        (LEAVES, [("sold", "2024")], "unknown"),
        (TAKES, [("sold", "2024")], "unknown"),
        (LEAVES, [("kept", "2022-01"), ("dropped", "2025-07")], "unknown"),
        (LEAVES, [("announced", "2015"), ("kept", "2024-06")], "fail"),
        (LEAVES, [("dropped", "2024-06"), ("kept", "2024-06")], "fail"),
        (LEAVES, [("kept", "2026-11-02")], "pass"),
    ],
)
def test_the_latest_decision_speaks(moved, rows, expected):
    assert found(moved, *rows)["outcome"] == expected


def test_the_gate_says_who_decided_what_when_and_where_it_is_written():
    row = found(LEAVES, ("refurbished", "2024-12-16"))
    assert row["reason"] == (
        "Site PA: refurbished 2024-12-16 by PCC East: Said (Minute 1); it would be left again."
    )
    assert row["evidence"] == "site_decisions:PA/refurbished/2024-12-16"


def test_an_open_plan_is_asked_of_its_site():
    row = found(LEAVES, ("announced", "2014-04", {"certainty": "unknown"}))
    assert row["reason"] == (
        "Site PA: plan announced 2014-04 by PCC East, not verified: Said (Minute 1); the outcome "
        "is not known."
    )
    assert (row["question"], row["asked_of"]) == ("Does it stand?", "site:PA")


def test_nothing_known_passes_and_says_so():
    row = found(LEAVES)
    assert (row["reason"], row["evidence"]) == (
        "Nothing decided is known.", "rule:already_decided"
    )  # fmt: skip


def test_a_decision_after_the_day_of_the_study_does_not_count_yet():
    stands = standing(decisions(("kept", "2027")), bodies=BODIES, as_of=TODAY)
    assert not stands.by_site
    assert list(stands.issues["key"]) == ["PA/kept/2027"]


DATES = st.dates(dt.date(2000, 1, 1), TODAY).map(dt.date.isoformat)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(WHAT), DATES), min_size=1, unique=True, max_size=4))
def test_the_order_of_the_rows_changes_nothing(rows):
    one, other = found(LEAVES, *rows), found(LEAVES, *rows[::-1])
    pd.testing.assert_series_equal(one, other)


def test_a_site_or_a_body_that_nobody_lists_is_named():
    known = pd.DataFrame({"site_id": ["FA"]})
    nobody = pd.DataFrame({"body_id": ["fire"]})
    with pytest.raises(StudyError) as fault:
        assert_sites_listed(decisions(("kept", "2024")), sites=known, bodies=nobody)
    assert "site_id: 1 (PA of 2024) not in table sites" in str(fault.value)
    assert "decided_by: 1 (PA: pcc) not in table bodies" in str(fault.value)


@pytest.mark.parametrize(
    ("what", "told"),
    [(what, f"plan {what} 2024") for what in ("announced", "dropped", "refused")]
    + [(what, f"{what} 2024") for what in ("kept", "sold")],
)
def test_what_came_to_nothing_or_is_to_come_is_called_a_plan(what, told):
    stands = standing(decisions((what, "2024")), bodies=BODIES, as_of=TODAY)
    assert stands.by_site["PA"][0].told.startswith(told)
