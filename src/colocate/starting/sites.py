"""Rows of a register, columns of table `sites`: fire stations and police premises of raw lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from colocate import bng
from colocate.starting.reach import within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    import shapely

SAME_STATION_M = 600
"""An OSM fire station this near to a listed one is taken as the same (Bridport, the farthest of
the same name, is 504 m off; the next pair, 2.3 km off, is not the same)."""
ROUGH_M = 100
"""Listed points of a service are rough where half of them lie farther from the mapped station."""
TOWN_M = 8_000
"""A place whose name stands in the address is taken as the town up to this far from the site."""


def rough(stations: pd.DataFrame, /) -> set[str]:
    """Name the services whose listed points are rough, so that a mapped one is better.

    Args:
        stations: listed fire stations (frs, osm_dist_m), as text.
    """
    apart = pd.to_numeric(stations["osm_dist_m"])
    middle = apart[apart <= SAME_STATION_M].groupby(stations["frs"]).median()
    return set(middle.index[middle > ROUGH_M])


# long: one line for each column of a register
def fire_stations(
    stations: pd.DataFrame,
    /,
    *,
    bodies: Mapping[str, str],
    rough: AbstractSet[str],
    near: shapely.Geometry | None,
    over_border: bool,
) -> pd.DataFrame:
    """Return listed fire stations as rows of a register.

    Args:
        stations: Home Office fire stations with the nearest OSM station, as text.
        bodies: body_id by the service's name there.
        rough: services whose mapped point is better than the listed one.
        near: keep those within it; all of them where None.
        over_border: whether they are a neighbour's, which count for cover only.
    """
    rows = stations.reset_index(drop=True)
    mapped = pd.to_numeric(rows["osm_dist_m"]) <= SAME_STATION_M
    better = mapped & rows["frs"].isin(rough)
    found = points(rows.assign(lat=rows["osm_lat"], lon=rows["osm_lon"]), published=~better)
    inside = pd.Series(True, rows.index)
    if near is not None:
        inside &= within(near, east=found["easting"], north=found["northing"])
    title = rows["name"].str.replace(r" Fire Station$", "", regex=True)
    first = "X" + rows["frs"].map(initials) if over_border else "F"
    return pd.DataFrame(
        {
            "site_id": first + "-" + title.map(slug),
            "name": title + " Fire Station",
            "service": "fire",
            "body_id": rows.loc[inside, "frs"].map(bodies),
            "roles": "station",
            "status": "open",
            "status_note": "listed by the Home Office, February 2018; crewing not published there",
            "over_border": over_border,
            "address": rows["address"],
            "postcode": rows["postcode"],
            "postcode_basis": "stated",
            **found,
            "coordinate_source": np.where(better, "osm", "home_office"),
            "declared_area": rows["frs"].str.replace(" and ", " & "),
            "confidence": np.where(mapped, "high", "medium"),
            "source": "Home Office fire stations dataset (Feb 2018)",
            "as_of": "2018-02-01",
            "notes": np.where(
                mapped,
                "OSM fire station " + rows["osm_dist_m"] + " m from the listed point in Aug 2021",
                "no OSM fire station near the listed point in Aug 2021",
            ),
        }
    )[inside]


def police_sites(
    rows: pd.DataFrame,
    /,
    *,
    body_id: pd.Series,
    roles: pd.Series,
    status: pd.DataFrame,
    point: pd.Series,
    confidence: pd.Series,
) -> pd.DataFrame:
    """Return listed police premises as rows of a register.

    Args:
        rows: evidence of police premises, as text.
        body_id: the force of each.
        roles: what each is used for.
        status: columns status, status_note and as_of.
        point: where each point comes from.
        confidence: how sure each row is.
    """
    stated = rows["postcode_basis"].str.match("stated|HO fire dataset")
    return pd.DataFrame(
        {
            "site_id": rows["site_id"],
            "name": rows["name"],
            "service": "police",
            "body_id": body_id,
            "roles": roles,
            **status,
            "over_border": False,
            "address": rows["address"],
            "postcode": rows["postcode"],
            "postcode_basis": np.where(stated, "stated", "inferred"),
            **points(rows),
            "coordinate_source": point,
            "declared_area": rows["force"],
            "confidence": confidence,
            "source": with_point(rows),
            "notes": told(
                rows["notes"],
                unless_plain(rows["confidence"], prefix="confidence: ", plain=r"\w+"),
                "postcode " + rows["postcode_basis"],
            ),
        }
    )


def points(rows: pd.DataFrame, /, *, published: pd.Series | None = None) -> pd.DataFrame:
    """Eastings and northings, whole metres: as published, else from longitude and latitude.

    Args:
        rows: with lon and lat and, where published, easting and northing, as text.
        published: which rows have published ones; none by default.
    """
    converted = bng.to_bng(rows["lon"].astype(float), rows["lat"].astype(float))
    found = pd.DataFrame(np.round(converted).T, columns=["easting", "northing"], index=rows.index)
    found["coordinate_error_m"] = bng.transformation(bng.WGS84).accuracy_m
    if published is not None:
        given = rows.loc[published, ["easting", "northing"]].astype(float)
        found.loc[published, ["easting", "northing"]] = given
        found.loc[published, "coordinate_error_m"] = 0.0
    return found


def beside(rows: pd.DataFrame, /, others: pd.DataFrame, *, within_m: float) -> pd.Series:
    """Name the nearest of other sites to each; null where it is farther off.

    Args:
        rows: sites with easting and northing.
        others: sites to name.
        within_m: farthest that is named, included.
    """
    at = [table[["easting", "northing"]].to_numpy(dtype=float) for table in (rows, others)]
    apart, nearest = KDTree(at[1]).query(at[0])
    names = others["site_id"].to_numpy()[nearest]
    return pd.Series(names, rows.index, dtype="object").where(apart <= within_m)


def custody(rows: pd.DataFrame, /) -> pd.Series:
    """Say what the notes tell of the cells of each site that has any, and of when the record is.

    Args:
        rows: of a register, with notes, roles and as_of.
    """
    clause = rows["notes"].fillna("").str.extract(r"(?:^|;)\s*([^;]*(?:cell|custody)[^;]*)")[0]
    said = clause.fillna("so listed") + "; record of " + rows["as_of"]
    return said.where(rows["roles"].str.contains("custody"), "")


def towns(rows: pd.DataFrame, /, places: pd.DataFrame) -> list[str]:
    """Name the settlement near by that the address, or else the name, ends or begins with.

    Args:
        rows: of a register.
        places: place names (name, easting, northing).
    """
    by_name = places.groupby("name")[["easting", "northing"]]
    known = {name: group.to_numpy() for name, group in by_name}

    def near(name: str, site: tuple[float, float]) -> bool:
        return name in known and bool((np.hypot(*(known[name] - site).T) <= TOWN_M).any())

    return [
        next((text for text in _phrases(address) + _phrases(name) if near(text, site)), "")
        for address, name, *site in rows[["address", "name", "easting", "northing"]].itertuples(
            index=False
        )
    ]


def _phrases(text: str) -> list[str]:
    """Parts of a text that may name a place, the last first: whole, their ends, beginnings."""
    found = []
    for part in reversed(re.split(r"[,()]", text)):
        words = part.split()
        found += [" ".join(words[i:]) for i in range(len(words))]
        found += [" ".join(words[:i]) for i in range(len(words) - 1, 0, -1)]
    return found


def with_point(rows: pd.DataFrame, /) -> pd.Series:
    """Name the source of each row and that of its point.

    Args:
        rows: of a raw list.
    """
    return rows["source"] + "; point: " + rows["coord_source"]


def unless_plain(words: pd.Series, /, *, prefix: str, plain: str) -> pd.Series:
    """Keep the source's own words where the vocabulary says less than they do.

    Args:
        words: of the source.
        prefix: what to say before them.
        plain: pattern of words that the vocabulary says as much as.
    """
    return (prefix + words).where(~words.str.fullmatch(plain), "")


def told(*columns: pd.Series) -> list[str]:
    """Join what columns of text say of each row, empty ones left out.

    Args:
        columns: of text, empty where there is nothing to say.
    """
    return ["; ".join(part for part in parts if part) for parts in zip(*columns, strict=True)]


def initials(service: str, /) -> str:
    """Two letters: AV of Avon, DW of Dorset and Wiltshire.

    Args:
        service: its name.
    """
    words = service.upper().split(" AND ")
    return words[0][:2] if len(words) == 1 else words[0][0] + words[1][0]


def slug(name: str, /) -> str:
    """Return a name as part of an id: upper case, hyphens.

    Args:
        name: of a site.
    """
    return re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")
