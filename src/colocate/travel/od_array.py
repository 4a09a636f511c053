"""OD tables as arrays: what the nearest-facility kernel works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class OdArray(NamedTuple):
    """Travel times as an array, in a direction that is its maker's choice."""

    site_id: pd.Index
    demand_id: pd.Index
    time_s: NDArray[np.float64]
    """Sites × demand points; infinite beyond the cut-off, or where there is no way."""


def od_array(
    od: pd.DataFrame | OdArray, /, *, sites: pd.Index, demand: pd.Index
) -> NDArray[np.float64]:
    """Spread travel times over sites × demand points.

    Args:
        od: table `site_to_demand` or `demand_to_site`, or an array of either; the direction is the
            caller's choice.
        sites: site ids, the rows; those of other sites are passed over.
        demand: demand ids, the columns; likewise.

    Returns:
        Travel times, s, shape (sites, demand points); infinite where `od` has none: beyond the
        cut-off, or no way.
    """
    times = np.full((len(sites), len(demand)), np.inf)
    if isinstance(od, OdArray):
        row, column = sites.get_indexer(od.site_id), demand.get_indexer(od.demand_id)
        times[np.ix_(row[row >= 0], column[column >= 0])] = od.time_s[np.ix_(row >= 0, column >= 0)]
        return times
    row, column = placed(od["site_id"], among=sites), placed(od["demand_id"], among=demand)
    wanted = (row >= 0) & (column >= 0)
    times[row[wanted], column[wanted]] = od["travel_time_s"].to_numpy()[wanted]
    return times


def placed(ids: pd.Series, /, *, among: pd.Series | pd.Index) -> NDArray[np.int32]:
    """Find where each id stands among others; -1 where it does not.

    Millions of ids are looked up as Arrow holds them: making objects of them takes ten times as
    long, and half a gigabyte.

    Args:
        ids: those that are looked up.
        among: ids, each once.
    """
    text = pa.large_string()
    found = pc.index_in(pa.array(ids, text), value_set=pa.array(among, text, from_pandas=True))
    return np.asarray(found.fill_null(-1))
