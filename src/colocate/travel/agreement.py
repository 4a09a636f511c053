"""How far our drives agree with drives known from elsewhere, by what the drives are like.

A reference is a time with an error of its own: what of it is no drive is taken off, then it may be
off by half of what it is rounded to and by a share of itself. Nothing is fitted to it. Means hide
errors of opposite sign, so agreement is told by class of road, distance, rural and urban,
direction and area, beside the whole.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate import bng
from colocate.progress import SILENT, Progress
from colocate.tables.references import AGREEMENT, DRIVES_HELD
from colocate.tables.schema import conform
from colocate.travel import access_rules
from colocate.travel.calibration import fit, ways_of
from colocate.travel.roads import road_graph
from colocate.travel.snapping import snap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats
    from colocate.travel.roads import Roads

    Words = NDArray[np.object_]

DRIVES_AS = {"car": "to_site", "appliance": "from_site"}
"""Whose roads a vehicle may use, as `access_rules` has them: visitors', and crews'."""
BANDS_KM = (5, 10, 20, 40)
"""Where bands of the straight line begin, included."""
QUARTERS = ("northward", "eastward", "southward", "westward")
AT_ONCE = 500
"""Drives searched between two tellings of progress."""
SLOWER = 3.0
"""A way is searched up to this many times the longest reference."""
LEAST_LIMIT_S = 600.0
"""And this much farther."""
LEAST_R = 3
"""Drives from which a correlation is told."""
OUTSIDE = "outside every authority"


class Held(NamedTuple):
    """Tables `drives_held` and `agreement`."""

    drives: pd.DataFrame
    agreement: pd.DataFrame


class Driven(NamedTuple):
    """The computed drives: rows as of the references, columns as of the class groups.

    Attributes:
        spent: free-flow seconds in each class group, and last in none (turns and ferries).
        factors: speed factor of the vehicle in each class group.
        groups: the class groups.
    """

    spent: Floats
    factors: Floats
    groups: tuple[str, ...]

    @property
    def by_class(self) -> Floats:
        """Seconds in each class group and in none, as the vehicle drives."""
        seconds: Floats = self.spent / np.c_[self.factors, np.ones(len(self.spent))]
        return seconds


class Around(NamedTuple):
    """What tells what a drive is like: tables of these names."""

    located_sites: gpd.GeoDataFrame
    demand_points: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame


def held(
    references: pd.DataFrame,
    /,
    *,
    roads: Roads,
    settings: Travel,
    around: Around,
    progress: Progress = SILENT,
) -> Held:
    """Compute the drive of every reference, and tell how far the two agree.

    Args:
        references: table `drive_references`.
        roads: the roads and their free-flow speeds.
        settings: the study's `[travel]`; a vehicle drives with its speed factors, at the hour of
            `peak_factors`.
        around: the study's sites, demand points and boundaries.
        progress: told how many drives are done.
    """
    ends, why_not = _ends(references, around.located_sites)
    at, off_road = _on_roads(ends, why_not == "", roads=roads, settings=settings)
    reference_s = references["minutes"].to_numpy() * 60 - references["constant_s"].to_numpy()
    for wrong, why in (
        (off_road, "an end is near no road of the main network"),
        (reference_s <= 0, "no time is left beside constant_s"),
    ):
        why_not[wrong & (why_not == "")] = why
    driven = _driven(references, at=at, usable=why_not == "", reference_s=reference_s,
                     roads=roads, settings=settings, progress=progress)  # fmt: skip
    why_not[~driven.spent.any(axis=1) & (why_not == "")] = "no way leads there"
    frame = references.assign(
        **_likeness(references, ends, around=around),
        reference_s=reference_s,
        allowed_s=_allowed(references, reference_s),
        computed_s=np.where(why_not == "", driven.by_class.sum(axis=1), np.nan),
        class_of_road=_dominant(driven),
        why_not=pd.Series(why_not, index=references.index).where(why_not != "", None),
    )
    frame["ratio"] = frame["computed_s"] / frame["reference_s"]
    off = (frame["computed_s"] - frame["reference_s"]).abs()
    frame["within"] = (off <= frame["allowed_s"]).astype("boolean").where(off.notna())
    drives = conform(DRIVES_HELD, frame.to_dict("records"))
    return Held(drives, conform(AGREEMENT, _agreement(drives, driven)))


def _allowed(references: pd.DataFrame, reference_s: Floats) -> pd.Series:
    """Seconds by which each reference may be off, either way."""
    share = references["spread_share"] * np.maximum(reference_s, 0)
    allowed: pd.Series = references["rounding"] / 2 + share
    return allowed


def _likeness(
    references: pd.DataFrame, ends: Floats, *, around: Around
) -> dict[str, Floats | Words]:
    """What each drive is like, its roads apart: columns of table `drives_held`."""
    return {
        "straight_km": np.hypot(*(ends[:, 2:] - ends[:, :2]).T) / 1000,
        "distance": _bands(ends),
        "rural": _rural(ends, around.demand_points),
        "direction": _directions(ends, both=references["both_ways"].fillna(value=False)),
        "area": _areas(ends[:, :2], around.boundaries),
    }


def misses(drives: pd.DataFrame, /) -> pd.DataFrame:
    """Return the drives off by more than is allowed, the farthest off first.

    Args:
        drives: table `drives_held`.
    """
    off = drives[drives["within"].eq(other=False).fillna(value=False)]
    by = np.log(off["ratio"]).abs()
    return off.loc[by.sort_values(ascending=False, kind="stable").index]


def _ends(references: pd.DataFrame, located_sites: gpd.GeoDataFrame) -> tuple[Floats, Words]:
    """Eastings and northings of both ends, shape (n, 4), and why a reference has none of them."""
    known = located_sites.set_index("site_id").geometry
    why = np.full(len(references), "", dtype="object")
    found = []
    for end in ("from", "to"):
        site = references[f"{end}_site_id"]
        at = references[[f"{end}_easting", f"{end}_northing"]].to_numpy("float64", copy=True)
        degrees = np.isnan(at).any(axis=1)
        lon, lat = (references.loc[degrees, f"{end}_{name}"].to_numpy() for name in ("lon", "lat"))
        at[degrees] = np.column_stack(bng.to_bng(lon, lat))
        there = site.isin(known.index).to_numpy()
        points = known.reindex(site[there])
        at[there] = np.column_stack([points.x, points.y])
        lost = site.notna().to_numpy() & ~there
        why[lost & (why == "")] = f"{end}_site_id is no located site of the study"
        why[~np.isfinite(at).all(axis=1) & (why == "")] = f"its {end} end has no place"
        found.append(at)
    return np.column_stack(found), why


def _on_roads(
    ends: Floats, placed: NDArray[np.bool_], *, roads: Roads, settings: Travel
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Edge and offset of the ends of each reference, and which references lie off the roads."""
    row = np.flatnonzero(placed)
    frames = [
        gpd.GeoDataFrame(
            {key: [f"{each:09d}" for each in row]},
            geometry=gpd.points_from_xy(*ends[row, first : first + 2].T),
            crs=roads.road_edges.crs,
        )
        for key, first in (("site_id", 0), ("demand_id", 2))
    ]
    snaps = snap(*frames, roads=roads, settings=settings).snaps
    good = snaps[snaps["quality"] == "good"]
    good = good.assign(row=good["point_id"].astype("int64"))
    parts = {
        end: good[good["kind"] == kind].set_index("row")[["edge_id", "offset_m"]]
        for end, kind in (("from", "site"), ("to", "demand"))
    }
    at = pd.concat(parts, axis=1, join="inner")
    off = np.ones(len(ends), "bool")
    off[at.index] = False
    return at, off


