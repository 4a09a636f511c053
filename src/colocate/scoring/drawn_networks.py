"""Measure the options on networks with drawn speeds: each re-weighted, several at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.impact import access as desk_access
from colocate.impact import cover
from colocate.impact.relocation import moves
from colocate.progress import SILENT, Progress
from colocate.scoring import draws
from colocate.tables import parts
from colocate.travel.draws import prepared, times_drawn
from colocate.travel.od_matrix import ready

if TYPE_CHECKING:
    from colocate.study import Access, Nearness, Response, Tolerance, Travel
    from colocate.travel.roads import Roads

Measured = Callable[[int, Mapping[str, float]], pd.DataFrame]
"""From the number of a draw and its factors on speed by class group to `drawn_measures`."""

WORKERS = 4
"""Most networks at once: bounds memory."""


def on_networks(
    factors: pd.DataFrame,
    /,
    *,
    measured: Measured,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Measure on one network a draw, on several threads; their number changes no result.

    Args:
        factors: one row a draw, by its number; one column a class group.
        measured: what `measuring` returns.
        progress: told each network that is done.

    Returns:
        Table `drawn_measures`.
    """
    with ThreadPoolExecutor(min(WORKERS, os.cpu_count() or 1)) as pool:
        drawn = []
        for found in pool.map(measured, factors.index, factors.to_dict("records")):
            drawn.append(found)
            progress.advance(len(drawn), len(factors), what="networks")
    return pd.concat(drawn, ignore_index=True)


class Drawn(NamedTuple):
    """What drawn networks are measured with: tables by name, and the roads."""

    options: pd.DataFrame
    cover: pd.DataFrame
    access: pd.DataFrame
    located_sites: pd.DataFrame
    participation: pd.DataFrame
    demand_points: pd.DataFrame
    snaps: pd.DataFrame
    new_sites: pd.DataFrame
    roads: Roads
    road_order: pd.DataFrame


def measuring(
    given: Drawn,
    /,
    *,
    travel: Travel,
    response: Response,
    access: Access,
    tolerance: Tolerance,
    nearness: Mapping[str, Nearness],
) -> Measured:
    """Prepare the roads once for all speeds; return how to measure the options at some.

    Measured are the options that are ranked: in cover those that move a crew, in access those
    that move a desk. The others change nothing at any speed.

    Args:
        given: the run's tables.
        travel: section `travel` of the study.
        response: section `response`.
        access: section `access`.
        tolerance: section `tolerance`.
        nearness: `choice.nearness` of the study.
    """
    ranked, crews, desks = _ranked(given)
    trips = prepared(
        ready(given.snaps, given.roads, road_order=given.road_order, settings=travel),
        given.roads.edge_speeds,
        **_that_matter(given, ranked=ranked, crews=crews, desks=desks),
    )
    shared: dict[str, Any] = {"demand_points": given.demand_points, "tolerance": tolerance}
    of_crews, of_desks = (moves(each, given.new_sites) for each in (crews, desks))

    def measured(draw: int, factors: Mapping[str, float]) -> pd.DataFrame:
        times = times_drawn(trips, factors=factors, settings=travel)
        fire = cover.crews(
            of_crews, given.located_sites, participation=given.participation,
            site_to_demand=times.site_to_demand, response=response, **shared,
        )  # fmt: skip
        police = desk_access.desks(
            of_desks, given.located_sites, demand_to_site=times.demand_to_site, settings=access,
            **shared,
        )  # fmt: skip
        return draws.drawn_measures(
            ranked,
            cover=cover.cover(crews, fire).cover,
            access=desk_access.access(desks, police),
            site_to_site=times.site_to_site,
            nearness=nearness,
            draw=draw,
        )

    return measured


def _ranked(given: Drawn) -> list[pd.DataFrame]:
    """Find the options that are ranked, and those of them that move a crew or a desk."""
    options = given.options
    ranked = options[(options["existing_share"] != "existing") & (options["kind"] != "touchdown")]
    moving = ((given.cover, "fire_changes"), (given.access, "desk_changes"))
    return [ranked] + [
        ranked[ranked["option_id"].isin(table.loc[table[changes], "option_id"])]
        for table, changes in moving
    ]


def _that_matter(
    given: Drawn, *, ranked: pd.DataFrame, crews: pd.DataFrame, desks: pd.DataFrame
) -> dict[str, set[str]]:
    """Name the sites whose trips decide: what serves today, and hosts of what would move."""
    new, sites, demand = given.new_sites, given.located_sites, given.demand_points
    takes_part = given.participation
    police = (sites["service"] == "police") & (sites["status"] == "open")

    def hosts(options: pd.DataFrame) -> set[str]:
        own = new.loc[new["option_id"].isin(options["option_id"]), "site_id"]
        return {*options["host_site_id"].dropna(), *own}

    return {
        "response": hosts(crews).union(takes_part.loc[takes_part["covers"], "site_id"]),
        "access": hosts(desks).union(sites.loc[police, "site_id"]),
        "between": {site for listed in ranked["site_ids"] for site in parts(listed)},
        "demand": set(demand.loc[demand["in_area"], "demand_id"]),
    }
