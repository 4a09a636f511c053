"""`sites.csv`: the fire and police registers and the neighbours' fire stations in one schema.

Nothing about a single site is decided in code. What the sources' own words mean stands in
`statuses.csv` and `vocabulary.csv`, what was read in the notes of a row in `desks.csv` and
`corrections.csv`, each with its reason.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from files import BuildError, read_text, refuse
from reach import within

from colocate import bng
from colocate.tables import TABLES

if TYPE_CHECKING:
    import shapely

HERE = Path(__file__).parent
TOUCHDOWN = "usable by D&C Police"
"""In the notes of every Devon fire station that the police may use since August 2019."""
SAME_STATION_M = 600
"""An OSM fire station this near to a listed one is taken as the same (Bridport, the farthest of
the same name, is 504 m off; the next pair, 2.3 km off, is not the same)."""
TOWN_M = 8_000
"""A place whose name stands in the address is taken as the town up to this far from the site."""


class Readings(NamedTuple):
    """What people decided on reading the sources; one table a file."""

    statuses: pd.DataFrame
    vocabulary: pd.DataFrame
    desks: pd.DataFrame
    corrections: pd.DataFrame

    def meaning(self, field: str, verbatim: pd.Series) -> pd.Series:
        """Translate the sources' words of one field.

        Raises:
            BuildError: a word is not in `vocabulary.csv`.
        """
        values = self.words(field)
        refuse(verbatim[~verbatim.isin(values.index)], where="vocabulary.csv", what=field)
        return verbatim.map(values)

    def words(self, field: str) -> pd.Series:
        """Return the values of one field by the sources' words."""
        of_field = self.vocabulary[self.vocabulary["field"] == field]
        return of_field.set_index("verbatim")["value"]


def readings() -> Readings:
    """Read the decisions that lie beside this file."""
    return Readings(*(read_text(HERE / f"{name}.csv") for name in Readings._fields))


def sites(
    *,
    fire: pd.DataFrame,
    police: pd.DataFrame,
    stations: pd.DataFrame,
    places: pd.DataFrame,
    reach: shapely.Geometry,
) -> pd.DataFrame:
    """Return the register, columns of table `sites`.

    Args:
        fire: evidence of the fire service's premises, one row each.
        police: evidence of police premises, one row each.
        stations: Home Office fire stations of the south-west, with the nearest OSM station.
        places: place names (name, easting, northing), to tell the town.
        reach: area within which neighbours' stations count.
    """
    read = readings()
    parts = [
        _fire(fire, stations, read=read),
        _police(police, read),
        _neighbours(stations, read, reach=reach),
    ]
    rows = _desks(pd.concat(parts, ignore_index=True), read.desks)
    rows = rows.assign(town=_towns(rows, places), disclosure="public")
    return _corrected(rows, read.corrections).sort_values("site_id")


def _fire(fire: pd.DataFrame, stations: pd.DataFrame, *, read: Readings) -> pd.DataFrame:
    """Devon & Somerset premises; published eastings and northings for the listed stations."""
    listed = stations[stations["frs"] == "Devon and Somerset"]
    rows = fire.merge(
        listed[["lat", "lon", "easting", "northing"]], on=["lat", "lon"], how="left", validate="1:1"
    )
    point = read.meaning("point", rows["coord_source"])
    published = rows["easting"].notna()
    if not (published == (point == "home_office")).all() or published.sum() != len(listed):
        raise BuildError("fire_sites_evidence.csv: its Home Office stations are not those listed.")
    guessed = rows["source"].str.contains("general knowledge|inferred", case=False)
    touchdown = rows["notes"].str.contains(TOUCHDOWN, regex=False)
    return pd.DataFrame(
        {
            "site_id": rows["site_id"],
            "name": rows["name"],
            "service": "fire",
            "body_id": "dsfra",
            "roles": read.meaning("type", rows["type"]) + np.where(touchdown, ";touchdown", ""),
            **_status(rows["status"], read),
            "crewing": read.meaning("crewing", rows["crewing"]),
            "over_border": False,
            "address": rows["address"],
            "postcode": rows["postcode"],
            "postcode_basis": np.where(guessed, "inferred", "stated"),
            **_points(rows, published=published),
            "coordinate_source": point,
            "declared_area": _authority(rows["local_authority_2022"], read),
            "confidence": read.meaning("confidence", rows["confidence"]),
            "source": rows["source"].where(published, _with_point(rows)),
            "notes": _joined(
                rows["notes"],
                _unless_plain(rows["type"], prefix="premises: ", plain=r"[a-z_]+"),
                _unless_plain(rows["confidence"], prefix="confidence: ", plain=r"\w+"),
                rows["coresponder_2016"].map({"Yes": "ambulance co-responder in 2016"}).fillna(""),
            ),
        }
    )


def _police(rows: pd.DataFrame, read: Readings) -> pd.DataFrame:
    stated = rows["postcode_basis"].str.match("stated|HO fire dataset")
    return pd.DataFrame(
        {
            "site_id": rows["site_id"],
            "name": rows["name"],
            "service": "police",
            "body_id": read.meaning("body", rows["force"]),
            "roles": read.meaning("type", rows["type"]),
            **_status(rows["status"], read),
            "over_border": False,
            "address": rows["address"],
            "postcode": rows["postcode"],
            "postcode_basis": np.where(stated, "stated", "inferred"),
            **_points(rows),
            "coordinate_source": read.meaning("point", rows["coord_source"]),
            "declared_area": rows["force"],
            "confidence": read.meaning("confidence", rows["confidence"]),
            "source": _with_point(rows),
            "notes": _joined(
                rows["notes"],
                _unless_plain(rows["confidence"], prefix="confidence: ", plain=r"\w+"),
                "postcode " + rows["postcode_basis"],
            ),
        }
    )


