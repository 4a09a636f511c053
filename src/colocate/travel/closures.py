"""Roads closed by a scenario: nobody drives along them, in either direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from colocate.tables import issue_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from colocate.study import Block


class Blocked(NamedTuple):
    """Tables made here."""

    edge_speeds: pd.DataFrame
    issues: pd.DataFrame


def block(
    edge_speeds: pd.DataFrame, road_edges: gpd.GeoDataFrame, /, *, blocks: Sequence[Block]
) -> Blocked:
    """Close every road edge within a distance of a point (included).

    Args:
        edge_speeds: table `edge_speeds`, one row an edge in the order of `road_edges`.
        road_edges: table `road_edges`.
        blocks: points, EPSG:27700, and distances in metres.

    Returns:
        `edge_speeds` with infinite times on the closed edges, and a note for each block saying
        how many edges it closes (a doubt where it closes none).
    """
    closed = np.zeros(len(edge_speeds), dtype=bool)
    told = []
    for each in blocks:
        at = shapely.Point(each.easting, each.northing)
        near = road_edges.sindex.query(at, predicate="dwithin", distance=each.within_m)
        closed[near] = True
        where = f"{each.easting:.0f}, {each.northing:.0f}"
        told.append(
            ("speeds", "road_edges", where, "scenario_block", "note" if len(near) else "doubt",
             (f"Closed in this scenario: road edges within {each.within_m:g} m of {where} "
              f"({len(near)} of them)."))
        )  # fmt: skip
    times = {name: edge_speeds[name].mask(closed, np.inf) for name in ("forward_s", "backward_s")}
    return Blocked(edge_speeds.assign(**times), issue_rows(told))
