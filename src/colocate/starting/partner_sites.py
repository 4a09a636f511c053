"""Register of partners' sites: other public bodies' premises that may take police in.

That a point stands on a map is all the evidence there is: each row says so and is
of low confidence. Which kinds are plausible hosts, by what name, and whose they are taken to be,
stands in `partner_kinds.csv`, each with its reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from colocate.starting.reach import within
from colocate.starting.reading import raw_text
from colocate.tables import TABLES

if TYPE_CHECKING:
    import geopandas as gpd

KINDS = Path(__file__).parent / "partner_kinds.csv"
PER_AREA = "-"
"""A body that ends so is one for each authority's area."""
EVIDENCE = "no more: whether it is in use, and whose it is, is not evidenced"


# long: one line for each column of a register
def partner_sites(
    mapped: pd.DataFrame,
    *,
    places: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    study_area: shapely.Geometry,
    mapped_in: str,
    as_of: str | None,
    ambulance: str = "owner-ambulance",
) -> pd.DataFrame:
    """Return a register, columns of table `sites`, of the plausible hosts in the study's area.

    Args:
        mapped: points of the map (kind, name, easting, northing).
        places: place names (name, kind, easting, northing), to tell the town.
        boundaries: table `boundaries`, to tell the authority.
        study_area: the study's fire area.
        mapped_in: when the map was made, as people write it.
        as_of: first day of that month or year; None if it is not known.
        ambulance: body_id of the ambulance service, where it is known.
    """
    kinds = raw_text(KINDS).replace({"body": {"owner-ambulance": ambulance}}).set_index("kind")
    points = mapped.astype({"easting": float, "northing": float})
    points = points[within(study_area, east=points["easting"], north=points["northing"])]
    parts = [
        points[(points["kind"] == kind) & points["name"].str.contains(one.named)].assign(
            service=one.service, roles=one.role, body_id=one.body
        )
        for kind, one in kinds[kinds["service"] != ""].iterrows()
    ]
    rows = pd.concat(parts).sort_values(["kind", "easting", "northing", "name"], ignore_index=True)
    town = _nearest_town(rows, places, study_area=study_area)
    per_area = rows["body_id"].str.endswith(PER_AREA)
    number = rows.groupby("service").cumcount() + 1
    register = pd.DataFrame(
        {
            "site_id": "N" + rows["service"].str[:3].str.upper() + number.map("{:03d}".format),
            "name": _named(rows, town),
            "service": rows["service"],
            "body_id": rows["body_id"] + _area(rows, boundaries).where(per_area, ""),
            "roles": rows["roles"],
            "status": "open",
            "status_note": f"present in OSM {mapped_in}, {EVIDENCE}",
            "over_border": False,
            "town": town,
            "easting": rows["easting"],
            "northing": rows["northing"],
            "coordinate_source": "osm",
            "confidence": "low",
            "source": f"OSM {mapped_in} " + rows["kind"].map("amenity={}".format),
            "as_of": as_of,
            "disclosure": "public",
        }
    )
    return register.reindex(columns=TABLES["sites"].names).sort_values("site_id")


def _nearest_town(
    rows: pd.DataFrame, places: pd.DataFrame, *, study_area: shapely.Geometry
) -> pd.Series:
    """Name the nearest settlement of the area that is more than a hamlet or a suburb."""
    inside = within(study_area, east=places["easting"], north=places["northing"])
    towns = places[inside & places["kind"].isin(["city", "town", "village"])]
    tree = shapely.STRtree(shapely.points(towns[["easting", "northing"]].to_numpy(dtype=float)))
    nearest = tree.nearest(shapely.points(rows[["easting", "northing"]].to_numpy()))
    return pd.Series(towns["name"].to_numpy()[nearest], index=rows.index)


def _named(rows: pd.DataFrame, town: pd.Series) -> pd.Series:
    """Say the town where the map's name leaves it open, or there is none."""
    named = rows["name"] != ""
    told = [place in name for place, name in zip(town, rows["name"], strict=True)]
    full = rows["name"].where(told, rows["name"] + ", " + town)
    return full.where(named, town + " " + rows["service"] + " (unnamed in OSM)")


def _area(rows: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Name the authority each row lies in or, beyond a generalised outline, next to."""
    areas = boundaries[boundaries["kind"] == "authority"].reset_index(drop=True)
    points = shapely.points(rows[["easting", "northing"]].to_numpy())
    apart = np.column_stack([shapely.distance(area, points) for area in areas.geometry])
    slug = areas["name"].str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True)
    return pd.Series(slug.to_numpy()[apart.argmin(axis=1)], index=rows.index)
