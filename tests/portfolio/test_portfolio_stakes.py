"""What sets of options could lose, and which of equal sets is taken, against the plain way."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from colocate.portfolio import milp
from colocate.portfolio.losses import Losses, narrowed, people_lost, stakes

N_OPTIONS, N_POINTS = 4, 6


def grids(most):
    row = st.lists(st.integers(0, most), min_size=N_POINTS, max_size=N_POINTS)
    return st.lists(row, min_size=N_OPTIONS, max_size=N_OPTIONS).map(np.array)


@settings(max_examples=60)
@given(
    grids(2),
    grids(1),
    st.lists(st.integers(0, 3), min_size=N_POINTS, max_size=N_POINTS).map(np.array),
    st.lists(st.booleans(), min_size=N_OPTIONS, max_size=N_OPTIONS).map(np.array),
)
def test_whatever_is_put_together_as_many_people_lose(gone, arrives, sites, kept):
    sites = np.maximum(sites, gone.sum(axis=0))  # no more goes than there is
    people = np.arange(1.0, N_POINTS + 1)
    found = narrowed(
        stakes(people, sites=sites, gone=csr_array(gone), arrives=csr_array(arrives)),
        kept, most=np.inf,
    )  # fmt: skip
    gone, arrives = gone[kept], arrives[kept]
    for size in range(kept.sum() + 1):
        for chosen in map(list, combinations(range(kept.sum()), size)):
            lost = (sites > 0) & (sites == gone[chosen].sum(axis=0)) & ~arrives[chosen].any(axis=0)
            assert people_lost(found, chosen) == people[lost].sum()


@settings(max_examples=40)
@given(st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=2), min_size=5, max_size=9))
def test_of_equal_sets_that_with_the_first_option_is_taken(parts_of):
    n = len(parts_of)
    packing = np.array([[float(site in own) for own in parts_of] for site in range(5)])
    nobody = np.empty(0)
    none = csr_array((n, 0), dtype="int64")
    lost = Losses(nobody, nobody, none, none)
    places = np.empty(0, dtype="int64")
    problem = milp.Problem(
        value=np.ones(n), preference=np.zeros(n), packing=csr_array(packing), room=np.ones(5),
        cover=lost, access=lost, capital=np.ones(n), saving=np.ones(n), budget=np.inf,
        target=-np.inf, locked_in=places, locked_out=places, barred=places, time_limit_s=60.0,
    )  # fmt: skip
    sets = [
        chosen
        for size in range(n + 1)
        for chosen in combinations(range(n), size)
        if (packing[:, chosen].sum(axis=1) <= 1).all()
    ]
    most = max(map(len, sets))
    first = min(chosen for chosen in sets if len(chosen) == most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milp, "IDS_AT_ONCE", 2)
        assert milp.best(problem).options == first
