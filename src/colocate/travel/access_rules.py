"""Access rules: who drives where on the one network of a study, by the edges closed to whom.

The network holds what is open to anybody. Crews drive out from sites, visitors drive in, and staff
drive between sites: three rules, each of which closes edges by infinite times. In the tables
`closed_to` and `ends_only_for` name who is bound, and a direction where it is one only:
`visitors;staff:forward`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from colocate.travel.by_word import spelled
from colocate.travel.kernel import roadgraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.study import Travel
    from colocate.study.travel import VehicleSize

Bools = NDArray[np.bool_]

DRIVES = {"from_site": "crews", "to_site": "visitors", "between": "staff"}
"""Who drives: out from a site on a call, in to a site, and between sites."""

WHO_TAGGED = ("crews", "heavy_crews", "visitors", "staff")
"""Whom the tags of a road bind; crews are heavy where the study says so."""

HEAVY_T = 3.5
"""A vehicle above this is bound by `hgv` (OpenStreetMap's definition: goods above 3.5 t)."""

TIMES = ("forward_s", "backward_s")
_DIRECTIONS = ("forward", "backward")


def written(bound: Mapping[str, tuple[bool, ...]], /) -> str | None:
    """Write who is bound as the tables have it; None if nobody is.

    Args:
        bound: of each whether forward and backward.

    >>> written({"crews": (False, False), "visitors": (True, True), "staff": (True, False)})
    'visitors;staff:forward'
    """
    words = []
    for who, (ahead, back) in bound.items():
        if ahead and back:
            words.append(who)
        elif ahead or back:
            words.append(f"{who}:{_DIRECTIONS[back]}")
    return ";".join(words) or None


def bound(frame: pd.DataFrame, column: str, /, *, who: str) -> Bools:
    """Say of each edge whether somebody is bound forward and backward, shape (edges, 2).

    Args:
        frame: table `road_edges` or `edge_speeds`; without the column nobody is bound.
        column: `closed_to` or `ends_only_for`.
        who: whose rule.
    """
    none = np.zeros((len(frame), 2), "bool")
    if column not in frame or frame[column].isna().all():
        return none
    number, words = pd.factorize(frame[column])
    either = np.array(
        [[who in text.split(";") or f"{who}:{d}" in text.split(";") for d in _DIRECTIONS]
         for text in words]
    )  # fmt: skip
    none[number >= 0] = either[number[number >= 0]]
    return none


class Rule(NamedTuple):
    """Directions of edges that a drive may not use, or only begin or end on; None for none."""

    closed: Bools | None
    ends: Bools | None

    @property
    def key(self) -> bytes:
        """Equal for rules that say the same."""
        return b"|".join(b"" if flags is None else flags.tobytes() for flags in self)


def rule(edge_speeds: pd.DataFrame, /, *, drive: str) -> Rule:
    """Return what a drive is bound by.

    Args:
        edge_speeds: table `edge_speeds`.
        drive: of `DRIVES`.
    """
    closed, ends = (
        bound(edge_speeds, column, who=DRIVES[drive]) for column in ("closed_to", "ends_only_for")
    )
    return Rule(*(flags if flags.any() else None for flags in (closed, ends)))


def applied(rule: Rule, edge_speeds: pd.DataFrame, /) -> pd.DataFrame:
    """Close edges of the network to a drive by infinite times.

    Args:
        rule: what the drive is bound by.
        edge_speeds: table `edge_speeds`, at the speeds of its vehicle.

    Returns:
        `edge_speeds` with infinite times; with `ending_forward_s` and `ending_backward_s`, the
        times on what drives may only begin or end on, infinite elsewhere, if there is any.
    """
    closed, ends = rule
    times = {}
    for column, name in enumerate(TIMES):
        time = edge_speeds[name].to_numpy()
        if closed is not None:
            time = np.where(closed[:, column], np.inf, time)
        if ends is not None:
            times[f"ending_{name}"] = np.where(ends[:, column], time, np.inf)
            time = np.where(ends[:, column], np.inf, time)
        times[name] = time
    return edge_speeds if closed is None and ends is None else edge_speeds.assign(**times)


def ending(edge_speeds: pd.DataFrame, /) -> pd.DataFrame | None:
    """Return the times on what drives may only begin or end on, as if it were the whole network.

    Args:
        edge_speeds: as `applied` returns it.

    Returns:
        `edge_speeds` with those times, infinite elsewhere; None if there is no such road.
    """
    if f"ending_{TIMES[0]}" not in edge_speeds:
        return None
    return edge_speeds.assign(**{name: edge_speeds[f"ending_{name}"] for name in TIMES})


def opened(edge_speeds: pd.DataFrame, /) -> pd.DataFrame:
    """Let drives through where they may only begin or end.

    Args:
        edge_speeds: as `applied` returns it.
    """
    ends = ending(edge_speeds)
    if ends is None:
        return edge_speeds
    return edge_speeds.assign(**{name: np.minimum(edge_speeds[name], ends[name]) for name in TIMES})


def rules(
    road_nodes: pd.DataFrame, road_edges: pd.DataFrame, /, *, settings: Travel
) -> pd.DataFrame:
    """Settle who may drive where with the vehicles of a study.

    A road that can only be reached through roads without through traffic is one too: what such a
    sign stands before is what may be driven to.

    Args:
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        settings: the study's `[travel]`: who drives what, and how large it is.

    Returns:
        Columns `closed_to` and `ends_only_for` of table `edge_speeds`.
    """
    closed, ends = {}, {}
    for drive, who in DRIVES.items():
        size = settings.sizes.get(settings.profile(drive))
        tagged = "heavy_crews" if who == "crews" and _heavy(size) else who
        shut = bound(road_edges, "closed_to", who=tagged)
        shut |= _too_large(road_edges, size=size)[:, None]
        only_ends = bound(road_edges, "ends_only_for", who=tagged) & ~shut
        if only_ends.any():
            only_ends |= _behind(road_edges, len(road_nodes), shut=shut, ends=only_ends)
        closed[who], ends[who] = shut, only_ends
    return pd.DataFrame({"closed_to": _words(closed), "ends_only_for": _words(ends)})


def _heavy(size: VehicleSize | None) -> bool:
    return bool(size and size.weight_t and size.weight_t.value > HEAVY_T)


def _too_large(road_edges: pd.DataFrame, *, size: VehicleSize | None) -> Bools:
    """Edges whose limits a vehicle exceeds; a vehicle as large as the limit passes."""
    number, words = pd.factorize(
        road_edges["size_limits"]
        if size and "size_limits" in road_edges
        else pd.Series(dtype="str")
    )
    if size is None or len(words) == 0:
        return np.zeros(len(road_edges), "bool")
    own = {name: figure.value for name, figure in size if figure is not None}
    over = np.array([_exceeds(text, own) for text in words])
    found: Bools = (number >= 0) & over[number]
    return found


def _exceeds(text: str, own: Mapping[str, float]) -> bool:
    limits = (part.split("=") for part in text.split(";"))
    return any(own.get(name, 0.0) > float(limit) for name, limit in limits)


def _behind(road_edges: pd.DataFrame, node_count: int, *, shut: Bools, ends: Bools) -> Bools:
    """Open directions of roads that are joined to the main network only over `ends`."""
    open_ = road_edges[["forward", "backward"]].to_numpy("bool") & ~shut

    def main(drivable: Bools) -> Bools:
        time = np.where(drivable, 1.0, np.inf)
        graph = roadgraph.build(
            node_count,
            tail=road_edges["from_node"].to_numpy(),
            head=road_edges["to_node"].to_numpy(),
            forward_s=time[:, 0],
            backward_s=time[:, 1],
            length_m=road_edges["length_m"].to_numpy(),
        )
        found: Bools = roadgraph.parts(graph).kind == roadgraph.MAIN
        return found

    behind: Bools = (main(open_) & ~main(open_ & ~ends))[:, None] & open_ & ~ends
    return behind


def _words(by_who: Mapping[str, Bools]) -> pd.Series:
    """One word a row, as `written` writes it."""
    flags = np.concatenate(list(by_who.values()), axis=1)
    code = flags @ (1 << np.arange(flags.shape[1]))
    every = [
        written(
            {who: (bool(c >> 2 * i & 1), bool(c >> 2 * i + 1 & 1)) for i, who in enumerate(by_who)}
        )
        for c in range(1 << flags.shape[1])
    ]
    return spelled(np.where(code > 0, code, -1), [word or "" for word in every])
