"""Everything told of an option: its classes, and what is left of it for an audience."""

from __future__ import annotations

from dataclasses import fields

import pytest

from colocate.publish import facts
from colocate.publish.facts import Audience, Option, WithheldError, cut, gather
from colocate.publish.facts.disclosure import CLASSES
from colocate.study import Disclosure
from colocate.tables import TABLES, empty
from colocate.tables.schema import conform


@pytest.fixture(scope="module")
def known(tables, study):
    return gather(tables, study)


def kinds(record=Option):
    """A kind of record and all kinds within it."""
    within = [*record.ONE.values(), *record.MANY.values()]
    return {record}.union(*(kinds(kind) for kind in within))


def readable(record, ceiling):
    """Names of the fields with a value of their own that can and that must be read."""
    found, allowed = set(), set()
    for name, column in record.COLUMNS.items():
        if CLASSES.index(column.disclosure) <= CLASSES.index(ceiling):
            allowed.add(name)
        try:
            getattr(record, name)
        except WithheldError:
            continue
        found.add(name)
    return found, allowed


@pytest.mark.parametrize("kind", sorted(kinds(), key=str), ids=lambda kind: kind.__name__)
def test_every_field_has_a_class_and_a_column_s_class_is_the_table_s(kind):
    told = {*kind.COLUMNS, *kind.ONE, *kind.MANY}
    assert told == {field.name for field in fields(kind)}
    for name, column in kind.COLUMNS.items():
        assert column.disclosure in CLASSES
        if column.name:
            assert column is TABLES[kind.TABLE][name]


@pytest.mark.parametrize("ceiling", CLASSES)
def test_an_audience_reads_the_fields_up_to_its_class_and_no_others(known, ceiling):
    for option in cut(known, Audience(ceiling)).options:
        records = [option, option.score, option.money, option.cover, *option.sites,
                   *option.gates, *option.contributions, *option.money_by_body]  # fmt: skip
        for record in records:
            found, allowed = readable(record, ceiling)
            assert found == allowed


def test_nothing_is_cut_for_the_authorities(known):
    assert cut(known, Audience("restricted")).options == known.options


def test_a_cut_leaves_the_sites_of_its_options_alone(known):
    seen = cut(known, facts.AGENTS)
    assert [o.option_id for o in seen.options] == ["F2+P2-new", "F4-hq-P3", "P1-into-F1"]
    assert set(seen.sites) == {"F1", "F2", "F4", "P1", "P2", "P3"}
    assert seen.questions == ()


def test_the_facts_given_are_left_whole(known):
    before = known.options[0].score.score
    cut(known, facts.AGENTS)
    assert known.options[0].score.score == before


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience("public", ranked=False), {"P2-into-F2", "P2-touchdown-F2"}),
        (Audience("public", reaches=frozenset({"internal"})),
         {"F1+P1-new", "F1-into-P1", "P2-into-F2", "P2-touchdown-F2"}),
        (facts.AGENTS, {"F2+P2-new", "F4-hq-P3", "P1-into-F1"}),
        (facts.MARKET, set()),
    ],
)  # fmt: skip
def test_an_audience_is_told_of_its_own_options(known, audience, expected):
    assert {option.option_id for option in cut(known, audience).options} == expected


def test_an_option_with_a_restricted_site_is_for_those_who_may_know_of_it(tables, study):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P3", "disclosure"] = "restricted"
    known = gather(tables | {"located_sites": sites}, study)
    assert "F4-hq-P3" not in {option.option_id for option in cut(known, facts.AGENTS).options}
    assert "F4-hq-P3" in {option.option_id for option in cut(known, facts.OPEN_PAGE).options}


def test_money_is_readable_by_its_unit_where_the_study_says_so(known, study):
    told = study.model_copy(update={"disclosure": Disclosure(agents_see_costs=True)})
    option = cut(known, facts.appointed(told)).options[-1]
    assert (option.option_id, option.money.net_saving_gbp) == ("P1-into-F1", 12_000)
    with pytest.raises(WithheldError):
        _ = option.score.score
    with pytest.raises(WithheldError):
        _ = cut(known, facts.appointed(study)).options[0].money.net_saving_gbp


def test_a_restricted_decision_about_a_site_keeps_its_options_from_agents(tables, study):
    decided = {
        "site_id": "P3", "what": "sold", "date": "2026", "decided_by": "force", "source": "minute",
        "certainty": "evidenced", "note": "not yet public", "disclosure": "restricted",
    }  # fmt: skip
    rows = conform(TABLES["site_decisions"], [decided])
    known = gather(tables | {"site_decisions": rows}, study)
    assert "F4-hq-P3" not in {option.option_id for option in cut(known, facts.AGENTS).options}
    assert "F4-hq-P3" in {option.option_id for option in cut(known, facts.OPEN_PAGE).options}


