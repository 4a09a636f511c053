"""Tables `bodies`, `governance` and `law` of a new study: who is there by law, by their areas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.starting.reading import raw_text
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RULES = Path(__file__).parent / "governance.csv"
"""Who must agree to what by general law; what the bodies agreed themselves is theirs to add."""
LAW = Path(__file__).parent / "law.csv"
"""What changed in the law of England or is announced; `bodies` names kinds of bodies."""
TERM = {
    "valid_from": "2012-11-22",
    "valid_to": "2028-05",
    "successors": "a policing and crime board of council leaders, or a mayor",
    "succession_certainty": "unverified",
    "succession_source": "Hansard, House of Commons, 13 November 2025, Police Reform: "
    "commissioners end with their term in May 2028, subject to legislation",
}
"""Of policing bodies and of the panels that hold them to account."""
BY_LAW = "named by its area; the body's own name and dates are to be supplied"
OWNERS = {
    "owner-ambulance": ("Whoever runs the ambulance service, to be found", "ambulance"),
    "owner-hospital": ("Whoever owns the hospital, to be found (an NHS body is assumed)", None),
}
"""Owners of partners' sites that are no council, and their service."""


def identifier(name: str, /) -> str:
    """Return the name of an area as part of a body_id.

    Args:
        name: of the area.
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().replace("&", " and ")).strip("-")


def fire_body(area: str, /) -> str:
    """Return the body_id of the fire and rescue authority of an area.

    Args:
        area: name of the fire area.
    """
    return f"{identifier(area)}-fire"


def police_body(area: str, /) -> str:
    """Return the body_id of the police force of an area.

    Args:
        area: name of the police force area.
    """
    return f"{identifier(area)}-police"


def bodies(
    *, fire_areas: Iterable[str], police_areas: Iterable[str], partners: Iterable[str]
) -> pd.DataFrame:
    """Return table `bodies`: authorities, forces, their policing bodies, and owners to be found.

    Args:
        fire_areas: names, the study's own first.
        police_areas: names.
        partners: body_ids of partners' sites.
    """
    rows = [*_services(fire_areas, police_areas), *_others(sorted({*partners}))]
    return pd.DataFrame(rows).reindex(columns=TABLES["bodies"].names)


def _services(fire_areas: Iterable[str], police_areas: Iterable[str]) -> Iterator[dict[str, str]]:
    for area in fire_areas:
        yield {
            "body_id": fire_body(area),
            "name": f"Fire and rescue authority of {area}",
            "short_name": f"{area} Fire",
            "kind": "fire_authority",
            "service": "fire",
            "area": area,
            "source": f"Fire and Rescue Services Act 2004 ss.1 to 4; {BY_LAW}",
        }
    for area in police_areas:
        yield from _police(area)


def _police(area: str) -> Iterator[dict[str, str]]:
    """Yield the force of an area, its policing body and the panel, with the law they rest on."""
    reform = "Police Reform and Social Responsibility Act 2011"
    commissioner = f"Policing body of {area} (a commissioner or a mayor)"
    for body_id, name, short_name, kind, law in (
        (police_body(area), f"Police force of {area}", f"{area} Police", "police_force",
         "Police Act 1996 s.2"),
        (f"{identifier(area)}-commissioner", commissioner, f"Policing body, {area}",
         "police_commissioner", f"{reform} s.1"),
        (f"{identifier(area)}-panel", f"Police and crime panel of {area}", f"Panel, {area}",
         "police_panel", f"{reform} s.28"),
    ):  # fmt: skip
        yield {
            "body_id": body_id,
            "name": name,
            "short_name": short_name,
            "kind": kind,
            "service": "police",
            "area": area,
            **(TERM if kind != "police_force" else {}),
            "source": f"{law}; {BY_LAW}",
        }


def _others(partners: Iterable[str]) -> Iterator[dict[str, str | None]]:
    yield {
        "body_id": "staff",
        "name": "Staff associations and recognised trade unions",
        "short_name": "Staff bodies",
        "kind": "staff_body",
        "source": "assumed: which of them speak for whom is to be supplied",
    }
    yield {
        "body_id": "planning",
        "name": "Local planning authority of the site",
        "short_name": "Planning authority",
        "kind": "council",
        "source": "Town and Country Planning Act 1990 s.1",
    }
    for body in partners:
        area = body.removeprefix("owner-").replace("-", " ").title()
        council = f"Whoever owns the site in {area}, to be found (a council of the area is assumed)"
        name, service = OWNERS.get(body, (council, None))
        yield {
            "body_id": body,
            "name": name,
            "short_name": f"{area} owner, to be found",
            "kind": "other",
            "service": service,
            "source": "assumed: who holds the building is not evidenced",
        }


def governance() -> pd.DataFrame:
    """Return table `governance` by general law, the same for every area of England."""
    return raw_text(RULES).reindex(columns=TABLES["governance"].names)


def law(bodies: pd.DataFrame, /) -> pd.DataFrame:
    """Return table `law`, the same for every area of England but for the bodies it names.

    Args:
        bodies: table `bodies` of the study.
    """
    by_kind = bodies.groupby("kind")["body_id"].agg(";".join)
    rows = raw_text(LAW)
    named = [
        ";".join(by_kind[kind] for kind in kinds.split(";") if kind in by_kind.index)
        for kinds in rows["bodies"]
    ]
    return rows.assign(bodies=named).reindex(columns=TABLES["law"].names)
