"""The first and the second crew to come, against every way in which crews may be in or out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.impact import arrivals
from colocate.impact.arrivals import Odds, Offers

BEYOND = 5000.0
LIMIT = 600.0
TIMES = st.one_of(st.integers(1, 40).map(lambda n: 60.0 * n), st.just(np.inf))
"""Few values, so that several crews come at once and one at the limit; no way from some."""
SHARES = st.one_of(st.sampled_from([0.0, 1.0, 0.12]), st.floats(0, 1))


@st.composite
def crews(draw, *, most=5):
    """Crews × points of offers, kinds of hour × crews of chances to be out, hours' shares."""
    count, points, kinds = draw(st.integers(1, most)), draw(st.integers(1, 3)), draw(
        st.integers(1, 2)
    )  # fmt: skip
    offers = np.array([[draw(TIMES) for _ in range(points)] for _ in range(count)])
    away = np.array([[draw(SHARES) for _ in range(count)] for _ in range(kinds)])
    return offers, Odds(away, np.array([1.0] if kinds == 1 else [0.25, 0.75]))


def enumerated(offers, odds):
    """Expected first time, and chances of a first and a second within the limit, by brute force."""
    count, points = offers.shape
    time, first, second = (np.zeros(points) for _ in range(3))
    for away, share in zip(odds.away, odds.share, strict=True):
        for there in product([True, False], repeat=count):
            chance = share * np.prod(np.where(there, 1 - away, away))
            for point in range(points):
                come = sorted(t for t, is_ in zip(offers[:, point], there, strict=True)
                              if is_ and np.isfinite(t))  # fmt: skip
                time[point] += chance * (come[0] if come else BEYOND)
                first[point] += chance * (len(come) > 0 and come[0] <= LIMIT)
                second[point] += chance * (len(come) > 1 and come[1] <= LIMIT)
    return np.where(np.isfinite(offers).any(axis=0), time, np.inf), first, second


def there(offers):
    """Crews that need no time before the drive."""
    return Offers(offers, np.arange(len(offers)), np.zeros(len(offers)))


def computed(offers, odds, *, queue=None):
    queue = queue or arrivals.queue(there(offers), length=arrivals.places(odds))
    first, second = arrivals.first(queue.row, odds), arrivals.second(queue.row, odds)
    return (
        arrivals.expected(queue.time_s, first, row=queue.row, beyond=BEYOND),
        arrivals.within(queue.time_s, first, limit_s=LIMIT),
        arrivals.within(queue.time_s, second, limit_s=LIMIT),
    )


def assert_same(found, wanted):
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@given(crews())
@settings(max_examples=150)
def test_arrivals_are_those_of_every_way_to_be_in_or_out(drawn):
    assert_same(computed(*drawn), enumerated(*drawn))


@given(crews(), st.data())
@settings(max_examples=100)
def test_more_availability_never_slows(drawn, data):
    offers, odds = drawn
    less = np.array([[data.draw(st.floats(0, 1)) for _ in row] for row in odds.away])
    time, first, second = computed(*drawn)
    sooner, more, more_second = computed(offers, odds._replace(away=odds.away * less))
    with np.errstate(invalid="ignore"):
        assert not (sooner > time + 1e-6).any()
    assert (more >= first - 1e-9).all()
    assert (more_second >= second - 1e-9).all()


@given(crews(), st.data())
@settings(max_examples=100)
def test_a_crew_more_never_slows_nor_lowers_cover(drawn, data):
    offers, odds = drawn
    another = np.array([[data.draw(TIMES) for _ in range(offers.shape[1])]])
    out = np.hstack([odds.away, np.full((len(odds.away), 1), data.draw(SHARES))])
    time, first, second = computed(*drawn)
    sooner, more, more_second = computed(np.vstack([offers, another]), odds._replace(away=out))
    assert not (sooner > time + 1e-6).any()
    assert (more >= first - 1e-9).all()
    assert (more_second >= second - 1e-9).all()


@given(crews(), st.data())
@settings(max_examples=100)
def test_a_queue_after_a_move_is_the_queue_of_the_moved_crews(drawn, data):
    offers, odds = drawn
    gone = np.array(sorted(data.draw(st.sets(st.integers(0, len(offers) - 1), min_size=1))))
    theirs = np.array([[data.draw(TIMES) for _ in range(offers.shape[1])] for _ in gone])
    now = arrivals.queue(there(offers), length=arrivals.places(odds, leaving=len(gone)))
    leaving = np.broadcast_to(gone[:, np.newaxis], theirs.shape)
    later = arrivals.changed(now, np.arange(offers.shape[1]), gone=leaving, arrivals=theirs)
    moved = offers.copy()
    moved[gone] = theirs
    assert_same(computed(None, odds, queue=later), computed(moved, odds))


