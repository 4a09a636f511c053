"""What the page is told of the decision."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.publish.facts import gather
from colocate.publish.report import decision
from colocate.publish.report.columns import by_column


@pytest.fixture
def place(tables):
    ids = sorted(tables["options"]["option_id"])
    return pd.Series(range(len(ids)), index=ids)


@pytest.fixture
def told(tables, study):
    return decided(tables, study)


def decided(tables, study):
    told = decision.decision(gather(tables, study), tables)
    return {name: by_column(table) for name, table in told.items()}


def column(told, table, name):
    """A column of a table as the page's script reads it."""
    sent = told[table][name]
    return sent if isinstance(sent, list) else [sent["of"][code] for code in sent["at"]]


def test_repeated_text_is_sent_as_levels_and_unknown_as_none():
    frame = pd.DataFrame({"a": ["x", "x", None, "x"], "b": [1.0, 2.5, None, 3.0]})
    assert by_column(frame) == {"a": {"of": ["x"], "at": [0, 0, -1, 0]}, "b": [1, 2.5, None, 3]}


def test_a_place_is_lost_gained_slower_or_quicker(told, place):
    rows = zip(
        column(told, "changes", "option"),
        [column(told, "points", "id")[point] for point in column(told, "changes", "point")],
        column(told, "changes", "how"),
        strict=True,
    )
    assert set(rows) == {
        (place["P1-into-F1"], "E1", "gained"),
        (place["P1-into-F1"], "E2", "lost"),
        (place["P1-into-F1"], "E3", "slower"),
        (place["F1-into-P1"], "E2", "lost"),
    }


def test_a_place_beyond_the_cut_off_in_the_end_is_slower_not_quicker(tables, study):
    rows = tables["changes"].query("demand_id == 'E3'").assign(after_s=None, chance_before=0.0)
    told = decided(tables | {"changes": rows.assign(chance_after=0.0)}, study)
    assert column(told, "changes", "how") == ["slower"]


def test_only_the_most_changed_are_sent_but_every_one_that_crosses(tables, study):
    one = tables["changes"].query("demand_id == 'E3'")
    points = tables["demand_points"].query("demand_id == 'E3'")
    many = decision.CHANGES_DRAWN + 30
    ids = [f"D{i:03}" for i in range(many)]
    demand = pd.concat([points] * many, ignore_index=True).assign(demand_id=ids)
    slower = pd.concat([one] * many, ignore_index=True).assign(
        demand_id=ids, after_s=[601.0 + i for i in range(many)]
    )
    lost = slower.head(10).assign(chance_after=0.0)
    rows = pd.concat([lost, slower.tail(many - 10)], ignore_index=True)
    told = decided(tables | {"changes": rows, "demand_points": demand}, study)
    how = column(told, "changes", "how")
    assert how.count("lost") == 10
    assert how.count("slower") == decision.CHANGES_DRAWN
    sent = [column(told, "points", "id")[point] for point in column(told, "changes", "point")]
    assert ids[-1] in sent
    assert ids[10] not in sent  # the least changed


def test_groups_without_change_are_not_sent_but_their_option_was_screened(told, place):
    assert "no change" not in column(told, "equality", "finding")
    assert place["F4-hq-P3"] in column(told, "equality_done", "option")
    assert column(told, "equality_of_set", "group") == ["aged_65_plus"]


def test_bodies_have_their_names(told):
    assert set(column(told, "money_by_body", "body_id")) == {"Example Fire", "Example Police"}
    assert column(told, "routes", "outside_alliance") == ["Example Police"]


def test_questions_come_in_the_order_to_ask_them_with_the_options_that_wait(told, place):
    assert column(told, "questions", "rank") == [1, 2]
    waiting = column(told, "questions", "options")[0].split(";")
    assert waiting == [str(place[o]) for o in ("P1-into-F1", "F1-into-P1", "F1+P1-new")]
