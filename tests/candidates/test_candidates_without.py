"""A body that takes no part leaves no option with a site of its on the table."""

import pytest

from colocate import study
from colocate.candidates.scenario_filter import offered
from colocate.errors import StudyError
from options_town import bodies, option, options, site, sites

FRAME = sites(
    site("FA", 0, 0), site("PA", 1, 0), site("PN", 2, 0, body_id="westpolice"),
    site("AA", 3, 0),
)  # fmt: skip
LISTED = options(
    option("EAST", "into_fire", members="FA;PA", host="FA", movers="PA"),
    option("WEST", "into_fire", members="FA;PN", host="FA", movers="PN"),
    option("ALONE", "into_partner", members="AA;PA", host="AA", movers="PA"),
    option("TODAY", "into_fire", members="FA;PA", host="FA", existing_share="existing"),
)


def kept(*without):
    offer = study.Offer(without=without)
    return offered(LISTED, FRAME, bodies=bodies(), offer=offer)


def test_the_others_go_on_without_the_fire_authority():
    found = kept("shirefire")
    assert found.options["option_id"].tolist() == ["ALONE", "TODAY"]  # what is shared today stays
    assert found.issues["key"].tolist() == ["EAST", "WEST"]
    assert "takes no part" in found.issues["message"].iloc[0]


def test_a_force_may_stay_away_too():
    assert kept("westpolice").options["option_id"].tolist() == ["EAST", "ALONE", "TODAY"]


def test_a_body_that_is_not_listed_is_refused():
    with pytest.raises(StudyError, match=r"edits\.offer\.without: 1 \(mayor\) not in table bodies"):
        kept("mayor")
