import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.errors import OptionError
from colocate.governance.approval_routes import routes
from colocate.governance.approvals import approvals
from colocate.tables import TABLES, check
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.governance import ACTIONS
from colocate.tables.schema import conform
from options_town import (
    RULES,
    bodies,
    governance,
    option,
    options,
    site,
    sites,
)  # fmt: skip

FRAME = sites(
    site("FA", 0, 0),
    site("PA", 1, 0),
    site("PN", 2, 0, body_id="westpolice", police_area="West"),
)
EAST = option("O", "into_fire", members="FA;PA", host="FA", movers="PA")
WEST = EAST | {"site_ids": "FA;PN", "mover_site_ids": "PN", "police_areas": "East;West"}


def path(moved=EAST, *, rules=RULES, table=None, frame=FRAME, bodies_=None, crew=False,
         desk=False, as_of=dt.date(2026, 1, 1), rule_set="current"):  # fmt: skip
    effect = {"option_id": "O", "fire_changes": crew, "desk_changes": desk, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    found = approvals(
        options(moved), frame, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]),
        bodies=bodies() if bodies_ is None else bodies_,
        governance=governance(*rules) if table is None else table,
        rule_set=rule_set, as_of=as_of,
    )  # fmt: skip
    return check(TABLES["approvals"], found)


def steps(found, *, phase="decision"):
    """Step, body and action, the first step of the phase as 1."""
    rows = found[found["phase"] == phase]
    first = rows["step"].min() - 1
    return list(zip(rows["step"] - first, rows["body_id"], rows["action"], strict=True))


def last(*rules):
    """The rules of the town with more of them, after the decision."""
    return [*RULES, *rules]


def test_the_path_of_an_alliance_option():
    assert steps(path()) == [
        (1, "shirefire", "approve"), (2, "eastpcc", "approve"), (3, "board", "approve"),
    ]  # fmt: skip


def test_a_force_outside_the_alliance_takes_another_path():
    found = path(WEST)
    assert "board" not in set(found["body_id"])
    assert (3, "westpolice", "agree") in steps(found)


def test_a_body_nobody_knows_is_said_to_be_unknown():
    found = path(WEST).set_index("body_id")  # West has no commissioner in the table
    assert found.loc["owner_commissioner:westpolice", "certainty"] == "unknown"


def test_the_fire_authority_consults_before_it_decides_where_cover_changes():
    found = path(crew=True)
    assert steps(found)[0] == (1, "shirefire", "approve")
    assert (3, "shirefire", "consult") in steps(found, phase="before")


def test_a_body_stands_once_for_an_action_at_its_earliest_step():
    rules = last(("later", "staff_move", "shirefire", 9, "approve"),
                 ("last", "always", "shirefire", 9, "record"))  # fmt: skip
    found = path(rules=rules)
    of_authority = found[found["body_id"] == "shirefire"]
    assert of_authority["action"].tolist() == ["approve", "record"]
    assert of_authority["step"].tolist() == [4, 7]
    assert of_authority["citation"].tolist() == ["Act of authority; Act of later", "Act of last"]


def test_legal_forms_are_kept_and_joined():
    table = governance(*last(("later", "staff_move", "board", 9, "approve")))
    table["legal_form"] = table["rule_id"].map({"alliance": "agreement", "later": "lease"})
    found = path(table=table).query("phase == 'decision'").set_index("body_id")["legal_form"]
    assert found["board"] == "agreement; lease"
    assert found.isna().sum() == 2


AMBULANCE = sites(site("FA", 0, 0), site("AA", 1, 0))
JOINS = EAST | {"site_ids": "AA;FA", "mover_site_ids": "AA", "released_site_ids": "AA"}


def test_an_ambulance_site_brings_its_own_body():
    rules = [*RULES, ("other", "other_site", "owner", 5, "agree")]
    assert steps(path(JOINS, rules=rules, frame=AMBULANCE)) == [
        (1, "shirefire", "approve"), (2, "ambulance", "agree"),
    ]  # fmt: skip
    assert "ambulance" not in set(path(rules=rules)["body_id"])


LIBRARY = option("O", "into_partner", members="LA;PA", host="LA", movers="PA")
OF_PARTNERS = (
    *RULES,
    ("other", "other_site", "owner", 5, "agree"),
    ("of_partner", "partner_host", "owner_commissioner", 9, "record"),
)


@pytest.mark.parametrize(
    ("confidence", "certainty"),
    [("low", "unknown"), ("medium", "evidenced"), ("high", "evidenced")],
)
def test_whose_a_doubtful_site_is_is_not_verified(confidence, certainty):
    frame = sites(
        site("LA", 0, 0, "other", body_id="ambulance", confidence=confidence), site("PA", 1, 0)
    )
    found = path(LIBRARY, rules=OF_PARTNERS, frame=frame)
    assert steps(found) == [
        (1, "ambulance", "agree"), (1, "eastpcc", "approve"), (2, "board", "approve"),
    ]  # fmt: skip
    assert steps(found, phase="after") == [(1, "eastpcc", "record")]
    assert dict(zip(found["body_id"], found["certainty"], strict=True))["ambulance"] == certainty


