"""OpenStreetMap extracts and Overpass areas to `road_nodes`, `road_edges` and `turns`.

Extracts (`.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`) go through pyosmium, which reads all of them
alike and hands over whole ways; what `overpass` saved of an area is read by the same door.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from colocate import bng
from colocate.errors import CrsError, InputError, NetworkError
from colocate.tables.extents import ROAD_EXTENT
from colocate.tables.schema import conform
from colocate.travel.kernel import roadgraph
from colocate.travel.network import (
    barriers,
    extracts,
    gaps,
    reporting,
    restrictions,
    tagging,
    topology,
)
from colocate.travel.network.reporting import Tally
from colocate.travel.network.tagging import RULES, TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from colocate.io.osm_xml import Box
    from colocate.travel.network.barriers import Barrier

_COLUMNS = (
    "edge_id", "from_node", "to_node", "forward", "backward", "length_m", *TAGS, "dual", *RULES,
)  # fmt: skip

CONTROL_M = 30.0
"""Signals stand at stop lines: so far from a junction along a road they are taken as its own."""

Coordinates = NDArray[np.float64]
Ints = NDArray[np.int64]


class RoadTables(NamedTuple):
    """Tables `road_nodes`, `road_edges`, `turns`, `network_report`, `road_extent` and `issues`."""

    road_nodes: pd.DataFrame
    road_edges: gpd.GeoDataFrame
    turns: pd.DataFrame
    network_report: pd.DataFrame
    road_extent: pd.DataFrame
    issues: pd.DataFrame


class _Ways(NamedTuple):
    """Drivable ways: `tags` one row a way, the rest one entry a vertex, way after way."""

    tags: pd.DataFrame
    way: NDArray[np.int64]
    ref: NDArray[np.int64]
    lonlat: NDArray[np.float64]


@dataclass(frozen=True)
class _Extract:
    """What is read of an extract besides the ways, and the tally of what is not."""

    barriers: dict[int, Barrier] = field(default_factory=dict)
    """Nodes that close a road to anybody."""
    unused: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Tags of nodes that nothing is made of, counted where the node lies on a road."""
    controls: dict[int, str] = field(default_factory=dict)
    restrictions: list[restrictions.Restriction] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    boxes: list[Box] = field(default_factory=list)


def read_osm(
    path: Path,
    /,
    *,
    area: shapely.Geometry | None = None,
    ferries: bool = False,
    crs: str = "EPSG:27700",
    driving_side: Literal["left", "right"] = "left",
) -> RoadTables:
    """Read the drivable roads of an OSM extract.

    Ways are split wherever they meet or cross at a shared vertex, and end on either side of a
    barrier that no car passes. Lengths are measured before the coordinates are rounded to whole
    metres, and kept to 0.1 m.

    Args:
        path: `.osm.pbf`, `.osm`, `.osm.gz` or `.osm.bz2`.
        area: keep the edges that touch this polygon, in `crs`; all of them by default.
        ferries: keep ferry lines (`route=ferry`) that carry cars.
        crs: projected reference system of the result, in metres. The functions of this room work
            in any; a whole study runs on the National Grid.
        driving_side: which way round an untagged roundabout goes: a small round way of a main
            road, drawn clockwise where one drives on the left.

    Raises:
        InputError: the file is missing or is no OSM data.
        CrsError: `crs` is not projected in metres, or not meant for where the roads are.
        NetworkError: there is no drivable way in it.
    """
    ways, extract = _read(path, ferries=ferries)
    if ways.tags.empty:
        raise NetworkError(
            f"{path}: no drivable way; expected ways tagged highway=motorway … service. "
            "Is it a full extract?"
        )
    _require_suited(crs, ways.lonlat, path=path)
    if area is not None:
        ways = _near(ways, area=area, crs=crs)
    clockwise = driving_side == "left"
    roads = (
        _build(ways, extract=extract, area=area, crs=crs, clockwise=clockwise)
        if len(ways.tags)
        else None
    )
    if roads is None or roads.road_edges.empty:
        raise NetworkError(
            f"{path}: no drivable way touches the area given in {crs}. "
            "Is it the extract of another place, or the area in another system?"
        )
    return roads


