"""Random networks as the kernel's arrays."""

from __future__ import annotations

import numpy as np

from colocate.travel.kernel import roadgraph


def graph_of(size, edges):
    """Build the kernel's graph of (tail, head, forward ms or None, backward ms or None, dm)."""
    tail, head, forward, backward, dm = zip(*edges, strict=True)
    seconds = [[np.inf if v is None else v / 1000 for v in times] for times in (forward, backward)]
    return roadgraph.build(
        size,
        tail=np.array(tail),
        head=np.array(head),
        forward_s=np.array(seconds[0]),
        backward_s=np.array(seconds[1]),
        length_m=np.array(dm) / 10,
    )
