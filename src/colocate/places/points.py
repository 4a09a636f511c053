"""Every point that something says a site stands at, and the choice among them.

A signed override wins; then come the register's coordinates, its grid reference, its UPRN, its
postcode, and an address that an online service knew. The site's point is the first of these without
a fault; what is passed over stays beside it, with how far away it lies and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate import bng, tables
from colocate.places.absurd import ABSURD, absurd
from colocate.tables.places import GAZETTEER, POINT_SOURCES
from colocate.tables.points import GEOCODE_CANDIDATES

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate import study

SQUARE_ERROR = 6**-0.5
"""Root mean square distance of a point anywhere in a square from its middle, in sides."""

BUILDING_RANK, STREET_RANK = 28, 26
"""Nominatim's place_rank: 28 and above a house or a thing in a building, 26 and 27 a street, below
that a settlement or an area (Nominatim documentation, ranking)."""

FAULTS = {
    "swapped": "easting and northing look exchanged",
    "degrees": "it looks like latitude and longitude",
    "off_grid": "it lies off the National Grid",
    "incomplete": "one of the two figures is missing",
    **{fault: f"it {told}" for fault, told in ABSURD.items()},
    "unreadable": "it cannot be read",
    "unknown": "no directory has a point for it",
    "coarse": "it names no street and no building",
    "several": "the service found several places",
}
"""Why a point may not be used, in words."""

WORDS = {
    "override": "the signed override",
    "coordinates": "the register's coordinates",
    "grid_reference": "the grid reference",
    "uprn": "the UPRN",
    "postcode": "the postcode",
    "address": "the address",
}

_SET_ASIDE_OUTSIDE = ("grid_reference", "uprn", "address")
_FIGURES = ["easting", "northing", "precision_m"]


class Evidence(NamedTuple):
    """What says where sites are, beside their registers."""

    gazetteer: pd.DataFrame
    """Table `gazetteer`, the postcodes of the sites."""
    overrides: pd.DataFrame
    """Table `overrides`."""
    uprns: pd.DataFrame | None = None
    """UPRNs of the sites: uprn, easting, northing; None where no file of them is named."""
    answers: pd.DataFrame | None = None
    """What online services answered: question, easting, northing, name, rank; best first."""


def candidates(
    sites: pd.DataFrame,
    /,
    *,
    evidence: Evidence,
    boundaries: gpd.GeoDataFrame,
    settings: study.Places,
) -> pd.DataFrame:
    """Gather every point that something says a site stands at, and mark the one to use.

    Args:
        sites: Table `sites`.
        evidence: What says where they are, beside themselves.
        boundaries: Table `boundaries`.
        settings: Section `places` of the study.

    Returns:
        Table `geocode_candidates`, by site and in the order in which they are believed.
    """
    areas = boundaries.loc[boundaries["kind"].isin(["fire_area", "police_area"]), "geometry"]
    home = shapely.geometrycollections(areas.to_numpy())
    found = {
        "override": _overrides(sites, evidence.overrides, settings=settings),
        "coordinates": _coordinates(sites, home=home, settings=settings),
        "grid_reference": _grid_references(sites, settings=settings),
        "uprn": _uprns(sites, evidence.uprns, settings=settings),
        "postcode": _postcodes(sites, evidence.gazetteer, settings=settings),
        "address": _addresses(sites, evidence.answers, settings=settings),
    }
    rows = pd.concat([points.assign(source=source) for source, points in found.items()],
                     ignore_index=True)  # fmt: skip
    rows = rows.astype(dict.fromkeys(_FIGURES, "float64") | {"given": "str", "fault": "str"})
    cannot_be = _absurd(rows, sites, gazetteer=evidence.gazetteer, home=home)
    for fault in (cannot_be, _outside(rows, home=home)):
        rows["fault"] = rows["fault"].where(rows["fault"] != "", fault)
    rows["fault"] = rows["fault"].where(rows["fault"] != "", _several(rows))
    rows["rank"] = rows["source"].map(POINT_SOURCES.index)
    rows = rows.sort_values(["site_id", "rank"], kind="stable", ignore_index=True)
    rows["candidate"] = rows.groupby("site_id").cumcount() + 1
    return tables.check(GEOCODE_CANDIDATES, _chosen(rows))


def address_of(sites: pd.DataFrame, /) -> pd.Series:
    """Return what an online service would be asked of each site: its address and town.

    The postcode is left out, so that the answer can be held against it.

    Args:
        sites: Table `sites`.
    """
    town = sites["town"].fillna("").str.strip()
    asked = sites["address"].str.strip().str.rstrip(",") + (", " + town).where(town != "", "")
    return asked.where(asked.fillna("") != "")


def _chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """Mark the first point without a fault of each site, and say of every one why."""
    sound = rows["fault"] == ""
    rows["used"] = sound & ~rows[sound]["site_id"].duplicated().reindex(rows.index, fill_value=True)
    used = rows[rows["used"]].set_index("site_id")
    there = rows["site_id"].map(used["source"]).astype("str")
    east, north = (rows["site_id"].map(used[at]).astype("float64") for at in _FIGURES[:2])
    rows["distance_m"] = np.hypot(rows["easting"] - east, rows["northing"] - north)
    aside = "not used: " + rows["fault"].map(FAULTS)
    later = "not used: it comes after " + there.map(WORDS)
    first = "used: " + rows["source"].map(WORDS)
    first = first.where(rows["source"] != "override", "used: " + rows["why"].fillna(""))
    rows["why"] = first.where(rows["used"], aside.where(rows["fault"] != "", later))
    rows["fault"] = rows["fault"].where(rows["fault"] != "")
    return rows


def _points(rows: pd.DataFrame, /, *, given: pd.Series, fault: str = "") -> pd.DataFrame:
    """Return rows as those of one source: site_id, given, a point, or the fault of having none."""
    bare = rows["easting"].isna() | rows["northing"].isna()
    return rows[["site_id", *_FIGURES]].assign(given=given, fault=np.where(bare, fault, ""))


def _overrides(
    sites: pd.DataFrame, overrides: pd.DataFrame, /, *, settings: study.Places
) -> pd.DataFrame:
    ours = overrides[overrides["site_id"].isin(sites["site_id"])]
    ours = ours.assign(precision_m=settings.precision_m["register"].value)
    signed = ours["who"] + ", " + ours["when"]
    points = _points(ours, given=signed)
    return points.assign(why="signed by " + signed + ": " + ours["why"])


def _coordinates(
    sites: pd.DataFrame, /, *, home: shapely.Geometry, settings: study.Places
) -> pd.DataFrame:
    """Return the registers' coordinates, with what makes them none in `fault`."""
    rows = sites[sites["easting"].notna() | sites["northing"].notna()]
    fault = pd.Series(bng.diagnose(rows["easting"], rows["northing"], home=home), rows.index)
    figures = {name: figure.value for name, figure in settings.precision_m.items()}
    precision = rows["coordinate_source"].fillna("register").map(figures)
    given = [f"{e:.10g}, {n:.10g}" for e, n in zip(rows["easting"], rows["northing"], strict=True)]
    return rows[["site_id", "easting", "northing"]].assign(
        given=given,
        precision_m=precision.astype("float64") + rows["coordinate_error_m"].fillna(0),
        fault=fault.replace("missing", "incomplete"),
    )


