"""British free-flow speeds and drive times for every road edge.

`speed = min(free-flow speed of the class in its surroundings, factor * tagged limit)`. The
surroundings are built up, rural or dual carriageway: from the tagged limit where there is one,
otherwise from how densely streets lie around the edge. Junctions add a delay of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import convolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.study import ClassSpeed, Travel

KPH_PER_MPH = 1.609344
BUILT_UP_LIMIT_KPH = 30 * KPH_PER_MPH
"""A tagged limit up to this says that the road is in a built-up area."""

NATIONAL_KPH = {
    "nsl_restricted": 30 * KPH_PER_MPH,
    "nsl_single": 60 * KPH_PER_MPH,
    "nsl_dual": 70 * KPH_PER_MPH,
    "motorway": 70 * KPH_PER_MPH,
}
"""National limits for cars (Highway Code, rule 124); `restricted` is a street-lit road."""

STREETS = ("residential", "living_street")
"""Classes whose length tells a built-up area: lanes and farm drives are everywhere."""

RANK = {"motorway": 6, "trunk": 5, "primary": 4, "secondary": 3, "tertiary": 2}
"""Who has priority at a junction; every other public road has rank 1, service roads 0."""

SMOOTHING = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16


def edge_speeds(
    road_nodes: pd.DataFrame, road_edges: gpd.GeoDataFrame, /, *, settings: Travel
) -> pd.DataFrame:
    """Give each edge a speed, where it came from, and a drive time in each direction.

    An edge that is partly built up takes the time of its parts, each at its own speed. Half of a
    junction's delay is charged to the edge that enters it and half to the edge that leaves it, so
    a trip pays it once; along an edge it is spread evenly.

    Args:
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        settings: the study's `[travel]`.

    Returns:
        Table `edge_speeds`, one row an edge, in the same order.
    """
    share = _built_up_share(road_edges, settings=settings)
    limit = _limits(road_edges)
    tagged = ~np.isnan(limit)
    share = np.where(tagged, limit <= BUILT_UP_LIMIT_KPH, share)
    cap = np.where(tagged, limit * settings.maxspeed_factor.value, np.inf)
    built_up, rural = (np.minimum(kph, cap) for kph in _class_kph(road_edges, settings.speeds_kph))
    length = road_edges["length_m"].to_numpy()
    kph = 1 / (share / built_up + (1 - share) / rural)
    ferry = (road_edges["highway"] == "ferry").to_numpy()
    delay = _junction_delay(road_edges, node_count=len(road_nodes), share=share, settings=settings)
    time = length / kph * 3.6 + delay
    mostly = share >= 0.5
    return pd.DataFrame(
        {
            "edge_id": road_edges["edge_id"].to_numpy(),
            "built_up": mostly,
            "speed_kph": kph,
            "speed_source": pd.Series(
                np.select(
                    [ferry, tagged, mostly],
                    ["ferry", "maxspeed_tag", "class_built_up"],
                    "class_rural",
                ),
                dtype="str",
            ),
            "forward_s": np.where(road_edges["forward"], time, np.inf),
            "backward_s": np.where(road_edges["backward"], time, np.inf),
        }
    )


def limit_kph(tag: str, /) -> float:
    """Read a `maxspeed` value in any British form; NaN if it names no speed.

    Of a list the lowest counts. `signals` is a variable limit below the national one of a
    motorway, which is what it is taken for; `national` and `none` leave the limit to the class.

    >>> limit_kph("30 mph"), limit_kph("50"), limit_kph("GB:nsl_dual")
    (48.28032, 50.0, 112.65408)
    """
    found = [_one_limit(part.strip().lower()) for part in re.split(r"[;|,]", tag)]
    known = [kph for kph in found if kph == kph]  # noqa: PLR0124 - NaN
    return min(known, default=float("nan"))


def _one_limit(text: str) -> float:
    if number := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", text):
        return float(number[1]) * (KPH_PER_MPH if number[2] == "mph" else 1.0) or float("nan")
    name = text.replace("gb_nsl:", "nsl_").split(":")[-1]
    if name in {"signals", "variable"}:
        name = "motorway"
    return NATIONAL_KPH.get(name, float("nan"))


def _limits(road_edges: pd.DataFrame) -> NDArray[np.float64]:
    tags = road_edges["maxspeed"]
    known = {tag: limit_kph(tag) for tag in tags.dropna().unique()}
    limits: NDArray[np.float64] = tags.map(known).to_numpy("float64")
    return limits


def _class_kph(
    road_edges: pd.DataFrame, speeds: Mapping[str, ClassSpeed]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Free-flow speed of each edge in and outside built-up areas.

    Looked up by `service` tag, then class, then class without `_link`, then `default`.
    """
    service = road_edges["service"].where(road_edges["highway"] == "service").fillna("")
    kinds, number = np.unique(
        (road_edges["highway"] + "/" + service).to_numpy("str"), return_inverse=True
    )
    rows = [_class_row(kind, speeds) for kind in kinds]
    kph = np.array(
        [
            [
                [row.built_up.value, (row.dual_built_up or row.built_up).value],
                [row.rural.value, (row.dual_rural or row.rural).value],
            ]
            for row in rows
        ]
    )
    built_up, rural = kph[number, :, road_edges["dual"].to_numpy("int64")].T
    return built_up, rural


