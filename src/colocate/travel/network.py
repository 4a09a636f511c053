"""OpenStreetMap extracts and Overpass areas to `road_nodes` and `road_edges`.

Extracts (`.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`) go through pyosmium, which reads all of them
alike and hands over whole ways; Overpass areas are fetched with osmnx and read by the same door.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from colocate import bng
from colocate.errors import InputError, NetworkError
from colocate.tables import issue_rows
from colocate.travel import roadgraph, topology

if TYPE_CHECKING:
    from collections.abc import Mapping

DRIVABLE = frozenset(
    f"{name}{link}"
    for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
"""Values of `highway` that a car may use; tracks are left out (farm and forest roads)."""

CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency", "military"})
"""Values of an access tag that close a way to the public in cars."""

ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Access tags that bind a car, the most specific first."""

RINGS = frozenset({"roundabout", "circular"})
"""Values of `junction` that are driven round one way."""

LIMIT_KEYS = ("maxspeed", "maxspeed:type", "source:maxspeed")
"""Tags that hold a speed limit; the later ones count only where they name a national limit."""

TAGS = ("highway", "service", "name", "ref", "maxspeed", "junction", "access")
_OVERPASS_TAGS = (
    "highway", "service", "name", "ref", "junction", "oneway", "area", "dual_carriageway",
    "route", *LIMIT_KEYS, *ACCESS_KEYS,
)  # fmt: skip


Issue = tuple[str, str, str, str, str, str]
Coordinates = NDArray[np.float64]


class Roads(NamedTuple):
    """Tables `road_nodes`, `road_edges` and `issues`."""

    road_nodes: pd.DataFrame
    road_edges: gpd.GeoDataFrame
    issues: pd.DataFrame


class _Ways(NamedTuple):
    """Drivable ways: `tags` one row a way, the rest one entry a vertex, way after way."""

    tags: pd.DataFrame
    way: NDArray[np.int64]
    ref: NDArray[np.int64]
    lonlat: NDArray[np.float64]


def read_osm(
    path: Path,
    /,
    *,
    area: shapely.Geometry | None = None,
    ferries: bool = False,
    crs: str = "EPSG:27700",
) -> Roads:
    """Read the drivable roads of an OSM extract.

    Ways are split wherever they meet or cross at a shared vertex. Lengths are measured before the
    coordinates are rounded to whole metres, and kept to 0.1 m.

    Args:
        path: `.osm.pbf`, `.osm`, `.osm.gz` or `.osm.bz2`.
        area: keep the edges that touch this polygon, in `crs`; all of them by default.
        ferries: keep ferry lines (`route=ferry`) that carry cars.
        crs: projected reference system of the result, in metres.

    Raises:
        InputError: the file is missing or is no OSM data.
        NetworkError: there is no drivable way in it.
    """
    dropped: Counter[tuple[str, str]] = Counter()
    ways = _read_ways(path, ferries=ferries, dropped=dropped)
    if ways.tags.empty:
        raise NetworkError(
            f"{path}: no drivable way; expected ways tagged highway=motorway … service. "
            "Is it a full extract?"
        )
    if area is not None:
        ways = _near(ways, area=area, crs=crs)
    roads = _build(ways, dropped=dropped, area=area, crs=crs) if len(ways.tags) else None
    if roads is None or roads.road_edges.empty:
        raise NetworkError(
            f"{path}: no drivable way touches the area given in {crs}. "
            "Is it the extract of another place, or the area in another system?"
        )
    return roads


