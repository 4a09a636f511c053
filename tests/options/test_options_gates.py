import datetime as dt

import pandas as pd
import pytest

from colocate import study
from colocate.options.gates import gates
from colocate.tables import TABLES, check
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import EVIDENCE
from colocate.tables.schema import conform
from options_town import option, options, site, sites

INTO = option("O", "police_into_fire", members="FA;PA", host="FA", movers="PA")
OUT = option("O", "fire_into_police", members="FA;PA", host="PA", movers="FA")
NEW = option("O", "both_to_new", members="FA;PA", movers="FA;PA")
TOUCH = option("O", "touchdown", members="FA;PA", host="FA")
SHARE = INTO | {"existing_share": "existing"}
HQ = option("O", "hq", members="FA;PA", movers="FA;PA")
TODAY = dt.date(2026, 1, 1)


def outcome(gate, moved=INTO, *, fire=None, police=None, lost=0.0, threshold=0.0, evidence=None,
            **effects):  # fmt: skip
    rule = study.GateRule(id=gate, label=gate, mandatory=True, question="Ask?",
                          threshold=threshold)  # fmt: skip
    frame = sites(site("FA", 0, 0, **(fire or {})), site("PA", 1, 0, **(police or {})))
    effect = {"option_id": "O", "fire_changes": False, "desk_changes": False, "known": True,
              "people_before": 1000.0, "people_lost": lost, "fires_before": 1.0,
              "basis": "recorded"} | effects  # fmt: skip
    found = gates(
        options(moved), frame, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]),
        rules=[rule], as_of=TODAY, evidence=evidence,
    )  # fmt: skip
    check(TABLES["gates"], found.gates)
    return found.gates.iloc[0]["outcome"]


FREE = {"tenure": "freehold"}


@pytest.mark.parametrize(
    ("gate", "case", "expected"),
    [
        ("space", {}, "unknown"),
        ("space", {"fire": {"spare_m2": 100.0}}, "unknown"),
        ("space", {"fire": {"spare_m2": 100.0}, "police": {"gia_m2": 100.0}}, "pass"),
        ("space", {"fire": {"spare_m2": 99.0}, "police": {"gia_m2": 100.0}}, "unknown"),
        ("parking", {}, "unknown"),
        ("parking", {"moved": TOUCH}, "pass"),
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
        ("in_use", {"threshold": 5.0, "police": {"as_of": None}}, "unknown"),
        ("in_use", {"threshold": 5.0, "fire": {"confidence": "low"}}, "unknown"),
        ("custody", {"police": {"roles": "station;custody"}}, "fail"),
        ("custody", {"police": {"roles": "station;custody"}, "moved": OUT}, "pass"),
        ("custody", {"police": {"roles": "station;custody"}, "moved": NEW}, "unknown"),
        ("tenure", {}, "unknown"),
        ("tenure", {"fire": FREE, "police": FREE}, "pass"),
        ("tenure", {"fire": FREE, "police": {"tenure": "leasehold"}}, "unknown"),
        ("tenure", {"fire": FREE, "police": {"tenure": "leasehold", "lease_end": "2030-01-01"}},
         "pass"),
        ("tenure", {"fire": {"tenure": "leasehold", "lease_end": "2030-01-01"}, "police": FREE},
         "unknown"),
        ("tenure", {"fire": FREE, "police": {"tenure": "pfi", "lease_end": "2030-01-01"}},
         "unknown"),
        ("flood_listing", {}, "unknown"),
        ("flood_listing", {"fire": {"flood_zone": "1", "listed": "no"}}, "pass"),
        ("flood_listing", {"fire": {"flood_zone": "1", "listed": "II"}}, "unknown"),
        ("flood_listing", {"fire": {"flood_zone": "3a"}}, "fail"),
        ("security", {}, "unknown"),
        ("operational_staff", {}, "pass"),
        ("operational_staff", {"moved": OUT}, "unknown"),
        ("fire_cover", {}, "pass"),
        ("fire_cover", {"fire_changes": True, "lost": 10.0, "threshold": 10.0}, "pass"),
        ("fire_cover", {"fire_changes": True, "lost": 10.5, "threshold": 10.0}, "fail"),
        ("fire_cover", {"fire_changes": True, "known": False}, "unknown"),
        ("police_access", {}, "pass"),
        ("police_access", {"desk_changes": True, "lost": 10.0, "threshold": 10.0}, "pass"),
        ("police_access", {"desk_changes": True, "lost": 11.0, "threshold": 10.0}, "fail"),
        ("police_access", {"desk_changes": True, "lost": 11.0, "basis": "assumed"}, "unknown"),
        ("police_access", {"desk_changes": True, "known": False}, "unknown"),
        ("a gate of the user's own", {}, "unknown"),
    ],
)  # fmt: skip
def test_outcomes(gate, case, expected):
    assert outcome(gate, **case) == expected


