"""What follows from many shifts at once, held where something is told, against one at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.impact import arrivals, weighted
from colocate.impact.arrivals import Moving, Odds, Offers, Terms
from colocate.impact.told import Told, Values, differs, joined, totals
from colocate.impact.tolerance import settled

TIMES = st.one_of(st.integers(1, 40).map(lambda n: 60.0 * n), st.just(np.inf))


@st.composite
def shifts(draw):
    """Offers, odds, terms, and crews that move: none, one or several at once."""
    sites, points, crews = (draw(st.integers(1, most)) for most in (6, 4, 7))
    drive = np.array([[draw(TIMES) for _ in range(points)] for _ in range(sites)])
    site = np.sort(draw(st.lists(st.integers(0, sites - 1), min_size=crews, max_size=crews)))
    start = np.array([draw(st.sampled_from([90.0, 300.0, 300.5])) for _ in site])
    away = np.array([[draw(st.floats(0, 1)) for _ in site] for _ in range(draw(st.integers(1, 2)))])
    share = np.array([1.0] if len(away) == 1 else [0.25, 0.75])
    moved = draw(st.lists(st.sets(st.integers(0, crews - 1), min_size=1), max_size=4))
    gone = [np.array(sorted(each)) for each in moved]
    to = [np.array([draw(st.integers(0, sites - 1)) for _ in each]) for each in gone]
    nobody = np.empty(0, "int64")
    moving = Moving(np.cumsum([0, *map(len, gone)]), np.concatenate([nobody, *gone]),
                    np.concatenate([nobody, *to]))  # fmt: skip
    over = np.array([draw(st.booleans()) for _ in site])
    terms = Terms(over, np.array([600.0, 900.0]), 780.0, 5000.0, draw(st.sampled_from([0.0, 60.0])),
                  draw(st.sampled_from([0.0, 0.01])))  # fmt: skip
    return Offers(drive, site, start), Odds(away, share), terms, moving


def worked_out(offers, odds, terms, moving):
    """Queue, values today, where something is told, and values there."""
    leaving = int(np.diff(moving.first).max(initial=0))
    queue = arrivals.queue(offers, length=arrivals.places(odds, leaving=leaving))
    now = arrivals.measured(queue, odds, terms=terms)
    return queue, now, *arrivals.after(now, queue=queue, moving=moving, offers=offers, odds=odds,
                                       terms=terms)  # fmt: skip


@given(shifts())
@settings(max_examples=100)
def test_numba_and_numpy_find_the_same_to_the_last_bit(drawn):
    pytest.importorskip("numba")
    ours = worked_out(*drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrivals, "_compiled", lambda: None)
        twin = worked_out(*drawn)
    (queue, now, told, later), (its_queue, its_now, its_told, its_later) = ours, twin
    for one, other in zip((*queue, now, *told, later), (*its_queue, its_now, *its_told, its_later),
                          strict=True):  # fmt: skip
        np.testing.assert_array_equal(one, other)


@given(shifts())
@settings(max_examples=100)
def test_many_shifts_at_once_give_what_each_gives_afresh(drawn):
    offers, odds, terms, moving = drawn
    # Crews alike: who changes places at the same times, which tells nothing, then changes nothing.
    odds = odds._replace(away=np.repeat(odds.away[:, :1], len(offers.site), axis=1))
    terms = terms._replace(tolerance_s=0.0, tolerance=0.0, over=np.zeros(len(offers.site), "bool"))
    _, now, told, later = worked_out(offers, odds, terms, moving)
    for part, (gone, to) in zip(told.parts(), moving.each(), strict=True):
        found = now.copy()
        found[:, told.at[part]] = later[:, part]
        site = offers.site.copy()
        site[gone] = to
        afresh = arrivals.queue(offers._replace(site=site), length=len(site))
        wanted = arrivals.measured(afresh, odds, terms=terms)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_a_change_that_is_too_small_is_told_of_no_point():
    offers = Offers(np.array([[100.0, 100.0], [105.0, 200.0]]), np.array([0]), np.zeros(1))
    odds, terms = Odds(np.zeros((1, 1)), np.ones(1)), Terms(
        np.zeros(1, "bool"), np.array([150.0]), 0.0, 9999.0, 10.0, 0.01
    )  # fmt: skip
    moving = Moving(np.array([0, 1]), np.array([0]), np.array([1]))
    *_, told, later = worked_out(offers, odds, terms, moving)
    assert told.at.tolist() == [1]
    assert later[:2].tolist() == [[200.0], [0.0]]


@st.composite
def values(draw):
    """Times of points today and after some shifts, and whole weights."""
    points = draw(st.integers(1, 9))
    today = np.array([draw(TIMES) for _ in range(points)])
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        at = np.array(sorted(draw(st.sets(st.integers(0, points - 1)))), "int64")
        parts.append((at, np.array([draw(TIMES) for _ in at])))
    told, later = joined(parts, today=today)
    weights = np.array([float(draw(st.integers(0, 9))) for _ in today])
    return Values(today, later, told), weights


def rows(values):
    """Values of all points after each shift."""
    for part in values.told.parts():
        found = values.today.copy()
        found[values.told.at[part]] = values.later[part]
        yield found


@given(values(), st.floats(0.01, 1))
@settings(max_examples=200)
def test_percentiles_after_shifts_are_those_of_all_points(drawn, share):
    given_, weights = drawn
    [(today, after)] = weighted.percentiles(given_, weights=weights, shares=(share,))
    wanted = [weighted.percentile(each, weights=weights, share=share) for each in rows(given_)]
    np.testing.assert_array_equal(after, wanted)
    np.testing.assert_array_equal(
        today, weighted.percentile(given_.today, weights=weights, share=share)
    )


@given(values())
@settings(max_examples=100)
def test_sums_and_means_after_shifts_are_those_of_all_points(drawn):
    given_, weights = drawn
    reached = np.isfinite(given_.today)
    means = weighted.means(given_, weights=weights)
    near = Values(given_.today <= 900, given_.later <= 900, given_.told)
    found = weighted.effects(near, weights=weights)
    for number, row in enumerate(rows(given_)):
        np.testing.assert_array_equal(
            means[number], weighted.mean(row, weights=weights, among=reached)
        )
        assert found.after[number] == weights[row <= 900].sum()
        assert found.gained[number] - found.lost[number] == found.after[number] - found.before
    assert differs(given_).tolist() == [
        not np.array_equal(row, given_.today) for row in rows(given_)
    ]


def test_totals_of_more_shifts_than_fit_at_once(monkeypatch):
    monkeypatch.setattr("colocate.impact.told.CELLS", 4)
    told = Told(np.array([0, 1, 1, 3, 4, 5]), np.array([0, 0, 1, 1, 0]))
    values = Values(np.array([1.0, 2.0]), np.array([5.0, 6.0, 7.0, 8.0, 9.0]), told)
    assert totals(values).tolist() == [7.0, 3.0, 13.0, 9.0, 11.0]


def test_what_is_settled_may_start_from_one_figure():
    assert settled(100.0, np.array([105.0, 200.0]), tolerance_s=10).tolist() == [100.0, 200.0]
