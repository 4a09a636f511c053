"""An invented town on round coordinates: everyone drives at 10 m/s along straight lines.

FA, PA   fire and police station of Ashford, 200 m apart
FB, PB   of Birch, 800 m apart, 10 km east of Ashford
FH, PH   the two headquarters, 5 km apart
FW, PW   Wells: an existing share
FC       a closed fire station beside PA
FX       a neighbouring authority's fire station
FI       an island
PN, PF   police sites outside the area: near FB, and far away
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from shapely import Point

from colocate import study
from colocate.impact.access import access, desks
from colocate.impact.cover import covered
from colocate.impact.crews import Terms, crews, roster
from colocate.impact.relocation import moves
from colocate.tables import TABLES, empty
from colocate.tables.options import OPTIONS
from colocate.tables.places import BODIES, DEMAND_POINTS, GOVERNANCE, LOCATED_SITES
from colocate.tables.schema import conform

HEAD = study.StudyHead(
    id="town", title="Town", notice="Invented.", attribution=(), as_of=dt.date(2026, 1, 1), seed=1,
    fire_area="Shire", fire_body="shirefire", police_areas=("East", "West"),
)  # fmt: skip
OPTIONS_SETTINGS = study.Options(
    straight_tiers_m=(250, 1000, 3000), straight_drive_min=15, drive_tier_min=10, group_limit_min=5,
    cluster_limit_min=10, functions=("headquarters", "workshop", "stores", "training"),
)  # fmt: skip
RESPONSE = study.Response(
    of="shirefire",
    call_handling_s=60,
    turnout_s={"wholetime": 90, "day_crewed": 90, "on_call": 300, "volunteer": 300, "unknown": 300},
    standards=(
        study.ResponseStandard(name="Dwelling fire", limit_min=10, target_share=0.75),
        study.ResponseStandard(name="Collision", limit_min=15),
    ),
)
ACCESS = study.Access(
    limit_min=10, desk_roles=("front_desk",), assumed_desk_roles=("station",)
)  # fmt: skip
NOWHERE = empty(TABLES["new_sites"])
TOLERANCE = study.Tolerance(time_s=10, mean_s=1)
MONEY = study.Money(
    station_running_cost_gbp=study.Ranged(value=31000, assumed="two averages"),
    station_net_saving_gbp=study.Ranged(
        value=12000, low=0, high=31000, width="all or nothing of it", assumed="Leyburn"
    ),
    review_saving_gbp=study.Figure(value=45000, assumed="above any published"),
    review_payback_years=3,
    appraisal_years=30,
    discount_rates=(
        study.DiscountRate(valid_from=dt.date(2003, 4, 1), from_year=1, rate=0.035),
        study.DiscountRate(valid_from=dt.date(2003, 4, 1), from_year=31, rate=0.03),
    ),
    optimism_bias_share=0.24,
    unequal_share=0.1,
    input_change_share=0.1,
    shift_share=0.04,
    hybrid=study.Hybrid(weights={"funding": 0.5, "demand": 0.5}, floor=0.1, cap=0.7),
)


def gate_effects(options, located_sites, *, cover, access, rules=()):
    """Tables the gates read beside the options: areas are those of the register."""
    from colocate.gates.space import space
    from colocate.places.areas import site_areas
    from colocate.tables import TABLES, empty

    areas = site_areas(located_sites, buildings=empty(TABLES["site_buildings"]), settings=None)
    room = space(options, located_sites=located_sites, site_areas=areas.site_areas, rules=rules)
    return {"cover": cover, "access": access, "space": room}


_FACTS = {
    "address": None, "confidence": "high", "source": "invented", "as_of": "2026-01-01",
    "disclosure": "public", "geocode_method": "coordinates", "precision_m": 10.0,
    "postcode_check": "no_postcode", "object_check": "no_object", "fire_area": "Shire",
    "police_area": "East", "in_area": True, "over_border": False, "status": "open",
}  # fmt: skip


SERVICES = {"F": "fire", "P": "police", "A": "ambulance", "C": "council", "L": "library"}
"""By the first letter of a site's id."""


def site(site_id, x, y, roles="station", **facts):
    service = SERVICES[site_id[0]]
    fire = service == "fire"
    base = {
        "site_id": site_id, "name": f"Site {site_id}", "roles": roles,
        "service": service,
        "body_id": {"fire": "shirefire", "police": "eastpolice"}.get(service, service),
        "crewing": "on_call" if fire and "station" in roles else None,
        "geometry": Point(x, y),
    }  # fmt: skip
    return _FACTS | base | facts


def sites(*rows):
    return conform(LOCATED_SITES, rows)


def town():
    away = {"in_area": False, "fire_area": None, "police_area": "West", "body_id": "westpolice"}
    return sites(
        site("FA", 0, 0),
        site("PA", 200, 0, "station;front_desk"),
        site("FB", 10_000, 0, crewing="wholetime;on_call"),
        site("PB", 10_000, 800),
        site("FH", 30_000, 0, "headquarters"),
        site("PH", 30_000, 5000, "headquarters;custody"),
        site("FW", 60_000, 0, share_status="existing", share_with="PW"),
        site("PW", 60_000, 30, share_status="existing", share_with="FW"),
        site("FC", 210, 0, status="closed", status_note="closed 2020"),
        site("FX", 10_000, -9000, body_id="otherfire", over_border=True, crewing=None),
        site("FI", 0, 90_000),
        site("PN", 12_000, 0, **away),
        site("PF", 20_000, 0, **away),
    )


