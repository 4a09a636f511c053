"""Which conditions of table `governance` hold for an option, and which rows hold on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from colocate.tables import each, parts
from colocate.tables.rows import Body, LocatedSite, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

RULE_SET_DAY = {"as_at_2016": dt.date(2016, 2, 19)}
"""The day a historic rule set speaks of: that of report DSFRA/16/5."""


def conditions(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
) -> dict[str, set[str]]:
    """Name the conditions of table `governance` that hold for each option.

    Args:
        options: table `options`.
        located_sites: table `located_sites`; every body of theirs is in `bodies`.
        cover: table `cover`, for whether fire cover changes.
        access: table `access`, for whether a desk moves.
        bodies: table `bodies`.
    """
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    listed = {body.body_id: body for body in each(Body, bodies)}
    moves_desk = set(access.loc[access["desk_changes"], "option_id"])
    moves_crew = set(cover.loc[cover["fire_changes"], "option_id"])
    return {
        option.option_id: _holding(
            option,
            [sites[site] for site in parts(option.site_ids)],
            released={sites[site].service for site in parts(option.released_site_ids)},
            bodies=listed,
            fire_changes=option.option_id in moves_crew,
            desk_changes=option.option_id in moves_desk,
        )
        for option in each(Option, options)
    }


def _holding(
    option: Option,
    members: list[LocatedSite],
    *,
    released: set[str],
    bodies: Mapping[str, Body],
    fire_changes: bool,
    desk_changes: bool,
) -> set[str]:
    police = [bodies[site.body_id] for site in members if site.service == "police"]
    areas = {body.area for body in police if pd.notna(body.area)} | set(parts(option.police_areas))
    holds = {
        "always": True,
        "fire_site": any(site.service == "fire" for site in members),
        "police_site": bool(police),
        "other_site": any(site.service not in {"fire", "police"} for site in members),
        "alliance_police_site": any(pd.notna(body.alliance) for body in police),
        "outside_alliance_police_site": any(pd.isna(body.alliance) for body in police),
        "cross_force": bool(police) and len(areas) > 1,
        "fire_cover_changes": fire_changes,
        "desk_changes": desk_changes,
        "staff_move": bool(parts(option.mover_site_ids)),
        "new_site": option.kind == "both_to_new",
        "fire_site_released": "fire" in released,
        "police_site_released": "police" in released,
        "partner_host": option.kind == "into_partner",
    }
    return {condition for condition, holding in holds.items() if holding}


def day_of(rule_set: str, as_of: dt.date, /) -> str:
    """Return the day on which a rule set's rules and bodies must be valid, ISO 8601.

    Args:
        rule_set: name of the rule set.
        as_of: the study's day, which holds for a rule set without one of its own.
    """
    return RULE_SET_DAY.get(rule_set, as_of).isoformat()
