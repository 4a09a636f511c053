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
def compiled(name: str = "compiled") -> ModuleType | None:
    """Return a module of compiled loops, or None where numba is missing or switched off.

    Args:
        name: of the module: the loops of the hierarchy, or `compiled_` and whose they are.
    """
    if os.environ.get(SWITCH, "").lower() == "off" or find_spec("numba") is None:
        return None
    return import_module(f"colocate.travel.kernel.{name}")


def warm() -> None:
    """Compile all loops once: numba keeps what it compiled beside the code, for later runs."""
    import numpy as np

    from colocate.travel.kernel import hierarchy, roadgraph
    from colocate.travel.kernel.places import Places

    each = np.arange(3)
    graph = roadgraph.build(
        3, tail=each, head=np.roll(each, 1), forward_s=np.ones(3), backward_s=np.ones(3),
        length_m=np.ones(3),
    )  # fmt: skip
    metric = hierarchy.customise(hierarchy.prepare(graph, each), graph)
    spots = Places(each, each, each)
    hierarchy.table(metric, sources=spots, targets=spots)


if __name__ == "__main__":
    warm()