def times(frame, others=None, *, ids, columns, speed=10.0, cutoff=3600.0):
    """Straight-line travel times; FI is on its island."""
    others = frame if others is None else others
    a, b = (np.c_[f.geometry.x, f.geometry.y] for f in (frame, others))
    metres = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    i, j = np.nonzero(metres / speed <= cutoff)
    od = pd.DataFrame(
        {
            columns[0]: frame[ids[0]].to_numpy()[i],
            columns[1]: others[ids[1]].to_numpy()[j],
            "travel_time_s": (metres / speed)[i, j],
            "distance_m": metres[i, j],
        }
    ).astype({columns[0]: "str", columns[1]: "str"})
    return od[(od[columns[0]] != "FI") & (od[columns[1]] != "FI")].reset_index(drop=True)


def site_to_site(frame):
    return times(frame, ids=("site_id", "site_id"), columns=("from_site_id", "to_site_id"))


def site_to_demand(frame, demand, **how):
    return times(
        frame, demand, ids=("site_id", "demand_id"), columns=("site_id", "demand_id"), **how
    )


def demand_points(*rows):
    """Rows of (demand_id, x, y, people, fires a year)."""
    return conform(
        DEMAND_POINTS,
        (
            {
                "demand_id": demand_id, "name": demand_id, "fire_area": "Shire",
                "police_area": "East", "in_area": True, "people": float(people),
                "disabled_people": 0.0, "rural": False, "fires_per_year": float(fires),
                "geometry": Point(x, y),
            }
            for demand_id, x, y, people, fires in rows
        ),
    )  # fmt: skip


def option(option_id, kind, *, members, host=None, movers=None, **facts):
    """One row of table options, as a mapping."""
    released = movers if kind.startswith("into_") or kind == "both_to_new" else None
    return {
        "option_id": option_id, "kind": kind, "title": option_id, "what_happens": "moves",
        "site_ids": members, "host_site_id": host, "mover_site_ids": movers,
        "released_site_ids": released, "tier": "250 m", "straight_m": 200.0,
        "travel_time_s": 20.0, "distance_m": 250.0, "police_areas": "East", "reason": "near",
    } | facts  # fmt: skip


def options(*rows):
    return conform(OPTIONS, rows)


def participation(frame):
    covers = frame["site_id"].isin([s for s in frame["site_id"] if s in {"FA", "FB", "FW", "FX"}])
    return pd.DataFrame(
        {
            "site_id": frame["site_id"],
            "takes_part": True,
            "hosts_only": False,
            "covers": covers,
            "reason": "open",
        }
    )


def bodies():
    rows = [
        ("shirefire", "Shire Fire Authority", "fire_authority", "fire", "Shire", None),
        ("otherfire", "Other Fire Authority", "fire_authority", "fire", "Other", None),
        ("eastpolice", "East Police", "police_force", "police", "East", "Eastern Alliance"),
        ("westpolice", "West Police", "police_force", "police", "West", None),
        ("ambulance", "Ambulance Trust", "other", "ambulance", None, None),
        ("eastpcc", "East Commissioner", "police_commissioner", "police", "East", None),
        ("board", "Alliance Board", "board", "police", None, None),
        ("staff", "Staff bodies", "staff_body", None, None, None),
    ]
    return conform(
        BODIES,
        (
            {"body_id": i, "name": n, "short_name": n, "kind": k, "service": s, "area": a,
             "alliance": m, "source": "invented"}
            for i, n, k, s, a, m in rows
        ),
    )  # fmt: skip


def governance(*rules):
    """Rows of (rule_id, condition, body_id, step, action), all in rule set `current`.

    Steps to 3 stand before the decision, from 8 after it.
    """
    return conform(GOVERNANCE, (_rule(*rule) for rule in rules))


BEFORE, AFTER = 3, 8
OF_ACTION = {"consult": "consultation", "advise": "finance", "record": "benefits"}


def _rule(rule_id, condition, body_id, step, action):
    phase = "before" if step <= BEFORE else "after" if step >= AFTER else "decision"
    topic = {"equality": "equality", "alliance": "board"}.get(
        rule_id, OF_ACTION.get(action, "decision")
    )
    return {
        "rule_id": rule_id, "rule_set": "current", "condition": condition, "body_id": body_id,
        "phase": phase, "topic": topic, "step": step, "action": action, "task": f"Does {rule_id}",
        "citation": f"Act of {rule_id}", "certainty": "evidenced",
        "days_earliest": step, "days_usual": 10 * step, "days_source": "invented",
    }  # fmt: skip


RULES = (
    ("advice", "always", "staff", 1, "advise"),
    ("equality", "always", "staff", 2, "record"),
    ("staff", "staff_move", "staff", 3, "consult"),
    ("cover", "fire_cover_changes", "fire_authority", 3, "consult"),
    ("desk", "desk_changes", "staff", 3, "consult"),
    ("authority", "always", "fire_authority", 4, "approve"),
    ("owner", "police_site", "owner_commissioner", 5, "approve"),
    ("alliance", "alliance_police_site", "board", 6, "approve"),
    ("outside", "outside_alliance_police_site", "owner_force", 6, "agree"),
)


def cover_of(options, located_sites, *, new_sites=NOWHERE, **given):
    """Tables `cover_baseline`, `response_parts` and `cover` of options with their moves."""
    return covered(options, crews_of(moves(options, new_sites), located_sites, **given))


def crews_of(who, located_sites, *, site_to_demand, response, tolerance, hours=None, **given):
    """Crews with some moves, the drives looked for up to an hour."""
    terms = Terms(response, tolerance, 3600.0, hours)
    return crews(roster(who, located_sites, terms=terms, **given), site_to_demand)


def access_of(options, located_sites, *, new_sites=NOWHERE, **given):
    """Table `access` of options with their moves."""
    return access(options, desks(moves(options, new_sites), located_sites, **given))
