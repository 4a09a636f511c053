"""The ranking as one frame, worked out by hand."""

from __future__ import annotations

import pandas as pd

from colocate.scoring.summary import ranking


def tables(order=("B", "A", "T")):
    ids = pd.DataFrame({"option_id": list(order)})

    def known(**columns):
        return ids.assign(**{name: ids["option_id"].map(value) for name, value in columns.items()})

    people = {"people_gained": {"A": 5.0, "B": 0.0, "T": 0.0}, "people_lost": {"A": 2.0}}
    return {
        "options": known(title={"A": "a", "B": "b", "T": "t"}, kind={"A": "hq", "B": "hq"}),
        "scores": known(rank={"A": 2.0, "B": 1.0}, place={"A": 2.0, "B": 1.0}, list={}, status={},
                        rank_group={}, rank_low={}, rank_high={}, rank_shared={}, score_low={},
                        score_high={}, score={"A": 40.0, "B": 50.0},
                        completeness={}),
        "stability": pd.DataFrame({"option_id": ["A", "B"], "word": ["fragile", "robust"]}),
        "cover": known(**people),
        "access": known(**people),
        "money": known(net_saving_gbp={"A": 12_000.0}),
        "gates": pd.DataFrame(
            [("A", "fail"), ("A", "unknown"), ("A", "unknown"), ("B", "pass")],
            columns=["option_id", "outcome"],
        ),
    }  # fmt: skip


def test_the_first_rank_comes_first_and_what_has_none_last():
    assert ranking(tables())["option_id"].to_list() == ["B", "A", "T"]


def test_each_figure_stands_in_its_column():
    row = ranking(tables()).set_index("option_id").loc["A"]
    assert (row["word"], row["cover_people_gained"], row["cover_people_lost"]) == ("fragile", 5, 2)
    assert (row["net_saving_gbp"], row["gates_failed"], row["gates_unknown"]) == (12_000, 1, 2)


def test_the_order_of_the_tables_changes_nothing():
    pd.testing.assert_frame_equal(ranking(tables()), ranking(tables(("T", "A", "B"))))


def test_what_is_unknown_stays_unknown():
    frame = ranking(tables()).set_index("option_id")
    assert pd.isna(frame.loc["T", "word"])
    assert pd.isna(frame.loc["B", "net_saving_gbp"])
