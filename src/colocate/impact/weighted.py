"""Times of demand points summed up by what these weigh: people, fires.

Times are in seconds, one a demand point, infinite where nobody comes within the cut-off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Effect(NamedTuple):
    """Weight within a limit before and after, newly within it, and no longer within it."""

    before: float
    after: float
    gained: float
    lost: float


def percentile(times: np.ndarray, /, *, weights: np.ndarray, share: float) -> float:
    """Return the least time within which a share of the whole weight is reached.

    NaN where that share is not reached at all, or nothing weighs anything.

    Args:
        times: one a point, s.
        weights: of the points, 0 or more.
        share: of the whole weight, 0 to 1.
    """
    order = np.argsort(times, kind="stable")
    reached = np.cumsum(weights[order])
    if not len(reached) or reached[-1] <= 0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    time = float(times[order][min(at, len(order) - 1)])
    return time if np.isfinite(time) else float("nan")


def effect(before: np.ndarray, later: np.ndarray, /, *, weights: np.ndarray) -> Effect:
    """Weigh the demand points within a limit before and after, gains and losses apart.

    Points that nobody reaches are never within it, and stay in every total.

    Args:
        before: of each point today, whether it is within, or with what chance.
        later: the same afterwards.
        weights: of the points, 0 or more.
    """
    return effects(before, later[np.newaxis], weights=weights)[0]


def effects(before: np.ndarray, later: np.ndarray, /, *, weights: np.ndarray) -> list[Effect]:
    """Weigh the demand points as `effect` does, for many ways of serving them at once.

    Args:
        before: of each point today, whether it is within, or with what chance.
        later: the same afterwards, shape (ways, points).
        weights: of the points, 0 or more.
    """
    was, is_ = before * weights, later * weights
    total, after = float(was.sum()), is_.sum(axis=1).tolist()
    return [
        Effect(total, whole, float(more[more > 0].sum()), float(-more[more < 0].sum()) + 0.0)
        for whole, more in zip(after, is_ - was, strict=True)
    ]


def mean(times: np.ndarray, /, *, weights: np.ndarray, among: np.ndarray) -> float:
    """Return the weighted mean over the points `among`.

    NaN where they weigh nothing, or where one that weighs something has no time: a mean without
    it would look better than it is.

    Args:
        times: one a point, s.
        weights: of the points, 0 or more.
        among: which points count (bool).
    """
    return means(times[np.newaxis], weights=weights, among=among)[0]


def means(times: np.ndarray, /, *, weights: np.ndarray, among: np.ndarray) -> list[float]:
    """Return the weighted means as `mean` does, for many ways of serving the points at once.

    Args:
        times: shape (ways, points), s.
        weights: of the points, 0 or more.
        among: which points count (bool).
    """
    counted = among & (weights > 0)
    if not counted.any():
        return [float("nan")] * len(times)
    summed = times[:, counted]
    known = np.isfinite(summed).all(axis=1)
    found = np.full(len(times), np.nan)
    found[known] = np.average(summed[known], axis=1, weights=weights[counted])
    return [float(each) for each in found]
