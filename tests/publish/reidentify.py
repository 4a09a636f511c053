"""An attack on a list handed on: which stations it gives away to whoever has a public list.

What the attacker has: the list, its areas, and a public list of stations with name, town, service,
point, date of the record and confidence. It is tried on a list as it was made when it named towns
and kilometre squares (`old_list`), where it must work, and on the market pack, where it must not.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

SQUARE_M = 1000
RANK = ("low", "medium", "high")


def attack(
    rows: pd.DataFrame, areas: gpd.GeoDataFrame, stations: gpd.GeoDataFrame
) -> dict[str, set[str]]:
    """Return the stations that each row gives away beyond those it names, by reference.

    In turn, for each service of which it names no station: those of the row's town; those whose
    date and confidence agree with the row's; of these the one nearest to the centre of the row's
    area, or the only one.

    Args:
        rows: option_ref, town, as_of, confidence, and a text `named` of all that it names.
        areas: option_ref and a polygon.
        stations: site_id, name, town, service, as_of, confidence, geometry.
    """
    centre = {row.option_ref: row.geometry.centroid for row in areas.itertuples()}
    found: dict[str, set[str]] = {}
    for row in rows.itertuples():
        told = stations[[name in row.named for name in stations["name"]]]["service"]
        near = stations[(stations["town"] == row.town) & ~stations["service"].isin(told)]
        near = near[np.array([_agrees(each, row) for each in near.itertuples()], dtype=bool)]
        found[row.option_ref] = {
            _nearest(each, centre.get(row.option_ref))
            for _, each in near.groupby("service")
            if len(each) == 1 or row.option_ref in centre
        }
    return found


def _agrees(station: Any, row: Any) -> bool:
    first, last = row.as_of.split("/")[0], row.as_of.split("/")[-1]
    dated = first <= station.as_of[: len(first)] and station.as_of[: len(last)] <= last
    return dated and RANK.index(station.confidence) >= RANK.index(row.confidence)


def _nearest(stations: gpd.GeoDataFrame, centre: shapely.Point | None) -> str:
    if centre is None:
        return str(stations["site_id"].iloc[0])
    return str(stations["site_id"].iloc[int(stations.distance(centre).to_numpy().argmin())])


def county(seed: int, /, *, towns: int) -> tuple[gpd.GeoDataFrame, list[tuple[str, str]]]:
    """An invented county: its public list of stations, and the pairs of them that would move.

    Most towns have one fire and one police station; some have two of a service.
    """
    draw = np.random.default_rng(seed)
    listed, pairs = [], []
    for place in range(towns):
        east, north = draw.uniform(0, 100_000, 2)
        listed += [
            {"site_id": f"{service[0].upper()}{place}-{number}",
             "name": f"Town {place} {service} station {number}", "town": f"Town {place}",
             "service": service, "as_of": f"{draw.integers(2015, 2026)}-01-01",
             "confidence": RANK[draw.integers(0, 3)],
             "geometry": shapely.Point(east + draw.normal(0, 1500) * number,
                                       north + draw.normal(0, 1500) * number)}
            for service in ("fire", "police")
            for number in range(2 if draw.random() < 0.2 else 1)
        ]  # fmt: skip
        pairs.append((f"F{place}-0", f"P{place}-0"))
    return gpd.GeoDataFrame(listed, geometry="geometry", crs=27700), pairs


def old_list(
    stations: gpd.GeoDataFrame, pairs: list[tuple[str, str]]
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """A list as rules made it that named no site: one row a town.

    Town of the sites, years of their records, least confidence, and the whole kilometre squares
    that the area of search touches: here a disc of 2 km about the middle of the sites.
    """
    known = stations.set_index("site_id")
    rows, areas = [], []
    for number, pair in enumerate(pairs, start=1):
        own = known.loc[list(pair)]
        years = sorted({day[:4] for day in own["as_of"]})
        rows.append(
            {"option_ref": f"old-{number:03}", "town": own["town"].iloc[0],
             "as_of": "/".join(dict.fromkeys([years[0], years[-1]])),
             "confidence": min(own["confidence"], key=RANK.index), "named": ""}
        )  # fmt: skip
        disc = shapely.MultiPoint(list(own.geometry)).centroid.buffer(2000)
        areas.append({"option_ref": f"old-{number:03}", "geometry": _squares(disc)})
    return pd.DataFrame(rows), gpd.GeoDataFrame(areas, geometry="geometry", crs=27700)


def _squares(shape: shapely.Polygon) -> shapely.Geometry:
    west, south, east, north = (int(np.floor(each / SQUARE_M)) for each in shape.bounds)
    squares = [
        shapely.box(x * SQUARE_M, y * SQUARE_M, (x + 1) * SQUARE_M, (y + 1) * SQUARE_M)
        for x in range(west, east + 1)
        for y in range(south, north + 1)
    ]
    return shapely.union_all([square for square in squares if square.intersects(shape)])