def _grid_references(sites: pd.DataFrame, /, *, settings: study.Places) -> pd.DataFrame:
    rows = sites.loc[sites["grid_reference"].notna(), ["site_id", "grid_reference"]]
    squares = [bng.read_grid_reference(text) for text in rows["grid_reference"]]
    figures = pd.DataFrame(
        [square or (np.nan,) * 3 for square in squares],
        columns=["easting", "northing", "side_m"],
        index=rows.index,
    )
    own = settings.precision_m["register"].value
    figures["precision_m"] = np.hypot(own, SQUARE_ERROR * figures["side_m"])
    return _points(rows.join(figures), given=rows["grid_reference"], fault="unreadable")


def _uprns(
    sites: pd.DataFrame, uprns: pd.DataFrame | None, /, *, settings: study.Places
) -> pd.DataFrame:
    if uprns is None:
        uprns, sites = pd.DataFrame(columns=["uprn", "easting", "northing"]), sites.iloc[:0]
    rows = sites.loc[sites["uprn"].notna(), ["site_id", "uprn"]]
    plain = rows["uprn"].str.strip().str.lstrip("0")
    rows = rows.assign(precision_m=settings.uprn_m.value, plain=plain.astype("str")).merge(
        uprns.astype({"uprn": "str"}), left_on="plain", right_on="uprn", how="left"
    )
    points = _points(rows, given=rows["uprn_x"], fault="unknown")
    return points.assign(
        fault=points["fault"].where(rows["plain"].str.fullmatch(r"[0-9]{1,12}"), "unreadable")
    )


