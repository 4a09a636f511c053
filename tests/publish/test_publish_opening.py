from __future__ import annotations

from types import SimpleNamespace

import pytest

from colocate.publish.facts import gather
from colocate.publish.report import opening, still


def able(title, *, fit):
    score = SimpleNamespace(status="investigate", rank=1)
    return SimpleNamespace(title=title, score=score, space=SimpleNamespace(fit=fit))


@pytest.fixture
def together(tables, study):
    """What is said of the best set, of which one option takes a desk from walkers."""
    walks = tables["effects"].replace({"measure": {"people_20min": "people_within_walk"}})
    return said_together(tables | {"effects": walks.fillna({"lost": 0.0})}, study)


def said_together(tables, study):
    facts = gather(tables, study)
    return opening.opening(facts, best=still.best_set(facts, tables), basis=[])[1]


def test_room_is_not_said_to_be_there_where_the_map_leaves_it_open():
    said = opening._could([able("Open", fit="open"), able("Small", fit="too_small")])
    assert said.endswith("First in their lists, but for hosts that the map shows too small: Open.")


def test_the_best_set_is_best_in_what_it_was_chosen_for(together):
    assert "(2 options, chosen for the most running cost saved a year) would save" in together


def test_who_loses_a_desk_on_foot_stands_beside_who_loses_one_by_car(together):
    assert "1,200 a desk within reach by car, about 1,200 one on foot (options" in together


def test_every_body_s_gain_and_loss_is_told(together):
    assert "without a new rent: Example Fire loses £3,000; Example Police £15,000." in together


def test_a_sum_of_walkers_is_not_told_where_one_part_is_not_known(tables, study):
    walks = tables["effects"].replace({"measure": {"people_20min": "people_within_walk"}})
    assert "on foot" not in said_together(tables | {"effects": walks}, study)


def test_what_a_body_gains_by_assumption_is_told_to_two_figures(tables, study):
    money = tables["money"].assign(basis="assumed")
    rents = tables["clearing_by_body"].assign(supplied_gbp=-2_095_000.0)
    guessed = tables | {"money": money, "clearing_by_body": rents}
    assert "Example Fire loses £2,100,000" in said_together(guessed, study)
