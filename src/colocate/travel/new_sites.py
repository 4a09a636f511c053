"""New shared sites: where each is taken to stand, and the drives to and from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate.tables import issue_rows, parts
from colocate.tables.schema import CRS
from colocate.travel import od_matrix
from colocate.travel.od_array import positions
from colocate.travel.od_matrix import NEW
from colocate.travel.ready_roads import ready_of
from colocate.travel.snapping import snap
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from colocate.study import Travel
    from colocate.travel.roads import Roads

PREFIX = "NEW-"
"""What the id of a new site has before the id of its option."""


class Today(NamedTuple):
    """Tables of these names, but for `today_` before them."""

    snaps: pd.DataFrame
    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame
    site_to_site: pd.DataFrame


class NewTravel(NamedTuple):
    """Tables `snaps`, `site_to_demand`, `demand_to_site`, `site_to_site` and `issues`."""

    snaps: pd.DataFrame
    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame
    site_to_site: pd.DataFrame
    issues: pd.DataFrame


def new_sites(areas_of_search: gpd.GeoDataFrame, /) -> gpd.GeoDataFrame:
    """Take each new shared site to stand at the best point of its area of search.

    Args:
        areas_of_search: table `areas_of_search`; an option without an area has no row in it, and
            movers whose host stays are taken to move there.

    Returns:
        Table `new_sites`, sorted by option_id.
    """
    shared = areas_of_search[areas_of_search["sought_for"] == "all"]
    areas = shared.sort_values("option_id", ignore_index=True)
    east, north = areas["best_easting"], areas["best_northing"]
    return gpd.GeoDataFrame(
        {
            "option_id": areas["option_id"],
            "site_id": (PREFIX + areas["option_id"]).astype("str"),
            "easting": east,
            "northing": north,
        },
        geometry=gpd.points_from_xy(east, north),
        crs=CRS,
    )


def new_travel(
    new_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    /,
    *,
    today: Today,
    options: pd.DataFrame,
    roads: Roads,
    settings: Travel,
) -> NewTravel:
    """Put new sites among today's and find their drives; those of today's sites stay as they are.

    Args:
        new_sites: table `new_sites`.
        demand_points: table `demand_points`.
        today: where today's sites and the demand points are, and their drives.
        options: table `options`: who would move to each.
        roads: the roads and their free-flow speeds.
        settings: section `travel` of the study.

    Returns:
        Today's rows and those of new sites, told apart by the kind of site; `site_to_site` has
        the drives of staff to a new site, from the sites that would move there. `issues` names new
        sites off the road.
    """
    people = today.snaps.loc[today.snaps["kind"] == "demand", "edge_id"].to_numpy()
    snapped = snap(new_sites, demand_points.iloc[:0], roads=roads, settings=settings,
                   lived_on=people)  # fmt: skip
    added = snapped.snaps[snapped.snaps["kind"] == "site"].assign(kind=NEW)
    snaps = pd.concat([today.snaps, added]).sort_values(["kind", "point_id"], ignore_index=True)
    prepared = od_matrix.ready(snaps, ready_of(roads, delays=settings.delays), settings=settings)
    new = od_matrix.only(prepared, sites=added["point_id"], demand=prepared.demand_id)
    movers = options.set_index("option_id")["mover_site_ids"].loc[new_sites["option_id"]]
    wanted = [(mover, site) for site, listed in zip(new_sites["site_id"], movers, strict=True)
              for mover in parts(listed)]  # fmt: skip
    found = {}
    for directions, driven in by_vehicle(roads.edge_speeds, settings=settings):
        metric = od_matrix.weighed(prepared, driven)
        for direction in directions:
            found[direction] = (
                od_matrix.with_new_sites(today.site_to_site, prepared, metric=metric, wanted=wanted)
                if direction == "between"
                else od_matrix.DRIVES[direction](new, metric)
            )
    issues = snapped.issues[snapped.issues["table"] == "located_sites"].assign(table="new_sites")
    return NewTravel(
        snaps,
        _among(today.site_to_demand, found["from_site"]),
        _among(today.demand_to_site, found["to_site"]),
        found["between"],
        issue_rows(issues.itertuples(index=False)),
    )


def _among(today: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put drives of new sites among those of today's; both are in order of site."""
    both = pd.concat([today, new], ignore_index=True)
    ids = today["site_id"].unique().tolist() + new["site_id"].unique().tolist()
    site = positions(both["site_id"], pd.Index(sorted(ids), dtype="str"))
    return both.take(np.argsort(site, kind="stable")).reset_index(drop=True)
