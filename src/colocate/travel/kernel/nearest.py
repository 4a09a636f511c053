"""Nearest-facility kernel, on arrays only: who reaches each demand point first, and what if.

Offers are sites × demand points: the time in which a site's crew gets there, or a visitor gets to
its desk, in seconds; infinite where there is no way within the cut-off. Of equal offers the first
row counts, so callers order their rows by id.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Not those of `roadgraph`: what rates options must not depend on the code of routing.
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Reach(NamedTuple):
    """What every site offers to every demand point, and the soonest of it."""

    offers: Floats
    """Sites × demand points, s."""
    soonest: Floats
    """Per demand point, s; infinite where nobody comes."""
    first: Ints
    """Row that offers the soonest; the first such row where several do, -1 without any row."""


def soonest(offers: Floats, /) -> Floats:
    """Find the soonest offer for each demand point.

    Args:
        offers: times, s, shape (sites, demand points); there may be no site.

    Returns:
        Per demand point, s; infinite where no site offers anything.
    """
    least: Floats = offers.min(axis=0, initial=np.inf)
    return least


def reach(offers: Floats, /) -> Reach:
    """Find the soonest offer for each demand point and who makes it.

    Args:
        offers: times, s, shape (sites, demand points); there may be no site.
    """
    first = offers.argmin(axis=0) if len(offers) else np.full(offers.shape[1], -1)
    return Reach(offers, soonest(offers), first)


def after(now: Reach, /, *, gone: Ints, arrivals: Floats) -> Floats:
    """Find the soonest offers once some sites have left and others have arrived.

    Args:
        now: reach today.
        gone: rows of the sites that leave.
        arrivals: offers of the sites that arrive, s, shape (arrivals, demand points).

    Returns:
        Per demand point, s. Points that nothing changes for keep their time to the last digit.
    """
    later = now.soonest.copy()
    # Only a point whose first site leaves can be served later: all others keep what they have.
    staying = _staying(now, gone)
    orphaned = ~np.append(staying, True)[now.first]  # a point without any row has row -1
    later[orphaned] = soonest(now.offers[np.ix_(staying, orphaned)])
    np.minimum(later, soonest(arrivals), out=later)
    return later


def _staying(now: Reach, gone: Ints) -> NDArray[np.bool_]:
    staying = np.ones(len(now.offers), "bool")
    staying[gone] = False
    return staying


def second(now: Reach, /) -> Floats:
    """Find the second soonest offer for each demand point.

    Args:
        now: reach today.

    Returns:
        Per demand point, s; the soonest again where two sites are equally soon, infinite where
        there is no second one.
    """
    if len(now.offers) < 2:
        return np.full(now.offers.shape[1], np.inf)
    lowest: Floats = np.partition(now.offers, 1, axis=0)[1]
    return lowest


def second_after(now: Reach, second_now: Floats, /, *, gone: Ints, arrivals: Floats) -> Floats:
    """Find the second soonest offers once some sites have left and others have arrived.

    Args:
        now: reach today.
        second_now: `second` of it, s.
        gone: rows of the sites that leave.
        arrivals: offers of the sites that arrive, s, shape (arrivals, demand points).

    Returns:
        Per demand point, s.
    """
    # An offer later than the second soonest decides nothing, whether it goes or comes.
    touched = (now.offers[gone] <= second_now).any(axis=0)
    touched |= (arrivals <= second_now).any(axis=0)
    later = second_now.copy()
    kept = now.offers[np.ix_(_staying(now, gone), touched)]
    offers = np.vstack([kept, arrivals[:, touched]])
    later[touched] = second(reach(offers))
    return later


def ranked(offers: Floats, /, *, count: int) -> tuple[Ints, Floats]:
    """Find the sites that offer the soonest to each demand point, in order.

    Args:
        offers: times, s, shape (sites, demand points).
        count: how many to name.

    Returns:
        Rows and their times, s, shape (count, demand points), the soonest first and of equals the
        first row; -1 and infinite where there are fewer.
    """
    missing = max(count - len(offers), 0)
    offers = np.pad(offers, ((0, missing), (0, 0)), constant_values=np.inf)
    row = np.argsort(offers, axis=0, kind="stable")[:count]
    times = np.take_along_axis(offers, row, axis=0)
    return np.where(np.isfinite(times), row, -1), times
