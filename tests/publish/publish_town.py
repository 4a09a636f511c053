"""An invented town with eight sites and seven options: every table the publishers read.

Scores and ranks come from `scoring.scoring`, so that the report is tested against the real rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import publish_decision
import shapely

import scoring_cases
from colocate.io import Tables
from colocate.publish.facts import gather
from colocate.publish.published import RunInfo
from colocate.publish.report.report import report
from colocate.scoring import scoring
from colocate.scoring.ranking_basis import ranking_basis
from colocate.tables import TABLES, check
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import pandas as pd

    from colocate.study import Criterion, Study

RUN = RunInfo(
    run_id="0123456789ab",
    version="0.0.0",
    sources=("Invented, no rights reserved", "<b>Second</b> source & more"),
    records={"fire": 4, "police": 3},
)

HOSTILE = '</script><img src=x onerror=alert(1)> King\'s "X" & Co `${alert(2)}` {{7*7}}'
FORMULA = '=HYPERLINK("http://example.invalid","x")'

EAST, NORTH = 300_000, 100_000

SITES: dict[str, dict[str, Any]] = {
    "F1": {"name": "Exampleford Fire Station", "x": 0, "y": 0, "postcode": "EX1 1AA"},
    "F2": {"name": "Easton Fire Station", "x": 8000, "y": 0, "town": "Easton"},
    "F3": {"name": "Old Fire Station", "x": 500, "y": -900, "status": "closed"},
    "F4": {"name": "Fire Headquarters", "x": -2000, "y": 3000, "roles": "headquarters"},
    "N1": {"name": "Neighbour Fire Station", "x": 20000, "y": 9000, "over_border": True},
    "P1": {"name": HOSTILE, "x": 270, "y": 190, "postcode": "EX1 1AB", "basis": "inferred"},
    "P2": {"name": "Easton Police Station", "x": 8100, "y": 50, "town": "Easton"},
    "P3": {"name": "Police Headquarters", "x": -1500, "y": 3400, "roles": "headquarters"},
}

OPTIONS: dict[str, dict[str, Any]] = {
    "F1+P1-new": {"kind": "both_to_new", "sites": "F1;P1", "movers": "F1;P1"},
    "F1-into-P1": {"kind": "into_other", "sites": "F1;P1", "host": "P1", "movers": "F1"},
    "F2+P2-new": {"kind": "both_to_new", "sites": "F2;P2", "movers": "F2;P2"},
    "F4-hq-P3": {"kind": "hq", "sites": "F4;P3", "movers": "F4;P3"},
    "P1-into-F1": {"kind": "into_fire", "sites": "F1;P1", "host": "F1", "movers": "P1"},
    "P2-into-F2": {"kind": "into_fire", "sites": "F2;P2", "host": "F2", "share": "existing"},
    "P2-touchdown-F2": {"kind": "touchdown", "sites": "F2;P2", "host": "F2"},
}

RAW = {
    "fire_cover": {"P1-into-F1": 0.0, "F1-into-P1": -1200.0, "F4-hq-P3": 0.0},
    "fire_response": {"P1-into-F1": 0.0, "F1-into-P1": 1.5, "F4-hq-P3": 0.0},
    "police_access": {"P1-into-F1": 300.0, "F1-into-P1": 0.0, "F4-hq-P3": 0.0},
    "proximity": dict.fromkeys(OPTIONS, 1.0) | {"F4-hq-P3": 2.0},
    "running_cost": {"P1-into-F1": 12000.0, "F1-into-P1": 12000.0, "F4-hq-P3": 30000.0},
    "deliverability": dict.fromkeys(OPTIONS, 3.0),
}
"""Measures that tests count on, by criterion."""


def build(study: Study) -> dict[str, pd.DataFrame]:
    """Return the town's tables by name, each checked against its schema."""
    options = _options()
    rows = {
        "located_sites": _sites(study),
        "participation": _participation(),
        "bodies": _bodies(),
        "options": options,
        "gates": _gates(study),
        "approvals": _approvals(),
        "timeline": _timeline(),
        "successions": [
            {"body_id": "police", "about": "agreement", "until": "2040-01-01",
             "ends": "2027-01-31", "successors": "Example Mayor", "certainty": "unverified",
             "clause": "In the agreement name Example Mayor.", "source": "invented"},
        ],
        "law": [
            {"change_id": "end", "what": "Police end", "valid_from": "2027-01-31",
             "bodies": "police", "means": "Write for the mayor.", "citation": "invented",
             "certainty": "unverified"},
            {"change_id": "old", "what": "Old law", "valid_from": "2000-01-01",
             "valid_to": "2010-01-01", "bodies": "police", "means": "Nothing.",
             "citation": "invented", "certainty": "evidenced"},
        ],
        "cover": _cover(),
        "access": _access(),
        "money": _money(),
        "cover_baseline": [
            {"measure": "mean_response_s", "value": 611.0, "unit": "s",
             "meaning": "weighted by fires"},
        ],
        "response_by_mix": [
            {"mix": "primary", "name": "Primary fires", "case": "expected",
             "measure": "mean_response_s", "value": 611.0, "not_reached": 0.0, "basis": "assumed",
             "rests_on": "counted", "published": 625.0, "period": "2021", "owner": "fire",
             "noise_share": 0.1, "published_source": "published", "ratio": 0.98,
             "within_noise": True},
        ],
        "issues": [
            {"stage": "geocode", "table": "sites", "key": "F3", "rule": "closed",
             "severity": "note", "message": "Closed: shown, takes no part."},
        ],
        "clusters": _clusters(),
        "catchments": _catchments(study),
        "coverage": _coverage(),
        "areas_of_search": _areas_of_search(),
        "boundaries": _boundaries(study),
        "places": _places(),
        "road_edges": _roads(),
    }  # fmt: skip
    # What is drawn once for all runs is drawn by the pages where it is not at hand.
    rows = {
        name: [] for name in TABLES if name not in {"drawings", "local_grounds", "local_maps"}
    } | rows
    rows |= publish_decision.rows()
    tables = {name: conform(TABLES[name], listed) for name, listed in rows.items()}
    tables["measures"] = measured(study)
    tables["contributions"] = scoring.contributions(
        tables["measures"], criteria=study.choice.criteria
    )
    tables["scores"] = scoring.scores(
        tables["contributions"], tables["options"], gates=tables["gates"]
    )
    tables["ranking_basis"] = ranking_basis(
        tables["contributions"],
        tables["scores"],
        options=tables["options"],
        criteria=study.choice.criteria,
    )
    for name, frame in tables.items():
        check(TABLES[name], frame)
    return tables


