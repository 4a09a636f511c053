"""Areas of search: where a new site could stand so that every mover still meets its standard.

It is sought for all sites of an option together, and, where one stays as host, for the movers
alone: a place near the host, should it have no room. A point on the road passes if it is near to
every site of the option, driven either way, and if the people who would lose a standard by the
move there are no more than the study's gates allow.
People are counted where they live, at the units that cover and access are counted at, by the same
rule: nobody loses who is within the standard of a site that stays, nor whose time grows by less
than can be told. So only the units that rest on the movers are looked at; those that the movers
reach last come first, for they turn most places down.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.spread import ALONE, gathered, rests_on
from colocate.tables import each, issue_rows, parts
from colocate.tables.effects import AREAS_OF_SEARCH
from colocate.tables.rows import Option
from colocate.tables.schema import conform
from colocate.travel import od_matrix, search_duties
from colocate.travel.kernel import roadgraph, whole_ms
from colocate.travel.kernel.places import Places as Along
from colocate.travel.kernel.places import along_edges
from colocate.travel.kernel.sequences import distinct
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import brief, road_graph
from colocate.travel.search_ground import (
    Field,
    Ground,
    Places,
    chosen,
    laid_out,
    near,
    picked,
    reached,
    times,
)
from colocate.travel.snapping import opens_on_to
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from scipy.sparse import csr_array

    from colocate.spread import Spread
    from colocate.study import Travel
    from colocate.travel.kernel.hierarchy import Metric
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.kernel.whole_ms import Short
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
    tolerance_s: float
    """Change of a time that cannot be told."""


class _Driven(NamedTuple):
    """The network as the car drives it, with sites put in."""

    graph: RoadGraph
    links: csr_array
    """Packed weight from node to node."""
    node: pd.Series
    """Of each site."""
    length_dm: Ints
    """Of each road edge."""


class _Asked(NamedTuple):
    """Where the new site of an option may stand, and what it has to keep."""

    at: Along
    xy: Floats
    farthest_s: Floats
    """Longest drive from or to a member."""
    rest: Mapping[str, search_duties.Rest]
    """By direction who rests on the movers."""


AT_ONCE = 256
"""Options whose places are held at once."""
CELLS = 2**18
"""Places × units looked at side by side."""
FIRST = 32
"""Units looked at before the others: they turn down most places where nobody may lose."""


# long: the order of a search, from who asks to what is found
def areas_of_search(
    options: pd.DataFrame,
    serving_sites: pd.DataFrame,
    /,
    *,
    snaps: pd.DataFrame,
    homes: search_duties.Homes,
    roads: Roads,
    terms: Terms,
    settings: Travel,
    spread: Spread = ALONE,
) -> Searched:
    """Find the area of search of every option for a new site.

    Args:
        options: table `options`; kind `both_to_new`, and moves into a host but of a fire crew.
        serving_sites: table `serving_sites`; a mover without a row has no standard to meet.
        snaps: where today's sites meet the road, shaped as table `snaps`.
        homes: where people live.
        roads: the roads and their speeds; no site stands on a motorway, its slip road or a ferry.
        terms: what the new site has to meet.
        settings: section `travel` of the study.
        spread: searches for options elsewhere, or takes over what was found.

    Returns:
        Table `areas_of_search`; its polygons are the cells of the catchment grid that hold a
        passing point. `issues` names the options for which no point passes.
    """
    snaps = snaps[snaps["kind"] != "demand"]
    prepared = od_matrix.ready(snaps, ready_of(roads, delays=settings.delays), settings=settings)
    duties = search_duties.duties(serving_sites, homes)
    wanted = _wanted(options, crewed=duties["from_site"].sites.keys())
    members = {option.option_id: parts(option.site_ids) for option in wanted}
    driven, metrics = _driven(roads, snaps, prepared=prepared, settings=settings)
    fields = _fields(driven, members=members, most_s=terms.most_s)
    ground = _ground(driven, roads.road_edges, area=terms.area, settings=settings)
    limits_s = {
        one.option_id: np.fmin(np.fmax(terms.least_s, one.travel_time_s), terms.most_s)
        for one in wanted
    }
    firsts = {option_id: (members[option_id][0], limit) for option_id, limit in limits_s.items()}
    stretches = near(ground, fields["out"], within=firsts)
    every = distinct(np.concatenate([*stretches.values(), ground.stretch[:0]]))
    layout = laid_out(ground, driven.graph, stretch=every)

    def asked(option: Option) -> _Asked:
        """Lay out where the new site may stand, and who rests on the movers."""
        places = chosen(layout, stretch=stretches[option.option_id])
        places = _near(members[option.option_id], fields, places=places,
                       limit_s=limits_s[option.option_id])  # fmt: skip
        return _Asked(
            _along(places, on=driven.graph, graph=prepared.graph), places.xy, places.farthest_s,
            {direction: search_duties.rest(duty, movers=parts(option.mover_site_ids),
                                           graph=prepared.graph, tolerance_s=terms.tolerance_s)
             for direction, duty in duties.items()},
        )  # fmt: skip

    rows = []
    for first in range(0, len(wanted), AT_ONCE):  # no more is held than of so many options
        some = {option.option_id: asked(option) for option in wanted[first : first + AT_ONCE]}
        answers = spread.each(
            _searched, some, given=(metrics, terms.allowed_loss, ground.cell),
            of={option_id: _rests_on(each) for option_id, each in some.items()},
        )  # fmt: skip
        found = gathered(answers, some)
        for option, area in zip(wanted[first : first + AT_ONCE], found, strict=True):
            rows.append({
                "option_id": option.option_id,
                "sought_for": "all" if option.kind == "both_to_new" else "movers",
                "limit_s": limits_s[option.option_id],
                "n_candidates": len(some[option.option_id].farthest_s),
                **_row(area),
            })  # fmt: skip
    areas = conform(AREAS_OF_SEARCH, (row for row in rows if row["n_passing"]))
    nowhere = [_nowhere(row) for row in rows if not row["n_passing"]]
    return Searched(gpd.GeoDataFrame(areas), issue_rows(nowhere))


def _wanted(options: pd.DataFrame, *, crewed: AbstractSet[str]) -> list[Option]:
    """Return the options to search for: all sites to a new one, or movers without a fire crew."""
    found = []
    for option in each(Option, options.sort_values("option_id")):
        movers = parts(option.mover_site_ids)
        apart = option.kind.startswith("into_") and movers and crewed.isdisjoint(movers)
        if option.kind == "both_to_new" or apart:
            found.append(option)
    return found


def _driven(
    roads: Roads, snaps: pd.DataFrame, *, prepared: od_matrix.Ready, settings: Travel
) -> tuple[_Driven, dict[str, Metric]]:
    """Put the sites into the network of the car; and lay every direction's times on the roads."""
    metrics: dict[str, Metric] = {}
    for directions, speeds in by_vehicle(roads.edge_speeds, settings=settings):
        metric = whole_ms.timed(od_matrix.weighed(prepared, speeds))
        metrics |= dict.fromkeys(directions, metric)
        if "to_site" in directions:
            graph = road_graph(roads._replace(edge_speeds=speeds), settings=settings)
    inserted, node = roadgraph.insert(
        graph, edge=snaps["edge_id"].to_numpy(), offset_m=snaps["offset_m"].to_numpy()
    )
    nodes = pd.Series(node, index=snaps["point_id"])
    links = roadgraph.matrix(inserted)
    return _Driven(brief(inserted), links, nodes, graph.length_dm), metrics


