"""The invented town's decision: effects, robustness, money by body, questions and sets."""

from __future__ import annotations

from typing import Any

import shapely

EAST, NORTH = 300_000, 100_000
HOSTILE_NOTE = '<i onmouseover=alert(3)>note</i> "&`'

POINTS: dict[str, dict[str, Any]] = {
    "E1": {"name": "Exampleford Quay", "x": 500, "y": 700, "people": 1500.0},
    "E2": {"name": "Exampleford Moor", "x": -900, "y": -1800, "people": 1200.0},
    "E3": {"name": "Easton Cross", "x": 8200, "y": 300, "people": 1600.0},
}
"""Demand points of the town."""

EFFECTS_ON_GROUPS: list[tuple[Any, ...]] = [
    ("P1-into-F1", "police", "rural", 0.0, 1200.0, "loses more than average", False),
    ("P1-into-F1", "police", "disabled", None, None, "too few to say", True),
    ("P1-into-F1", "fire", "rural", 0.0, 0.0, "no change", False),
    ("F4-hq-P3", "fire", "rural", 0.0, 0.0, "no change", False),
]
"""Option, side, group, gained, lost, finding, suppressed."""


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the decision's rows by table name; those not named here stay empty."""
    return {
        "demand_points": _demand_points(),
        "effects": _effects(),
        "changes": _changes(),
        "equality": _equality(EFFECTS_ON_GROUPS),
        "portfolio_equality": _equality(
            [("portfolio", "police", "aged_65_plus", 0.0, 300.0, "as the average", False)]
        ),
        "stability": _stability(),
        "robustness": _robustness(),
        "break_even": [
            {"option_id": "P1-into-F1", "criterion": "police_access", "weight": 0.15,
             "break_even": 0.62, "change": "leaves"},
            {"option_id": "P1-into-F1", "criterion": "proximity", "weight": 0.2,
             "break_even": None, "change": "never"},
        ],
        "option_decisions": _decisions(),
        "money_by_body": [
            {"option_id": "P1-into-F1", "body_id": body, "capital_gbp": -capital,
             "receipt_gbp": None, "net_saving_gbp": saving, "npv_gbp": npv, "basis": "assumed"}
            for body, capital, saving, npv in (
                ("fire", 10_000.0, -3000.0, -65_000.4), ("police", 40_000.0, 15_000.0, 236_000.0)
            )
        ],
        "questions": _questions(),
        "portfolios": _portfolios(),
        "portfolio_options": [
            {"portfolio_id": "best", "option_id": "P1-into-F1", "marginal_value": 9000.0,
             "releases": "P1"},
            {"portfolio_id": "best", "option_id": "F4-hq-P3", "marginal_value": None,
             "releases": None},
            {"portfolio_id": "next-1", "option_id": "F4-hq-P3", "marginal_value": None,
             "releases": None},
            {"portfolio_id": "frontier-cover-1", "option_id": "P1-into-F1", "marginal_value": None,
             "releases": "P1"},
        ],
        "apportionment_ranges": [
            {"kind": "portfolio", "subject_id": "best", "key": key, "body_id": body, "share": share,
             "share_low": share or 0.0, "share_high": share or 1.0,
             "cost_gbp": None if share is None else 50_000.0 * share, "cost_low_gbp": 10_000.0,
             "cost_high_gbp": 90_000.0, "lacks": HOSTILE_NOTE if share is None else None}
            for key, body, share in (("equal", "fire", 0.5), ("equal", "police", 0.5),
                                     ("funding", "fire", None), ("funding", "police", None))
        ],
        "principle_ranges": [
            {"kind": "portfolio", "subject_id": "best", "key": "equal",
             "principle": "value_for_each", "outcome": "fail",
             "reason": "Example Fire pays more than it gains."},
        ],
        **_settled(),
        "routes": [
            {"option_id": "P1-into-F1", "outside_alliance": "police", "cross_force": True,
             "consultation": "desk_access;staff", "consulted": None, "first_body": "fire",
             "n_steps": 2, "n_unknown": 1, "legal_forms": None},
        ],
        "vehicles": [
            {"vehicle_id": "independent", "name": "Independent", "serves": "building",
             "continuum_step": 1,
             "legal_form": "none", "approved_by": "fire", "who_employs": "each",
             "who_owns": "each", "statutory_responsibility": "stays", "changes": "nothing",
             "citation": "invented", "certainty": "evidenced"},
        ],
        "delivery": [
            {"option_id": "P1-into-F1", "vehicle_id": "independent", "possible": "yes",
             "reason": "A licence is enough."},
        ],
    }  # fmt: skip


