"""Cut the roads of the embedded study, which is most of the work of making them ready.

    python data/build/road_cuts.py      write them anew beside the packed roads

Cuts that are not of the roads beside them are not used: a run then finds them itself, and takes
some seconds longer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from colocate import io
from colocate.pipeline import locate
from colocate.starting.writing import write_parquet
from colocate.tables import TABLES, empty
from colocate.travel.network.packing import unpack
from colocate.travel.ready_roads import cuts
from colocate.travel.stages import CUTS

STUDY = Path(__file__).resolve().parents[1] / "devon-somerset"


def write_cuts(roads: Path, /) -> None:
    """Cut packed roads at the delays of the embedded study, and write the cuts beside them.

    Args:
        roads: folder of the packed roads.
    """
    packed = (io.read_frame(roads / f"road_{what}.parquet") for what in ("nodes", "edges"))
    file = roads / "turns.parquet"
    turns = io.read_table(file, TABLES["turns"]) if file.is_file() else empty(TABLES["turns"])
    delays = locate(STUDY).study.travel.delays
    write_parquet(cuts(*unpack(*packed), turns=turns, delays=delays), roads / CUTS)


if __name__ == "__main__":
    write_cuts(STUDY / "roads")
    sys.exit(0)
