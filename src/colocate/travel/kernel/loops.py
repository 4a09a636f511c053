"""Which loops run: those that numba compiles, or whole-array numpy with the same numbers."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

SWITCH = "COLOCATE_COMPILED"
"""Environment variable: `off` keeps to numpy where numba is installed."""


@cache
def compiled(name: str = "compiled", *, room: str = "colocate.travel.kernel") -> ModuleType | None:
    """Return a module of compiled loops, or None where numba is missing or switched off.

    Args:
        name: of the module: the loops of the hierarchy, or `compiled_` and whose they are.
        room: package that it stands in.
    """
    if os.environ.get(SWITCH, "").lower() == "off" or find_spec("numba") is None:
        return None
    return import_module(f"{room}.{name}")


def warm() -> None:
    """Compile all loops once: numba keeps what it compiled beside the code, for later runs."""
    import numpy as np

    from colocate.travel.kernel import fields, hierarchy, outlines, roadgraph, sweeps, times
    from colocate.travel.kernel.places import Places

    each = np.arange(3)
    graph = roadgraph.build(
        3, tail=each, head=np.roll(each, 1), forward_s=np.ones(3), backward_s=np.ones(3),
        length_m=np.ones(3),
    )  # fmt: skip
    built, spots = hierarchy.along_trees(hierarchy.prepare(graph, each)), Places(each, each, each)
    hierarchy.table(hierarchy.customise(built, graph), sources=spots, targets=spots)
    one = np.ones((3, 1))
    edges_ms = times.rated(np.ones((2, 3)), group=each, factors=(one, one))
    asked = sweeps.asked(built, graph, sources=spots, targets=spots)
    metrics = times.customise(built, graph, edges_ms=edges_ms)
    times.tables(metrics, asked, ms=times.along(asked, edges_ms), limit_s=9.0)
    points = fields.Points(np.arange(4), np.zeros(3), *np.zeros((2, 3), "int32"))
    fields.along(np.ones((2, 2)), first=2 * each[:2], edge=each[:1], share=np.zeros(1))
    cell = np.zeros((1, 2), "int64")
    drawn = fields.field(
        fields.ways(graph, links=roadgraph.matrix(graph), points=points), sources=each[:1],
        origins=cell, limit_s=9.0, walk=fields.Walk(1, 1.0),
    )  # fmt: skip
    outlines.outlines(drawn.z, levels=np.ones(1), origins=cell - drawn.corner, tolerance=0.1)