def _demand_points() -> list[dict[str, Any]]:
    return [
        {"demand_id": point, "name": given["name"], "fire_area": "Devon & Somerset",
         "police_area": "Devon & Cornwall", "in_area": True, "people": given["people"],
         "disabled_people": 100.0, "people_65_plus": 300.0, "imd_decile": 4.0, "rural": False,
         "fires_per_year": 1.0,
         "geometry": shapely.Point(EAST + given["x"], NORTH + given["y"])}
        for point, given in POINTS.items()
    ]  # fmt: skip


def _effects() -> list[dict[str, Any]]:
    measures = [
        ("fire", "people_10min", "People within 10 min", "people", 50_000.0),
        ("fire", "mean_response_s", "Mean response", "s", 611.0),
        ("police", "people_20min", "People within 20 min of a desk", "people", 60_000.0),
        ("police", "custody", "Custody cells", "cells", None),
    ]
    changed = {("P1-into-F1", "people_20min"): (300.0, 1500.0, 1200.0),
               ("F1-into-P1", "people_10min"): (-1200.0, 0.0, 1200.0),
               ("F1-into-P1", "mean_response_s"): (1.5, None, None)}  # fmt: skip
    listed = []
    for option in ("F1-into-P1", "F4-hq-P3", "P1-into-F1"):
        for side, measure, label, unit, before in measures:
            by, gained, lost = changed.get((option, measure), (0.0, None, None))
            listed.append(
                {"option_id": option, "side": side, "measure": measure, "label": label,
                 "unit": unit, "before": before, "after": None if before is None else before + by,
                 "gained": gained, "lost": lost,
                 "change": None if before is None else "told" if by else "none",
                 "basis": "unknown" if before is None else "computed",
                 "note": HOSTILE_NOTE if measure == "custody" else None}
            )  # fmt: skip
    return listed


def _changes() -> list[dict[str, Any]]:
    given = [
        ("P1-into-F1", "police", "E1", 1300.0, 1100.0, None),
        ("P1-into-F1", "police", "E2", 1100.0, 1290.0, 1.0),
        ("P1-into-F1", "police", "E3", 600.0, 660.0, 2.0),
        ("F1-into-P1", "fire", "E2", 590.0, None, 1.0),
    ]
    limit = {"fire": 600.0, "police": 1200.0}
    return [
        {"option_id": option, "side": side, "demand_id": point, "before_s": before,
         "after_s": after, "chance_before": float(before <= limit[side]),
         "chance_after": float(after is not None and after <= limit[side]),
         "people": POINTS[point]["people"], "people_gained": 0.0,
         "people_lost": 0.0, "worst": worst}
        for option, side, point, before, after, worst in given
    ]  # fmt: skip


def _equality(given: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {"option_id": option, "side": side, "group": group, "people": 20_000.0, "gained": gained,
         "lost": lost, "slower": lost, "quicker": gained, "loss_rate": None,
         "area_loss_rate": None, "finding": finding, "suppressed": suppressed}
        for option, side, group, gained, lost, finding, suppressed in given
    ]  # fmt: skip


def _stability() -> list[dict[str, Any]]:
    return [
        {"option_id": option, "word": word, "reason": f"In the top 3 in {share} of the draws.",
         "dominated_by": by, "n_dominating": 0 if by is None else 1}
        for option, word, share, by in (
            ("P1-into-F1", "robust", "96%", None), ("F4-hq-P3", "contested", "60%", None),
            ("F1-into-P1", "fragile", "3%", "P1-into-F1"),
        )
    ]  # fmt: skip


