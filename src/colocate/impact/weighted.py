"""Times of demand points summed up by what these weigh: people, fires.

Times are in seconds, one a demand point, infinite where nobody comes within the cut-off. What they
are after many shifts is held where it is told from today's (`impact.told`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact.told import Values, sums, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.impact.told import Floats


class Effects(NamedTuple):
    """Weight within a limit before, and after each shift; newly within it, no longer within it."""

    before: float
    after: Floats
    gained: Floats
    lost: Floats


def percentile(times: np.ndarray, /, *, weights: np.ndarray, share: float) -> float:
    """Return the least time within which a share of the whole weight is reached.

    NaN where that share is not reached at all, or nothing weighs anything.

    Args:
        times: one a point, s.
        weights: of the points, 0 or more.
        share: of the whole weight, 0 to 1.
    """
    order = np.argsort(times, kind="stable")
    return _reaching(times[order], np.cumsum(weights[order]), share=share)


def _reaching(ranked: Floats, reached: Floats, *, share: float) -> float:
    """Return the percentile of times in order, by what weight is reached within each."""
    if not len(reached) or reached[-1] <= 0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    time = float(ranked[min(at, len(ranked) - 1)])
    return time if np.isfinite(time) else float("nan")


def percentiles(
    values: Values, /, *, weights: Floats, shares: Sequence[float]
) -> list[tuple[float, Floats]]:
    """Return percentiles of today and after each shift, as `percentile` does.

    Args:
        values: times, s.
        weights: of the points, 0 or more.
        shares: of the whole weight, above 0 to 1.
    """
    times, later, told = values
    order = np.argsort(times, kind="stable")
    ranked, reached = times[order], np.cumsum(weights[order])
    weighs = bool(len(reached)) and reached[-1] > 0
    after = np.full((len(shares), len(told.first) - 1), np.nan)
    for number, part in enumerate(told.parts() if weighs else ()):
        at = told.at[part]
        # Whoever has moved is taken out at the old time and counts from the new one.
        turn, more = np.append(times[at], later[part]), weights[at]
        order = np.argsort(turn, kind="stable")
        turn, more = turn[order], np.cumsum(np.append(-more, more)[order])
        for row, share in zip(after, shares, strict=True):
            row[number] = _least((ranked, reached), (turn, more), needed=share * reached[-1])
    return [
        (_reaching(ranked, reached, share=share), row)
        for share, row in zip(shares, after, strict=True)
    ]


def _least(today: tuple[Floats, Floats], moved: tuple[Floats, Floats], *, needed: float) -> float:
    """Return the least time within which what is needed is reached once some points have moved.

    Args:
        today: times in order, and what is reached within each.
        moved: the same of what is reached more, once they have.
        needed: weight.
    """
    ranked, turn = today[0], moved[0]

    def enough(time: Any) -> bool:  # noqa: ANN401 - a number of an array
        within = 0.0
        for times, reached in (today, moved):
            stood = times.searchsorted(time, side="right")
            within += reached[stood - 1] if stood else 0.0
        return bool(within >= needed)

    high = bisect_left(range(len(ranked)), True, key=lambda place: enough(ranked[place]))
    # Between two of today's times only those that are new can be the least.
    new = turn[turn.searchsorted(ranked[high - 1], side="right") if high else 0 :]
    last = ranked[high] if high < len(ranked) else np.inf
    times = np.append(new[: new.searchsorted(last)], last)
    time = times[bisect_left(times, True, hi=len(times) - 1, key=enough)]
    return float(time) if np.isfinite(time) else float("nan")


def effects(values: Values, /, *, weights: Floats) -> Effects:
    """Weigh the demand points within a limit before and after, gains and losses apart.

    Points that nobody reaches are never within it, and stay in every total.

    Args:
        values: of each point, whether it is within, or with what chance.
        weights: of the points, 0 or more.
    """
    before, later, told = values
    was, is_ = before * weights, later * weights[told.at]
    change = is_ - was[told.at]
    return Effects(
        float(was.sum()),
        totals(Values(was, is_, told)),
        sums(change, told.first, among=change > 0),
        sums(-change, told.first, among=change < 0),
    )


def mean(times: np.ndarray, /, *, weights: np.ndarray, among: np.ndarray) -> float:
    """Return the weighted mean over the points `among`.

    NaN where they weigh nothing, or where one that weighs something has no time: a mean without
    it would look better than it is.

    Args:
        times: one a point, s.
        weights: of the points, 0 or more.
        among: which points count (bool).
    """
    counted = among & (weights > 0)
    if not counted.any() or not np.isfinite(times[counted]).all():
        return float("nan")
    return float(np.average(times[counted], weights=weights[counted]))


def means(values: Values, /, *, weights: Floats) -> Floats:
    """Return the weighted means after each shift, as `mean` does, over the points reached today.

    Args:
        values: times, s.
        weights: of the points, 0 or more.
    """
    times, later, told = values
    counted = np.isfinite(times) & (weights > 0)
    if not counted.any():
        return np.full(len(told.first) - 1, np.nan)
    told, kept = told.among(counted)
    weights = weights[counted]
    found = totals(Values(times[counted] * weights, later[kept] * weights[told.at], told))
    found /= weights.sum()
    return np.where(np.isfinite(found), found, np.nan)
