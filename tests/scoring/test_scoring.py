import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.errors import ScoringError
from colocate.scoring.ranking import MADE
from colocate.scoring.scoring import contributions, scores, weight_shares
from colocate.tables import TABLES, check
from colocate.tables.gates import GATES
from colocate.tables.schema import conform
from options_town import option, options
from scoring_cases import CRITERIA, measured

NAMES = [c.id for c in CRITERIA]


def rows_of(raw):
    """`measures` of {option_id: (raw, raw, raw)}."""
    return measured(
        (o, c, v) for o, values in raw.items() for c, v in zip(NAMES, values, strict=True)
    )


def gates(*rows):
    return conform(
        GATES,
        (
            {"option_id": o, "gate": g, "outcome": outcome, "mandatory": mandatory, "reason": "r"}
            for o, g, outcome, mandatory in rows
        ),
    )


def scored(raw, *rows, kinds=None, weights=None):
    listed = options(*(option(o, (kinds or {}).get(o, "into_fire"), members="FA;PA") for o in raw))
    parts = contributions(rows_of(raw), criteria=CRITERIA, weights=weights)
    return parts, scores(parts, listed, gates=gates(*rows)).set_index("option_id")


def order(raw, *rows, **how):
    found = scored(raw, *rows, **how)[1]
    return list(found["place"].dropna().sort_values().index)


def test_a_score_worked_by_hand():
    parts, found = scored({"A": (2000, 150, 9000)})
    assert parts["value"].tolist() == [0.6, 0.75, 0.2]
    assert parts["contribution"].tolist() == pytest.approx([18, 15, 10])
    assert found.loc["A", "score"] == pytest.approx(43)
    assert found.loc["A", "completeness"] == 1


@pytest.mark.parametrize("raw", [{}, {"A": (2000, None, 9000), "B": (0, 0, 0)}])
def test_tables_keep_their_contracts(raw):
    parts, found = scored(raw)
    check(TABLES["contributions"], parts)
    check(TABLES["scores"], found.reset_index())


def test_values_stop_at_the_ends_of_the_scale():
    parts, _ = scored({"A": (99_999, -5, -1)})
    assert parts["value"].tolist() == [1, 1, 0]


def test_what_nobody_knows_counts_with_its_centre_and_may_be_anything():
    parts, found = scored({"A": (2000, None, 9000)})
    assert parts["contribution"].tolist() == pytest.approx([18, 10, 10])
    assert parts.loc[1, ["value_low", "value", "value_high"]].tolist() == [0, 0.5, 1]
    assert np.isnan(parts["raw"].iloc[1])
    assert found.loc["A", ["score_low", "score", "score_high"]].tolist() == pytest.approx(
        [28, 38, 48]
    )
    assert found.loc["A", "completeness"] == pytest.approx(0.8)


def test_a_site_nobody_priced_ranks_with_one_that_has_the_prior():
    _, found = scored({"A": (0, 0, None), "B": (0, 0, 12_000)})
    assert found["rank"].tolist() == [1, 1]
    assert found["rank_shared"].all()


def test_an_end_of_a_range_that_is_worse_is_the_low_one():
    parts, _ = scored({"A": (0, (0, 150, 600), (0, 9000, 45_000))})  # a shorter drive is better
    ends = parts[["value_low", "value", "value_high"]].to_numpy().tolist()
    assert ends == [[0.5, 0.5, 0.5], [0, 0.75, 1], [0, 0.2, 1]]


def test_other_weights_count_only_what_they_name():
    parts, found = scored({"A": (2000, 150, 9000)}, weights={"proximity": 3, "fire_cover": 1})
    assert parts["weight"].tolist() == [0.25, 0.75, 0]
    assert found.loc["A", "score"] == pytest.approx(71.25)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [float("nan")], [float("inf")]])
def test_weights_that_define_no_ranking_are_an_error(weights):
    with pytest.raises(ScoringError, match="do not define a ranking"):
        weight_shares(weights)


def test_a_criterion_nobody_measures_is_an_error():
    beauty = CRITERIA[0].model_copy(update={"id": "beauty"})
    with pytest.raises(ScoringError, match="no measure for 1 \\(beauty\\)"):
        contributions(rows_of({"A": (1, 1, 1)}), criteria=[beauty])


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], "recommended"),
        ([("A", "space", "pass", True)], "recommended"),
        ([("A", "listing", "unknown", False)], "recommended"),
        ([("A", "space", "unknown", True)], "investigate"),
        ([("A", "space", "unknown", True), ("A", "listing", "fail", False)], "blocked"),
    ],
)
def test_status_follows_the_gates(rows, status):
    assert scored({"A": (0, 0, 0)}, *rows)[1].loc["A", "status"] == status