def test_what_is_in_place_has_no_gates():
    rule = study.GateRule(id="space", label="Space", mandatory=True, question="Ask?")
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    effect = {"option_id": "O", "fire_changes": False, "desk_changes": False, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    for moved, count in ((SHARE, 0), (INTO, 1)):
        found = gates(
            options(moved), frame, cover=conform(COVER, [effect]),
            access=conform(ACCESS, [effect]), rules=[rule], as_of=TODAY,
        )  # fmt: skip
        assert len(found.gates) == count


@pytest.mark.parametrize(("metres", "expected"), [(150, "unknown"), (151, "pass")])
def test_a_station_beside_a_headquarters_leaves_its_bays_open(metres, expected):
    rule = study.GateRule(id="bay_integrity", label="Bays", mandatory=True, question="Ask?")
    frame = sites(
        site("FA", 0, 0, "headquarters"), site("FS", 0, metres), site("PA", 5000, 0),
        site("FC", 0, 10, status="closed"), site("FO", 0, 10, body_id="otherfire"),
    )  # fmt: skip
    effect = {"option_id": "O", "fire_changes": False, "desk_changes": False, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    found = gates(
        options(HQ), frame, cover=conform(COVER, [effect]), access=conform(ACCESS, [effect]),
        rules=[rule], as_of=TODAY,
    )  # fmt: skip
    assert found.gates["outcome"].tolist() == [expected]


def evidence(*rows):
    return conform(
        EVIDENCE,
        (
            {"option_id": o, "gate": g, "outcome": r, "reason": "seen", "author": "estates",
             "date": d}
            for o, g, r, d in rows
        ),
    )  # fmt: skip


def test_manual_evidence_wins_and_the_latest_counts():
    found = evidence(("O", "custody", "pass", "2026-02-01"), ("O", "custody", "fail", "2026-01-01"))
    cells = {"roles": "station;custody"}
    assert outcome("custody", police=cells) == "fail"
    assert outcome("custody", police=cells, evidence=found) == "pass"


def test_evidence_for_no_option_is_said():
    rule = study.GateRule(id="space", label="Space", mandatory=True, question="Ask?")
    frame = sites(site("FA", 0, 0))
    found = gates(options(), frame, cover=conform(COVER, []), access=conform(ACCESS, []),
                  rules=[rule], as_of=TODAY,
                  evidence=evidence(("gone", "space", "pass", "2026-01-01")))  # fmt: skip
    assert found.issues["rule"].tolist() == ["evidence_unused"]
    assert found.gates.empty


def test_an_unknown_gate_asks_its_question_and_others_do_not():
    rules = [
        study.GateRule(id=gate, label=gate, mandatory=True, question="Ask?")
        for gate in ("security", "operational_staff")
    ]
    frame = sites(site("FA", 0, 0), site("PA", 1, 0))
    effect = {"option_id": "O", "fire_changes": False, "desk_changes": False, "known": True,
              "people_before": 0.0, "fires_before": 0.0, "basis": "recorded"}  # fmt: skip
    found = gates(options(INTO), frame, cover=conform(COVER, [effect]),
                  access=conform(ACCESS, [effect]), rules=rules, as_of=TODAY).gates  # fmt: skip
    assert found["question"].iloc[0] == "Ask?"
    assert pd.isna(found["question"].iloc[1])
