"""Every model against exhaustive search on random small cases, and the laws it keeps."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from colocate.portfolio import allocation
from colocate.portfolio.allocation import Sites

CASES = range(50)


class Case:
    """Up to 7 candidates and 12 points on a line of whole seconds, some out of reach."""

    def __init__(self, seed):
        draw = np.random.default_rng(seed)
        self.n, self.m = int(draw.integers(2, 8)), int(draw.integers(1, 13))
        self.times = draw.integers(1, 12, (self.n, self.m)) * 60.0
        self.times[draw.random((self.n, self.m)) < 0.15] = np.inf
        self.people = draw.integers(0, 50, self.m).astype("float64")
        self.fixed = draw.random(self.n) < 0.2
        self.fixed[0] = False
        self.given = Sites(self.fixed, np.ones(self.n, dtype=bool))
        self.free = [int(j) for j in np.flatnonzero(~self.fixed)]
        self.p = int(draw.integers(1, len(self.free) + 1))
        self.covers = self.times <= 360.0
        self.capacity = draw.integers(5, 80, self.n).astype("float64")
        self.charge = draw.integers(0, 4000, self.n).astype("float64")

    def sets(self, sizes=None):
        """Every set of free candidates of the given sizes, as masks with the fixed ones."""
        for size in [self.p] if sizes is None else sizes:
            for chosen in combinations(self.free, size):
                mask = self.fixed.copy()
                mask[list(chosen)] = True
                yield mask

    def any_size(self):
        return self.sets(range(len(self.free) + 1))

    def mask(self, found):
        mask = self.fixed.copy()
        mask[list(found.chosen)] = True
        return mask


@pytest.fixture(params=CASES)
def case(request):
    return Case(request.param)


def covered(case, mask):
    return case.covers[mask].any(axis=0)


def test_lscp(case):
    sizes = [mask[case.free].sum() for mask in case.any_size() if covered(case, mask).all()]
    found = allocation.lscp(case.covers, case.given)
    if not sizes:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert found.value == len(found.chosen) == min(sizes)
    assert covered(case, case.mask(found)).all()


def test_mclp(case):
    best = max(case.people[covered(case, mask)].sum() for mask in case.sets())
    found = allocation.mclp(case.covers, case.given, people=case.people, p=case.p)
    assert found.status == "optimal"
    assert len(found.chosen) == case.p
    assert found.value == pytest.approx(best)
    assert case.people[covered(case, case.mask(found))].sum() == pytest.approx(best)


def test_backup(case):
    twice = [
        case.people[case.covers[mask].sum(axis=0) >= 2].sum()
        for mask in case.sets()
        if covered(case, mask).all()
    ]
    found = allocation.backup(case.covers, case.given, people=case.people, p=case.p)
    if not twice:
        assert found.status == "infeasible"
    else:
        assert found.value == pytest.approx(max(twice))
        assert len(found.chosen) == case.p


def total_time(case, mask, beyond_s=900.0):
    return float(case.people @ np.minimum(case.times[mask].min(axis=0, initial=np.inf), beyond_s))


def test_p_median(case):
    best = min(total_time(case, mask) for mask in case.sets())
    found = allocation.p_median(
        case.times, case.given, people=case.people, p=case.p, beyond_s=900.0
    )
    assert found.value == pytest.approx(best)
    assert len(found.chosen) == case.p
    assert total_time(case, case.mask(found)) == pytest.approx(best)


def test_p_median_of_those_that_cover_all(case):
    times = [total_time(case, mask) for mask in case.sets() if covered(case, mask).all()]
    found = allocation.p_median(
        case.times, case.given, people=case.people, p=case.p, beyond_s=900.0, kept=case.covers
    )
    if not times:
        assert found.status == "infeasible"
    else:
        assert found.value == pytest.approx(min(times))
        assert covered(case, case.mask(found)).all()


def test_p_center(case):
    longest = [case.times[mask].min(axis=0).max() for mask in case.sets()]
    found = allocation.p_center(case.times, case.given, p=case.p)
    if np.isinf(min(longest)):
        assert found.status == "infeasible"
    else:
        assert found.value == min(longest)
        assert len(found.chosen) <= case.p
        assert case.times[case.mask(found)].min(axis=0).max() == found.value


def served(case, mask):
    """Most people a set can serve within its capacity: a flow, as a linear programme."""
    pairs = np.argwhere(case.covers & mask[:, np.newaxis])
    if not len(pairs):
        return 0.0
    a = np.zeros((case.n + case.m, len(pairs)))
    a[pairs[:, 0], np.arange(len(pairs))] = 1
    a[case.n + pairs[:, 1], np.arange(len(pairs))] = 1
    limits = np.concatenate([case.capacity, case.people])
    return -linprog(-np.ones(len(pairs)), A_ub=a, b_ub=limits).fun


def test_capacitated(case):
    best = max(served(case, mask) for mask in case.sets())
    found = allocation.capacitated(
        case.covers, case.given, people=case.people, p=case.p, capacity=case.capacity
    )
    assert found.value == pytest.approx(best, abs=1e-6)
    assert served(case, case.mask(found)) == pytest.approx(best, abs=1e-6)


def test_fixed_charge(case):
    def cost(mask):
        charged = case.charge[mask & ~case.fixed].sum()
        return charged + 0.1 * total_time(case, mask)

    best = min(cost(mask) for mask in case.any_size())
    found = allocation.fixed_charge(
        case.times, case.given, people=case.people, charge=case.charge, per_person_s=0.1,
        beyond_s=900.0,
    )  # fmt: skip
    assert found.value == pytest.approx(best)
    assert cost(case.mask(found)) == pytest.approx(best)


def test_another_candidate_never_lowers_the_cover(case):
    fewer = Sites(case.fixed[:-1], np.ones(case.n - 1, dtype=bool))
    if case.p > (~fewer.fixed).sum():
        return
    before = allocation.mclp(case.covers[:-1], fewer, people=case.people, p=case.p)
    after = allocation.mclp(case.covers, case.given, people=case.people, p=case.p)
    assert after.value >= before.value - 1e-9


def test_one_site_more_is_never_worse(case):
    cover, median = [], []
    for p in range(len(case.free) + 1):
        cover.append(allocation.mclp(case.covers, case.given, people=case.people, p=p).value)
        median.append(
            allocation.p_median(case.times, case.given, people=case.people, p=p, beyond_s=900).value
        )
    assert (np.diff(cover) >= -1e-9).all()
    assert (np.diff(median) <= 1e-6).all()


def test_lscp_is_the_smallest_number_with_full_cover(case):
    """Of people: points without any may stay uncovered, so give each at least one."""
    people = case.people + 1
    fewest = allocation.lscp(case.covers, case.given)
    full = [
        p
        for p in range(len(case.free) + 1)
        if allocation.mclp(case.covers, case.given, people=people, p=p).value
        == pytest.approx(people.sum())
    ]
    assert (fewest.status == "infeasible") == (not full)
    if full:
        assert fewest.value == min(full)


def test_exactly_at_the_limit_is_covered():
    times = np.array([[600.0, 600.001]])
    found = allocation.mclp(
        times <= 600, allocation.sites(1), people=np.array([3.0, 5.0]), p=1
    )  # fmt: skip
    assert found.value == 3


def test_a_centre_is_the_middle_of_three():
    times = np.array([[0, 60, 120], [60, 0, 60], [120, 60, 0.0]])
    found = allocation.p_center(times, allocation.sites(3), p=1)
    assert (found.chosen, found.value) == ((1,), 60)


def test_more_sites_than_there_are_is_infeasible():
    covers = np.ones((2, 1), dtype=bool)
    found = allocation.mclp(covers, allocation.sites(2), people=np.ones(1), p=3)
    assert found.status == "infeasible"
    assert found.chosen == ()


def test_of_equally_good_sites_the_existing_one_is_chosen():
    covers = np.ones((3, 1), dtype=bool)
    given = Sites(np.zeros(3, dtype=bool), np.array([False, False, True]))
    assert allocation.lscp(covers, given).chosen == (2,)
    assert allocation.mclp(covers, given, people=np.ones(1), p=1).chosen == (2,)
