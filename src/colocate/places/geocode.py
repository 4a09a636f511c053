"""Where each site is: given coordinates first, then its postcode; how sure, and what disagrees.

Nothing is put right here. Coordinates that cannot be what they say are set aside, a site that
cannot be located is excluded, and every disagreement between independent pieces of evidence goes
to `issues` for somebody to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate import bng, tables
from colocate.places.absurd import ABSURD, absurd
from colocate.tables.places import ISSUES, LOCATED_SITES

if TYPE_CHECKING:
    from colocate import study

_MESSAGES = {
    "not_located": "No usable coordinates, and {postcode_story}. Give one of the two.",
    "coordinates_swapped": "Easting {easting:g} and northing {northing:g} look swapped; they are "
    "set aside. Correct them in the register.",
    "coordinates_degrees": "Easting {easting:g} and northing {northing:g} look like latitude and "
    "longitude; they are set aside. Correct them, or set the register's crs.",
    "coordinates_off_grid": "Easting {easting:g} and northing {northing:g} lie off the National "
    "Grid; they are set aside. Correct them, or set the register's crs.",
    "coordinates_incomplete": "Easting {easting:g}, northing {northing:g}: one of the two is "
    "missing; the other is set aside. Complete them in the register.",
    "coordinates_absurd": "The point {easting:g}, {northing:g} {absurd}; it is set aside. Correct "
    "it in the register.",
    "postcode_far_from_point": "The point lies {postcode_distance_m:.0f} m from postcode "
    "{postcode}; {postcode_agrees_m:g} m or less is expected. Check both.",
    "postcode_unknown": "The directory has no point for postcode {postcode}. Check it.",
    "postcode_ended": "Postcode {postcode} is no longer in use. Find the present one.",
    "object_far": "The nearest mapped {service} object lies {object_distance_m:.0f} m away; "
    "{object_agrees_m:g} m or less is expected. Check the point.",
    "outside_areas": "The point lies in no fire area or no police area of table boundaries.",
    "outside_declared_area": "The point lies {declared_gap_m:.0f} m outside {declared_area}. "
    "Check both.",
}
"""What each rule says of a row, whose columns stand in braces."""

_OBJECT_OF = {"fire": "fire_station", "police": "police"}
"""Which kind of object should stand where a service's site is."""


class Located(NamedTuple):
    """Tables `located_sites` and `issues`."""

    located_sites: gpd.GeoDataFrame
    issues: pd.DataFrame


def locate(
    sites: pd.DataFrame,
    /,
    *,
    gazetteer: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
    settings: study.Places,
    fire_area: str,
) -> Located:
    """Give every site a point, its precision and what independent evidence says of it.

    Args:
        sites: Table `sites`.
        gazetteer: Table `gazetteer`, the postcodes of the sites.
        boundaries: Table `boundaries`.
        objects: Table `objects`.
        settings: Section `places` of the study: limits of agreement and precisions, in metres.
        fire_area: Name of the study's fire area in `boundaries`.

    Returns:
        One row in `located_sites` for each site, by id, or one issue of severity `excluded`.
    """
    rows = sites.sort_values("site_id", ignore_index=True).merge(
        gazetteer.rename(columns={"easting": "postcode_e", "northing": "postcode_n"}),
        on="postcode", how="left", validate="m:1",
    )  # fmt: skip
    rows["fault"] = _faults(rows, boundaries)
    given = rows["fault"] == ""
    known = rows["postcode_e"].notna() & rows["postcode_n"].notna()
    rows["geocode_method"] = np.where(given, "coordinates", "postcode")
    rows["x"] = rows["easting"].where(given, rows["postcode_e"])
    rows["y"] = rows["northing"].where(given, rows["postcode_n"])
    placed = rows[given | known].reset_index(drop=True)
    located = gpd.GeoDataFrame(
        placed, geometry=gpd.points_from_xy(placed["x"], placed["y"]), crs=bng.BNG
    )
    located["precision_m"] = _precision(located, settings)
    located = _check_postcode(located, settings)
    located = _check_object(located, objects, settings=settings)
    for kind in ("fire_area", "police_area"):
        located[kind] = _area(located, boundaries[boundaries["kind"] == kind])
    located["in_area"] = (located["fire_area"] == fire_area).astype(bool)
    located["declared_gap_m"] = _declared_gap(located, boundaries)
    return Located(
        tables.check(LOCATED_SITES, located),
        _issues(rows, located, settings=settings),
    )


