"""No body loses money: payments between partners inside the choice of a set.

For bodies b, options j and n_bj whole pence that option j brings body b (rents left in or out: they
cancel), t_p what the first body of pair p pays the second:

    sum_j n_bj x_j - sum_(p from b) t_p + sum_(p to b) t_p >= 0          for every body
    -M s_p <= t_p <= M s_p,   s_p = sum_j [both of p have part in j] x_j   for every pair

With M all the money that moves, t can be found exactly where the bodies of each group that chosen
options link gain together: no payment need be larger than all the gains. So the rows say that a
rent clears the set (`money.clearing_rent`), and no more. Amounts are in units of M.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Account(NamedTuple):
    """What options bring bodies."""

    nets: np.ndarray
    """Options × bodies, whole pence."""
    takes_part: np.ndarray
    """Options × bodies, bool."""
    pairs: np.ndarray
    """2 × pairs: places of bodies that have part in an option together."""

    @property
    def scale(self) -> float:
        """All money that moves, in pounds."""
        return float(np.abs(self.nets).sum()) / 100 or 1.0


def account(rows: pd.DataFrame, column: str, /, *, options: Sequence[str]) -> Account:
    """Build the account of a column of table `money_by_body`.

    Args:
        rows: table `money_by_body`.
        column: what is counted, in pounds; what is not known counts as nothing.
        options: the options, in order.
    """
    own = rows[rows["option_id"].isin(options)]
    bodies = pd.Index(sorted(own["body_id"].unique()))
    nets = np.zeros((len(options), len(bodies)), dtype="int64")
    takes_part = np.zeros(nets.shape, dtype=bool)
    at = pd.Index(options).get_indexer(own["option_id"]), bodies.get_indexer(own["body_id"])
    nets[at] = (own[column].fillna(0.0) * 100).round().to_numpy()
    takes_part[at] = True
    together = takes_part.T.astype("int64") @ takes_part
    pairs = [pair for pair in combinations(range(len(bodies)), 2) if together[pair]]
    return Account(nets, takes_part, np.array(pairs, dtype="int64").reshape(-1, 2).T)


def binds(account: Account, /) -> bool:
    """Whether any option brings its bodies less than nothing together: else no set can.

    Args:
        account: what each option brings each body.
    """
    return bool((account.nets.sum(axis=1) < 0).any())


def clears(account: Account, chosen: Sequence[int], /) -> bool:
    """Whether the bodies of every group that chosen options link gain together, to the penny.

    Args:
        account: what each option brings each body.
        chosen: rows of the chosen options.
    """
    group = list(range(account.nets.shape[1]))
    for option in chosen:
        first, *others = np.flatnonzero(account.takes_part[option]).tolist() or [0]
        for other in others:
            old, new = group[other], group[first]
            group = [new if each == old else each for each in group]
    nets = account.nets[list(chosen)].sum(axis=0)
    return bool((np.bincount(group, weights=nets, minlength=1) >= 0).all())


def rows(account: Account, /) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
    """Yield constraints as their lower bounds and their blocks.

    Args:
        account: what each option brings each body, and who may pay whom.

    Returns:
        Blocks by kind of variable, `{}` standing for the account's name: `options`, `{}_paid` (a
        column a pair) and `{}`, the slack: what each body may lose.
    """
    n_bodies, n_pairs = account.nets.shape[1], account.pairs.shape[1]
    pays = np.zeros((n_bodies, n_pairs))
    pays[account.pairs[0], range(n_pairs)] = -1.0
    pays[account.pairs[1], range(n_pairs)] = 1.0
    share = account.nets.T / 100 / account.scale
    yield np.zeros(n_bodies), {"options": share, "{}_paid": pays, "{}": np.eye(n_bodies)}
    first, second = account.pairs
    shared = (account.takes_part[:, first] & account.takes_part[:, second]).T.astype("float64")
    for sign in (1.0, -1.0):
        yield np.zeros(n_pairs), {"options": shared, "{}_paid": sign * np.eye(n_pairs)}
