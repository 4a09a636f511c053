"""The rent that clears: by hand for two and three bodies, and against a linear programme."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from colocate.money.clearing_rent import Part, groups, holds_share, linked, made_whole

ANNUITY = 10.0


def part(option, body, released=0, rise=0, **more):
    """A part in pounds a year."""
    pence = {name: more[name] * 100 for name in ("present", "works") if name in more}
    return Part(option, body, released * 100, rise * 100, hosts=more.get("hosts", False), **pence)


def only(*parts):
    (group,) = groups(parts, annuity=ANNUITY)
    return group


def pounds(amounts):
    return {body: pence / 100 for body, pence in amounts.items()}


FIRE = part("o", "fire", rise=-19_000, hosts=True)
POLICE = part("o", "police", released=31_000)


def test_two_bodies_by_hand():
    # police are rid of 31,000 and fire bears 19,000 more: 12,000 are left, 6,000 for each
    group = only(FIRE, POLICE)
    (rent,) = group.rents
    assert (rent.payer, rent.payee) == ("police", "fire")
    assert (rent.least, rent.amount, rent.most) == (19_000_00, 25_000_00, 31_000_00)
    assert pounds(group.after) == {"fire": 6_000, "police": 6_000}


def test_nothing_clears_a_loss():
    group = only(FIRE, part("o", "police", released=18_999))
    assert (group.clears, group.rents, group.total) == (False, (), -1_00)


def test_exactly_nothing_left_over_is_cleared():
    group = only(FIRE, part("o", "police", released=19_000))
    assert [rent.amount for rent in group.rents] == [19_000_00]
    assert pounds(group.after) == {"fire": 0, "police": 0}


def test_three_bodies_by_hand():
    # first option 31,000 - 19,000 = 12,000; second 20,000 - 30,000 = -10,000, 5,000 less for each.
    # fire keeps 6,000 - 5,000, police 6,000, ambulance -5,000: it is made whole by the others, in
    # proportion to 1,000 and 6,000: 714.29 and 4,285.71
    group = only(
        FIRE,
        POLICE,
        part("p", "fire", rise=-30_000, hosts=True),
        part("p", "ambulance", released=20_000),
    )
    assert pounds(group.after) == {"ambulance": 0, "fire": 285.71, "police": 1_714.29}
    assert {(r.payer, r.payee): (r.least, r.amount, r.most) for r in group.rents} == {
        ("ambulance", "fire"): (18_000_00, 20_000_00, 20_000_00),
        ("police", "fire"): (29_000_00, 29_285_71, 31_000_00),
    }


def test_bodies_that_no_option_links_do_not_pay_each_other():
    lone = [part("p", "fire-2", rise=-1_000, hosts=True), part("p", "police-2", released=500)]
    made = groups([FIRE, POLICE, *lone], annuity=ANNUITY)
    assert [(group.bodies, group.clears) for group in made] == [
        (("fire", "police"), True),
        (("fire-2", "police-2"), False),
    ]


def test_works_are_paid_in_proportion_to_what_each_gains():
    # over the years: fire -19,000 × 10, police 31,000 × 10 less works of 60,000, booked to police;
    # with the rent each gains 60,000 before works, and so pays half of them
    group = only(
        FIRE._replace(present=-190_000_00),
        part("o", "police", released=31_000, present=250_000, works=60_000),
    )
    assert pounds(group.works) == {"fire": 30_000, "police": 30_000}
    assert pounds(group.worth_after) == {"fire": 30_000, "police": 30_000}


def test_works_that_cost_more_than_all_is_worth_are_not_cleared():
    group = only(
        FIRE._replace(present=-190_000_00),
        part("o", "police", released=31_000, present=189_999, works=120_001),
    )
    assert (group.total, group.worth, group.clears) == (12_000_00, -1_00, False)


def test_the_part_of_the_range_by_hand():
    # police lose where 31,000 (1 + u) < 25,000, u < -0.1935; fire never: 19,000 × 1.25 < 25,000
    share = holds_share([(0, -19_000, 25_000), (31_000, 0, -25_000)], spread=0.25)
    assert share == pytest.approx((0.25 + 6 / 31) / 0.5)


def test_both_edges_of_the_range_by_hand():
    # at ± 50 %: u >= -1/4 and v <= 1/4, three quarters of each side
    figures = [(0, -100, 125), (200, 0, -150)]
    assert holds_share(figures, spread=0.5) == pytest.approx(9 / 16)
    assert holds_share(figures, spread=0.0) == 1
    assert holds_share([(0, -100, 99)], spread=0.0) == 0


def test_one_body_of_which_both_figures_move():
    # 100 (1 + u) - 100 (1 + v) >= 0: half the square
    assert holds_share([(100, -100, 0)], spread=0.2) == pytest.approx(0.5)


# Laws ---------------------------------------------------------------------------------------------

MONEY = st.integers(-50_000_00, 50_000_00)


@st.composite
def sets(draw, *, known=False):
    """Options of two to four of six bodies."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        bodies = draw(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=4, unique=True))
        for k, body in enumerate(bodies):
            works = draw(st.integers(0, 100_000_00)) if known else 0
            found.append(Part(
                f"o{number}", body, abs(draw(MONEY)), -abs(draw(MONEY)), works=works,
                present=draw(MONEY) * 10 if known else None, hosts=k == 0,
            ))  # fmt: skip
    return found


