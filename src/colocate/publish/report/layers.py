"""What the report draws, generalised once: catchments, background and labels as encoded text.

Everything is in EPSG:27700, generalised for the eye: people are counted from travel times, never
from what is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from colocate.publish.report import polyline
from colocate.publish.svg import PLACE_RANKS, ROAD_CLASSES
from colocate.spread import ALONE, Spread, gathered, rests_on
from colocate.tables import check, parts
from colocate.tables.drawings import DRAWINGS

CATCHMENT_TOLERANCE_M = 50.0
WIDE_TOLERANCE_M = 75.0
"""Of catchments beyond WIDE_LIMIT_S, which are seen on the scale of a county: they are four fifths
of all that is drawn."""

WIDE_LIMIT_S = 600
AREA_TOLERANCE_M = 80.0
ROAD_TOLERANCE_M = 60.0
SMALLEST_DRAWN_M2 = 160_000.0
"""Parts and holes of a catchment below this (400 m square) are not drawn."""

SMALLEST_SEARCHED_M2 = 20_000.0
"""Parts and holes of an area of search below this are not drawn."""

SMALLEST_ISLAND_M2 = 40_000.0
"""Islands and lakes below this are not drawn."""

COAST_M = 150.0
"""A border within this of the outside of all areas is the coast, not a border."""

SHORTEST_DRAWN_M = 200.0
"""Stretches of road below this are not drawn: slip roads and stubs."""

SHIELD_EVERY_M = 4_000.0
"""A road number is written where its road runs at least this far in one piece."""

MARGIN_M = 80_000.0
"""How far beyond the registered sites the background reaches."""

DIRECTIONS: Mapping[str, str] = {"police": "to_site"}
"""Catchments are drawn in the direction that matters: people travel to a police desk; every
other service drives out from its site."""

SHIELD_RANKS: Mapping[str, int] = {"motorway": 1, "a_road": 2}

Tables = Mapping[str, pd.DataFrame]
Geometries = npt.NDArray[Any]
"""A numpy array of shapely geometries."""


def drawings(tables: Tables, /, *, fire_area: str, spread: Spread = ALONE) -> pd.DataFrame:
    """Return everything that is drawn.

    Args:
        tables: a run's tables by name: located_sites, catchments, areas_of_search, boundaries,
            places, road_edges, site_areas, site_buildings.
        fire_area: name of the study's own fire area.
        spread: takes over what was drawn of the same ground, or of the same catchments.

    Returns:
        Table `drawings`.
    """
    sites = tables["located_sites"]
    own = sites[~sites["over_border"]]
    west, south, east, north = (own if len(own) else sites).total_bounds
    view = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    answers = spread.each(
        _ground, {"ground": view}, given=(tables["boundaries"], tables["road_edges"], fire_area),
        of={"ground": rests_on(view.bounds)},
    )  # fmt: skip
    layers = [
        _catchments(tables["catchments"], sites, spread=spread),
        _search(tables["areas_of_search"]),
        _buildings(tables["site_areas"], tables["site_buildings"]),
        *gathered(answers, ["ground"]),
        _places(tables["places"], view),
    ]
    drawn = pd.concat(layers, ignore_index=True)
    drawn["number"] = np.arange(1, len(drawn) + 1)
    return check(DRAWINGS, drawn.astype({n: DRAWINGS[n].dtype for n in DRAWINGS.names}))


def _ground(view: shapely.Polygon, given: tuple[pd.DataFrame, pd.DataFrame, str]) -> pd.DataFrame:
    """Draw what no site changes: land, borders, roads and their numbers."""
    boundaries, road_edges, fire_area = given
    roads = _roads(road_edges, view)
    areas = _areas(boundaries, view, fire_area=fire_area)
    return pd.concat([*areas, *_road_lines(roads), _shields(roads)], ignore_index=True)


def _catchments(catchments: pd.DataFrame, sites: pd.DataFrame, *, spread: Spread) -> pd.DataFrame:
    service = sites.set_index("site_id")["service"]
    wanted = catchments["site_id"].map(service).map(DIRECTIONS).fillna("from_site")
    chosen = catchments[catchments["direction"] == wanted].sort_values(["site_id", "limit_s"])
    areas = {
        str(site): (rows.geometry.to_numpy(), rows["limit_s"].to_numpy())
        for site, rows in chosen.groupby("site_id")
    }
    of = {site: rests_on(limit_s, b"".join(shapely.to_wkb(drawn)))
          for site, (drawn, limit_s) in areas.items()}  # fmt: skip
    shapes = gathered(spread.each(_of_site, areas, of=of), areas)
    return pd.DataFrame(
        {
            "layer": "catchment",
            "key": chosen["site_id"],
            "limit_s": chosen["limit_s"],
            "people": chosen["people"],
            "shape": [shape for each in shapes for shape in each["shape"]],
        }
    )


def _of_site(catchments: tuple[Geometries, npt.NDArray[np.float64]]) -> pd.DataFrame:
    areas, limit_s = catchments
    tolerance_m = np.where(limit_s > WIDE_LIMIT_S, WIDE_TOLERANCE_M, CATCHMENT_TOLERANCE_M)
    shapes = _outlines(areas, smallest=SMALLEST_DRAWN_M2, tolerance_m=tolerance_m)
    return pd.DataFrame({"shape": shapes})


def _search(areas: pd.DataFrame) -> pd.DataFrame:
    """Draw where a new site could stand, by option."""
    ordered = areas.sort_values("option_id")
    shapes = _outlines(
        ordered.geometry.to_numpy(),
        smallest=SMALLEST_SEARCHED_M2,
        tolerance_m=np.full(len(ordered), CATCHMENT_TOLERANCE_M),
    )
    return pd.DataFrame({"layer": "search", "key": ordered["option_id"], "shape": shapes})


def _buildings(areas: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Draw each site's own buildings, finer than all else."""
    matched = areas[areas["building_ids"].notna()].sort_values("site_id")
    shapes = dict(zip(buildings["building_id"], buildings["geometry"], strict=True))
    own = [
        shapely.union_all([shapes[one] for one in parts(ids)]) for ids in matched["building_ids"]
    ]
    lines, owner = polyline.rings(np.array(own, dtype=object))
    drawn = polyline.encode(lines, owner, count=len(own), step_m=polyline.FINE_STEP_M)
    return pd.DataFrame({"layer": "building", "key": matched["site_id"], "shape": drawn})


