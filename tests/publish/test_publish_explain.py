import pandas as pd
import pytest

from colocate.candidates.generate import generate
from colocate.errors import OptionError
from colocate.gates.gates import gates
from colocate.governance.approvals import approvals
from colocate.money.appraisal import money
from colocate.money.cases import listed as asked
from colocate.pipeline.locate import load_study
from colocate.publish.explain import explain
from colocate.scoring import measures, scoring
from colocate.tables import TABLES, empty
from colocate.tables.gates import QUESTIONS
from colocate.tables.schema import conform
from money_town import estimated
from options_town import (
    HEAD,
    RULES,
    access_of,
    bodies,
    cover_of,
    demand_points,
    gate_effects,
    governance,
    site_to_demand,
    site_to_site,
    town,
)  # fmt: skip
from town import SETTINGS


@pytest.fixture(scope="module")
def chosen():
    return load_study(SETTINGS).model_copy(update={"study": HEAD, "rule_set": "current"})


@pytest.fixture(scope="module")
def tables(chosen):
    """The invented town from options to scores, under the towns' settings."""
    sites = town()
    demand = demand_points(("D1", -500, 0, 1000, 1), ("D2", 9000, 0, 2000, 2))
    made = generate(sites, site_to_site(sites), settings=chosen.options, fire_body=HEAD.fire_body)
    od = site_to_demand(sites, demand)
    covered = cover_of(
        made.options, sites, participation=made.participation, site_to_demand=od,
        demand_points=demand, response=chosen.response,
        tolerance=chosen.tolerance,
    )  # fmt: skip
    reached = access_of(
        made.options, sites, demand_to_site=od, demand_points=demand, settings=chosen.access,
        tolerance=chosen.tolerance,
    )  # fmt: skip
    effects = {"cover": covered.cover, "access": reached}
    found = {
        "located_sites": sites,
        "options": made.options,
        "money": money(asked(
            made.options, sites, costs=empty(TABLES["costs"]), bodies=bodies(),
            estimates=estimated(sites, settings=chosen.money),
            settings=chosen.money, as_of=HEAD.as_of,
        )).money,
        "gates": gates(
            made.options, sites,
            effects=gate_effects(made.options, sites, **effects, rules=chosen.gates),
            rules=chosen.gates, as_of=HEAD.as_of,
        ).gates,
        "approvals": approvals(
            made.options, sites, **effects, bodies=bodies(), governance=governance(*RULES),
            rule_set="current", as_of=HEAD.as_of,
        ),
        **effects,
    }  # fmt: skip
    listed = chosen.choice.criteria
    measured = measures.measures(found, criteria=listed, nearness={})
    found["contributions"] = scoring.contributions(measured, criteria=listed)
    found["scores"] = scoring.scores(found["contributions"], found["options"], gates=found["gates"])
    return found


def test_every_option_is_explained(tables, chosen):
    for option_id in tables["options"]["option_id"]:
        told = explain(option_id, tables, study=chosen)
        assert "nan" not in told.lower().split()
        assert told.startswith(option_id)


def test_a_police_move_explained(tables, chosen):
    told = explain("PA-into-FA", tables, study=chosen)
    for expected in (
        "Invented.",
        "Status: investigate, rank ",
        "Site PA would move into Site FA",
        "200 m apart in a straight line",
        "cover changes by exactly 0",
        "Closeness: a walk, computed (scale ",
        "Fire response: 0.0 s, computed",
        "pass     Still in use: Site FA: evidence of 2026-01-01; Site PA: evidence of ",
        "unknown  Space: Spare floor area of Site FA is not recorded.",
        "Will the force sign off",
        "  Before the decision\n  1. Staff bodies: advise. Does advice (1 to 10 days, invented)",
        "  The decision\n  4. Shire Fire Authority: approve. Does authority (4 to 40 days, ",
        "5. East Commissioner: approve",
        "6. Alliance Board: approve",
        "unknown  Vetting and ICT security",
    ):
        assert expected in told


def test_what_is_not_known_is_said(tables, chosen):
    told = explain("FA+PA-new", tables, study=chosen)
    assert told.count("Afterwards unknown: the site is still to be found.") == 2
    told = explain("PN-into-FB", tables, study=chosen)
    assert "(not verified)" in told


def test_answers_that_are_worth_most_come_first(tables, chosen):
    rows = [
        {"question_id": f"{gate}/PA", "gate": gate, "about": "PA", "about_name": "Site PA",
         "question": f"{gate}?", "whom": "Police", "whom_kind": "force", "mandatory": True,
         "n_options": 1, "n_settled": 0, "moved_mean": moved, "moved_max": 4, "settled_mean": 0.5,
         "settled_max": 1, "option_ids": "PA-into-FA", "rank": rank}
        for gate, moved, rank in (("space", 1.5, 2), ("tenure", 2.0, 1))
    ]  # fmt: skip
    told = explain("PA-into-FA", {**tables, "questions": conform(QUESTIONS, rows)}, study=chosen)
    assert told.split("To find out\n")[1].startswith(
        "  Site PA: tenure? Ask Police. An answer would move 2 ranks on average, 4 at most, and "
        "settle 0.5 options, 1 at most.\n  Site PA: space? Ask Police. An answer would move 1.5 "
    )


def test_what_is_blocked_asks_what_its_gates_ask(tables, chosen):
    told = explain("FA-into-PA", tables, study=chosen)
    asked = told.split("To find out")[1].split("Who decides")[0]
    assert "?" in asked
    assert "An answer would move" not in asked