def _postcodes(
    sites: pd.DataFrame, gazetteer: pd.DataFrame, /, *, settings: study.Places
) -> pd.DataFrame:
    rows = sites.loc[sites["postcode"].notna(), ["site_id", "postcode", "postcode_basis",
                     "postcode_given"]].merge(
        gazetteer[GAZETTEER.names], on="postcode", how="left", validate="m:1"
    )  # fmt: skip
    repaired = rows["postcode"] + " from “" + rows["postcode_given"].str[:60] + "”"
    given = repaired.where(rows["postcode_basis"] == "repaired", rows["postcode"])
    rows = rows.assign(precision_m=settings.precision_m["postcode"].value)
    return _points(rows, given=given, fault="unknown")


def _addresses(
    sites: pd.DataFrame, answers: pd.DataFrame | None, /, *, settings: study.Places
) -> pd.DataFrame:
    if answers is None:
        answers, sites = _NO_ANSWERS, sites.iloc[:0]
    asked = pd.DataFrame({"site_id": sites["site_id"], "question": address_of(sites)})
    rows = asked.merge(answers, on="question", validate="m:m")
    house, street = (settings.precision_m[name].value for name in ("osm", "street_midpoint"))
    rows["precision_m"] = np.where(rows["rank"] >= BUILDING_RANK, house, street)
    points = _points(rows, given=rows["question"] + ": " + rows["name"])
    return points.assign(fault=np.where(rows["rank"] < STREET_RANK, "coarse", ""))


_NO_ANSWERS = pd.DataFrame({
    "question": pd.Series(dtype="str"), "easting": pd.Series(dtype="float64"),
    "northing": pd.Series(dtype="float64"), "name": pd.Series(dtype="str"),
    "rank": pd.Series(dtype="float64"),
})  # fmt: skip


def _absurd(
    rows: pd.DataFrame,
    sites: pd.DataFrame,
    /,
    *,
    gazetteer: pd.DataFrame,
    home: shapely.Geometry,
) -> pd.Series:
    """Say of points, but those signed and those of postcodes, whether they can be a site's."""
    post = gazetteer.rename(columns={"easting": "postcode_e", "northing": "postcode_n"})
    known = sites[["site_id", "postcode", "postcode_basis"]].merge(post, on="postcode", how="left")
    said = pd.Series("", index=rows.index, dtype="str")
    for source in ("coordinates", *_SET_ASIDE_OUTSIDE):
        own = rows.loc[rows["source"] == source, ["site_id", "easting", "northing"]]
        joined = own.merge(known, on="site_id", how="left").set_index(own.index)
        said[own.index] = absurd(joined, home=home)
    return said


def _outside(rows: pd.DataFrame, *, home: shapely.Geometry) -> pd.Series:
    """Say of points that need not be believed whether they lie in no area of the study."""
    said = pd.Series("", index=rows.index, dtype="str")
    asked = rows[rows["source"].isin(_SET_ASIDE_OUTSIDE) & rows["easting"].notna()]
    gap = shapely.distance(shapely.points(asked["easting"], asked["northing"]), home)
    said[asked.index[gap > asked["precision_m"]]] = "outside"
    return said


def _several(rows: pd.DataFrame) -> pd.Series:
    """Say of addresses whether what the service found lies farther apart than one of it is sure."""
    said = pd.Series("", index=rows.index, dtype="str")
    fit = rows[(rows["source"] == "address") & (rows["fault"] == "")]
    for _, group in fit.groupby("site_id"):
        first = group.iloc[0]
        apart = np.hypot(group["easting"] - first["easting"], group["northing"] - first["northing"])
        if (apart > first["precision_m"]).any():
            said = said.mask(rows["site_id"].eq(first["site_id"]) & rows["source"].eq("address"),
                             "several")  # fmt: skip
    return said
