"""Run every stage on a made-up register of 100,000 rows, 4,000 of whose sites are to be served.

`python benchmarks/crowded.py` lays sites along the roads of the embedded study, as thick at every
size: the nearest to Exeter of the same 4,000, with the people around them, so that options grow as
sites do. Of every 25 rows of the register one is such a site; the others lie elsewhere, are closed,
are listed twice or say nothing of where they are. Each size runs in a process of its own, one
stage after another, and the tables of docs/scale.md are printed; `--json FILE` keeps the
figures, and a stage that is found stored keeps those it has there.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import sys
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from growth import exponent
from measure import ROOT, AbsentError, alone, cpu_s
from network import EXETER, SEED, STUDY, embedded
from rehearsal import Step, peak_mb, rows

import colocate
from colocate.pipeline import beside, board
from colocate.pipeline.stages import STAGES
from colocate.travel.snapping import opens_on_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AREA = "Devon & Somerset"
SERVED = {"fire": 430, "police": 550, "library": 1_150, "council": 1_120, "ambulance": 650,
          "hospital": 100}  # fmt: skip
"""Of 4,000 sites: those who move have some 10,000 options at the study's own tiers."""
LARGEST = sum(SERVED.values())
ROWS = 25
"""Rows of the register to a site that is served."""
ELSEWHERE = {"elsewhere": 0.6, "closed": 0.15, "twice": 0.1, "nowhere": 0.15}
"""What the other rows are, as shares."""
CLOSED_HERE = 0.1
"""Closed sites within the area, to each that is served."""
AROUND_M = 5_000.0
"""How far around the estate people are counted."""
FAR = (400_000, 250_000, 550_000, 450_000)
"""Where the others lie: off the roads of the study."""
BODIES = {"fire": "dsfra", "police": "dcp", "ambulance": "swast", "council": "devon-council",
          "library": "devon-council", "hospital": "owner-hospital"}  # fmt: skip
ROLES = {
    "fire": {"station": 0.97, "training": 0.02, "office": 0.01},
    "police": {"station": 0.6, "station;front_desk": 0.3, "office": 0.08, "training": 0.02},
}
"""Shares of the roles of those who move; whoever only hosts has none that is told."""
SAID = "Made up: not a site of anybody."


@dataclass
class Size:
    """All figures of one size."""

    sites: int
    rows: int = 0
    options: int = 0
    steps: dict[str, Step] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """Rows of tables that tell what a stage had to do."""
    files: dict[str, int] = field(default_factory=dict)
    """Bytes of what was published; `sheets` are all of them together."""
    sheets: int = 0
    wall: str = ""
    """What ended the run, where it did not come through."""


COUNTED = ("located_sites", "pairs", "options", "new_sites", "site_to_site", "site_to_demand",
           "site_to_unit", "unit_to_site", "changed_units", "approvals", "gates")  # fmt: skip


