"""Which sites a drive comes upon: what the drawing of one site's catchment rests on.

Sites are put into the network that catchments are drawn on, each a cut in its road: points are
spread anew on either side, and one may turn round there. So what is drawn for a site rests on the
cuts within its reach, and on no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.travel import access_rules
from colocate.travel.kernel import hierarchy, whole_ms
from colocate.travel.kernel.places import along_edges
from colocate.travel.kernel.roadgraph import CLOSED
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import at_speeds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.study import TurnDelays
    from colocate.travel.kernel.roadgraph import Floats, Ints
    from colocate.travel.roads import Roads

SLACK_S = 1.0
"""More than what rounding of the times on parts of a road comes to."""


def come_upon(
    edge: Ints, offset_m: Floats, /, *, roads: Roads, delays: TurnDelays | None, limit_s: float
) -> NDArray[np.bool_]:
    """Find which sites may be come upon by drives out of each site; too many rather than too few.

    Args:
        edge: road that each site lies on.
        offset_m: how far along it.
        roads: the roads, at the speeds of who drives.
        delays: what turns take.
        limit_s: longest drive, included.

    Returns:
        Shape (sites, sites): whether drives out of the first may come upon the second.
    """
    ready = ready_of(roads, delays=delays)
    graph = at_speeds(ready.graph, access_rules.opened(roads.edge_speeds))
    metric = whole_ms.timed(hierarchy.customise(ready.hierarchy, graph))
    places = along_edges(ready.graph, edge=edge, offset_m=offset_m)
    ms = whole_ms.table(metric, sources=places, targets=places).astype("int64")
    limit = round((limit_s + SLACK_S) * 1000)
    ways = np.stack([graph.forward_ms[edge], graph.backward_ms[edge]])
    whole = np.where(ways == CLOSED, 0, ways).max(axis=0, initial=0)
    # Who reaches a road at all reaches a cut in it once all of it is driven, from either end.
    most = limit + np.maximum.outer(whole, whole)
    for turn in range(len(edge)):  # at a cut one may turn round and go on
        before, after = (np.flatnonzero(line <= limit) for line in (ms[:, turn], ms[turn]))
        by = ms[before, turn][:, np.newaxis] + ms[turn, after]
        ms[np.ix_(before, after)] = np.minimum(ms[np.ix_(before, after)], by)
    upon: NDArray[np.bool_] = (ms <= most) | (edge[:, np.newaxis] == edge)
    return upon