def read_overpass(
    area: shapely.Geometry, /, *, ferries: bool = False, crs: str = "EPSG:27700"
) -> Roads:
    """Fetch the drivable roads that touch `area` (polygon in `crs`) from Overpass with osmnx.

    The one function of this room that opens a connection. The result is that of `read_osm`.
    """
    import osmnx  # takes seconds to import, and only this door needs it

    lonlat = shapely.transform(
        area, lambda xy: np.column_stack(_project(xy, crs=crs, inverse=True))
    )
    wanted = [f'["highway"~"^({"|".join(sorted(DRIVABLE))})$"]']
    if ferries:
        wanted.append('["route"="ferry"]')
    before = osmnx.settings.all_oneway, osmnx.settings.useful_tags_way
    osmnx.settings.all_oneway = True  # ways as mapped, not both directions of each
    osmnx.settings.useful_tags_way = list(_OVERPASS_TAGS)
    try:
        graph = osmnx.graph_from_polygon(
            lonlat, custom_filter=wanted, simplify=False, retain_all=True, truncate_by_edge=True
        )
        for _, _, tags in graph.edges(data=True):
            if tags.setdefault("oneway", _implied_oneway(tags)) in {"-1", "reverse"}:
                tags["oneway"] = "yes"  # osmnx has turned the vertices round already
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "overpass.osm"
            osmnx.save_graph_xml(graph, file)
            return read_osm(file, area=area, ferries=ferries, crs=crs)
    finally:
        osmnx.settings.all_oneway, osmnx.settings.useful_tags_way = before


def _read_ways(path: Path, *, ferries: bool, dropped: Counter[tuple[str, str]]) -> _Ways:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an OSM extract (.osm.pbf or .osm).")
    every = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway", "route"))
    )
    line, whole = osmium.geom.WKBFactory().create_linestring, osmium.geom.use_nodes.ALL
    rows: list[tuple[Any, ...]] = []
    refs: list[int] = []
    wkb: list[str] = []
    try:
        for way in every:
            tags = dict(way.tags)
            kind = _kind(tags)
            if kind is None:
                continue
            if rule := _left_out(tags, kind=kind, ferries=ferries):
                dropped[rule] += 1
                continue
            try:
                wkb.append(line(way.nodes, whole))
            except (osmium.InvalidLocationError, RuntimeError):
                dropped["vertices_missing", kind] += 1
                continue
            refs.extend([node.ref for node in way.nodes])
            rows.append(_row(tags, kind=kind))
    except RuntimeError as fault:
        raise InputError(f"{path}: cannot be read as OSM data ({fault}).") from None
    lonlat, way = shapely.get_coordinates(shapely.from_wkb(wkb), return_index=True)
    columns = [*TAGS, "forward", "backward", "dual", "oneway"]
    return _Ways(pd.DataFrame(rows, columns=columns), way, np.array(refs, "int64"), lonlat)


def _kind(tags: Mapping[str, str]) -> str | None:
    """Drivable class of a way, `ferry` for a ferry line; None for what no car uses."""
    highway = tags.get("highway")
    if highway in DRIVABLE:
        return highway
    return "ferry" if tags.get("route") == "ferry" else None


def _left_out(tags: Mapping[str, str], *, kind: str, ferries: bool) -> tuple[str, str] | None:
    """Why a drivable way is left out, as (rule, value); None if it stays."""
    access = _access(tags)
    if kind == "ferry" and not ferries:
        return "ferry", kind
    if access in CLOSED:
        return "access_not_public", str(access)
    if tags.get("area") == "yes":
        return "area", kind
    if tags.get("service") in {"emergency_access", "bus"}:
        return "service_not_public", tags["service"]
    return None


def _access(tags: Mapping[str, str]) -> str | None:
    return next((tags[key] for key in ACCESS_KEYS if key in tags), None)


def _row(tags: Mapping[str, str], *, kind: str) -> tuple[Any, ...]:
    """The values of one way in the order of `TAGS`, its directions, and what they rest on."""
    junction = tags.get("junction")
    limit = tags.get("maxspeed") or next(
        (tags[key] for key in LIMIT_KEYS[1:] if "nsl" in tags.get(key, "").lower()), None
    )
    oneway = tags.get("oneway") or _implied_oneway(tags)
    reverse = oneway in {"-1", "reverse"}
    single = reverse or oneway in {"yes", "true", "1"}
    return (
        kind,
        tags.get("service"),
        tags.get("name"),
        tags.get("ref"),
        limit,
        junction if junction in RINGS else None,
        _access(tags),
        not reverse,
        reverse or not single,
        tags.get("dual_carriageway") == "yes",
        oneway,
    )