def page_of(tables: dict[str, pd.DataFrame], study: Study) -> str:
    """The report of some tables."""
    return report(gather(tables, study), tables, study=study, run=RUN)


def stored(tables: dict[str, pd.DataFrame]) -> Tables:
    """The town's tables as a run holds them."""
    held = Tables({})
    for name, frame in tables.items():
        held.keep(name, frame)
    return held


def measured(study: Study) -> pd.DataFrame:
    """What `scoring.measures.measures` would say of the town."""
    return scoring_cases.measured(
        (
            (option, criterion.id, _raw(criterion).get(option))
            for option in OPTIONS
            for criterion in study.choice.criteria
        ),
        criteria=study.choice.criteria,
        basis="recorded",
    )


def _raw(criterion: Criterion) -> dict[str, float]:
    """Raw measures by option; of a criterion that `RAW` does not know, the middle of its scale."""
    middle = (criterion.worst.value + criterion.best.value) / 2
    return RAW.get(criterion.id, dict.fromkeys(OPTIONS, middle))


def at(site: str) -> shapely.Point:
    return shapely.Point(EAST + SITES[site]["x"], NORTH + SITES[site]["y"])


def _sites(study: Study) -> list[dict[str, Any]]:
    return [
        {
            "site_id": site,
            "name": given["name"],
            "service": "police" if site.startswith("P") else "fire",
            "body_id": "police" if site.startswith("P") else "fire",
            "roles": given.get("roles", "station"),
            "status": given.get("status", "open"),
            "crewing": None if site.startswith("P") else "on_call",
            "over_border": given.get("over_border", False),
            "town": given.get("town", "Exampleford"),
            "postcode": given.get("postcode"),
            "postcode_basis": given.get("basis", "stated") if "postcode" in given else None,
            "easting": at(site).x,
            "northing": at(site).y,
            "coordinate_source": "register",
            "confidence": "high",
            "source": "invented",
            "as_of": "2026-01-01",
            "notes": FORMULA if site == "F2" else None,
            "disclosure": "public",
            "geocode_method": "coordinates",
            "precision_m": 10.0,
            "postcode_check": "agrees",
            "object_check": "no_object",
            "fire_area": study.study.fire_area,
            "police_area": study.study.police_areas[0],
            "in_area": not given.get("over_border", False),
            "geometry": at(site),
        }
        for site, given in SITES.items()
    ]


