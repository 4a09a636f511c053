"""How soon each demand point is reached, and what moving sites does to that.

Arrays are sites × demand points, in seconds, infinite where there is no route within the cut-off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


class Reach(NamedTuple):
    """What every site offers to every demand point, and the soonest of it."""

    offers: np.ndarray
    """Sites × demand points."""
    soonest: np.ndarray
    """Per demand point."""
    first: np.ndarray
    """Row that offers the soonest; the first such row where several do, -1 without any row."""


class Effect(NamedTuple):
    """Weight within a limit before and after, newly within it, and no longer within it."""

    before: float
    after: float
    gained: float
    lost: float


def matrix(od: pd.DataFrame, /, *, sites: pd.Index, demand: pd.Index) -> np.ndarray:
    """Spread a long table of travel times over sites × demand points.

    Args:
        od: table `site_to_demand` or `demand_to_site`; the direction is the caller's choice.
        sites: site ids, the rows.
        demand: demand ids, the columns.
    """
    row = sites.get_indexer(od["site_id"])
    column = demand.get_indexer(od["demand_id"])
    wanted = (row >= 0) & (column >= 0)
    times = np.full((len(sites), len(demand)), np.inf)
    times[row[wanted], column[wanted]] = od["travel_time_s"].to_numpy()[wanted]
    return times


def reach(offers: np.ndarray, /) -> Reach:
    """Find the soonest offer for each demand point; without a site nobody is reached."""
    if len(offers):
        return Reach(offers, offers.min(axis=0), offers.argmin(axis=0))
    nowhere = np.full(offers.shape[1], np.inf)
    return Reach(offers, nowhere, np.full(offers.shape[1], -1))


def after(now: Reach, /, *, gone: np.ndarray, arrivals: np.ndarray) -> np.ndarray:
    """Return the soonest offers once some sites have left and others have arrived.

    Only demand points whose first site has left are searched again; all others keep their time,
    to the last digit.

    Args:
        now: reach today.
        gone: rows of the sites that leave.
        arrivals: offers of the sites that arrive, arrivals × demand points.
    """
    soonest = now.soonest.copy()
    orphaned = np.isin(now.first, gone)
    staying = np.setdiff1d(np.arange(len(now.offers)), gone)
    soonest[orphaned] = now.offers[np.ix_(staying, orphaned)].min(axis=0, initial=np.inf)
    np.minimum(soonest, arrivals.min(axis=0, initial=np.inf), out=soonest)
    return soonest


def second(now: Reach, /) -> np.ndarray:
    """Return the second soonest offer for each demand point; infinite where there is none."""
    if len(now.offers) < 2:
        return np.full(now.offers.shape[1], np.inf)
    lowest: np.ndarray = np.partition(now.offers, 1, axis=0)[1]
    return lowest


def second_after(
    now: Reach, second_now: np.ndarray, /, *, gone: np.ndarray, arrivals: np.ndarray
) -> np.ndarray:
    """Return the second soonest offers once some sites have left and others have arrived.

    Args:
        now: reach today.
        second_now: `second` of it.
        gone: rows of the sites that leave.
        arrivals: offers of the sites that arrive, arrivals × demand points.
    """
    touched = (now.offers[gone] <= second_now).any(axis=0)
    touched |= (arrivals <= second_now).any(axis=0)
    later = second_now.copy()
    staying = np.setdiff1d(np.arange(len(now.offers)), gone)
    offers = np.vstack([now.offers[np.ix_(staying, touched)], arrivals[:, touched]])
    later[touched] = second(reach(offers))
    return later


def percentile(times: np.ndarray, /, *, weights: np.ndarray, share: float) -> float:
    """Return the least time within which a share of the whole weight is reached.

    NaN where that share is not reached at all, or nothing weighs anything.
    """
    order = np.argsort(times, kind="stable")
    reached = np.cumsum(weights[order])
    if not len(reached) or reached[-1] <= 0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    time = float(times[order][min(at, len(order) - 1)])
    return time if np.isfinite(time) else float("nan")


def effect(
    before: np.ndarray, later: np.ndarray, /, *, weights: np.ndarray, limit_s: float
) -> Effect:
    """Weigh the demand points within a limit (included) before and after, gains and losses apart.

    Points that nobody reaches are never within it, and stay in every total.
    """
    was, is_ = before <= limit_s, later <= limit_s
    return Effect(
        float(weights[was].sum()),
        float(weights[is_].sum()),
        float(weights[is_ & ~was].sum()),
        float(weights[was & ~is_].sum()),
    )


def mean(times: np.ndarray, /, *, weights: np.ndarray, among: np.ndarray) -> float:
    """Return the weighted mean over the points `among`.

    NaN where they weigh nothing, or where one that weighs something has no time: a mean without
    it would look better than it is.
    """
    counted = among & (weights > 0)
    if not counted.any() or not np.isfinite(times[counted]).all():
        return float("nan")
    return float(np.average(times[counted], weights=weights[counted]))
