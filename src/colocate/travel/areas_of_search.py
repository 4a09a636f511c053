"""Areas of search: where a new site could stand so that every mover still meets its standard.

It is sought for all sites of an option together, and, where one stays as host, for the movers
alone: a place near the host, should it have no room. A point on the road passes if it is near to
every site of the option, driven either way, and if the people who would lose a standard by the
move there are no more than the study's gates allow.
Nobody loses who is within the standard of a site that stays. So only the demand points that rest
on the movers are looked at, and the searches run from these: one a demand point, not one a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.tables import each, issue_rows, parts
from colocate.tables.effects import AREAS_OF_SEARCH
from colocate.tables.rows import Option
from colocate.tables.schema import conform
from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.sequences import distinct
from colocate.travel.od_array import od_array
from colocate.travel.roads import road_graph
from colocate.travel.search_ground import (
    Field,
    Ground,
    Places,
    chosen,
    laid_out,
    links,
    near,
    picked,
    reached,
    times,
)
from colocate.travel.snapping import opens_on_to
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.roads import Roads


class Searched(NamedTuple):
    """Tables `areas_of_search` and `issues`."""

    areas_of_search: gpd.GeoDataFrame
    issues: pd.DataFrame


class Terms(NamedTuple):
    """What a new site has to meet."""

    area: gpd.GeoDataFrame
    """Rows of table `boundaries` inside which it must stand."""
    least_s: float
    """It may lie this far from each of today's sites, or as far as these lie from each other; s of
    driving in the slower direction, as in `to_site`."""
    most_s: float
    """But no further than this."""
    allowed_loss: Mapping[str, float]
    """By direction, the people who may lose the standard, included."""


class _Duty(NamedTuple):
    """A standard as arrays: sites in order of id, demand points of the study area likewise."""

    sites: pd.Index
    limit_s: Floats
    """Longest drive of each site."""
    within: NDArray[np.bool_]
    """Sites × demand points."""
    demand: pd.Index
    people: Floats


class _Rest(NamedTuple):
    """Demand points that only the movers of an option reach within a standard."""

    demand: Sequence[str]
    people: Floats
    limit_s: float
    """Longest drive that the new site may have."""


class _Driven(NamedTuple):
    """The network as one vehicle drives it, with sites and demand points put in."""

    graph: RoadGraph
    links: csr_array
    """Packed weight from node to node."""
    node: pd.Series
    """Of each point, by kind and id."""
    length_dm: Ints
    """Of each road edge."""


# long: the order of a search, from who asks to what is found
def areas_of_search(
    options: pd.DataFrame,
    serving_sites: pd.DataFrame,
    /,
    *,
    snaps: pd.DataFrame,
    demand_points: gpd.GeoDataFrame,
    od: Mapping[str, pd.DataFrame],
    roads: Roads,
    terms: Terms,
    settings: Travel,
) -> Searched:
    """Find the area of search of every option for a new site.

    Args:
        options: table `options`; kind `both_to_new`, and moves into a host but of a fire crew.
        serving_sites: table `serving_sites`; a mover without a row has no standard to meet.
        snaps: where today's sites and the demand points meet the road, shaped as table `snaps`.
        demand_points: table `demand_points`; in the study area, for access around it too.
        od: travel times of today's sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        roads: the roads and their speeds; no site stands on a motorway, its slip road or a ferry.
        terms: what the new site has to meet.
        settings: section `travel` of the study.

    Returns:
        Table `areas_of_search`; its polygons are the cells of the catchment grid that hold a
        passing point. `issues` names the options for which no point passes.
    """
    duties = _duties(serving_sites, od, demand_points=demand_points)
    wanted = _wanted(options, crewed=duties["from_site"].sites)
    members = {option.option_id: parts(option.site_ids) for option in wanted}
    rests = {
        one.option_id: {d: _rest(duty, parts(one.mover_site_ids)) for d, duty in duties.items()}
        for one in wanted
    }
    driven = _driven(roads, snaps, settings=settings)
    fields = _fields(driven, members=members, rests=rests, most_s=terms.most_s)
    ground = _ground(driven["to_site"], roads.road_edges, area=terms.area, settings=settings)
    limits_s = {
        one.option_id: np.fmin(np.fmax(terms.least_s, one.travel_time_s), terms.most_s)
        for one in wanted
    }
    firsts = {option_id: (members[option_id][0], limit) for option_id, limit in limits_s.items()}
    stretches = near(ground, fields["out"], within=firsts)
    every = distinct(np.concatenate([*stretches.values(), ground.stretch[:0]]))
    layout = laid_out(ground, fields["out"].graph, stretch=every)
    rows = []
    for option in wanted:
        limit_s, stretch = limits_s[option.option_id], stretches[option.option_id]
        places = chosen(layout, stretch=stretch)
        places = _near(members[option.option_id], fields, places=places, limit_s=limit_s)
        lost = {
            direction: _lost(rest, fields[direction], places=places)
            for direction, rest in rests[option.option_id].items()
        }
        rows.append({
            "option_id": option.option_id,
            "sought_for": "all" if option.kind == "both_to_new" else "movers",
            "limit_s": limit_s,
            "n_candidates": len(places.share),
            **_area(places, lost, allowed_loss=terms.allowed_loss, cell=ground.cell),
        })  # fmt: skip
    areas = conform(AREAS_OF_SEARCH, (row for row in rows if row["n_passing"]))
    nowhere = [_nowhere(row) for row in rows if not row["n_passing"]]
    return Searched(gpd.GeoDataFrame(areas), issue_rows(nowhere))


def _wanted(options: pd.DataFrame, *, crewed: pd.Index) -> list[Option]:
    """Return the options to search for: all sites to a new one, or movers without a fire crew."""
    found = []
    for option in each(Option, options.sort_values("option_id")):
        movers = parts(option.mover_site_ids)
        apart = option.kind.startswith("into_") and movers and not crewed.isin(movers).any()
        if option.kind == "both_to_new" or apart:
            found.append(option)
    return found


def _driven(roads: Roads, snaps: pd.DataFrame, *, settings: Travel) -> dict[str, _Driven]:
    """Put the points into the network, by direction as its vehicle drives it."""
    at = snaps.set_index(["kind", "point_id"])
    edge, offset_m = at["edge_id"].to_numpy(), at["offset_m"].to_numpy()
    driven: dict[str, _Driven] = {}
    for directions, speeds in by_vehicle(roads.edge_speeds, settings=settings):
        graph = road_graph(roads._replace(edge_speeds=speeds), settings=settings)
        inserted, node = roadgraph.insert(graph, edge=edge, offset_m=offset_m)
        node = pd.Series(node, index=at.index)
        found = _Driven(inserted, links(inserted), node, graph.length_dm)
        driven |= dict.fromkeys(directions, found)
    return driven


def _duties(
    serving_sites: pd.DataFrame,
    od: Mapping[str, pd.DataFrame],
    *,
    demand_points: gpd.GeoDataFrame,
) -> dict[str, _Duty]:
    """Lay out each direction's standard over the points of the area; for access also around it."""
    points = demand_points.sort_values("demand_id")
    return {
        direction: _duty(
            serving_sites[serving_sites["direction"] == direction],
            times,
            demand=points[points["in_area"] | (direction == "to_site")],
        )
        for direction, times in od.items()
    }


