import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.errors import OptionError
from colocate.gates.gate_checks import TESTS
from colocate.gates.gates import gates
from colocate.tables import TABLES, check
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import EVIDENCE
from colocate.tables.schema import conform
from options_town import gate_effects, option, options, site, sites

INTO = option("O", "into_fire", members="FA;PA", host="FA", movers="PA")
OUT = option("O", "into_other", members="FA;PA", host="PA", movers="FA")
NEW = option("O", "both_to_new", members="FA;PA", movers="FA;PA")
TOUCH = option("O", "touchdown", members="FA;PA", host="FA")
SHARE = INTO | {"existing_share": "existing"}
HQ = option("O", "hq", members="FA;PA", movers="FA;PA")
TODAY = dt.date(2026, 1, 1)


def rule(gate, threshold=None, share=None):
    return study.GateRule(id=gate, label=gate, mandatory=True, question="Ask?",
                          threshold=threshold, need_share=share)  # fmt: skip


def gated(rules, *moved, frame, evidence=None, **effect):
    rows = [
        {"option_id": each["option_id"], "fire_changes": False, "desk_changes": False,
         "known": True, "people_before": 1000.0, "people_lost": 0.0, "fires_before": 1.0,
         "people_lost_evidenced": 0.0, "people_lost_outside": 0.0, "people_slower_outside": 0.0,
         "basis": "recorded"} | effect
        for each in moved
    ]  # fmt: skip
    for row in rows:
        row.setdefault("people_lost_best", row["people_lost"])
        row.setdefault("people_lost_worst", row["people_lost"])
    found = gates(
        options(*moved), frame,
        effects=gate_effects(
            options(*moved), frame, cover=conform(COVER, rows), access=conform(ACCESS, rows),
            rules=rules,
        ),
        rules=rules, as_of=TODAY, evidence=evidence,
    )  # fmt: skip
    check(TABLES["gates"], found.gates)
    return found


def found(gate, moved=INTO, *, fire=None, police=None, threshold=0.0, share=None, **how):
    frame = sites(site("FA", 0, 0, **(fire or {})), site("PA", 1, 0, **(police or {})))
    return gated([rule(gate, threshold, share)], moved, frame=frame, **how).gates.iloc[0]


FREE, LEASE, PFI = ({"tenure": tenure} for tenure in ("freehold", "leasehold", "pfi"))


