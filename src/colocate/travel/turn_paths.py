"""Turns that are forbidden only after a way one came by: restrictions over a way, not a node.

Who has come by the first road and is on the way between drives a copy of it, from which the
forbidden road is not reached; all others drive the road itself. There is one copy for every
beginning of a forbidden path, and one moves from copy to copy as in the automaton of Aho and
Corasick (1975: Efficient string matching), so that restrictions that overlap all hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel.roadgraph import CLOSED, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from colocate.travel.kernel.roadgraph import Ints

Path = tuple[int, ...]
"""Roads driven one after the other: 2 e + 1 is edge e forward, 2 e the same backward."""


class Turn(NamedTuple):
    """A turn of a junction in the network: the two roads as in a path, and what it takes."""

    start: int
    end: int
    delay_ms: int


class _Road(NamedTuple):
    """Row of table `turns` that is over ways."""

    from_edge: int
    from_forward: bool
    via_edges: str
    to_edge: int
    to_forward: bool


def paths(forbidden: pd.DataFrame, /) -> list[Path]:
    """Return the forbidden paths that run over a way.

    Args:
        forbidden: table `turns`.
    """
    if "via_edges" not in forbidden:
        return []
    over = forbidden[forbidden["via_edges"].notna()]
    rows: Iterable[_Road] = over.itertuples(index=False)
    return sorted(
        (
            2 * row.from_edge + int(row.from_forward),
            *arms(row.via_edges),
            2 * row.to_edge + int(row.to_forward),
        )
        for row in rows
    )


def arms(via_edges: str, /) -> Path:
    """Read the edges between two turns, as table `turns` names them.

    Args:
        via_edges: such as `12+;13-`: forward along 12, backward along 13.

    >>> arms("12+;13-")
    (25, 26)
    """
    return tuple(2 * int(part[:-1]) + (part[-1] == "+") for part in via_edges.split(";"))


def followed(
    graph: RoadGraph, turns: Sequence[Turn], /, *, forbidden: Sequence[Path], leaving: Ints
) -> tuple[RoadGraph, Ints]:
    """Hold a network whose junctions are split to paths that may not be driven.

    Args:
        graph: as `turns.expanded` makes it; its stretches are the roads, then `turns`.
        turns: in the order of their stretches.
        forbidden: paths over three roads or more.
        leaving: node that each road is left for: by 2 e + 1 forward, by 2 e backward.

    Returns:
        The network with copies of the roads between, and the road that each new node is of.
    """
    begun = _begun(forbidden)
    number = {path: i for i, path in enumerate(begun)}
    first = graph.node_count + 2 * np.arange(len(begun))
    banned = frozenset(forbidden)
    roads = graph.edge.max(initial=-1) + 1
    stop = graph.forward_to.copy()
    after: dict[int, list[Turn]] = {}
    for i, turn in enumerate(turns):
        after.setdefault(turn.start, []).append(turn)
        if (turn.start, turn.end) in number:
            stop[roads + i] = first[number[turn.start, turn.end]]
    start, end, delay = [], [], []
    for path, at in number.items():
        for turn in after.get(path[-1], ()):
            whole = (*path, turn.end)
            if any(whole[i:] in banned for i in range(len(whole))):
                continue
            onward = next((whole[i:] for i in range(len(whole) - 1) if whole[i:] in number), None)
            start.append(first[at] + 1)
            end.append(leaving[turn.end] if onward is None else first[number[onward]])
            delay.append(turn.delay_ms)
    redirected = graph._replace(forward_to=stop, head=np.where(graph.edge < 0, stop, graph.head))
    copies = _copies(graph, begun, first=first)
    links = _links(
        np.array(start, "int64"), np.array(end, "int64"), delay_ms=np.array(delay, "int64")
    )
    columns = zip(redirected[1:], copies[1:], links[1:], strict=True)
    last = np.array([path[-1] for path in begun], "int64")
    return (
        RoadGraph(graph.node_count + 2 * len(begun), *(np.concatenate(part) for part in columns)),
        np.repeat(last, 2),
    )


def _begun(forbidden: Iterable[Path]) -> list[Path]:
    """Every beginning of a forbidden path that ends on a way between."""
    return sorted({path[:n] for path in forbidden for n in range(2, len(path))})


def _copies(graph: RoadGraph, begun: Sequence[Path], *, first: Ints) -> RoadGraph:
    """Copies of roads, each in its one direction from a node of its own to another."""
    road = np.array([path[-1] for path in begun], "int64")
    edge, ahead = road // 2, road % 2 == 1
    leave, arrive = first, first + 1
    return RoadGraph(
        0,
        np.where(ahead, leave, arrive),
        np.where(ahead, arrive, leave),
        np.where(ahead, graph.forward_ms[edge], CLOSED),
        np.where(ahead, CLOSED, graph.backward_ms[edge]),
        graph.length_dm[edge],
        edge,
        np.zeros_like(edge),
        np.where(ahead, arrive, leave),
        np.where(ahead, leave, arrive),
    )


def _links(start: Ints, end: Ints, *, delay_ms: Ints) -> RoadGraph:
    zero, none = np.zeros_like(start), np.full_like(start, -1)
    shut = np.full_like(start, CLOSED)
    return RoadGraph(0, start, end, delay_ms, shut, zero, none, zero, end, start)


def between(forbidden: pd.DataFrame, /) -> list[int]:
    """Return the edges that lie between the turns of restrictions over ways.

    Args:
        forbidden: table `turns`.
    """
    return sorted({road // 2 for path in paths(forbidden) for road in path[1:-1]})