def test_only_a_partner_s_site_asks_for_what_the_fire_authority_does_elsewhere():
    assert steps(path(rules=OF_PARTNERS), phase="after") == []


def test_a_neighbour_s_station_brings_its_own_authority_and_no_other():
    frame = sites(site("FX", 0, 0, body_id="otherfire", over_border=True), site("PA", 1, 0))
    moved = option("O", "into_fire", members="FX;PA", host="FX", movers="PA")
    found = path(moved, frame=frame)
    assert steps(found)[0] == (1, "otherfire", "approve")
    assert "shirefire" not in set(found["body_id"])


def test_a_path_without_the_occupier_of_a_mover_is_an_error():
    with pytest.raises(OptionError, match=r"without the occupier .*O \(ambulance\)"):
        path(JOINS, frame=AMBULANCE)


def test_steps_run_from_one_without_gaps():
    table = governance(*RULES)
    found = path(table=table.assign(step=table["step"] * 10))
    assert sorted(set(found["step"])) == [1, 2, 3, 4, 5, 6]


def test_one_body_at_one_step_stands_once_with_its_stronger_action():
    rules = [*RULES, ("again", "fire_site", "shirefire", 4, "notify")]
    first = path(rules=rules).query("phase == 'decision'").iloc[0]
    assert (first["action"], first["rule_id"]) == ("approve", "again;authority")
    assert first["citation"] == "Act of again; Act of authority"


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(ACTIONS)))
def test_approval_is_stronger_than_agreement_and_so_on(stronger, weaker):
    table = governance(
        *last(*((action, "fire_site", "otherfire", 9, action) for action in (weaker, stronger)))
    )
    table["topic"] = table["topic"].where(table["step"] != 9, "works")
    found = path(table=table).set_index("body_id").loc["otherfire"]
    assert (found["action"], found["task"]) == (stronger, f"Does {stronger}")


def test_the_longest_of_merged_days_counts():
    table = governance(*last(("a", "always", "board", 9, "notify"),
                             ("b", "always", "board", 9, "notify")))  # fmt: skip
    table.loc[table["rule_id"] == "b", ["days_earliest", "days_usual"]] = [2, 200]
    found = path(table=table).query("phase == 'after'").iloc[0]
    assert (found["days_earliest"], found["days_usual"]) == (9, 200)


def test_a_doubtful_weaker_act_beside_an_approval_casts_no_doubt_on_it():
    table = governance(*RULES, ("advice_too", "always", "fire_authority", 4, "advise"))
    table["topic"] = table["topic"].mask(table["rule_id"] == "advice_too", "decision")
    doubted = table["certainty"].mask(table["rule_id"] == "advice_too", "unknown")
    found = path(table=table.assign(certainty=doubted)).set_index("body_id")
    assert found.loc["shirefire", "certainty"] == "evidenced"


@pytest.mark.parametrize(("word", "bodies_"), [("host", ["shirefire"]), ("mover", ["eastpolice"])])
def test_whoever_stays_and_whoever_moves(word, bodies_):
    found = path(rules=last(("works", "always", word, 9, "carry_out")))
    assert found.loc[found["phase"] == "after", "body_id"].tolist() == bodies_


def test_at_a_new_site_those_who_move_are_also_those_who_host():
    moved = EAST | {"kind": "both_to_new", "host_site_id": None, "mover_site_ids": "FA;PA"}
    found = path(moved, rules=last(("works", "always", "host", 9, "carry_out")))
    assert steps(found, phase="after") == [
        (1, "eastpcc", "carry_out"), (1, "shirefire", "carry_out"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "day", "applies"),
    [("valid_to", "2016-02-19", True), ("valid_to", "2016-02-18", False),
     ("valid_from", "2016-02-19", True), ("valid_from", "2016-02-20", False)],
)  # fmt: skip
def test_the_rules_of_2016_are_those_of_the_day_of_the_report(end, day, applies):
    table = governance(*RULES, ("extra", "always", "board", 9, "notify"))
    table = table.assign(rule_set="as_at_2016")
    table[end] = table[end].where(table["rule_id"] != "extra", day)
    assert ("notify" in set(path(table=table, rule_set="as_at_2016")["action"])) == applies


@pytest.mark.parametrize(
    ("condition", "moved", "effects", "applies"),
    [
        ("cross_force", EAST, {}, False),
        ("cross_force", WEST, {}, True),
        ("desk_changes", EAST, {"desk": True}, True),
        ("desk_changes", EAST, {}, False),
        ("staff_move", EAST, {}, True),
        ("staff_move", EAST | {"mover_site_ids": None}, {}, False),
        ("new_site", EAST, {}, False),
        ("new_site", EAST | {"kind": "both_to_new"}, {}, True),
        ("police_site_released", EAST, {}, True),
        ("police_site_released", EAST | {"released_site_ids": None}, {}, False),
        ("fire_site_released", EAST, {}, False),
        ("fire_site_released", EAST | {"released_site_ids": "FA;PA"}, {}, True),
        ("fire_site", EAST, {}, True),
    ],
)
def test_conditions(condition, moved, effects, applies):
    rules = [*RULES, ("extra", condition, "board", 9, "notify")]
    found = path(moved, rules=rules, **effects)
    assert ("notify" in set(found["action"])) == applies


