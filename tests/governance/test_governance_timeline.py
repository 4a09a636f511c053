"""Days of stages laid end to end, and what waits for a lease."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.governance.timeline import timeline
from colocate.tables import TABLES, check
from colocate.tables.gates import APPROVALS
from colocate.tables.schema import conform
from options_town import option, options, site, sites

DAY = dt.date(2026, 1, 1)
MOVE = option("O", "into_fire", members="FA;PA", host="FA", movers="PA", released="PA")


def approvals(*steps):
    """Rows of (step, topic, days_earliest, days_usual), each of a body of its own."""
    phase = {"finance": "before", "consultation": "before", "decision": "decision"}
    return conform(APPROVALS, [
        {"option_id": "O", "step": s, "body_id": f"b{n}", "body": "B", "topic": t,
         "phase": phase.get(t, "after"), "action": "record", "task": "Does it", "citation": "none",
         "certainty": "evidenced", "days_earliest": low, "days_usual": usual,
         "days_source": f"said {n}", "rule_id": f"r{n}"}
        for n, (s, t, low, usual) in enumerate(steps)
    ])  # fmt: skip


STEPS = ((1, "finance", 10, 20), (1, "finance", 14, 15), (2, "consultation", 30, 60),
         (3, "decision", 5, 10), (4, "planning", 0, 50), (4, "procurement", 10, 40),
         (5, "move", 2, 8))  # fmt: skip


def line(*steps, **held):
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, **held))
    found = timeline(approvals(*steps), options(MOVE), located_sites=frame, as_of=DAY)
    return check(TABLES["timeline"], found).set_index("topic")


def test_stages_begin_when_the_longest_of_the_step_before_has_ended():
    found = line(*STEPS)
    # earliest: 14, 30, 5, 10, 2 days; usual: 20, 60, 10, 50, 8 days
    assert found["start_earliest"].to_dict() == {
        "finance": "2026-01-01", "consultation": "2026-01-15", "decision": "2026-02-14",
        "procurement": "2026-02-19", "planning": "2026-02-19", "move": "2026-03-01",
    }  # fmt: skip
    assert found.loc["move", "end_earliest"] == "2026-03-03"
    assert found.loc["move", "end_usual"] == "2026-05-29"  # 148 days on


def test_what_everything_waits_for_is_critical_and_what_runs_beside_it_is_not():
    found = line(*STEPS)["critical"]
    assert found.index[~found].tolist() == ["procurement"]


def test_one_topic_of_several_bodies_is_one_stage_and_says_what_it_rests_on():
    assert line(*STEPS).loc["finance", "rests_on"] == "said 0; said 1"


@pytest.mark.parametrize(
    ("held", "earliest", "usual", "critical"),
    [
        ({"tenure": "leasehold", "break_date": "2026-04-01", "lease_end": "2030-06-24"},
         "2026-04-01", "2030-06-24", True),
        ({"tenure": "leasehold", "lease_end": "2026-05-29"}, "2026-05-29", "2026-05-29", False),
        ({"tenure": "leasehold"}, None, None, False),
        ({"tenure": "licence", "lease_end": "2026-03-10"}, "2026-03-10", None, False),
    ],
)  # fmt: skip
def test_a_leased_building_is_given_back_at_the_next_break_or_end(held, earliest, usual, critical):
    lease = line(*STEPS, **held).loc["lease"]
    told = [None if pd.isna(lease[name]) else lease[name] for name in ("back_earliest",
                                                                       "back_usual")]  # fmt: skip
    assert [*told, lease["critical"]] == [earliest, usual, critical]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({}, "no break or end of the lease is recorded: PA"),
        (
            {"lease_end": "2026-03-10"},
            "the lease on record is, or may be, over before the move: PA",
        ),
        ({"lease_end": "2030-06-24"}, "lease dates recorded"),
    ],
)
def test_a_lease_that_is_over_before_the_move_is_not_told_as_one_without_dates(held, told):
    lease = line(*STEPS, tenure="leasehold", name="PA", **held).loc["lease"]
    assert lease["rests_on"] == told


@pytest.mark.parametrize("held", [{"tenure": "freehold"}, {}])
def test_what_is_owned_or_of_unknown_tenure_waits_for_no_lease(held):
    assert "lease" not in line(*STEPS, **held).index


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["planning", "works", "tax", "move"]),
                  st.integers(0, 40), st.integers(0, 40)),
        min_size=1,
    )
)  # fmt: skip
def test_the_line_is_as_long_as_its_critical_stages_and_none_starts_before_its_step(steps):
    steps = [(s, t, min(a, b), max(a, b)) for s, t, a, b in steps]
    found = line(*steps)
    ends = pd.to_datetime(found["end_usual"])
    longest = {s: max(u for step, _, _, u in steps if step == s) for s, *_ in steps}
    assert (ends.max() - pd.Timestamp(DAY)).days == sum(longest.values())
    assert (found["start_earliest"] <= found["start_usual"]).all()
    assert found.sort_values("step")["start_usual"].is_monotonic_increasing