def _require_suited(crs: str, lonlat: Coordinates, *, path: Path) -> None:
    try:
        system = pyproj.CRS(crs)
    except pyproj.exceptions.CRSError as fault:
        raise CrsError(f"{crs!r} is no reference system ({fault}); give one as EPSG:….") from None
    if not system.is_projected or {axis.unit_name for axis in system.axis_info} != {"metre"}:
        raise CrsError(f"{crs} ({system.name}): expected a projected system in metres.")
    middle = np.median(lonlat, axis=0)
    use = system.area_of_use
    if use and not shapely.box(*use.bounds).buffer(1).covers(shapely.Point(middle)):
        raise CrsError(
            f"{path}: the roads lie around longitude {middle[0]:.2f}, latitude {middle[1]:.2f}, "
            f"but {crs} is meant for {use.name}. A study runs on the British National Grid; roads "
            "of another country are read with travel.network.read_osm(…, crs='EPSG:…')."
        )


def _read(path: Path, *, ferries: bool) -> tuple[_Ways, _Extract]:
    """Read the drivable ways, and whatever else there is to know."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an OSM extract (.osm.pbf or .osm).")
    if extracts.is_usual(path):
        try:
            extract = _Extract(boxes=extracts.boxes(path))
            ways = _read_ways(extracts.quick(path), ferries=ferries, extract=extract)
        except extracts.Unusual:
            pass
        else:
            return ways, extract
    things, boxes = extracts.whole(path)
    extract = _Extract(boxes=boxes)
    return _read_ways(things, ferries=ferries, extract=extract), extract


def _read_ways(
    things: Iterable[extracts.Way | extracts.Other | extracts.Gone],
    *,
    ferries: bool,
    extract: _Extract,
) -> _Ways:
    rows: list[tuple[Any, ...]] = []
    refs: list[int] = []
    wkb: list[str] = []
    for thing in things:
        if isinstance(thing, extracts.Other):
            _read_other(thing, extract=extract)
            continue
        kind = tagging.kind(thing.tags)
        if kind in tagging.DRIVABLE and not isinstance(thing, extracts.Gone):
            extract.tally.update(Counter(tagging.unused(thing.tags)))
        rule = tagging.left_out(thing.tags, kind=kind, ferries=ferries)
        if rule:
            if not isinstance(thing, extracts.Gone):
                extract.tally.add(*rule, length_m=thing.length_m())
        elif isinstance(thing, extracts.Gone):
            extract.tally.add("deleted", kind)
        elif len(nodes := thing.refs) > 1:
            wkb.append(thing.wkb())
            refs.extend(nodes)
            rows.append((thing.id, *tagging.row(thing.tags, kind=kind)))
        else:
            extract.tally.add("vertices_missing", kind)
    lonlat, way = shapely.get_coordinates(shapely.from_wkb(wkb), return_index=True)
    lonlat[lonlat[:, 0] == extracts.NOWHERE] = np.nan
    tags = pd.DataFrame(rows, columns=["way_id", *tagging.Way._fields])
    return _parted(_Ways(tags, way, np.array(refs, "int64"), lonlat), tally=extract.tally)


def _parted(ways: _Ways, *, tally: Tally) -> _Ways:
    """Cut ways where vertices are missing from the extract."""
    if not np.isnan(ways.lonlat).any():
        return ways
    found = gaps.pieces(ways.way, ways.lonlat)
    kind = ways.tags["highway"].iloc[found.hurt]
    kept = np.isin(found.hurt, found.way)
    for name, some_left, lost_m in zip(kind, kept.tolist(), found.lost_m.tolist(), strict=True):
        tally.add("way_cut" if some_left else "vertices_missing", name, length_m=lost_m)
    tags = ways.tags.iloc[found.way].reset_index(drop=True)
    at = found.vertex
    return _Ways(tags, found.piece, ways.ref[at], ways.lonlat[at])


def _read_other(thing: extracts.Other, *, extract: _Extract) -> None:
    """Keep what a node or relation says about driving."""
    tags = thing.tags
    if thing.kind == "n":
        if unused := list(barriers.unused(tags)):
            extract.unused[thing.id] = unused
        if barrier := barriers.read(tags):
            extract.barriers[thing.id] = barrier
        if tags.get("highway") in tagging.CONTROLS:
            extract.controls[thing.id] = tags["highway"]
        return
    found = restrictions.parse(tags, thing.members)
    if isinstance(found, str):
        extract.tally.add("restriction_ignored", found)
    else:
        extract.restrictions.append(found)


def _near(ways: _Ways, *, area: shapely.Geometry, crs: str) -> _Ways:
    """Keep the ways whose box meets the area's box in degrees: cheap, before projecting."""
    frame = shapely.segmentize(shapely.box(*area.buffer(100).bounds).exterior, 5000)
    longitude, latitude = _project(shapely.get_coordinates(frame), crs=crs, inverse=True)
    west, east, south, north = (f(v) for v in (longitude, latitude) for f in (np.min, np.max))
    start = np.flatnonzero(np.r_[True, np.diff(ways.way) > 0])
    least = np.minimum.reduceat(ways.lonlat, start)
    most = np.maximum.reduceat(ways.lonlat, start)
    meets = (
        (least[:, 0] <= east)
        & (most[:, 0] >= west)
        & (least[:, 1] <= north)
        & (most[:, 1] >= south)
    )
    vertex = meets[ways.way]
    renumbered = np.cumsum(meets) - 1
    tags = ways.tags.loc[meets].reset_index(drop=True)
    return _Ways(tags, renumbered[ways.way[vertex]], ways.ref[vertex], ways.lonlat[vertex])


