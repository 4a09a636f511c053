"""Clusters: a first look at who lies near whom. They decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import pdist, squareform

from colocate.candidates.build_options import code
from colocate.tables.options import CLUSTERS
from colocate.tables.rows import LocatedSite
from colocate.tables.schema import conform, each

if TYPE_CHECKING:
    from collections.abc import Sequence

HULL_MARGIN_M = 250.0
"""How far around its members a cluster is drawn."""


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
        Table `clusters`; each participating site is in exactly one, and no two share a name.
    """
    ids = pd.Index(sites["site_id"])
    known = drives[drives["site_a"].isin(ids) & drives["site_b"].isin(ids)]
    a, b = ids.get_indexer(known["site_a"]), ids.get_indexer(known["site_b"])
    time = known["travel_time_s"].to_numpy()
    within = time <= limit_s
    joined = coo_array((np.ones(within.sum()), (a[within], b[within])), shape=(len(ids), len(ids)))
    _, component = connected_components(joined, directed=False)
    listed = list(each(LocatedSite, sites))
    rows = []
    for label in np.unique(component):
        members = np.flatnonzero(component == label)
        matrix = _matrix(members, a=a, b=b, time=time)
        rows += [
            _cluster([listed[row] for row in members[part]], matrix[np.ix_(part, part)])
            for part in _linked(matrix, limit_s)
        ]
    frame = conform(CLUSTERS, sorted(rows, key=lambda row: row["cluster_id"]))
    return gpd.GeoDataFrame(frame.assign(name=_names(frame, sites)))


def _names(clusters: pd.DataFrame, sites: pd.DataFrame) -> pd.Series:
    """Name each cluster by the town of its medoid, and by the site too where towns repeat."""
    at = sites.set_index("site_id").loc[clusters["medoid_site_id"]]
    town = at["town"].fillna(at["name"])
    longer = [
        site if place in site else f"{place}, {site}"
        for place, site in zip(town, at["name"], strict=True)
    ]
    name = town.set_axis(clusters.index)
    for fuller in (pd.Series(longer, clusters.index), name + ", " + clusters["cluster_id"]):
        name = name.where(~name.duplicated(keep=False), fuller)
    return name


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
    condensed = squareform(np.where(np.isfinite(matrix), matrix, 2 * limit_s + 1))
    labels = fcluster(linkage(condensed, "complete"), limit_s, criterion="distance")
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _cluster(members: Sequence[LocatedSite], matrix: np.ndarray) -> dict[str, object]:
    medoid = members[int(matrix.sum(axis=1).argmin())]
    points = [site.geometry for site in members]
    apart = pdist(shapely.get_coordinates(points))
    return {
        "cluster_id": f"C-{code(medoid.site_id)}",
        "name": medoid.name,
        "medoid_site_id": medoid.site_id,
        "site_ids": ";".join(site.site_id for site in members),
        "services": ";".join(sorted({site.service for site in members})),
        "n_sites": len(members),
        "diameter_s": float(matrix.max()),
        "diameter_m": float(apart.max(initial=0.0)),
        "region": medoid.police_area,
        "geometry": shapely.union_all(points).convex_hull.buffer(HULL_MARGIN_M),
    }
