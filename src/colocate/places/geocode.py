"""Where each site is: the point chosen of those it has; how sure, and what disagrees.

Nothing is put right here. Coordinates that cannot be what they say are set aside, a site that
cannot be located is excluded, and every disagreement between independent pieces of evidence goes
to `issues` for somebody to look at.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate import bng, tables
from colocate.places.absurd import ABSURD
from colocate.places.points import FAULTS, WORDS
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
    "grid_reference_unreadable": "Grid reference {given} cannot be read; expected two letters and "
    "an even number of figures, as SX 920 930. Correct it in the register.",
    "point_set_aside": "{source_words} {given} gives no point to use: {fault_words}. Check it.",
    "points_disagree": "{source_words} {given} lies {distance_m:.0f} m from the point used; "
    "{agrees_m:.0f} m or less is expected. Check both, and sign an override if need be.",
    "point_overridden": "The point is {ground}.",
    "address_only": "Nothing but {given} says where it is. Confirm it, and sign an override.",
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

_SEVERITIES = {"not_located": "excluded", "point_overridden": "note"}
"""Those of rules that are no mere doubt."""

_POINT = ["easting", "northing", "precision_m"]

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
    candidates: pd.DataFrame,
    gazetteer: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
    settings: study.Places,
    fire_area: str,
) -> Located:
    """Give every site its point, its precision and what independent evidence says of it.

    Args:
        sites: Table `sites`.
        candidates: Table `geocode_candidates` of these sites.
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
    used = candidates.loc[candidates["used"], ["site_id", "source", *_POINT]]
    used = used.rename(columns={"source": "geocode_method", "easting": "x", "northing": "y"})
    placed = rows.merge(used, on="site_id", validate="1:1")
    located = gpd.GeoDataFrame(
        placed, geometry=gpd.points_from_xy(placed["x"], placed["y"]), crs=bng.BNG
    )
    located = _check_postcode(located, settings)
    located = _check_object(located, objects, settings=settings)
    for kind in ("fire_area", "police_area"):
        located[kind] = _area(located, boundaries[boundaries["kind"] == kind])
    located["in_area"] = (located["fire_area"] == fire_area).astype(bool)
    located["declared_gap_m"] = declared_gap(located, boundaries)
    return Located(
        tables.check(LOCATED_SITES, located),
        _issues(rows, located, candidates=candidates, settings=settings),
    )


def _source(located: pd.DataFrame) -> pd.Series:
    """Return what each point was taken from: `coordinate_source`, or what gave it instead."""
    by_coordinates = located["geocode_method"] == "coordinates"
    source = located["coordinate_source"].fillna("register")
    return source.where(by_coordinates, located["geocode_method"])


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
    points, grounds = located.geometry.to_numpy(), areas.geometry.to_numpy()
    area, point = shapely.STRtree(points).query(grounds, predicate="intersects")
    out = np.setdiff1d(np.arange(len(points)), point)
    precision_m = located["precision_m"].to_numpy()[out]
    # A point far from every area is not held against each: of many, that takes minutes.
    (lost, near), gap = shapely.STRtree(grounds).query_nearest(
        points[out], max_distance=1 + precision_m.max(initial=0.0), return_distance=True
    )
    close = gap <= precision_m[lost]
    of = pd.Series(np.r_[area, near[close]], index=np.r_[point, out[lost[close]]], dtype="int64")
    first = of.groupby(level=0).min()
    names = areas["name"].to_numpy()[first]
    return pd.Series(names, located.index[first.index], dtype="str").reindex(located.index)


