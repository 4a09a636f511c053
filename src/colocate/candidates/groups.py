"""Groups: sets of sites every two of which are within the limit of each other."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from colocate.candidates.nearness import Drive
from colocate.tables import each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

Group = tuple[str, ...]


def pieces(
    first: NDArray[np.int64], other: NDArray[np.int64], /, *, count: int
) -> NDArray[np.int64]:
    """Number the pieces that pairs join things to, by the first thing of each.

    Args:
        first: one of each pair.
        other: the other.
        count: of the things, numbered from 0.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(zip(first.tolist(), other.tolist(), strict=True))
    number = np.empty(count, "int64")
    for at, piece in enumerate(nx.connected_components(graph)):
        number[list(piece)] = at
    return number


def groups(
    sites: pd.DataFrame, drives: pd.DataFrame, /, *, limit_s: float, largest: int
) -> tuple[list[Group], list[Group]]:
    """Find the groups of three or more sites, both services present.

    A group is a maximal clique (networkx: Bron and Kerbosch with a pivot) of the graph that joins
    two sites when the slower direction between them takes at most `limit_s`. Chains therefore
    never form a group. Two crewed fire stations are never joined: merging stations is no
    co-location, and their number is for the authority alone to decide. A clique of more than
    `largest` sites is cut down to the sites closest together.

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
    for clique in map(tuple, map(sorted, nx.find_cliques(nx.Graph(near.keys())))):
        if len(clique) < 3 or fire.isdisjoint(clique) or fire.issuperset(clique):
            continue
        if len(clique) > largest:
            cut.append(clique)
        found.add(_closest(clique, near, fire=fire, largest=largest))
    return sorted(found), sorted(cut)


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
