import datetime as dt

import pytest

from colocate.errors import OptionError
from colocate.governance.delivery import delivery
from colocate.tables import TABLES, check
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import VEHICLES
from colocate.tables.schema import conform
from options_town import bodies, option, options, site, sites

FRAME = sites(
    site("FA", 0, 0), site("PA", 1, 0), site("PN", 2, 0, body_id="westpolice"), site("AA", 3, 0)
)
EAST = option("EAST", "into_fire", members="FA;PA", host="FA", movers="PA")
WEST = option("WEST", "into_fire", members="FA;PN", host="FA", movers="PN")
AMBULANCE = option("AMB", "into_fire", members="AA;FA", host="FA", movers="AA")
CREW = option("CREW", "into_other", members="FA;PA", host="PA", movers="FA")


def vehicle(**facts):
    return {
        "vehicle_id": "v", "name": "V", "serves": "building", "continuum_step": 2,
        "legal_form": "contract", "approved_by": "fire_authority", "who_employs": "each",
        "who_owns": "each", "statutory_responsibility": "stays", "changes": "nothing",
        "citation": "Act.", "certainty": "evidenced",
    } | facts  # fmt: skip


ALLIANCE = {"must_hold": "alliance_police_site",
            "must_not_hold": "outside_alliance_police_site;fire_cover_changes"}  # fmt: skip

DOUBTED = {"certainty": "unknown"}
NEEDS = "Only where a police site of an alliance member is involved, which is not so here."
CREWED = "Not where a fire crew would move, as here."


EFFECT = {"option_id": "EAST", "fire_changes": False, "known": True, "desk_changes": False,
          "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip


def fits(moved=EAST, *, rule_set="current", **facts):
    effect = EFFECT | {"option_id": moved["option_id"], "fire_changes": moved is CREW}
    found = delivery(
        options(moved), FRAME, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]),
        bodies=bodies(), vehicles=conform(VEHICLES, [vehicle(**facts)]), rule_set=rule_set,
        as_of=dt.date(2026, 1, 1),
    )  # fmt: skip
    row = check(TABLES["delivery"], found).iloc[0]
    return row["possible"], row["reason"]


@pytest.mark.parametrize(
    ("moved", "facts", "expected"),
    [
        (EAST, {}, ("yes", "Fits: Act.")),
        (EAST, DOUBTED, ("unknown", "Nothing known rules it out, but it is not evidenced: Act.")),
        (EAST, ALLIANCE, ("yes", "Fits: Act.")),
        (WEST, ALLIANCE, ("no", NEEDS)),
        (AMBULANCE, ALLIANCE, ("no", NEEDS)),
        (CREW, ALLIANCE, ("no", CREWED)),
        (CREW, ALLIANCE | DOUBTED, ("no", CREWED)),
        (EAST, {"valid_to": "2026-01-01"}, ("yes", "Fits: Act.")),
        (EAST, {"valid_to": "2025-12-31"}, ("no", "Not open on the study's day.")),
        (EAST, {"valid_to": "2018-10-05", "dates_note": "refused."},
         ("no", "Not open on the study's day: refused.")),
        (EAST, {"valid_from": "2026-01-02"}, ("no", "Not open on the study's day.")),
    ],
)  # fmt: skip
def test_what_fits(moved, facts, expected):
    assert fits(moved, **facts) == expected


def test_a_way_for_functions_alone_is_not_told_of_a_building():
    found = delivery(
        options(EAST), FRAME, cover=conform(COVER, [EFFECT]), access=conform(ACCESS, [EFFECT]),
        bodies=bodies(), vehicles=conform(VEHICLES, [vehicle(serves="function")]),
        rule_set="current", as_of=dt.date(2026, 1, 1),
    )  # fmt: skip
    assert found.empty


def test_the_historic_rule_set_looks_from_its_own_day():
    assert fits(rule_set="as_at_2016", valid_to="2018-10-05")[0] == "yes"


def test_an_option_with_one_site_outside_is_no_matter_for_the_alliance():
    both = option("BOTH", "into_fire", members="FA;PA;PN", host="FA", movers="PA;PN")
    assert fits(both, **ALLIANCE) == (
        "no", "Not where a police site outside the alliance is involved, as here."
    )  # fmt: skip


def test_a_body_that_approves_must_be_known():
    with pytest.raises(OptionError, match=r"approved_by 1 \(mayor\) not in table bodies"):
        fits(approved_by="fire_authority;mayor")
