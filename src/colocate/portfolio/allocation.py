"""The classical models of siting, exact: which p sites, for whom, how near.

Arrays are candidates × demand points. Symbols throughout:

    y_j = 1     candidate j is chosen; sites `fixed` are open anyway, and count neither in p nor
                in cost
    w_i         people at point i; every share is of all of them, reached or not
    a_ij = 1    candidate j covers point i: t_ij <= limit, the limit included
    t_ij        time between them; infinite where there is no route

A point that nobody reaches counts at `beyond_s`, no shorter than any time given, so that leaving
people out never looks better.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from colocate.portfolio import solver
from colocate.portfolio.solver import Rows


class Sited(NamedTuple):
    """What a model chose."""

    status: solver.Status
    chosen: tuple[int, ...]
    """Rows of the candidates chosen, fixed ones not among them; none without a solution."""
    value: float
    """Of the model's objective."""
    bound: float
    """No choice does better."""
    gap: float


class Sites(NamedTuple):
    """What may be chosen, and for how long a solve may think."""

    fixed: np.ndarray
    """Bool per candidate: open anyway."""
    existing: np.ndarray
    """Bool per candidate: stands today. Of equally good choices the one with most of these, but
    for the p-median."""
    time_limit_s: float = 60.0


def sites(n: int, /) -> Sites:
    """Return `n` candidates, all to choose from and alike.

    Args:
        n: how many.
    """
    return Sites(np.zeros(n, dtype=bool), np.ones(n, dtype=bool))


def lscp(covers: np.ndarray, given: Sites, /) -> Sited:
    """Location set covering: the fewest sites that cover every point.

        minimise sum_j y_j   subject to   sum_j a_ij y_j >= 1 for every i

    Toregas, Swain, ReVelle and Bergman, The location of emergency service facilities, Operations
    Research 19 (1971). Infeasible where no site covers a point. `value` is the number of sites.

    Args:
        covers: whether site j (a row) covers point i (a column), bool.
        given: which sites are open anyway, and which stand today.
    """
    rows = Rows(csr_array(covers.T.astype("float64")), np.ones(covers.shape[1]),
                np.full(covers.shape[1], np.inf))  # fmt: skip
    return _sited(given, [rows], objective=-(~given.fixed).astype("float64"), extra=0, sign=-1)


def mclp(covers: np.ndarray, given: Sites, *, people: np.ndarray, p: int) -> Sited:
    """Maximal covering location: the p sites that cover most people.

        maximise sum_i w_i c_i   subject to   c_i <= sum_j a_ij y_j,  sum_j y_j = p,  c_i <= 1

    Church and ReVelle, The maximal covering location problem, Papers of the Regional Science
    Association 32 (1974). c_i is whole where y is, so it needs no condition.

    Args:
        covers: whether site j (a row) covers point i (a column), bool.
        given: which sites are open anyway, and which stand today.
        people: of each point: w_i.
        p: how many to choose, beside those open anyway.
    """
    m = covers.shape[1]
    linked = hstack([covers.T.astype("float64"), -eye_array(m)])
    rows = Rows(csr_array(linked), np.zeros(m), np.full(m, np.inf))
    objective = np.concatenate([np.zeros(len(covers)), people])
    return _sited(given, [rows, _number(given, p=p, extra=m)], objective=objective, extra=m)


def backup(covers: np.ndarray, given: Sites, *, people: np.ndarray, p: int) -> Sited:
    """Backup cover (BACOP1): p sites that cover every point, and most people twice.

        maximise sum_i w_i u_i   subject to   1 + u_i <= sum_j a_ij y_j,  sum_j y_j = p,  u_i <= 1

    Hogan and ReVelle, Concepts and applications of backup coverage, Management Science 32 (1986).
    Infeasible where p sites cannot cover every point once.

    Args:
        covers: whether site j (a row) covers point i (a column), bool.
        given: which sites are open anyway, and which stand today.
        people: of each point: w_i.
        p: how many to choose, beside those open anyway.
    """
    m = covers.shape[1]
    linked = hstack([covers.T.astype("float64"), -eye_array(m)])
    rows = Rows(csr_array(linked), np.ones(m), np.full(m, np.inf))
    objective = np.concatenate([np.zeros(len(covers)), people])
    return _sited(given, [rows, _number(given, p=p, extra=m)], objective=objective, extra=m)