def _ground(
    driven: _Driven, road_edges: gpd.GeoDataFrame, *, area: gpd.GeoDataFrame, settings: Travel
) -> Ground:
    """Every stretch that a site may open on to; turns have no length and are none."""
    usable = opens_on_to(road_edges)
    inside = shapely.union_all(area.geometry.to_numpy())
    shapely.prepare(inside)
    return Ground(
        stretch=np.flatnonzero((driven.graph.length_dm > 0) & usable[driven.graph.edge]),
        lines=road_edges.geometry.array,
        length_dm=driven.length_dm,
        area=inside,
        cell=settings.catchment_grid_m.value,
    )


def _fields(
    driven: _Driven, *, members: Mapping[str, Sequence[str]], most_s: float
) -> dict[str, Field]:
    """Search out of and into every member."""
    sites = sorted({site for ids in members.values() for site in ids})
    back = driven._replace(graph=roadgraph.turned(driven.graph), links=driven.links.T.tocsr())
    return {
        way: Field(
            each.graph,
            dict(zip(sites, reached(each.links, sources=each.node.loc[sites].to_numpy(),
                                    limit_s=most_s), strict=True)),
        )
        for way, each in (("out", driven), ("in", back))
    }  # fmt: skip


def _near(
    members: Sequence[str], fields: Mapping[str, Field], *, places: Places, limit_s: float
) -> Places:
    """Places within the limit of every member, either way."""
    for way in ("out", "in"):
        for drive_s in times(fields[way], members, places=places):
            np.maximum(places.farthest_s, drive_s, out=places.farthest_s)
    return picked(places, places.farthest_s <= limit_s)


