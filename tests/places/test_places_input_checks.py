"""Whose figures a study may use: bodies that it lists, and no other fire service."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.errors import StudyError
from colocate.places import input_checks

BODIES = pd.DataFrame({"body_id": ["own", "near", "force"], "service": ["fire", "fire", "police"]})


def faults(*belongings):
    return input_checks._of_others(BODIES, belongings, fire_body="own")


def test_a_target_of_the_own_service_or_of_a_force_is_taken():
    assert faults(("targets.a.bodies", "own"), ("targets.b.bodies", "force")) == []


def test_a_target_of_a_body_that_nobody_lists_is_named():
    (fault,) = faults(("targets.a.bodies", "gone"))
    assert "targets.a.bodies: 'gone' is not in table bodies; there are force, near, own" in fault


def test_a_target_of_another_fire_service_is_refused():
    (fault,) = faults(("targets.a.bodies", "near"))
    assert "targets.a.bodies: belongs to 'near', another fire service" in fault


def test_supplied_figures_of_a_body_that_nobody_lists_are_named():
    rows = {"partners": pd.DataFrame({"body_id": ["own", "gone", "lost"]})}
    with pytest.raises(StudyError, match=r"partners, body_id: 2 \(gone, lost\)"):
        input_checks.assert_bodies_listed(rows, bodies=BODIES)
    assert (
        input_checks.assert_bodies_listed({"partners": rows["partners"][:1]}, bodies=BODIES) is None
    )
