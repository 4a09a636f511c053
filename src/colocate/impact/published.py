"""Published parts of the response, and what changes did to it, beside ours: like with like.

A published mean is of one service, of some incidents, over a period, and has noise. It is compared
with the computed mean of the same service and the same mix of incidents, expected over crews that
may be out; any other is shown beside it and judged by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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
"""Measure that each part is held against."""
PLAIN = "dwelling"
"""Kind of incident that the means of table `cover_baseline` are of."""
OF_ANOTHER = "of another service: shown, not compared"
UNLIKE = "unlike, of other incidents: told, not judged"


class Computed(NamedTuple):
    """What figures are held against.

    Attributes:
        baselines: by scenario, table `cover_baseline`.
        by_mix: table `response_by_mix` of the scenario that stands for today.
        scenario: that scenario.
        owner: the study's fire service, a body_id.
    """

    baselines: Mapping[str, pd.DataFrame]
    by_mix: pd.DataFrame
    scenario: str
    owner: str


def figures_held(
    published_parts: pd.DataFrame, observed_changes: pd.DataFrame, /, *, computed: Computed
) -> pd.DataFrame:
    """Hold published parts and observed changes against the computed ones.

    Args:
        published_parts: table of that name.
        observed_changes: table of that name.
        computed: what they are held against.

    Returns:
        Table `figures_held`, parts first, each as its file has them.

    Raises:
        SchemaError: a change names a measure that is none.
    """
    parts = (_part(row, computed) for row in each(PublishedPart, published_parts))
    return conform(FIGURES_HELD, [*parts, *_changes(observed_changes, computed)])


def _part(row: PublishedPart, computed: Computed) -> dict[str, Any]:
    own = row.owner == computed.owner
    found = _of_mix(row, computed) if own else {}
    alike = bool(found) or (own and row.part == "handling")
    if own and not found:
        plain = computed.baselines[computed.scenario].set_index("measure")["value"]
        found = {"expected": float(plain[MEASURES[row.part]])}
        alike = alike or row.mix == PLAIN
    allowed = row.rounding / 2 + row.spread_share * row.seconds
    value = found.get("expected")
    return {
        "kind": "part",
        "figure_id": row.part_id,
        "owner": row.owner,
        "period": row.period,
        "what": row.part,
        "mix": row.mix,
        "reference": row.seconds,
        "allowed": allowed,
        "computed": value,
        "computed_best": found.get("best"),
        "computed_worst": found.get("worst"),
        "within": abs(value - row.seconds) <= allowed if value is not None else None,
        "like": alike,
        "basis": row.basis,
        "said": None if alike else UNLIKE if own else OF_ANOTHER,
    }


def _of_mix(row: PublishedPart, computed: Computed) -> dict[str, float]:
    """The part for the mix that the figure is of, by case; nothing where the study has no such."""
    table = computed.by_mix
    same = table[(table["mix"] == row.mix) & (table["measure"] == MEASURES[row.part])]
    known = same[same["value"].notna()]
    return dict(zip(known["case"], known["value"].astype(float), strict=True))


def _changes(observed: pd.DataFrame, computed: Computed) -> Iterator[dict[str, Any]]:
    measured = {
        name: table.set_index("measure")["value"] for name, table in computed.baselines.items()
    }
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
        alike = row.owner == computed.owner
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
            "said": None if alike else OF_ANOTHER,
        }
