"""What every later run is spared: loops are compiled, and what code stages run is known.

numba keeps what it compiled beside the code. A run compiles nothing after this; a test holds that
of the example.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from colocate.impact import arrivals
from colocate.pipeline import code
from colocate.travel import lines_near
from colocate.travel.kernel import loops

LOOPS = (loops.warm, arrivals.warm, lines_near.warm)
"""Each calls loops of some modules, with arrays of every kind that stages hand to them."""


def warm() -> None:
    """Compile all loops and take the source apart, once after installing."""
    for each in LOOPS:
        each()
    with tempfile.TemporaryDirectory() as work:
        code.keep(Path(work))


if __name__ == "__main__":
    warm()
