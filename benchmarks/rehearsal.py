"""Rehearse a country on one machine: make its roads ready, fill its drive times, draw catchments.

`python benchmarks/rehearsal.py` lays the seven counties of the shared extract (and, as the smallest
size, the roads of the embedded study) side by side into countries of about 0.4, 0.64, 1.3 and 2.6
million junctions, works in a process of its own at each step, and prints the tables of
docs/scale.md; `--tiles 1 2 4 8` takes other sizes, `--json FILE` keeps the figures, `--from STEP`
goes on from what earlier steps stored.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import near
import numpy as np
import pandas as pd
import shapely
from country import tiled
from growth import exponent
from measure import EXTRACT, ROOT, AbsentError, alone
from network import SEED, TRAVEL, embedded

from colocate.bng import BNG
from colocate.handed import read_mapped, write_mapped
from colocate.spread import ALONE, Spread, gathered, spread
from colocate.tables import TABLES, empty
from colocate.travel import drawing
from colocate.travel.access_rules import opened
from colocate.travel.kernel import hierarchy
from colocate.travel.kernel.places import Places, along_edges
from colocate.travel.network.osm import read_osm
from colocate.travel.ready_roads import made_ready, ready_roads
from colocate.travel.roads import at_speeds
from colocate.travel.snapping import opens_on_to
from colocate.travel.speeds import edge_speeds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from near import Country

    from colocate.travel.kernel.hierarchy import Metric

SITES, DEMAND = 0.4e-3, 3.5e-3
"""Sites and demand points a junction: 4,000 and 35,000 in a country of ten million."""
LIMIT_S = 1_800.0
BLOCK = 50
"""Origins of one part of the table."""
DRAWN = 240
"""Most catchment sites drawn, blocks evenly among all: enough for a cost a site."""
MEMORY = "6GB"
"""Of each worker, the pages of mapped files among it."""
NEAR = 8
"""Sites near to each other whose surroundings are laid out together."""


@dataclass
class Step:
    """What one step took."""

    wall_s: float
    cpu_s: float
    """Of this process and of the workers."""
    peak_mb: float
    """Of this process while the step ran."""


@dataclass
class Size:
    """All figures of one size of country."""

    tiles: int
    nodes: int = 0
    edges: int = 0
    graph_nodes: int = 0
    links: int = 0
    sites: int = 0
    demand: int = 0
    drawn: int = 0
    steps: dict[str, Step] = field(default_factory=dict)
    moved_mb: dict[str, float] = field(default_factory=dict)
    worker_mb: float = 0.0
    """Largest worker, the pages among it that it shares with others."""
    same: dict[str, bool] = field(default_factory=dict)


class Block(NamedTuple):
    """What a part answers: what it found as bytes, and the processor time that it took."""

    found: bytes
    cpu_s: float
    peak_mb: float


class Folder(NamedTuple):
    """What the steps of one size leave for each other, in files that each maps."""

    path: Path

    def put(self, **values: object) -> None:
        """Store values."""
        for name, value in values.items():
            write_mapped(value, self.path / f"{name}.mapped")

    def get(self, *names: str) -> list[Any]:
        """Map values that were stored."""
        return [read_mapped(self.path / f"{name}.mapped") for name in names]


def main() -> None:
    """Measure every size, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tiles", type=int, nargs="+", default=[0, 1, 2, 4],
                        help="counties' copies of each size; 0 is the embedded study")  # fmt: skip
    parser.add_argument("--from", dest="start", choices=STEPS, default=next(iter(STEPS)),
                        help="go on from here with what earlier steps stored")  # fmt: skip
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "rehearsal")
    parser.add_argument("--extract", type=Path, default=EXTRACT)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--most-gb", type=float, default=16, help="memory of a step's process")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    if not (asked.work / "road_edges.parquet").is_file():
        alone(_counties, asked.extract, asked.work)
    sizes: list[Size] = []
    for tiles in asked.tiles:
        try:
            sizes.append(_measured(tiles, asked.work, start=asked.start, most_gb=asked.most_gb))
        except AbsentError as wall:
            print(f"{tiles} tiles: {wall}", end="\n\n", flush=True)
            continue
        if asked.json:  # kept after each size: the whole takes an hour
            asked.json.write_text(json.dumps([asdict(each) for each in sizes], indent=1))
        print("\n".join(table(sizes)), end="\n\n", flush=True)


