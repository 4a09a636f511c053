"""An invented town with round coordinates, written as a whole study: Anyborough.

Streets run every kilometre from (300000, 100000) to (308000, 108000), one node at each crossing.
Everything in it is made up; it lies where Devon is only so that the national grid applies.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyproj
import shapely

from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

X0, Y0, SIDE = 300_000, 100_000, 8

SITES: list[dict[str, Any]] = [
    # site_id, service, body, roles, status, crewing, x and y in metres from the corner
    {"site_id": "F1", "name": "North Fire Station", "roles": "station", "crewing": "wholetime",
     "x": 1000, "y": 7000},
    {"site_id": "F2", "name": "East Fire Station", "roles": "station", "crewing": "on_call",
     "x": 7000, "y": 4000},
    {"site_id": "F3", "name": "Old Fire Station", "roles": "station", "crewing": "on_call",
     "x": 4000, "y": 1000, "status": "closed"},
    {"site_id": "F4", "name": "Fire Headquarters", "roles": "headquarters", "x": 5000, "y": 7000},
    {"site_id": "P1", "name": "North Police Station", "roles": "station;front_desk",
     "x": 1200, "y": 7000},
    {"site_id": "P2", "name": "East Police Station", "roles": "station;custody",
     "x": 7000, "y": 4900},
    {"site_id": "P3", "name": "Police Headquarters", "roles": "headquarters", "x": 4000, "y": 6000},
    {"site_id": "P4", "name": "Shared Police Office", "roles": "station", "x": 7000, "y": 4010,
     "share_status": "existing", "share_with": "F2"},
    {"site_id": "X1", "name": "Farborough Fire Station", "roles": "station", "body_id": "ffrs",
     "over_border": "true", "x": 8000, "y": 0},
]  # fmt: skip

BODIES = [
    ("afrs", "Anyshire Fire Authority", "fire_authority", "fire", "Anyshire", ""),
    ("ffrs", "Farshire Fire Authority", "fire_authority", "fire", "Farshire", ""),
    ("apol", "Anyshire Police", "police_force", "police", "Anyshire", "Any Alliance"),
    ("apcc", "Anyshire Commissioner", "police_commissioner", "police", "Anyshire", "Any Alliance"),
]


SETTINGS = Path(__file__).with_name("town.toml")
"""The settings of every invented town that a test runs or publishes as a whole study."""


def write(folder: Path, embedded: Path) -> Path:
    """Write the town's study into `folder`; the register of vehicles is the embedded study's."""
    folder.mkdir(parents=True)
    shutil.copy(SETTINGS, folder / "study.toml")
    write_sites(folder / "sites.csv", SITES)
    _csv(folder / "bodies.csv", [
        {"body_id": b, "name": n, "short_name": n, "kind": k, "service": s, "area": a,
         "alliance": al, "source": "invented"} for b, n, k, s, a, al in BODIES
    ], TABLES["bodies"].names)  # fmt: skip
    rules = [
        ("always", "apcc", "before", "finance", 1, "advise"),
        ("always", "apcc", "before", "equality", 2, "record"),
        ("always", "apcc", "before", "consultation", 3, "consult"),
        ("fire_site", "fire_authority", "decision", "decision", 4, "approve"),
        ("police_site", "apcc", "decision", "decision", 5, "approve"),
        ("staff_move", "mover", "after", "move", 6, "carry_out"),
    ]
    _csv(folder / "governance.csv", [
        {"rule_id": f"{s}-{n}", "rule_set": s, "condition": c, "body_id": b, "phase": p, "topic": t,
         "step": n, "action": a, "task": f"Does {t}", "citation": "invented",
         "certainty": "evidenced", "days_earliest": 10, "days_usual": 30, "days_source": "invented"}
        for s in ("as_at_2016", "current") for c, b, p, t, n, a in rules
    ], TABLES["governance"].names)  # fmt: skip
    _csv(folder / "demand.csv", [
        {"demand_id": f"D{x}{y}", "name": f"Ward {x}{y}", "fire_area": "Anyshire",
         "police_area": "Anyshire", "in_area": "true", "people": 1000, "disabled_people": 100,
         "people_65_plus": 200, "imd_decile": 1 + (x + y) % 10, "rural": "false",
         "fires_per_year": 1.0, "area_km2": 1, "easting": X0 + 1000 * x, "northing": Y0 + 1000 * y}
        for x in range(0, SIDE + 1, 2) for y in range(0, SIDE + 1, 2)
    ])  # fmt: skip
    _csv(folder / "places.csv", [{"place_id": "anyborough", "name": "Anyborough", "kind": "town",
                                  "easting": X0 + 4000, "northing": Y0 + 4000}])  # fmt: skip
    _csv(folder / "objects.csv", [{"object_id": "O1", "kind": "fire_station", "name": "North",
                                   "easting": X0 + 1010, "northing": Y0 + 7000}])  # fmt: skip
    (folder / "postcodes.csv").write_text(
        '"EX1 1AA",10,301000,107000,"E92000001","","","E10000008","E07000041","E05011005"\n'
    )
    vehicles = (embedded / "vehicles.csv").read_text(encoding="utf-8")
    (folder / "vehicles.csv").write_text(vehicles.replace("alliance-board", "apcc"), "utf-8")
    _boundaries(folder / "boundaries.parquet")
    (folder / "roads.osm").write_text(roads())
    return folder


def write_sites(path: Path, sites: list[dict[str, Any]]) -> None:
    """Write a register in the project's own schema, with what a site leaves out filled in."""
    rows = []
    for site in sites:
        police = str(site["site_id"]).startswith("P")
        rows.append(
            {
                "service": "police" if police else "fire",
                "body_id": "apol" if police else "afrs",
                "status": "open",
                "over_border": "false",
                "easting": X0 + site["x"],
                "northing": Y0 + site["y"],
                "coordinate_source": "register",
                "confidence": "high",
                "source": "invented",
                "as_of": "2026-01-01",
                "disclosure": "public",
                **{k: v for k, v in site.items() if k not in {"x", "y"}},
            }
        )
    _csv(path, rows, TABLES["sites"].names)


