from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from scipy.stats import beta

from colocate.scoring import draws, rank_arrays
from colocate.scoring.drawn_ranks import interval
from colocate.scoring.robustness import robustness, standard_error
from colocate.tables import TABLES, check
from scoring_cases import CRITERIA, ON_UNIT_SCALES, basis_of, criterion, drawn, run, settings

KINDS = ["weights_near", "weights_any", "speeds", "costs", "ranges", "together"]
NO_DRAWS = drawn({})
IDS = [c.id for c in CRITERIA]


def sure(raw, criteria=CRITERIA, *, measured=NO_DRAWS, seed=3, failing=(), basis="computed",
         **changes):  # fmt: skip
    parts, scored = run(raw, criteria, failing=failing, basis=basis)
    return robustness(
        parts,
        scored,
        ranking_basis=basis_of(parts, scored, criteria),
        drawn_measures=measured,
        criteria=criteria,
        settings=settings(**changes),
        seed=seed,
    )


def kinds(scored):
    """List and rank group of each option, by number."""
    groups = scored["rank_group"].to_numpy()
    return {"lists": np.zeros(len(groups), "int64"), "groups": groups}


def row(found, option_id, varied):
    table = found.robustness.set_index(["option_id", "varied"])
    return table.loc[(option_id, varied)]


def rank_in_every_draw(raw, *, failing=(), count=40):
    """Ranks as the draws give them: draws × options, weights and costs together."""
    parts, scored = run(raw, failing=failing)
    value = parts.pivot_table(index="option_id", columns="criterion", values="value", dropna=False)
    weights = draws.weights_near([30, 20, 50], count=count, concentration=10, seed=1)
    score = rank_arrays.scores(weights, value[IDS].to_numpy())
    rank = rank_arrays.ranks(score, **kinds(scored))
    return pd.DataFrame(rank, columns=list(scored["option_id"]))


def test_the_interval_leaves_out_one_draw_in_twenty_on_either_side():
    # Of ranks 1 to 100, each drawn once: the 5th, the 50th and the 95th.
    assert interval(np.arange(1, 101)[::-1, None]).ravel().tolist() == [5, 50, 95]


RAW = st.one_of(st.none(), st.floats(-1e5, 1e5), st.sampled_from([0.0, 300.0, 9000.0]))
TRIPLES = st.tuples(RAW, RAW, RAW)
ESTATES = st.dictionaries(st.sampled_from("ABCDEFGH"), TRIPLES, min_size=2, max_size=8)


@given(raw=ESTATES, seed=st.integers(0, 99), failing=st.sets(st.sampled_from("ABCD")))
@effort(max_examples=10)
def test_every_draw_is_ranked_by_the_rule_of_scoring(raw, seed, failing):
    failing = sorted(failing & set(raw))
    parts, scored = run(raw, failing=failing)
    value = parts.pivot_table(index="option_id", columns="criterion", values="value", dropna=False)
    weights = np.vstack([draws.weights_any(3, count=4, seed=seed), [[1, 0, 0], [30, 20, 50]]])
    score = rank_arrays.scores(weights, value[IDS].to_numpy())
    rank = rank_arrays.ranks(score, **kinds(scored))
    for number, weight in enumerate(weights):
        _, one = run(raw, weights=dict(zip(IDS, weight, strict=True)), failing=failing)
        assert score[number].tolist() == one["score"].tolist()  # to the last digit
        assert rank[number].tolist() == one["rank"].tolist()


def test_tables_keep_their_contracts():
    found = sure({"A": (0, None, 9000), "B": (5000, 100, 1000), "C": (0, 0, None)})
    for name, table in found._asdict().items():
        check(TABLES[name], table)
    assert found.robustness["varied"].tolist() == KINDS * 3
    assert found.stability["option_id"].tolist() == ["A", "B", "C"]
    assert len(found.break_even) == 9


def test_no_options_no_rows():
    assert [len(table) for table in sure({})] == [0, 0, 0]