def p_median(
    times_s: np.ndarray,
    given: Sites,
    *,
    people: np.ndarray,
    p: int,
    beyond_s: float,
    kept: np.ndarray | None = None,
) -> Sited:
    """p-median: the p sites nearest to people, summed over all of them.

        minimise sum_i w_i [d_i1 + sum_k (d_i,k+1 - d_ik) z_ik]
        subject to   z_ik >= 1 - sum of y_j with t_ij <= d_ik,   z_ik >= 0,   sum_j y_j = p

    d_i1 < d_i2 < … are the distinct times of point i, so z_ik = 1 when nobody is within d_ik;
    points with the same sites within some of their times share one z.
    Hakimi, Operations Research 12 (1964); ReVelle and Swain, Central facilities location,
    Geographical Analysis 2 (1970); in this form Elloumi, A tighter formulation of the p-median
    problem, Journal of Combinatorial Optimization 19 (2010). With q of n candidates left out, the
    q + 1 nearest of a point decide, and no site beyond its nearest fixed one does. `value` is the
    people-weighted sum of times.

    Args:
        times_s: from site j (a row) to point i (a column), s; infinite where there is no way.
        given: which sites are open anyway, and which stand today.
        people: of each point: w_i.
        p: how many to choose, beside those open anyway.
        beyond_s: stands for a time longer than was searched, s.
        kept: whether site j (a row) covers a point (a column) that must be covered, bool; nothing
            must be unless given.
    """
    n, m = times_s.shape
    free = np.flatnonzero(~given.fixed)
    nearest_fixed = times_s[given.fixed].min(axis=0, initial=beyond_s)
    near = np.sort(np.minimum(times_s[free], nearest_fixed), axis=0)[: max(len(free) - p, 0) + 1]
    if p == 0:
        near = nearest_fixed[np.newaxis]
    base = 0.0
    # Points with the same sites within reach wait for the same ones: one z for all of them.
    waits: dict[bytes, float] = {}
    for i in range(m):
        levels = near[np.append(True, near[1:, i] > near[:-1, i]), i]
        base += people[i] * levels[0]
        within = times_s[free, i] <= levels[:-1, np.newaxis]
        for each, step in zip(within, (people[i] * np.diff(levels)).tolist(), strict=True):
            sites_within = each.tobytes()
            waits[sites_within] = waits.get(sites_within, 0.0) + step
    extra = len(waits)
    sets = [free[np.frombuffer(each, dtype=bool)] for each in waits]
    row = np.repeat(np.arange(extra), [len(each) for each in sets])
    column = np.concatenate(sets) if sets else free[:0]
    within = coo_array((np.ones(len(row)), (row, column)), shape=(extra, n))
    linked = csr_array(hstack([within, eye_array(extra)])) if extra else csr_array((0, n))
    rows = [Rows(linked, np.ones(extra), np.full(extra, np.inf)), _number(given, p=p, extra=extra)]
    if kept is not None:
        by = csr_array(hstack([kept.T.astype("float64"), csr_array((kept.shape[1], extra))]))
        rows.append(Rows(by, np.ones(kept.shape[1]), np.full(kept.shape[1], np.inf)))
    objective = -np.concatenate([np.zeros(n), np.array(list(waits.values()))])
    # Sums of times hardly tie, and a second solve among equals takes far longer than the first.
    alike = given._replace(existing=np.ones(n, dtype=bool))
    found = _sited(alike, rows, objective=objective, extra=extra, sign=-1)
    return found._replace(value=found.value + base, bound=found.bound + base)


def p_center(times_s: np.ndarray, given: Sites, /, *, p: int) -> Sited:
    """p-centre: the p sites with the shortest longest time of any point.

        minimise max_i min_j t_ij   over sets of at most p sites

    Hakimi (1964); by bisection over the distinct times, asking each time how few sites cover all
    within it (Minieka, The m-center problem, SIAM Review 12 (1970)). Infeasible where no p sites
    reach every point. `value` is that time; chosen are the fewest sites that keep it.

    Args:
        times_s: from site j (a row) to point i (a column), s; infinite where there is no way.
        given: which sites are open anyway, and which stand today.
        p: how many to choose, beside those open anyway.
    """
    levels = np.unique(times_s[np.isfinite(times_s)])
    best: tuple[float, Sited] | None = None
    low, high = 0, len(levels) - 1
    while low <= high:
        middle = (low + high) // 2
        found = lscp(times_s <= levels[middle], given)
        if found.status not in {"optimal", "infeasible"}:
            return found
        if found.status == "optimal" and found.value <= p:
            best, high = (float(levels[middle]), found), middle - 1
        else:
            low = middle + 1
    if best is None:
        return Sited("infeasible", (), np.nan, np.nan, np.nan)
    longest, cover = best
    return Sited("optimal", cover.chosen, longest, longest, 0.0)