@pytest.mark.parametrize(
    ("as_of", "applies"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_a_rule_is_valid_on_its_first_and_last_day(as_of, applies):
    table = governance(*RULES, ("extra", "always", "board", 9, "notify"))
    table["valid_from"] = table["valid_from"].where(table["rule_id"] != "extra", "2026-01-01")
    table["valid_to"] = table["valid_to"].where(table["rule_id"] != "extra", "2026-06-30")
    found = path(table=table, as_of=dt.date.fromisoformat(as_of))
    assert ("notify" in set(found["action"])) == applies


def test_the_historic_rule_set_counts_as_on_its_own_day():
    table = governance(*RULES).assign(rule_set="as_at_2016")
    table["valid_to"] = table["valid_to"].where(table["rule_id"] != "alliance", "2018-10-01")
    found = path(table=table, rule_set="as_at_2016")
    assert "board" in set(found["body_id"])


def test_a_body_that_has_ended_is_not_stated_as_a_fact():
    ended = bodies()
    ended["valid_to"] = ended["valid_to"].where(ended["body_id"] != "board", "2018-10-01")
    found = path(bodies_=ended).set_index("body_id")
    assert found.loc["board", "certainty"] == "unknown"


def test_an_option_without_any_path_is_an_error():
    with pytest.raises(OptionError, match="no approval path"):
        path(rules=[("new", "new_site", "board", 4, "approve")])


def test_a_site_of_an_unlisted_body_is_an_error():
    with pytest.raises(OptionError, match="not in table bodies"):
        path(frame=FRAME.assign(body_id="nobody"))


def route(moved=EAST, *, frame=FRAME, rules=RULES, forms=None, crew=False, desk=False):
    table = governance(*rules)
    table["legal_form"] = table["rule_id"].map(forms or {}).astype("str")
    table["legal_form"] = table["legal_form"].mask(table["legal_form"] == "nan")
    effect = {"option_id": "O", "fire_changes": crew, "desk_changes": desk, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    approved = path(moved, frame=frame, table=table, crew=crew, desk=desk)
    found = routes(
        options(moved), frame, approvals=approved,
        cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]), bodies=bodies(),
    )  # fmt: skip
    return check(TABLES["routes"], found).iloc[0].dropna().to_dict()


def test_the_route_of_a_move_inside_the_alliance():
    assert route(forms={"owner": "lease; licence", "alliance": "lease"}) == {
        "option_id": "O", "cross_force": False, "consultation": "staff",
        "first_body": "shirefire", "consulted": "staff", "n_steps": 6, "n_unknown": 0,
        "legal_forms": "lease;licence",
    }  # fmt: skip


def test_the_route_of_two_forces_one_outside_the_alliance():
    both = EAST | {"site_ids": "FA;PA;PN", "mover_site_ids": "PA;PN", "police_areas": "East;West"}
    found = route(both)
    assert (found["outside_alliance"], found["cross_force"]) == ("westpolice", True)
    assert found["n_unknown"] == 1  # West has no commissioner in the table


@pytest.mark.parametrize(
    ("effects", "moved", "expected", "consulted"),
    [
        ({"crew": True, "desk": True}, EAST, "fire_cover;desk_access;staff", "shirefire;staff"),
        ({}, EAST, "staff", "staff"),
        ({}, EAST | {"kind": "touchdown", "mover_site_ids": None}, None, None),
    ],
)
def test_what_asks_for_consultation(effects, moved, expected, consulted):
    found = route(moved, **effects)
    assert found.get("consultation") == expected
    assert found.get("consulted") == consulted


@settings(max_examples=15)
@given(
    st.permutations(RULES),
    st.lists(st.sampled_from(["PA", "PN", "AA"]), min_size=1, unique=True),
    st.booleans(),
)
def test_laws_of_every_path(rules, others, crew):
    """Somebody decides; the fire authority first where a crew moves; rules in any order."""
    rules = [*rules, ("other", "other_site", "owner", 5, "agree")]
    frame = sites(*(row._asdict() for row in FRAME.itertuples(index=False)), site("AA", 1, 0))
    moved = EAST | {"site_ids": ";".join(sorted(["FA", *others])),
                    "mover_site_ids": ";".join(others)}  # fmt: skip
    found = path(moved, rules=rules, frame=frame, crew=crew)
    assert found["step"].min() == 1
    assert steps(found)[0][:2] == (1, "shirefire")
    by_phase = found.groupby("phase")["step"].agg(["min", "max"])
    assert by_phase.loc["before", "max"] < by_phase.loc["decision", "min"]
    assert (found["body_id"] == "westpolice").any() == ("PN" in others)
    assert (found["body_id"] == "ambulance").any() == ("AA" in others)
    outside = route(moved, frame=frame, rules=rules, crew=crew).get("outside_alliance")
    assert outside == ("westpolice" if "PN" in others else None)
    again = path(moved, rules=sorted(rules), frame=frame, crew=crew)
    assert found.equals(again)