@given(sets())
def test_a_rent_clears_if_and_only_if_the_total_is_not_below_nothing(parts):
    for group in groups(parts, annuity=ANNUITY):
        own = [p for p in parts if p.body_id in group.bodies]
        assert group.clears == (sum(p.a_year for p in own) >= 0)
        if group.clears:
            assert min(group.after.values()) >= 0
        else:
            assert not group.rents


@given(sets())
def test_rents_move_money_and_change_no_total(parts):
    for group in groups(parts, annuity=ANNUITY):
        if group.clears:
            moved = dict(group.before)
            for rent in group.rents:
                moved[rent.payer] -= rent.amount
                moved[rent.payee] += rent.amount
            assert moved == group.after
            assert sum(moved.values()) == group.total


@given(sets(), st.integers(0, 1_000_00))
def test_a_higher_rent_moves_money_between_its_two_bodies_alone(parts, more):
    for group in groups(parts, annuity=ANNUITY):
        for rent in group.rents:
            after = dict(group.after)
            after[rent.payer] -= more
            after[rent.payee] += more
            assert sum(after.values()) == group.total
            changed = {body for body in after if after[body] != group.after[body]}
            assert changed <= {rent.payer, rent.payee}


@given(sets(known=True))
def test_no_body_loses_over_the_years_where_the_sum_is_not_below_nothing(parts):
    for group in groups(parts, annuity=ANNUITY):
        own = [p for p in parts if p.body_id in group.bodies]
        worth = sum(p.present for p in own)
        assert group.clears == (sum(p.a_year for p in own) >= 0 and worth >= 0)
        if group.clears:
            assert min(group.worth_after.values()) >= 0
            assert sum(group.worth_after.values()) == worth
            assert sum(group.works.values()) == sum(p.works for p in own)


@given(sets())
def test_the_interval_is_that_of_a_linear_programme(parts):
    """The least and the most of each rent over all payments along the pairs at which none loses."""
    for group in groups(parts, annuity=ANNUITY):
        if not group.clears:
            continue
        out = np.zeros((len(group.bodies), len(group.pairs)))
        for k, pair in enumerate(group.pairs):
            out[group.bodies.index(pair[0]), k] = 1
            out[group.bodies.index(pair[1]), k] = -1
        before = np.array([group.before[body] for body in group.bodies])
        for k, (pair, rent) in enumerate(zip(group.pairs, group.rents, strict=True)):
            goal = np.eye(len(group.pairs))[k] * (1 if rent.payer == pair[0] else -1)
            for sign, end in ((1, rent.least), (-1, rent.most)):
                solved = linprog(sign * goal, A_ub=out, b_ub=before, bounds=(None, None))
                assert sign * solved.fun == pytest.approx(end, abs=1e-3)
            assert rent.least <= rent.amount <= rent.most


@given(sets())
def test_pairs_link_each_group_without_a_circle(parts):
    partners = {
        frozenset((p.body_id, q.body_id)) for p in parts for q in parts
        if p.option_id == q.option_id and p.body_id != q.body_id
    }  # fmt: skip
    for group in groups(parts, annuity=ANNUITY):
        assert len(group.pairs) == len(group.bodies) - 1
        assert {frozenset(pair) for pair in group.pairs} <= partners
    assert sorted(b for bodies in linked(parts) for b in bodies) == sorted(
        {p.body_id for p in parts}
    )


@given(st.lists(MONEY, min_size=1).filter(lambda nets: sum(nets) >= 0))
def test_who_gains_makes_whole_who_loses(nets):
    made = made_whole(nets)
    assert sum(made) == sum(nets)
    assert all(0 <= after <= max(net, 0) for net, after in zip(nets, made, strict=True))


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(-900, 0), st.integers(-900, 900)),
             min_size=1, max_size=4),
    st.floats(0.05, 0.9),
)  # fmt: skip
def test_the_part_of_the_range_is_what_a_fine_grid_counts(figures, spread):
    axis = (np.arange(200) + 0.5) / 100 * spread - spread
    u, v = np.meshgrid(axis, axis)
    holds = np.all([r * (1 + u) + h * (1 + v) + rent >= 0 for r, h, rent in figures], axis=0)
    assert holds_share(figures, spread=spread) == pytest.approx(holds.mean(), abs=0.02)