def main() -> None:
    """Measure every size, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, nargs="+", default=[500, 1_000, 2_000, LARGEST])
    parser.add_argument("--points", choices=["postcodes", "areas"], default="postcodes",
                        help="where people are taken to live")  # fmt: skip
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "crowded")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--most-gb", type=float, default=6, help="memory of a size's process")
    asked = parser.parse_args()
    held = json.loads(asked.json.read_text()) if asked.json and asked.json.is_file() else {}
    for sites in asked.sites:
        before = held.get(str(sites), {}).get("steps", {})
        study = laid_out(asked.work / f"{sites}", sites=sites, points=asked.points)
        try:
            size = alone(measured, study, sites=sites, most_gb=asked.most_gb)
        except AbsentError as fault:
            size = Size(sites, wall=str(fault))
        size = asdict(size)
        size["steps"] = {**before, **size["steps"]}
        held[str(sites)] = size
        if asked.json:
            asked.json.write_text(json.dumps(held, indent=1))
        told = [held[str(each)] for each in asked.sites if str(each) in held]
        print("\n".join(table(told)), end="\n\n", flush=True)


def laid_out(folder: Path, *, sites: int, points: str) -> Path:
    """Write a study of so many sites into a folder, but for what lies there already."""
    study = folder / "study" / "study.toml"
    if study.is_file():
        return study
    shutil.copytree(STUDY, study.parent)
    told = study.read_text()
    registers = 'registers = [{ file = "sites.csv" }, { file = "partner_sites.csv" }]'
    told = told.replace(registers, 'registers = [{ file = "sites.csv" }]')
    told = told.replace('site_decisions = "site_decisions.csv"\n', "")
    told = told.replace('points = "postcodes"', f'points = "{points}"')
    # two scenarios edit sites of the study's own registers
    told = re.sub(r"\[\[scenarios\]\]\nid = \"(topsham-open|wells-2020)\"(\n.+)+\n", "", told)
    study.write_text(told)
    whole = register(sites)
    whole.to_csv(study.parent / "sites.csv", index=False)
    _people(study.parent, within_m=_away(whole.head(sites)).max() + AROUND_M)
    return study


def _away(rows: pd.DataFrame) -> pd.Series:
    """How far from Exeter rows lie, m."""
    return np.hypot(rows["easting"] - EXETER[0], rows["northing"] - EXETER[1])


def _people(folder: Path, *, within_m: float) -> None:
    """Leave out people and ground away from the estate: so they grow as the sites do."""
    demand = pd.read_csv(folder / "demand.csv", dtype="str")
    near = _away(demand[["easting", "northing"]].astype("float64")) <= within_m
    demand[near].to_csv(folder / "demand.csv", index=False)
    units = gpd.read_parquet(folder / "units.parquet")
    kept = units[units["demand_id"].isin(demand.loc[near, "demand_id"])]
    kept.to_parquet(folder / "units.parquet")
    areas = gpd.read_parquet(folder / "boundaries.parquet")
    own = (areas["kind"] == "fire_area") & (areas["name"] == AREA)
    around = shapely.Point(EXETER).buffer(within_m)
    areas.loc[own, "geometry"] = areas.loc[own, "geometry"].intersection(around)
    areas.to_parquet(folder / "boundaries.parquet")


def register(sites: int) -> pd.DataFrame:
    """Invent a register: so many sites to be served, and 24 other rows to each."""
    rng = np.random.default_rng([SEED, 3])
    here = _here(rng)
    served = here[here["status"] == "open"].head(sites)
    closed = here[here["status"] == "closed"].head(round(sites * CLOSED_HERE))
    others = _others(sites * ROWS - len(served) - len(closed), like=here, rng=rng)
    whole = pd.concat([served, closed, others], ignore_index=True)
    fire = whole["service"] == "fire"
    return whole.assign(
        site_id=[f"M{number:06}" for number in range(len(whole))],
        crewing=np.where(fire, np.where(whole.index % 4 > 0, "on_call", "wholetime"), ""),
        over_border="false", coordinate_source="register", confidence="high", source=SAID,
        as_of="2026-04-01", disclosure="public",
    )  # fmt: skip


def _here(rng: np.random.Generator) -> pd.DataFrame:
    """Lay the sites of the largest size along the roads, those nearest to Exeter first."""
    closed = round(LARGEST * CLOSED_HERE)
    points = _by_roads(LARGEST + closed, rng)
    service = rng.permutation(np.repeat(list(SERVED), list(SERVED.values())))
    service = np.append(service, rng.choice(list(SERVED), closed))
    made = _rows(points, service, rng=rng).assign(status=["open"] * LARGEST + ["closed"] * closed)
    made["gia_m2"] = np.where(rng.random(len(made)) < 0.5, rng.integers(100, 1_500, len(made)), "")
    return made.iloc[np.argsort(_away(made), kind="stable")]


def _by_roads(count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw middles of roads that buildings open on to, within the study's fire area."""
    edges = embedded().road_edges
    may = edges.geometry.to_numpy()[opens_on_to(edges) & (edges["length_m"] > 20)]
    middles = shapely.get_coordinates(shapely.line_interpolate_point(may, 0.5, normalized=True))
    areas = gpd.read_parquet(STUDY / "boundaries.parquet")
    area = areas.loc[(areas["kind"] == "fire_area") & (areas["name"] == AREA), "geometry"].iloc[0]
    shapely.prepare(area)
    inside = middles[shapely.contains_xy(area, middles)]
    return inside[rng.choice(len(inside), count, replace=False)].round()


def _rows(points: np.ndarray, service: np.ndarray, *, rng: np.random.Generator) -> pd.DataFrame:
    roles = np.full(len(service), "other", dtype="object")
    for name, likely in ROLES.items():
        those = service == name
        roles[those] = rng.choice([*likely], those.sum(), p=[*likely.values()])
    return pd.DataFrame({
        "name": [f"{name.title()} {number}" for number, name in enumerate(service)],
        "service": service,
        "body_id": [BODIES[name] for name in service],
        "roles": roles,
        "easting": points[:, 0],
        "northing": points[:, 1],
    })  # fmt: skip


