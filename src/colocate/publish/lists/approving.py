"""Approval paths in words: who approves, agrees, is consulted or told, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

OUTSTANDING = ("approve", "agree")
"""Steps that stand between an option and the market. Whom to consult depends on whether a desk or
a crew moves, so it would tell; the rest is for the record."""

_STEP = ["body", "action"]
"""What makes two steps of a path one."""


def paths(approvals: pd.DataFrame, /) -> pd.Series:
    """Return each option's whole path in words, by option_id."""
    ordered = approvals.sort_values(["option_id", "step", "body"])
    ordered = ordered.drop_duplicates(["option_id", *_STEP])
    return _said(ordered).groupby(ordered["option_id"]).agg("; ".join)


def outstanding(approvals: pd.DataFrame, /, *, decided_by: str | None = None) -> str | None:
    """Return who must still approve or agree to any of some options, in order; None: nobody.

    Args:
        approvals: rows of table `approvals`.
        decided_by: body that has approved already.
    """
    steps = approvals[approvals["action"].isin(OUTSTANDING)]
    if decided_by is not None:
        steps = steps[steps["body_id"] != decided_by]
    return "; ".join(_said(steps.sort_values(["step", "body"]).drop_duplicates(_STEP))) or None


def _said(steps: pd.DataFrame) -> pd.Series:
    doubt = steps["certainty"].map({"evidenced": "", "unknown": ", not verified"})
    return steps["body"] + " (" + steps["action"] + doubt + ")"
