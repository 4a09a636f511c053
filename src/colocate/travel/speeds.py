"""British free-flow speeds and drive times for every road edge, and what scales them.

The chain, each link of which may be the `speed_source` of an edge:

1. limit: the tagged one, else the national limit of the class, carriageway and surroundings;
2. free-flow speed of the class in its surroundings (built up, rural; single or dual carriageway);
3. outside built-up areas less what the bends take;
4. `speed = min(free-flow speed, factor * limit)`.

The surroundings come from the tagged limit where there is one, otherwise from how densely streets
lie around the edge. Junctions add a delay of their own. What vehicle drives, at what hour, and
what observed trips say, scales the times by class group: `factored`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.io.lines import vertices
from colocate.travel import access_rules, turns
from colocate.travel.bends import share_lost
from colocate.travel.by_word import spelled, words
from colocate.travel.limits import KPH_PER_MPH, NATIONAL_KPH, limit_kph

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.study import ClassSpeed, Profile, Travel

BUILT_UP_LIMIT_KPH = 30 * KPH_PER_MPH
"""A tagged limit up to this says that the road is in a built-up area."""

SIGNED = ("motorway", "motorway_link", "trunk", "trunk_link")
"""Classes seldom restricted by street lights alone: where houses are near, signs set the limit."""

STREETS = ("residential", "living_street")
"""Classes whose length tells a built-up area: lanes and farm drives are everywhere."""

ROUNDABOUT = ("roundabout", "circular")
"""Values of `junction` whose curve is a junction's, not a bend's."""

SOURCES = ("ferry", "maxspeed_tag", "national_limit", "class_built_up", "bends", "class_rural")
"""Where a speed may come from, in the order in which they are asked for."""

SMOOTHING = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16


# long: a chain of links, each from the one before
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
        Table `edge_speeds`, one row an edge, in the same order; free flow, no factor applied.
    """
    tag = _tagged_limits(road_edges)
    known = ~np.isnan(tag).all(axis=0)
    share = np.where(
        known,
        np.fmax(*tag) <= BUILT_UP_LIMIT_KPH,
        _built_up_share(road_edges, settings=settings),
    )
    built_up, rural, usual = _class_figures(road_edges, settings.speeds_kph)
    bends = share_lost(
        road_edges, usual=np.where(share < 1, usual, np.inf), settings=settings.bends
    )
    free = np.array([built_up, rural * (1 - bends)])
    ahead, back = (
        _driven(road_edges, each, free=free, share=share, factor=settings.maxspeed_factor.value)
        for each in tag
    )
    delay = _junction_delay(road_edges, node_count=len(road_nodes), share=share, settings=settings)
    time, time_back = (
        road_edges["length_m"].to_numpy() / each.mean * 3.6 + delay for each in (ahead, back)
    )
    mostly = share >= 0.5
    source = np.select(
        [
            _is_ferry(road_edges),
            ahead.limited & ~np.isnan(tag[0]),
            ahead.limited,
            mostly,
            bends > 0,
        ],
        range(len(SOURCES) - 1),
        len(SOURCES) - 1,
    )
    rules = access_rules.rules(road_nodes, road_edges, settings=settings)
    return pd.DataFrame(
        {
            "edge_id": road_edges["edge_id"].to_numpy(),
            "built_up": mostly,
            "class_group": _groups(road_edges, mostly),
            "limit_kph": ahead.limit,
            "speed_kph": ahead.mean,
            "speed_source": spelled(source, SOURCES),
            "forward_s": np.where(road_edges["forward"], time, np.inf),
            "backward_s": np.where(road_edges["backward"], time_back, np.inf),
            "limit_backward_kph": np.where(back.limit != ahead.limit, back.limit, np.nan),
            "speed_backward_kph": np.where(back.mean != ahead.mean, back.mean, np.nan),
            "closed_to": rules["closed_to"].array,
            "ends_only_for": rules["ends_only_for"].array,
        }
    )


class _Driven(NamedTuple):
    """One direction of each edge: limit and speed where it mostly lies, and the mean speed."""

    limit: NDArray[np.float64]
    limited: NDArray[np.bool_]
    mean: NDArray[np.float64]


def _driven(
    road_edges: pd.DataFrame, tag: NDArray[np.float64], /, *, free: NDArray[np.float64],
    share: NDArray[np.float64], factor: float,
) -> _Driven:  # fmt: skip
    """Hold the free-flow speeds in and outside built-up areas to the limit of one direction."""
    limit = np.where(np.isnan(tag), _national_limits(road_edges), tag)
    kph = np.minimum(free, limit * factor)
    mostly = share >= 0.5
    at = np.where(mostly, 0, 1), np.arange(len(tag))
    mean = 1 / (share / kph[0] + (1 - share) / kph[1])
    return _Driven(limit[at], kph[at] < free[at], mean)