def _outlines(
    areas: Geometries, *, smallest: float, tolerance_m: npt.NDArray[np.float64]
) -> list[str]:
    """Encode each area's rings without its small parts and holes, but never without its largest."""
    lines, owner = polyline.rings(areas)
    area = shapely.area(shapely.polygons(lines))
    largest = np.zeros(len(areas))
    np.maximum.at(largest, owner, area)
    kept = (area >= smallest) | (area == largest[owner])
    drawn = shapely.simplify(lines[kept], tolerance_m[owner[kept]], preserve_topology=False)
    return polyline.encode(drawn, owner[kept], count=len(areas))


def _areas(
    boundaries: pd.DataFrame, view: shapely.Polygon, *, fire_area: str
) -> Iterator[pd.DataFrame]:
    """Land and the study's fire area as polygons; where two areas meet as lines, without coast."""
    yield _layer("land", _rings(_simple(boundaries[boundaries["kind"] == "land"], view)))
    fire_areas = boundaries[boundaries["kind"] == "fire_area"]
    own = fire_areas[fire_areas["name"] == fire_area]
    yield _layer("study", _rings(_simple(own, view)))
    for kind in ("fire_area", "police_area"):
        areas = _simple(boundaries[boundaries["kind"] == kind], view)
        outline = shapely.boundary(_joined(areas))
        inside = shapely.difference(
            shapely.union_all(shapely.boundary(areas)),
            shapely.buffer(outline, COAST_M, quad_segs=1),
        )
        borders = shapely.get_parts(shapely.line_merge(inside))
        yield _layer(f"{kind}_border", borders[shapely.length(borders) >= SHORTEST_DRAWN_M])


def _simple(areas: pd.DataFrame, view: shapely.Polygon) -> Geometries:
    """Generalise areas so that neighbours keep their common border, and cut them to the view."""
    ordered = _matched(areas.sort_values("name").geometry.to_numpy())
    cut = shapely.intersection(shapely.coverage_simplify(ordered, AREA_TOLERANCE_M), view)
    return np.asarray(cut[~shapely.is_empty(cut)])


