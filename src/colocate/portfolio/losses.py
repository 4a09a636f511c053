"""Who would lose a service if a set of options were in place: what `milp` counts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scipy.sparse import csc_array, csr_array


class Losses(NamedTuple):
    """Who could lose a service: points covered today, alike ones put together."""

    people: np.ndarray
    """Per point."""
    sites: np.ndarray
    """Per point: sites that cover it today."""
    gone: csr_array
    """Options × points: sites covering it that the option takes away."""
    arrives: csr_array
    """Options × points: 1 where what the option opens covers it."""
    most: float = np.inf
    """People who may lose it."""


class Stakes(NamedTuple):
    """What all options of a study could take from a service, whatever may be chosen."""

    people: np.ndarray
    """Per point that they could lose together."""
    kind: np.ndarray
    """Per such point: its column below; alike points share one."""
    sites: np.ndarray
    """As in `Losses`."""
    gone: csr_array
    arrives: csr_array


def at_stake(sites: np.ndarray, gone: np.ndarray, /) -> np.ndarray:
    """Say which points could be lost: those covered, where all that covers could go.

    Args:
        sites: how many cover each point today.
        gone: how many of these all options together take away.
    """
    found: np.ndarray = (sites > 0) & (gone >= sites)
    return found


def stakes(people: np.ndarray, *, sites: np.ndarray, gone: csr_array, arrives: csr_array) -> Stakes:
    """Put alike points together.

    Args:
        people: per point.
        sites: per point: sites that cover it today.
        gone: options × points: sites covering it that the option takes away.
        arrives: options × points: 1 where what the option opens covers it.
    """
    kind, first = _alike(sites, gone=gone, arrives=arrives)
    return Stakes(people, kind, sites[first], gone[:, first], arrives[:, first])


def narrowed(stakes: Stakes, kept: np.ndarray, /, *, most: float) -> Losses:
    """Keep the options that may be chosen, and the points that a set of them could lose.

    Args:
        stakes: what all options could take away, and bring.
        kept: mask of the options.
        most: people who may lose the service.
    """
    gone = stakes.gone[kept]
    columns = np.flatnonzero(at_stake(stakes.sites, gone.sum(axis=0)))
    sites, gone, arrives = stakes.sites[columns], gone[:, columns], stakes.arrives[kept][:, columns]
    kind, first = _alike(sites, gone=gone, arrives=arrives)
    of = np.full(len(stakes.sites), -1)
    of[columns] = kind
    own = of[stakes.kind]
    # Added up point by point: to the last digit the same, whatever was put together before.
    people = np.bincount(own[own >= 0], weights=stakes.people[own >= 0], minlength=len(first))
    return Losses(people, sites[first], gone[:, first], arrives[:, first], most)


def _alike(
    sites: np.ndarray, *, gone: csr_array, arrives: csr_array
) -> tuple[np.ndarray, np.ndarray]:
    """Number columns, alike ones together, in an order of their own; and find one of each."""
    keys = list(zip(sites.tolist(), _columns(gone.tocsc()), _columns(arrives.tocsc()), strict=True))
    number = {key: row for row, key in enumerate(sorted(set(keys)))}
    kind = np.array([number[key] for key in keys], dtype="int64")
    return kind, np.unique(kind, return_index=True)[1]


def _columns(matrix: csc_array) -> Iterator[bytes]:
    """Yield what tells each column of numbers above 0 from others, in the order of the columns.

    Bytes are compared like the numbers they hold, the highest byte first: the upper rows come last.
    """
    matrix.sort_indices()
    rows = matrix.shape[0] - matrix.indices
    told = np.column_stack([rows, matrix.data]).astype(">u4").tobytes()
    for start, end in pairwise((8 * matrix.indptr.astype("int64")).tolist()):
        yield told[start:end]


def people_lost(losses: Losses, options: Sequence[int], /) -> float:
    """Count the people who lose the service once a set of options is in place.

    Args:
        losses: what options take away from, and bring to, each point.
        options: rows of the set's options.
    """
    rows = np.asarray(options, dtype="int64")
    staying = losses.sites - losses.gone[rows].sum(axis=0)
    lost = (staying == 0) & (losses.arrives[rows].sum(axis=0) == 0)
    return float(losses.people[lost].sum())