def test_no_spread_gives_the_agreed_ranking_with_certainty():
    raw = {"A": (2000, 150, 9000), "B": (0, 100, 20_000), "C": (-3000, 30, 1000)}
    networks = drawn({(d, o, "proximity"): raw[o][1] for d in (1, 2) for o in raw})
    found = sure(raw, measured=networks, cost_spread=0, weight_concentration=1e9, top_k=1)
    rank = run(raw)[1].set_index("option_id")["rank"]
    for varied in ("weights_near", "speeds", "costs", "together"):
        for option_id in raw:
            it = row(found, option_id, varied)
            assert it["rank_low"] == it["rank_median"] == it["rank_high"] == rank[option_id]
            assert it["share_first"] == it["share_top"] == (rank[option_id] == 1)
            assert it["share_top_error"] == 0
    assert (found.stability["word"] == "robust").all()


def test_two_criteria_agree_with_the_exact_shares():
    # A is ahead of B where w > 0.4 w + 0.9 (1 - w): above 0.6
    raw, count = {"A": (1, 0), "B": (0.4, 0.9)}, 4000
    found = sure(raw, ON_UNIT_SCALES, weight_draws=count, weight_concentration=10, top_k=1)
    for varied, exact in (("weights_any", 0.4), ("weights_near", beta.sf(0.6, 5, 5))):
        it = row(found, "A", varied)
        error = np.sqrt(exact * (1 - exact) / count)
        assert it["share_first"] == it["share_top"] == pytest.approx(exact, abs=4 * error)
        assert it["share_top_error"] == pytest.approx(error, rel=0.1)
        assert row(found, "B", varied)["share_first"] == pytest.approx(1 - it["share_first"])


def test_costs_agree_with_the_exact_share():
    # 1000 a with a in 0.75 … 1.25 against 1100 b: ahead in 0.348 of the square
    criteria = (criterion("running_cost", 1, 0, 45_000),)
    found = sure({"A": (1000,), "B": (1100,)}, criteria, weight_draws=4000, top_k=1)
    side = 1.25 - 0.75 * 1.1  # of the triangle a > 1.1 b
    exact = side**2 / 1.1 / 2 / 0.25
    assert row(found, "A", "costs")["share_first"] == pytest.approx(exact, abs=0.03)
    assert row(found, "A", "weights_near")["share_first"] == 0


def test_a_drawn_network_changes_what_it_measures_and_nothing_else():
    raw = {"A": (1.0, 0.5), "B": (0.9, 0.5)}
    networks = drawn({(1, "A", "fire_cover"): 1.0, (2, "A", "fire_cover"): 0.8,
                      (3, "A", "fire_cover"): 0.0, (4, "A", "fire_cover"): 0.95,
                      (4, "elsewhere", "fire_cover"): 1.0})  # fmt: skip
    found = sure(raw, ON_UNIT_SCALES, measured=networks, top_k=1)
    it = row(found, "A", "speeds")
    assert (it["n_draws"], it["share_first"]) == (4, 0.5)
    assert it["share_top_error"] == 0.25  # sqrt(0.5 × 0.5 / 4)
    assert row(found, "A", "costs")["share_first"] == 1


def test_together_counts_networks_not_draws_for_its_error():
    inside = np.array([[True], [False], [True], [False], [True], [False]])
    assert standard_error(inside, independent=6) == pytest.approx([np.sqrt(0.25 / 6)])
    assert standard_error(inside, independent=2) == pytest.approx([0.5])  # all of one, none of two
    assert standard_error(inside, independent=3) == pytest.approx([0.0])  # half of each


def test_blocked_options_are_ranked_among_themselves_in_every_draw():
    found = sure({"A": (10_000, 0, 45_000), "B": (-9000, 599, 0)}, failing=["A"], top_k=1)
    table = found.robustness
    assert (table[["rank_low", "rank_high"]] == 1).all(axis=None)