def _faults(rows: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Say why coordinates cannot be used: empty where they can, `missing` where there are none."""
    areas = boundaries.loc[boundaries["kind"].isin(["fire_area", "police_area"]), "geometry"]
    home = areas.union_all()
    faults = pd.Series(bng.diagnose(rows["easting"], rows["northing"], home=home), dtype="str")
    one = rows["easting"].notna() ^ rows["northing"].notna()
    return faults.mask(one, "incomplete").where(faults != "", absurd(rows, home=home))


def _source(located: pd.DataFrame) -> pd.Series:
    """Return what each point was taken from, in the words of `coordinate_source`."""
    source = located["coordinate_source"].fillna("register")
    return source.mask(located["geocode_method"] == "postcode", "postcode")


def _precision(located: pd.DataFrame, settings: study.Places) -> pd.Series:
    """Return the expected error in metres: the source's, and what a conversion added."""
    precision = {name: figure.value for name, figure in settings.precision_m.items()}
    converted = located["coordinate_error_m"].where(located["geocode_method"] == "coordinates")
    return _source(located).map(precision).astype("float64") + converted.fillna(0)


def _check_postcode(located: gpd.GeoDataFrame, settings: study.Places) -> gpd.GeoDataFrame:
    """Compare the point with its postcode's, unless one was made from the other."""
    east, north = located["x"] - located["postcode_e"], located["y"] - located["postcode_n"]
    by_postcode = located["geocode_method"] == "postcode"
    distance = np.hypot(east, north).mask(by_postcode)
    derived = (located["postcode_basis"] == "inferred") | (_source(located) == "postcode")
    check = np.select(
        [
            located["postcode"].isna(),
            by_postcode,
            distance.isna(),
            derived,
            distance <= settings.postcode_agrees_m.value,
        ],
        ["no_postcode", "not_independent", "unknown_postcode", "not_independent", "agrees"],
        default="disagrees",
    )
    return located.assign(
        postcode_check=pd.Series(check, dtype="str"), postcode_distance_m=distance
    )


def _check_object(
    located: gpd.GeoDataFrame, objects: gpd.GeoDataFrame, *, settings: study.Places
) -> gpd.GeoDataFrame:
    """Compare the point with the nearest object of its service, unless it was taken from one.

    An object beyond the search distance is another site's and says nothing of this one.
    """
    distance = pd.Series(np.nan, index=located.index)
    for service, kind in _OBJECT_OF.items():
        there = objects.geometry[objects["kind"] == kind].to_numpy()
        points = located.geometry[located["service"] == service]
        if len(there) and len(points):
            nearest = there[shapely.STRtree(there).nearest(points.to_numpy())]
            distance[points.index] = shapely.distance(points.to_numpy(), nearest)
    check = np.select(
        [
            distance.isna() | (distance > settings.object_search_m.value),
            _source(located) == "osm",
            distance <= settings.object_agrees_m.value,
        ],
        ["no_object", "not_independent", "agrees"],
        default="far",
    )
    return located.assign(object_check=pd.Series(check, dtype="str"), object_distance_m=distance)


def _area(located: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Return the area each point lies in, its edge included; the first by name on a shared edge.

    A point outside every area, on a pier say, is of the nearest one within its own precision.
    """
    areas = areas.sort_values("name")
    (point, area), gap = shapely.STRtree(areas.geometry.to_numpy()).query_nearest(
        located.geometry.to_numpy(), return_distance=True
    )
    near = gap <= located["precision_m"].to_numpy()[point]
    first = pd.Series(area[near], dtype="int64").groupby(point[near]).min()
    names = pd.Series(areas["name"].to_numpy()[first], index=first.index, dtype="str")
    return names.reindex(located.index)


def _declared_gap(located: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Return how far each point lies outside its declared area; null where none can be checked."""
    areas = boundaries[boundaries["kind"] != "land"]
    polygons = dict(areas.geometry.groupby(_plain(areas["name"])).agg(shapely.union_all))
    gap = pd.Series(np.nan, index=located.index)
    for name, points in located.geometry.groupby(_plain(located["declared_area"])):
        if name in polygons:
            gap[points.index] = shapely.distance(points.to_numpy(), polygons[name])
    return gap


def _plain(names: pd.Series) -> pd.Series:
    """Return names as they compare: whatever their case, with `and` for `&`."""
    return names.str.casefold().str.replace("&", "and").str.strip()


def _issues(
    rows: pd.DataFrame, located: gpd.GeoDataFrame, /, *, settings: study.Places
) -> pd.DataFrame:
    """Tell which sites could not be located, and what disagrees about the others."""
    rows = rows.assign(
        absurd=rows["fault"].map(ABSURD),
        postcode_story=("the directory has no point for postcode " + rows["postcode"]).fillna(
            "no postcode given"
        ),
    )
    no_area = located["fire_area"].isna() | located["police_area"].isna()
    told = {
        "not_located": rows[~rows["site_id"].isin(located["site_id"])],
        "coordinates_swapped": rows[rows["fault"] == "swapped"],
        "coordinates_degrees": rows[rows["fault"] == "degrees"],
        "coordinates_off_grid": rows[rows["fault"] == "off_grid"],
        "coordinates_incomplete": rows[rows["fault"] == "incomplete"],
        "coordinates_absurd": rows[rows["absurd"].notna()],
        "postcode_far_from_point": located[located["postcode_check"] == "disagrees"],
        "postcode_unknown": located[located["postcode_check"] == "unknown_postcode"],
        "postcode_ended": located[located["terminated"].fillna(value=False)],
        "object_far": located[located["object_check"] == "far"],
        "outside_areas": located[no_area],
        "outside_declared_area": located[located["declared_gap_m"] > located["precision_m"]],
    }
    limits = {
        "postcode_agrees_m": settings.postcode_agrees_m.value,
        "object_agrees_m": settings.object_agrees_m.value,
    }
    found = [
        (
            "geocode", "sites", row["site_id"], rule,
            "excluded" if rule == "not_located" else "doubt",
            _MESSAGES[rule].format_map({**row, **limits}),
        )
        for rule, those in told.items()
        for row in those.to_dict("records")
    ]  # fmt: skip
    return tables.check(ISSUES, tables.issue_rows(sorted(found)))
