"""Words on the back office: ways of running a function, where each stands, what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import amounts
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.tables.rows import FunctionGain, FunctionOption, FunctionPlan

WAYS = {
    "in_house": "stays as it is",
    "contracted_in": "contracted in: run for others too",
    "contracted_out": "contracted out",
    "mutual": "a mutual under contract",
    "collaboration": "collaboration",
    "alliance": "strategic alliance",
    "alliance_single_leadership": "alliance with single leadership",
}
STANDINGS = {
    "in_place": "so today",
    "open": "open",
    "little_to_gain": "open, little to gain: competitive already",
    "not_open": "not open",
}
SPACE = {
    "stays": "its room stays",
    "comes_free": "its room comes free",
    "room_for_others": "needs room for others",
    "once_for_all": "housed once for all that take part",
    "let": "its room is let to the mutual",
}
BASES = {
    "recorded": "recorded",
    "computed": "computed",
    "assumed": "assumed",
    "target": "a target, no result",
    "unknown": "unknown",
}
FIGURES = {
    "budget": "Yearly budget",
    "budget_in_scope": "Yearly budget in scope",
    "saving_sought": "Savings sought a year",
    "staff": "Staff",
    "operational_staff": "of whom operational, out of scope",
}


def saving(row: FunctionGain | FunctionOption | FunctionPlan, /) -> str:
    """Tell a saving a year: about £72,000 (£30,000 to £120,000) a year, assumed.

    Args:
        row: of one function, or of several together.
    """
    if not amounts.known(row.saving_central_gbp):
        return "not known"
    if row.saving_low_gbp == row.saving_high_gbp == 0:
        return "nothing"
    told = amounts.spread(row.saving_central_gbp, low=row.saving_low_gbp, high=row.saving_high_gbp)
    return f"{told} a year, {BASES[row.basis]}"


def change(row: FunctionGain | FunctionOption | FunctionPlan, /) -> str:
    """Tell a cost of change: £120,000 once.

    Args:
        row: of one function, or of several together.
    """
    if not amounts.known(row.change_central_gbp):
        return "not known"
    if row.change_low_gbp == row.change_high_gbp == 0:
        return "nothing"
    told = amounts.spread(row.change_central_gbp, low=row.change_low_gbp, high=row.change_high_gbp)
    return f"{told} once"


def gain(row: FunctionGain | None, /) -> str:
    """Tell what a scenario brings a body by its functions, and how much of it is known.

    Args:
        row: of table `function_gains`; None where a scenario says nothing of functions.
    """
    if row is None or row.functions == 0:
        return "nothing, as today"
    known = f"{row.known} of {row.functions} functions known"
    if row.known == 0 and amounts.known(row.saving_central_gbp):
        known = "by published totals"
    scale = "; what greater scale adds is not known" if "scale_share" in parts(row.missing) else ""
    return f"{saving(row)} ({known}){scale}"


def housed(option_id: str, tables: Mapping[str, pd.DataFrame], /) -> list[str]:
    """Say which functions of whom an option of the estate could house, a sentence a body.

    Args:
        option_id: the option.
        tables: a run's tables by name; without a back office it houses nothing.
    """
    if "function_options" not in tables:
        return []
    rows = tables["function_options"].dropna(subset="option_ids")
    named = rows["option_ids"].map(lambda ids: option_id in parts(ids)).astype(bool)
    names = tables["bodies"].set_index("body_id")["short_name"]
    return [
        f"Could house of {names[body]}: {', '.join(dict.fromkeys(own['function']))}. "
        "`colocate functions` has the ways to run them."
        for body, own in rows[named].groupby("body_id")
    ]
