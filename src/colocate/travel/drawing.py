"""Drawing of what is driven to within each limit: one site's catchment, or what many cover.

Exact times are taken every few metres along every road, partly driven ones included, averaged on
a grid and outlined. Off the roads a walk is allowed until the grid meets no road any more.
Outlines of rising limits nest exactly; they are thinned together and end at the coast.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.io.lines import starts
from colocate.progress import SILENT, Progress
from colocate.spread import ALONE, Spread, gathered, rests_on
from colocate.travel.clipping import clipped, ground
from colocate.travel.kernel import fields, outlines, roadgraph
from colocate.travel.kernel.fields import Walk
from colocate.travel.kernel.sequences import distinct
from colocate.travel.reach import come_upon
from colocate.travel.roads import brief, road_graph
from colocate.travel.shore import shore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from geopandas.array import GeometryArray
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from colocate.study import Travel
    from colocate.travel.clipping import Ground
    from colocate.travel.kernel.fields import Points, Ways
    from colocate.travel.kernel.outlines import Rings
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.roads import Roads

    Areas = NDArray[np.object_]

WALK_M_PER_S = 1.4
"""Walking speed off the road: 5 km/h."""
WALK_CELLS = 2
"""How far off the road the grid is filled, in cells."""
MARGIN_S = 180.0
"""How far past the largest limit times are needed to draw its outline."""
SAMPLES_PER_CELL = 2
SIMPLIFY_M = 20.0
"""Tolerance of the outline: a fifth of the usual cell."""


class Places(NamedTuple):
    """Where sites meet the road: nodes of a scene, eastings and northings."""

    node: Ints
    xy: Floats

    def those(self, which: NDArray[np.bool_] | list[int], /) -> Places:
        """Return some of them.

        Args:
            which: as arrays are indexed.
        """
        return Places(self.node[which], self.xy[which])


@dataclass(frozen=True)
class Scene:
    """What is drawn on: a vehicle's network with the sites in it, points along it, the ground."""

    site_id: pd.Series
    """In order."""
    places: Places
    """Of these sites."""
    graph: RoadGraph
    """In 32 bits (`roads.brief`)."""
    links: csr_array
    """Of the graph, as `roadgraph.matrix` returns them."""
    points: Points
    ground: Ground | None
    cell: float
    """Side of the cells of the grid, m."""
    rests: Mapping[str, list[str]] | None = None
    """By direction, of each site what its own drawing rests on beside roads, speeds, limits and
    land: equal where the drawing is. None where nothing is taken over."""

    @cached_property
    def from_site(self) -> Ways:
        """The network laid out for drives from sites."""
        return fields.ways(self.graph, links=self.links, points=self.points)

    @cached_property
    def to_site(self) -> Ways:
        """The network laid out for drives to sites."""
        back = roadgraph.turned(self.graph)
        return fields.ways(back, links=self.links.T.tocsr(), points=self.points)


def scene(
    snaps: pd.DataFrame,
    /,
    *,
    roads: Roads,
    boundaries: gpd.GeoDataFrame,
    settings: Travel,
    spread: Spread = ALONE,
) -> Scene:
    """Put sites into the network, and lay out what is drawn on.

    Args:
        snaps: where sites meet the road, shaped as table `snaps`; rows of kind `site` count.
        roads: the roads at the speeds of the vehicle that drives.
        boundaries: table `boundaries`; land is of that kind.
        settings: the study's `[travel]`: turns and the grid.
        spread: takes over what was found of the same land and roads.
    """
    laid = laid_out(
        snaps, graph=road_graph(roads, settings=settings), road_edges=roads.road_edges,
        boundaries=boundaries, settings=settings, spread=spread,
    )  # fmt: skip
    if spread is ALONE:
        return laid
    return replace(laid, rests=_rests(snaps, laid.ground, roads=roads, settings=settings))


def _rests(
    snaps: pd.DataFrame, ground: Ground | None, *, roads: Roads, settings: Travel
) -> dict[str, list[str]]:
    """Say what the drawing of each site rests on: its place, the ground, and cuts in its reach."""
    at = _sites(snaps)
    edge, offset_m = at["edge_id"].to_numpy(), at["offset_m"].to_numpy()
    limit_s = settings.catchment_limits_min[-1] * 60 + MARGIN_S
    upon = come_upon(edge, offset_m, roads=roads, delays=settings.delays, limit_s=limit_s)
    land = () if ground is None else (ground.xy, ground.first)
    cuts, of = np.unique(np.column_stack([edge, offset_m]), axis=0, return_inverse=True)
    on = rests_on(*land)
    return {
        direction: [
            rests_on(direction, on, cuts[of[site]], cuts[distinct(of[near])])
            for site, near in enumerate(found)
        ]
        for direction, found in (("from_site", upon), ("to_site", upon.T))
    }


def _sites(snaps: pd.DataFrame) -> pd.DataFrame:
    return snaps[snaps["kind"] == "site"].sort_values("point_id", ignore_index=True)


