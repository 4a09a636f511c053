"""What came of publishing, what outputs say of their run, and which tables are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT = frozenset({
    "road_nodes", "road_edges", "turns", "edge_speeds", "road_stretches", "road_links",
    "gazetteer", "units", "unit_snaps", "today_site_to_unit", "today_unit_to_site", "drawings",
    "local_grounds", "local_maps", "unnamed_effects",
})  # fmt: skip
"""Tables that stay in the work folder: large, and there already among the inputs or the pages."""


@dataclass(frozen=True)
class RunInfo:
    """What outputs say about the run they come from."""

    run_id: str
    version: str
    """Version of colocate."""
    sources: tuple[str, ...]
    """Attribution lines, shown on every view and print."""
    records: Mapping[str, int]
    """Rows of the study's own registers by service, located or not."""


class Published(NamedTuple):
    """What came of publishing a run."""

    missing: dict[str, Exception]
    """What could not be made, or not wholly, by its path in the folder, with the fault."""
    said: tuple[str, ...]
    """What a run says at its end, in a line each: what it lacks, how many issues there are, what
    there is to hand on, and why anything is not."""