def _project(
    xy: Coordinates, /, *, crs: str, inverse: bool = False
) -> tuple[Coordinates, Coordinates]:
    """Convert longitudes and latitudes to `crs`, or back: the Grid in its one fixed way."""
    if crs == bng.BNG:
        return bng.from_bng(*xy.T) if inverse else bng.to_bng(*xy.T)
    abroad = pyproj.Transformer  # noqa: TID251 - `bng` leads to the Grid and nowhere else
    other = abroad.from_crs(bng.WGS84, crs, always_xy=True)
    east, north = other.transform(*xy.T, direction="INVERSE" if inverse else "FORWARD")
    return east, north


def _as_roundabouts(ways: _Ways, *, xy: Coordinates, clockwise: bool, tally: Tally) -> pd.DataFrame:
    """Tags of the ways, with main roads that run in small rings taken for roundabouts."""
    ring = topology.rings(xy, way=ways.way, ref=ways.ref) == (1 if clockwise else -1)
    tags = ways.tags
    main = tags["highway"].isin(tagging.RING_CLASSES)
    taken = ring & main & tags["junction"].isna() & tags["forward"]
    if taken.any():
        tally.add("roundabout", "untagged", count=int(taken.sum()))
        tags = tags.copy()
        tags.loc[taken, "junction"] = "roundabout"
        tags.loc[taken, "backward"] = False
    return tags


def _build(
    ways: _Ways, *, extract: _Extract, area: shapely.Geometry | None, crs: str, clockwise: bool
) -> RoadTables:
    """Split ways at shared vertices, number nodes and edges, and say what is odd."""
    xy = np.column_stack(_project(ways.lonlat, crs=crs))
    tags = _as_roundabouts(ways, xy=xy, clockwise=clockwise, tally=extract.tally)
    stops = np.array(sorted(extract.barriers), "int64")
    for ref in np.intersect1d(ways.ref, np.array(list(extract.unused), "int64")).tolist():
        extract.tally.update(Counter(extract.unused[ref]))
    first, last = topology.cuts(way=ways.way, ref=ways.ref, also=stops)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    lines = topology.lines(np.rint(xy), first=first, last=last)
    edges = tags.iloc[ways.way[first]].reset_index(drop=True)
    edges["length_m"] = np.round(along[last] - along[first], 1)
    edges["geometry"] = gpd.GeoSeries(lines, crs=crs)
    ends = np.column_stack([ways.ref[first], ways.ref[last]])
    points = np.stack([np.rint(xy[first]), np.rint(xy[last])], axis=1)
    controls = extract.controls | _near_controls(ways, extract, first=first, last=last, along=along)
    if area is not None:
        shapely.prepare(area)
        inside = shapely.intersects(area, lines)
        edges, ends, points = edges[inside], ends[inside], points[inside]
    extract.tally.update(barriers.counted(ends, barriers=extract.barriers))
    edges, ends, points = barriers.parted(
        barriers.Parted(edges, ends, points), barriers=extract.barriers
    )
    nodes, pairs = topology.nodes(ends, points=points)
    edges[["from_ref", "to_ref"]], edges[["from_node", "to_node"]] = ends, pairs
    edges = edges.sort_values(["from_node", "to_node", "length_m"], kind="stable")
    edges = edges.reset_index(drop=True)
    edges["dual"] |= topology.paired(edges)
    edges.insert(0, "edge_id", np.arange(len(edges)))
    nodes["control"] = _at_nodes(controls, edges, count=len(nodes))
    turns, counts = restrictions.forbidden(extract.restrictions, edges)
    extract.tally.update(counts)
    _tally_edges(edges, node_count=len(nodes), tally=extract.tally)
    edges = edges.astype(dict.fromkeys((*TAGS, *RULES), "str"))
    edges = gpd.GeoDataFrame(edges[[*_COLUMNS, "geometry"]], geometry="geometry", crs=crs)
    report = reporting.table(extract.tally)
    return RoadTables(nodes, edges, turns, report, _extent(extract.boxes), reporting.issues(report))