class Vehicle(NamedTuple):
    """A way of driving: the drives that it is of, its factors on speed, and whom it is bound by."""

    drives: tuple[str, ...]
    factors: Mapping[str, float]
    """By class group, as `factored` takes them."""
    rule: access_rules.Rule


def vehicles(edge_speeds: pd.DataFrame, /, *, settings: Travel) -> list[Vehicle]:
    """Tell the ways of driving of a study apart.

    Args:
        edge_speeds: table `edge_speeds`, as the function of that name returns it.
        settings: the study's `[travel]`.

    Returns:
        `from_site` (response) first, then `to_site` (access) and `between` (sites), together where
        they are driven alike.
    """
    driven: dict[tuple[Profile, bytes], tuple[list[str], access_rules.Rule]] = {}
    for drive in access_rules.DRIVES:
        rule = access_rules.rule(edge_speeds, drive=drive)
        key = settings.profile(drive), rule.key
        driven.setdefault(key, ([], rule))[0].append(drive)
    peak = settings.peak_factors.by_group
    return [
        Vehicle(
            tuple(drives),
            {g: f * peak[g] for g, f in settings.speed_factors[profile].by_group.items()},
            rule,
        )
        for (profile, _), (drives, rule) in driven.items()
    ]


def by_vehicle(
    edge_speeds: pd.DataFrame, /, *, settings: Travel
) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Scale free-flow times to each vehicle that the study sends, and close what it may not use.

    Args:
        edge_speeds: table `edge_speeds`, as the function of that name returns it.
        settings: the study's `[travel]`.

    Returns:
        For each of `vehicles` the drives that it is of and its table `edge_speeds`. Times are
        infinite on what is closed to them and on what they may only begin or end on; of the latter
        `ending_forward_s` and `ending_backward_s` hold the times, infinite elsewhere, if there is
        any such road.
    """
    return [
        (each.drives, access_rules.applied(each.rule, factored(edge_speeds, each.factors)))
        for each in vehicles(edge_speeds, settings=settings)
    ]


def factored(edge_speeds: pd.DataFrame, factors: Mapping[str, float], /) -> pd.DataFrame:
    """Multiply speeds by a factor for each class group: new weights on the same network.

    Junction delays are scaled with the driving: the factors are fitted to whole drive times.

    Args:
        edge_speeds: table `edge_speeds`.
        factors: on speed, by class group; ferries keep their time.
    """
    if all(factor == 1 for factor in factors.values()):
        return edge_speeds
    factor = edge_speeds["class_group"].map({**factors, "ferry": 1.0}).to_numpy("float64")
    scaled = {name: edge_speeds[name] / factor for name in ("forward_s", "backward_s")}
    speeds = (name for name in ("speed_kph", "speed_backward_kph") if name in edge_speeds)
    return edge_speeds.assign(**{name: edge_speeds[name] * factor for name in speeds}, **scaled)


def _tagged_limits(road_edges: pd.DataFrame) -> NDArray[np.float64]:
    """Tagged limit of each edge along (row 0) and against its geometry, km/h; NaN without one."""

    def limit(tag: str | None) -> float:
        return np.nan if tag is None else limit_kph(tag)

    ahead = words(road_edges["maxspeed"]).each(limit)
    if "maxspeed_backward" not in road_edges:
        return np.array([ahead, ahead])
    other = words(road_edges["maxspeed_backward"])
    return np.array([ahead, np.where(other.number < 0, ahead, other.each(limit))])


def _national_limits(road_edges: pd.DataFrame) -> NDArray[np.float64]:
    """National limit of each edge in (row 0) and outside (row 1) built-up areas, km/h."""
    highway = words(road_edges["highway"])
    fast = road_edges["dual"].to_numpy() | highway.within(("motorway", "motorway_link"))
    rural = np.where(fast, NATIONAL_KPH["nsl_dual"], NATIONAL_KPH["nsl_single"])
    lit = ~(fast | highway.within(SIGNED))
    return np.array([np.where(lit, NATIONAL_KPH["nsl_restricted"], rural), rural])


def _is_ferry(road_edges: pd.DataFrame) -> NDArray[np.bool_]:
    return words(road_edges["highway"]).within(("ferry",))


def _groups(road_edges: pd.DataFrame, built_up: NDArray[np.bool_]) -> pd.Series:
    """Class group of each edge, or `ferry`."""
    names = ("built_up", "ferry", "motorway_trunk", "main", "minor")
    groups = {"ferry": 1, "motorway": 2, "trunk": 2, "primary": 3, "secondary": 3}
    highway = words(road_edges["highway"])
    rural = highway.each(lambda word: groups.get((word or "").removesuffix("_link"), 4))
    always = highway.each(lambda word: (word or "").removesuffix("_link") in {"ferry", "motorway"})
    return spelled(np.where(built_up & ~always, 0, rural), names)


def _class_figures(
    road_edges: pd.DataFrame, speeds: Mapping[str, ClassSpeed]
) -> NDArray[np.float64]:
    """Free-flow speed of each edge in and outside built-up areas, and the bends it allows for.

    Looked up by `service` tag, then class, then class without `_link`, then `default`. The third
    row is infinite where bends take nothing: no figure, dual carriageways, roundabouts.
    """
    highway, service = words(road_edges["highway"]), words(road_edges["service"])
    of_service = np.where(highway.within(("service",)), service.number, -1)
    figures = np.array(
        [
            [
                [
                    [row.built_up.value, (row.dual_built_up or row.built_up).value],
                    [row.rural.value, (row.dual_rural or row.rural).value],
                    [row.bends_deg_per_km.value if row.bends_deg_per_km else np.inf, np.inf],
                ]
                for kind in service.known
                for row in [_class_row(name or "", kind or "", speeds=speeds)]
            ]
            for name in highway.known
        ]
    )
    dual = road_edges["dual"].to_numpy("int64")
    found: NDArray[np.float64] = figures[highway.number, of_service, :, dual].T
    found[2, words(road_edges["junction"]).within(ROUNDABOUT)] = np.inf
    return found


def _class_row(highway: str, service: str, *, speeds: Mapping[str, ClassSpeed]) -> ClassSpeed:
    names = (service, highway, highway.removesuffix("_link"), "default")
    return next(speeds[name] for name in names if name in speeds)


def _built_up_share(road_edges: gpd.GeoDataFrame, *, settings: Travel) -> NDArray[np.float64]:
    """Share of each edge's length in cells where streets lie densely, 0 to 1.

    Street length is summed on a square grid, smoothed with its eight neighbours (weights 4, 2, 1)
    and compared with the study's threshold, which counts as built up.
    """
    from scipy.ndimage import convolve  # here, since it takes long to import

    cell = settings.built_up_cell_m.value
    xy, edge = vertices(road_edges.geometry)
    along = edge[1:] == edge[:-1]
    length = np.hypot(*np.diff(xy, axis=0).T)[along]
    corner = np.floor(np.array([of.min() for of in xy.T]) / cell)
    column, row = (
        (np.floor((of[1:] + of[:-1])[along] / 2 / cell) - least).astype("int64")
        for of, least in zip(xy.T, corner, strict=True)
    )
    edge = edge[1:][along]
    street = words(road_edges["highway"]).within(STREETS)[edge]
    wide, high = column.max() + 1, row.max() + 1
    at = row * wide + column
    streets = np.bincount(at[street], weights=length[street], minlength=high * wide)
    density = convolve(streets.reshape(high, wide), SMOOTHING, mode="constant")
    dense = density.ravel() / (cell * cell / 10_000) >= settings.built_up_street_m_per_ha.value
    total = np.bincount(edge, weights=length, minlength=len(road_edges))
    inside = np.bincount(edge, weights=length * dense[at], minlength=len(road_edges))
    return np.divide(inside, total, out=np.zeros_like(total), where=total > 0)


def _junction_delay(
    road_edges: pd.DataFrame, *, node_count: int, share: NDArray[np.float64], settings: Travel
) -> NDArray[np.float64]:
    """Half the delay of the junction at each end of each edge, s.

    A junction is a node where three or more public roads meet (service roads and driveways do not
    make one). A road with priority, where fewer than three ends are of its rank or above, pays
    only the study's share of the delay. Junctions with delays by turn have none here.
    """
    rank = turns.ranks(road_edges)
    ends = road_edges[["from_node", "to_node"]].to_numpy()
    at_least = np.zeros((node_count, rank.max(initial=1) + 1), "int64")
    np.add.at(at_least, (ends, rank[:, None]), 1)
    at_least = at_least[:, ::-1].cumsum(axis=1)[:, ::-1]
    delay = np.where(
        share >= 0.5, settings.junction_delay_s.value, settings.junction_delay_rural_s.value
    )[:, None]
    priority = at_least[ends, np.maximum(rank, 1)[:, None]] < 3
    paid = np.where(priority, delay * settings.junction_priority_share.value, delay)
    flat = at_least[:, 1] >= 3
    if settings.turn_costs:
        flat &= ~turns.delayed(road_edges, node_count=node_count)
    half: NDArray[np.float64] = np.where(flat[ends], paid, 0.0).mean(axis=1)
    return half
