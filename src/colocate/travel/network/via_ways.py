"""Turn restrictions over ways: the paths between road edges that a relation forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from colocate.travel.network.restrictions import Arm, Restriction

Path = tuple["Arm", ...]
"""Edges driven one after the other."""


class Arms(NamedTuple):
    """Edges as they may be driven, near the nodes and ways of restrictions."""

    arriving: Mapping[int, Sequence[tuple[int, Arm]]]
    """By node: way and edge of all that arrive there."""
    leaving: Mapping[int, Sequence[tuple[int, Arm]]]
    to: Mapping[Arm, int]
    """Node that an edge leads to."""


def turns(restriction: Restriction, arms: Arms, /) -> dict[Path, int] | str:
    """Find the paths that one restriction over ways forbids, or why there is none.

    An `only_*` forbids to leave the path anywhere on it.

    Args:
        restriction: over ways.
        arms: of all edges near its ways.

    Returns:
        Each path with the node where the last turn of it is.
    """
    starts = [
        arm
        for node in arms.arriving
        for way, arm in arms.arriving[node]
        if way in restriction.from_ways
        and any(via in restriction.via_ways for via, _ in arms.leaving.get(node, ()))
    ]
    paths = [path for start in starts for path in _walked((start,), restriction, arms=arms)]
    if not paths:
        return "not_open_to_cars"
    if len(paths) > len(restriction.from_ways) * len(restriction.to_ways):
        return "ambiguous"
    if restriction.kind.startswith("no_"):
        return {path: arms.to[path[-2]] for path in paths}
    wanted = {path[:n] for path in paths for n in range(2, len(path) + 1)}
    return {
        (*begun, arm): arms.to[begun[-1]]
        for begun in {path[:n] for path in paths for n in range(1, len(path))}
        for _, arm in arms.leaving[arms.to[begun[-1]]]
        if (*begun, arm) not in wanted
    }


def _walked(path: Path, restriction: Restriction, *, arms: Arms) -> Iterator[Path]:
    """Every way on along the ways between, all of them used, into the last one."""
    used = {edge for edge, _ in path}
    for way, arm in arms.leaving.get(arms.to[path[-1]], ()):
        if arm[0] in used:
            continue
        if way in restriction.via_ways:
            yield from _walked((*path, arm), restriction, arms=arms)
        elif (
            way in restriction.to_ways and len(path) > 1 and _all_used(path, restriction, arms=arms)
        ):
            yield (*path, arm)


def _all_used(path: Path, restriction: Restriction, *, arms: Arms) -> bool:
    ways = {way for arm in path[1:] for way, at in arms.arriving[arms.to[arm]] if at == arm}
    return ways >= set(restriction.via_ways)
