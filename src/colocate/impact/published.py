"""Published parts of the response, and what changes did to it, beside ours: like with like.

A published mean is of one service, of some incidents, over a period, and has noise. It is compared
with a computed mean of the same service and the same incidents alone; any other is shown beside it
and judged by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.errors import SchemaError, some
from colocate.tables import each
from colocate.tables.references import FIGURES_HELD
from colocate.tables.rows import ObservedChange, PublishedPart
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

MEASURES = {
    "handling": "call_handling_s",
    "turnout": "mean_turnout_s",
    "drive": "mean_drive_s",
    "total": "mean_response_s",
}
"""Measure of table `cover_baseline` that each part is held against."""
MIX = "dwelling_fires"
"""Incidents that the plain means are of."""
COMPUTED = "dwelling fires, every crew there"


def figures_held(
    published_parts: pd.DataFrame,
    observed_changes: pd.DataFrame,
    /,
    *,
    baselines: Mapping[str, pd.DataFrame],
    scenario: str,
    owner: str,
) -> pd.DataFrame:
    """Hold published parts and observed changes against the computed ones.

    Args:
        published_parts: table of that name.
        observed_changes: table of that name.
        baselines: by scenario, table `cover_baseline`.
        scenario: whose baseline stands for today.
        owner: the study's fire service, a body_id.

    Returns:
        Table `figures_held`, parts first, each as its file has them.

    Raises:
        SchemaError: a change names a measure that is none.
    """
    measured = {name: table.set_index("measure")["value"] for name, table in baselines.items()}
    rows = [
        *(_part(row, measured[scenario], owner=owner)
          for row in each(PublishedPart, published_parts)),
        *_changes(observed_changes, measured, owner=owner),
    ]  # fmt: skip
    return conform(FIGURES_HELD, rows)


def _part(row: PublishedPart, measured: pd.Series, *, owner: str) -> dict[str, Any]:
    own = row.owner == owner
    alike = own and (row.mix == MIX or row.part == "handling")
    found = float(measured[MEASURES[row.part]]) if own else None
    allowed = row.rounding / 2 + row.spread_share * row.seconds
    said = "" if alike else _unlike(own=own)
    return {
        "kind": "part",
        "figure_id": row.part_id,
        "owner": row.owner,
        "period": row.period,
        "what": row.part,
        "mix": row.mix,
        "reference": row.seconds,
        "allowed": allowed,
        "computed": found,
        "computed_mix": COMPUTED if own else None,
        "within": abs(found - row.seconds) <= allowed if found is not None else None,
        "like": alike,
        "basis": row.basis,
        "said": said or None,
    }


def _unlike(*, own: bool) -> str:
    if not own:
        return "of another service: shown, not compared"
    return "unlike: of other incidents, or of crews that may be out; told, not judged"


def _changes(
    observed: pd.DataFrame, measured: Mapping[str, pd.Series], *, owner: str
) -> Iterator[dict[str, Any]]:
    known = set().union(*(table.index for table in measured.values()))
    if wrong := sorted(set(observed["measure"]) - known):
        raise SchemaError(
            f"observed_changes: no such measure: {some(wrong)}; expected some of "
            f"{', '.join(sorted(known))}. Correct `measure`."
        )
    for row in each(ObservedChange, observed):
        before, after = (
            measured[s][row.measure] for s in (row.scenario_before, row.scenario_after)
        )
        change = row.after - row.before
        allowed = row.rounding + row.spread_share * abs(change)
        alike = row.owner == owner
        yield {
            "kind": "change",
            "figure_id": row.change_id,
            "owner": row.owner,
            "period": row.period,
            "what": f"{row.what}: {row.measure}",
            "reference": change,
            "allowed": allowed,
            "computed": after - before,
            "within": abs(after - before - change) <= allowed,
            "like": alike,
            "basis": row.basis,
            "said": None if alike else _unlike(own=False),
        }
