"""Measure colocate and what its users would pick instead, in one run on one network.

`python benchmarks/run.py` measures everything and writes docs/benchmarks.md and .svg; `--quick`
takes a small cut of the network, to try the harness. Engines that are not installed are named in
the page with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import areas
import by_stage
import extract
import growth
import numpy as np
import page
import tables
from measure import EXTRACT, ROOT, AbsentError, alone
from network import Network, around_exeter, embedded, pick, save, write_pbf

if TYPE_CHECKING:
    from collections.abc import Callable

Results = dict[str, Any]


def main() -> None:
    """Run everything and write the page."""
    asked = _arguments()
    work: Path = asked.work
    network = embedded()
    if asked.quick:
        network = around_exeter(network, 20_000)
    save(network, work)
    write_pbf(network, work / "network.osm.pbf")
    sources, targets = (20, 200) if asked.quick else (250, 2_000)
    sites = 4 if asked.quick else 20
    results = {
        "command": " ".join(["python", "benchmarks/run.py", *sys.argv[1:]]),
        "machine": _machine(),
        "network": {"nodes": len(network.road_nodes), "edges": len(network.road_edges)},
    }
    for part in (
        lambda: _tables(network, work, sources=sources, targets=targets),
        lambda: _areas(network, work, sites=sites),
        lambda: _growth(network, work),
        lambda: _extracts(asked.extract, work),
        lambda: {} if asked.quick else _stages(work),
    ):  # kept after each part: the whole takes most of an hour
        results |= part()
        (work / "results.json").write_text(json.dumps(results, indent=1))
    page.write(results, asked.docs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small cut and small tables")
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "bench", help="working folder")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where the page goes")
    parser.add_argument("--extract", type=Path, default=EXTRACT, help="OSM file to import")
    return parser.parse_args()


def _machine() -> dict[str, str]:
    """Say what the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "measured": datetime.now(UTC).date().isoformat(),
    }


def _tables(network: Network, work: Path, *, sources: int, targets: int) -> Results:
    """Fill the table with every engine and compare it with scipy's."""
    pairs = {"sources": pick(network, sources, draw=0), "targets": pick(network, targets, draw=1)}
    names = [engine.name for engine in tables.ENGINES]
    found, absent = _each(
        "table", names, measured=lambda name: alone(tables.measure, name, work, **pairs)
    )
    times = {row.name: times for row, times in found}
    measured = []
    for row, _ in found:
        exact = times["scipy"][: row.sample]
        off = np.abs(times[row.name] - exact)
        known = None if row.turns else (float(np.median(off) / np.median(exact)), float(off.max()))
        measured.append({**asdict(row), "off": known})
    return {"pairs": (sources, targets), "tables": measured, "tables_absent": absent}


def _areas(network: Network, work: Path, *, sites: int) -> Results:
    """Draw catchments with every engine."""
    chosen = pick(network, sites, draw=2)
    names = [engine.name for engine in areas.ENGINES]
    found, absent = _each(
        "catchments", names, measured=lambda name: alone(areas.measure, name, work, sites=chosen)
    )
    return {"limits_min": areas.LIMITS_MIN, "areas": list(map(asdict, found)),
            "areas_absent": absent}  # fmt: skip


def _extracts(path: Path, work: Path) -> Results:
    """Import an OSM file with every engine."""
    names = list(extract.ENGINES) if path.exists() else []
    found, absent = _each(
        "import", names, measured=lambda name: alone(extract.measure, name, path, work=work)
    )
    return {"extract": path.name, "extracts": list(map(asdict, found)), "extracts_absent": absent}


def _each(
    what: str, names: list[str], *, measured: Callable[[str], Any]
) -> tuple[list[Any], list[tuple[str, str]]]:
    """Measure engines one after another: what was found, and which are absent and why."""
    found, absent = [], []
    for name in names:
        _say(f"{what}: {name}")
        try:
            found.append(measured(name))
        except AbsentError as why:
            absent.append((name, str(why)))
    return found, absent


def _growth(network: Network, work: Path) -> Results:
    """Measure growth with the network and with the sites."""
    _say("growth: network, then sites")
    return {
        "by_nodes": [asdict(grown) for grown in growth.network_series(network, work)],
        "by_sites": [asdict(grown) for grown in growth.site_series(work)],
    }


def _stages(work: Path) -> Results:
    """Measure the stages of the embedded study, and how they grow with a made-up one."""
    _say("stages: cold and warm, then growth")
    return {"by_run": by_stage.cold_and_warm(work), "by_options": by_stage.growth(work)}


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