@given(crews(), st.data())
@settings(max_examples=60)
def test_what_shifts_change_is_the_same_compiled_and_in_numpy(drawn, data):
    pytest.importorskip("numba")
    offers, odds = drawn
    who = st.integers(0, len(offers) - 1)
    gone = [sorted(data.draw(st.sets(who, min_size=1))) for _ in range(3)]
    to = [data.draw(who) for each in gone for _ in each]
    first = np.cumsum([0, *map(len, gone)])
    moving = arrivals.Moving(first, np.array([each for one in gone for each in one]), np.array(to))
    terms = arrivals.Terms(
        np.zeros(len(offers), "bool"), np.array([LIMIT]), LIMIT, BEYOND, 1.0, 0.01
    )
    length = arrivals.places(odds, leaving=max(map(len, gone)))
    queue = arrivals.queue(there(offers), length=length)
    now = arrivals.measured(queue, odds, terms=terms)
    given_ = {
        "queue": queue,
        "moving": moving,
        "offers": there(offers),
        "odds": odds,
        "terms": terms,
    }
    told, values = arrivals.after(now, **given_)
    for block in (0, 9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(arrivals, "BLOCK", block)
            patch.setattr(arrivals, "_compiled", lambda: None)
            twin, others = arrivals.after(now, **given_)
        for one, other in zip((*told, values), (*twin, others), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("out", [0.01, 0.12, 0.3])
def test_whoever_comes_too_late_to_count_changes_nothing_that_is_told(out, monkeypatch):
    chance = np.random.default_rng(7)
    offers = there(chance.choice(np.r_[np.arange(60.0, 3600, 60), np.inf], (12, 400)))
    odds = Odds(chance.uniform(0, 2 * out, (2, 12)).clip(0, 1), np.array([0.25, 0.75]))
    moving = arrivals.Moving(np.arange(13), np.arange(12), np.roll(np.arange(12), 1))
    terms = arrivals.Terms(np.arange(12) > 8, np.array([LIMIT]), LIMIT, BEYOND, 10.0, 0.01)
    queue = arrivals.queue(offers, length=12)
    given_ = {"queue": queue, "moving": moving, "offers": offers, "odds": odds, "terms": terms}
    last_s = arrivals._deciding(queue, odds, terms=terms)
    assert (last_s < queue.time_s[-1]).any()
    monkeypatch.setattr(arrivals, "_compiled", lambda: None)
    now = arrivals.measured(queue, odds, terms=terms)
    told, values = arrivals.after(now, **given_)
    monkeypatch.setattr(arrivals, "_deciding", lambda *_, **__: queue.time_s[-1])
    every, others = arrivals.after(now, **given_)
    for one, other in zip((*told, values), (*every, others), strict=True):
        np.testing.assert_array_equal(one, other)


def test_crews_always_there_need_no_place_but_the_first_two():
    none_out = Odds(np.zeros((1, 180)), np.ones(1))
    assert arrivals.places(none_out) == 2
    assert arrivals.places(none_out, leaving=3) == 5


def test_a_long_queue_is_cut_where_the_rest_decide_nothing():
    odds = Odds(np.full((1, 180), 0.12), np.ones(1))
    length = arrivals.places(odds)  # length * 0.12 ** (length - 1) <= 1e-12
    assert length == 16
    offers = np.random.default_rng(1).uniform(1, 3600, (180, 50))
    cut, whole = (arrivals.queue(there(offers), length=n) for n in (length, 180))
    for a, b in zip(computed(None, odds, queue=cut), computed(None, odds, queue=whole),
                    strict=True):  # fmt: skip
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-8)


def test_one_crew_that_is_often_out_lengthens_no_queue_by_more_than_itself():
    out = np.full((1, 180), 0.12)
    out[0, 90] = 0.99
    assert arrivals.places(Odds(out, np.ones(1))) == 17


def test_by_hand():
    """Crews at 5, 8 and 20 min, out 1, 2 and 5 times in 10."""
    odds = Odds(np.array([[0.1, 0.2, 0.5]]), np.ones(1))
    offers = np.array([[300.0], [480.0], [1200.0]])
    time, first, second = computed(offers, odds)
    # first: 0.9, then 0.1 * 0.8, then 0.1 * 0.2 * 0.5, nobody 0.01
    assert time == pytest.approx(0.9 * 300 + 0.08 * 480 + 0.01 * 1200 + 0.01 * BEYOND)
    assert first == pytest.approx(0.98)
    assert second == pytest.approx(0.9 * 0.8)
