"""Groups: sets of sites every two of which are within the limit of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from colocate.candidates.nearness import Drive
from colocate.tables import each

if TYPE_CHECKING:
    import pandas as pd

Neighbours = Mapping[str, frozenset[str]]
Group = tuple[str, ...]


def groups(
    sites: pd.DataFrame, drives: pd.DataFrame, /, *, limit_s: float, largest: int
) -> tuple[list[Group], list[Group]]:
    """Find the groups of three or more sites, both services present.

    A group is a maximal clique of the graph that joins two sites when the slower direction
    between them takes at most `limit_s`. Chains therefore never form a group. Two crewed fire
    stations are never joined: merging stations is no co-location, and their number is for the
    authority alone to decide. A clique of more than `largest` sites is cut down to the sites
    closest together.

    Args:
        sites: sites that may be in a group, sorted: `site_id`, `fire` (bool: belongs to the fire
            authority), `crewed` (bool: a fire station).
        drives: `nearness.two_way`.
        limit_s: largest drive time within a group, included.
        largest: most sites in a group.

    Returns:
        The groups, each a sorted tuple of site ids, in order; and the cliques that were cut.
    """
    crewed = set(sites.loc[sites["crewed"], "site_id"])
    chosen = set(sites["site_id"])
    near = {
        (row.site_a, row.site_b): row.travel_time_s
        for row in each(Drive, drives[drives["travel_time_s"] <= limit_s])
        if {row.site_a, row.site_b} <= chosen and not {row.site_a, row.site_b} <= crewed
    }
    fire = set(sites.loc[sites["fire"], "site_id"])
    found: set[Group] = set()
    cut: list[Group] = []
    for clique in cliques(_neighbours(near)):
        if len(clique) < 3 or fire.isdisjoint(clique) or fire.issuperset(clique):
            continue
        if len(clique) > largest:
            cut.append(clique)
        found.add(_closest(clique, near, fire=fire, largest=largest))
    return sorted(found), sorted(cut)


def cliques(neighbours: Neighbours, /) -> Iterator[Group]:
    """Yield every maximal clique of a graph, each as a sorted tuple.

    Bron and Kerbosch's algorithm with a pivot (Communications of the ACM 16, 1973; pivot after
    Tomita, Tanaka and Takahashi, Theoretical Computer Science 363, 2006).
    """

    def extend(chosen: Group, *, more: frozenset[str], done: frozenset[str]) -> Iterator[Group]:
        if not more and not done:
            yield tuple(sorted(chosen))
            return
        pivot = max(sorted(more | done), key=lambda node: len(more & neighbours[node]))
        for node in sorted(more - neighbours[pivot]):
            yield from extend(
                (*chosen, node), more=more & neighbours[node], done=done & neighbours[node]
            )
            more -= {node}
            done |= {node}

    if neighbours:
        yield from extend((), more=frozenset(neighbours), done=frozenset())


def _neighbours(near: Mapping[tuple[str, str], float]) -> Neighbours:
    joined: dict[str, set[str]] = {}
    for a, b in near:
        joined.setdefault(a, set()).add(b)
        joined.setdefault(b, set()).add(a)
    return {node: frozenset(others) for node, others in joined.items()}


def _closest(
    clique: Sequence[str], near: Mapping[tuple[str, str], float], *, fire: set[str], largest: int
) -> Group:
    """Cut a clique to `largest` sites: from its closest cross-service pair, add the nearest."""

    def time(a: str, b: str) -> float:
        return near[min(a, b), max(a, b)]

    mixed = [pair for pair in combinations(clique, 2) if len(fire.intersection(pair)) == 1]
    chosen = list(min(mixed, key=lambda pair: (time(*pair), pair)))
    while len(chosen) < min(largest, len(clique)):
        rest = [site for site in clique if site not in chosen]
        chosen.append(min(rest, key=lambda site: (max(time(site, c) for c in chosen), site)))
    return tuple(sorted(chosen))
