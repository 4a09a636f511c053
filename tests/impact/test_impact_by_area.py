"""Changes of units, added up by demand point."""

import numpy as np
import pandas as pd

from colocate.impact.changed_points import by_area
from colocate.tables.demand import CHANGED_UNITS
from colocate.tables.schema import conform

UNITS = pd.DataFrame(
    {"demand_id": ["A1", "A2", "B1", "B2"], "area_id": ["A", "A", "B", "B"]}
)  # fmt: skip


def changes(*rows):
    """Rows of (unit, before, after, chance before and after, people)."""
    table = conform(CHANGED_UNITS, (
        {"option_id": "O", "side": "fire", "demand_id": unit, "before_s": before, "after_s": after,
         "chance_before": was, "chance_after": is_, "people": people}
        for unit, before, after, was, is_, people in rows
    ))  # fmt: skip
    return by_area(table, UNITS).set_index("demand_id")


def test_times_and_chances_are_means_of_the_people_whose_time_changes():
    found = changes(("A1", 100, 200, 1, 1, 30), ("A2", 200, 600, 1, 0, 10)).loc["A"]
    assert (found["before_s"], found["after_s"]) == (125, 300)
    assert (found["chance_before"], found["chance_after"]) == (1, 0.75)
    assert found["people"] == 40


def test_gains_and_losses_within_an_area_are_told_apart():
    found = changes(("A1", 100, 200, 1, 0.5, 30), ("A2", 200, 100, 0, 0.5, 10)).loc["A"]
    assert (found["people_gained"], found["people_lost"]) == (5, 15)


def test_nothing_changes_where_nobody_lives():
    assert list(changes(("A1", 100, 200, 1, 1, 0), ("B1", 1, 2, 1, 1, 5)).index) == ["B"]


def test_a_mean_with_somebody_beyond_the_cutoff_is_not_known():
    found = changes(("A1", 100, None, 1, 0, 1), ("A2", 100, 200, 1, 1, 1)).loc["A"]
    assert found["before_s"] == 100
    assert np.isnan(found["after_s"])


def test_the_demand_points_that_lose_most_time_are_numbered():
    found = changes(("A1", 100, 200, 1, 1, 1), ("A2", 100, 100, 1, 1, 1), ("B1", 100, 160, 1, 1, 1))
    assert found["worst"].to_dict() == {"A": 2, "B": 1}


def test_one_that_gains_is_not_among_them():
    found = changes(("A1", 200, 100, 1, 1, 1), ("B1", 100, 101, 1, 1, 1))
    assert np.isnan(found["worst"]["A"])
