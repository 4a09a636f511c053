"""Measure the options on networks with drawn speeds: each re-weighted, several at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pandas as pd

from colocate.impact import access, cover
from colocate.progress import SILENT, Progress
from colocate.scoring import draws
from colocate.tables import parts
from colocate.travel import impedance
from colocate.travel.draws import prepared, times_drawn

if TYPE_CHECKING:
    from colocate.study import Study

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


def measuring(study: Study, tables: Mapping[str, pd.DataFrame], /) -> Measured:
    """Prepare the roads once for all speeds; return how to measure the options at some.

    Measured are the options that are ranked: in cover those that move a crew, in access those
    that move a desk. The others change nothing at any speed.
    """
    options = tables["options"]
    ranked = options[(options["existing_share"] != "existing") & (options["kind"] != "touchdown")]
    crews, desks = (
        ranked[ranked["option_id"].isin(tables[name].query(changes)["option_id"])]
        for name, changes in (("cover", "fire_changes"), ("access", "desk_changes"))
    )
    roads = {name: tables[name] for name in ("road_nodes", "road_edges", "turns", "road_order")}
    snaps = pd.concat([tables["snaps"], tables["new_snaps"]], ignore_index=True)
    trips = prepared(
        impedance.ready(snaps, **roads, settings=study.travel),
        tables["edge_speeds"],
        **_that_matter(tables, ranked=ranked, crews=crews, desks=desks),
    )
    sites, participation = tables["located_sites"], tables["participation"]
    given = {name: tables[name] for name in ("demand_points", "new_sites")}

    def measured(draw: int, factors: Mapping[str, float]) -> pd.DataFrame:
        times = times_drawn(trips, factors=factors, settings=study.travel)
        covered = cover.cover(
            crews,
            sites,
            participation=participation,
            site_to_demand=times.site_to_demand,
            response=study.response,
            **given,
        )
        reached = access.access(
            desks, sites, demand_to_site=times.demand_to_site, settings=study.access, **given
        )
        return draws.drawn_measures(
            ranked, cover=covered.cover, access=reached, site_to_site=times.site_to_site, draw=draw
        )

    return measured


def _that_matter(
    tables: Mapping[str, pd.DataFrame],
    *,
    ranked: pd.DataFrame,
    crews: pd.DataFrame,
    desks: pd.DataFrame,
) -> dict[str, set[str]]:
    """Name the sites whose trips decide: what serves today, and hosts of what would move."""
    new, sites, demand = (tables[n] for n in ("new_sites", "located_sites", "demand_points"))
    takes_part = tables["participation"]
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