def _matched(areas: Geometries) -> Geometries:
    """Give areas the same vertices along a common border, where one side has some of its own.

    Their outlines are noded into one net; each face of it goes to the first area it lies in.
    """
    if shapely.coverage_is_valid(areas):
        return areas
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(areas))]))
    face, area = shapely.STRtree(areas).query(shapely.point_on_surface(faces), predicate="within")
    owner = pd.Series(area).groupby(face).min()
    parts = pd.Series(faces[owner.index]).groupby(owner.to_numpy())
    whole = parts.agg(lambda each: shapely.coverage_union_all(each.to_numpy()))
    return np.asarray(whole.reindex(range(len(areas)), fill_value=shapely.MultiPolygon()))


def _joined(areas: Geometries) -> Any:  # noqa: ANN401 - shapely carries no types we follow
    """Return the union of areas, which need not be a coverage."""
    if shapely.coverage_is_valid(areas):
        return shapely.coverage_union_all(areas)
    return shapely.union_all(shapely.make_valid(areas))


def _rings(areas: Geometries) -> Geometries:
    lines, _ = polyline.rings(areas)
    return np.asarray(lines[shapely.area(shapely.polygons(lines)) >= SMALLEST_ISLAND_M2])


def _layer(layer: str, lines: Geometries) -> pd.DataFrame:
    """One row with all lines of a layer."""
    shapes = polyline.encode(lines, np.zeros(len(lines), dtype=np.int64), count=1)
    return pd.DataFrame({"layer": [layer], "key": [""], "shape": shapes})


def _roads(edges: pd.DataFrame, view: shapely.Polygon) -> pd.DataFrame:
    """Join the edges of each road class and number into long lines: class, ref, line."""
    kind = edges["highway"].map(ROAD_CLASSES)
    chosen = edges[kind.notna()]
    chosen = chosen[chosen.geometry.intersects(view)]
    keys = [kind[chosen.index], chosen["ref"].fillna("")]
    shapes = pd.Series(chosen.geometry.to_numpy(), dtype="object", index=chosen.index)
    joined = {
        key: shapely.line_merge(shapely.multilinestrings(group.to_numpy()))
        for key, group in shapes.groupby(keys, sort=True)
    }
    parts, owner = shapely.get_parts(list(joined.values()), return_index=True)
    lines = shapely.simplify(parts, ROAD_TOLERANCE_M, preserve_topology=False)
    named = pd.DataFrame(list(joined), columns=["kind", "ref"]).iloc[owner]
    long = shapely.length(lines) >= SHORTEST_DRAWN_M
    return named.assign(line=lines)[long].reset_index(drop=True)


def _road_lines(roads: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for kind, group in roads.groupby("kind", sort=True):
        yield _layer(str(kind), group["line"].to_numpy())


def _shields(roads: pd.DataFrame) -> pd.DataFrame:
    """Place each main road's number once, half way along the longest piece of it."""
    main = roads[(roads["kind"] != "b_road") & (roads["ref"] != "")]
    length = shapely.length(main["line"].to_numpy())
    chosen = (
        main.assign(length=length)[length >= SHIELD_EVERY_M]
        .sort_values(["ref", "length"], ascending=[True, False], kind="stable")
        .drop_duplicates("ref")
    )
    middle = shapely.line_interpolate_point(chosen["line"].to_numpy(), 0.5, normalized=True)
    ranked = chosen.assign(rank=chosen["kind"].map(SHIELD_RANKS))
    return _labels("shield", ranked.rename(columns={"ref": "key"}), points=middle)


def _places(places: pd.DataFrame, view: shapely.Polygon) -> pd.DataFrame:
    named = places[places["kind"].isin([*PLACE_RANKS]) & places.geometry.intersects(view)]
    ranked = named.assign(rank=named["kind"].map(PLACE_RANKS)).sort_values(["rank", "place_id"])
    return _labels("place", ranked.rename(columns={"name": "key"}), points=ranked.geometry)


def _labels(layer: str, labels: pd.DataFrame, *, points: Geometries | pd.Series) -> pd.DataFrame:
    xy = shapely.get_coordinates(np.asarray(points))
    dots = shapely.linestrings(np.stack([xy, xy], axis=1))  # the repeated point is not encoded
    shapes = polyline.encode(dots, np.arange(len(dots)), count=len(dots))
    return pd.DataFrame(
        {
            "layer": layer,
            "key": labels["key"],
            "rank": labels["rank"].astype("float64"),
            "shape": shapes,
        }
    )
