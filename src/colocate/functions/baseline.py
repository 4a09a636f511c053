"""Like for like by function, not by organisation (DSFRA/16/5, 7.1 and 7.2).

Where a body already runs a function at or under what the market or its peers charge, there is
little to gain there (DSFRA/16/5, 5.19), and the baseline says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.errors import OptionError, some
from colocate.tables import each
from colocate.tables.functions import FUNCTION_BASELINE, FUNCTIONS_OF_FOCUS
from colocate.tables.rows import Function
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIGURES = {"budget_gbp": "budget", "staff_fte": "staff", "benchmark_gbp": "benchmark"}


def baseline(functions: pd.DataFrame, /, *, bodies: pd.DataFrame) -> pd.DataFrame:
    """Compare the budget of each function and body with its benchmark, and with other bodies.

    `competitive already`: the budget is at or under the benchmark. `above benchmark`: it is over.
    `not supplied`: budget or benchmark is missing, and the note says which.

    Args:
        functions: table `functions`; may be empty.
        bodies: table `bodies`.

    Returns:
        Table `function_baseline`, in the order of the 24 areas of focus and then by body; an area
        nobody entered stands once, with body_id `all`.

    Raises:
        OptionError: a body that is not in table `bodies`.
    """
    if unknown := sorted(set(functions["body_id"]) - set(bodies["body_id"])):
        raise OptionError(
            f"table functions: body_id {some(unknown)} not in table bodies; add the body or "
            "correct the row."
        )
    names = dict(zip(bodies["body_id"], bodies["short_name"], strict=True))
    entered = {
        name: list(each(Function, rows.sort_values("body_id")))
        for name, rows in functions.groupby("function")
    }
    rows: list[dict[str, Any]] = []
    for name in FUNCTIONS_OF_FOCUS:
        if name not in entered:
            rows.append(
                {
                    "function": name,
                    "body_id": "all",
                    "occupies_space": None,
                    "state": "not supplied",
                    "note": "No body has entered this area of focus.",
                }
            )
        rows += [_row(row, entered[name], names=names) for row in entered.get(name, [])]
    return conform(FUNCTION_BASELINE, rows)


def _row(
    row: Function,
    peers: Sequence[Function],
    *,
    names: Mapping[str, str],
) -> dict[str, Any]:
    missing = [word for column, word in _FIGURES.items() if pd.isna(getattr(row, column))]
    excess = row.budget_gbp - row.benchmark_gbp
    if pd.isna(excess):
        state, note = "not supplied", f"Not supplied: {', '.join(missing)}."
    elif excess <= 0:
        state = "competitive already"
        note = "At or under the benchmark: little to gain here."
    else:
        state = "above benchmark"
        note = f"£{excess:,.0f} a year above the benchmark: worth a closer look in a business case."
    return {
        "function": row.function,
        "body_id": row.body_id,
        "occupies_space": row.occupies_space,
        "in_scope": row.in_scope,
        "gbp_per_fte": _per_head(row),
        "over_benchmark": excess / row.benchmark_gbp if row.benchmark_gbp > 0 else None,
        "state": state,
        "note": f"{note}{_beside(row, peers, names=names)}",
    }


def _per_head(row: Function) -> float | None:
    return row.budget_gbp / row.staff_fte if row.staff_fte > 0 else None


def _beside(
    row: Function,
    peers: Sequence[Function],
    *,
    names: Mapping[str, str],
) -> str:
    """Like for like: the budget for each member of staff beside that of the other bodies."""
    heads = {peer.body_id: _per_head(peer) for peer in peers}
    known = {body: head for body, head in heads.items() if head is not None and pd.notna(head)}
    if row.body_id not in known or len(known) == 1:
        return ""
    told = ", ".join(f"{names[body]} £{head:,.0f}" for body, head in known.items())
    return f" Budget a year for each member of staff: {told}."