def _counties(extract: Path, work: Path) -> None:
    """Import the extract once, and keep what is tiled."""
    with step(Size(tiles=1), "read the extract"):
        read = read_osm(extract)
    read.road_nodes.to_parquet(work / "road_nodes.parquet")
    read.road_edges.to_parquet(work / "road_edges.parquet")


def _measured(tiles: int, work: Path, *, start: str, most_gb: float) -> Size:
    """Do the steps of one size from one on, each in a process of its own."""
    folder = Folder(work / str(tiles))
    folder.path.mkdir(exist_ok=True)
    names = list(STEPS)
    size = Size(tiles)
    if names.index(start):
        (size,) = folder.get("size")
    for name in names[names.index(start) :]:
        size = alone(_alone, name, size, folder=folder, most_gb=most_gb)
        folder.put(size=size)
    return size


def _alone(name: str, size: Size, *, folder: Folder, most_gb: float) -> Size:
    """Do one step, in this process."""
    most = int(most_gb * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    STEPS[name](size, folder)
    return size


def _lay_out(size: Size, folder: Folder) -> None:
    with step(size, "lay out"):
        if size.tiles:
            nodes, edges = tiled(
                pd.read_parquet(folder.path.parent / "road_nodes.parquet"),
                gpd.read_parquet(folder.path.parent / "road_edges.parquet"),
                count=size.tiles,
            )
        else:
            nodes, edges = embedded()[:2]
    size.nodes, size.edges = len(nodes), len(edges)
    points = {
        name: _edges(edges, int(len(nodes) * each), draw=number)
        for number, (name, each) in enumerate({"sites": SITES, "demand": DEMAND}.items())
    }
    size.sites, size.demand = (len(each) for each in points.values())
    _, xy, (first,) = shapely.to_ragged_array(edges.geometry.to_numpy())
    plain = pd.DataFrame(edges.drop(columns="geometry"))
    folder.put(nodes=nodes, edges=plain, points=points, lines=(xy, first))


def _roads(folder: Folder) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    nodes, edges, (xy, first) = folder.get("nodes", "edges", "lines")
    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (first,))
    return nodes, gpd.GeoDataFrame(edges, geometry=lines, crs=BNG)


def _speeds(size: Size, folder: Folder) -> None:
    nodes, edges = _roads(folder)
    with step(size, "speeds"):
        speeds = edge_speeds(nodes, edges, settings=TRAVEL)
    folder.put(speeds=speeds)


def _order(size: Size, folder: Folder) -> None:
    nodes, edges = _roads(folder)
    with step(size, "order"):
        made = made_ready(nodes, edges, turns=empty(TABLES["turns"]), delays=TRAVEL.delays)
    size.graph_nodes, size.links = len(made.road_order), len(made.road_links)
    folder.put(made=made)


def _customise(size: Size, folder: Folder) -> None:
    made, speeds = folder.get("made", "speeds")
    ready = ready_roads(*made)
    with step(size, "customise"):
        metric = hierarchy.customise(ready.hierarchy, at_speeds(ready.graph, speeds))
    folder.put(metric=metric)


def _edges(edges: pd.DataFrame, count: int, *, draw: int) -> np.ndarray:
    """Draw edges that buildings open on to; there are most where most people live."""
    may = np.flatnonzero(opens_on_to(edges) & (edges["length_m"] > 20))
    return np.sort(np.random.default_rng([SEED, draw]).choice(may, count, replace=False))