def _duty(serving: pd.DataFrame, times: pd.DataFrame, *, demand: pd.DataFrame) -> _Duty:
    """Say which demand points each site with a standard reaches within it, the limit included."""
    held = serving.dropna(subset="drive_limit_s").sort_values("site_id")
    sites, points = pd.Index(held["site_id"]), pd.Index(demand["demand_id"])
    limit_s = held["drive_limit_s"].to_numpy()
    return _Duty(
        sites=sites,
        limit_s=limit_s,
        within=od_array(times, sites=sites, demand=points) <= limit_s[:, np.newaxis],
        demand=points,
        people=demand["people"].to_numpy(),
    )


def _rest(duty: _Duty, movers: Sequence[str]) -> _Rest:
    """Find what rests on the movers; where they have different limits the best crew counts."""
    moves = duty.sites.isin(movers)
    alone = duty.within[moves].any(axis=0) & ~duty.within[~moves].any(axis=0)
    limit_s = float(duty.limit_s[moves].max(initial=0.0))
    return _Rest(list(duty.demand[alone]), duty.people[alone], limit_s)


def _ground(
    driven: _Driven, road_edges: gpd.GeoDataFrame, *, area: gpd.GeoDataFrame, settings: Travel
) -> Ground:
    """Every stretch that a site may open on to; turns have no length and are none."""
    usable = opens_on_to(road_edges)
    inside = shapely.union_all(area.geometry.to_numpy())
    shapely.prepare(inside)
    return Ground(
        stretch=np.flatnonzero((driven.graph.length_dm > 0) & usable[driven.graph.edge]),
        lines=road_edges.geometry.to_numpy(),
        length_dm=driven.length_dm,
        area=inside,
        cell=settings.catchment_grid_m.value,
    )


