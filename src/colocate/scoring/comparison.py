"""What changed in the ranking between two runs, and why: data, weight or rule.

A score is a sum over criteria of share × value × 100. Between runs a and b each term's change
splits exactly, in this order, so that the three parts add up to the change of the score:

    weight  (share_b - share_a) × value_a
    rule    share_b × (v_b(raw_a) - value_a)      the value scale, with what was measured in a
    data    share_b × (value_b - v_b(raw_a))      what was measured

The last part is a rule's too where the runs have the same data and measure it by other rules, such
as another response standard; tables alone cannot tell, so the caller says.

A rank may also move because a gate's outcome did (group), or because others moved past it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from colocate.scoring.scoring import on_scale
from colocate.tables.choice import COMPARISON
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from colocate import study

    Tables = Mapping[str, pd.DataFrame]

MeasuredBy = Literal["data", "rule", "data or rule"]
"""Where other measurements come from."""
SMALLEST = 1e-9
"""Change of a score below which it is none."""


def compare(
    a: Tables,
    b: Tables,
    /,
    *,
    criteria: Sequence[study.Criterion],
    measured_by: MeasuredBy = "data",
) -> pd.DataFrame:
    """Compare the rankings of two runs, option by option.

    Args:
        a: tables `options`, `scores`, `contributions` and `gates` of the earlier run.
        b: the same of the later one.
        criteria: the later run's criteria, for their value scales.
        measured_by: what differs between the runs in how options are measured.

    Returns:
        Table `comparison`: every option of either run, sorted by its rank in b, then in a.
    """
    lists = b["scores"].set_index("option_id")["list"]
    shift = _shift(a["contributions"], b["contributions"], lists=lists, criteria=criteria)
    if measured_by == "rule":
        shift = shift.assign(rule=shift["rule"] + shift["data"], data=0.0)
    before, after = (tables["scores"].set_index("option_id") for tables in (a, b))
    titles = pd.concat([b["options"], a["options"]]).drop_duplicates("option_id")
    outcomes = _outcomes(a["gates"], b["gates"])
    rows = [
        _row(
            option_id,
            title,
            before=before.loc[option_id] if option_id in before.index else None,
            after=after.loc[option_id] if option_id in after.index else None,
            shift=shift.loc[option_id] if option_id in shift.index else None,
            gates=outcomes.get(option_id, ""),
            measured_by=measured_by,
        )
        for option_id, title in zip(titles["option_id"], titles["title"], strict=True)
    ]
    frame = conform(COMPARISON, rows)
    return frame.sort_values(["rank_b", "rank_a", "option_id"], ignore_index=True)


def _shift(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    lists: pd.Series,
    criteria: Sequence[study.Criterion],
) -> pd.DataFrame:
    """Split each option's change of score: weight, rule, data and criteria, by option_id."""
    keys = ["option_id", "criterion"]
    both = a.merge(b, on=keys, how="outer", suffixes=("_a", "_b"))
    shared = set(a["option_id"]) & set(b["option_id"])
    both = both[both["option_id"].isin(shared)]
    rescaled = _rescaled(both, lists, criteria=criteria)
    share_a, share_b = both["weight_a"].fillna(0), both["weight_b"].fillna(0)
    value_a, value_b, rescaled = (
        values.fillna(0.0) for values in (both["value_a"], both["value_b"], rescaled)
    )
    split = {
        "weight": (share_b - share_a) * value_a * 100,
        "rule": share_b * (rescaled - value_a) * 100,
        "data": share_b * (value_b - rescaled) * 100,
    }
    changed = sum(part.abs() for part in split.values()) > SMALLEST
    named = both["criterion"].where(changed).groupby(both["option_id"])
    found = pd.DataFrame(split).groupby(both["option_id"]).sum()
    return found.assign(criteria=named.agg(lambda criteria: ";".join(criteria.dropna())))


def _rescaled(
    both: pd.DataFrame, lists: pd.Series, *, criteria: Sequence[study.Criterion]
) -> pd.Series:
    """Put what was measured in a on the scales of b; what was missing there on the centre of b."""
    found = pd.Series(float("nan"), index=both.index)
    for criterion in criteria:
        rows = both[(both["criterion"] == criterion.id) & both["value_a"].notna()]
        listed = rows["option_id"].map(lists).to_list()
        centre = [criterion.scale(name).centre.value for name in listed]
        raw = rows["raw_a"].fillna(pd.Series(centre, index=rows.index, dtype="float64"))
        found[rows.index] = on_scale(raw.to_numpy(), lists=listed, criterion=criterion)
    return found


def _outcomes(a: pd.DataFrame, b: pd.DataFrame) -> dict[str, str]:
    """Say which gates of each option have another outcome, where it has both."""
    both = a.merge(b, on=["option_id", "gate"], suffixes=("_a", "_b"))
    changed = both[both["outcome_a"] != both["outcome_b"]]
    told = changed["gate"] + ": " + changed["outcome_a"] + " to " + changed["outcome_b"]
    found: dict[str, str] = told.groupby(changed["option_id"]).agg("; ".join).to_dict()
    return found


def _row(
    option_id: str,
    title: str,
    *,
    before: pd.Series | None,
    after: pd.Series | None,
    shift: pd.Series | None,
    gates: str,
    measured_by: MeasuredBy,
) -> dict[str, Any]:
    row = {"option_id": option_id, "title": title, "gates_changed": gates or None}
    for name, side in (("a", before), ("b", after)):
        if side is not None:
            row |= {f"{column}_{name}": side[column] for column in ("rank", "score", "status")}
    if shift is not None:
        row |= {f"by_{cause}": shift[cause] for cause in ("weight", "rule", "data")}
        row["criteria_changed"] = shift["criteria"] or None
    return row | {"why": _why(row, before=before, after=after, measured_by=measured_by)}


def _why(
    row: Mapping[str, Any],
    *,
    before: pd.Series | None,
    after: pd.Series | None,
    measured_by: MeasuredBy,
) -> str:
    if before is None:
        return "only in the later run"
    if after is None:
        return "only in the earlier run"
    names = {"weight": "weight", "rule": "rule", "data": measured_by}
    causes = [name for cause, name in names.items() if abs(row[f"by_{cause}"]) > SMALLEST]
    if before["rank_group"] != after["rank_group"]:
        causes.append("gate")
    if causes:
        return ", ".join(causes)
    if pd.notna(before["rank"]) and before["rank"] != after["rank"]:
        return "others moved"
    return "no change"
