"""Build what is derived of `data/example/`, the invented study, or check that it is as built.

    python data/build/example.py            write study.toml, roads.osm and boundaries.parquet
    python data/build/example.py --check    rebuild aside and compare

The CSV files of the example are its invented knowledge: they are written by hand and only checked.
`study.toml` is that of the Devon & Somerset study with the changes below, so that the example
knows every setting the product has.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from example_settings import settings
from files import BuildError, same

from colocate import bng, io
from colocate.errors import ColocateError
from colocate.pipeline.locate import load_study
from colocate.starting.writing import write_parquet
from colocate.tables import TABLES
from colocate.tables.backtest import CASES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "data" / "example"
MODEL = ROOT / "data" / "devon-somerset" / "study.toml"
NOTICE = "Invented example. No real site, body or figure."

CORNER = (150_000, 150_000)
"""South-west corner of the invented island on the national grid: open sea."""
MAIN, STREET = ("primary", "72"), ("secondary", "36")
"""Class and tagged limit in km/h: 20 and 10 metres a second."""
ROADS = {
    "Long Road": (MAIN, [(0, 6000), (28_000, 6000)]),
    "Alderton High Street": (STREET, [(4000, 3000), (4000, 9000)]),
    "Headquarters Lane": (STREET, [(2000, 8000), (6000, 8000)]),
    "Deepford Lane": (STREET, [(8000, 2000), (8000, 6000)]),
    "Cressing Lane": (STREET, [(10_000, 6000), (10_000, 9000)]),
    "Mill Street": (STREET, [(14_000, 6000), (14_000, 9000)]),
    "Brockwell High Street": (STREET, [(16_000, 3000), (16_000, 9000)]),
    "Depot Road": (STREET, [(14_000, 8000), (18_000, 8000)]),
    "Eastcliff Lane": (STREET, [(22_000, 6000), (22_000, 8000)]),
}
"""Name: kind, and the two ends in metres from the corner; every road runs east or north."""
STEP_M = 1000
"""Roads have a node at every whole kilometre, where they may meet."""
AREAS = [
    ("fire_area", "Anyshire", (-1000, 1000, 24_000, 11_500)),
    ("fire_area", "Farshire", (24_000, 1000, 30_000, 11_500)),
    ("land", "Invented island", (-1000, 1000, 30_000, 11_500)),
    ("police_area", "Eastmark", (12_000, 1000, 30_000, 11_500)),
    ("police_area", "Westmark", (-1000, 1000, 12_000, 11_500)),
]
"""Kind, name and box, in metres from the corner."""
CHECKED = {
    "benchmarks.csv": "benchmarks",
    "benefits.csv": "benefits_handed_in",
    "bodies.csv": "bodies",
    "boundaries.parquet": "boundaries",
    "costs.csv": "costs",
    "decisions.csv": "decisions",
    "demand.csv": "demand_points",
    "evidence.csv": "evidence",
    "function_figures.csv": "function_figures",
    "function_totals.csv": "function_totals",
    "functions.csv": "functions",
    "governance.csv": "governance",
    "partners.csv": "partners",
    "programme_groups.csv": "programme_groups",
    "recommendations.csv": "recommendations",
    "checklists.csv": "checklists",
    "places.csv": "places",
    "site_buildings.geojson": "site_buildings",
    "site_decisions.csv": "site_decisions",
    "bus_stops.csv": "bus_stops",
    "law.csv": "law",
    "vehicles.csv": "vehicles",
    "drive_references.csv": "drive_references",
    "observed_changes.csv": "observed_changes",
    "published_parts.csv": "published_parts",
}
"""Files of the example that hold a table as it is, and the table."""
BUILT = ("boundaries.parquet", "roads.osm", "study.toml")


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            _compare()
        else:
            build(EXAMPLE)
        load_study(EXAMPLE / "study.toml")
        for name, table in CHECKED.items():
            io.read_table(EXAMPLE / name, TABLES[table])
        io.read_table(EXAMPLE / "backtest_cases.csv", CASES)
    except (BuildError, ColocateError) as fault:
        print(f"data: {fault}", file=sys.stderr)
        return 1
    print(f"{EXAMPLE}: {'as built' if options.check else 'built'}")
    return 0


def build(out: Path) -> None:
    """Write every derived file into `out`."""
    write_parquet(boundaries(), out / "boundaries.parquet")
    io.write_text(roads(), out / "roads.osm")
    io.write_text(settings(MODEL.read_text(encoding="utf-8")), out / "study.toml")


def boundaries() -> gpd.GeoDataFrame:
    """Return the areas as table `boundaries`."""
    x, y = CORNER
    boxes = [shapely.box(x + w, y + s, x + e, y + n) for _, _, (w, s, e, n) in AREAS]
    return gpd.GeoDataFrame(
        {"kind": [kind for kind, _, _ in AREAS], "name": [name for _, name, _ in AREAS]},
        geometry=boxes,
        crs=27700,
    )


def roads() -> str:
    """Return the roads as OSM XML; two roads that pass the same whole kilometre meet there."""
    along = {name: _points(*ends) for name, (_, ends) in ROADS.items()}
    points = sorted({point for line in along.values() for point in line})
    number = {point: i for i, point in enumerate(points, start=1)}
    x, y = zip(*points, strict=True)
    lon, lat = bng.from_bng(np.add(x, CORNER[0]), np.add(y, CORNER[1]))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<!-- {NOTICE} -->", '<osm version="0.6">']
    lines += [
        f'<node id="{i}" version="1" lat="{lat[i - 1]:.7f}" lon="{lon[i - 1]:.7f}"/>'
        for i in number.values()
    ]
    for i, (name, ((highway, limit), _)) in enumerate(ROADS.items(), start=1):
        tags = {"highway": highway, "maxspeed": limit, "name": f"{name} (invented)"}
        lines.append(f'<way id="{i}" version="1">')
        lines += [f'<nd ref="{number[point]}"/>' for point in along[name]]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>", ""])


def _points(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    (x0, y0), (x1, y1) = start, end
    steps = max(x1 - x0, y1 - y0) // STEP_M
    return [(x0 + (x1 - x0) * i // steps, y0 + (y1 - y0) * i // steps) for i in range(steps + 1)]


def _compare() -> None:
    """Build aside and compare with what is there.

    Raises:
        BuildError: a file is not what the build makes.
    """
    with tempfile.TemporaryDirectory() as aside:
        build(Path(aside))
        changed = [name for name in BUILT if not same(EXAMPLE / name, Path(aside) / name)]
    if changed:
        raise BuildError(
            f"{EXAMPLE}: {changed} are not what the build makes. Run data/build/example.py."
        )


if __name__ == "__main__":
    sys.exit(main())
