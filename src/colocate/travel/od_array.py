"""OD tables as arrays: what the nearest-facility kernel works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def od_array(od: pd.DataFrame, /, *, sites: pd.Index, demand: pd.Index) -> NDArray[np.float64]:
    """Spread a long table of travel times over sites × demand points.

    Args:
        od: table `site_to_demand` or `demand_to_site`; the direction is the caller's choice.
        sites: site ids, the rows; rows of other sites are passed over.
        demand: demand ids, the columns; likewise.

    Returns:
        Travel times, s, shape (sites, demand points); infinite where the table has no row: beyond
        the cut-off, or no way.
    """
    row = sites.get_indexer(od["site_id"])
    column = demand.get_indexer(od["demand_id"])
    wanted = (row >= 0) & (column >= 0)
    times = np.full((len(sites), len(demand)), np.inf)
    times[row[wanted], column[wanted]] = od["travel_time_s"].to_numpy()[wanted]
    return times
