"""Who may take part, as what, and if not, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from colocate.candidates.nearness import tiers
from colocate.tables import each, issue_rows
from colocate.tables.options import PARTICIPATION
from colocate.tables.roles import has_role
from colocate.tables.rows import Participation
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate import study


def participation(
    located_sites: gpd.GeoDataFrame,
    drives: pd.DataFrame,
    /,
    *,
    settings: study.Options,
    fire_body: str,
) -> pd.DataFrame:
    """Decide for every located site whether it may host or move, and whether it counts in cover.

    Open sites of the study's own fire authority take part. Open sites of other services take part
    inside the fire area, or outside it when a participating fire site is within a tier. Fire
    stations of other authorities and over the border count for cover only. A site without a road
    route to another site stays out, of cover too: nothing can be said about a move or a response
    from there.

    Args:
        located_sites: table `located_sites`, sorted by site_id.
        drives: `nearness.two_way` of table `site_to_site`.
        settings: section `options` of the study.
        fire_body: the authority the study is about.

    Returns:
        Table `participation`, one row per located site.
    """
    sites = located_sites
    is_open = sites["status"] == "open"
    fire = sites["service"] == "fire"
    own = fire & (sites["body_id"] == fire_body) & ~sites["over_border"]
    on_road = sites["site_id"].isin(pd.concat([drives["site_a"], drives["site_b"]]))
    usable = is_open & on_road
    near = _near(sites, drives, own=usable & own, settings=settings)
    rules = [
        (~is_open, sites["status"] + (" (" + sites["status_note"] + ")").fillna("")),
        (fire & ~own, "another fire authority's site: counts for cover only"),
        (~on_road, "no road route to or from any other site within the travel cut-off"),
        (own, "open site of the study's fire authority"),
        (sites["in_area"], "open site inside the study's fire area"),
        (near, "open site outside the study's fire area, within a tier"),
    ]
    reason = np.select(
        [rule.to_numpy() for rule, _ in rules],
        [np.broadcast_to(text, len(sites)) for _, text in rules],
        default="outside the study's fire area and beyond its tiers",
    )
    takes_part = usable & (own | (~fire & (sites["in_area"] | near)))
    covers = fire & usable & has_role(sites, "station")
    rows = zip(sites["site_id"], takes_part, covers, reason, strict=True)
    return conform(
        PARTICIPATION, (dict(zip(PARTICIPATION.names, row, strict=True)) for row in rows)
    )


def _near(
    sites: gpd.GeoDataFrame, drives: pd.DataFrame, *, own: pd.Series, settings: study.Options
) -> pd.Series:
    """Whether each site is within a tier of a participating fire site."""
    points = sites.set_index("site_id").geometry
    drives = drives[drives["site_a"].isin(points.index) & drives["site_b"].isin(points.index)]
    ends = [points[drives[end]].to_numpy() for end in ("site_a", "site_b")]
    span = drives.assign(straight_m=shapely.distance(*ends))
    close = span[tiers(span, settings) != "function"]
    own_ids = sites.loc[own, "site_id"]
    reached = pd.concat(
        [
            close.loc[close["site_a"].isin(own_ids), "site_b"],
            close.loc[close["site_b"].isin(own_ids), "site_a"],
        ]
    )
    return sites["site_id"].isin(reached)


def left_out(participation: pd.DataFrame, /) -> pd.DataFrame:
    """List the sites that take no part as `issues` rows: excluded, or noted if they cover.

    Args:
        participation: table `participation`.
    """
    return issue_rows(
        ("candidates.generate", "located_sites", row.site_id,
         *(("cover_only", "note") if row.covers else ("takes_no_part", "excluded")),
         f"{row.site_id} is no host and no mover: {row.reason}.")
        for row in each(Participation, participation[~participation["takes_part"]])
    )  # fmt: skip
