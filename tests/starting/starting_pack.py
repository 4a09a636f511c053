"""A pack of raw files of two invented fire areas, on the roads of the invented example."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from colocate import bng

if TYPE_CHECKING:
    from pathlib import Path

STATIONS = [
    ("Anyshire", "Alderton", 154_000, 154_000),
    ("Anyshire", "Brockwell", 166_000, 155_000),
    ("Farshire", "Farcliff", 174_500, 156_000),
]
POLICE = [
    ("P1", "Alderton Police Station", "Westmark", "police_station", "present in OSM Aug 2021",
     154_000, 156_500, ""),
    ("P2", "Brockwell Police", "Eastmark", "shared_with_fire", "open since 2020-05-01",
     166_000, 155_100, "EXISTING SHARE with the fire service"),
    ("P3", "Mill Street Police Office", "Eastmark", "police_office", "2015 plan: sale",
     164_000, 158_000, ""),
]  # fmt: skip
POINTS = [
    ("A1", "Anyshire", "Westmark", 154_000, 155_000),
    ("A2", "Anyshire", "Eastmark", 166_000, 156_000),
    ("A3", "Anyshire", "Eastmark", 164_000, 157_000),
    ("F1", "Farshire", "Eastmark", 176_000, 156_000),
]


def write(folder: Path, root: Path) -> Path:
    """Write the pack: names of files say nothing, and lie in folders of any name."""
    here = folder / "somewhere"
    here.mkdir(parents=True)
    areas = gpd.read_parquet(root / "data/example/boundaries.parquet")
    for kind, column, name in (("fire_area", "fra", "a"), ("police_area", "pfa", "b")):
        outlines = areas[areas["kind"] == kind].rename(columns={"name": column})
        outlines[[column, "geometry"]].to_file(here / f"{name}.geojson", driver="GeoJSON")
    _census(here)
    _estates(here)
    shutil.copy(root / "data/example/roads.osm", here / "h.osm")
    (folder / "README.md").write_text("What these are.\n")
    return folder


def _lonlat(east: list[int], north: list[int]) -> dict[str, list[float]]:
    lon, lat = bng.from_bng(east, north)
    return {"lon": list(lon), "lat": list(lat)}


def _census(here: Path) -> None:
    code, fire, police, east, north = (list(column) for column in zip(*POINTS, strict=True))
    names = [f"Ham 00{number}A" for number in range(1, len(code) + 1)]
    pd.DataFrame(
        {
            "lsoa21_code": code, "lsoa21_name": names, "fra24_name": fire, "pfa24_name": police,
            "residents_2021": 1500.0, "disabled_2021": 300.0, "imd25_decile": 5,
            "ruc21_urban_rural": "Urban", "pwc_easting": east, "pwc_northing": north,
        }
    ).to_csv(here / "c.csv", index=False)  # fmt: skip
    pd.DataFrame(
        {"lsoa11_code": code, "lsoa11_name": names, "age_65_plus": 300, "pop_mid2020": 1400}
    ).to_csv(here / "d.csv", index=False)
    pd.DataFrame({"LSOA11CD": code, "LSOA21CD": code}).to_csv(here / "e.csv", index=False)
    pd.DataFrame(
        {"msoa11nm": [name[:-1] for name in names], "fra24_name": fire,
         "dwelling_fires_3yr_avg": 2.0}
    ).to_csv(here / "f.csv", index=False)  # fmt: skip
    boxes = [shapely.box(x - 900, y - 900, x + 900, y + 900) for *_, x, y in POINTS]
    gpd.GeoDataFrame({"lsoa21_code": code, "ltla24_name": fire}, geometry=boxes, crs=27700).to_file(
        here / "g.geojson", driver="GeoJSON"
    )


def _estates(here: Path) -> None:
    service, name, east, north = (list(column) for column in zip(*STATIONS, strict=True))
    at = _lonlat(east, north)
    pd.DataFrame(
        {
            "frs": service, "name": name, "address": name, "postcode": "", "easting": east,
            "northing": north, **at, "osm_lat": at["lat"], "osm_lon": at["lon"], "osm_dist_m": 5,
        }
    ).to_csv(here / "i.csv", index=False)  # fmt: skip
    site, title, force, kind, status, east, north, notes = (
        list(column) for column in zip(*POLICE, strict=True)
    )
    pd.DataFrame(
        {
            "site_id": site, "name": title, "force": force, "type": kind, "status": status,
            "address": "", "postcode": "", "postcode_basis": "stated", **_lonlat(east, north),
            "coord_source": "OSM Aug 2021", "source": "invented", "confidence": "high",
            "notes": notes,
        }
    ).to_csv(here / "j.csv", index=False)  # fmt: skip
    pd.DataFrame(
        {"cls": "town", "name": ["Alderton", "Brockwell"], **_lonlat([154_000, 166_000],
                                                                     [155_000, 156_000])}
    ).to_csv(here / "k.csv", index=False)  # fmt: skip
    pd.DataFrame(
        {"kind": ["library", "windmill"], "name": ["Alderton Library", "Old Mill"],
         "easting": 154_100, "northing": 156_000}
    ).to_csv(here / "osm2021.csv", index=False)  # fmt: skip