def _driven(
    references: pd.DataFrame, *, at: pd.DataFrame, usable: NDArray[np.bool_], reference_s: Floats,
    roads: Roads, settings: Travel, progress: Progress,
) -> Driven:  # fmt: skip
    """Search the fastest way of each reference; the mean of both ways where it holds both.

    Nothing is spent where there is no way. What is open to ends of drives only is open here to all
    of a drive: references say nothing of such roads.
    """
    peak = settings.peak_factors.by_group
    made = Driven(np.zeros((len(references), len(peak) + 1)), np.ones((len(references), len(peak))),
                  tuple(peak))  # fmt: skip
    graph = road_graph(roads, settings=settings)
    both = references["both_ways"].fillna(value=False).to_numpy("bool")
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(at.loc[rows, ("from", "edge_id")].to_numpy(), kind="stable")]
    done = 0
    for vehicle, factors in settings.speed_factors.items():
        own = np.array([factor * peak[group] for group, factor in factors.by_group.items()])
        driven = rows[(references["vehicle"] == vehicle).to_numpy()[rows]]
        made.factors[driven] = own
        closed = access_rules.rule(roads.edge_speeds, drive=DRIVES_AS[vehicle])._replace(ends=None)
        speeds = access_rules.applied(closed, roads.edge_speeds)
        searched = partial(ways_of, graph, edge_speeds=speeds, groups=made.groups)
        for first in range(0, len(driven), AT_ONCE):
            batch = driven[first : first + AT_ONCE]
            limit_s = SLOWER * reference_s[batch].max() + LEAST_LIMIT_S
            made.spent[batch] = searched(_at(at.loc[batch]))(own, limit_s)
            if len(twice := batch[both[batch]]):
                there = made.spent[twice]
                back = searched(_at(at.loc[twice], back=True))(own, limit_s)
                open_ = there.any(axis=1) & back.any(axis=1)
                made.spent[twice] = np.where(open_[:, None], (there + back) / 2, 0.0)
            done += len(batch)
            progress.advance(done, len(rows), what="drives")
    return made


