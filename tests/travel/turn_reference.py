"""The slow reference with turns: plain Dijkstra over directed pieces of road, in Python.

A piece is a stretch of an edge between neighbouring points on it, driven one way. The search is
over pieces, not nodes: from the end of one to the start of the next, which is where turns cost.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from travel_town import Cost, Edge, Point

Arm = tuple[int, int]
"""Edge, and 0 for its start or 1 for its end."""
Turns = dict[Arm, dict[Arm, int]]
"""ms of every turn that may be driven at a split junction, from arm to arm."""
Piece = tuple[int, int, bool]
"""Edge, number of the piece along it, whether it is driven forward."""


def slow_trips(
    edges: Sequence[Edge], points: Sequence[Point], *, split: set[int], turns: Turns
) -> dict[tuple[int, int], Cost]:
    """Fastest trips between points inside edges, by number; a pair without one is left out.

    Turning round is possible at every point and at every node that is not split.
    """
    cut = {
        e: sorted({0, edge[4], *(at for on, at in points if on == e)})
        for e, edge in enumerate(edges)
    }
    found = {}
    for i, (edge, at) in enumerate(points):
        k = cut[edge].index(at)
        best = _search(edges, cut, [(edge, k, True), (edge, k - 1, False)], split, turns)
        for j, (other, end) in enumerate(points):
            k = cut[other].index(end)
            answers = [best[p] for p in ((other, k - 1, True), (other, k, False)) if p in best]
            if i == j:
                answers.append((0, 0))
            if points[i] == points[j]:
                answers.append((0, 0))
            if answers:
                found[i, j] = min(answers)
    return found


def _search(
    edges: Sequence[Edge], cut: dict[int, list[int]], starts: list[Piece], split: set[int],
    turns: Turns,
) -> dict[Piece, Cost]:  # fmt: skip
    """What it takes to reach the end of every piece."""
    best: dict[Piece, Cost] = {}
    heap: list[tuple[int, int, Piece]] = []

    def enter(piece: Piece, ms: int, dm: int) -> None:
        edge, k, ahead = piece
        whole, length = edges[edge][2 if ahead else 3], edges[edge][4]
        if whole is not None:
            near, far = cut[edge][k : k + 2]
            spent = round(whole * (far / length)) - round(whole * (near / length))
            heapq.heappush(heap, (ms + spent, dm + far - near, piece))

    for piece in starts:
        enter(piece, 0, 0)
    while heap:
        ms, dm, piece = heapq.heappop(heap)
        if piece in best:
            continue
        best[piece] = ms, dm
        edge, k, ahead = piece
        following = k + (1 if ahead else -1)
        if 0 <= following < len(cut[edge]) - 1:  # past a point, or turning round at it
            enter((edge, following, ahead), ms, dm)
            enter((edge, k, not ahead), ms, dm)
            continue
        arm = edge, int(ahead)
        node = edges[edge][arm[1]]
        if node in split:
            onward = turns.get(arm, {})
        else:
            onward = {(e, end): 0 for e, ends in enumerate(edges) for end in (0, 1)
                      if ends[end] == node}  # fmt: skip
        for (e, end), delay in onward.items():
            enter((e, len(cut[e]) - 2 if end else 0, not end), ms + delay, dm)
    return best
