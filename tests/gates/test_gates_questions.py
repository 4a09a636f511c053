import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.gates.gates import gates
from colocate.gates.questions import _Names, _whom, questions
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


def asked(rules=RULES, evidence=None):
    """Gates, scores and questions; A leads, then B, G, N; X would lose cover and is blocked."""
    effects = [
        {"option_id": o, "fire_changes": o == "X", "desk_changes": False, "known": True,
         "people_before": 9.0, "people_lost": 5.0, "fires_before": 1.0, "basis": "recorded"}
        for o in OPTIONS["option_id"]
    ]  # fmt: skip
    gated = gates(
        OPTIONS, SITES,
        effects=gate_effects(
            OPTIONS, SITES, cover=conform(COVER, effects), access=conform(ACCESS, effects)
        ),
        rules=rules, as_of=AS_OF, evidence=evidence,
    )  # fmt: skip
    points = dict(zip(OPTIONS["option_id"], (90.0, 80.0, 70.0, 60.0, 50.0, 40.0), strict=True))
    contributions = [
        {"option_id": o, "criterion": "proximity", "raw": 1.0, "value": points[o] / 100,
         "weight": 1.0, "contribution": points[o], "basis": "computed"}
        for o in OPTIONS["option_id"]
    ]  # fmt: skip
    scored = scores(conform(CONTRIBUTIONS, contributions), OPTIONS, gates=gated.gates)
    found = questions(
        gated.gates, scored, options=OPTIONS, located_sites=SITES, bodies=bodies()
    )  # fmt: skip
    assert gated.issues.empty
    return gated.gates, scored.set_index("option_id"), check(TABLES["questions"], found)


@pytest.mark.parametrize(
    ("gate", "whom"),
    [("operational_staff", "Fire"), ("fire_cover", "Fire"), ("tenure", "Police, Fire")],
)
def test_staff_and_cover_are_asked_of_the_fire_authority_alone(gate, whom):
    kinds = {"p": "police_force", "f": "fire_authority"}
    names = _Names(about={}, bodies={}, short={"p": "Police", "f": "Fire"}, kinds=kinds)
    assert _whom(gate, ["p", "f"], names=names) == whom


def test_the_list_as_it_reads():
    found = asked()[2]
    told = "".join(
        f"\n{row.rank:.0f} {row.question_id} {'must' if row.mandatory else 'may'} "
        f"{row.n_options} {row.n_settled} {row.option_ids} | {row.about_name} | {row.whom}"
        for row in found.itertuples()
    )
    assert told == LIST


LIST = """
1 security/eastpolice must 5 1 A;B;G;N;T | East Police | East Police
2 tenure/FB must 4 0 B;G;N;T | Site FB | Shire Fire Authority
3 custody/PB must 3 0 B;G;N | Site PB | East Police
4 space/FB must 3 0 B;G;T | Site FB | Shire Fire Authority
5 tenure/PB must 3 0 B;G;N | Site PB | East Police
6 custody/PN must 1 0 G | Site PN | West Police
7 security/westpolice must 1 0 G | West Police | West Police
8 space/N must 1 0 N | N | East Police, Shire Fire Authority
9 tenure/N must 1 0 N | N | East Police, Shire Fire Authority
10 tenure/PN must 1 0 G | Site PN | West Police
11 flood_listing/FB may 3 0 B;G;T | Site FB | Shire Fire Authority
12 flood_listing/FA may 1 0 A | Site FA | Shire Fire Authority
13 flood_listing/N may 1 0 N | N | East Police, Shire Fire Authority"""


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
