"""Options on three criteria, scored as a run scores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate import study
from colocate.scoring import scoring
from colocate.scoring.criteria import defaults
from colocate.scoring.ranking_basis import ranking_basis
from colocate.tables.choice import DRAWN_MEASURES, MEASURES
from colocate.tables.gates import GATES
from colocate.tables.schema import conform
from options_town import option, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


Raw = float | None | tuple[float, float, float]
"""A raw measure: a value, None where nobody knows it, or least, centre and most."""


def criterion(id_: str, weight: float, worst: float, best: float) -> study.Criterion:
    """A registered criterion on another scale."""
    given = defaults()[id_] | {"id": id_, "weight": weight, "worst": worst, "best": best}
    return study.Criterion.model_validate(given)


CRITERIA = (
    criterion("fire_cover", 30, -10_000, 10_000),
    criterion("proximity", 20, 600, 0),
    criterion("running_cost", 50, 0, 45_000),
)
ON_UNIT_SCALES = (criterion("fire_cover", 1, 0, 1), criterion("proximity", 1, 0, 1))
"""Two criteria of equal weight whose raw measures are values already."""


def measured(
    rows: Iterable[tuple[str, str, Raw]],
    *,
    criteria: Sequence[study.Criterion] = CRITERIA,
    basis: str = "computed",
) -> pd.DataFrame:
    """`measures` of (option, criterion, raw); raw is a value, a range, or None: not known."""
    scales = {criterion.id: criterion for criterion in criteria}
    return conform(
        MEASURES,
        (
            dict(zip(("low", "central", "high"), _range(raw, scales[id_]), strict=True))
            | {"option_id": option_id, "criterion": id_, "list": "stations", "unit": "u",
               "basis": "missing" if _unknown(raw) else basis}
            for option_id, id_, raw in rows
        ),
    )  # fmt: skip


def _unknown(raw: Raw) -> bool:
    return raw is None or (not isinstance(raw, tuple) and pd.isna(raw))


def _range(raw: Raw, scale: study.Scale) -> tuple[float, float, float]:
    if _unknown(raw):
        return scale.least, scale.centre.value, scale.most
    return raw if isinstance(raw, tuple) else (raw, raw, raw)


def settings(**changes) -> study.Robustness:
    given = {"top_k": 2, "weight_draws": 60, "weight_concentration": 50, "speed_draws": 4,
             "speed_spread": 0.15, "cost_spread": 0.25, "robust_share": 0.9,
             "robust_interval": 0.25, "fragile_share": 0.6}  # fmt: skip
    return study.Robustness.model_validate({**given, **changes})


def run(
    raw: Mapping[str, Sequence[Raw]],
    criteria: Sequence[study.Criterion] = CRITERIA,
    *,
    weights: Mapping[str, float] | None = None,
    failing: Sequence[str] = (),
    basis: str = "computed",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`contributions` and `scores` of {option_id: raw by criterion}; options `failing` a gate."""
    rows = [
        (o, c.id, v) for o, values in raw.items() for c, v in zip(criteria, values, strict=True)
    ]
    listed = options(*(option(o, "into_fire", members="FA;PA") for o in raw))
    gates = conform(GATES, ({"option_id": o, "gate": "custody", "outcome": "fail",
                             "mandatory": True, "reason": "r"} for o in failing))  # fmt: skip
    parts = scoring.contributions(
        measured(rows, criteria=criteria, basis=basis), criteria=criteria, weights=weights
    )
    return parts, scoring.scores(parts, listed, gates=gates)


def basis_of(
    parts: pd.DataFrame, scored: pd.DataFrame, criteria: Sequence[study.Criterion] = CRITERIA
) -> pd.DataFrame:
    """`ranking_basis` of what `run` gives."""
    listed = options(*(option(o, "into_fire", members="FA;PA") for o in scored["option_id"]))
    return ranking_basis(parts, scored, options=listed, criteria=criteria)


def drawn(rows: Mapping[tuple[int, str, str], float]) -> pd.DataFrame:
    """`drawn_measures` of {(draw, option, criterion): raw}."""
    return conform(DRAWN_MEASURES, (dict(zip(DRAWN_MEASURES.names, (*key, raw), strict=True))
                                    for key, raw in rows.items()))  # fmt: skip