def test_gates_are_listed_by_outcome():
    found = scored({"A": (0, 0, 0)}, ("A", "x", "fail", True), ("A", "y", "unknown", True))[1]
    assert found.loc["A", ["failed_gates", "unknown_gates"]].tolist() == ["x", "y"]


def test_existing_shares_and_touchdowns_are_not_ranked():
    listed = options(
        option("A", "into_fire", members="FA;PA", existing_share="existing"),
        option("B", "touchdown", members="FA;PA"),
        option("C", "into_fire", members="FA;PA", existing_share="possible"),
    )
    parts = contributions(rows_of(dict.fromkeys("ABC", (0, 0, 0))), criteria=CRITERIA)
    found = scores(parts, listed, gates=gates()).set_index("option_id")
    assert found["place"].fillna(0).tolist() == [0, 0, 1]
    assert found["status"].tolist() == ["existing", "recommended", "recommended"]
    assert found["rank"].fillna(0).tolist() == [0, 0, 1]


def test_blocked_options_are_listed_last_and_ties_share_a_rank():
    raw = {"D": (0, 0, 0), "B": (0, 0, 0), "A": (0, 0, 45_000), "C": (0, 300, 0)}
    found = scored(raw, ("A", "space", "fail", True))[1]["rank"]
    assert found.to_dict() == {"A": 1, "B": 1, "C": 3, "D": 1}
    assert order(raw, ("A", "space", "fail", True)) == ["B", "D", "C", "A"]


def test_a_move_of_a_crew_comes_after_all_that_moves_none():
    raw = {"D": (0, 0, 45_000), "B": (0, 300, 0), "A": (9000, 0, 45_000), "C": (0, 600, 0)}
    gated = (
        ("A", "space", "fail", True), ("D", "operational_staff", "unknown", True),
        ("C", "operational_staff", "pass", True), ("B", "space", "unknown", True),
    )  # fmt: skip
    assert order(raw, *gated) == ["B", "C", "D", "A"]
    groups = scored(raw, *gated)[1]["rank_group"]
    assert groups[["A", "B", "C", "D"]].tolist() == [3, 0, 0, 2]


def test_a_site_that_may_not_be_there_is_a_group_of_its_own():
    raw = {"A": (0, 0, 0), "B": (0, 0, 45_000)}
    listed = options(
        option("A", "into_fire", members="FA;PA"),
        option("B", "into_fire", members="FA;PA", weak_site_ids="PA"),
    )
    parts = contributions(rows_of(raw), criteria=CRITERIA)
    found = scores(parts, listed, gates=gates()).set_index("option_id")
    assert found["rank_group"].tolist() == [0, 1]
    assert found[["rank", "place"]].to_numpy().tolist() == [[1, 1], [1, 2]]


@pytest.mark.parametrize(
    ("known", "willing", "group"),
    [
        ("unknown", "unknown", 1),
        ("pass", "unknown", 1),
        ("unknown", "pass", 1),
        ("pass", "pass", 0),
    ],
)
def test_a_partner_can_be_acted_on_once_it_is_known_and_willing(known, willing, group):
    listed = options(option("A", "into_partner", members="LA;PA", weak_site_ids="LA"))
    asked = gates(("A", "site_known", known, True), ("A", "host_willing", willing, True))
    parts = contributions(rows_of({"A": (0, 0, 0)}), criteria=CRITERIA)
    assert scores(parts, listed, gates=asked)["rank_group"].tolist() == [group]


def test_a_crew_that_moves_and_a_failed_gate_is_blocked():
    gated = (("A", "operational_staff", "unknown", True), ("A", "space", "fail", True))
    assert scored({"A": (0, 0, 0)}, *gated)[1].loc["A", "rank_group"] == 3


