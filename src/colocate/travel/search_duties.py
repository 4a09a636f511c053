"""Duties of sites: whom a standard is kept for today, and who rests on the sites that would move.

Nobody loses a standard who is within that of a site that stays, nor whose time grows by less than
can be told: `rest` finds the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.travel.kernel.places import Places, along_edges
from colocate.travel.kernel.sequences import runs
from colocate.travel.od_array import entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph


class Homes(NamedTuple):
    """Where people live, and what reaches them today."""

    demand_units: gpd.GeoDataFrame
    """Table of that name; in the study area, for access around it too."""
    unit_snaps: pd.DataFrame
    """Table of that name: where they meet the road."""
    drives: Mapping[str, pd.DataFrame]
    """Drives of today's sites by direction: `from_site` in the shape of table `site_to_unit`,
    `to_site` of `unit_to_site`."""


class _Over(NamedTuple):
    """By how much drives are longer than the site's longest: those of a site or unit together."""

    first: Ints
    """Where the drives of each begin, and the end."""
    other: Ints
    """Unit, or site, of each drive."""
    over_s: Floats


class Duty(NamedTuple):
    """A standard as arrays: sites in order of id, the units that people live at likewise."""

    sites: Mapping[str, int]
    """Number of each."""
    limit_s: Floats
    """Longest drive of each site."""
    by_site: _Over
    by_unit: _Over
    people: Floats
    edge: Ints
    """Where each unit meets the road; -1 where none is near, and then nothing reaches it."""
    offset_m: Floats


class Rest(NamedTuple):
    """Units that only the movers of an option reach within a standard, those on the brink first."""

    at: Places
    people: Floats
    most_ms: Ints
    """Longest drive that the new site may have to each, or each to it."""


DECIMALS = 3
"""Of a difference of times, before it is compared: as `impact.tolerance` has it, which stands on a
floor above; the losses of both are held against each other to the last digit."""


def duties(serving_sites: pd.DataFrame, homes: Homes, /) -> dict[str, Duty]:
    """Lay out each direction's standard over the units of the area; for access also around it.

    Args:
        serving_sites: table `serving_sites`; a site without a limit has no standard to meet.
        homes: where people live.

    Returns:
        By direction.
    """
    at = homes.unit_snaps.set_index("demand_id")
    units = homes.demand_units.sort_values("demand_id")
    return {
        direction: _duty(
            serving_sites[serving_sites["direction"] == direction],
            drives,
            units=units[units["in_area"] | (direction == "to_site")],
            at=at,
        )
        for direction, drives in homes.drives.items()
    }


def _duty(
    serving: pd.DataFrame, drives: pd.DataFrame, *, units: pd.DataFrame, at: pd.DataFrame
) -> Duty:
    """Say by how much the drive of each site with a standard to each unit is beyond it."""
    held = serving.dropna(subset="drive_limit_s").sort_values("site_id")
    sites, ids = pd.Index(held["site_id"]), pd.Index(units["demand_id"])
    limit_s = held["drive_limit_s"].to_numpy()
    found, drive = at.reindex(ids), entries(drives, sites=sites, demand=ids)
    over_s = drive.time_s - limit_s[drive.site]
    return Duty(
        sites={site_id: number for number, site_id in enumerate(sites)},
        limit_s=limit_s,
        by_site=_grouped(drive.site, drive.point, over_s=over_s, count=len(sites)),
        by_unit=_grouped(drive.point, drive.site, over_s=over_s, count=len(ids)),
        people=units["people"].to_numpy(),
        edge=found["edge_id"].fillna(-1).to_numpy("int64"),
        offset_m=found["offset_m"].to_numpy("float64"),
    )


def _grouped(of: Ints, other: Ints, *, over_s: Floats, count: int) -> _Over:
    order = np.argsort(of, kind="stable")
    first = np.searchsorted(of[order], np.arange(count + 1))
    return _Over(first, other[order].astype("int32"), over_s[order])


def rest(duty: Duty, /, *, movers: Sequence[str], graph: RoadGraph, tolerance_s: float) -> Rest:
    """Find what rests on the movers; where they have different limits the best crew counts.

    Args:
        duty: the standard.
        movers: sites that would move.
        graph: the network.
        tolerance_s: change of a time that cannot be told.
    """
    moves = np.zeros(len(duty.sites), "bool")
    moves[[duty.sites[site_id] for site_id in movers if site_id in duty.sites]] = True
    own = np.full(len(duty.people), np.inf)
    for site in np.flatnonzero(moves):
        drives = slice(*duty.by_site.first[site : site + 2])
        unit = duty.by_site.other[drives]
        own[unit] = np.minimum(own[unit], duty.by_site.over_s[drives])
    held = np.flatnonzero(own <= 0)
    begin = duty.by_unit.first[held]
    count = duty.by_unit.first[held + 1] - begin
    drive = runs(begin, count)
    stays = np.where(moves[duty.by_unit.other[drive]], np.inf, duty.by_unit.over_s[drive])
    others = np.minimum.reduceat(stays, np.cumsum(count) - count) if len(held) else own[held]
    # Who stays takes over within the standard, or within what can be told from today.
    alone = held[(others > 0) & (np.round(others - own[held], DECIMALS) > tolerance_s)]
    alone = alone[np.argsort(-own[alone], kind="stable")]
    best_s = float(duty.limit_s[moves].max(initial=0.0))
    return Rest(
        along_edges(graph, edge=duty.edge[alone], offset_m=duty.offset_m[alone]),
        duty.people[alone],
        _most_ms(best_s + np.maximum(0.0, own[alone] + tolerance_s)),
    )


def _most_ms(allowed_s: Floats) -> Ints:
    """Longest drives, ms, that are not beyond what is allowed once the difference is rounded."""
    most: Ints = np.rint(allowed_s * 1000).astype("int64")
    for step in (-1, 0, 1):  # a half rounds to even, whichever that is
        next_ = np.rint(allowed_s * 1000).astype("int64") + step
        most = np.where(np.round(next_ / 1000 - allowed_s, DECIMALS) > 0, most, next_)
    return most
