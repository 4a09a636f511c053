import datetime as dt
import io as stdio

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import io
from colocate.errors import OptionError
from colocate.governance.decisions import decided, register
from colocate.tables import TABLES, check
from colocate.tables.gates import DECISIONS
from colocate.tables.schema import conform
from options_town import bodies, option, options

TODAY = dt.date(2026, 1, 1)
OPTIONS = options(
    option("A", "into_fire", members="FA;PA", host="FA", movers="PA"),
    option("B", "into_fire", members="FB;PB", host="FB", movers="PB"),
)

MINUTES = """\
decision_id,option_id,status,date,decided_by,superseded_by,reversible,release,note
2025/1,A,proposed,2025-01-10,shirefire,2025/7,true,internal,"Minute 12, item 3"
2025/7,A,approved,2025-06-01,shirefire,,false,agents,
2025/9,B,deferred,2025-09-01,eastpcc,,true,internal,until the lease is read
"""


def rows(*given):
    """Rows of (decision, option, status, date, superseded by, release)."""
    return conform(
        DECISIONS,
        (
            {"decision_id": d, "option_id": o, "status": s, "date": on, "superseded_by": by,
             "release": r, "decided_by": "shirefire", "reversible": True}
            for d, o, s, on, by, r in given
        ),
    )  # fmt: skip


def decide(*given, table=None, as_of=TODAY):
    table = rows(*given) if table is None else table
    found = decided(OPTIONS, table, bodies=bodies(), as_of=as_of)
    check(TABLES["option_decisions"], found.option_decisions)
    return found


def of(found, option_id="A"):
    row = found.option_decisions.set_index("option_id").loc[option_id]
    return row["decision_id"], row["status"], row["release"]


@pytest.fixture
def minutes(tmp_path):
    (tmp_path / "decisions.csv").write_text(MINUTES)
    return io.read_table(tmp_path / "decisions.csv", DECISIONS)


def test_the_register_as_it_reads(minutes):
    found = decide(table=minutes)
    assert of(found) == ("2025/7", "approved", "agents")
    assert of(found, "B") == ("2025/9", "deferred", "internal")
    assert found.issues.empty


def test_what_is_read_is_what_is_written(minutes):
    written = stdio.StringIO()
    register(minutes).to_csv(written, index=False, lineterminator="\n")
    assert written.getvalue() == MINUTES


def test_without_a_decision_nothing_is_decided_and_nothing_released():
    found = decide()
    assert found.option_decisions["status"].tolist() == ["none", "none"]
    assert found.option_decisions["release"].tolist() == ["internal", "internal"]
    assert found.option_decisions["decision_id"].isna().all()


@pytest.mark.parametrize(
    ("status", "release"),
    [("proposed", "agents"), ("approved", "agents"), ("deferred", "internal"),
     ("declined", "internal"), ("withdrawn", "internal")],
)  # fmt: skip
def test_only_what_is_proposed_or_approved_may_be_released(status, release):
    found = decide(("d", "A", status, "2025-01-01", None, "agents"))
    assert of(found) == ("d", status, release)
    assert found.issues["rule"].tolist() == ([] if release == "agents" else ["release_of_no_offer"])


def test_a_withdrawal_closes_an_option_to_agents_again():
    found = decide(
        ("d1", "A", "approved", "2025-01-01", "d2", "agents"),
        ("d2", "A", "withdrawn", "2025-02-01", None, "internal"),
    )
    assert of(found) == ("d2", "withdrawn", "internal")
    assert found.issues.empty


def test_a_later_decision_counts_though_it_does_not_supersede_and_that_is_said():
    found = decide(
        ("d1", "A", "approved", "2025-01-01", None, "agents"),
        ("d2", "A", "declined", "2025-02-01", None, "internal"),
    )
    assert of(found) == ("d2", "declined", "internal")
    assert found.issues[["key", "rule"]].to_numpy().tolist() == [["d1", "decision_overtaken"]]


@pytest.mark.parametrize(("as_of", "expected"), [("2025-01-31", "d1"), ("2025-02-01", "d2")])
def test_a_decision_counts_from_its_day(as_of, expected):
    found = decide(
        ("d1", "A", "approved", "2025-01-01", "d2", "agents"),
        ("d2", "A", "withdrawn", "2025-02-01", None, "internal"),
        as_of=dt.date.fromisoformat(as_of),
    )
    assert of(found)[0] == expected
    said = ["decision_after_as_of"] if expected == "d1" else []
    assert found.issues["rule"].tolist() == said


def test_a_decision_on_an_option_that_is_gone_is_said():
    found = decide(("d", "gone", "approved", "2025-01-01", None, "agents"))
    assert found.issues["rule"].tolist() == ["decision_without_option"]
    assert "gone" not in set(found.option_decisions["option_id"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([("d", "A", "approved", "2025-01-01", "x", "internal")], "d: no decision x"),
        ([("d", "A", "approved", "2025-01-01", "d", "internal")], "d: superseded in a circle"),
        ([("d", "A", "approved", "2025-01-01", "e", "internal"),
          ("e", "A", "approved", "2025-01-01", "d", "internal")], "2 .d: superseded"),
        ([("d", "A", "approved", "2025-01-02", "e", "internal"),
          ("e", "A", "approved", "2025-01-01", None, "internal")], "d: e is earlier"),
        ([("d", "A", "approved", "2025-01-01", "e", "internal"),
          ("e", "B", "approved", "2025-01-02", None, "internal")], "d: e is about option B"),
        ([("d", "A", "approved", "2025-01-01", None, "agents"),
          ("e", "A", "declined", "2025-01-01", None, "internal")], "d and e.* taken on one day"),
    ],
)  # fmt: skip
def test_a_register_that_contradicts_itself_is_an_error(given, message):
    with pytest.raises(OptionError, match=message):
        decide(*given)


def test_a_decision_by_nobody_known_is_an_error():
    table = rows(("d", "A", "approved", "2025-01-01", None, "agents")).assign(decided_by="mayor")
    with pytest.raises(OptionError, match=r"d \(mayor\).* not in table bodies"):
        decide(table=table)


STATUSES = ("proposed", "deferred", "approved", "declined", "withdrawn")


@st.composite
def chains(draw):
    """Two options, each with decisions on days of their own, each superseded by the next or not."""
    given = []
    for name in ("A", "B"):
        days = sorted(draw(st.sets(st.integers(1, 28), max_size=5)))
        for i, day in enumerate(days):
            after = f"{name}{i + 1}" if i + 1 < len(days) and draw(st.booleans()) else None
            status = draw(st.sampled_from(STATUSES))
            release = draw(st.sampled_from(["internal", "agents", "market"]))
            given.append((f"{name}{i}", name, status, f"2025-12-{day:02}", after, release))
    return given


@settings(max_examples=50)
@given(chains(), st.randoms(use_true_random=False), st.integers(1, 28))
def test_the_order_of_rows_means_nothing_and_the_last_decision_stands(given, random, day):
    as_of = dt.date(2025, 12, day)
    found = decide(*given, as_of=as_of)
    shuffled = random.sample(given, len(given))
    again = decide(*shuffled, as_of=as_of)
    pd.testing.assert_frame_equal(found.option_decisions, again.option_decisions)
    pd.testing.assert_frame_equal(found.issues, again.issues)
    for name in ("A", "B"):
        past = [row for row in given if row[1] == name and row[3] <= as_of.isoformat()]
        assert of(found, name)[1] == (past[-1][2] if past else "none")
        offered = bool(past) and past[-1][2] in {"proposed", "approved"}
        assert of(found, name)[2] == (past[-1][5] if offered else "internal")
