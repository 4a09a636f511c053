from __future__ import annotations

import numpy as np
import pytest

from colocate.scoring import rank_arrays
from colocate.scoring.breakeven import break_evens


def ranks(values, shares, groups):
    scored = rank_arrays.scores(np.atleast_2d(shares), values)
    return rank_arrays.ranks(scored, lists=np.zeros_like(groups), groups=groups)[0]


def found(values, shares, *, top_k, groups=None):
    values, shares = np.array(values, "float64"), np.array(shares, "float64")
    groups = np.zeros(len(values), "int64") if groups is None else np.array(groups)
    rank = ranks(values, shares, groups)
    return break_evens(
        values,
        shares=shares,
        lists=np.zeros_like(groups),
        groups=groups,
        rank=rank,
        top_k=top_k,
    )


def test_break_even_by_hand():
    # 0.4 t + 0.9 (1 - t) against t: equal where t is 0.6
    at = found([[1, 0], [0.4, 0.9]], [0.5, 0.5], top_k=1)
    assert at == pytest.approx(np.array([[0.6, 0.4], [0.6, 0.4]]))


def test_others_keep_their_proportion():
    # criterion 0 at t, the others at (1 - t) / 4 and 3 (1 - t) / 4: t against 0.75 (1 - t)
    at = found([[1, 0, 0], [0, 0, 1]], [0.2, 0.2, 0.6], top_k=1)
    assert at[0, 0] == pytest.approx(3 / 7)


def test_never_where_nothing_changes_sides():
    assert np.isnan(found([[1, 0.5], [0.4, 0.1]], [0.5, 0.5], top_k=1)).all()  # dominated
    assert np.isnan(found([[1, 0], [0.4, 0.9]], [0.5, 0.5], top_k=2)).all()  # room for both
    assert np.isnan(found([[1, 0], [1, 0]], [0.5, 0.5], top_k=1)).all()  # equals share a rank


def test_only_a_rank_group_s_own_places_count():
    values = [[0, 0], [1, 0], [0.4, 0.9], [1, 1]]
    at = found(values, [0.5, 0.5], top_k=1, groups=[0, 1, 1, 2])
    assert at == pytest.approx(
        np.array([[np.nan] * 2, [0.6, 0.4], [0.6, 0.4], [np.nan] * 2]), nan_ok=True
    )


def test_no_proportion_is_left_where_one_criterion_has_all_the_weight():
    at = found([[1, 0], [0.4, 0.9]], [1, 0], top_k=1)
    assert np.isnan(at[:, 0]).all()
    assert at[:, 1] == pytest.approx([0.4, 0.4])


def test_a_tie_at_today_s_weight_changes_sides_at_once():
    at = found([[0.5, 0.5], [1, 0]], [0.5, 0.5], top_k=1)
    assert at == pytest.approx(np.full((2, 2), 0.5))


@pytest.mark.parametrize("seed", range(4))
def test_break_evens_are_those_that_sampling_finds(seed):
    rng = np.random.default_rng(seed)
    values = rng.choice([0, 0.25, 0.5, 0.75, 1], size=(25, 4))
    values[:15] = rng.random((15, 4)).round(6)
    groups = rng.integers(0, 2, 25)
    shares = rng.dirichlet(np.ones(4))
    step, top_k = 1e-3, 8
    exact = found(values, shares, top_k=top_k, groups=groups)
    inside = ranks(values, shares, groups) <= top_k
    checked = 0
    for criterion in range(4):
        at = np.arange(step / 2, 1, step)
        others = np.delete(shares, criterion) / (1 - shares[criterion])
        weights = np.insert((1 - at)[:, None] * others, criterion, at, axis=1)
        scored = rank_arrays.scores(weights, values)
        ranked = rank_arrays.ranks(scored, lists=np.zeros_like(groups), groups=groups)
        top = ranked <= top_k
        for option in range(25):
            nearest = exact[option, criterion]
            changed = at[top[:, option] != inside[option]]
            if np.isnan(nearest):
                assert not len(changed)
                continue
            away = np.abs(changed - shares[criterion]).min(initial=np.inf)
            assert away >= abs(nearest - shares[criterion]) - 1e-9  # none is nearer
            within = np.abs(at - shares[criterion]) <= abs(nearest - shares[criterion]) - 1e-9
            assert (top[within, option] == inside[option]).all()
            checked += away < abs(nearest - shares[criterion]) + 2 * step
    found_at_all = int(np.isfinite(exact).sum())
    assert checked >= 0.8 * found_at_all > 0  # the rest change back within a step


@pytest.mark.parametrize(("share", "nearest"), [(0.4, 0.25), (0.5, 0.6)])
def test_of_two_break_evens_the_nearer_counts(share, nearest):
    """B leads at 0.6; A overtakes it from t = 0.6 on, C up to 0.8 (1 - t) = 0.6, t = 0.25."""
    values = np.array([[1.0, 0.0], [0.6, 0.6], [0.0, 0.8]])
    found = break_evens(
        values,
        shares=np.array([share, 1 - share]),
        lists=np.zeros(3, "int64"),
        groups=np.zeros(3, "int64"),
        rank=np.argsort(np.argsort(-(values @ [share, 1 - share]))) + 1,
        top_k=1,
    )
    assert found[1, 0] == pytest.approx(nearest)


def test_only_options_of_one_list_change_places():
    values = np.array([[1.0, 0.0], [0.4, 0.9]])
    found = break_evens(
        values,
        shares=np.array([0.5, 0.5]),
        lists=np.array([0, 1]),
        groups=np.zeros(2, "int64"),
        rank=np.ones(2, "int64"),
        top_k=1,
    )
    assert np.isnan(found).all()
