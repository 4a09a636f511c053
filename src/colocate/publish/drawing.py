"""What the report draws, generalised once: catchments, background and labels as encoded text.

The heavy geometry of a run (catchments and roads) is needed here and nowhere else in the report,
so a run with other weights can reuse the drawings of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from colocate.publish import polyline

CATCHMENT_TOLERANCE_M = 50.0
AREA_TOLERANCE_M = 80.0
ROAD_TOLERANCE_M = 60.0
SMALLEST_DRAWN_M2 = 40_000.0
"""Parts and holes of a catchment below this (200 m square) are not drawn."""

COAST_M = 150.0
"""A border within this of the outside of all areas is the coast, not a border."""

SHORTEST_DRAWN_M = 200.0
"""Stretches of road below this are not drawn: slip roads and stubs."""

SHIELD_EVERY_M = 4_000.0
"""A road number is written where its road runs at least this far in one piece."""

MARGIN_M = 25_000.0
"""How far beyond the registered sites the background reaches."""

ROAD_CLASSES: Mapping[str, str] = {
    "motorway": "motorway",
    "trunk": "a_road",
    "primary": "a_road",
    "secondary": "b_road",
}
DIRECTIONS: Mapping[str, str] = {"police": "to_site"}
"""Catchments are drawn in the direction that matters: people travel to a police desk; every
other service drives out from its site."""

PLACE_RANKS: Mapping[str, int] = {"city": 1, "town": 2, "village": 3}

Tables = Mapping[str, pd.DataFrame]


def drawings(tables: Tables, /, *, fire_area: str) -> pd.DataFrame:
    """Return table `drawings` from located_sites, catchments, boundaries, places and road_edges.

    One row a shape. `shape` holds the encoded polyline (see `polyline`): all rings of an area,
    all lines of a road, the one point of a label.
    """
    sites = tables["located_sites"]
    own = sites[~sites["over_border"]]
    west, south, east, north = (own if len(own) else sites).total_bounds
    view = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    roads = _roads(tables["road_edges"], view)
    layers = [
        _catchments(tables["catchments"], sites),
        _areas(tables["boundaries"], view, fire_area),
        _road_lines(roads),
        _shields(roads),
        _places(tables["places"], view),
    ]
    return pd.concat(layers, ignore_index=True)


def _catchments(catchments: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    service = sites.set_index("site_id")["service"]
    wanted = catchments["site_id"].map(service).map(DIRECTIONS).fillna("from_site")
    chosen = catchments[catchments["direction"] == wanted].sort_values(["site_id", "limit_s"])
    lines, owner = polyline.rings(chosen.geometry.to_numpy())
    area = shapely.area(shapely.polygons(lines))
    largest = pd.Series(area).groupby(owner).transform("max").to_numpy()
    kept = (area >= SMALLEST_DRAWN_M2) | (area == largest)
    drawn = shapely.simplify(lines[kept], CATCHMENT_TOLERANCE_M, preserve_topology=False)
    return _rows(
        "catchment",
        chosen["site_id"],
        drawn,
        owner[kept],
        limit_s=chosen["limit_s"],
        people=chosen["people"],
    )


def _areas(boundaries: pd.DataFrame, view: shapely.Polygon, fire_area: str) -> pd.DataFrame:
    """Land and the study's fire area as polygons; where two areas meet as lines, without coast."""
    layers = [_polygons("land", _simple(boundaries, "land", view))]
    study = boundaries[boundaries["name"] == fire_area]
    layers.append(_polygons("study", _simple(study, "fire_area", view)))
    for kind in ("fire_area", "police_area"):
        areas = _simple(boundaries, kind, view)
        outside = shapely.buffer(shapely.boundary(shapely.union_all(areas)), COAST_M, quad_segs=1)
        inside = shapely.difference(shapely.union_all(shapely.boundary(areas)), outside)
        lines = shapely.get_parts(shapely.line_merge(inside))
        long = lines[shapely.length(lines) >= SHORTEST_DRAWN_M]
        layers.append(_rows(f"{kind}_border", [""], long, np.zeros(len(long), dtype=int)))
    return pd.concat(layers, ignore_index=True)


