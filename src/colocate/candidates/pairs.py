"""Pairs: every fire site with every site of another service that is near enough, or of its kind.

Sites that only host are in a pair with those they could take in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import shapely

from colocate.candidates.build_options import code
from colocate.candidates.doubts import recorded_share, shared_already
from colocate.candidates.nearness import tiers
from colocate.tables import each, issue_rows, parts
from colocate.tables.options import PAIRS
from colocate.tables.roles import has_role
from colocate.tables.rows import LocatedSite, Pair
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from colocate import study
    from colocate.candidates.hosts import Hosts


class _Near(NamedTuple):
    """Two sites that may become a pair, with the drives between them (`nearness.two_way`)."""

    first_site_id: str
    other_site_id: str
    hosts_only: bool
    site_a: str
    site_b: str
    there_s: float
    back_s: float
    travel_time_s: float
    distance_m: float
    straight_m: float
    tier: str


def find_pairs(
    sites: gpd.GeoDataFrame,
    drives: pd.DataFrame,
    /,
    *,
    hosts: Hosts,
    settings: study.Options,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pair each fire site with each site of another service in a tier, or of like function.

    An existing share is a pair wherever its sites stand. Across a border that is not to be crossed
    two sites are in no tier.

    Distances and times at a tier's limit are inside it. Never all fire sites times all others:
    only what is near by line or by road, or of like function, is looked at.

    Args:
        sites: participating sites, as in `located_sites`.
        drives: `nearness.two_way`.
        hosts: `hosts.find_hosts`.
        settings: section `options` of the study.

    Returns:
        Table `pairs`, sorted by pair_id, and `issues` naming what is near by line but not by road.
    """
    both = sites[~sites["site_id"].isin(hosts.pairs["first_site_id"])]
    fire = both[both["service"] == "fire"].reset_index(drop=True)
    other = both[both["service"] != "fire"].reset_index(drop=True)
    frame = pd.concat(
        [
            _candidates(fire, other, drives=drives, settings=settings).assign(hosts_only=False),
            hosts.pairs.assign(hosts_only=True),
        ],
        ignore_index=True,
    )
    ends = frame[["first_site_id", "other_site_id"]]
    frame["site_a"], frame["site_b"] = ends.min(axis=1), ends.max(axis=1)
    frame = frame.merge(drives, how="left", on=["site_a", "site_b"])
    points = sites.set_index("site_id").geometry
    frame["straight_m"] = shapely.distance(
        points[frame["first_site_id"]].to_numpy(), points[frame["other_site_id"]].to_numpy()
    )
    ends = pd.MultiIndex.from_frame(frame[["first_site_id", "other_site_id"]])
    barred = ends.isin(pd.MultiIndex.from_frame(hosts.barred[["first_site_id", "other_site_id"]]))
    frame["tier"] = tiers(frame, settings).mask(barred, "function")
    by_id = {site.site_id: site for site in each(LocatedSite, sites)}
    pairs = conform(
        PAIRS,
        sorted(
            (_pair(row, by_id, settings=settings) for row in each(_Near, frame)),
            key=lambda row: row["pair_id"],
        ),
    )
    in_no_tier = pairs["tier"] == "function"
    apart = in_no_tier & pairs["function"].isna() & pairs["existing_share"].isna()
    by_line = apart & ~pairs["pair_id"].isin(_ids(frame[barred]))
    return pairs[~apart].reset_index(drop=True), _apart(pairs[by_line], settings)


def _pair(
    row: _Near, sites: Mapping[str, LocatedSite], *, settings: study.Options
) -> dict[str, Any]:
    a, b = sites[row.first_site_id], sites[row.other_site_id]
    forth = row.site_a == a.site_id
    return row._asdict() | {
        "pair_id": f"{code(row.site_a)}+{code(row.site_b)}",
        "first_to_other_s": row.there_s if forth else row.back_s,
        "other_to_first_s": row.back_s if forth else row.there_s,
        "function": _shared_function(a, b, functions=settings.functions),
        **_share(a, b, straight_m=row.straight_m, settings=settings),
    }


def _ids(frame: pd.DataFrame) -> list[str]:
    return [f"{code(a)}+{code(b)}" for a, b in zip(frame["site_a"], frame["site_b"], strict=True)]


def _apart(pairs: pd.DataFrame, settings: study.Options) -> pd.DataFrame:
    limit = settings.straight_drive_min.value
    return issue_rows(
        ("candidates.generate", "pairs", row.pair_id, "near_by_line_only", "note",
         f"{row.straight_m:,.0f} m apart in a straight line but "
         + ("without a road route both ways" if pd.isna(row.travel_time_s)
            else f"{row.travel_time_s / 60:.1f} min by car")
         + f": no pair, for a straight tier needs a drive of at most {limit:g} min.")
        for row in each(Pair, pairs)
    )  # fmt: skip


def _candidates(
    fire: gpd.GeoDataFrame,
    other: gpd.GeoDataFrame,
    *,
    drives: pd.DataFrame,
    settings: study.Options,
) -> pd.DataFrame:
    """List the pairs near by straight line, near by road, or of like function, once each."""
    i, j = other.sindex.query(
        fire.geometry, predicate="dwithin", distance=max(settings.straight_tiers_m)
    )
    found = [zip(fire["site_id"].iloc[i], other["site_id"].iloc[j], strict=True)]
    close = drives[drives["travel_time_s"] <= settings.drive_tier_min.value * 60]
    for a, b in (("site_a", "site_b"), ("site_b", "site_a")):
        across = close[close[a].isin(fire["site_id"]) & close[b].isin(other["site_id"])]
        found.append(zip(across[a], across[b], strict=True))
    for function in settings.functions:
        partners = other.loc[has_role(other, function), "site_id"]
        found += [
            zip([site] * len(partners), partners, strict=True)
            for site in fire.loc[has_role(fire, function), "site_id"]
        ]
    pairs = sorted({pair for pairs in found for pair in pairs})
    return pd.DataFrame(pairs, columns=["first_site_id", "other_site_id"]).astype("str")


def _shared_function(a: LocatedSite, b: LocatedSite, *, functions: tuple[str, ...]) -> str | None:
    """Return the first function that both sites have."""
    shared = set(parts(a.roles)) & set(parts(b.roles))
    return next((function for function in functions if function in shared), None)


def _share(
    a: LocatedSite, b: LocatedSite, *, straight_m: float, settings: study.Options
) -> dict[str, str | None]:
    """Say whether two sites are shared already, and why that may be."""
    neighbours = straight_m <= min(settings.straight_tiers_m)
    doubts = shared_already(a, b, straight_m=straight_m, settings=settings)
    share = recorded_share(a, b, neighbours=neighbours) or ("possible" if doubts else None)
    return {"existing_share": share, "share_reason": "; ".join(doubts) or None}