def _csv(path: Path, rows: list[dict[str, Any]], header: Sequence[str] | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _boundaries(path: Path) -> None:
    area = shapely.box(X0 - 900, Y0 - 900, X0 + 8900, Y0 + 8900)
    frame = gpd.GeoDataFrame(
        {"kind": ["fire_area", "land", "police_area"], "name": ["Anyshire", "Land", "Anyshire"]},
        geometry=[area, area.buffer(20_000, cap_style="square"), area],
        crs=27700,
    )
    frame.to_parquet(path)


def roads() -> str:
    """Return the streets as OSM XML: primary along the edges of the town, else residential."""
    to_wgs = pyproj.Transformer.from_crs(27700, 4326, always_xy=True)
    nodes, ways = [], []

    def node(x: int, y: int) -> int:
        return 1 + x * (SIDE + 1) + y

    for x in range(SIDE + 1):
        for y in range(SIDE + 1):
            lon, lat = to_wgs.transform(X0 + 1000 * x, Y0 + 1000 * y)
            nodes.append(f'<node id="{node(x, y)}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>')
    for k in range(SIDE + 1):
        kind = "primary" if k in {0, SIDE} else "residential"
        for number, line in enumerate(
            ([node(k, y) for y in range(SIDE + 1)], [node(x, k) for x in range(SIDE + 1)])
        ):
            refs = "".join(f'<nd ref="{ref}"/>' for ref in line)
            ways.append(
                f'<way id="{1 + 2 * k + number}" version="1">{refs}'
                f'<tag k="highway" v="{kind}"/><tag k="maxspeed" v="30 mph"/></way>'
            )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
        + "\n".join([*nodes, *ways])
        + "\n</osm>\n"
    )


def copy(town: Path, to: Path) -> Path:
    """Copy the town so that a test may spoil it."""
    shutil.copytree(town, to)
    return to
