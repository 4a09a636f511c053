"""How time and memory grow with the network and with the sites, for colocate alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import areas
import numpy as np
import tables
from measure import Cost, alone, peak_mb, repeated
from network import TRAVEL, Network, around_exeter, load, pick, save

from colocate.travel.speeds import edge_speeds

if TYPE_CHECKING:
    from pathlib import Path

STEPS = (1, 2, 4, 8)
SOURCES, TARGETS, SITES = 25, 1_000, 4
"""Size of the table and number of catchment sites where the network grows, and the first step
where the sites grow."""


@dataclass(frozen=True)
class Grown:
    """Costs at one size of network, table and site list."""

    nodes: int
    sources: int
    sites: int
    costs: dict[str, Cost]
    memory_mb: float
    """Peak of the process above what the imports take."""


def network_series(network: Network, work: Path) -> list[Grown]:
    """Measure nested cuts around Exeter, each twice the one before, the last the whole network."""
    found = []
    for step in STEPS:
        count = len(network.road_nodes) * step // STEPS[-1]
        save(around_exeter(network, count), work / f"cut-{step}")
        found.append(_measured(work / f"cut-{step}", times=1))
    return found


def site_series(work: Path) -> list[Grown]:
    """Measure more and more sources and sites on the whole network, the last of `network_series`.

    The number of targets stays the same.
    """
    return [_measured(work / f"cut-{STEPS[-1]}", times=step) for step in STEPS]


def _measured(folder: Path, *, times: int) -> Grown:
    return alone(_grown, folder, sources=SOURCES * times, sites=SITES * times)


def _grown(folder: Path, *, sources: int, sites: int) -> Grown:
    before = peak_mb()
    network = load(folder)
    starts, ends = pick(network, sources, draw=0), pick(network, TARGETS, draw=1)
    task = tables.Task(network, folder, starts, ends)
    drawing = areas.Task(network, folder, starts[:sites])
    steps = {
        "speeds": lambda: edge_speeds(network.road_nodes, network.road_edges, settings=TRAVEL),
        "prepare": lambda: tables.colocate(task),
        "table": tables.colocate(task).run,
        "ready to draw": lambda: areas.colocate(drawing),
        "catchments": areas.colocate(drawing).run,
    }
    costs = {name: repeated(step, at_most=3)[1] for name, step in steps.items()}
    return Grown(len(network.road_nodes), sources, sites, costs, peak_mb() - before)


def exponent(sizes: list[int], values: list[float]) -> float:
    """Slope of the line fitted to log(value) against log(size)."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0].round(2)) + 0.0
