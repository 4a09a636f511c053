"""What came of publishing, and which tables an output folder leaves out."""

from __future__ import annotations

from typing import NamedTuple

LEFT_OUT = frozenset({
    "road_nodes", "road_edges", "turns", "edge_speeds", "road_stretches", "road_links",
    "gazetteer", "units", "unit_snaps", "today_site_to_unit", "today_unit_to_site", "drawings",
    "local_maps",
})  # fmt: skip
"""Tables that stay in the work folder: large, and there already among the inputs or the pages."""


class Published(NamedTuple):
    """What came of publishing a run."""

    missing: dict[str, Exception]
    """What could not be made, or not wholly, by its path in the folder, with the fault."""
    said: tuple[str, ...]
    """What a run says at its end, in a line each: what it lacks, how many issues there are, what
    there is to hand on, and why anything is not."""