@contextmanager
def step(size: Size, name: str) -> Iterator[None]:
    """Measure one step of this process."""
    Path("/proc/self/clear_refs").write_text("5")  # begin the peak anew
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield
    except MemoryError as wall:
        raise MemoryError(f"{name}, of {size.nodes:,} junctions: {wall}") from None
    size.steps[name] = Step(time.perf_counter() - wall, time.process_time() - cpu, peak_mb())
    print(size.tiles, name, size.steps[name], file=sys.stderr, flush=True)


def peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1.024e-3


def _drive_times(size: Size, folder: Folder) -> None:
    """Fill the table from every site to every demand point, alone and with two workers."""
    metric, edges, points = folder.get("metric", "edges", "points")
    middle = (edges["length_m"].to_numpy() / 2).round(1)
    sites, demand = (
        along_edges(metric.graph, edge=each, offset_m=middle[each]) for each in points.values()
    )
    parts = {
        f"sites from number {first}": Places(*(array[first : first + BLOCK] for array in sites))
        for first in range(0, len(sites.node), BLOCK)
    }
    _both(size, "drive times", work=folder.path, call=_driven, parts=parts, given=(metric, demand))


def _driven(sites: Places, given: tuple[Metric, Places]) -> Block:
    cpu = time.process_time()
    metric, demand = given
    found = hierarchy.trips(metric, sources=sites, targets=demand, limit_s=LIMIT_S)
    told = b"".join(np.ascontiguousarray(array).tobytes() for array in found)
    return Block(told, time.process_time() - cpu, peak_mb())


def _lay_out_to_draw(size: Size, folder: Folder) -> None:
    """Store the country as arrays, whole numbers in half the memory."""
    made, speeds, edges, nodes, (xy, first) = folder.get(
        "made", "speeds", "edges", "nodes", "lines"
    )
    with step(size, "lay out to draw"):
        graph = at_speeds(ready_roads(*made).graph, opened(speeds))
        country = near.country(graph, nodes=nodes, edges=edges, xy=xy, first=first)
    folder.put(country=country)