def _participation() -> list[dict[str, Any]]:
    idle = {"F3": "closed", "N1": "a neighbouring service's station: counts for cover only"}
    return [
        {"site_id": site, "takes_part": site not in idle, "hosts_only": False,
         "covers": site in {"F1", "F2", "N1"},
         "reason": idle.get(site, "open, in the study's area")}
        for site in SITES
    ]  # fmt: skip


def _bodies() -> list[dict[str, Any]]:
    return [
        {"body_id": "fire", "name": "Example Fire Authority", "short_name": "Example Fire",
         "kind": "fire_authority", "source": "invented"},
        {"body_id": "police", "name": "Example Police", "short_name": "Example Police",
         "kind": "police_force", "source": "invented"},
    ]  # fmt: skip


def _options() -> list[dict[str, Any]]:
    return [
        {
            "option_id": option,
            "kind": given["kind"],
            "title": f"{option}: {SITES[given['sites'].split(';')[1]]['name']}",
            "what_happens": f"What happens in {option}.",
            "pair_id": given["sites"].replace(";", "+"),
            "cluster_id": "C-F1",
            "site_ids": given["sites"],
            "host_site_id": given.get("host"),
            "mover_site_ids": given.get("movers"),
            "released_site_ids": given.get("movers"),
            "tier": "250 m",
            "travel_time_s": 45.0,
            "straight_m": 224.0,
            "fire_area": "Devon & Somerset",
            "police_areas": "Devon & Cornwall",
            "existing_share": given.get("share"),
            "reason": "224 m apart",
        }
        for option, given in OPTIONS.items()
    ]


def _gates(study: Study) -> list[dict[str, Any]]:
    def outcome(option: str, gate: str) -> str:
        if option == "F1-into-P1" and gate == "fire_cover":
            return "fail"
        if option == "F1+P1-new" and gate == "operational_staff":
            return "unknown"
        return "unknown" if gate in {"space", "tenure"} else "pass"

    return [
        {"option_id": option, "gate": gate.id, "outcome": outcome(option, gate.id),
         "mandatory": gate.mandatory, "reason": f"Reason of {gate.id}.",
         "question": gate.question if outcome(option, gate.id) == "unknown" else None}
        for option in OPTIONS
        for gate in study.gates
    ]  # fmt: skip


def _approvals() -> list[dict[str, Any]]:
    steps = [("fire", "Example Fire Authority", "before", "equality", "record", "evidenced"),
             ("fire", "Example Fire Authority", "decision", "decision", "approve", "evidenced"),
             ("police", "Example Police", "decision", "decision", "agree", "unknown"),
             ("police", "Example Police", "after", "move", "carry_out", "evidenced")]  # fmt: skip
    return [
        {"option_id": option, "step": step, "body_id": body, "body": name, "phase": phase,
         "topic": topic, "action": action, "task": f"Does {topic}", "citation": "invented",
         "certainty": certainty, "days_earliest": 10 * step, "days_usual": 30 * step,
         "days_source": "invented", "rule_id": f"R{step}"}
        for option in OPTIONS
        for step, (body, name, phase, topic, action, certainty) in enumerate(steps, start=1)
    ]  # fmt: skip


def _timeline() -> list[dict[str, Any]]:
    """Stages of the steps above: 10, 20, 30, 40 days at the earliest, thrice as many usually."""
    days = [
        (1, "equality", "before", "2026-11-01", "2026-11-11", "2026-11-01", "2026-12-01"),
        (2, "decision", "decision", "2026-11-11", "2026-12-01", "2026-12-01", "2027-01-30"),
        (3, "decision", "decision", "2026-12-01", "2026-12-31", "2027-01-30", "2027-04-30"),
        (4, "move", "after", "2026-12-31", "2027-02-09", "2027-04-30", "2027-08-28"),
    ]
    return [
        {"option_id": option, "step": step, "topic": topic, "phase": phase,
         "start_earliest": start, "end_earliest": end, "start_usual": start_usual,
         "end_usual": end_usual, "critical": topic != "equality", "rests_on": "invented"}
        for option in OPTIONS
        for step, topic, phase, start, end, start_usual, end_usual in days
    ]  # fmt: skip


def _people(option: str, criterion: str, before: float) -> dict[str, Any]:
    change = RAW[criterion].get(option)
    return {
        "option_id": option,
        "known": change is not None,
        "people_before": before,
        "people_after": None if change is None else before + change,
        "people_gained": None if change is None else max(change, 0.0),
        "people_lost": None if change is None else max(-change, 0.0),
    }


def _cover() -> list[dict[str, Any]]:
    return [
        _people(option, "fire_cover", 50_000.0)
        | {"fire_changes": option == "F1-into-P1", "fires_before": 30.0, "fires_after": None,
           "mean_response_before_s": 611.0, "mean_response_after_s": None}
        for option in OPTIONS
    ]  # fmt: skip