def _implied_oneway(tags: Mapping[str, str]) -> str:
    """Value of `oneway` that goes without saying."""
    implied = tags.get("junction") in RINGS or tags.get("highway") == "motorway"
    return "yes" if implied else "no"


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
    other = pyproj.Transformer.from_crs(bng.WGS84, crs, always_xy=True)
    east, north = other.transform(*xy.T, direction="INVERSE" if inverse else "FORWARD")
    return east, north


def _build(
    ways: _Ways, *, dropped: Counter[tuple[str, str]], area: shapely.Geometry | None, crs: str
) -> Roads:
    """Split ways at shared vertices, number nodes and edges, and say what is odd."""
    xy = np.column_stack(_project(ways.lonlat, crs=crs))
    first, last = topology.cuts(way=ways.way, ref=ways.ref)
    length = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    lines = topology.lines(np.rint(xy), first=first, last=last)
    edges = ways.tags.iloc[ways.way[first]].reset_index(drop=True)
    edges["length_m"] = np.round(length[last] - length[first], 1)
    edges["geometry"] = gpd.GeoSeries(lines, crs=crs)
    ends = np.column_stack([ways.ref[first], ways.ref[last]])
    points = np.stack([np.rint(xy[first]), np.rint(xy[last])], axis=1)
    if area is not None:
        shapely.prepare(area)
        inside = shapely.intersects(area, lines)
        edges, ends, points = edges[inside], ends[inside], points[inside]
    nodes, pairs = topology.nodes(ends, points=points)
    edges["from_node"], edges["to_node"] = pairs.T
    edges = edges.sort_values(["from_node", "to_node", "length_m"], kind="stable")
    edges = edges.reset_index(drop=True)
    edges["dual"] |= topology.paired(edges)
    issues = [*_drop_issues(dropped), *_oneway_issues(edges), *_part_issues(edges, nodes)]
    edges.insert(0, "edge_id", np.arange(len(edges)))
    edges = edges.astype(dict.fromkeys(TAGS, "str"))
    ordered = ["edge_id", "from_node", "to_node", "forward", "backward", "length_m", *TAGS, "dual"]
    edges = gpd.GeoDataFrame(edges[[*ordered, "geometry"]], geometry="geometry", crs=crs)
    return Roads(nodes, edges, issue_rows(issues))


def _drop_issues(dropped: Counter[tuple[str, str]]) -> list[Issue]:
    told = {
        "access_not_public": "access closed to the public",
        "ferry": "ferries are switched off",
        "area": "mapped as an area",
        "service_not_public": "service road closed to the public",
        "vertices_missing": "vertices missing from the extract",
    }
    return [
        ("network", "road_edges", value, rule, "excluded",
         f"{count} way(s) of the extract left out: {told[rule]}.")
        for (rule, value), count in sorted(dropped.items())
    ]  # fmt: skip


def _oneway_issues(edges: pd.DataFrame) -> list[Issue]:
    known = {"yes", "no", "true", "false", "1", "0", "-1", "reverse"}
    counts = edges["oneway"].value_counts()
    return [
        ("network", "road_edges", value, "oneway_unclear", "doubt",
         f"{counts[value]} edge(s) with oneway={value} are taken as open in both directions.")
        for value in sorted(set(counts.index) - known)
    ]  # fmt: skip


def _part_issues(edges: pd.DataFrame, nodes: pd.DataFrame) -> list[Issue]:
    if edges.empty:
        return []
    any_time = edges["length_m"]
    part = roadgraph.parts(
        roadgraph.build(
            len(nodes),
            tail=edges["from_node"].to_numpy(),
            head=edges["to_node"].to_numpy(),
            forward_s=np.where(edges["forward"], any_time, np.inf),
            backward_s=np.where(edges["backward"], any_time, np.inf),
            length_m=edges["length_m"].to_numpy(),
        )
    ).kind
    rows = []
    for code, rule, what in (
        (roadgraph.TRAP, "one_way_trap", "can only be entered or only be left"),
        (roadgraph.ISLAND, "island", "are not joined to the main network"),
    ):
        lost = edges.loc[part == code, "length_m"]
        if len(lost):
            rows.append(
                ("network", "road_edges", rule, rule, "note",
                 f"{len(lost)} of {len(edges)} edges ({lost.sum() / 1000:.1f} km) {what}.")
            )  # fmt: skip
    return rows
