"""Barriers on roads: whom they stop, and how the road goes on for all others.

The road ends on either side of a barrier. Where somebody passes it, a passage joins the ends: an
edge without length, closed to those who do not pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.travel.network import access_tags, measures, tagging, topology
from colocate.travel.network.access_tags import CLOSED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from colocate.travel.network.topology import Floats, Ints

KEYS = tuple(measures.NAMES)
"""Tags of a node that limit who passes it, barrier or not."""

PASSAGE = "barrier"
"""`service` of an edge that stands for a barrier."""


class Barrier(NamedTuple):
    """A node that somebody cannot pass."""

    kind: str
    closed_to: str | None
    size_limits: str | None
    shut: bool
    """Nobody passes."""


class Parted(NamedTuple):
    """Edges in the columns of table `road_edges` but for the nodes, and what is at their ends."""

    edges: pd.DataFrame
    ends: Ints
    """Node ids, shape (edges, 2)."""
    points: Floats
    """Easting and northing of these, m."""


def read(tags: Mapping[str, str], /) -> Barrier | None:
    """Read a node; None if everybody passes it.

    Args:
        tags: tags of the node.
    """
    sizes = access_tags.sizes(tags)
    kind = tags.get("barrier")
    if kind is None:
        return Barrier("limit", None, sizes, shut=False) if sizes else None
    may = access_tags.barrier(tags)
    shut = not any(may.directions)
    closed_to = may.of(CLOSED)
    return Barrier(kind, closed_to, sizes, shut) if shut or closed_to or sizes else None


def unused(tags: Mapping[str, str], /) -> Iterator[tuple[str, str]]:
    """Yield (rule, tag) for whatever of a barrier or limit was not understood or is not used.

    Args:
        tags: tags of the node.
    """
    kind = tags.get("barrier")
    if kind is None:
        tags = {key: value for key, value in tags.items() if key in KEYS}
    elif kind not in access_tags.BLOCKS | access_tags.PASSED:
        yield "barrier_not_used", f"barrier={kind}"
    for rule, tag in tagging.unused(tags):
        if rule != "limit_not_used" or not tag.startswith("maxspeed"):
            yield rule, tag
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        if access_tags.WORDS.get(tags.get(key, "yes"), {}).get("visitors") == access_tags.ENDS:
            yield "barrier_not_used", f"{key}={tags[key]}"


def parted(whole: Parted, /, *, barriers: Mapping[int, Barrier]) -> Parted:
    """End the roads on either side of barriers, and join them by passages where somebody passes.

    Args:
        whole: the roads as if there were no barriers.
        barriers: by node id.
    """
    edges, ends, points = whole
    at = np.array(sorted(barriers), "int64")
    apart = topology.parted(ends, at=at)
    passed = np.array([ref for ref in at.tolist() if not barriers[ref].shut], "int64")
    arms = np.flatnonzero(np.isin(ends, passed))
    arms = arms[np.argsort(ends.ravel()[arms], kind="stable")]
    ref = ends.ravel()[arms]
    first = np.searchsorted(ref, ref)
    other = np.flatnonzero(first != np.arange(len(arms)))
    if len(other) == 0:
        return Parted(edges, apart, points)
    hub = arms[first[other]]
    passages = edges.iloc[hub // 2].reset_index(drop=True)
    own = [barriers[node] for node in ref[other].tolist()]
    place = points.reshape(-1, 2)[hub]
    here = np.repeat(place, 2, axis=0)
    passages = passages.assign(
        service=PASSAGE, forward=True, backward=True, dual=False, length_m=0.0, oneway="no",
        ends_only_for=None, maxspeed_backward=None,
        closed_to=[each.closed_to for each in own],
        size_limits=[each.size_limits for each in own],
        geometry=shapely.linestrings(here, indices=np.repeat(np.arange(len(hub)), 2)),
    )  # fmt: skip
    joined = pd.concat([edges, passages], ignore_index=True)
    joins = np.column_stack([apart.ravel()[hub], apart.ravel()[arms[other]]])
    return Parted(
        joined,
        np.concatenate([apart, joins]),
        np.concatenate([points, np.stack([place, place], 1)]),
    )


def counted(ends: Ints, /, *, barriers: Mapping[int, Barrier]) -> dict[tuple[str, str], int]:
    """Count the barriers at ends of roads, by (rule, kind).

    Args:
        ends: node ids at the ends of edges.
        barriers: by node id.
    """
    found: dict[tuple[str, str], int] = {}
    at: Collection[int] = np.intersect1d(ends, np.array(list(barriers), "int64")).tolist()
    for ref in at:
        barrier = barriers[ref]
        key = ("barrier" if barrier.shut else "barrier_for_some"), barrier.kind
        found[key] = found.get(key, 0) + 1
    return found


def is_passage(road_edges: pd.DataFrame, /) -> NDArray[np.bool_]:
    """Say of each edge whether it is the passage of a barrier, which nothing opens on to.

    Args:
        road_edges: table `road_edges`.
    """
    found: NDArray[np.bool_] = (road_edges["service"] == PASSAGE).to_numpy("bool", na_value=False)
    return found
