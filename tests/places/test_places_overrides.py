"""Signed points: whose sites they may be, and when a scenario comes before them."""

import pytest

from colocate.errors import StudyError
from colocate.places.edits import moved
from colocate.places.input_checks import assert_overrides_listed
from colocate.study import SiteEdit
from colocate.tables.places import SITES
from colocate.tables.points import OVERRIDES
from colocate.tables.schema import conform

SIGNED = {
    "site_id": "S9", "easting": 305_000, "northing": 105_000, "who": "Estates manager",
    "when": "2026-03-01", "why": "Measured on the site plan",
}  # fmt: skip


def test_a_point_signed_for_no_site_of_the_registers_is_refused():
    with pytest.raises(StudyError, match=r"table overrides, site_id: 1 \(S9\) in no register"):
        assert_overrides_listed(conform(OVERRIDES, [SIGNED]), sites=conform(SITES, []))


def test_a_scenario_that_moves_a_site_comes_before_what_was_signed():
    edits = [
        SiteEdit(site_id="S9", what="move", easting=300_000, northing=100_000),
        SiteEdit(site_id="S8", what="close"),
    ]
    assert moved(edits) == ["S9"]
