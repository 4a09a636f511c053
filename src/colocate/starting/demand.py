"""Table `demand_points`: LSOAs with people, age, disability, deprivation, rural class and fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.spatial import KDTree

from colocate.errors import InputError, some
from colocate.starting.reach import within

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import shapely

KEPT = {
    "lsoa21_code": "demand_id",
    "lsoa21_name": "name",
    "fra24_name": "fire_area",
    "pfa24_name": "police_area",
    "in_area": "in_area",
    "residents_2021": "people",
    "disabled_2021": "disabled_people",
    "people_65_plus": "people_65_plus",
    "imd25_decile": "imd_decile",
    "rural": "rural",
    "fires_per_year": "fires_per_year",
    "area_km2": "area_km2",
    "pwc_easting": "easting",
    "pwc_northing": "northing",
}


NUMBERS = {
    "lsoa21": (
        "residents_2021", "disabled_2021", "imd25_decile", "pwc_easting", "pwc_northing",
    ),
    "lsoa11": ("age_65_plus", "pop_mid2020"),
    "lookup": (),
    "fires": ("dwelling_fires_3yr_avg",),
}  # fmt: skip
"""Columns of numbers of each raw table."""


def demand(
    *,
    lsoa21: pd.DataFrame,
    lsoa11: pd.DataFrame,
    lookup: pd.DataFrame,
    fires: pd.DataFrame,
    lsoas: gpd.GeoDataFrame,
    near: shapely.Geometry,
    fire_area: str,
) -> pd.DataFrame:
    """Return one row an LSOA of 2021 whose centre lies in `near`.

    Columns are those of table `demand_points`, with easting and northing for its geometry. The
    fires of each MSOA of 2011 are shared by people over its LSOAs before any is left out.

    Args:
        lsoa21: LSOAs of 2021 with their centres, people and areas.
        lsoa11: LSOAs of 2011 with people by age.
        lookup: LSOAs of 2011 and of 2021 that are the same or hold each other.
        fires: dwelling fires a year by MSOA of 2011.
        lsoas: polygons of 2021, EPSG:27700: what each point's area is that of.
        near: the reach of the study's fire area.
        fire_area: its name.

    Raises:
        InputError: fires are lost or gained.
    """
    points = lsoa21.assign(
        msoa11=_msoa11(lsoa21, lsoa11, lookup=lookup),
        in_area=lsoa21["fra24_name"] == fire_area,
        rural=lsoa21["ruc21_urban_rural"] == "Rural",
    )
    older = _share_65(points, lsoa11, lookup=lookup)
    points["people_65_plus"] = (older * points["residents_2021"]).round(1)
    yearly = fires.set_index("msoa11nm")["dwelling_fires_3yr_avg"]
    people = points.groupby("msoa11")["residents_2021"].transform("sum")
    points["fires_per_year"] = points["msoa11"].map(yearly) * points["residents_2021"] / people
    _same_fires(points, fires)
    km2 = lsoas.set_index("lsoa21_code").area / 1e6
    points["area_km2"] = points["lsoa21_code"].map(km2).round(4)
    kept = within(near, east=points["pwc_easting"], north=points["pwc_northing"])
    rows = points[kept].rename(columns=KEPT)[list(KEPT.values())].sort_values("demand_id")
    return rows.assign(
        easting=rows["easting"].round(),
        northing=rows["northing"].round(),
        fires_per_year=rows["fires_per_year"].round(9),
    )


def _stem(names: pd.Series) -> pd.Series:
    """MSOA name: an LSOA's name without its last letter."""
    return names.str[:-1]


def _msoa11(lsoa21: pd.DataFrame, lsoa11: pd.DataFrame, *, lookup: pd.DataFrame) -> pd.Series:
    """Name the MSOA of 2011 that each LSOA of 2021 lies in.

    The lookup gives one LSOA of 2021 for each of 2011, so the other parts of a split LSOA are not
    in it. They take the MSOA of 2011 that the rest of their MSOA of 2021 has (it is always one),
    and where all of that is new (Cranbrook), that of the nearest LSOA.
    """
    name11 = lsoa11.set_index("lsoa11_code")["lsoa11_name"]
    listed = _stem(lookup.drop_duplicates("LSOA21CD").set_index("LSOA21CD")["LSOA11CD"].map(name11))
    msoa21 = _stem(lsoa21["lsoa21_name"])
    found = lsoa21["lsoa21_code"].map(listed)
    found = found.fillna(msoa21.map(found.groupby(msoa21).first()))
    centres = lsoa21[["pwc_easting", "pwc_northing"]].to_numpy()
    known = found.notna().to_numpy()
    _, nearest = KDTree(centres[known]).query(centres[~known])
    found[~known] = found[known].to_numpy()[nearest]
    return found


def _share_65(points: pd.DataFrame, lsoa11: pd.DataFrame, *, lookup: pd.DataFrame) -> pd.Series:
    """Share of residents aged 65 and over: of the LSOA of 2011, else of the MSOA of 2011."""
    counts = ["age_65_plus", "pop_mid2020"]
    by_lsoa = lookup.merge(lsoa11, left_on="LSOA11CD", right_on="lsoa11_code")
    by_lsoa = by_lsoa.groupby("LSOA21CD")[counts].sum()
    by_msoa = lsoa11.groupby(_stem(lsoa11["lsoa11_name"]))[counts].sum()
    direct = points["lsoa21_code"].map(by_lsoa["age_65_plus"] / by_lsoa["pop_mid2020"])
    return direct.fillna(points["msoa11"].map(by_msoa["age_65_plus"] / by_msoa["pop_mid2020"]))


def _same_fires(points: pd.DataFrame, fires: pd.DataFrame) -> None:
    shared = points.groupby("fra24_name")["fires_per_year"].sum()
    given = fires.groupby("fra24_name")["dwelling_fires_3yr_avg"].sum()
    wrong = (shared - given).abs() > 1e-6
    if wrong.any():
        raise InputError(
            f"dwelling fires: lost or gained in {some(wrong[wrong].index)} when shared over LSOAs; "
            "the fires and the LSOAs are not of the same areas."
        )