def _robustness() -> list[dict[str, Any]]:
    ranks = {"P1-into-F1": (1, 1, 2), "F4-hq-P3": (1, 2, 4), "F1-into-P1": (4, 5, 5)}
    return [
        {"option_id": option, "varied": varied, "n_draws": 1000, "rank_low": float(low),
         "rank_median": float(middle), "rank_high": float(high), "share_first": 0.6,
         "share_top": 0.9, "share_top_error": 0.01}
        for option, (low, middle, high) in ranks.items()
        for varied in ("weights_near", "together")
    ]  # fmt: skip


def _decisions() -> list[dict[str, Any]]:
    decided = {
        "F4-hq-P3": {
            "decision_id": "D1",
            "status": "approved",
            "date": "2026-10-01",
            "decided_by": "fire",
            "reversible": True,
            "release": "agents",
        }
    }
    nothing = {"status": "none", "release": "internal"}
    return [
        {"option_id": option, **decided.get(option, nothing)}
        for option in ("F1-into-P1", "F4-hq-P3", "P1-into-F1")
    ]  # fmt: skip


def _questions() -> list[dict[str, Any]]:
    return [
        {"question_id": f"{gate}/{about}", "gate": gate, "about": about, "about_name": name,
         "question": f"What is the {gate} of {about}?", "whom": HOSTILE_NOTE, "mandatory": True,
         "whom_kind": "authority;force", "n_options": count, "n_settled": settled,
         "moved_mean": 1.5, "moved_max": count, "settled_mean": 0.5, "settled_max": settled,
         "option_ids": options, "rank": rank}
        for gate, about, name, count, settled, options, rank in (
            ("space", "F1", "Exampleford Fire Station", 3, 1, "P1-into-F1;F1-into-P1;F1+P1-new", 1),
            ("tenure", "P3", "Police Headquarters", 1, 1, "F4-hq-P3", 2),
        )
    ]  # fmt: skip


def _settled() -> dict[str, Any]:
    """The best set's money: fire loses 3,000 a year, police gain 15,000; 6,000 each with a rent."""
    best = {"kind": "portfolio", "subject_id": "best"}
    option = {"kind": "option", "subject_id": "P1-into-F1"}
    rent = {
        "payer_id": "police", "payee_id": "fire", "least_gbp": 3000.0, "rent_gbp": 9000.0,
        "most_gbp": 15_000.0, "payer_works_share": 0.5, "holds_share": 0.9, "basis": "assumed",
    }  # fmt: skip
    return {
        "clearing_rents": [option | rent, best | rent],
        "clearing_by_body": [
            best | {"body_id": body, "before_gbp": gain, "supplied_gbp": gain, "after_gbp": 6000.0}
            for body, gain in (("fire", -3000.0), ("police", 15_000.0))
        ],
        "clearing_principles": [
            best | {"principle": "no_more_control", "outcome": "not arithmetic",
                    "reason": HOSTILE_NOTE},
        ],
        "target_shares": [
            {"portfolio_id": "best", "target_id": "own", "body_id": body, "target_gbp": 7_500_000.0,
             "first_year": 1, "last_year": 4, "gain_gbp": -12_000.0, "share": -0.0016,
             "gain_after_rent_gbp": 24_000.0, "share_after_rent": 0.0032,
             "words": "Example Fire loses £3,000 a year; nothing counts towards its target of "
             "£7,500,000 over 4 years."}
            for body in ("fire", "all")
        ],
    }  # fmt: skip


def _portfolios() -> list[dict[str, Any]]:
    def one(portfolio: str, purpose: str, options: int, saving: float, losing: float) -> Any:
        return {
            "portfolio_id": portfolio, "purpose": purpose, "status": "optimal",
            "objective": "net_saving", "objective_value": saving * 15,
            "bound": saving * 15, "gap": 0.0, "n_options": options, "net_saving_gbp": saving,
            "npv_gbp": saving * 15, "capital_gbp": -50_000.0, "people_losing_cover": losing,
            "people_losing_access": 1200.0, "note": HOSTILE_NOTE,
        }  # fmt: skip

    return [
        one("best", "best", 2, 42_000.0, 0.0),
        one("frontier-cover-1", "frontier", 1, 12_000.0, 0.0),
        one("frontier-cover-2", "frontier", 2, 42_000.0, 0.0),
        one("frontier-cover-3", "frontier", 3, 54_000.0, 1200.0),
        one("next-1", "next_best", 1, 30_000.0, 0.0),
    ]
