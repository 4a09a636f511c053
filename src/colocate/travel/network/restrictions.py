"""Turn restrictions of OpenStreetMap: from relations to forbidden turns between road edges.

Read are `no_*` and `only_*`, over a node or over ways. An `only_*` forbids every other way on.
Whatever binds no car (`except`) or only at times (`:conditional`) is passed over and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.tables import TABLES, each
from colocate.tables.schema import conform
from colocate.travel.network import conditions, via_ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

CARS = frozenset({"motorcar", "motor_vehicle", "vehicle", "car"})
"""Values of `except` that let cars through."""
TAGS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
"""Tags that bind a car, the most specific first."""

TIMES = ("day_on", "day_off", "hour_on", "hour_off")
"""Tags of before `:conditional` that hold a restriction to times."""

Arm = tuple[int, bool]
"""A road edge and whether it is driven forward."""
Member = tuple[str, str, int]
"""Role, type (n, w, r) and id of a member of a relation."""


class Restriction(NamedTuple):
    """One relation: ids of its ways, and of its node or the ways between."""

    kind: str
    from_ways: tuple[int, ...]
    via: int | None
    to_ways: tuple[int, ...]
    via_ways: tuple[int, ...] = ()


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
    always = {key: conditions.always(tags.get(f"{key}:conditional", "")) for key in TAGS}
    kind = next((found for key in TAGS if (found := always[key] or tags.get(key))), None)
    if kind is None:
        timed = any(key.endswith(":conditional") for key in tags)
        return "conditional" if timed else "other_vehicles"
    if any(key in tags for key in TIMES):
        return "conditional"
    if not kind.startswith(("no_", "only_")):
        return "unknown_kind"
    if CARS & {mode.strip() for mode in tags.get("except", "").split(";")}:
        return "except_cars"
    ways = {
        role: tuple(ref for r, what, ref in members if (r, what) == (role, "w"))
        for role in ("from", "via", "to")
    }
    nodes = [ref for role, what, ref in members if (role, what) == ("via", "n")]
    if not (ways["from"] and ways["to"]) or bool(ways["via"]) == (len(nodes) == 1):
        return "members_missing"
    via = None if ways["via"] else nodes[0]
    return Restriction(kind, ways["from"], via, ways["to"], ways["via"])


def forbidden(restrictions: Iterable[Restriction], edges: pd.DataFrame, /) -> Turns:
    """Find the turns that restrictions forbid.

    Args:
        restrictions: as `parse` reads them.
        edges: `edge_id`, `forward`, `backward`, and in OSM's ids `way_id`, `from_ref`, `to_ref`.

    Returns:
        Table `turns`; a relation that forbids no turn of these edges is counted with the reason.
    """
    listed = list(restrictions)
    between = edges[edges["way_id"].isin([way for r in listed for way in r.via_ways])]
    nodes = [r.via for r in listed if r.via is not None]
    arms = _arms(edges, np.unique([*nodes, *between["from_ref"], *between["to_ref"]]))
    rows: dict[via_ways.Path, tuple[int, str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for restriction in listed:
        over_ways = restriction.via is None
        found = via_ways.turns(restriction, arms) if over_ways else _turns(restriction, arms)
        if isinstance(found, str):
            counts["restriction_ignored", found] += 1
            continue
        counts["restriction_used", restriction.kind] += 1
        rows |= {path: (via, restriction.kind) for path, via in found.items()}
    node = dict(zip(edges["from_ref"], edges["from_node"], strict=True))
    node |= dict(zip(edges["to_ref"], edges["to_node"], strict=True))
    table = conform(
        TABLES["turns"],
        (
            {
                "via_node": node[via],
                "from_edge": start[0],
                "from_forward": start[1],
                "via_edges": ";".join(f"{edge}{'+' if ahead else '-'}" for edge, ahead in on)
                or None,
                "to_edge": end[0],
                "to_forward": end[1],
                "restriction": kind,
            }
            for (start, *on, end), (via, kind) in sorted(rows.items())
        ),
    )
    return Turns(table, counts)


def _arms(edges: pd.DataFrame, vias: np.ndarray) -> via_ways.Arms:
    """By node: the way and arm of every edge that may arrive at it, and that may leave it."""
    arriving: dict[int, list[tuple[int, Arm]]] = defaultdict(list)
    leaving: dict[int, list[tuple[int, Arm]]] = defaultdict(list)
    to: dict[Arm, int] = {}
    near = edges[edges["from_ref"].isin(vias) | edges["to_ref"].isin(vias)]
    for edge in each(_Edge, near):
        for ahead, allowed in ((True, edge.forward), (False, edge.backward)):
            start, end = (edge.from_ref, edge.to_ref)[:: 1 if ahead else -1]
            if allowed:
                leaving[start].append((edge.way_id, (edge.edge_id, ahead)))
                arriving[end].append((edge.way_id, (edge.edge_id, ahead)))
                to[edge.edge_id, ahead] = end
    return via_ways.Arms(arriving, leaving, to)


def _turns(restriction: Restriction, arms: via_ways.Arms) -> dict[via_ways.Path, int] | str:
    """Turns that one restriction over a node forbids, with the node, or why there is none."""
    via, from_ways, to_ways = restriction.via, restriction.from_ways, restriction.to_ways
    if via is None or (via not in arms.arriving and via not in arms.leaving):
        return "no_road_at_via"
    starts = [arm for way, arm in arms.arriving.get(via, ()) if way in from_ways]
    ends = [arm for way, arm in arms.leaving.get(via, ()) if way in to_ways]
    if not starts or not ends:
        return "not_open_to_cars"
    if len(starts) > len(from_ways) or len(ends) > len(to_ways):
        return "ambiguous"  # a way runs on past the node: which of its arms is meant?
    if restriction.kind.startswith("only_"):
        ends = [arm for _, arm in arms.leaving[via] if arm not in ends]
    return {(start, end): via for start in starts for end in ends}