def laid_out(
    snaps: pd.DataFrame,
    /,
    *,
    graph: RoadGraph,
    road_edges: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame | None,
    settings: Travel,
    spread: Spread = ALONE,
) -> Scene:
    """Put sites into a graph, and lay out what is drawn on.

    Args:
        snaps: where sites meet the road, shaped as table `snaps`; rows of kind `site` count.
        graph: as `road_graph` returns it.
        road_edges: `length_m` and geometry of its edges.
        boundaries: table `boundaries`; None where all ground is land.
        settings: the study's `[travel]`: the grid.
        spread: takes over what was found of the same land and roads.
    """
    at = _sites(snaps)
    edge, offset_m = at["edge_id"].to_numpy(), at["offset_m"].to_numpy()
    length = graph.length_dm
    graph, node = roadgraph.insert(graph, edge=edge, offset_m=offset_m)
    lines = road_edges.geometry.array
    cell = settings.catchment_grid_m.value
    points = samples(graph, lines=lines, length=length, every_m=cell / SAMPLES_PER_CELL, cell=cell)
    share = offset_m / np.maximum(road_edges["length_m"].to_numpy()[edge], 0.1)
    on_road = shapely.line_interpolate_point(np.asarray(lines[edge]), share, normalized=True)
    land = None
    if boundaries is not None:
        land = shore(boundaries, lines=lines, places=on_road, tolerance_m=SIMPLIFY_M, spread=spread)
    drawable = None if land is None else ground(land, step_m=cell / outlines.STEPS)
    places = Places(node, shapely.get_coordinates(on_road))
    links = roadgraph.matrix(graph)
    return Scene(at["point_id"], places, brief(graph), links, points, drawable, cell)


def samples(
    graph: RoadGraph, /, *, lines: GeometryArray, length: Ints, every_m: float, cell: float
) -> Points:
    """Spread points evenly along every stretch, both ends included, at most `every_m` apart.

    Turns, which have no length, have none.

    Args:
        graph: the network, points in it included.
        lines: of each road edge.
        length: of each road edge, dm.
        every_m: metres.
        cell: side of the cells of the grid, m.
    """
    count = np.ceil(graph.length_dm / 10 / every_m).astype("int64") + (graph.length_dm > 0)
    first = np.r_[0, np.cumsum(count)]
    stretch = np.repeat(np.arange(len(count)), count)
    share = (np.arange(first[-1]) - first[stretch]) / (count - 1)[stretch]
    edge = graph.edge[stretch]
    along = (graph.start_dm[stretch] + share * graph.length_dm[stretch]) / length[edge]
    xy, begin = starts(lines)
    found = fields.along(xy, first=begin, edge=edge, share=along)
    return fields.Points(first, share, *np.rint(found.T / cell * fields.STEPS).astype("int32"))


def drawn(
    scene: Scene,
    groups: Sequence[Places],
    /,
    *,
    direction: str,
    settings: Travel,
    progress: Progress = SILENT,
    spread: Spread = ALONE,
    of: Sequence[str] | None = None,
) -> list[Areas]:
    """Draw what is driven to from the nearest place of each group within each limit.

    Args:
        scene: what is drawn on.
        groups: places of the scene; one alone for a catchment.
        direction: `from_site`, or `to_site`: what is driven from to the nearest place.
        settings: the study's `[travel]`: the limits.
        progress: told each group that is drawn.
        spread: draws groups elsewhere, or takes them over; the areas are the same.
        of: of each group what its areas rest on (`Scene.rests`), where they last.

    Returns:
        Of each group as many areas as there are limits, each covering the one before to the
        last digit. They hold the places, keep holes and islands of two grid cells and more, and end
        at the coast.
    """
    getattr(scene, direction)  # laid out here, once: workers map it from a file
    parts = {f"catchment {number}": group for number, group in enumerate(groups)}
    answers = spread.each(
        _drawn, parts, given=(scene, direction, settings),
        of=None if of is None else dict(zip(parts, of, strict=True)),
    )  # fmt: skip
    found = gathered(answers, parts, progress=progress, what="catchments")
    return [np.asarray(shapely.from_wkb(each["area"].to_numpy())) for each in found]


def _drawn(places: Places, given: tuple[Scene, str, Travel]) -> pd.DataFrame:
    """Draw the areas of one group, as they can be kept."""
    scene, direction, settings = given
    limits = np.array(settings.catchment_limits_min) * 60.0
    origins = np.floor(places.xy[:, ::-1] / scene.cell).astype("int64")
    z, corner = fields.field(
        getattr(scene, direction), sources=places.node, origins=origins,
        limit_s=limits[-1] + MARGIN_S, walk=Walk(WALK_CELLS, scene.cell / WALK_M_PER_S),
    )  # fmt: skip
    origins -= corner
    traced = outlines.traced(z, levels=limits * 1000, origins=origins)
    del z  # of a whole county: not beside what thinning takes
    rings = outlines.thinned(traced, origins=origins, tolerance=SIMPLIFY_M / scene.cell)
    rings = rings._replace(xy=rings.xy + corner[::-1] * outlines.STEPS)
    if scene.ground is not None:
        rings = clipped(rings, ground=scene.ground)
    areas = polygons(rings, step_m=scene.cell / outlines.STEPS, count=len(limits))
    return pd.DataFrame({"area": shapely.to_wkb(areas)})


def polygons(rings: Rings, /, *, step_m: float, count: int) -> Areas:
    """Make areas of rings, one a level.

    Args:
        rings: outer rings and holes of all levels.
        step_m: what their vertices are measured in, m.
        count: number of levels.
    """
    number = np.arange(len(rings.level))
    outer = np.where(rings.around < 0, number, rings.around)
    order = np.lexsort((rings.around >= 0, outer))  # a polygon's holes follow its outer ring
    closed = shapely.linearrings(rings.xy * step_m, indices=np.repeat(number, np.diff(rings.first)))
    shells, polygon = np.unique(outer, return_inverse=True)
    parts = shapely.polygons(closed[order], indices=polygon[order])
    order = np.argsort(rings.level[shells], kind="stable")
    areas = np.full(count, shapely.MultiPolygon(), dtype=object)
    found = shapely.multipolygons(parts[order], indices=rings.level[shells][order], out=areas)
    return np.asarray(found)