def _class_row(kind: str, speeds: Mapping[str, ClassSpeed]) -> ClassSpeed:
    highway, service = kind.split("/", 1)
    names = (service, highway, highway.removesuffix("_link"), "default")
    return next(speeds[name] for name in names if name in speeds)


def _built_up_share(road_edges: gpd.GeoDataFrame, *, settings: Travel) -> NDArray[np.float64]:
    """Share of each edge's length in cells where streets lie densely, 0 to 1.

    Street length is summed on a square grid, smoothed with its eight neighbours (weights 4, 2, 1)
    and compared with the study's threshold, which counts as built up.
    """
    cell = settings.built_up_cell_m.value
    xy, edge = shapely.get_coordinates(road_edges.geometry.to_numpy(), return_index=True)
    along = edge[1:] == edge[:-1]
    middle = ((xy[1:] + xy[:-1]) / 2)[along]
    length = np.hypot(*np.diff(xy, axis=0)[along].T)
    edge = edge[1:][along]
    column, row = (np.floor(middle / cell) - np.floor(xy.min(axis=0) / cell)).astype("int64").T
    street = road_edges["highway"].isin(STREETS).to_numpy()[edge]
    streets = np.zeros((row.max() + 1, column.max() + 1))
    np.add.at(streets, (row[street], column[street]), length[street])
    density = convolve(streets, SMOOTHING, mode="constant") / (cell * cell / 10_000)
    dense = density >= settings.built_up_street_m_per_ha.value
    total = np.bincount(edge, weights=length, minlength=len(road_edges))
    inside = np.bincount(edge, weights=length * dense[row, column], minlength=len(road_edges))
    return np.divide(inside, total, out=np.zeros_like(total), where=total > 0)


def _junction_delay(
    road_edges: pd.DataFrame, *, node_count: int, share: NDArray[np.float64], settings: Travel
) -> NDArray[np.float64]:
    """Half the delay of the junction at each end of each edge, s.

    A junction is a node where three or more public roads meet (service roads and driveways do not
    make one). A road with priority, where fewer than three ends are of its rank or above, pays
    only the study's share of the delay.
    """
    highway = road_edges["highway"].str.removesuffix("_link")
    rank = np.where(highway.isin(["service", "ferry"]), 0, highway.map(RANK).fillna(1)).astype(
        "int64"
    )
    ends = road_edges[["from_node", "to_node"]].to_numpy()
    at_least = np.zeros((node_count, max(RANK.values()) + 1), "int64")
    np.add.at(at_least, (ends, rank[:, None]), 1)
    at_least = at_least[:, ::-1].cumsum(axis=1)[:, ::-1]
    delay = np.where(
        share >= 0.5, settings.junction_delay_s.value, settings.junction_delay_rural_s.value
    )[:, None]
    priority = at_least[ends, np.maximum(rank, 1)[:, None]] < 3
    paid = np.where(priority, delay * settings.junction_priority_share.value, delay)
    half: NDArray[np.float64] = np.where(at_least[ends, 1] >= 3, paid, 0.0).mean(axis=1)
    return half
