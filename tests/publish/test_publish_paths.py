"""How the path of an option is told: acts, days, what outlives whom, and on the report's page."""

import pytest

from colocate.publish.explain import explain
from colocate.publish.facts import gather, paths
from colocate.publish.report.routes import routes


@pytest.fixture(scope="module")
def known(tables, study):
    return gather(tables, study)


@pytest.fixture(scope="module")
def option(known):
    return next(each for each in known.options if each.option_id == "P1-into-F1")


def test_the_path_in_one_line_is_who_is_asked_and_who_decides(option):
    assert paths.path(option.approvals) == [
        "Example Fire Authority (approve)", "Example Police (agree, not verified)",
    ]  # fmt: skip


def test_bodies_that_do_the_same_at_a_step_are_told_together(tables, study):
    steps = tables["approvals"].assign(step=1, topic="equality", task="Screens", action="record",
                                       certainty="evidenced", phase="before")  # fmt: skip
    told = gather(tables | {"approvals": steps}, study).options[0]
    (act,) = paths.acts([step for step in told.approvals if step.days_usual < 90])
    assert act.who == "Example Fire Authority and Example Fire Authority"


def test_days_are_a_span_or_one_figure_or_nothing(tables, study):
    lengths = {"R1": (0, 0), "R2": (5, 5), "R3": (5, 9), "R4": (0, 9)}
    steps = tables["approvals"]
    for n, name in enumerate(("days_earliest", "days_usual")):
        steps = steps.assign(**{name: steps["rule_id"].map(lambda rule, at=n: lengths[rule][at])})
    told = gather(tables | {"approvals": steps}, study).options[0]
    assert [act.days for act in paths.acts(told.approvals)] == [
        "", "5 days", "5 to 9 days", "0 to 9 days",
    ]  # fmt: skip


def test_when_people_could_have_moved_and_what_that_waits_for(option):
    assert paths.ready(option.timeline) == (
        "Begun in 2026-11, people could have moved by 2027-02 at the earliest, by 2027-08 usually."
    )
    assert paths.waits(option.timeline) == "It waits for decisions and move."
    assert paths.ready(()) == paths.waits(()) == ""


def test_a_body_that_ends_before_the_move_is_named(option):
    assert paths.ended(option) == "Example Police"
    assert any("successor clause: Example Police ends on 2027-01-31" in line
               for line in paths.process(option))  # fmt: skip


def test_the_drawing_gathers_stages_from_first_to_last_day(option):
    found = {bar.name: bar[1:] for bar in paths.bars(option.timeline)}
    assert found["Decisions"] == ("2026-11-11", "2026-12-31", "2026-12-01", "2027-04-30")
    assert list(found) == ["Evidence and advice", "Decisions", "Works and move"]


def test_only_changes_to_come_or_not_verified_are_ahead(known, option):
    ahead = paths.ahead(known.law, option, day="2026-11-01")
    assert [change.change_id for change in ahead] == ["end"]


def test_everything_of_it_is_explained(tables, study):
    told = explain("P1-into-F1", tables, study=study)
    for expected in (
        "  After the decision\n  4. Example Police: carry out. Does move (40 to 120 days, ",
        " *4. move: 2026-12 to 2027-02 at the earliest, 2027-04 to 2027-08 usually",
        "At the usual pace the move comes after the end of Example Police.",
        "Example Police ends on 2027-01-31 (unverified); agreement runs to 2040-01-01. In ",
        "2027-01-31: Police end (unverified). Write for the mayor. [invented]",
    ):
        assert expected in told


def test_the_page_carries_each_act_and_each_path_once(known):
    sent = routes(known)
    assert len(sent["paths"]) == 1
    assert sent["path_of"] == [0] * len(known.options)
    assert sent["paths"][0] == {
        "acts": [0, 1, 2, 3], "earliest": "2027-02", "usual": "2027-08",
    }  # fmt: skip
    assert sent["acts"]["action"] == ["record", "approve", "agree", "carry_out"]
    assert sent["outlived"]["successors"] == ["Example Mayor"]
