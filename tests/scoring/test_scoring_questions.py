"""What to find out first, on options of an invented town whose scores are stated."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.gates.gates import gates
from colocate.gates.questions import Names, told
from colocate.scoring.criteria import defaults
from colocate.scoring.questions import questions
from colocate.scoring.scoring import scores
from colocate.tables import TABLES, check, parts
from colocate.tables.choice import CONTRIBUTIONS
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import EVIDENCE
from colocate.tables.schema import conform
from options_town import bodies, gate_effects, option, options, site, sites

AS_OF = dt.date(2026, 1, 1)
FREE = {"tenure": "freehold", "spare_m2": 100.0, "gia_m2": 50.0}
SITES = sites(
    site("FA", 0, 0, **FREE),
    site("PA", 200, 0, "office", **FREE),
    site("FB", 9000, 0),
    site("PB", 9000, 800),
    site("PN", 9900, 0, body_id="westpolice"),
)
OPTIONS = options(
    option("A", "into_fire", members="FA;PA", host="FA", movers="PA"),
    option("B", "into_fire", members="FB;PB", host="FB", movers="PB"),
    option("G", "into_fire", members="FB;PB;PN", host="FB", movers="PB;PN"),
    option("N", "both_to_new", members="FB;PB", movers="FB;PB"),
    option("T", "touchdown", members="FB;PB", host="FB"),
    option("X", "into_other", members="FA;PA", host="PA", movers="FA"),
)
RULES = [
    study.GateRule(id=gate, label=gate, mandatory=gate != "flood_listing", question=f"{gate}?",
                   threshold=threshold)
    for gate, threshold in [("space", 10), ("custody", None), ("tenure", 4), ("security", None),
                            ("flood_listing", None), ("fire_cover", 0)]
]  # fmt: skip


CRITERIA = [
    study.Criterion.model_validate(defaults()[id_] | {"id": id_, "weight": weight})
    for id_, weight in (("proximity", 0.5), ("running_cost", 0.5))
]
POINTS = dict(zip(OPTIONS["option_id"], (90.0, 80.0, 70.0, 60.0, 50.0, 40.0), strict=True))


def contributions(ranges):
    """Half of the points from each criterion; running costs with a range where one is given."""
    rows = []
    for option_id, points in POINTS.items():
        value = points / 100
        low, high = ranges.get(option_id, (value, value))
        for criterion, ends in (("proximity", (value, value)), ("running_cost", (low, high))):
            rows.append(
                {"option_id": option_id, "criterion": criterion, "raw": 1.0, "value": value,
                 "value_low": ends[0], "value_high": ends[1], "weight": 0.5,
                 "contribution": points / 2, "basis": "assumed"}
            )  # fmt: skip
    return conform(CONTRIBUTIONS, rows)


def asked(rules=RULES, evidence=None, ranges=None):
    """Gates, scores and questions; A leads, then B, G, N; X would lose cover and is blocked."""
    effects = [
        {"option_id": o, "fire_changes": o == "X", "desk_changes": False, "known": True,
         "people_before": 9.0, "people_lost": 5.0, "people_lost_best": 5.0,
         "people_lost_worst": 5.0, "fires_before": 1.0, "basis": "recorded"}
        for o in OPTIONS["option_id"]
    ]  # fmt: skip
    gated = gates(
        OPTIONS, SITES,
        effects=gate_effects(
            OPTIONS, SITES, cover=conform(COVER, effects), access=conform(ACCESS, effects)
        ),
        rules=rules, as_of=AS_OF, evidence=evidence,
    )  # fmt: skip
    parts_of = contributions(ranges or {})
    scored = scores(parts_of, OPTIONS, gates=gated.gates)
    found = questions(
        gated.gates, scored, contributions=parts_of, options=OPTIONS, located_sites=SITES,
        bodies=bodies(), criteria=CRITERIA,
    )  # fmt: skip
    assert gated.issues.empty
    return gated.gates, scored.set_index("option_id"), check(TABLES["questions"], found)


@pytest.mark.parametrize(
    ("gate", "whom"),
    [("operational_staff", "Fire"), ("fire_cover", "Fire"), ("tenure", "Police, Fire")],
)
def test_staff_and_cover_are_asked_of_the_fire_authority_alone(gate, whom):
    kinds = {"p": "police_force", "f": "fire_authority"}
    names = Names({"option:O": "O"}, {"option:O": ["p", "f"]}, {"p": "Police", "f": "Fire"}, kinds)
    row = {"option_id": "O", "about": "option:O", "gate": gate, "criterion": None,
           "question": "Ask?", "mandatory": True, "last": False}  # fmt: skip
    assert told(pd.DataFrame([row]), names=names)["whom"] == whom


def test_the_list_as_it_reads():
    found = asked()[2]
    told = "".join(
        f"\n{row.rank:.0f} {row.question_id} {'must' if row.mandatory else 'may'} "
        f"{row.n_options} {row.n_settled} {row.option_ids} | {row.about_name} | {row.whom} | "
        f"{row.moved_mean:g} {row.moved_max} {row.settled_mean:g} {row.settled_max}"
        for row in found.itertuples()
    )
    assert told == LIST


LIST = """
1 security/eastpolice must 5 1 A;B;G;N;T | East Police | East Police | 2 4 3 5
2 flood_listing/FA may 1 0 A | Site FA | Shire Fire Authority | 2 4 0.5 1
3 tenure/FB must 4 0 B;G;N;T | Site FB | Shire Fire Authority | 1.5 3 2 4
4 custody/PB must 3 0 B;G;N | Site PB | East Police | 1.5 3 1.5 3
5 space/FB must 3 0 B;G;T | Site FB | Shire Fire Authority | 1.5 3 1.5 3
6 tenure/PB must 3 0 B;G;N | Site PB | East Police | 1.5 3 1.5 3
7 flood_listing/FB may 3 0 B;G;T | Site FB | Shire Fire Authority | 1.5 3 1.5 3
8 custody/PN must 1 0 G | Site PN | West Police | 1 2 0.5 1
9 security/westpolice must 1 0 G | West Police | West Police | 1 2 0.5 1
10 tenure/PN must 1 0 G | Site PN | West Police | 1 2 0.5 1
11 space/N must 1 0 N | N | East Police, Shire Fire Authority | 0.5 1 0.5 1
12 tenure/N must 1 0 N | N | East Police, Shire Fire Authority | 0.5 1 0.5 1
13 flood_listing/N may 1 0 N | N | East Police, Shire Fire Authority | 0.5 1 0.5 1"""


def test_a_gate_is_worth_the_mean_of_pass_and_fail():
    """Security of the east: pass leaves A nothing open; fail blocks five, four of them ranked."""
    row = asked()[2].set_index("question_id").loc["security/eastpolice"]
    assert (row["moved_mean"], row["moved_max"]) == ((0 + 4) / 2, 4)
    assert (row["settled_mean"], row["settled_max"]) == ((1 + 5) / 2, 5)


def test_a_measure_is_worth_the_mean_over_its_range():
    """B scores 80, and 65 to 90 by its costs: at 65 it falls behind G, at 90 it is level with A.

    Its rank and G's are ranges today, and one at whatever figure is found.
    """
    row = asked(ranges={"B": (0.5, 1.0)})[2].set_index("question_id").loc["measure/running_cost/PB"]
    assert (row["moved_mean"], row["moved_max"]) == ((2 + 0 + 0 + 0 + 1) / 5, 2)
    assert (row["settled_mean"], row["settled_max"]) == (2, 2)
    assert (row["whom"], row["whom_kind"], row["option_ids"]) == ("East Police", "force", "B")
    assert pd.isna(row["gate"])


def test_whom_to_ask_is_told_by_kind():
    found = asked()[2].set_index("question_id")["whom_kind"]
    assert found[["tenure/FB", "custody/PB", "space/N"]].tolist() == [
        "authority", "force", "authority;force",
    ]  # fmt: skip


def test_an_option_that_fails_a_gate_asks_nothing():
    gated, scored, found = asked()
    assert scored.loc["X", "status"] == "blocked"
    assert (gated.query("option_id == 'X'")["outcome"] == "unknown").any()
    assert not found["option_ids"].map(parts).map(lambda ids: "X" in ids).any()


def answers(found, outcome="pass"):
    """Evidence that answers questions, by what each is about."""
    kinds = {**dict.fromkeys(SITES["site_id"], "site_id"),
             **dict.fromkeys(bodies()["body_id"], "body_id"),
             **dict.fromkeys(OPTIONS["option_id"], "option_id")}  # fmt: skip
    return conform(
        EVIDENCE,
        (
            {kinds[row.about]: row.about, "gate": row.gate, "outcome": outcome, "reason": "seen",
             "author": "estates", "date": "2026-01-01"}
            for row in found.itertuples()
        ),
    )  # fmt: skip


def test_answering_every_mandatory_question_with_pass_leads_to_recommended():
    _, before, found = asked()
    assert set(before["status"]) == {"investigate", "blocked"}
    _, after, left = asked(evidence=answers(found[found["mandatory"]]))
    assert after["status"].drop("X").tolist() == ["recommended"] * 5
    assert set(left["gate"]) == {"flood_listing"}


def test_a_last_answer_settles_exactly_the_options_it_says():
    found = asked()[2].query("mandatory")
    but_one = found[found["question_id"] != "security/eastpolice"]
    _, scored, left = asked(evidence=answers(but_one))
    last = left.query("mandatory").iloc[0]
    assert last["question_id"] == "security/eastpolice"
    assert last["n_settled"] == last["n_options"] == (scored["status"] == "investigate").sum()


@settings(max_examples=20)
@given(st.data())
def test_each_answer_takes_its_question_off_and_no_other(data):
    found = asked()[2]
    given_ids = data.draw(st.sets(st.sampled_from(found["question_id"].tolist())))
    chosen = found[found["question_id"].isin(given_ids)]
    left = asked(evidence=answers(chosen))[2]
    assert set(left["question_id"]) == set(found["question_id"]) - given_ids


def test_the_list_does_not_depend_on_the_order_of_gates():
    assert asked(rules=RULES[::-1])[2].equals(asked()[2])


@pytest.mark.parametrize("outcome", ["fail", "unknown"])
def test_recommended_needs_neither_a_failed_nor_an_unknown_mandatory_gate(outcome):
    found = asked()[2].query("mandatory")
    said = answers(found)
    one = (said["gate"] == "security") & (said["body_id"] == "eastpolice")
    said["outcome"] = said["outcome"].mask(one, outcome)
    status = asked(evidence=said)[1]["status"].drop("X")
    assert set(status) == {"blocked" if outcome == "fail" else "investigate"}