def test_what_was_decided_is_told_where_anything_is_known(tables, study):
    rows = [
        {"option_id": option, "gate": "already_decided", "outcome": "pass", "mandatory": True,
         "reason": "Said.", "evidence": evidence}
        for option, evidence in (("P1-into-F1", "site_decisions:P1/kept/2020"),
                                 ("P2-into-F2", "rule:already_decided"))
    ]  # fmt: skip
    known = gather(tables | {"gates": conform(TABLES["gates"], rows)}, study)
    told = {option.option_id: option.already_decided for option in known.options}
    assert (told["P1-into-F1"], told["P2-into-F2"], told["F4-hq-P3"]) == ("Said.", None, None)


DECIDED = {
    "site_id": "P1", "what": "dropped", "date": "2020", "decided_by": "police",
    "source": "press", "certainty": "evidenced", "note": "invented", "disclosure": "public",
}  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "site", "evidence", "expected"),
    [
        ("public", "public", "site_decisions:P1/dropped/2020", "Said."),
        ("commercial", "public", "site_decisions:P1/dropped/2020", None),
        ("public", "commercial", "site_decisions:P1/dropped/2020", None),
        ("public", "public", "site_decisions:P1/dropped/2020;site_decisions:P1/kept/2020", None),
        ("public", "public", "evidence:P1/already_decided/2026-01-01", None),
        ("public", "public", None, None),
    ],
)  # fmt: skip
def test_a_decision_is_public_where_its_source_and_its_site_are(
    tables, study, decision, site, evidence, expected
):
    gate = {"option_id": "P1-into-F1", "gate": "already_decided", "outcome": "unknown",
            "mandatory": True, "reason": "Said.", "evidence": evidence}  # fmt: skip
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "disclosure"] = site
    rows = conform(TABLES["site_decisions"], [DECIDED | {"disclosure": decision}])
    known = gather(
        tables | {"gates": conform(TABLES["gates"], [gate]), "site_decisions": rows,
                  "located_sites": sites},
        study,
    )  # fmt: skip
    (option,) = (o for o in known.options if o.option_id == "P1-into-F1")
    assert (option.already_decided, option.decided) == ("Said.", expected)


def test_areas_of_the_map_are_told_to_two_figures_and_recorded_ones_whole(tables, study):
    space = {"option_id": "P1-into-F1", "need_low_m2": 588.78, "need_high_m2": 1967.07,
             "need_basis": "assumed", "room_low_m2": 123.4, "room_high_m2": 123.4,
             "room_basis": "recorded", "share_low": 0, "share_high": 1, "fit": "open"}  # fmt: skip
    known = gather(tables | {"space": conform(TABLES["space"], [space])}, study)
    (told,) = (o.space for o in known.options if o.space is not None)
    assert (told.need_low_m2, told.need_high_m2, told.room_low_m2) == (590, 2000, 123.4)


def test_one_option_alone_is_told_as_among_all(tables, study, known):
    for option in known.options:
        (alone,) = gather(tables, study, only={option.option_id}).options
        assert alone == option


def test_an_option_that_the_register_does_not_name_is_undecided(tables, study):
    bare = tables | {"option_decisions": empty(TABLES["option_decisions"])}
    decisions = {option.decision for option in gather(bare, study).options}
    assert {(each.status, each.release) for each in decisions} == {("none", "internal")}


def test_gates_are_counted_in_words(known):
    told = {option.option_id: option for option in known.options}
    assert told["F1-into-P1"].gates_counted.startswith("1 fail, 2 open, ")
    assert told["F1-into-P1"].gates_in_short.startswith("1 fail (fire cover), ")


def test_a_step_of_two_rules_is_said_once(tables, study):
    steps = [
        {"option_id": "P1-into-F1", "step": step, "body_id": "fire", "body": "Fire",
         "phase": "decision", "topic": "decision", "action": action, "task": "Acts",
         "citation": "invented", "certainty": "evidenced", "days_earliest": 1, "days_usual": 1,
         "days_source": "invented", "rule_id": "R"}
        for step, action in ((2, "approve"), (1, "consult"), (3, "approve"))
    ]  # fmt: skip
    known = gather(tables | {"approvals": conform(TABLES["approvals"], steps)}, study)
    path = {option.option_id: option.approval_path for option in known.options}
    assert path["P1-into-F1"] == "Fire (consult); Fire (approve)"
    assert path["F4-hq-P3"] is None