def test_the_rule_in_a_browser_gives_the_same_order():
    """The formula of the module's docstring, step by step, over the table's own values."""
    rng = np.random.default_rng(1)
    raw = {f"O{i:03}": rng.uniform((-12e3, -60, -5e3), (12e3, 700, 5e4)) for i in range(200)}
    parts, found = scored(raw)
    shares = weight_shares([c.weight.value for c in CRITERIA])
    again = {}
    for option_id, rows in parts.groupby("option_id"):
        score = 0.0
        for share, value in zip(shares, rows["value"], strict=True):
            score += share * value * 100
        again[option_id] = min(100.0, score)
    assert found["score"].to_dict() == again  # to the last digit
    by_hand = sorted(again, key=lambda o: (-again[o], o))
    assert list(found["place"].sort_values().index) == by_hand


RAW = st.one_of(st.none(), st.floats(-1e5, 1e5))
TRIPLES = st.tuples(RAW, RAW, RAW)
ESTATES = st.dictionaries(st.sampled_from("ABCDEFGH"), TRIPLES, min_size=2, max_size=8)


@given(raw=ESTATES, weights=st.tuples(*[st.floats(0, 1e3)] * 3).filter(any))
@settings(max_examples=30)
def test_contributions_add_up_to_the_score(raw, weights):
    parts, found = scored(raw, weights=dict(zip(NAMES, weights, strict=True)))
    added = parts.groupby("option_id")["contribution"].sum()
    assert np.allclose(found["score"], added[found.index], rtol=0, atol=1e-9)


@given(raw=ESTATES, new=TRIPLES)
@settings(max_examples=30)
def test_adding_an_option_changes_no_other_s_score_and_reorders_none(raw, new):
    alone, beside = scored(raw)[1], scored(raw | {"Z": new})[1].drop(index="Z")
    for name in ("score_low", "score", "score_high", "completeness"):
        assert beside[name].tolist() == alone[name].tolist()
    assert list(beside["place"].sort_values().index) == order(raw)


@given(raw=ESTATES, new=TRIPLES)
@settings(max_examples=30)
def test_adding_a_partner_that_nobody_asked_moves_no_rank_of_what_can_be_acted_on(raw, new):
    willing = ("Z", "host_willing", "unknown", True)
    alone, beside = scored(raw)[1], scored(raw | {"Z": new}, willing)[1]
    assert beside.drop(index="Z")[list(MADE)].equals(alone[list(MADE)])
    assert beside.loc["Z", "place"] == len(beside)


@given(raw=ESTATES, data=st.data())
@settings(max_examples=40)
def test_a_better_raw_value_never_lowers_a_rank(raw, data):
    chosen = data.draw(st.sampled_from(sorted(raw)))
    at = data.draw(st.integers(0, 2))
    before = raw[chosen][at]
    if before is None:  # its centre is what stands for it
        before = CRITERIA[at].centre.value
    towards_best = np.sign(CRITERIA[at].best.value - CRITERIA[at].worst.value)
    better = before + towards_best * data.draw(st.floats(0, 1e5))
    improved = tuple(better if i == at else v for i, v in enumerate(raw[chosen]))
    ranks = [scored(each)[1].loc[chosen, "rank"] for each in (raw | {chosen: improved}, raw)]
    assert ranks[0] <= ranks[1]


@given(raw=ESTATES, data=st.data())
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(raw, data):
    shuffled = {o: raw[o] for o in data.draw(st.permutations(sorted(raw)))}
    for one, other in zip(scored(raw), scored(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other)


RANGES = st.tuples(*[st.floats(-1e5, 1e5)] * 3).map(lambda ends: tuple(sorted(ends)))
UNSURE = st.tuples(*[st.one_of(RAW, RANGES)] * 3)


@given(raw=st.dictionaries(st.sampled_from("ABCDEF"), UNSURE, min_size=2), data=st.data())
@settings(max_examples=40)
def test_what_turns_out_within_its_range_moves_no_score_and_no_rank_outside_theirs(raw, data):
    before = scored(raw)[1]
    found_out = {}
    for option_id, values in raw.items():
        found_out[option_id] = tuple(
            data.draw(st.floats(*_ends(value, criterion)))
            for value, criterion in zip(values, CRITERIA, strict=True)
        )
    after = scored(found_out)[1]
    assert (after["score"] >= before["score_low"]).all()
    assert (after["score"] <= before["score_high"]).all()
    assert (after["rank"] >= before["rank_low"]).all()
    assert (after["rank"] <= before["rank_high"]).all()


def _ends(value, criterion):
    if value is None:
        return criterion.least, criterion.most
    return (value[0], value[2]) if isinstance(value, tuple) else (value, value)
