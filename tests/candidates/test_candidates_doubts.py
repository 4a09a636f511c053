import pytest

from colocate.candidates.doubts import shared_already, weak_evidence
from colocate.candidates.generate import generate
from colocate.gates.gates import gates
from colocate.study import GateRule
from colocate.tables import each
from colocate.tables.rows import LocatedSite
from options_town import HEAD, OPTIONS_SETTINGS, gate_effects, site, site_to_site, sites

FIRE = {"name": "Lyme Fire Station", "postcode": "DT7 3QD", "postcode_basis": "stated"}


def doubts(metres, *, fire=None, **police):
    frame = sites(site("FA", 0, 0, **FIRE | (fire or {})), site("PA", metres, 0, **police))
    a, b = each(LocatedSite, frame)
    return shared_already(a, b, straight_m=metres, settings=OPTIONS_SETTINGS)


def weak(**facts):
    return weak_evidence(next(each(LocatedSite, sites(site("PA", 0, 0, **facts)))))


def made(*rows):
    frame = sites(*rows)
    return frame, generate(frame, site_to_site(frame), settings=OPTIONS_SETTINGS,
                           fire_body=HEAD.fire_body)  # fmt: skip


def test_sixty_metres_is_one_place_and_a_metre_more_is_not():
    assert len(doubts(60)) == 1
    assert "60 m apart" in doubts(60)[0]
    assert doubts(61) == []


def test_one_postcode_counts_where_the_register_gives_both():
    same = {"postcode": "DT7 3QD"}
    assert doubts(200, **same, postcode_basis="stated") == [
        "the register gives both the postcode DT7 3QD"
    ]
    assert doubts(200, **same, postcode_basis="inferred") == []
    assert doubts(200, postcode="DT7 3QE", postcode_basis="stated") == []


def test_one_property_number_is_one_property():
    assert doubts(2000, fire={"uprn": "100"}, uprn="100") == ["both have the property number 100"]
    assert doubts(2000, fire={"uprn": "100"}, uprn="101") == []


def test_a_name_that_says_where_it_is():
    assert doubts(2000, name="Lyme police (at Lyme Fire Station)") == [
        "the register calls PA “Lyme police (at Lyme Fire Station)”"
    ]
    assert doubts(200, address="Fire Station, Hill Road") == [
        "the register calls PA “Fire Station, Hill Road”"
    ]
    assert doubts(2000, address="Fire Station Road") == []


@pytest.mark.parametrize(
    "clause",
    ["Radstock fire station 25-30 m away: adjacent or shared site", "fire station: adjacent",
     "same building as the fire station", "adjacent to Lyme Fire Station"],
)  # fmt: skip
def test_the_register_s_own_words_are_read_and_told(clause):
    assert doubts(200, notes=f"desk closed 2014; {clause}; opened 1970") == [
        f"the register says of PA “{clause}”"
    ]


@pytest.mark.parametrize(
    "notes", ["Devon fire stations usable by police", "adjacent to the library", "shared PFI"]
)
def test_other_words_are_no_doubt(notes):
    assert doubts(200, notes=notes) == []


def test_words_about_a_fire_station_far_away_are_about_another():
    assert doubts(2000, notes="adjacent to the fire station") == []


def test_a_doubt_makes_a_possible_share_with_its_reason():
    _, found = made(site("FA", 0, 0), site("PA", 30, 0))
    pair = found.pairs.iloc[0]
    assert pair["existing_share"] == "possible"
    assert "30 m apart" in pair["share_reason"]
    option = found.options.set_index("option_id").loc["PA-into-FA"]
    assert (option["existing_share"], option["share_reason"]) == ("possible", pair["share_reason"])
    assert "They may be sharing already" in option["reason"]


def test_nothing_in_doubt_says_nothing():
    _, found = made(site("FA", 0, 0), site("PA", 200, 0))
    assert found.pairs["existing_share"].isna().all()
    assert found.options[["share_reason", "weak_site_ids", "weak_reason"]].isna().all(axis=None)


def test_a_group_with_one_doubtful_pair_is_in_doubt():
    _, found = made(site("FA", 0, 0), site("PA", 30, 0), site("PB", 900, 0))
    options = found.options.set_index("option_id")
    assert options.loc["PA+PB-into-FA", "existing_share"] == "possible"
    assert options["existing_share"].isna()["PB-into-FA"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"name": "Seaton police premises (unnamed in OSM)"}, "has no name in its source"),
     ({"notes": "unnamed in OSM; function not evidenced"}, "has no name in its source"),
     ({"confidence": "low"}, "is of low confidence in the register")],
)  # fmt: skip
def test_an_unnamed_or_doubtful_point_is_weak_evidence(facts, said):
    assert said in weak(**facts)


@pytest.mark.parametrize("confidence", ["high", "medium"])
def test_a_named_site_is_no_weak_evidence(confidence):
    assert weak(confidence=confidence, notes="renamed in 2019") is None


RULES = (
    GateRule(id="shared_already", label="Shared", mandatory=True, question="Shared?"),
    GateRule(id="site_known", label="Known", mandatory=True, question="There?"),
)


def test_both_questions_are_asked_first_of_whom_they_concern():
    frame, found = made(site("FA", 0, 0), site("PA", 30, 0, confidence="low"))
    cover, access = (found.options[["option_id"]] for _ in range(2))
    effects = gate_effects(found.options, frame, cover=cover, access=access)
    asked = gates(found.options, frame, effects=effects, rules=RULES,
                  as_of=HEAD.as_of).gates.set_index(["option_id", "gate"])  # fmt: skip
    shared, known = (
        asked.loc[("PA-into-FA", "shared_already")],
        asked.loc[("PA-into-FA", "site_known")],
    )
    assert (shared["outcome"], shared["asked_of"]) == ("unknown", "option:PA-into-FA")
    assert "30 m apart" in shared["reason"]
    assert (known["outcome"], known["asked_of"]) == ("unknown", "site:PA")
    assert found.options.set_index("option_id").loc["PA-into-FA", "weak_site_ids"] == "PA"


def test_both_pass_where_nothing_is_in_doubt():
    frame, found = made(site("FA", 0, 0), site("PA", 200, 0))
    none = found.options[["option_id"]]
    effects = gate_effects(found.options, frame, cover=none, access=none)
    asked = gates(found.options, frame, effects=effects, rules=RULES, as_of=HEAD.as_of)
    assert set(asked.gates["outcome"]) == {"pass"}