@pytest.mark.parametrize(
    ("gate", "case", "expected"),
    [
        ("space", {}, "unknown"),
        ("space", {"fire": {"spare_m2": 100.0}}, "unknown"),
        ("space", {"fire": {"spare_m2": 100.0}, "police": {"gia_m2": 100.0}}, "pass"),
        ("space", {"fire": {"spare_m2": 99.0}, "police": {"gia_m2": 100.0}}, "fail"),
        ("space", {"fire": {"spare_m2": 60.0}, "police": {"gia_m2": 100.0}, "share": 0.6}, "pass"),
        ("space", {"fire": {"spare_m2": 59.0}, "police": {"gia_m2": 100.0}, "share": 0.6}, "fail"),
        ("space", {"moved": TOUCH}, "unknown"),
        ("space", {"moved": TOUCH, "fire": {"spare_m2": 10.0}, "threshold": 10.0}, "pass"),
        ("space", {"moved": TOUCH, "fire": {"spare_m2": 9.0}, "threshold": 10.0}, "fail"),
        ("space", {"moved": NEW}, "unknown"),
        ("parking", {}, "unknown"),
        ("parking", {"moved": TOUCH}, "pass"),
        ("parking", {"fire": {"parking_spaces": 9.0}}, "unknown"),
        ("parking", {"police": {"parking_spaces": 0.0}}, "pass"),
        ("parking", {"fire": {"parking_spaces": 9.0}, "police": {"parking_spaces": 9.0}},
         "unknown"),
        ("parking", {"fire": {"parking_spaces": 9.0}, "police": {"parking_spaces": 10.0}}, "fail"),
        ("parking", {"fire": {"parking_spaces": 9.0}, "police": {"parking_spaces": 18.0},
                     "share": 0.5}, "unknown"),
        ("bay_integrity", {}, "unknown"),
        ("bay_integrity", {"moved": TOUCH}, "pass"),
        ("bay_integrity", {"moved": NEW}, "unknown"),
        ("bay_integrity", {"fire": {"roles": "headquarters"}}, "pass"),
        ("custody", {}, "unknown"),
        ("custody", {"police": {"roles": "headquarters"}, "moved": HQ}, "unknown"),
        ("custody", {"police": {"roles": "office;front_desk"}}, "pass"),
        ("custody", {"police": {"service": "ambulance"}}, "pass"),
        ("custody", {"moved": OUT}, "pass"),
        ("custody", {"moved": TOUCH}, "pass"),
        ("in_use", {"threshold": 5.0}, "pass"),
        ("in_use", {"threshold": 5.0, "police": {"as_of": "2021-01-01"}}, "pass"),
        ("in_use", {"threshold": 5.0, "police": {"as_of": "2020-12-31"}}, "unknown"),
        ("in_use", {"threshold": 5.0, "police": {"as_of": "2021"}}, "pass"),
        ("in_use", {"threshold": 5.0, "police": {"as_of": "2020-12"}}, "unknown"),
        ("in_use", {"threshold": 5.0, "police": {"as_of": None}}, "unknown"),
        ("in_use", {"threshold": 5.0, "fire": {"confidence": "low"}}, "unknown"),
        ("custody", {"police": {"roles": "station;custody"}}, "fail"),
        ("custody", {"police": {"roles": "station;custody"}, "moved": OUT}, "pass"),
        ("custody", {"police": {"roles": "station;custody"}, "moved": NEW}, "unknown"),
        ("flood_listing", {}, "unknown"),
        ("flood_listing", {"fire": {"flood_zone": "1", "listed": "no"}}, "pass"),
        ("flood_listing", {"fire": {"flood_zone": "1", "listed": "II"}}, "unknown"),
        ("flood_listing", {"fire": {"flood_zone": "2", "listed": "no"}}, "unknown"),
        ("flood_listing", {"fire": {"flood_zone": "3a"}}, "fail"),
        ("flood_listing", {"moved": NEW}, "unknown"),
        ("security", {}, "unknown"),
        ("operational_staff", {}, "pass"),
        ("operational_staff", {"moved": OUT}, "unknown"),
        ("fire_cover", {}, "pass"),
        ("fire_cover", {"fire_changes": True, "people_lost": 10.0, "threshold": 10.0}, "pass"),
        ("fire_cover", {"fire_changes": True, "people_lost": 10.5, "threshold": 10.0}, "fail"),
        ("fire_cover", {"fire_changes": True, "known": False}, "unknown"),
        ("police_access", {}, "pass"),
        ("police_access", {"desk_changes": True, "people_lost": 10.0, "threshold": 10.0}, "pass"),
        ("police_access", {"desk_changes": True, "people_lost": 11.0, "threshold": 10.0}, "fail"),
        ("police_access", {"desk_changes": True, "people_lost": 6.0, "people_lost_outside": 5.0,
                           "threshold": 10.0}, "fail"),
        ("police_access", {"desk_changes": True, "people_lost": 11, "basis": "assumed"}, "unknown"),
        ("police_access", {"desk_changes": True, "people_lost_evidenced": 9.0}, "unknown"),
        ("police_access", {"desk_changes": True, "known": False}, "unknown"),
        ("a gate of the user's own", {}, "unknown"),
    ],
)  # fmt: skip
def test_outcomes(gate, case, expected):
    assert found(gate, **case)["outcome"] == expected


@pytest.mark.parametrize(
    ("fire", "police", "expected"),
    [
        ({}, {}, "unknown"),
        (FREE, FREE, "pass"),
        (FREE, LEASE, "unknown"),
        (FREE, LEASE | {"lease_end": "2025-12-31"}, "unknown"),
        (FREE, LEASE | {"lease_end": "2030-01-01"}, "pass"),
        (FREE, LEASE | {"lease_end": "2030-01-02"}, "fail"),
        (FREE, LEASE | {"lease_end": "2029"}, "pass"),
        (FREE, LEASE | {"lease_end": "2026"}, "pass"),  # its last day is still to come
        (FREE, LEASE | {"lease_end": "2030"}, "unknown"),  # New Year's Day would do
        (FREE, LEASE | {"lease_end": "2030-02"}, "fail"),
        (FREE, LEASE | {"lease_end": "2050-01-01", "break_date": "2028-01-01"}, "pass"),
        (FREE, LEASE | {"lease_end": "2050-01-01", "break_date": "2035-01-01"}, "fail"),
        (FREE, LEASE | {"lease_end": "2050-01-01", "break_date": "2020-01-01"}, "fail"),
        (FREE, {"tenure": "licence"}, "unknown"),
        (FREE, PFI, "unknown"),
        (FREE, PFI | {"lease_end": "2040-01-01"}, "fail"),
        (FREE, PFI | {"lease_end": "2040-01-01", "break_date": "2027-01-01"}, "pass"),
        (LEASE | {"lease_end": "2028-01-01"}, FREE, "unknown"),
        (PFI, FREE, "unknown"),
    ],
)
def test_what_is_left_must_be_free_within_four_years(fire, police, expected):
    assert found("tenure", threshold=4, fire=fire, police=police)["outcome"] == expected


