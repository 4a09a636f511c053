"""Measure geocoding where points are known, and print the tables of docs/geocoding.md.

    python docs/house/geocoding.py ../shared/data

Reads the public registers there. A register's own coordinates are the truth that postcodes and
grid references are held against; a mapped fire station is the truth for listed coordinates. Every
postcode is then written wrongly in each way that confuses one or two characters, and repaired.
"""

from __future__ import annotations

import argparse
import csv
import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import shapely

from colocate import bng, io
from colocate.places.repair import CONFUSED, repair, wanted
from colocate.tables.places import BOUNDARIES, SITES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSURD_M = 10_000.0
"""A register's point farther from its postcode is no known point: it is counted and left out."""

AROUND_M = 20_000.0
"""A register's area is taken to be the box of its points and so much around it."""

SITE = {
    "name": "", "service": "fire", "body_id": "", "roles": "station", "status": "open",
    "over_border": False, "confidence": "high", "source": "", "disclosure": "public",
}  # fmt: skip
COLUMNS = ["register", "postcode", "easting", "northing"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path, help="folder of the shared data")
    print(tables(parser.parse_args().shared))


def tables(shared: Path) -> str:
    """Return both tables as Markdown."""
    known = registers(shared / "registers")
    return f"{_markdown(errors(known, shared))}\n{_markdown(repairs(known))}"


def registers(folder: Path) -> pd.DataFrame:
    """Return the postcodes and points of the public registers, as they give them."""
    rows = [*_avon(folder), *_derbyshire(folder), *_cheltenham(folder), *_devon(folder)]
    known = pd.DataFrame(rows, columns=COLUMNS)
    known["postcode"] = known["postcode"].astype("str").str.strip()
    return known[known["easting"].notna() | (known["postcode"].fillna("") != "")]


def _avon(folder: Path) -> Iterator[tuple[object, ...]]:
    book = openpyxl.load_workbook(folder / "stations-avon.xlsx", data_only=True)
    for cells in book["Land and Premises"].iter_rows(min_row=2, values_only=True):
        yield "Avon Fire & Rescue", cells[8], *_numbers(cells[9], cells[10])


def _derbyshire(folder: Path) -> Iterator[tuple[object, ...]]:
    book = openpyxl.load_workbook(folder / "stations-derbyshire.xlsx", data_only=True)
    for cells in book["Sheet1"].iter_rows(min_row=3, values_only=True):
        yield "Derbyshire Fire & Rescue", cells[3], *_numbers(*f"{cells[7]},".split(",")[:2])


def _cheltenham(folder: Path) -> Iterator[tuple[object, ...]]:
    file = folder / "local_authority_land_and_assets_2021.csv"
    with file.open(encoding="cp1252", newline="") as opened:
        for cells in list(csv.reader(opened))[1:]:
            yield "Cheltenham Borough", cells[9], *_numbers(cells[10], cells[11])


def _devon(folder: Path) -> Iterator[tuple[object, ...]]:
    listed = pd.read_csv(folder / "stations-devon-and-somerset.tsv", sep="\t")
    for postcode in listed["postcode"]:
        yield "Devon & Somerset Fire & Rescue", postcode, np.nan, np.nan


def _numbers(*cells: object) -> tuple[float, float]:
    east, north = pd.to_numeric(pd.Series(cells, dtype="object"), errors="coerce")
    return float(east), float(north)


def errors(known: pd.DataFrame, shared: Path) -> pd.DataFrame:
    """Return how far each source's points lie from the known ones."""
    home = shapely.box(0, 0, 700_000, 1_300_000)
    known = known[known["easting"].notna()]
    sound = known[bng.diagnose(known["easting"], known["northing"], home=home) == ""]
    found = _sites(sound["postcode"].astype("str"))
    sound = sound.assign(spelt=found["postcode"].to_numpy())
    places = io.packaged_postcodes(sound["spelt"].dropna()).set_index("postcode")
    far = np.hypot(
        sound["spelt"].map(places["easting"]) - sound["easting"],
        sound["spelt"].map(places["northing"]) - sound["northing"],
    ) > ABSURD_M  # fmt: skip
    sound, absurd = sound[~far], far.groupby(sound["register"]).sum()
    rows = [
        _error("postcode", register, known=group, east=group["spelt"].map(places["easting"]),
               north=group["spelt"].map(places["northing"])) | {"left out": int(absurd[register])}
        for register, group in sound.groupby("register", sort=False)
    ]  # fmt: skip
    for digits in (3, 4):
        read = [
            bng.read_grid_reference(bng.grid_reference(e, n, digits=digits))
            for e, n in zip(sound["easting"], sound["northing"], strict=True)
        ]
        squares = pd.DataFrame(read, index=sound.index)
        rows.append(_error(f"grid reference of {2 * digits} figures", "all three", known=sound,
                           east=squares["easting"], north=squares["northing"]))  # fmt: skip
    return pd.DataFrame([*rows, _degrees(sound, shared), *_listed(shared)])


def _degrees(sound: pd.DataFrame, shared: Path) -> dict[str, object]:
    """Hold longitudes and latitudes, converted, against the same register's eastings."""
    file = shared / "registers" / "cheltenham_council_land_and_assets_2021.geojson"
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    own = sound[sound["register"] == "Cheltenham Borough"]
    lonlat = np.array([each["geometry"]["coordinates"][:2] for each in features])
    points = shapely.points(*bng.to_bng(*lonlat.T))
    there = shapely.points(own["easting"], own["northing"])
    nearest = shapely.get_coordinates(points[shapely.STRtree(points).nearest(there)])
    east, north = (pd.Series(values, index=own.index) for values in nearest.T)
    return _error("longitude and latitude, converted", "Cheltenham Borough", known=own, east=east,
                  north=north)  # fmt: skip