def _tally_edges(edges: pd.DataFrame, *, node_count: int, tally: Tally) -> None:
    _tally_oneways(edges, tally=tally)
    _tally_rules(edges, tally=tally)
    _tally_parts(edges, node_count=node_count, tally=tally)


def _extent(boxes: Iterable[Box]) -> pd.DataFrame:
    rows = ((number, *box) for number, box in enumerate(boxes))
    return conform(ROAD_EXTENT, (dict(zip(ROAD_EXTENT.names, row, strict=True)) for row in rows))


def _near_controls(
    ways: _Ways, extract: _Extract, *, first: Ints, last: Ints, along: Coordinates
) -> dict[int, str]:
    """Signals on a road no further than `CONTROL_M` from the end of an edge, by that end."""
    refs = [ref for ref, control in extract.controls.items() if control == "traffic_signals"]
    at = np.flatnonzero(np.isin(ways.ref, np.array(refs, "int64")))
    edge = np.searchsorted(first, at, side="right") - 1
    inner = (edge >= 0) & (at > first[edge]) & (at < last[edge])
    at, edge = at[inner], edge[inner]
    before, after = along[at] - along[first[edge]], along[last[edge]] - along[at]
    end = np.where(before <= after, first[edge], last[edge])
    near = np.minimum(before, after) <= CONTROL_M
    return dict.fromkeys(ways.ref[end[near]].tolist(), "traffic_signals")


def _at_nodes(controls: Mapping[int, str], edges: pd.DataFrame, *, count: int) -> pd.Series:
    """Control of each node."""
    ref = np.empty(count, "int64")
    ref[edges[["from_node", "to_node"]].to_numpy()] = edges[["from_ref", "to_ref"]].to_numpy()
    return pd.Series(ref).map(controls).astype("str")


def _tally_oneways(edges: pd.DataFrame, *, tally: Tally) -> None:
    known = {"yes", "no", "true", "false", "1", "0", "-1", "reverse"}
    for value, length in edges.groupby("oneway")["length_m"]:
        if value not in known:
            tally.add("oneway_unclear", value, count=len(length), length_m=length.sum())


def _tally_rules(edges: pd.DataFrame, *, tally: Tally) -> None:
    for rule in tagging.RULES[1:]:
        for value, length in edges.groupby(rule)["length_m"]:
            tally.add(rule, value, count=len(length), length_m=length.sum())


def _tally_parts(edges: pd.DataFrame, *, node_count: int, tally: Tally) -> None:
    if edges.empty:
        return
    any_time = edges["length_m"]
    part = roadgraph.parts(
        roadgraph.build(
            node_count,
            tail=edges["from_node"].to_numpy(),
            head=edges["to_node"].to_numpy(),
            forward_s=np.where(edges["forward"], any_time, np.inf),
            backward_s=np.where(edges["backward"], any_time, np.inf),
            length_m=edges["length_m"].to_numpy(),
        )
    ).kind
    for code, rule in ((roadgraph.TRAP, "one_way_trap"), (roadgraph.ISLAND, "island")):
        lost = edges.loc[part == code, "length_m"]
        if len(lost):
            tally.add(rule, rule, count=len(lost), length_m=lost.sum())