def _neighbours(stations: pd.DataFrame, read: Readings, *, reach: shapely.Geometry) -> pd.DataFrame:
    """Fire stations of the neighbouring services inside `reach`: they count for cover only."""
    rows = stations[stations["frs"] != "Devon and Somerset"].reset_index(drop=True)
    mapped = pd.to_numeric(rows["osm_dist_m"]) <= SAME_STATION_M
    better = mapped & (rows["frs"] == "Dorset and Wiltshire")  # whose listed points are rough
    points = _points(rows.assign(lat=rows["osm_lat"], lon=rows["osm_lon"]), published=~better)
    near = within(reach, east=points["easting"], north=points["northing"])
    title = rows["name"].str.replace(r" Fire Station$", "", regex=True)
    return pd.DataFrame(
        {
            "site_id": "X" + rows["frs"].map(_initials) + "-" + title.map(_slug),
            "name": title + " Fire Station",
            "service": "fire",
            "body_id": read.meaning("body", rows.loc[near, "frs"]),
            "roles": "station",
            "status": "open",
            "status_note": "listed by the Home Office, February 2018; crewing not published there",
            "over_border": True,
            "address": rows["address"],
            "postcode": rows["postcode"],
            "postcode_basis": "stated",
            **points,
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
    )[near]


def _status(verbatim: pd.Series, read: Readings) -> pd.DataFrame:
    """Columns status, status_note (the source's words first) and as_of."""
    by_words = read.statuses.set_index("verbatim")
    refuse(verbatim[~verbatim.isin(by_words.index)], where="statuses.csv", what="status")
    found = by_words.loc[verbatim].set_index(verbatim.index)
    return found.assign(status_note=verbatim + ": " + found["reason"]).drop(columns="reason")


def _points(rows: pd.DataFrame, *, published: pd.Series | None = None) -> pd.DataFrame:
    """Eastings and northings, whole metres: as published, else from longitude and latitude."""
    converted = bng.to_bng(rows["lon"].astype(float), rows["lat"].astype(float))
    points = pd.DataFrame(np.round(converted).T, columns=["easting", "northing"])
    points["coordinate_error_m"] = bng.transformation(bng.WGS84).accuracy_m
    if published is not None:
        given = rows.loc[published, ["easting", "northing"]].astype(float)
        points.loc[published, ["easting", "northing"]] = given
        points.loc[published, "coordinate_error_m"] = 0.0
    return points


def _desks(rows: pd.DataFrame, desks: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of public desks; an open one is a role, and may be the latest evidence."""
    refuse(set(desks["site_id"]) - set(rows["site_id"]), where="desks.csv", what="site")
    found = desks.set_index("site_id").reindex(rows["site_id"], fill_value="").set_index(rows.index)
    later = found["as_of"] > rows["as_of"]
    return rows.assign(
        desk=found["desk"],
        desk_evidence=found["evidence"].where(
            (found["as_of"] != "") | (found["evidence"] == ""), found["evidence"] + ", undated"
        ),
        custody_evidence=_custody(rows),
        roles=rows["roles"] + found["desk"].map({"open": ";front_desk"}).fillna(""),
        as_of=rows["as_of"].mask(later, found["as_of"]),
        status_note=rows["status_note"].mask(later, rows["status_note"] + "; " + found["evidence"]),
    )


def _custody(rows: pd.DataFrame) -> pd.Series:
    """Say what the notes tell of the cells of each site that has any, and of when the record is."""
    clause = rows["notes"].fillna("").str.extract(r"(?:^|;)\s*([^;]*(?:cell|custody)[^;]*)")[0]
    told = clause.fillna("so listed") + "; record of " + rows["as_of"]
    return told.where(rows["roles"].str.contains("custody"), "")


def _corrected(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Put the corrections in place of what the sources say.

    Raises:
        BuildError: a correction names a site or column that is not there.
    """
    table = rows.set_index("site_id").reindex(columns=TABLES["sites"].names[1:]).astype("object")
    for row in corrections.itertuples():
        if row.site_id not in table.index or row.column not in table.columns:
            raise BuildError(f"corrections.csv: no {row.site_id}.{row.column}.")
        table.loc[row.site_id, row.column] = row.value
    return table.infer_objects().reset_index()


def _towns(rows: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """Name the settlement near by that the address, or else the name, ends or begins with."""
    by_name = places.groupby("name")[["easting", "northing"]]
    points = {name: group.to_numpy() for name, group in by_name}

    def near(name: str, site: tuple[float, float]) -> bool:
        return name in points and bool((np.hypot(*(points[name] - site).T) <= TOWN_M).any())

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


def _authority(districts: pd.Series, read: Readings) -> pd.Series:
    """Name the authority that took a district's place since 2022, if any did."""
    return districts.map(read.words("area")).fillna(districts)


def _with_point(rows: pd.DataFrame) -> pd.Series:
    return rows["source"] + "; point: " + rows["coord_source"]


def _unless_plain(words: pd.Series, *, prefix: str, plain: str) -> pd.Series:
    """Keep the source's own words where the vocabulary says less than they do."""
    return (prefix + words).where(~words.str.fullmatch(plain), "")


def _joined(*columns: pd.Series) -> list[str]:
    return ["; ".join(part for part in parts if part) for parts in zip(*columns, strict=True)]


def _initials(service: str) -> str:
    """Two letters: AV of Avon, DW of Dorset and Wiltshire."""
    words = service.upper().split(" AND ")
    return words[0][:2] if len(words) == 1 else words[0][0] + words[1][0]


def _slug(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")
