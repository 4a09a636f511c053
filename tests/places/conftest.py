"""A fire area of 20 km by 20 km west of a neighbour's, with round coordinates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import shapely

from colocate import study
from colocate.tables.places import BODIES, BOUNDARIES, COORDINATE_SOURCES, GAZETTEER, OBJECTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@pytest.fixture(scope="session")
def bodies() -> pd.DataFrame:
    return conform(
        BODIES,
        [
            {"body_id": b, "name": b, "short_name": b, "kind": k, "source": "invented"}
            for b, k in (("fire_west", "fire_authority"), ("police_west", "police_force"))
        ],
    )


@pytest.fixture(scope="session")
def boundaries() -> gpd.GeoDataFrame:
    west = shapely.box(300_000, 100_000, 320_000, 120_000)
    east = shapely.box(320_000, 100_000, 340_000, 120_000)
    return conform(
        BOUNDARIES,
        [
            {"kind": kind, "name": name, "geometry": area}
            for kind in ("fire_area", "police_area", "authority")
            for name, area in (("West & Moor", west), ("East", east))
        ],
    )


@pytest.fixture(scope="session")
def objects() -> gpd.GeoDataFrame:
    at = {"fire_station": (310_000, 110_000), "police": (311_000, 110_000)}
    return conform(
        OBJECTS,
        [
            {"object_id": kind, "kind": kind, "geometry": shapely.Point(point)}
            for kind, point in at.items()
        ],
    )


@pytest.fixture(scope="session")
def gazetteer() -> pd.DataFrame:
    return conform(
        GAZETTEER,
        [
            {"postcode": "AB1 2CD", "easting": 310_000, "northing": 110_000, "terminated": False},
            {"postcode": "AB1 2CE", "easting": 310_000, "northing": 110_300, "terminated": True},
            {"postcode": "AB1 2CF", "easting": None, "northing": None, "terminated": None},
        ],
    )


@pytest.fixture(scope="session")
def settings() -> study.Places:
    return study.Places(
        postcode_agrees_m=300,
        object_agrees_m=150,
        object_search_m=1000,
        precision_m={**dict.fromkeys(COORDINATE_SOURCES, 50), "postcode": 120, "register": 10},
    )


@pytest.fixture(scope="session")
def head() -> study.StudyHead:
    return study.StudyHead(
        id="anyborough",
        title="Anyborough",
        notice="Invented.",
        attribution=("Invented.",),
        as_of=date(2026, 1, 1),
        seed=1,
        fire_area="West & Moor",
        fire_body="fire_west",
        police_areas=("West & Moor",),
    )
