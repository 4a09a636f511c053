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
    town = tables | {"effects": walks}
    facts = gather(town, study)
    return opening.opening(facts, best=still.best_set(facts, town), basis=[])[1]


def test_room_is_not_said_to_be_there_where_the_map_leaves_it_open():
    said = opening._could([able("Open", fit="open"), able("Small", fit="too_small")])
    assert said.endswith("First in their lists, but for hosts that the map shows too small: Open.")


def test_the_best_set_is_best_in_what_it_was_chosen_for(together):
    assert "(2 options, chosen for the most running cost saved a year) would save" in together


def test_who_loses_a_desk_on_foot_stands_beside_who_loses_one_by_car(together):
    assert "1,200 a desk within reach by car, about 1,200 one on foot (options" in together


def test_every_body_s_gain_and_loss_is_told(together):
    assert "without a new rent: Example Fire loses £3,000; Example Police £15,000." in together