def test_an_unknown_option_is_an_error_that_names_the_nearest(tables, chosen):
    with pytest.raises(OptionError, match="PA-into-FA"):
        explain("PA-into-FZ", tables, study=chosen)


def test_what_the_register_remarks_is_said(tables, chosen):
    sites = tables["located_sites"]
    remarked = sites.assign(notes=sites["notes"].where(sites["site_id"] != "PA", "to be sold"))
    told = explain("PA-into-FA", {**tables, "located_sites": remarked}, study=chosen)
    assert "    Register: to be sold\n" in told


def test_nothing_is_recommended_on_an_unknown_mandatory_gate(tables):
    """The same option with every gate answered, and with one that is not."""
    answered = tables["gates"].assign(outcome="pass")
    one = (answered["option_id"] == "PB-into-FB") & (answered["gate"] == "security")
    answered["outcome"] = answered["outcome"].mask(one, "unknown")
    found = scoring.scores(tables["contributions"], tables["options"], gates=answered)
    status = found.set_index("option_id")["status"]
    assert status["PA-into-FA"] == "recommended"
    assert status["PB-into-FB"] == "investigate"
    assert status["PW-into-FW"] == "existing"


def test_a_saving_is_rounded_and_conditional(tables, chosen):
    saved = tables["money"].assign(
        net_saving_gbp=12_000.4, gross_saving_gbp=31_000.0, host_increase_gbp=18_999.6
    )
    told = explain("PA-into-FA", {**tables, "money": saved}, study=chosen)
    assert "£12,000 a year would be saved, net (" in told
    assert "£31,000 released, £19,000 more at the host." in told


def test_what_is_in_place_has_no_gates(tables, chosen):
    told = explain("PW-into-FW", tables, study=chosen)
    assert "None: it is in place today." in told
    assert "not ranked" in told


def test_what_matters_comes_first(tables, chosen):
    told = explain("PA-into-FA", tables, study=chosen)
    short = told.split("In short\n")[1].split("\n\n")[0].splitlines()
    assert short[0] == "  Fire cover: exactly as today."
    assert [line.split(":")[0].strip() for line in short] == [
        "Fire cover", "Police desks", "Running cost", "Gates",
    ]  # fmt: skip


def test_gates_that_fail_come_before_open_ones_and_those_that_pass(tables, chosen):
    gates = tables["gates"].copy()
    mine = gates.index[gates["option_id"] == "PA-into-FA"]
    gates.loc[mine[-1], "outcome"] = "fail"
    told = explain("PA-into-FA", {**tables, "gates": gates}, study=chosen)
    rows = told.split("\nGates\n")[1].split("\n\n")[0].splitlines()
    order = [row.split()[0] for row in rows]
    assert order == sorted(order, key=["fail", "unknown", "pass"].index)
    assert {"fail", "unknown", "pass"} == set(order)
    assert f"1 fail ({gates.loc[mine[-1], 'gate'].replace('_', ' ')})" in told


def test_a_note_of_several_measures_is_told_once(tables, chosen):
    note = "Taken at the best point. Counted by hand."
    rows = [
        {"option_id": "PA-into-FA", "side": "fire", "measure": name, "label": name, "unit": unit,
         "before": 90.0, "after": after, "gained": None, "lost": None, "basis": "computed",
         "change": change, "note": text}
        for name, unit, after, change, text in (
            ("mean", "s", 150.4, "told", "Taken at the best point."),
            ("people", "people", 1234567.0, "told", note),
            ("same", "km2", 90.0, "none", note), ("p90", "s", 90.0, "too_small", note),
        )
    ]  # fmt: skip
    told = explain("PA-into-FA", {**tables, "effects": pd.DataFrame(rows)}, study=chosen)
    assert "  mean: 1 min 30 s today, 2 min 30 s afterwards (computed)\n" in told
    assert "  people: 90 people today, 1,234,567 afterwards (computed)\n" in told
    assert told.count("Taken at the best point.") == 1
    assert told.count("Counted by hand.") == 1
    assert "  1 of 4 measures: no change the method can tell.\n" in told
    assert "  1 of 4 measures stay exactly as they are.\n" in told


def test_groups_slowed_more_than_average_are_told(tables, chosen):
    rows = [
        {"option_id": "PA-into-FA", "side": "police", "group": group, "people": 9.0,
         "finding": finding, "suppressed": False}
        for group, finding in (
            ("imd_decile_1", "slowed more than average"), ("rural", "slowed more than average"),
            ("urban", "as the average"), ("disabled", "too few to say"),
        )
    ]  # fmt: skip
    told = explain(
        "PA-into-FA", {**tables, "equality": conform(TABLES["equality"], rows)}, study=chosen
    )
    assert "  police, slowed more than average: deprivation decile 1, rural\n" in told
    assert "  1 group: too few people to say." in told
    assert "urban" not in told


def test_every_option_has_an_approver_and_fire_comes_first(tables):
    path = tables["approvals"]
    assert set(path["option_id"]) == set(tables["options"]["option_id"])
    decided = path[path["phase"] == "decision"].groupby("option_id").first()
    assert set(decided["body_id"]) == {"shirefire"}


def test_a_police_move_into_a_fire_station_changes_cover_by_exactly_nothing(tables):
    moves = tables["options"]["kind"] == "into_fire"
    chosen_ids = tables["options"]["option_id"][moves]
    rows = tables["cover"][tables["cover"]["option_id"].isin(chosen_ids)]
    assert len(rows) == 5
    assert (rows["people_after"] - rows["people_before"]).eq(0).all()
    assert (rows["mean_response_after_s"] - rows["mean_response_before_s"]).eq(0).all()
