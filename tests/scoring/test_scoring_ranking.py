from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.scoring.ranking import ranks


def ranked(rows, **columns):
    """Ranks of {option_id: score or (least, score, most)}, all of one list and group."""
    ends = {o: s if isinstance(s, tuple) else (s, s, s) for o, s in rows.items()}
    frame = pd.DataFrame(
        [(o, *end) for o, end in ends.items()],
        columns=["option_id", "score_low", "score", "score_high"],
    ).assign(list="stations", rank_group=0, town=None)
    for name, given_as in columns.items():
        frame[name] = frame["option_id"].map(given_as).fillna(frame[name])
    return ranks(frame).set_axis(frame["option_id"])


def test_equal_scores_share_a_rank_and_the_next_one_waits():
    found = ranked({"A": 50.0, "B": 40.0, "C": 40.0, "D": 30.0})
    assert found["rank"].tolist() == [1, 2, 2, 4]
    assert found["rank_shared"].tolist() == [False, True, True, False]


def test_scores_less_than_a_millionth_apart_are_equal():
    assert ranked({"A": 40.0, "B": 40.0 + 1e-9})["rank"].tolist() == [1, 1]
    assert ranked({"A": 40.0, "B": 40.0 + 2e-6})["rank"].tolist() == [2, 1]


def test_those_of_one_rank_are_listed_by_town_then_id():
    towns = {"A": "Yeovil", "B": "Bude", "D": "Bude"}
    found = ranked(dict.fromkeys("ABCD", 40.0), town=towns)
    assert list(found["place"].sort_values().index) == ["B", "D", "A", "C"]


def test_intervals_by_hand():
    # A is surely better than C; B meets both
    found = ranked({"A": (50, 60, 70), "B": (40, 55, 65), "C": (20, 30, 45)})
    assert found["rank_low"].tolist() == [1, 1, 2]
    assert found["rank_high"].tolist() == [2, 3, 3]
    assert found["decided_from_next"].tolist() == [False, False, pd.NA]


def test_a_neighbour_is_decided_where_ranges_do_not_meet():
    found = ranked({"A": (50, 60, 70), "B": (40, 45, 49), "C": (30, 35, 40)})
    assert found["decided_from_next"].tolist() == [True, False, pd.NA]  # 40 and 40 meet


def test_every_group_of_every_list_is_ranked_for_itself_and_listed_in_order():
    scores = {"A": 10.0, "B": 90.0, "C": 80.0, "D": 5.0}
    found = ranked(scores, rank_group={"B": 3}, list={"D": "headquarters"})
    assert found["rank"].tolist() == [2, 1, 1, 1]
    assert found["rank_low"].tolist() == found["rank_high"].tolist() == [2, 1, 1, 1]
    assert found["place"].tolist() == [2, 3, 1, 4]


RANGE = st.tuples(*[st.floats(0, 100)] * 3).map(lambda ends: tuple(sorted(ends)))
ESTATE = st.dictionaries(st.sampled_from("ABCDEFGH"), RANGE, min_size=2)


@given(rows=ESTATE, data=st.data())
@settings(max_examples=60)
def test_a_wider_range_narrows_no_rank_interval(rows, data):
    chosen = data.draw(st.sampled_from(sorted(rows)))
    low, score, high = rows[chosen]
    wider = (data.draw(st.floats(0, low)), score, data.draw(st.floats(high, 100)))
    before, after = ranked(rows), ranked(rows | {chosen: wider})
    assert (after["rank_low"] <= before["rank_low"]).all()
    assert (after["rank_high"] >= before["rank_high"]).all()
    assert (after["rank"] == before["rank"]).all()


@given(rows=ESTATE)
@settings(max_examples=60)
def test_a_rank_lies_within_its_interval_and_places_are_a_list(rows):
    found = ranked(rows)
    assert (found["rank_low"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_high"]).all()
    assert sorted(found["place"]) == list(range(1, len(rows) + 1))