@pytest.mark.parametrize(("moved", "expected"), [(TOUCH, "pass"), (NEW, "unknown")])
def test_tenure_asks_only_of_sites_that_something_happens_to(moved, expected):
    police = {} if moved is TOUCH else FREE
    assert found("tenure", moved, threshold=4, fire=FREE, police=police)["outcome"] == expected


def test_what_is_in_place_has_no_gates():
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    assert gated([rule("space")], SHARE, frame=frame).gates.empty
    assert len(gated([rule("space")], INTO, frame=frame).gates) == 1


@pytest.mark.parametrize(("metres", "expected"), [(150, "unknown"), (151, "pass")])
def test_a_station_beside_a_headquarters_leaves_its_bays_open(metres, expected):
    frame = sites(
        site("FA", 0, 0, "headquarters"), site("FS", 0, metres), site("PA", 5000, 0),
        site("FC", 0, 10, status="closed"), site("FO", 0, 10, body_id="otherfire"),
    )  # fmt: skip
    assert gated([rule("bay_integrity")], HQ, frame=frame).gates["outcome"].tolist() == [expected]


@pytest.mark.parametrize(("gate", "effect"), [("fire_cover", "fire"), ("police_access", "desk")])
def test_a_new_site_is_judged_at_the_best_point_and_says_so(gate, effect):
    row = found(gate, NEW, people_lost=10.0, threshold=20.0, **{f"{effect}_changes": True})
    assert row["outcome"] == "pass"
    assert "at the best point of its area of search; the study allows 20" in row["reason"]


@pytest.mark.parametrize(
    ("case", "outcome"), [("best", "pass"), ("expected", "pass"), ("worst", "fail")]
)
def test_the_gate_on_fire_cover_judges_the_case_it_names_and_tells_the_others(case, outcome):
    asked = rule("fire_cover", threshold=20.0).model_copy(update={"case": case})
    in_cases = {"people_lost_best": 0.0, "people_lost": 12.4, "people_lost_worst": 400.0}
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    row = gated([asked], OUT, frame=frame, fire_changes=True, **in_cases).gates.iloc[0]
    assert row["outcome"] == outcome
    told = {"best": "0 with every crew there", "worst": "400 at worst",
            "expected": "12 expected over crews that may be out"}  # fmt: skip
    assert all(words in row["reason"] for name, words in told.items() if name != case)


BIRCH = option("B", "into_fire", members="FB;PB", host="FB", movers="PB")
GROUP = option("G", "into_fire", members="FA;PA;PB", host="FA", movers="PA;PB")
SITES = sites(site("FA", 0, 0), site("PA", 1, 0), site("FB", 9, 0), site("PB", 9, 9))


def evidence(*rows):
    """Rows of (option, site or body as subject:id, gate, outcome, date)."""
    return conform(
        EVIDENCE,
        (
            {f"{about.split(':')[0]}_id": about.split(":")[1], "gate": g, "outcome": r,
             "reason": "Seen.", "author": "estates", "date": d}
            for about, g, r, d in rows
        ),
    )  # fmt: skip


def outcomes(gate, *moved, rows):
    result = gated([rule(gate)], *moved, frame=SITES, evidence=evidence(*rows)).gates
    return dict(zip(result["option_id"], result["outcome"], strict=True))


def test_manual_evidence_wins_and_the_latest_counts():
    seen = evidence(
        ("option:O", "custody", "pass", "2025-02-01"), ("option:O", "custody", "fail", "2025-01-01")
    )
    cells = {"roles": "station;custody"}
    assert found("custody", police=cells)["outcome"] == "fail"
    row = found("custody", police=cells, evidence=seen)
    assert row["outcome"] == "pass"
    assert row["reason"] == "Seen (estates, 2025-02-01)."
    assert row["evidence"] == "evidence:O/custody/2025-02-01"