def _at(at: pd.DataFrame, *, back: bool = False) -> pd.DataFrame:
    """Where all drives begin, then where they end; the other way round on the way back."""
    return pd.concat([at[end] for end in (("to", "from") if back else ("from", "to"))])


def _dominant(driven: Driven) -> Words:
    """Class group in which each drive has most of its time."""
    time = driven.by_class[:, :-1]
    found: Words = np.array(driven.groups, dtype="object")[time.argmax(axis=1)]
    found[~time.any(axis=1)] = None
    return found


def _bands(ends: Floats) -> Words:
    km = np.hypot(*(ends[:, 2:] - ends[:, :2]).T) / 1000
    names = [
        f"under {BANDS_KM[0]} km",
        *(f"{a} to {b} km" for a, b in pairwise(BANDS_KM)),
        f"{BANDS_KM[-1]} km and more",
    ]
    found: Words = np.array(names, dtype="object")[np.searchsorted(BANDS_KM, km, side="right")]
    found[~np.isfinite(km)] = None
    return found


def _rural(ends: Floats, demand_points: gpd.GeoDataFrame) -> Words:
    """Rural or urban by the demand point nearest to each end."""
    known = np.isfinite(ends).all(axis=1)
    kinds = np.where(demand_points["rural"].to_numpy("bool"), "rural", "urban").astype("object")
    said = []
    for first in (0, 2):
        points = gpd.points_from_xy(*ends[known, first : first + 2].T)
        (_, nearest) = demand_points.sindex.nearest(points, return_all=False)
        said.append(kinds[nearest])
    found = np.full(len(ends), None, dtype="object")
    found[known] = [f"{a} to {b}" for a, b in zip(*said, strict=True)]
    return found


def _directions(ends: Floats, *, both: pd.Series) -> Words:
    east, north = (ends[:, 2:] - ends[:, :2]).T
    turned = np.degrees(np.arctan2(east, north)) % 360
    quarter = np.nan_to_num((turned + 45) // 90 % 4).astype("int64")
    found: Words = np.array(QUARTERS, dtype="object")[quarter]
    found[both.to_numpy("bool")] = "both ways"
    return found


def _areas(at: Floats, boundaries: gpd.GeoDataFrame) -> Words:
    areas = boundaries[boundaries["kind"] == "authority"].reset_index(drop=True)
    found = np.full(len(at), OUTSIDE, dtype="object")
    points = gpd.points_from_xy(*np.nan_to_num(at).T)
    point, area = areas.sindex.query(points, predicate="intersects")
    found[point[::-1]] = areas["name"].to_numpy()[area[::-1]]
    return found


def _agreement(drives: pd.DataFrame, driven: Driven) -> Iterator[dict[str, Any]]:
    """Tell agreement of each set, whole and by each column that says what a drive is like."""
    known = drives["computed_s"].notna()
    for name, rows in drives[known].groupby("reference_set", sort=True):
        basis = rows["basis"].iloc[0]
        said = {"reference_set": name, "basis": basis}
        yield {**said, "by": "all", "group": "all", **_stats(rows)}
        fitted = {} if basis == "assumed" else _factors(rows, driven)
        for by in AGREEMENT["by"].allowed[1:]:
            for group, part in _grouped(rows, by):
                own = fitted.get(group, {}) if by == "class_of_road" else {}
                yield {**said, "by": by, "group": group, **_stats(part), **own}


def _grouped(rows: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    """Drives by what they are like: distances from the shortest, the rest by name."""
    groups = [(str(name), part) for name, part in rows.groupby(by, sort=True)]
    if by == "distance":
        groups.sort(key=lambda group: float(group[1]["straight_km"].min()))
    return groups


def _stats(rows: pd.DataFrame) -> dict[str, Any]:
    """Number, correlation, median and tenths of the ratios, and share within what is allowed."""
    ours, theirs = rows["computed_s"], rows["reference_s"]
    varies = len(rows) >= LEAST_R and ours.std() > 0 and theirs.std() > 0
    low, middle, high = rows["ratio"].quantile([0.1, 0.5, 0.9])
    return {
        "n": len(rows),
        "r": float(np.corrcoef(ours, theirs)[0, 1]) if varies else None,
        "ratio_median": middle,
        "ratio_p10": low,
        "ratio_p90": high,
        "within_share": float(rows["within"].mean()),
    }


def _factors(rows: pd.DataFrame, driven: Driven) -> Mapping[str, dict[str, float]]:
    """What the drives say each class's speed is to be multiplied by, as `calibration.fit` finds.

    It shows errors of opposite sign that the ratio of whole drives hides; the way of each drive is
    the one computed, and nothing is applied.
    """
    time, observed = driven.by_class[rows.index], rows["reference_s"].to_numpy()
    found = fit(time, observed, before=np.ones(len(driven.groups)))
    return {
        group: {"speed_factor": found.factor[n], "speed_factor_error": found.error[n]}
        for n, group in enumerate(driven.groups)
        if found.outcome[n] == "fitted"
    }