def test_words_by_hand():
    # B and C: w and 0.98 (1 - w) less a hair, so near a coin's toss; A always first, D always last
    raw = {"A": (1, 1), "B": (0.9, 0.1), "C": (0.1, 0.9), "D": (0, 0)}
    found = sure(raw, ON_UNIT_SCALES, top_k=2, weight_draws=500, robust_interval=0.3)
    word = found.stability.set_index("option_id")["word"]
    assert word.to_dict() == {"A": "robust", "B": "fragile", "C": "fragile", "D": "robust"}
    wide = sure(raw, ON_UNIT_SCALES, top_k=3, weight_draws=500, robust_interval=0.2)
    assert wide.stability["word"].tolist() == ["robust", "contested", "contested", "robust"]
    reason = wide.stability["reason"].iloc[1]
    assert (
        "it is in the first 3 of its group in all draws, and nine in ten rank it 2 to 3 (" in reason
    )
    assert reason.endswith(
        "What unsettles it most alone: other weights near the starting ones, with which that holds "
        "in all draws and it ranks 2 to 3."
    )


def test_dominated_options_name_the_best_by_rank():
    raw = {o: (v, v) for o, v in zip("ABCDEFG", (0.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4), strict=True)}
    first = sure(raw, ON_UNIT_SCALES).stability.set_index("option_id").loc["A"]
    assert (first["dominated_by"], first["n_dominating"]) == ("B;C;D;E;F", 6)


def test_break_evens_say_what_would_happen():
    found = sure({"A": (1, 0), "B": (0.4, 0.9)}, ON_UNIT_SCALES, top_k=1).break_even
    assert found["change"].tolist() == ["enters", "enters", "leaves", "leaves"]
    assert found["break_even"].tolist() == pytest.approx([0.6, 0.4, 0.6, 0.4])
    assert found["weight"].tolist() == [0.5] * 4


@given(raw=ESTATES, data=st.data())
@effort(max_examples=20)
def test_a_better_raw_value_never_lowers_a_rank_in_any_draw(raw, data):
    chosen = data.draw(st.sampled_from(sorted(raw)))
    at = data.draw(st.integers(0, 2))
    before = raw[chosen][at]
    if before is None:  # its centre is what stands for it
        before = CRITERIA[at].centre.value
    towards_best = np.sign(CRITERIA[at].best.value - CRITERIA[at].worst.value)
    better = data.draw(st.floats(0, 1e5)) * towards_best + before
    improved = {**raw, chosen: tuple(better if i == at else v for i, v in enumerate(raw[chosen]))}
    assert (rank_in_every_draw(improved)[chosen] <= rank_in_every_draw(raw)[chosen]).all()


@given(raw=ESTATES, new=TRIPLES)
@effort(max_examples=10)
def test_adding_an_option_reorders_no_others_in_any_draw(raw, new):
    alone, beside = rank_in_every_draw(raw), rank_in_every_draw({**raw, "Z": new})
    again = beside.drop(columns="Z").rank(axis=1, method="min")
    pd.testing.assert_frame_equal(again, alone.astype("float64"))


def test_the_order_of_rows_changes_nothing_and_equal_seeds_give_equal_tables():
    raw = {o: (1000.0 * n, 90.0 * n, 7000.0 + n) for n, o in enumerate("ABCDEF")}
    networks = drawn({(d, o, "proximity"): 50.0 * d for d in (1, 2, 3) for o in "AC"})
    parts, scored = run(raw)
    rests = basis_of(parts, scored)
    given_as = {"ranking_basis": rests, "criteria": CRITERIA, "settings": settings()}
    first = robustness(parts, scored, drawn_measures=networks, **given_as, seed=5)
    again = robustness(parts[::-1], scored[::-1], drawn_measures=networks[::-1], **given_as, seed=5)
    other = robustness(parts, scored, drawn_measures=networks, **given_as, seed=6)
    for one, two in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    assert not first.robustness.equals(other.robustness)


def test_other_costs_leave_the_draws_of_weights_as_they_were():
    raw = {"A": (2000, 150, 9000), "B": (0, 100, 9500), "C": (-3000, 30, 9900)}
    one, two = (sure(raw, cost_spread=spread).robustness for spread in (0.1, 0.5))
    for varied in ("weights_near", "weights_any", "speeds"):
        same = one["varied"] == varied
        pd.testing.assert_frame_equal(one[same], two[same])
