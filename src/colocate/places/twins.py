"""Sites that may be one, or stand where no site is: proposed for confirmation, never merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate import bng
from colocate.errors import some
from colocate.tables import issue_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

MANY = 5
"""So many sites at one point to the metre are no campus: it stands for points nobody gave."""

APART_M = 1_000.0
"""Sites of one name farther apart than a plot and two poor points are two."""

Issue = tuple[str, str, str, str, str, str]


def twins(located_sites: gpd.GeoDataFrame, /) -> pd.DataFrame:
    """Propose the sites that may be one and the same, and points that are those of many.

    Sites of one body are one where they share a property number, a name, or a point and a main
    role.

    Args:
        located_sites: table `located_sites`.

    Returns:
        `issues`: a doubt for each group of them.
    """
    return issue_rows(sorted({*_many(located_sites), *_same(located_sites)}))


def _same(sites: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Find sites in use that say the same of themselves."""
    open_ = sites[sites["status"].isin(["open", "unverified"])]
    said = open_.assign(
        name=open_["name"].str.casefold().str.split().str.join(" "),
        role=open_["roles"].str.split(";").str[0],
        at=[f"{point.x:.0f}, {point.y:.0f}" for point in open_.geometry],
        east=open_.geometry.x,
        north=open_.geometry.y,
    )
    told: set[str] = set()
    for what, columns in (
        ("property number", ["uprn"]), ("name", ["name"]), ("point and use", ["at", "role"]),
    ):  # fmt: skip
        same = ["body_id", *columns]
        alike = said.dropna(subset=same)
        alike = alike[alike.duplicated(same, keep=False)]
        point = alike.groupby(same)[["east", "north"]]
        wide = (point.transform("max") - point.transform("min")).max(axis=1)
        alike = alike[(point.transform("size") < MANY) & (wide <= APART_M)]
        for _, ids in alike.groupby(same)["site_id"]:
            key = "; ".join(sorted(ids))
            if key not in told:
                told.add(key)
                message = (
                    f"{some(sorted(ids))} of one body have the same {what}: they may be one site. "
                    "Confirm them, or keep one of the rows."
                )
                yield "geocode", "sites", key, "possible_duplicate", "doubt", message


def _many(sites: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Find points that are those of many sites."""
    east, north = sites.geometry.x.round(), sites.geometry.y.round()
    at_it = sites.groupby([east, north])["site_id"].transform("size")
    for (x, y), ids in sites[at_it >= MANY].groupby([east, north])["site_id"]:
        message = (
            f"{some(sorted(ids))} sites stand at one point, {x:.0f}, {y:.0f}: it may stand for "
            "points that nobody gave. Give each its own, or a postcode."
        )
        at = bng.grid_reference(x, y)
        yield "geocode", "sites", at, "many_at_one_point", "doubt", message
