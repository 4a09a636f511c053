"""Clusters: a first look at who lies near whom. They decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.candidates.build_options import code
from colocate.candidates.groups import pieces
from colocate.spread import ALONE, gathered, rests_on
from colocate.tables.options import CLUSTERS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.spread import Spread

COLUMNS = ("site_id", "name", "service", "police_area")
HULL_MARGIN_M = 250.0
"""How far around its members a cluster is drawn."""


def find_clusters(
    sites: gpd.GeoDataFrame, drives: pd.DataFrame, /, *, limit_s: float, spread: Spread = ALONE
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
        spread: takes over which members of a component are together, where their drives are as
            they were.

    Returns:
        Table `clusters`; each participating site is in exactly one, and no two share a name.
    """
    ids = pd.Index(sites["site_id"])
    known = drives[drives["site_a"].isin(ids) & drives["site_b"].isin(ids)]
    a, b = ids.get_indexer(known["site_a"]), ids.get_indexer(known["site_b"])
    time = known["travel_time_s"].to_numpy()
    within = time <= limit_s
    component = pieces(a[within], b[within], count=len(ids))
    count = component.max(initial=-1) + 1
    at = {name: sites[name].to_numpy("object") for name in COLUMNS}
    at["geometry"] = sites.geometry.to_numpy()
    inside = np.flatnonzero((component[a] == component[b]) & ~np.isnan(time))
    pairs = _by_label(component[a[inside]], count=count)
    components = _by_label(component, count=count)
    matrices = [
        _matrix(members, a=a[own], b=b[own], time=time[own])
        for members, within_it in zip(components, pairs, strict=True)
        for own in [inside[within_it]]
    ]
    rows = [
        _cluster(
            {name: values[members[part]] for name, values in at.items()},
            matrix[np.ix_(part, part)],
        )
        for members, matrix, label in zip(
            components, matrices, _labels(matrices, limit_s, spread=spread), strict=True
        )
        for part in _by_label(label, count=label.max() + 1)
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


def _labels(matrices: list[np.ndarray], limit_s: float, *, spread: Spread) -> Iterator[np.ndarray]:
    """Say of each member of each component which cluster it is in."""
    apart = {str(at): each for at, each in enumerate(matrices) if each.max() > limit_s}
    of = {at: rests_on(matrix) for at, matrix in apart.items()}
    answers = spread.each(_linked, apart, given=limit_s, of=of)
    found = dict(zip(apart, gathered(answers, apart), strict=True))
    for at, matrix in enumerate(matrices):
        linked = found.get(str(at))
        yield np.zeros(len(matrix), "int64") if linked is None else linked["label"].to_numpy()


def _linked(matrix: np.ndarray, limit_s: float) -> pd.DataFrame:
    """Partition the rows of a distance matrix by complete linkage at `limit_s`, included."""
    from sklearn.cluster import AgglomerativeClustering  # here, because it takes a second

    finite = np.where(np.isfinite(matrix), matrix, 2 * limit_s + 1)  # scikit-learn refuses inf
    labels = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="complete",
        distance_threshold=np.nextafter(limit_s, np.inf),  # merges strictly below its threshold
    ).fit_predict(finite)
    return pd.DataFrame({"label": labels.astype("int64")})


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