def _others(count: int, *, like: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Invent rows that no option comes of."""
    kind = rng.choice([*ELSEWHERE], count, p=[*ELSEWHERE.values()])
    west, south, east, north = FAR
    points = rng.uniform((west, south), (east, north), (count, 2)).round()
    made = _rows(points, rng.choice(like["service"], count), rng=rng)
    made["status"] = np.where(kind == "closed", "closed", "open")
    made.loc[kind == "nowhere", ["easting", "northing"]] = np.nan
    again = np.flatnonzero(kind == "twice")
    of = rng.choice(np.flatnonzero(kind == "elsewhere"), len(again))
    made.iloc[again] = made.iloc[of]
    return made


def measured(study: Path, *, sites: int, most_gb: float) -> Size:
    """Run one size, measuring each stage; those found stored are not measured."""
    most = int(most_gb * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    size = Size(sites, rows=sites * ROWS)
    make, publish = board.make, beside.publish
    board.make = lambda task, *given, **named: _step(  # type: ignore[assignment]
        size, STAGES[task.number - 1].name, call=partial(make, task, *given, **named)
    )
    beside.publish = lambda *given, **named: _step(  # type: ignore[assignment]
        size, "publish", call=partial(publish, *given, **named)
    )
    out, work = study.parents[1] / "out", study.parents[1] / ".work"
    try:
        run = colocate.run(study, out=out, work=work, processes=1, anyway=True, progress=_told)
    except (MemoryError, colocate.errors.ColocateError) as fault:
        size.wall = f"{type(fault).__name__}: {fault}"
        return size
    size.counts = {name: len(run.tables[name]) for name in COUNTED}
    size.options = size.counts["options"]
    files = [each for each in out.rglob("*") if each.is_file()]
    size.files = {str(each.relative_to(out)): each.stat().st_size for each in files
                  if "sheets" not in each.parts and "tables" not in each.parts}  # fmt: skip
    sheets = [each.stat().st_size for each in files if "sheets" in each.parts]
    size.sheets, size.files["sheets"] = len(sheets), sum(sheets)
    return size


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _step(size: Size, name: str, *, call: Callable[[], Any]) -> Any:
    """Measure one stage: what the process holds besides counts in its memory."""
    Path("/proc/self/clear_refs").write_text("5")  # begin the peak anew
    wall, cpu = time.perf_counter(), cpu_s()
    try:
        return call()
    except MemoryError as fault:
        raise MemoryError(f"{name}: {fault}") from fault
    finally:
        step = Step(time.perf_counter() - wall, cpu_s() - cpu, peak_mb())
        size.steps[name] = step
        _told(f"{size.sites} {name} {step}")


def table(sizes: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the page's tables."""
    head = [f"{size['sites']:,}" for size in sizes]
    count = {name: [f"{size['counts'].get(name, 0):,}" for size in sizes] for name in COUNTED}
    yield from rows("sites served", head, rows=[
        ("rows of the register", [f"{size['rows']:,}" for size in sizes]), *count.items(),
    ])  # fmt: skip
    yield ""
    yield from rows("processor seconds, peak MB", [*head, "grows with"], rows=[
        (stage, [*_cells(sizes, stage), _growth(sizes, stage)])
        for stage in (*(each.name for each in STAGES), "publish")
    ])  # fmt: skip
    yield ""
    names = sorted({name for size in sizes for name in size["files"]})
    yield from rows("published, kB", head, rows=[
        ("sheets, number", [f"{size['sheets']:,}" for size in sizes]),
        *((name, [f"{size['files'].get(name, 0) / 1e3:,.0f}" for size in sizes])
          for name in names),
    ])  # fmt: skip
    yield from (f"\n{size['sites']:,}: {size['wall']}" for size in sizes if size["wall"])


def _cells(sizes: list[dict[str, Any]], stage: str) -> list[str]:
    steps = [size["steps"].get(stage) for size in sizes]
    return [f"{step['cpu_s']:.1f}, {step['peak_mb']:,.0f}" if step else "" for step in steps]


def _growth(sizes: list[dict[str, Any]], stage: str) -> str:
    """Fit the exponent to sizes where the stage takes a second or more at the largest."""
    known = [(size["sites"], size["steps"][stage]["cpu_s"]) for size in sizes
             if stage in size["steps"]]  # fmt: skip
    if len(known) < 2 or known[-1][1] < 1:
        return ""
    many, took = zip(*known, strict=True)
    return f"n^{exponent(many, [max(each, 0.01) for each in took]):.2f}"


if __name__ == "__main__":
    main()
