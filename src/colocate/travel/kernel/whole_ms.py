"""Tables of whole milliseconds, on arrays only: for tens of thousands of places and no distances.

Half the bytes of packed weights, and twice as many at a time through the sweeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.travel.kernel import hierarchy, sweeps
from colocate.travel.kernel.roadgraph import PACK, packed_limit
from colocate.travel.kernel.sweeps import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.hierarchy import Metric
    from colocate.travel.kernel.places import Places
    from colocate.travel.kernel.sweeps import Numbers

    Short = NDArray[np.int32]


def most_ms(limit_s: float, /) -> int:
    """Longest time within a limit, ms, the limit included.

    Args:
        limit_s: seconds.
    """
    return min(int(packed_limit(limit_s) // PACK), int(NEVER) - 1)


def timed(metric: Metric, /) -> Metric:
    """Return a metric of times alone, for many tables of it.

    Args:
        metric: as `hierarchy.customise` returns it; with roads that drives only begin or end on it
            stays as it is.
    """
    if metric.ending is not None:
        return metric
    return metric._replace(up=_short(metric.up), down=_short(metric.down))


def table(metric: Metric, /, *, sources: Places, targets: Places) -> Short:
    """Time of the fastest trip from every source to every target, of those of `hierarchy.table`.

    Args:
        metric: the hierarchy and its weights, as `hierarchy.customise` or `timed` returns them.
        sources: where trips begin.
        targets: where they end; each trip is driven from source to target.

    Returns:
        Whole ms, shape (sources, targets); `sweeps.NEVER` where there is no way.
    """
    if metric.ending is not None:
        return _short(hierarchy.table(metric, sources=sources, targets=targets))
    asked = sweeps.asked(metric.hierarchy, metric.graph, sources=sources, targets=targets)
    ms, brief = hierarchy.few_ms(metric, asked), timed(metric)
    up, down = brief.up[:, np.newaxis], brief.down[:, np.newaxis]
    found: Short = sweeps.answered(asked, ms=ms[np.newaxis], up=up, down=down)[0]
    return found


def _short(packed: Numbers) -> Short:
    # The least packed weight has the least time, so times may go their way alone.
    if packed.dtype == NEVER.dtype:
        return packed
    ms: Short = np.minimum(np.floor(packed / PACK), NEVER).astype(NEVER.dtype)
    return ms
