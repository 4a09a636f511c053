"""Options on three criteria, scored as a run scores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate import study
from colocate.scoring import scoring
from colocate.scoring.criteria import defaults
from colocate.tables.choice import DRAWN_MEASURES, MEASURES, RANK_GROUPS
from colocate.tables.gates import GATES
from colocate.tables.schema import conform
from options_town import option, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray


def criterion(id_: str, weight: float, worst: float, best: float) -> study.Criterion:
    """A registered criterion on another scale."""
    given = defaults()[id_] | {"id": id_, "weight": weight, "worst": worst, "best": best}
    return study.Criterion.model_validate(given)


def measured(
    rows: Iterable[tuple[str, str, float | None]], *, basis: str = "computed"
) -> pd.DataFrame:
    """`measures` of (option, criterion, raw value or None)."""
    return conform(
        MEASURES,
        (
            {"option_id": option_id, "criterion": id_, "unit": "u", "low": raw, "central": raw,
             "high": raw, "basis": "missing" if pd.isna(raw) else basis}
            for option_id, id_, raw in rows
        ),
    )  # fmt: skip


CRITERIA = (
    criterion("fire_cover", 30, -10_000, 10_000),
    criterion("proximity", 20, 600, 0),
    criterion("running_cost", 50, 0, 45_000),
)
ON_UNIT_SCALES = (criterion("fire_cover", 1, 0, 1), criterion("proximity", 1, 0, 1))
"""Two criteria of equal weight whose raw measures are values already."""


def codes(scored: pd.DataFrame) -> NDArray[np.int64]:
    """Number of each option's rank group; -1 for what is not ranked."""
    groups = scored["rank_group"].map(RANK_GROUPS.index, na_action="ignore")
    return groups.fillna(-1).to_numpy("int64")


def settings(**changes) -> study.Robustness:
    given = {"top_k": 2, "weight_draws": 60, "weight_concentration": 50, "speed_draws": 4,
             "speed_spread": 0.15, "cost_spread": 0.25, "robust_share": 0.9,
             "robust_interval": 0.25, "fragile_share": 0.6}  # fmt: skip
    return study.Robustness.model_validate({**given, **changes})


def run(
    raw: Mapping[str, Sequence[float | None]],
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
    parts = scoring.contributions(measured(rows, basis=basis), criteria=criteria, weights=weights)
    return parts, scoring.scores(parts, listed, gates=gates)


def drawn(rows: Mapping[tuple[int, str, str], float]) -> pd.DataFrame:
    """`drawn_measures` of {(draw, option, criterion): raw}."""
    return conform(DRAWN_MEASURES, (dict(zip(DRAWN_MEASURES.names, (*key, raw), strict=True))
                                    for key, raw in rows.items()))  # fmt: skip