def _simple(boundaries: pd.DataFrame, kind: str, view: shapely.Polygon) -> Any:
    areas = boundaries[boundaries["kind"] == kind].sort_values("name").geometry.to_numpy()
    cut = shapely.intersection(shapely.coverage_simplify(areas, AREA_TOLERANCE_M), view)
    return cut[~shapely.is_empty(cut)]


def _polygons(layer: str, areas: Any) -> pd.DataFrame:
    lines, owner = polyline.rings(areas)
    kept = shapely.area(shapely.polygons(lines)) >= SMALLEST_DRAWN_M2
    return _rows(layer, [""] * len(areas), lines[kept], owner[kept])


def _roads(edges: pd.DataFrame, view: shapely.Polygon) -> pd.DataFrame:
    """Join the edges of each road class and number into long lines: class, ref, geometry."""
    kind = edges["highway"].map(ROAD_CLASSES)
    chosen = edges[kind.notna() & edges.geometry.intersects(view)]
    keys = [kind[chosen.index], chosen["ref"].fillna("")]
    grouped = chosen.geometry.groupby(keys, sort=True)
    joined = {key: shapely.line_merge(shapely.multilinestrings(g.to_numpy())) for key, g in grouped}
    lines, owner = shapely.get_parts(np.array([*joined.values()], dtype=object), return_index=True)
    long = shapely.length(lines) >= SHORTEST_DRAWN_M
    keys = [*joined]
    return pd.DataFrame(
        {
            "kind": [keys[i][0] for i in owner[long]],
            "ref": [keys[i][1] for i in owner[long]],
            "line": shapely.simplify(lines[long], ROAD_TOLERANCE_M, preserve_topology=False),
        }
    )


def _road_lines(roads: pd.DataFrame) -> pd.DataFrame:
    kinds = pd.Series(sorted(roads["kind"].unique()), dtype="str")
    order = roads.sort_values("kind", kind="stable")
    owner = kinds.searchsorted(order["kind"])
    return _rows(kinds, pd.Series([""] * len(kinds), dtype="str"), order["line"].to_numpy(), owner)


def _shields(roads: pd.DataFrame) -> pd.DataFrame:
    """Place each road number once, half way along the longest piece of its road."""
    main = roads[(roads["kind"] != "b_road") & (roads["ref"] != "")]
    length = shapely.length(main["line"].to_numpy())
    longest = main.assign(length=length).sort_values(
        ["ref", "length"], ascending=[True, False], kind="stable"
    )
    chosen = longest[longest["length"] >= SHIELD_EVERY_M].drop_duplicates("ref")
    middle = shapely.line_interpolate_point(chosen["line"].to_numpy(), 0.5, normalized=True)
    rank = chosen["kind"].map({"motorway": 1.0, "a_road": 2.0})
    return _labels("shield", chosen["ref"], middle, rank)


def _places(places: pd.DataFrame, view: shapely.Polygon) -> pd.DataFrame:
    named = places[places["kind"].isin([*PLACE_RANKS]) & places.geometry.intersects(view)]
    ranked = named.assign(rank=named["kind"].map(PLACE_RANKS).astype(float))
    chosen = ranked.sort_values(["rank", "place_id"])
    return _labels("place", chosen["name"], chosen.geometry.to_numpy(), chosen["rank"])


def _labels(layer: str, names: Any, points: Any, rank: Any) -> pd.DataFrame:
    xy = shapely.get_coordinates(points)
    lines = shapely.linestrings(np.repeat(xy, 2, axis=0).reshape(-1, 2, 2))
    return _rows(layer, names, lines, np.arange(len(lines)), rank=rank)


def _rows(layer: str, key: Any, lines: Any, owner: Any, **more: Any) -> pd.DataFrame:
    shapes = polyline.encode(lines, np.asarray(owner), count=len(key))
    return pd.DataFrame({"layer": layer, "key": key, **more, "shape": shapes})