def _listed(shared: Path) -> Iterator[dict[str, object]]:
    """Hold listed coordinates, and their postcodes, against mapped fire stations within 1 km."""
    listed = pd.read_csv(shared / "estates" / "sw_fire_stations_with_osm.csv")
    near = listed[listed["osm_dist_m"] <= 1000]
    east, north = bng.to_bng(near["osm_lon"], near["osm_lat"])
    mapped = near.assign(easting=east, northing=north)
    said = "mapped fire stations, south west"
    yield _error("coordinates (Home Office list)", said, known=mapped, east=near["easting"],
                 north=near["northing"])  # fmt: skip
    places = io.packaged_postcodes(near["postcode"]).set_index("postcode")
    yield _error("postcode", said, known=mapped, east=near["postcode"].map(places["easting"]),
                 north=near["postcode"].map(places["northing"]))  # fmt: skip


def _error(
    source: str, against: str, /, *, known: pd.DataFrame, east: pd.Series, north: pd.Series
) -> dict[str, object]:
    metres = np.hypot(east - known["easting"], north - known["northing"]).dropna()
    return {
        "source": source, "against": against, "points": len(metres),
        "median, m": f"{metres.median():.0f}",
        "95 of 100 within, m": f"{metres.quantile(0.95):.0f}",
        "root mean square, m": f"{np.sqrt((metres**2).mean()):.0f}", "left out": 0,
    }  # fmt: skip


def repairs(known: pd.DataFrame) -> pd.DataFrame:
    """Return what became of postcodes as the registers have them, and of miswritten ones."""
    rows = []
    for register, group in known.groupby("register", sort=False):
        area = _area(group)
        given = group["postcode"][group["postcode"].fillna("") != ""]
        rows.append({"register": register, "postcodes": "as they stand",
                     **_mended(given, truth=None, area=area)})  # fmt: skip
        true = _sites(given)["postcode"].dropna()
        true = true[true.isin(io.packaged_postcodes(true)["postcode"])].unique()
        pairs = [(text, each) for each in true for text in miswritten(each)]
        texts, truth = (pd.Series(values, dtype="str") for values in zip(*pairs, strict=True))
        rows.append({"register": register, "postcodes": "one or two characters confused",
                     **_mended(texts, truth=truth, area=area)})  # fmt: skip
    return pd.DataFrame(rows)


def miswritten(postcode: str) -> list[str]:
    """Return a postcode with each one and each two of its confusable characters confused."""
    plain = postcode.replace(" ", "")
    at = [n for n, letter in enumerate(plain) if letter in CONFUSED]
    chosen = [*combinations(at, 1), *combinations(at, 2)]
    return ["".join(CONFUSED[c] if n in these else c for n, c in enumerate(plain))
            for these in chosen]  # fmt: skip


def _mended(texts: pd.Series, *, truth: pd.Series | None, area: pd.DataFrame) -> dict[str, int]:
    """Repair postcodes; count those repaired, rightly or wrongly, and those left unknown."""
    sites = _sites(texts)
    gazetteer = io.packaged_postcodes(wanted(sites))
    live = sites["postcode"].isin(gazetteer["postcode"]).to_numpy()
    made = repair(sites, gazetteer=gazetteer, boundaries=area).sites
    repaired = (made["postcode_basis"] == "repaired").to_numpy()
    wrong = repaired & (False if truth is None else made["postcode"].to_numpy() != truth.to_numpy())
    return {
        "texts": len(texts), "known as written": int(live.sum()), "repaired": int(repaired.sum()),
        "of them wrong": int(wrong.sum()), "left unknown": int((~live & ~repaired).sum()),
    }  # fmt: skip


def _sites(texts: pd.Series) -> pd.DataFrame:
    """Return texts as table `sites` has them: postcodes where they are, `postcode_given` else."""
    plain = texts.str.upper().str.replace(r"\s+", "", regex=True)
    shaped = plain.str.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
    return conform(SITES, [
        {**SITE, "site_id": f"{n:06d}", "postcode": f"{p[:-3]} {p[-3:]}" if fits else None,
         "postcode_given": None if fits else text}
        for n, (text, p, fits) in enumerate(zip(texts, plain, shaped, strict=True))
    ])  # fmt: skip


def _area(group: pd.DataFrame) -> pd.DataFrame:
    there = group[(group["easting"] > 0) & (group["northing"] > 0)]
    if there.empty:  # a register without points: the box of its postcodes
        spelt = _sites(group["postcode"])["postcode"].dropna()
        there = io.packaged_postcodes(spelt)
    box = shapely.box(
        there["easting"].min() - AROUND_M,
        there["northing"].min() - AROUND_M,
        there["easting"].max() + AROUND_M,
        there["northing"].max() + AROUND_M,
    )
    return conform(BOUNDARIES, [{"kind": "fire_area", "name": "All", "geometry": box}])


def _markdown(frame: pd.DataFrame) -> str:
    lines = [frame.columns, ["---"] * len(frame.columns), *frame.astype("str").to_numpy()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
