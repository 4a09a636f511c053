"""The laws of every path: what must stand before the decision, who decides first, who last."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.errors import OptionError
from colocate.governance.approvals import approvals
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.schema import conform
from options_town import RULES, bodies, governance, option, options, site, sites

FRAME = sites(
    site("FA", 0, 0),
    site("PA", 1, 0),
    site("PN", 2, 0, body_id="westpolice", police_area="West"),
)
EAST = option("O", "into_fire", members="FA;PA", host="FA", movers="PA")
WEST = EAST | {"site_ids": "FA;PN", "mover_site_ids": "PN", "police_areas": "East;West"}


def path(table, moved=EAST, *, crew=False, desk=False, of_bodies=None):
    effect = {"option_id": "O", "fire_changes": crew, "desk_changes": desk, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    return approvals(
        options(moved), FRAME, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]),
        bodies=bodies() if of_bodies is None else of_bodies, governance=table,
        rule_set="current", as_of=dt.date(2026, 1, 1),
    )  # fmt: skip


def without(*rules):
    return governance(*(rule for rule in RULES if rule[0] not in rules))


@pytest.mark.parametrize(
    ("missing", "effects", "told"),
    [
        (("advice",), {}, "no evidence before the decision: option"),
        (("equality",), {}, "no equality analysis before the decision: option"),
        (("staff",), {}, r"no consultation before the decision \(staff_move\)"),
        (("staff", "cover"), {"crew": True}, r"\(fire_cover_changes, staff_move\)"),
        (("authority", "owner", "alliance"), {}, "nobody decides"),
    ],
)
def test_a_path_that_lacks_what_the_decision_needs_is_refused(missing, effects, told):
    with pytest.raises(OptionError, match=told):
        path(without(*missing), **effects)


@pytest.mark.parametrize("rule", ["advice", "equality", "staff"])
def test_what_stands_after_the_decision_does_not_count(rule):
    table = governance(*RULES)
    late = table["rule_id"] == rule
    table = table.assign(step=table["step"].mask(late, 9), phase=table["phase"].mask(late, "after"))
    with pytest.raises(OptionError, match="before the decision"):
        path(table)


@pytest.mark.parametrize("step", [4, 7])
def test_a_step_outside_its_phase_is_refused(step):
    table = governance(*RULES)
    table["step"] = table["step"].mask(table["rule_id"] == "advice", step)
    with pytest.raises(OptionError, match="a step stands outside its phase"):
        path(table)


def test_where_a_crew_moves_the_fire_authority_decides_first():
    table = governance(*RULES)
    table["step"] = table["step"].mask(table["rule_id"] == "authority", 6)
    table["step"] = table["step"].mask(table["rule_id"] == "alliance", 7)
    assert path(table)["option_id"].eq("O").all()
    with pytest.raises(OptionError, match="does not decide first"):
        path(table, crew=True)


@pytest.mark.parametrize("step", [4, 5])
def test_the_board_decides_after_the_fire_authority(step):
    table = governance(*RULES)
    table["step"] = table["step"].mask(table["rule_id"] == "authority", 5)
    table["step"] = table["step"].mask(table["rule_id"] == "owner", 4)
    table["step"] = table["step"].mask(table["rule_id"] == "alliance", step)
    with pytest.raises(OptionError, match="board before the fire authority"):
        path(table)


def test_an_alliance_has_no_say_where_none_of_its_members_takes_part():
    table = governance(*RULES)
    table["condition"] = table["condition"].mask(table["rule_id"] == "alliance", "always")
    allied = bodies()
    allied["alliance"] = allied["alliance"].mask(allied["body_id"] == "board", "Eastern Alliance")
    assert "board" in set(path(table, of_bodies=allied)["body_id"])
    with pytest.raises(OptionError, match="where none of its members takes part"):
        path(table, WEST, of_bodies=allied)


@settings(max_examples=25)
@given(st.permutations([*range(1, len(RULES) + 1)]), st.booleans())
def test_whatever_the_order_of_rules_a_path_keeps_the_laws_or_is_refused(order, crew):
    table = governance(*RULES).assign(step=order)
    try:
        found = path(table, crew=crew)
    except OptionError:
        return
    steps = found.groupby("phase")["step"].agg(["min", "max"])
    assert steps.loc["before", "max"] < steps.loc["decision", "min"]
    decided = found[found["phase"] == "decision"].set_index("body_id")["step"]
    assert decided["shirefire"] < decided["board"]
    assert not crew or decided["shirefire"] == decided.min()
