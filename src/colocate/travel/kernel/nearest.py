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
    least = np.full(offers.shape[1], np.inf)
    first = np.full(offers.shape[1], 0 if len(offers) else -1)
    for row, offered in enumerate(offers):  # `argmin` would take thrice as long
        sooner = np.flatnonzero(offered < least)
        first[sooner], least[sooner] = row, offered[sooner]
    return Reach(offers, least, first)


def after(now: Reach, /, *, gone: Ints, arrivals: Floats) -> tuple[Ints, Floats]:
    """Find the soonest offers once some sites have left and others have arrived.

    Args:
        now: reach today.
        gone: rows of the sites that leave.
        arrivals: offers of the sites that arrive, s, shape (arrivals, demand points).

    Returns:
        The demand points for which they may be others, and theirs, s.
    """
    # Only a point whose first site leaves can be served later: all others keep what they have.
    staying = np.ones(len(now.offers), "bool")
    staying[gone] = False
    orphaned, sooner = ~np.append(staying, True)[now.first], soonest(arrivals)
    at = np.flatnonzero(orphaned | (sooner < now.soonest))
    later, left = now.soonest[at], orphaned[at]  # a point without any row has row -1
    later[left] = soonest(now.offers[np.ix_(staying, at[left])])
    return at, np.minimum(later, sooner[at])


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
