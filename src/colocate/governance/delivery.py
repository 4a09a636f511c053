"""Which ways of working together each option could take, by rules that are data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.errors import OptionError, some
from colocate.governance.approvals import OCCUPIERS, OWN_BODIES
from colocate.governance.conditions import conditions, day_of
from colocate.tables import each, parts
from colocate.tables.dates import in_force
from colocate.tables.gates import DELIVERY
from colocate.tables.rows import Vehicle
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

BUILDING = "building"
"""What a way must serve to be one of sharing a building."""
WORDS = {
    "always": "always",
    "fire_site": "a fire site is involved",
    "police_site": "a police site is involved",
    "other_site": "a site of another service is involved",
    "alliance_police_site": "a police site of an alliance member is involved",
    "outside_alliance_police_site": "a police site outside the alliance is involved",
    "cross_force": "more than one force is involved",
    "fire_cover_changes": "a fire crew would move",
    "desk_changes": "a police desk would move",
    "staff_move": "staff would move",
    "new_site": "a new site is sought",
    "fire_site_released": "a fire building would be left",
    "police_site_released": "a police building would be left",
    "partner_host": "a partner's site would host",
}
"""The conditions of table `governance` as they read in a reason."""


def delivery(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
    vehicles: pd.DataFrame,
    rule_set: str,
    as_of: dt.date,
) -> pd.DataFrame:
    """Say of every option and way of sharing a building whether it fits.

    A way that serves functions alone, such as a mutual, is not told of a building.
    No: it is not open on the day, a condition it needs does not hold, or one it must not have
    does. Unknown: none of these, but that it is open is not evidenced. Yes: otherwise.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        cover: table `cover`.
        access: table `access`.
        bodies: table `bodies`.
        vehicles: table `vehicles`.
        rule_set: which reading of the law and the agreements.
        as_of: the study's day; a historic rule set counts as on its own day instead.

    Returns:
        Table `delivery`, sorted by option_id and then as in `vehicles`.

    Raises:
        OptionError: a body that approves is neither in `bodies` nor a word of table `governance`.
    """
    _check_bodies(vehicles, known={*bodies["body_id"], *OWN_BODIES, *OCCUPIERS})
    holding = conditions(options, located_sites, cover=cover, access=access, bodies=bodies)
    open_now = set(in_force(vehicles, day_of(rule_set, as_of))["vehicle_id"])
    listed = [row for row in each(Vehicle, vehicles) if BUILDING in parts(row.serves)]
    rows = []
    for option_id in sorted(options["option_id"]):
        for vehicle in listed:
            possible, reason = _fits(
                vehicle, holding[option_id], is_open=vehicle.vehicle_id in open_now
            )
            rows.append(
                {
                    "option_id": option_id,
                    "vehicle_id": vehicle.vehicle_id,
                    "possible": possible,
                    "reason": f"{reason[0].upper()}{reason[1:]}.",
                }
            )
    return conform(DELIVERY, rows)


def _fits(vehicle: Vehicle, held: set[str], *, is_open: bool) -> tuple[str, str]:
    if not is_open:
        why = vehicle.dates_note
        note = f": {why.rstrip('.')}" if isinstance(why, str) else ""
        return "no", f"not open on the study's day{note}"
    if absent := [WORDS[c] for c in parts(vehicle.must_hold) if c not in held]:
        return "no", f"only where {' and '.join(absent)}, which is not so here"
    if present := [WORDS[c] for c in parts(vehicle.must_not_hold) if c in held]:
        return "no", f"not where {' and '.join(present)}, as here"
    if vehicle.certainty == "unknown":
        return (
            "unknown",
            f"nothing known rules it out, but it is not evidenced: {vehicle.citation.rstrip('.')}",
        )
    return "yes", f"fits: {vehicle.citation.rstrip('.')}"


def _check_bodies(vehicles: pd.DataFrame, *, known: set[str]) -> None:
    named = {body for text in vehicles["approved_by"] for body in parts(text)}
    if missing := sorted(named - known):
        raise OptionError(
            f"table vehicles: approved_by {some(missing)} not in table bodies; expected ids of "
            "bodies, or fire_authority, owner_commissioner, owner_force, owner. Correct the id or "
            "add the body."
        )
