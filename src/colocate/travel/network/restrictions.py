"""Turn restrictions of OpenStreetMap: from relations to forbidden turns between road edges.

Read are `no_*` and `only_*` over a node. An `only_*` forbids every other way on. Whatever binds
no car (`except`), only at times (`:conditional`), or runs over a way is passed over and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.tables import TABLES, each
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

CARS = frozenset({"motorcar", "motor_vehicle", "vehicle", "car"})
"""Values of `except` that let cars through."""
TAGS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
"""Tags that bind a car, the most specific first."""

Arm = tuple[int, bool]
"""A road edge and whether it is driven forward."""
Member = tuple[str, str, int]
"""Role, type (n, w, r) and id of a member of a relation."""


class Restriction(NamedTuple):
    """One relation: ids of its ways and its node."""

    kind: str
    from_ways: tuple[int, ...]
    via: int
    to_ways: tuple[int, ...]


class _Edge(NamedTuple):
    """A road edge with the OSM ids of its way and ends."""

    edge_id: int
    forward: bool
    backward: bool
    way_id: int
    from_ref: int
    to_ref: int


class Turns(NamedTuple):
    """Table `turns`, and how many relations were used or passed over, by (rule, value)."""

    turns: pd.DataFrame
    counts: Counter[tuple[str, str]]


def parse(tags: Mapping[str, str], members: Sequence[Member], /) -> Restriction | str:
    """Read a relation; of one that forbids cars nothing or cannot be read, say why.

    Args:
        tags: tags of the relation.
        members: its members as (role, type, id), type n for a node and w for a way.
    """
    kind = next((tags[key] for key in TAGS if key in tags), None)
    if kind is None:
        timed = any(key.endswith(":conditional") for key in tags)
        return "conditional" if timed else "other_vehicles"
    if not kind.startswith(("no_", "only_")):
        return "unknown_kind"
    if CARS & {mode.strip() for mode in tags.get("except", "").split(";")}:
        return "except_cars"
    ways = {
        role: tuple(ref for r, what, ref in members if (r, what) == (role, "w"))
        for role in ("from", "via", "to")
    }
    nodes = [ref for role, what, ref in members if (role, what) == ("via", "n")]
    if ways["via"]:
        return "via_way"
    if not (ways["from"] and ways["to"] and len(nodes) == 1):
        return "members_missing"
    return Restriction(kind, ways["from"], nodes[0], ways["to"])


def forbidden(restrictions: Iterable[Restriction], edges: pd.DataFrame, /) -> Turns:
    """Find the turns that restrictions forbid.

    Args:
        restrictions: as `parse` reads them.
        edges: `edge_id`, `forward`, `backward`, and in OSM's ids `way_id`, `from_ref`, `to_ref`.

    Returns:
        Table `turns`; a relation that forbids no turn of these edges is counted with the reason.
    """
    listed = list(restrictions)
    arriving, leaving = _arms(edges, np.unique([r.via for r in listed]))
    rows: dict[tuple[Arm, Arm], tuple[int, str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for restriction in listed:
        found = _turns(restriction, arriving=arriving, leaving=leaving)
        if isinstance(found, str):
            counts["restriction_ignored", found] += 1
            continue
        counts["restriction_used", restriction.kind] += 1
        rows |= dict.fromkeys(found, (restriction.via, restriction.kind))
    node = dict(zip(edges["from_ref"], edges["from_node"], strict=True))
    node |= dict(zip(edges["to_ref"], edges["to_node"], strict=True))
    table = conform(
        TABLES["turns"],
        (
            {
                "via_node": node[via],
                "from_edge": start[0],
                "from_forward": start[1],
                "to_edge": end[0],
                "to_forward": end[1],
                "restriction": kind,
            }
            for (start, end), (via, kind) in sorted(rows.items())
        ),
    )
    return Turns(table, counts)


def _arms(
    edges: pd.DataFrame, vias: np.ndarray
) -> tuple[dict[int, list[tuple[int, Arm]]], dict[int, list[tuple[int, Arm]]]]:
    """By node: the way and arm of every edge that may arrive at it, and that may leave it."""
    arriving: dict[int, list[tuple[int, Arm]]] = defaultdict(list)
    leaving: dict[int, list[tuple[int, Arm]]] = defaultdict(list)
    near = edges[edges["from_ref"].isin(vias) | edges["to_ref"].isin(vias)]
    for edge in each(_Edge, near):
        for ahead, allowed in ((True, edge.forward), (False, edge.backward)):
            start, end = (edge.from_ref, edge.to_ref)[:: 1 if ahead else -1]
            if allowed:
                leaving[start].append((edge.way_id, (edge.edge_id, ahead)))
                arriving[end].append((edge.way_id, (edge.edge_id, ahead)))
    return arriving, leaving


def _turns(
    restriction: Restriction,
    *,
    arriving: Mapping[int, list[tuple[int, Arm]]],
    leaving: Mapping[int, list[tuple[int, Arm]]],
) -> list[tuple[Arm, Arm]] | str:
    """Turns that one restriction forbids, or why there is none."""
    kind, from_ways, via, to_ways = restriction
    if via not in arriving and via not in leaving:
        return "no_road_at_via"
    starts = [arm for way, arm in arriving.get(via, ()) if way in from_ways]
    ends = [arm for way, arm in leaving.get(via, ()) if way in to_ways]
    if not starts or not ends:
        return "not_open_to_cars"
    if len(starts) > len(from_ways) or len(ends) > len(to_ways):
        return "ambiguous"  # a way runs on past the node: which of its arms is meant?
    if kind.startswith("only_"):
        ends = [arm for _, arm in leaving[via] if arm not in ends]
    return [(start, end) for start in starts for end in ends]