def _catchments(size: Size, folder: Folder) -> None:
    """Draw catchments of the study's limits, alone and with two workers."""
    country, points = folder.get("country", "points")
    sites = points["sites"]
    blocks = near.blocks(country.ends[sites].mean(axis=1), size=NEAR)
    count = min(DRAWN // NEAR, len(blocks))
    evenly = np.linspace(0, len(blocks) - 1, count).astype("int64")
    parts = {
        f"catchments of block {number}": _snaps(country, sites[blocks[number]]) for number in evenly
    }
    size.drawn = sum(map(len, parts.values()))
    given = (country, near.fastest(country))
    _both(size, "catchments", work=folder.path, call=_drawn, parts=parts, given=given)


def _snaps(country: Country, edge: np.ndarray) -> pd.DataFrame:
    """Put a site in the middle of each edge."""
    return pd.DataFrame(
        {
            "kind": "site",
            "point_id": [f"s{number:05}" for number in edge],
            "edge_id": edge,
            "offset_m": (country.length_m[edge] / 2).round(1),
        }
    )


def _drawn(snaps: pd.DataFrame, given: tuple[Country, float]) -> Block:
    cpu = time.process_time()
    country, m_per_s = given
    scene = near.scene(country, snaps, settings=TRAVEL, m_per_s=m_per_s)
    groups = [scene.places.those([number]) for number in range(len(snaps))]
    found = drawing.drawn(scene, groups, direction="from_site", settings=TRAVEL)
    told = b"".join(area.wkb for areas in found for area in areas)
    return Block(told, time.process_time() - cpu, peak_mb())


STEPS: dict[str, Callable[[Size, Folder], None]] = {
    "lay-out": _lay_out,
    "speeds": _speeds,
    "order": _order,
    "customise": _customise,
    "drive-times": _drive_times,
    "lay-out-to-draw": _lay_out_to_draw,
    "catchments": _catchments,
}
"""Each finds what those before it stored."""


def _both(
    size: Size, name: str, *, work: Path, call: Any, parts: Mapping[str, Any], given: object
) -> None:
    """Do the parts alone and with two workers, and hold what comes of both against each other.

    A first part is done before anything is measured: its time is the compiled loops' being loaded.
    """
    first = dict(list(parts.items())[:1])
    _done(ALONE, call, parts=first, given=given)
    with step(size, name):
        one = _done(ALONE, call, parts=parts, given=given)
    with spread(2, folder=work, memory=MEMORY) as workers:
        _done(workers, call, parts={f"first of {n}": each for n in range(4)
                                    for each in first.values()}, given=given)  # fmt: skip
        with step(size, f"{name}, two workers"):
            two = _done(workers, call, parts=parts, given=given)
    taken = size.steps[f"{name}, two workers"]
    taken.cpu_s += sum(block.cpu_s for block in two)
    size.worker_mb = max(size.worker_mb, *(block.peak_mb for block in two))
    file = work / "given"
    sent = write_mapped(given, file) + len(pickle.dumps(parts))
    file.unlink()
    size.moved_mb[name] = (sent + sum(len(block.found) for block in two)) / 1e6
    size.same[name] = _hash(one) == _hash(two)


def _done(by: Spread, call: Any, *, parts: Mapping[str, Any], given: object) -> list[Block]:
    return gathered(by.each(call, parts, given=given), parts)


def _hash(blocks: list[Block]) -> str:
    return hashlib.sha256(b"".join(block.found for block in blocks)).hexdigest()


def table(sizes: list[Size]) -> Iterator[str]:
    """Yield the lines of the page's tables."""
    head = [f"{size.nodes / 1e6:.2f} M" for size in sizes]
    yield from rows("", [*head, "grows with"], rows=[
        ("edges", [f"{size.edges:,}" for size in sizes]),
        ("nodes with turns", [f"{size.graph_nodes:,}" for size in sizes]),
        ("links", [f"{size.links:,}" for size in sizes]),
        ("sites, demand points", [f"{size.sites:,}, {size.demand:,}" for size in sizes]),
        ("of which drawn", [f"{size.drawn:,}" for size in sizes]),
        ("moved for drive times, MB", [f"{s.moved_mb['drive times']:,.0f}" for s in sizes]),
        ("moved for catchments, MB", [f"{s.moved_mb['catchments']:,.0f}" for s in sizes]),
        ("drive times, ms of processor a site", [
            f"{s.steps['drive times'].cpu_s / s.sites * 1000:.1f}" for s in sizes]),
        ("catchments, ms of processor a site", [
            f"{s.steps['catchments'].cpu_s / s.drawn * 1000:.0f}" for s in sizes]),
        ("largest worker, MB", [f"{size.worker_mb:,.0f}" for size in sizes]),
        ("same bytes, one process and two workers", [
            "yes" if all(size.same.values()) else "NO" for size in sizes]),
    ])  # fmt: skip
    for what, of, form in (
        ("processor seconds", "cpu_s", ".1f"), ("wall seconds", "wall_s", ".1f"),
        ("peak memory, MB", "peak_mb", ",.0f"),
    ):  # fmt: skip
        yield ""
        listed = [
            (name, [getattr(size.steps[name], of) for size in sizes]) for name in sizes[0].steps
        ]
        grown = len(sizes) > 1
        yield from rows(what, [*head, "grows with"], rows=[
            (name, [*(format(value, form) for value in values),
                    f"n^{exponent([s.nodes for s in sizes], values):.2f}" if grown else ""])
            for name, values in listed
        ])  # fmt: skip


def rows(corner: str, head: list[str], *, rows: list[tuple[str, list[str]]]) -> Iterator[str]:
    yield f"| {' | '.join([corner, *head])} |"
    yield f"|---|{'---:|' * len(head)}"
    for name, cells in rows:
        yield f"| {' | '.join([name, *cells, *[''] * (len(head) - len(cells))])} |"


if __name__ == "__main__":
    main()