def declared_gap(located: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Return how far each point lies outside its declared area; null where none can be checked.

    Args:
        located: points with their `declared_area`.
        boundaries: Table `boundaries`.
    """
    areas = boundaries[boundaries["kind"] != "land"]
    grounds = areas.geometry.groupby(_plain(areas["name"]))
    polygons = {name: shapely.geometrycollections(each.to_numpy()) for name, each in grounds}
    gap = pd.Series(np.nan, index=located.index)
    for name, points in located.geometry.groupby(_plain(located["declared_area"])):
        if name in polygons:
            gap[points.index] = shapely.distance(points.to_numpy(), polygons[name])
    return gap


def _plain(names: pd.Series) -> pd.Series:
    """Return names as they compare: whatever their case, with `and` for `&`."""
    return names.str.casefold().str.replace("&", "and").str.strip()


def _issues(
    rows: pd.DataFrame,
    located: gpd.GeoDataFrame,
    /,
    *,
    candidates: pd.DataFrame,
    settings: study.Places,
) -> pd.DataFrame:
    """Tell which sites could not be located, and what disagrees about the others."""
    rows = rows.assign(
        postcode_story=("the directory has no point for postcode " + rows["postcode"]).fillna(
            "no postcode given"
        ),
    )
    no_area = located["fire_area"].isna() | located["police_area"].isna()
    told = {
        "not_located": rows[~rows["site_id"].isin(located["site_id"])],
        **_of_candidates(rows, candidates, settings=settings),
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
            "geocode", "sites", row["site_id"], rule, _SEVERITIES.get(rule, "doubt"),
            _MESSAGES[rule].format_map({**limits, **row}),
        )
        for rule, those in told.items()
        for row in those[_named(rule, those)].to_dict("records")
    ]  # fmt: skip
    return tables.check(ISSUES, tables.issue_rows(sorted(found)))


def _named(rule: str, those: pd.DataFrame) -> list[str]:
    """Return the columns that a rule's message names, with the id."""
    fields = {name for _, name, *_ in Formatter().parse(_MESSAGES[rule]) if name}
    return [*those.columns.intersection([*sorted(fields), "site_id"])]


def _of_candidates(
    rows: pd.DataFrame, candidates: pd.DataFrame, /, *, settings: study.Places
) -> dict[str, pd.DataFrame]:
    """Return, by rule, the points that were set aside, overridden or lie far from the one used."""
    each = candidates.assign(
        source_words=candidates["source"].map(WORDS).str.replace("the ", "The ", n=1),
        fault_words=candidates["fault"].map(FAULTS),
        agrees_m=_agrees(candidates, settings),
        ground=candidates["why"].str.removeprefix("used: "),
    )
    source, used = each["source"], each["used"]
    overridden = each["site_id"].isin(each.loc[used & (source == "override"), "site_id"])
    by_coordinates = rows[["site_id", "easting", "northing"]].merge(
        each.loc[source == "coordinates", ["site_id", "fault"]], on="site_id"
    )
    by_coordinates["absurd"] = by_coordinates["fault"].map(ABSURD)
    unread = (source == "grid_reference") & (each["fault"] == "unreadable")
    aside = source.isin(["grid_reference", "uprn", "address"]) & each["fault"].notna() & ~unread
    apart = each["fault"].isna() & (each["distance_m"] > each["agrees_m"]) & ~overridden
    return {
        f"coordinates_{fault}": by_coordinates[by_coordinates["fault"] == fault]
        for fault in ("swapped", "degrees", "off_grid", "incomplete")
    } | {
        "coordinates_absurd": by_coordinates[by_coordinates["absurd"].notna()],
        "grid_reference_unreadable": each[unread],
        "point_set_aside": each[aside].drop_duplicates(["site_id", "source"]),
        "points_disagree": each[apart & (source != "postcode")].drop_duplicates("site_id"),
        "point_overridden": each[used & (source == "override")],
        "address_only": each[used & (source == "address")],
    }


def _agrees(candidates: pd.DataFrame, settings: study.Places) -> pd.Series:
    """Return how far each point may lie from the one used and still mean the same plot, in metres.

    Three times the error of both together, and no less than what a plot and a mapped object may be
    apart.
    """
    used = candidates[candidates["used"]].set_index("site_id")["precision_m"]
    error = np.hypot(candidates["precision_m"], candidates["site_id"].map(used).astype("float64"))
    return (3 * error).clip(lower=settings.object_agrees_m.value)
