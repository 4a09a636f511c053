"""How far apart sites are: drive times both ways, and the study's tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.travel.by_word import spelled
from colocate.travel.od_array import positions

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate import study

_ENDS = ["from_site_id", "to_site_id"]


class Drive(NamedTuple):
    """A row of what `two_way` returns."""

    site_a: str
    site_b: str
    there_s: float
    back_s: float
    travel_time_s: float
    distance_m: float


def two_way(site_to_site: pd.DataFrame, /) -> pd.DataFrame:
    """Put both directions between two sites into one row, sorted by site ids.

    Args:
        site_to_site: table `site_to_site`, directed.

    Returns:
        One row for every two sites with a route in at least one direction: `site_a` < `site_b`,
        `there_s` (a to b), `back_s` (b to a), `travel_time_s` (the larger; null unless both are
        known) and `distance_m` (road distance of that slower direction).
    """
    od = site_to_site[site_to_site["from_site_id"] != site_to_site["to_site_id"]]
    ids = pd.Index(pd.unique(pd.concat([od[end] for end in _ENDS]))).sort_values()
    start, end = (positions(od[end], ids) for end in _ENDS)
    keys, pair = np.unique(
        np.minimum(start, end) * len(ids) + np.maximum(start, end), return_inverse=True
    )
    site_a, site_b = (spelled(each, ids) for each in np.divmod(keys, max(len(ids), 1)))
    times, ways = np.full((2, len(keys)), np.nan), np.full((2, len(keys)), np.nan)
    back = (start > end).astype("int64")
    times[back, pair] = od["travel_time_s"].to_numpy()
    ways[back, pair] = od["distance_m"].to_numpy()
    longer = np.maximum(*times)  # unknown where either is
    slower = np.where(times[0] >= times[1], *ways)
    return pd.DataFrame({
        "site_a": site_a, "site_b": site_b, "there_s": times[0], "back_s": times[1],
        "travel_time_s": longer, "distance_m": np.where(np.isnan(longer), np.nan, slower),
    })  # fmt: skip


def without(drives: pd.DataFrame, barred: pd.DataFrame, /) -> pd.DataFrame:
    """Leave out the drives between sites that are to share nothing.

    Args:
        drives: `two_way`.
        barred: `first_site_id` and `other_site_id`.
    """
    ends = barred[["first_site_id", "other_site_id"]]
    pairs = pd.MultiIndex.from_arrays([ends.min(axis=1), ends.max(axis=1)])
    return drives[~pd.MultiIndex.from_frame(drives[["site_a", "site_b"]]).isin(pairs)]


def spans(
    sites: gpd.GeoDataFrame, drives: pd.DataFrame, /, *, settings: study.Options
) -> pd.DataFrame:
    """List every two sites within a tier of each other, once from the side of each.

    Args:
        sites: as in `located_sites`.
        drives: `two_way`.
        settings: section `options` of the study.

    Returns:
        `site_id`, `near_site_id`, `travel_time_s` and `straight_m`.
    """
    points = sites.set_index("site_id").geometry
    longest = max(settings.straight_drive_min.value, settings.drive_tier_min.value)
    drives = drives[drives["travel_time_s"] <= longest * 60]  # beyond it there is no tier
    drives = drives[drives["site_a"].isin(points.index) & drives["site_b"].isin(points.index)]
    ends = [points[drives[end]].to_numpy() for end in ("site_a", "site_b")]
    span = drives.assign(straight_m=shapely.distance(*ends))
    close = span[tiers(span, settings) != "function"]
    names = ["site_id", "near_site_id", "travel_time_s", "straight_m"]
    sides = (
        close[[one, other, *names[2:]]].set_axis(names, axis=1)
        for one, other in (("site_a", "site_b"), ("site_b", "site_a"))
    )
    return pd.concat(sides, ignore_index=True)


def tiers(frame: pd.DataFrame, settings: study.Options, /) -> pd.Series:
    """Name the smallest tier holding each row's `straight_m` and `travel_time_s`, or `function`.

    A straight tier needs a known drive within its own limit too: across an estuary, or without a
    road, two sites are not near.

    Args:
        frame: has `straight_m` and `travel_time_s`.
        settings: section `options` of the study.
    """
    straight = sorted(settings.straight_tiers_m)
    joined = frame["travel_time_s"] <= settings.straight_drive_min.value * 60
    inside = [joined & (frame["straight_m"] <= limit) for limit in straight]
    names = [f"{m:g} m" if m < 1000 else f"{m / 1000:g} km" for m in straight]
    minutes = settings.drive_tier_min.value
    return pd.Series(
        np.select(
            [*inside, frame["travel_time_s"] <= minutes * 60],
            [*names, f"{minutes:g} min"],
            default="function",
        ),
        index=frame.index,
    )
