from __future__ import annotations

import pandas as pd
import pytest

import scoring_cases
from colocate.scoring import scoring
from colocate.scoring.comparison import compare
from colocate.tables.gates import GATES
from colocate.tables.schema import conform


def criterion(name, *, weight, best):
    return scoring_cases.criterion(name, weight, 0, best)


BASE = [criterion("fire_cover", weight=50, best=10), criterion("proximity", weight=50, best=10)]
RAW = {"A": (8.0, 2.0), "B": (4.0, 4.0), "C": (0.0, 6.0)}


def run(raw=RAW, criteria=BASE, gates=()):
    options = pd.DataFrame(
        {"option_id": list(raw), "kind": "hq", "existing_share": None, "weak_site_ids": None,
         "title": list(raw),
         "site_ids": "FA;PA", "host_site_id": "FA"}
    )  # fmt: skip
    measured = scoring_cases.measured(
        (
            (option, c.id, value)
            for option, values in raw.items()
            for c, value in zip(BASE, values, strict=True)
        ),
        criteria=criteria,
    )
    gated = conform(
        GATES,
        [{"option_id": o, "gate": g, "outcome": out, "mandatory": True, "reason": "invented"}
         for o, g, out in gates],
    )  # fmt: skip
    contributions = scoring.contributions(measured, criteria=criteria)
    return {
        "options": options,
        "contributions": contributions,
        "scores": scoring.scores(contributions, options, gates=gated),
        "gates": gated,
    }


def test_a_run_beside_itself_has_no_change():
    table = compare(run(), run(), criteria=BASE)
    assert set(table["why"]) == {"no change"}
    assert (table["rank_a"] == table["rank_b"]).all()


def test_the_three_causes_add_up_to_the_change_of_the_score():
    other = [criterion("fire_cover", weight=20, best=16), criterion("proximity", weight=80, best=9)]
    raw = {"A": (6.0, 3.0), "B": (4.0, float("nan")), "C": (1.0, 6.0)}
    table = compare(run(), run(raw, other), criteria=other)
    causes = table["by_weight"] + table["by_rule"] + table["by_data"]
    assert causes.to_list() == pytest.approx((table["score_b"] - table["score_a"]).to_list())


def test_another_weight_is_named_with_what_it_moved():
    other = [criterion("fire_cover", weight=0, best=10), criterion("proximity", weight=1, best=10)]
    table = compare(run(), run(criteria=other), criteria=other).set_index("option_id")
    assert (table.loc["A", "rank_a"], table.loc["A", "rank_b"]) == (1, 3)
    assert table.loc["A", "by_weight"] == pytest.approx(0.5 * -80 + 0.5 * 20)
    assert table["why"].to_dict() == {"A": "weight", "B": "no change", "C": "weight"}


def test_only_the_option_whose_data_changed_is_moved_by_data():
    raw = {**RAW, "C": (9.0, 9.0)}
    table = compare(run(), run(raw), criteria=BASE).set_index("option_id")
    assert table["why"].to_dict() == {"A": "others moved", "B": "others moved", "C": "data"}


@pytest.mark.parametrize("measured_by", ["data", "rule", "data or rule"])
def test_another_measurement_is_put_down_to_what_differs(measured_by):
    raw = {**RAW, "C": (0.0, 9.0)}
    table = compare(run(), run(raw), criteria=BASE, measured_by=measured_by)
    row = table.set_index("option_id").loc["C"]
    assert row["why"] == measured_by
    assert row["criteria_changed"] == "proximity"
    parts = (row["by_rule"], row["by_data"])
    assert parts == pytest.approx((15, 0) if measured_by == "rule" else (0, 15))


def test_a_gate_that_fails_is_named():
    table = compare(run(), run(gates=[("A", "space", "fail")]), criteria=BASE)
    assert table.set_index("option_id").loc["A", "why"] == "gate"
    before = run(gates=[("A", "space", "unknown")])
    table = compare(before, run(gates=[("A", "space", "fail")]), criteria=BASE)
    assert table.set_index("option_id").loc["A", "gates_changed"] == "space: unknown to fail"


def test_an_option_of_one_run_alone_is_kept():
    raw = {option: values for option, values in RAW.items() if option != "B"} | {"D": (1.0, 1.0)}
    table = compare(run(), run(raw), criteria=BASE).set_index("option_id")
    assert table.loc["B", "why"] == "only in the earlier run"
    assert table.loc["D", "why"] == "only in the later run"