def test_evidence_of_a_site_answers_in_every_option_that_asks_of_it():
    said = outcomes(
        "custody", BIRCH, GROUP, INTO, rows=[("site:PB", "custody", "pass", "2025-01-01")]
    )
    assert said == {"B": "pass", "G": "unknown", "O": "unknown"}
    said = outcomes(
        "custody", BIRCH, GROUP, INTO, rows=[("site:PB", "custody", "fail", "2025-01-01")]
    )
    assert said == {"B": "fail", "G": "fail", "O": "unknown"}


def test_a_sign_off_of_a_force_answers_for_all_its_sites():
    said = outcomes(
        "security", BIRCH, INTO, rows=[("body:eastpolice", "security", "pass", "2025-01-01")]
    )
    assert said == {"B": "pass", "O": "pass"}


@pytest.mark.parametrize(
    ("of_option", "of_site", "expected"),
    [("2025-01-02", "2025-01-01", "pass"), ("2025-01-01", "2025-01-01", "pass"),
     ("2025-01-01", "2025-01-02", "fail")],
)  # fmt: skip
def test_the_later_evidence_counts_and_on_one_day_the_options_own(of_option, of_site, expected):
    rows = [("option:O", "custody", "pass", of_option), ("site:PA", "custody", "fail", of_site)]
    assert outcomes("custody", INTO, rows=rows) == {"O": expected}


@pytest.mark.parametrize("about", ["option:gone", "site:PB", "body:eastpolice"])
def test_evidence_that_no_gate_asks_for_is_said(about):
    rows = evidence((about, "custody", "pass", "2025-01-01"))
    issues = gated([rule("custody")], INTO, frame=SITES, evidence=rows).issues
    assert issues["rule"].tolist() == ["evidence_unused"]


def test_evidence_from_after_the_studys_day_is_said():
    rows = evidence(("option:O", "custody", "pass", "2026-01-02"))
    issues = gated([rule("custody")], INTO, frame=SITES, evidence=rows).issues
    assert issues["rule"].tolist() == ["evidence_after_as_of"]


@pytest.mark.parametrize("ids", [{}, {"option_id": "O", "site_id": "PA"}])
def test_evidence_about_nothing_or_two_things_is_an_error(ids):
    rows = evidence(("option:O", "custody", "pass", "2025-01-01"))
    rows = rows.assign(option_id=ids.get("option_id"), site_id=ids.get("site_id"))
    with pytest.raises(OptionError, match=r"1 \(custody, 2025-01-01\) name none or several"):
        gated([rule("custody")], INTO, frame=SITES, evidence=rows)


def test_an_unknown_gate_asks_its_question_and_others_do_not():
    result = gated([rule("security"), rule("operational_staff")], INTO, frame=SITES).gates
    assert result["question"].iloc[0] == "Ask?"
    assert result["asked_of"].iloc[0] == "body:eastpolice"
    assert result[["question", "asked_of"]].iloc[1].isna().all()


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "tenure": st.sampled_from(["freehold", "leasehold", "licence", "pfi"]),
        "lease_end": st.sampled_from(["2020-01-01", "2028-01-01", "2050-01-01"]),
        "break_date": st.sampled_from(["2020-01-01", "2027-01-01", "2040-01-01"]),
        "gia_m2": st.floats(0, 500),
        "spare_m2": st.floats(0, 500),
        "parking_spaces": st.integers(0, 20).map(float),
        "flood_zone": st.sampled_from(["1", "2", "3a"]),
        "listed": st.sampled_from(["no", "II"]),
        "as_of": st.sampled_from([None, "2010-01-01", "2025-01-01"]),
        "body_id": st.sampled_from(["eastpolice", "westpolice"]),
    },
)
EVERY = [rule(gate, 4, 0.6) for gate in (*TESTS, "a gate of one's own")]


@settings(max_examples=25)
@given(
    st.lists(FACTS, min_size=4, max_size=4),
    st.sampled_from([INTO, OUT, NEW, TOUCH, HQ, GROUP]),
    st.sampled_from([{}, {"people_lost": 9.0}, {"known": False}]),
    st.booleans(),
)
def test_laws_of_every_gate(facts, moved, effect, changes):
    ids = [("FA", 0, 0), ("PA", 1, 0), ("FB", 9, 0), ("PB", 9, 9)]
    frame = sites(
        *(site(*at, **{k: v for k, v in each.items() if at[0][0] == "P" or k != "body_id"})
          for at, each in zip(ids, facts, strict=True))
    )  # fmt: skip
    effect = effect | {"fire_changes": changes, "desk_changes": changes}
    before = gated(EVERY, moved, frame=frame, **effect).gates
    unknown = before["outcome"] == "unknown"
    assert (before["asked_of"].notna() == unknown).all()
    assert (before["question"].notna() == unknown).all()
    answers = [
        (about, row.gate, "pass", "2025-01-01")
        for row in before[unknown].itertuples()
        for about in row.asked_of.split(";")
    ]
    after = gated(EVERY, moved, frame=frame, evidence=evidence(*answers), **effect)
    assert after.issues.empty
    assert (after.gates["outcome"] == before["outcome"].mask(unknown, "pass")).all()
    turned = gated(EVERY, moved, frame=frame, evidence=evidence(*answers[::-1]), **effect)
    assert after.gates.equals(turned.gates)


