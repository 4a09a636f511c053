"""Campuses: sites of one body on one plot, which would give the same option several times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate.candidates.groups import pieces
from colocate.tables import each, issue_rows
from colocate.tables.roles import CAMPUS_M, has_role
from colocate.tables.rows import Pair

if TYPE_CHECKING:
    import geopandas as gpd


_ENDS = ("first_site_id", "other_site_id")


class _Twin(Pair):
    """A pair with the leads of its two campuses."""

    first: str
    other: str


def leads(sites: gpd.GeoDataFrame, /) -> pd.Series:
    """Name the site that speaks for each site's campus in pairs and groups, by site id.

    Sites of one body within `roles.CAMPUS_M` of each other, or joined by others that are, make a
    campus. Its lead is a station before any other use, one whose crew is known before others, and
    then the one with the latest evidence; equals go by id. A site that stands alone leads itself.

    Args:
        sites: participating sites, as in `located_sites`.
    """
    i, j = sites.sindex.query(sites.geometry, predicate="dwithin", distance=CAMPUS_M)
    body = sites["body_id"].to_numpy()
    same = body[i] == body[j]
    order = pd.DataFrame(
        {
            "site_id": sites["site_id"].to_numpy(),
            "campus": pieces(i[same], j[same], count=len(sites)),
            "no_station": ~has_role(sites, "station").to_numpy(),
            "no_crew": sites["crewing"].isna().to_numpy(),
            "as_of": sites["as_of"].fillna("").to_numpy(),
        }
    ).sort_values(
        ["no_station", "no_crew", "as_of", "site_id"], ascending=[True, True, False, True]
    )
    lead = order.groupby("campus")["site_id"].transform("first")
    return pd.Series(lead.to_numpy(), index=order["site_id"]).sort_index()


def without_twins(pairs: pd.DataFrame, lead: pd.Series, /) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep one pair for every two campuses, besides existing shares and pairs of like function.

    The pair of the two leads stays, or else the one with a lead, or else the nearest.

    Args:
        pairs: table `pairs`.
        lead: what `leads` returns; a site it does not name leads itself.

    Returns:
        Table `pairs` without the twins, and `issues` naming them.
    """
    first, other = (pairs[end].map(lead).fillna(pairs[end]) for end in _ENDS)
    plain = pairs["function"].isna() & (pairs["existing_share"].fillna("") != "existing")
    order = pairs.assign(
        first=first,
        other=other,
        led=(pairs["first_site_id"] == first).astype(int) + (pairs["other_site_id"] == other),
    )[plain].sort_values(["led", "travel_time_s", "pair_id"], ascending=[False, True, True])
    twin = order[order.duplicated(["first", "other"])].sort_values("pair_id")
    issues = issue_rows(
        ("candidates.generate", "pairs", row.pair_id, "campus_twin", "note",
         f"{row.pair_id} gives no option to move: {row.first} and {row.other} speak for its plots.")
        for row in each(_Twin, twin)
    )  # fmt: skip
    return pairs.drop(twin.index).reset_index(drop=True), issues
