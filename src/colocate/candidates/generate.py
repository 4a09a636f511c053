"""Which sites could share: participation, pairs, clusters, and the options that follow.

Every cross-service pair within the study's tiers is enumerated; clusters are a first look and the
regions of the map, and decide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from colocate.candidates import campus
from colocate.candidates.build_options import code, proposals
from colocate.candidates.groups import groups
from colocate.candidates.nearness import two_way
from colocate.candidates.pairs import find_pairs
from colocate.candidates.participation import left_out, participation
from colocate.tables import issue_rows
from colocate.tables.options import CLUSTERS
from colocate.tables.roles import has_role
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from colocate import study

HULL_MARGIN_M = 250.0
"""How far around its members a cluster is drawn."""


class Generated(NamedTuple):
    """Tables made here."""

    participation: pd.DataFrame
    pairs: pd.DataFrame
    clusters: gpd.GeoDataFrame
    options: pd.DataFrame
    issues: pd.DataFrame


def generate(
    located_sites: gpd.GeoDataFrame,
    site_to_site: pd.DataFrame,
    *,
    settings: study.Options,
    fire_body: str,
) -> Generated:
    """Enumerate who could share with whom, and as what.

    Args:
        located_sites: table `located_sites`.
        site_to_site: table `site_to_site`; both directions are used, the larger one decides.
        settings: section `options` of the study.
        fire_body: the fire authority the study is about.

    Returns:
        Tables `participation`, `pairs`, `clusters`, `options` and `issues`. Each located site
        takes part or is in `issues`: as excluded, or as a note where it counts for cover only.
    """
    sites = located_sites.sort_values("site_id", ignore_index=True)
    drives = two_way(site_to_site)
    who = participation(sites, drives, settings=settings, fire_body=fire_body)
    taking_part = sites[who["takes_part"]].reset_index(drop=True)
    near, apart = find_pairs(taking_part, drives, settings=settings)
    lead = campus.leads(taking_part)
    pairs, twins = campus.without_twins(near, lead)
    clusters = find_clusters(taking_part, drives, limit_s=settings.cluster_limit_min.value * 60)
    fire = taking_part["service"] == "fire"
    tenant = ~fire & (taking_part["share_status"].fillna("") == "existing")
    leading = taking_part["site_id"].isin(lead)
    found, cut = groups(
        taking_part.assign(fire=fire, crewed=fire & has_role(taking_part, "station"))[
            ~tenant & leading
        ],
        drives,
        limit_s=settings.group_limit_min.value * 60,
        largest=settings.largest_group,
    )
    options = proposals(pairs, found, sites=taking_part, drives=drives, clusters=clusters,
                        settings=settings)  # fmt: skip
    issues = [left_out(who), apart, twins, _cut_groups(cut, settings.largest_group)]
    return Generated(who, pairs, clusters, options, pd.concat(issues, ignore_index=True))


def find_clusters(
    sites: gpd.GeoDataFrame, drives: pd.DataFrame, /, *, limit_s: float
) -> gpd.GeoDataFrame:
    """Cluster the participating sites by drive time: complete linkage on the slower direction.

    Every two members of a cluster are within `limit_s` of each other, that limit included. The
    clustering runs within each connected component of the graph that joins sites within the
    limit, so a large estate never needs one matrix of all its sites, and a pair without a known
    time keeps clusters apart.

    Args:
        sites: participating sites, sorted by site_id.
        drives: `nearness.two_way`.
        limit_s: largest drive time within a cluster, in seconds.

    Returns:
        Table `clusters`; each participating site is in exactly one.
    """
    ids = pd.Index(sites["site_id"])
    known = drives[drives["site_a"].isin(ids) & drives["site_b"].isin(ids)]
    a, b = ids.get_indexer(known["site_a"]), ids.get_indexer(known["site_b"])
    time = known["travel_time_s"].to_numpy()
    within = time <= limit_s
    joined = coo_array((np.ones(within.sum()), (a[within], b[within])), shape=(len(ids), len(ids)))
    _, component = connected_components(joined, directed=False)
    rows = []
    for label in np.unique(component):
        members = np.flatnonzero(component == label)
        matrix = _matrix(members, a=a, b=b, time=time)
        rows += [
            _cluster(sites.iloc[members[part]], matrix[np.ix_(part, part)])
            for part in _linked(matrix, limit_s)
        ]
    frame = conform(CLUSTERS, sorted(rows, key=lambda row: row["cluster_id"]))
    return gpd.GeoDataFrame(frame)


def _matrix(members: np.ndarray, *, a: np.ndarray, b: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Two-way times among the members (n × n, s), infinite where unknown, 0 on the diagonal."""
    row = np.full(max(a.max(initial=0), b.max(initial=0), members.max()) + 1, -1)
    row[members] = np.arange(len(members))
    inside = (row[a] >= 0) & (row[b] >= 0) & ~np.isnan(time)
    matrix = np.full((len(members), len(members)), np.inf)
    np.fill_diagonal(matrix, 0.0)
    matrix[row[a[inside]], row[b[inside]]] = time[inside]
    matrix[row[b[inside]], row[a[inside]]] = time[inside]
    return matrix


def _linked(matrix: np.ndarray, limit_s: float) -> list[np.ndarray]:
    """Partition the rows of a distance matrix by complete linkage at `limit_s`, included."""
    if len(matrix) == 1:
        return [np.array([0])]
    from sklearn.cluster import AgglomerativeClustering  # here, because it takes a second

    finite = np.where(np.isfinite(matrix), matrix, 2 * limit_s + 1)  # scikit-learn refuses inf
    labels = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="complete",
        distance_threshold=np.nextafter(limit_s, np.inf),  # merges strictly below its threshold
    ).fit_predict(finite)
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _cluster(members: gpd.GeoDataFrame, matrix: np.ndarray) -> dict[str, object]:
    medoid = members.iloc[int(matrix.sum(axis=1).argmin())]
    return {
        "cluster_id": f"C-{code(medoid['site_id'])}",
        "name": f"Around {medoid['name']}" if len(members) > 1 else medoid["name"],
        "medoid_site_id": medoid["site_id"],
        "site_ids": ";".join(members["site_id"]),
        "services": ";".join(sorted(members["service"].unique())),
        "n_sites": len(members),
        "diameter_s": float(matrix.max()),
        "region": medoid["police_area"],
        "geometry": members.geometry.union_all().convex_hull.buffer(HULL_MARGIN_M),
    }


def _cut_groups(cut: list[tuple[str, ...]], largest: int) -> pd.DataFrame:
    advice = f"the {largest} closest together make the group; options.largest_group sets how many"
    return issue_rows(
        ("candidates.generate", "options", "+".join(clique), "group_cut", "note",
         f"{len(clique)} sites are all within the group limit: {advice}.")
        for clique in cut
    )  # fmt: skip
