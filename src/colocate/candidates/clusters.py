"""Clusters: a first look at who lies near whom. They decide nothing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.candidates.build_options import code
from colocate.candidates.groups import pieces
from colocate.tables.options import CLUSTERS
from colocate.tables.schema import conform

COLUMNS = ("site_id", "name", "service", "police_area")
FEW = 50
"""Sites that are clustered without scikit-learn, which takes longer to import."""
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
    component = pieces(len(ids), zip(a[within], b[within], strict=True))
    count = component.max(initial=-1) + 1
    at = {name: sites[name].to_numpy("object") for name in COLUMNS}
    at["geometry"] = sites.geometry.to_numpy()
    rows = []
    inside = np.flatnonzero((component[a] == component[b]) & ~np.isnan(time))
    pairs = _by_label(component[a[inside]], count=count)
    for members, within_it in zip(_by_label(component, count=count), pairs, strict=True):
        own = inside[within_it]
        matrix = _matrix(members, a=a[own], b=b[own], time=time[own])
        label = (_linked if len(members) <= FEW else _many_linked)(matrix, limit_s)
        rows += [
            _cluster(
                {name: values[members[part]] for name, values in at.items()},
                matrix[np.ix_(part, part)],
            )
            for part in _by_label(label, count=label.max() + 1)
            if len(part)
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


def _by_label(labels: np.ndarray, *, count: int) -> list[np.ndarray]:
    """Return where each of so many labels stands, in order."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.searchsorted(labels[order], np.arange(1, count)))[:count]


def _matrix(members: np.ndarray, *, a: np.ndarray, b: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Two-way times among the members (n × n, s), infinite where unknown, 0 on the diagonal."""
    row, column = np.searchsorted(members, a), np.searchsorted(members, b)
    matrix = np.full((len(members), len(members)), np.inf)
    np.fill_diagonal(matrix, 0.0)
    matrix[row, column] = matrix[column, row] = time
    return matrix


def _linked(matrix: np.ndarray, limit_s: float) -> np.ndarray:
    """Label the rows of a distance matrix by complete linkage at `limit_s`, included."""
    label, apart = np.arange(len(matrix)), matrix.copy()
    np.fill_diagonal(apart, np.inf)
    while apart.min() <= limit_s:
        first, other = divmod(int(apart.argmin()), len(apart))
        apart[first] = apart[:, first] = np.maximum(apart[first], apart[other])
        apart[other] = apart[:, other] = apart[first, first] = np.inf
        label[label == other] = first
    return label


def _many_linked(matrix: np.ndarray, limit_s: float) -> np.ndarray:
    """Do the same for many rows, in the square of their number and not its cube."""
    from sklearn.cluster import AgglomerativeClustering  # here, because it takes a second

    finite = np.where(np.isfinite(matrix), matrix, 2 * limit_s + 1)  # scikit-learn refuses inf
    label: np.ndarray = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="complete",
        distance_threshold=np.nextafter(limit_s, np.inf),  # merges strictly below its threshold
    ).fit_predict(finite)
    return label


def _cluster(members: dict[str, np.ndarray], matrix: np.ndarray) -> dict[str, object]:
    ids, points = members["site_id"], members["geometry"]
    medoid = int(matrix.sum(axis=1).argmin())
    return {
        "cluster_id": f"C-{code(ids[medoid])}",
        "name": members["name"][medoid],
        "medoid_site_id": ids[medoid],
        "site_ids": ";".join(ids),
        "services": ";".join(sorted(set(members["service"]))),
        "n_sites": len(ids),
        "diameter_s": float(matrix.max()),
        "diameter_m": float(shapely.distance(points[:, np.newaxis], points).max()),
        "region": members["police_area"][medoid],
        "geometry": shapely.union_all(points).convex_hull.buffer(HULL_MARGIN_M),
    }