def _rests_on(asked: _Asked) -> str:
    rest = [
        array for each in asked.rest.values() for array in (*each.at, each.people, each.most_ms)
    ]
    return rests_on(*asked.rest, *asked.at, asked.xy, asked.farthest_s, *rest)


def _searched(
    asked: _Asked, given: tuple[Mapping[str, Metric], Mapping[str, float], float]
) -> pd.DataFrame:
    """Find where an option's new site may stand, in one row."""
    metrics, allowed, cell = given
    kept, lost = np.arange(len(asked.farthest_s)), np.zeros(len(asked.farthest_s))
    for direction, rest in asked.rest.items():
        kept, lost = _kept(kept, lost, asked=asked, rest=rest, metric=metrics[direction],
                           out=direction == "from_site", allowed=allowed[direction])  # fmt: skip
    return _area(asked.xy[kept], lost, farthest_s=asked.farthest_s[kept], cell=cell)


def _kept(
    places: Ints,
    lost: Floats,
    *,
    asked: _Asked,
    rest: search_duties.Rest,
    metric: Metric,
    out: bool,
    allowed: float,
) -> tuple[Ints, Floats]:
    """Return the places at which no more people lose a standard than may, and how many with it."""
    own = np.zeros(len(places))
    for some in (slice(FIRST), slice(FIRST, None)):
        people = rest.people[some]
        if not len(places) or not len(people):
            continue
        homes = Along(*(each[some] for each in rest.at))
        new = Along(*(each[places] for each in asked.at))
        if out:
            ms = whole_ms.table(metric, sources=new, targets=homes)
        else:
            ms = whole_ms.table(metric, sources=homes, targets=new).T
        for begin, end in pairwise(np.linspace(0, len(ms), _blocks(ms) + 1).astype(int)):
            beyond = ms[begin:end] > rest.most_ms[some]
            own[begin:end] += np.where(beyond, people, 0.0).sum(axis=1)
        kept = own <= allowed
        places, lost, own = places[kept], lost[kept], own[kept]
    return places, lost + own


def _blocks(ms: Short) -> int:
    """In how many parts to look at times: numpy adds up one row alone in another order."""
    return max(min(ms.size // CELLS, len(ms) // 2), 1)


def _along(places: Places, *, on: RoadGraph, graph: RoadGraph) -> Along:
    """Places along stretches of one network, as places along the roads of another."""
    stretch = places.stretch
    offset_dm = on.start_dm[stretch] + np.round(places.share * on.length_dm[stretch])
    return along_edges(graph, edge=on.edge[stretch], offset_m=offset_dm / 10)


def _area(xy: Floats, lost: Floats, *, farthest_s: Floats, cell: float) -> pd.DataFrame:
    """Describe the points that pass, if any: how many, the best of them, and their cells."""
    if not len(lost):
        return pd.DataFrame({"n_passing": [0]})
    few = np.flatnonzero(lost == lost.min())
    best = few[np.lexsort((xy[few, 1], xy[few, 0], farthest_s[few]))[0]]
    east, north = np.floor(xy / cell).astype("int64").T
    each = distinct(east * 2**32 + north + 2**31)  # a corner south of the grid counts too
    corner = np.column_stack([each // 2**32, each % 2**32 - 2**31]) * cell
    area = shapely.coverage_union_all(shapely.box(*corner.T, *(corner + cell).T))
    return pd.DataFrame({
        "n_passing": [len(lost)],
        "best_easting": xy[best, 0],
        "best_northing": xy[best, 1],
        "people_lost_best": lost[best],
        "people_lost_most": lost.max(),
        "geometry": [shapely.to_wkb(area)],
    })  # fmt: skip


def _row(found: pd.DataFrame) -> dict[str, Any]:
    row = found.iloc[0].to_dict()
    if not row["n_passing"]:
        return {"n_passing": 0}
    return {**row, "geometry": shapely.from_wkb(row["geometry"])}


def _nowhere(row: Mapping[str, Any]) -> tuple[str, str, str, str, str, str]:
    message = f"No road of the study area lies within {row['limit_s']:.0f} s of every site."
    if row["n_candidates"]:
        message = (
            f"At none of the {row['n_candidates']} points along the roads within "
            f"{row['limit_s']:.0f} s of every site do as few people lose a standard as the gates "
            "allow."
        )
    return "areas_of_search", "options", row["option_id"], "no_area_of_search", "note", message