def _access() -> list[dict[str, Any]]:
    return [
        _people(option, "police_access", 60_000.0)
        | {"desk_changes": option == "P1-into-F1", "mean_access_before_s": 480.0,
           "mean_access_after_s": None, "basis": "recorded"}
        for option in OPTIONS
    ]  # fmt: skip


def _money() -> list[dict[str, Any]]:
    rows = []
    for option in OPTIONS:
        saving = RAW["running_cost"].get(option)
        rows.append(
            {"option_id": option, "net_saving_gbp": saving, "gross_saving_gbp": saving,
             "host_increase_gbp": None if saving is None else 0.0,
             "basis": "unknown" if saving is None else "assumed", "value_for_money": "unknown",
             "price_year": 2026, "note": "A prior."}
        )  # fmt: skip
    return rows


def _clusters() -> list[dict[str, Any]]:
    return [
        {"cluster_id": "C-F1", "name": "Exampleford", "medoid_site_id": "F1", "site_ids": "F1;P1",
         "services": "fire;police", "n_sites": 2, "diameter_s": 45.0, "diameter_m": 310.0,
         "region": None, "geometry": at("F1").buffer(600)},
    ]  # fmt: skip


def _catchments(study: Study) -> list[dict[str, Any]]:
    return [
        {"site_id": site, "direction": direction, "limit_s": limit * 60.0,
         "people": limit * 1000.0, "method": "invented",
         "geometry": at(site).buffer(limit * 700, quad_segs=30) - at(site).buffer(250)}
        for site in SITES
        for direction in ("from_site", "to_site")
        for limit in study.travel.catchment_limits_min
    ]  # fmt: skip


def _coverage() -> list[dict[str, Any]]:
    return [
        {"service": service, "direction": direction, "limit_s": 600.0, "people": 40_000.0,
         "share_of_people": 0.8, "n_sites": 2, "n_over_border": 0,
         "geometry": at(f"{letter}1").buffer(7000) | at(f"{letter}2").buffer(7000)}
        for letter, service, direction in (
            ("F", "fire", "from_site"), ("P", "police", "to_site")
        )
    ]  # fmt: skip


def _areas_of_search() -> list[dict[str, Any]]:
    """Only the option in Exampleford has one: 200 m on either side of a kilometre line."""
    return [
        {"option_id": "F1+P1-new", "sought_for": "all", "limit_s": 300.0, "n_candidates": 100,
         "n_passing": 40, "best_easting": EAST + 100.0, "best_northing": NORTH + 50.0,
         "people_lost_best": 0.0, "people_lost_most": 1500.0,
         "geometry": shapely.box(EAST - 200, NORTH, EAST + 200, NORTH + 300)},
    ]  # fmt: skip


def _boundaries(study: Study) -> list[dict[str, Any]]:
    west = shapely.box(EAST - 30_000, NORTH - 20_000, EAST + 12_000, NORTH + 20_000)
    east = shapely.box(EAST + 12_000, NORTH - 20_000, EAST + 40_000, NORTH + 20_000)
    return [
        {"kind": "fire_area", "name": study.study.fire_area, "geometry": west},
        {"kind": "fire_area", "name": "Next door", "geometry": east},
        {"kind": "police_area", "name": study.study.police_areas[0], "geometry": west | east},
        {"kind": "land", "name": "land", "geometry": west | east},
    ]


def _places() -> list[dict[str, Any]]:
    return [
        {"place_id": "1", "name": "Exampleford", "kind": "town", "geometry": at("F1")},
        {"place_id": "2", "name": "Easton", "kind": "town", "geometry": at("F2")},
        {"place_id": "3", "name": "Littleham", "kind": "village", "geometry": at("F4")},
    ]


def _roads() -> list[dict[str, Any]]:
    lines = {
        "motorway": [(-30_000, -5000), (40_000, -6000)],
        "primary": [(-30_000, 0), (0, 0), (40_000, 2000)],
        "secondary": [(0, -20_000), (0, 20_000)],
    }
    return [
        {"edge_id": edge, "from_node": 0, "to_node": 1, "forward": True, "backward": True,
         "length_m": 1.0, "highway": kind, "ref": {"motorway": "M1", "primary": "A1"}.get(kind),
         "dual": False,
         "geometry": shapely.LineString([(EAST + x, NORTH + y) for x, y in line])}
        for edge, (kind, line) in enumerate(lines.items())
    ]  # fmt: skip
