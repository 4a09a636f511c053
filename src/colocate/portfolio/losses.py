"""Who would lose a service if a set of options were in place: what `milp` counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Losses(NamedTuple):
    """Who could lose a service: points covered today, alike ones put together."""

    people: np.ndarray
    """Per point."""
    sites: np.ndarray
    """Per point: sites that cover it today."""
    gone: np.ndarray
    """Options × points: sites covering it that the option takes away."""
    arrives: np.ndarray
    """Options × points, bool: what the option opens covers it."""
    most: float = np.inf
    """People who may lose it."""


def narrowed(losses: Losses, /) -> Losses:
    """Keep the points that a set of options could lose, and put alike ones together.

    Args:
        losses: what options take away from, and bring to, each point.
    """
    # Only what is covered can be lost, and no set takes more away than all options together.
    kept = (losses.sites > 0) & (losses.gone.sum(axis=0) >= losses.sites) & (losses.people > 0)
    keys = np.vstack([losses.sites[kept], losses.gone[:, kept], losses.arrives[:, kept]])
    alike, group = np.unique(keys.astype("int64"), axis=1, return_inverse=True)
    n = len(losses.gone)
    people = np.bincount(group.ravel(), weights=losses.people[kept], minlength=alike.shape[1])
    return Losses(people, alike[0], alike[1 : n + 1], alike[n + 1 :].astype(bool), losses.most)


def people_lost(losses: Losses, options: Sequence[int], /) -> float:
    """Count the people who lose the service once a set of options is in place.

    Args:
        losses: what options take away from, and bring to, each point.
        options: rows of the set's options.
    """
    rows = np.asarray(options, dtype="int64")
    staying = losses.sites - losses.gone[rows].sum(axis=0)
    lost = (staying == 0) & ~losses.arrives[rows].any(axis=0)
    return float(losses.people[lost].sum())