def test_the_gates_of_a_group_read_as_follows():
    """What each gate says of two police stations that would move into a fire station."""
    frame = sites(
        site("FA", 0, 0, tenure="freehold", spare_m2=200.0),
        site("PA", 1, 0, tenure="freehold", gia_m2=150.0),
        site("PB", 9, 9, gia_m2=100.0, as_of="2010-01-01", body_id="westpolice"),
    )
    rules = [rule("space", share=0.6), rule("custody"), rule("tenure", 4), rule("in_use", 5),
             rule("security"), rule("fire_cover", 0)]  # fmt: skip
    result = gated(rules, GROUP, frame=frame).gates
    told = "".join(
        f"\n{row.gate}: {row.outcome}. {row.reason}\n  {row.evidence}, asked of {row.asked_of}"
        for row in result.fillna("nobody").itertuples()
    )
    assert told == GROUP_STORY


GROUP_STORY = """
space: pass. 200 m² spare at Site FA, 150 m² needed: 60% of what the movers occupy.
  register:FA;register:PA;register:PB, asked of nobody
custody: unknown. Custody at Site PA is not recorded; Custody at Site PB is not recorded.
  register:PA;register:PB, asked of site:PA;site:PB
tenure: unknown. Site PB: tenure not recorded.
  register:PB, asked of site:PB
in_use: unknown. Site PB: evidence of 2010-01-01, more than 5 years old.
  register:PB, asked of site:PB
security: unknown. Only the body whose people would share the space can sign it off.
  body:eastpolice;body:westpolice, asked of body:eastpolice;body:westpolice
fire_cover: pass. No crewed station would move: cover stays exactly as it is.
  cover:G, asked of nobody"""


LIBRARY = option("O", "into_partner", members="LA;PA", host="LA", movers="PA")


def into_library(rules, **police):
    frame = sites(site("LA", 0, 0, "other"), site("PA", 1, 0, **police))
    return gated(rules, LIBRARY, frame=frame).gates.set_index("gate")


@pytest.mark.parametrize("gate", ["host_willing", "opening_hours"])
def test_what_is_asked_of_a_partner_is_not_asked_of_a_fire_station(gate):
    asked = into_library([rule(gate)]).loc[gate]
    assert (asked["outcome"], asked["asked_of"]) == ("unknown", "site:LA")
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    assert gated([rule(gate)], INTO, NEW | {"option_id": "N"}, frame=frame).gates.empty


@pytest.mark.parametrize("gate", ["bay_integrity", "fire_cover", "operational_staff"])
def test_what_concerns_fire_crews_asks_nothing_of_a_library(gate):
    assert into_library([rule(gate)])["outcome"].tolist() == ["pass"]


def test_a_library_takes_no_cells():
    found = into_library([rule("custody")], roles="station;custody").loc["custody"]
    assert (found["outcome"], found["reason"]) == (
        "fail", "Site PA has custody cells, which Site LA cannot take.",
    )  # fmt: skip


def test_the_movers_sign_off_what_they_share_with_a_partner():
    assert into_library([rule("security")])["asked_of"].tolist() == ["body:eastpolice"]


def test_a_partner_is_asked_in_words_of_its_own():
    asked = rule("parking").model_copy(update={"partner_question": "May they park there?"})
    assert into_library([asked])["question"].tolist() == ["May they park there?"]
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    assert gated([asked], INTO, frame=frame).gates["question"].tolist() == ["Ask?"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [(role, "pass") for role in ("office", "front_desk", "touchdown", "training", "stores",
                                 "workshop")]
    + [(role, "unknown") for role in ("station", "headquarters")],
)  # fmt: skip
def test_a_police_site_may_have_cells_by_its_main_role(role, expected):
    assert found("custody", police={"roles": role})["outcome"] == expected