def capacitated(
    covers: np.ndarray, given: Sites, *, people: np.ndarray, p: int, capacity: np.ndarray
) -> Sited:
    """Capacitated maximal covering: p sites that cover most people, none more than it can take.

        maximise sum_ij w_i s_ij   subject to   sum_j s_ij <= 1,   0 <= s_ij <= y_j,
        sum_i w_i s_ij <= K_j y_j,   sum_j y_j = p,   s_ij only where a_ij = 1

    s_ij is the share of a point's people that site j serves; a point may be shared. Current and
    Storbeck, Capacitated covering models, Environment and Planning B 15 (1988).

    Args:
        covers: whether site j (a row) covers point i (a column), bool.
        given: which sites are open anyway, and which stand today.
        people: of each point: w_i.
        p: how many to choose, beside those open anyway.
        capacity: people that each site can take: K_j.
    """
    n, m = covers.shape
    site, point = np.nonzero(covers)
    k = len(site)
    each = np.arange(k)
    shares = coo_array((np.ones(k), (point, each)), shape=(m, k))
    loads = coo_array((people[point], (site, each)), shape=(n, k))
    own = coo_array((-np.ones(k), (each, site)), shape=(k, n))
    rows = [
        Rows(csr_array(hstack([csr_array((m, n)), shares])), np.zeros(m), np.ones(m)),
        Rows(csr_array(hstack([csr_array(np.diag(-capacity.astype("float64"))), loads])),
             np.full(n, -np.inf), np.zeros(n)),
        Rows(csr_array(hstack([own, eye_array(k)])), np.full(k, -np.inf), np.zeros(k)),
        _number(given, p=p, extra=k),
    ]  # fmt: skip
    objective = np.concatenate([np.zeros(n), people[point]])
    return _sited(given, rows, objective=objective, extra=k)


def fixed_charge(
    times_s: np.ndarray,
    given: Sites,
    *,
    people: np.ndarray,
    charge: np.ndarray,
    per_person_s: float,
    beyond_s: float,
) -> Sited:
    """Uncapacitated fixed charge: as many sites as pay, each with a cost of its own.

        minimise sum_j f_j y_j + c sum_ij w_i t_ij s_ij
        subject to   sum_j s_ij = 1,   0 <= s_ij <= y_j

    with c the worth of a second of one person. A point may stay unserved at `beyond_s`. Balinski,
    Integer programming: methods, uses, computation, Management Science 12 (1965).

    Args:
        times_s: from site j (a row) to point i (a column), s; infinite where there is no way.
        given: which sites are open anyway, and which stand today.
        people: of each point: w_i.
        charge: of each site: f_j, GBP a year.
        per_person_s: worth of a second of one person: c, GBP a year.
        beyond_s: time of a point that stays unserved, s.
    """
    n, m = times_s.shape
    reached = (times_s < beyond_s).astype(bool)
    site, point = np.nonzero(reached)
    k = len(site)
    each = np.arange(k)
    shares = coo_array((np.ones(k), (point, each)), shape=(m, k))
    own = coo_array((-np.ones(k), (each, site)), shape=(k, n))
    rows = [
        Rows(csr_array(hstack([csr_array((m, n)), shares])), np.zeros(m), np.ones(m)),
        Rows(csr_array(hstack([own, eye_array(k)])), np.full(k, -np.inf), np.zeros(k)),
    ]
    worth = per_person_s * people[point] * (beyond_s - times_s[site, point])
    charged = np.where(given.fixed, 0.0, charge)
    found = _sited(given, rows, objective=np.concatenate([-charged, worth]), extra=k)
    unserved = per_person_s * float(people.sum()) * beyond_s
    return found._replace(value=unserved - found.value, bound=unserved - found.bound)


def _number(given: Sites, *, p: int, extra: int) -> Rows:
    """Choose exactly p of the candidates that are not fixed."""
    count = np.concatenate([(~given.fixed).astype("float64"), np.zeros(extra)])
    return solver.row(count, low=p, high=p)


def _sited(
    given: Sites, rows: list[Rows], *, objective: np.ndarray, extra: int, sign: int = 1
) -> Sited:
    """Solve with y first and `extra` variables from 0 to 1 behind it.

    Of equally good choices take the one with most existing sites: Plane and Hendrick, Mathematical
    programming and the location of fire companies for the Denver fire department, Operations
    Research 25 (1977).
    """
    n = len(given.fixed)
    lower = np.zeros(n + extra)
    lower[:n] = given.fixed
    whole = np.arange(n + extra) < n
    programme = solver.Programme(
        solver.stacked(*rows), lower, np.ones(n + extra), whole, given.time_limit_s
    )
    first = found = solver.maximise(objective, programme)
    if not first.x.size:
        return Sited(first.status, (), np.nan, np.nan, np.nan)
    if not given.existing.all():
        kept = np.concatenate([given.existing.astype("float64"), np.zeros(extra)])
        held = programme._replace(
            rows=solver.stacked(programme.rows, solver.at_least(objective, first.value))
        )
        later = solver.maximise(kept, held)
        found = later if later.x.size else first
    chosen = np.flatnonzero((found.x[:n] > 0.5) & ~given.fixed)
    return Sited(first.status, tuple(int(j) for j in chosen), sign * first.value,
                 sign * first.bound, first.gap)  # fmt: skip
