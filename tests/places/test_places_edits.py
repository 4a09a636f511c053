from __future__ import annotations

import pandas as pd
import pytest

from colocate.errors import StudyError
from colocate.places.edits import edit
from colocate.study import SiteEdit
from colocate.tables.places import SITES
from colocate.tables.schema import check, conform

ROW = {"name": "North", "service": "fire", "body_id": "afrs", "roles": "station", "status": "open",
       "over_border": False, "confidence": "high", "source": "invented", "disclosure": "public",
       "easting": 301000.0, "northing": 107000.0, "postcode": "EX1 1AA",
       "crewing": "on_call"}  # fmt: skip


@pytest.fixture
def sites():
    return conform(SITES, [{"site_id": "F1"} | ROW, {"site_id": "F2"} | ROW])


def test_no_edit_changes_nothing(sites):
    pd.testing.assert_frame_equal(edit(sites, []).sites, sites)


def test_a_closed_site_is_kept_as_closed_and_noted(sites):
    edited = edit(sites, [SiteEdit(site_id="F1", what="close")])
    assert list(edited.sites["status"]) == ["closed", "open"]
    assert list(edited.issues["rule"]) == ["scenario_edit"]
    assert list(sites["status"]) == ["open", "open"]


def test_a_moved_site_loses_the_postcode_of_its_old_place(sites):
    move = SiteEdit(site_id="F2", what="move", easting=303000, northing=105000)
    moved = check(SITES, edit(sites, [move]).sites).set_index("site_id").loc["F2"]
    assert (moved["easting"], moved["northing"]) == (303000, 105000)
    assert pd.isna(moved["postcode"])
    assert moved["crewing"] == "on_call"


def test_a_new_site_is_opened_in_its_place_in_the_order(sites):
    new = SiteEdit(site_id="F15", what="open", easting=305000, northing=105000, service="fire",
                   body_id="afrs", roles=("station",), crewing=("wholetime",))  # fmt: skip
    edited = check(SITES, edit(sites, [new]).sites)
    assert list(edited["site_id"]) == ["F1", "F15", "F2"]
    opened = edited.set_index("site_id").loc["F15"]
    assert (opened["source"], opened["status"]) == ("scenario", "open")
    assert opened["disclosure"] == "restricted"  # nobody has said that the plan may be known


def test_a_closed_site_that_moves_stays_closed(sites):
    move = SiteEdit(site_id="F2", what="move", easting=303000, northing=105000)
    shut = sites.assign(status="closed")
    assert list(edit(shut, [move]).sites["status"]) == ["closed", "closed"]


def test_a_new_site_needs_roles(sites):
    bare = SiteEdit(site_id="F9", what="open", easting=1.0, northing=1.0, service="fire",
                    body_id="afrs")  # fmt: skip
    with pytest.raises(StudyError, match="1 \\(F9\\) in no register"):
        edit(sites, [bare])


def test_a_site_nobody_knows_is_refused(sites):
    with pytest.raises(StudyError, match="1 \\(F9\\) in no register"):
        edit(sites, [SiteEdit(site_id="F9", what="close")])
