"""Build `data/devon-somerset/` from the source material, or check that it is what the build makes.

    python data/build/build.py --shared ../shared/data      write the derived files
    python data/build/build.py --check                      rebuild aside and compare

The sources and their SHA-256 stand in `inputs.toml`; other files are refused. What people decided
on reading the sources stands in the CSV files beside this one. `study.toml` and
the tables in `WRITTEN` are knowledge, not derived: they are written by hand and only checked.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from files import BuildError, same
from register import sites
from road_cuts import write_cuts
from units import RESIDENTIAL, units

from colocate import io
from colocate.errors import ColocateError
from colocate.starting.areas import boundaries, land, polygons
from colocate.starting.demand import NUMBERS, demand
from colocate.starting.labels import objects, places, settlements
from colocate.starting.outlines import outlines
from colocate.starting.partner_sites import partner_sites
from colocate.starting.reach import reach
from colocate.starting.reading import raw_numbers, raw_text
from colocate.starting.writing import write_csv, write_parquet
from colocate.tables import TABLES, check
from colocate.tables.backtest import CASES
from colocate.travel.network.osm import read_osm
from colocate.travel.network.packing import pack, unpack

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STUDY = ROOT / "data" / "devon-somerset"
INPUTS = HERE / "inputs.toml"
FIRE_AREA = "Devon & Somerset"
EXTRACT = "roads/sw-england-drive-2021.osm.pbf"
DEMAND = {
    "lsoa21": "lsoa21_sw.csv",
    "lsoa11": "lsoa11_sw.csv",
    "lookup": "lsoa11_lsoa21_sw.csv",
    "fires": "dwelling_fires_msoa11_sw.csv",
}
"""Files of the census, and of fires, by what they are to `demand`."""
CHECKED = {
    "bodies.csv": "bodies",
    "drive_references.csv": "drive_references",
    "published_parts.csv": "published_parts",
    "checklists.csv": "checklists",
    "boundaries.parquet": "boundaries",
    "demand.csv": "demand_points",
    "functions.csv": "functions",
    "function_figures.csv": "function_figures",
    "function_totals.csv": "function_totals",
    "partners.csv": "partners",
    "governance.csv": "governance",
    "objects.csv": "objects",
    "partner_sites.csv": "sites",
    "places.csv": "places",
    "programme_groups.csv": "programme_groups",
    "recommendations.csv": "recommendations",
    "roads/network_report.csv": "network_report",
    "site_buildings.parquet": "site_buildings",
    "site_decisions.csv": "site_decisions",
    "sites.csv": "sites",
    "units.parquet": "units",
    "law.csv": "law",
    "vehicles.csv": "vehicles",
}
"""Files of the study that hold a table as it is, and the table."""
WRITTEN = {
    "backtest_cases.csv", "bodies.csv", "checklists.csv", "drive_references.csv",
    "function_figures.csv", "function_totals.csv", "functions.csv", "governance.csv", "law.csv",
    "partners.csv", "programme_groups.csv", "published_parts.csv", "recommendations.csv",
    "site_decisions.csv", "sources.toml", "study.toml", "vehicles.csv",
}  # fmt: skip
"""Files of the study that are not derived."""


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        _refuse_others(options.shared)
        if options.check:
            _compare(options.shared, roads=not options.without_roads)
        else:
            build(options.shared, STUDY, roads=not options.without_roads)
            io.write_text(sources(STUDY), STUDY / "sources.toml")
        for name, table in CHECKED.items():
            io.read_table(STUDY / name, TABLES[table])
        io.read_table(STUDY / "backtest_cases.csv", CASES)
    except (BuildError, ColocateError) as fault:
        print(f"data: {fault}", file=sys.stderr)
        return 1
    print(f"{STUDY}: {'as built' if options.check else 'built'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared",
        type=Path,
        default=Path(os.environ.get("COLOCATE_SHARED", ROOT.parent / "shared")) / "data",
        help="folder of the source material (default: data in COLOCATE_SHARED or ../shared)",
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--without-roads", action="store_true", help="leave the roads as they are")
    return parser


def _refuse_others(shared: Path) -> None:
    """Refuse sources that are missing or are not the ones the build was made for."""
    for source in tomllib.loads(INPUTS.read_text(encoding="utf-8"))["input"]:
        path = shared / source["path"]
        if not path.is_file():
            raise BuildError(f"{path}: missing. Give the source material with --shared DIR.")
        if (found := io.sha256(path)) != source["sha256"]:
            raise BuildError(
                f"{path}: SHA-256 is {found}, expected {source['sha256']}. Take the expected file, "
                f"or review the new one and put its SHA-256 into {INPUTS.name}."
            )


def build(shared: Path, out: Path, *, roads: bool) -> None:
    """Write every derived file into `out`."""
    fire = polygons(gpd.read_file(shared / "boundaries/fra_sw_detailed.geojson"))
    study_area = fire.set_index("fra").loc[FIRE_AREA, "geometry"]
    settled = settlements(raw_text(shared / "places/osm2021_places_sw.csv"))
    near = reach(study_area)
    lsoas = polygons(gpd.read_file(shared / "boundaries/lsoa21_sw.geojson"))
    register = sites(
        fire=raw_text(shared / "estates/fire_sites_evidence.csv"),
        police=raw_text(shared / "estates/police_sites_evidence.csv"),
        stations=raw_text(shared / "estates/sw_fire_stations_with_osm.csv"),
        places=settled,
        reach=near,
    )
    points = demand(
        **{
            name: raw_numbers(shared / "demand" / file, columns=NUMBERS[name])
            for name, file in DEMAND.items()
        },
        lsoas=lsoas,
        near=near,
        fire_area=FIRE_AREA,
    )
    countries = polygons(gpd.read_file(shared / "boundaries/countries20_uk.geojson"))
    countries = countries.rename(columns={"country20_name": "name"})
    areas = boundaries(
        fire=fire,
        police=polygons(gpd.read_file(shared / "boundaries/pfa_sw_detailed.geojson")),
        lsoas=lsoas,
        near=near,
        land=land(
            fire,
            name="South West England",
            beyond=countries[countries["name"] == "Wales"],
            window=shapely.box(*fire.total_bounds),
        ),
    )
    partners = partner_sites(
        raw_text(shared / "places/partner_sites_osm2021_sw.csv"),
        places=settled,
        boundaries=areas,
        study_area=study_area,
        mapped_in="Aug 2021",
        as_of="2021-08-01",
        ambulance="swast",
    )
    write_csv(register, out / "sites.csv")
    shapes = outlines(gpd.read_file(shared / "places/site_buildings_sw.geojson"), register)
    write_parquet(shapes, out / "site_buildings.parquet")
    write_csv(partners, out / "partner_sites.csv")
    write_csv(points, out / "demand.csv")
    write_parquet(areas, out / "boundaries.parquet")
    write_csv(places(settled, near=near), out / "places.csv")
    write_csv(objects(shared / EXTRACT), out / "objects.csv")
    if roads:
        network = read_osm(shared / EXTRACT, area=near)
        nodes, edges = pack(network.road_nodes, network.road_edges)
        write_parquet(nodes, out / "roads" / "road_nodes.parquet")
        write_parquet(edges, out / "roads" / "road_edges.parquet")
        write_csv(network.network_report, out / "roads" / "network_report.csv")
        if len(network.turns):
            write_parquet(network.turns, out / "roads" / "turns.parquet")
        write_cuts(out / "roads")
    found = _units(points, shared, lsoas=lsoas, roads=(out if roads else STUDY) / "roads")
    write_parquet(check(TABLES["units"], found), out / "units.parquet")


def _units(
    points: pd.DataFrame, shared: Path, *, lsoas: gpd.GeoDataFrame, roads: Path
) -> gpd.GeoDataFrame:
    """Return the postcode units, weighed by the buildings and streets near them."""
    packed = (pd.read_parquet(roads / f"road_{name}.parquet") for name in ("nodes", "edges"))
    _, edges = unpack(*packed)
    residential = edges[edges["highway"].isin(RESIDENTIAL)]
    inside = lsoas[lsoas["lsoa21_code"].isin(points.loc[points["in_area"], "demand_id"])]
    west, south, east, north = inside.total_bounds
    return units(
        io.packaged_units((west, south, east, north)),
        demand=points,
        lsoas=inside,
        buildings=pd.read_parquet(shared / "places/buildings_100m_sw.parquet"),
        streets=residential.geometry.to_numpy(),
    )


def sources(folder: Path) -> str:
    """Return the text of `sources.toml`: the inputs as they stand, and each derived file's hash."""
    hashes = (f'"{name}" = "{io.sha256(folder / name)}"\n' for name in _derived(folder))
    return INPUTS.read_text(encoding="utf-8") + "\n[derived]\n" + "".join(hashes)


def _derived(folder: Path) -> list[str]:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(set(files) - WRITTEN)


def _compare(shared: Path, *, roads: bool) -> None:
    """Build aside and compare with what is there.

    Raises:
        BuildError: a file is missing, is too many, or is not what the build makes.
    """
    with tempfile.TemporaryDirectory() as aside:
        build(shared, Path(aside), roads=roads)
        built = _derived(Path(aside))
        there = [name for name in _derived(STUDY) if roads or not name.startswith("roads/")]
        if odd := sorted(set(built) ^ set(there)):
            raise BuildError(f"{STUDY}: {odd} are not in both the folder and the build.")
        if changed := [name for name in built if not same(STUDY / name, Path(aside) / name)]:
            raise BuildError(f"{STUDY}: {changed} are not what the build makes. Run `make data`.")
    if (STUDY / "sources.toml").read_text(encoding="utf-8") != sources(STUDY):
        raise BuildError(f"{STUDY / 'sources.toml'}: does not fit the files. Run `make data`.")


if __name__ == "__main__":
    sys.exit(main())
