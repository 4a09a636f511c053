"""`sites.csv`: the fire and police registers and the neighbours' fire stations in one schema.

Nothing about a single site is decided in code. What the sources' own words mean stands in
`statuses.csv` and `vocabulary.csv`, what was read in the notes of a row in `desks.csv` and
`corrections.csv`, each with its reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from files import BuildError, refuse

from colocate.starting.decided import WORDS
from colocate.starting.reading import raw_text
from colocate.starting.sites import (
    custody,
    fire_stations,
    points,
    police_sites,
    rough,
    told,
    towns,
    unless_plain,
    with_point,
)
from colocate.tables import TABLES

if TYPE_CHECKING:
    import shapely

HERE = Path(__file__).parent
TOUCHDOWN = "usable by D&C Police"
"""In the notes of every Devon fire station that the police may use since August 2019."""


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
    """Read the decisions that lie beside this file; any study's words come first."""
    read = {name: raw_text(HERE / f"{name}.csv") for name in Readings._fields}
    words = pd.concat([raw_text(WORDS), read["vocabulary"]], ignore_index=True)
    return Readings(**{**read, "vocabulary": words})


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
    rows = rows.assign(town=towns(rows, places), disclosure="public")
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
            **points(rows, published=published),
            "coordinate_source": point,
            "declared_area": _authority(rows["local_authority_2022"], read),
            "confidence": read.meaning("confidence", rows["confidence"]),
            "source": rows["source"].where(published, with_point(rows)),
            "notes": told(
                rows["notes"],
                unless_plain(rows["type"], prefix="premises: ", plain=r"[a-z_]+"),
                unless_plain(rows["confidence"], prefix="confidence: ", plain=r"\w+"),
                rows["coresponder_2016"].map({"Yes": "ambulance co-responder in 2016"}).fillna(""),
            ),
        }
    )


def _police(rows: pd.DataFrame, read: Readings) -> pd.DataFrame:
    return police_sites(
        rows,
        body_id=read.meaning("body", rows["force"]),
        roles=read.meaning("type", rows["type"]),
        status=_status(rows["status"], read),
        point=read.meaning("point", rows["coord_source"]),
        confidence=read.meaning("confidence", rows["confidence"]),
    )


def _neighbours(stations: pd.DataFrame, read: Readings, *, reach: shapely.Geometry) -> pd.DataFrame:
    """Fire stations of the neighbouring services inside `reach`: they count for cover only."""
    return fire_stations(
        stations[stations["frs"] != "Devon and Somerset"],
        bodies=read.words("body").to_dict(),
        rough=rough(stations),
        near=reach,
        over_border=True,
    )


def _status(verbatim: pd.Series, read: Readings) -> pd.DataFrame:
    """Columns status, status_note (the source's words first) and as_of."""
    by_words = read.statuses.set_index("verbatim")
    refuse(verbatim[~verbatim.isin(by_words.index)], where="statuses.csv", what="status")
    found = by_words.loc[verbatim].set_index(verbatim.index)
    return found.assign(status_note=verbatim + ": " + found["reason"]).drop(columns="reason")


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
        custody_evidence=custody(rows),
        roles=rows["roles"] + found["desk"].map({"open": ";front_desk"}).fillna(""),
        as_of=rows["as_of"].mask(later, found["as_of"]),
        status_note=rows["status_note"].mask(later, rows["status_note"] + "; " + found["evidence"]),
    )


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


def _authority(districts: pd.Series, read: Readings) -> pd.Series:
    """Name the authority that took a district's place since 2022, if any did."""
    return districts.map(read.words("area")).fillna(districts)
