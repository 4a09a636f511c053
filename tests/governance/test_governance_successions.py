"""What outlives the body that makes it, and what to write into it."""

import datetime as dt

import pytest

from colocate.governance.successions import outlived
from colocate.study import Figure
from colocate.study.belonging import Target
from colocate.tables import TABLES, check, empty
from colocate.tables.gates import APPROVALS
from colocate.tables.schema import conform
from options_town import bodies, site, sites

DAY = dt.date(2026, 1, 1)
ENDS = {"valid_to": "2028-05", "successors": "a mayor", "succession_certainty": "evidenced",
        "succession_source": "an Act"}  # fmt: skip


def listed(**ended):
    """The town's bodies, the commissioner with an end."""
    frame = bodies()
    for name, value in (ENDS | ended).items():
        frame[name] = frame[name].mask(frame["body_id"] == "eastpcc", value)
    return frame


def acts(body_id="eastpcc", action="approve"):
    row = {"option_id": "O", "step": 1, "body_id": body_id, "body": "B", "topic": "decision",
           "phase": "decision", "action": action, "task": "Decides", "citation": "none",
           "certainty": "evidenced", "days_earliest": 1, "days_usual": 1, "days_source": "said",
           "rule_id": "r"}  # fmt: skip
    return conform(APPROVALS, [row])


def found(frame=None, *, path=None, held=None, targets=(), years=10, day=DAY):
    at = sites(site("FA", 0, 0), site("PA", 1, 0, **(held or {})))
    made = outlived(
        listed() if frame is None else frame,
        empty(TABLES["approvals"]) if path is None else path,
        located_sites=at, targets=targets, appraisal_years=years, as_of=day,
    )  # fmt: skip
    assert len(made.issues) == len(made.successions)
    return check(TABLES["successions"], made.successions)


def test_an_agreement_that_outlives_its_maker_names_the_successor():
    row = found(path=acts()).iloc[0]
    assert (row["about"], row["until"], row["ends"]) == ("agreement", "2036-01-01", "2028-05-31")
    assert (row["successors"], row["certainty"]) == ("a mayor", "evidenced")
    assert "(a mayor)" in row["clause"]


@pytest.mark.parametrize(
    ("day", "until"),
    [("2026-01-31", "2036-01-31"), ("2024-02-29", "2034-02-28"), ("2026-12-30", "2036-12-30")],
)
def test_years_are_counted_to_the_same_day_of_the_month_or_its_last(day, until):
    assert found(path=acts(), day=dt.date.fromisoformat(day)).iloc[0]["until"] == until


@pytest.mark.parametrize(("years", "told"), [(2, 0), (3, 1)])
def test_what_ends_before_the_body_is_not_told(years, told):
    assert len(found(path=acts(), years=years)) == told


@pytest.mark.parametrize("action", ["consult", "advise", "notify", "record"])
def test_whoever_binds_itself_to_nothing_outlives_nothing(action):
    assert found(path=acts(action=action)).empty


@pytest.mark.parametrize("day", ["2028-05-31", "2028-05"])
def test_a_lease_up_to_the_last_day_is_not_outlived(day):
    held = {"tenure": "leasehold", "lease_end": day}
    assert found(held=held).empty


def test_a_lease_of_a_force_is_its_commissioner_s():
    held = {"tenure": "leasehold", "lease_end": "2028-06-01"}
    row = found(held=held).iloc[0]
    assert (row["body_id"], row["about"]) == ("eastpcc", "lease/PA")


def test_a_target_that_outlives_a_body_is_told():
    target = Target(id="savings", gbp=Figure(value=1, assumed="x"),
                    years=Figure(value=4, assumed="x"), bodies=("eastpolice",))  # fmt: skip
    row = found(targets=[target]).iloc[0]
    assert (row["about"], row["until"]) == ("target/savings", "2030-01-01")
    assert row["clause"].startswith("In the target say whose target it is from the day after")


def test_a_body_whose_successor_nobody_named_is_unverified():
    row = found(listed(successors=None, succession_certainty=None), path=acts()).iloc[0]
    assert (row["successors"], row["certainty"]) == ("not named", "unverified")


def test_a_body_that_has_ended_already_makes_nothing():
    assert found(listed(valid_to="2025-12-31"), path=acts()).empty