def _fields(
    driven: Mapping[str, _Driven],
    *,
    members: Mapping[str, Sequence[str]],
    rests: Mapping[str, Mapping[str, _Rest]],
    most_s: float,
) -> dict[str, Field]:
    """Search out of and into every member, and from every demand point that rests on one.

    `from_site` holds times from a place to the demand point, `to_site` times from there. Every
    vehicle's stretches are the same; only their times differ.
    """
    car, response = driven["to_site"], driven["from_site"]
    back, towards = (
        each._replace(graph=roadgraph.turned(each.graph), links=each.links.T.tocsr())
        for each in (car, response)
    )
    sites = {site for ids in members.values() for site in ids}
    fields = {
        "out": _field(car, "site", ids=sites, limit_s=most_s),
        "in": _field(back, "site", ids=sites, limit_s=most_s),
    }
    for direction, network in (("from_site", towards), ("to_site", car)):
        resting = [rest[direction] for rest in rests.values()]
        fields[direction] = _field(
            network,
            "demand",
            ids={demand_id for rest in resting for demand_id in rest.demand},
            limit_s=max((rest.limit_s for rest in resting), default=0.0),
        )
    return fields


def _field(driven: _Driven, kind: str, *, ids: Collection[str], limit_s: float) -> Field:
    listed = sorted(ids)
    sources = driven.node.loc[[(kind, point_id) for point_id in listed]].to_numpy()
    searches = reached(driven.links, sources=sources, limit_s=limit_s)
    return Field(driven.graph, dict(zip(listed, searches, strict=True)))


def _near(
    members: Sequence[str], fields: Mapping[str, Field], *, places: Places, limit_s: float
) -> Places:
    """Places within the limit of every member, either way."""
    for way in ("out", "in"):
        for drive_s in times(fields[way], members, places=places):
            np.maximum(places.farthest_s, drive_s, out=places.farthest_s)
    return picked(places, places.farthest_s <= limit_s)


def _lost(rest: _Rest, field: Field, *, places: Places) -> Floats:
    """People who lose the standard with the new site at each place."""
    lost = np.zeros(len(places.share))
    for people, drive_s in zip(rest.people, times(field, rest.demand, places=places), strict=True):
        lost[drive_s > rest.limit_s] += people
    return lost


def _area(
    places: Places,
    lost_by: Mapping[str, Floats],
    *,
    allowed_loss: Mapping[str, float],
    cell: float,
) -> dict[str, Any]:
    """Describe the points that pass, if any: how many, the best of them, and their cells."""
    passes = np.logical_and.reduce([lost_by[d] <= allowed_loss[d] for d in sorted(lost_by)])
    if not passes.any():
        return {"n_passing": 0}
    xy, lost = places.xy[passes], np.sum([lost_by[d] for d in sorted(lost_by)], axis=0)[passes]
    best = np.lexsort((xy[:, 1], xy[:, 0], places.farthest_s[passes], lost))[0]
    east, north = np.floor(xy / cell).T
    corner = np.array(sorted(set(zip(east.tolist(), north.tolist(), strict=True)))) * cell
    return {
        "n_passing": len(lost),
        "best_easting": float(xy[best, 0]),
        "best_northing": float(xy[best, 1]),
        "people_lost_best": float(lost[best]),
        "people_lost_most": float(lost.max()),
        "geometry": shapely.coverage_union_all(shapely.box(*corner.T, *(corner + cell).T)),
    }


def _nowhere(row: Mapping[str, Any]) -> tuple[str, str, str, str, str, str]:
    message = f"No road of the study area lies within {row['limit_s']:.0f} s of every site."
    if row["n_candidates"]:
        message = (
            f"At none of the {row['n_candidates']} points along the roads within "
            f"{row['limit_s']:.0f} s of every site do as few people lose a standard as the gates "
            "allow."
        )
    return "areas_of_search", "options", row["option_id"], "no_area_of_search", "note", message
