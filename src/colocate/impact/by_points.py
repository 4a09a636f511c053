"""How far cover and access rest on where people are taken to live: the same on other points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact import weighted
from colocate.tables.demand import COVER_BY_POINTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from colocate.impact.access import Desks
    from colocate.impact.crews import Crews

    Row = dict[str, Any]


class Laid(NamedTuple):
    """Crews and desks against one choice of points."""

    fire: Crews
    police: Desks


def cover_by_points(study: Laid, areas: Laid, /, *, demand_units: pd.DataFrame) -> pd.DataFrame:
    """Count who is within the standards today, on other points than the study's.

    Args:
        study: on the study's points.
        areas: with each area as one point.
        demand_units: table `demand_units`, the study's points.

    Returns:
        Table `cover_by_points`: as the study counts, then with equal parts, then by areas.
    """
    listed = demand_units.set_index("demand_id").loc[study.fire.demand["demand_id"]]
    by_area = listed.groupby("area_id")["people"]
    equal = (by_area.transform("sum") / by_area.transform("size")).to_numpy()
    rows = [
        *_rows("study", study, people=study.fire.people),
        *_rows("equal", study, people=equal),
        *_rows("areas", areas, people=areas.fire.people),
    ]
    own = {(row["side"], row["standard"]): row["people"] for row in rows[: len(rows) // 3]}
    for row in rows:
        row["people_more"] = row["people"] - own[row["side"], row["standard"]]
    return conform(COVER_BY_POINTS, rows)


def _rows(points: str, laid: Laid, *, people: np.ndarray) -> Iterator[Row]:
    fire, police = laid
    expected, best = (fire.cases[case].now for case in ("expected", "best"))
    for number, standard in enumerate(fire.response.standards):
        yield _row(
            points, "fire", standard=standard.name, limit_s=fire.limits_s[number], people=people,
            chance=expected.within[number], best=best.within[number], time_s=expected.time_s,
        )  # fmt: skip
    soonest, limit_s = police.served.now.soonest, police.settings.limit_min.value * 60
    near = (soonest <= limit_s).astype("float64")
    yield _row(
        points, "police", standard="desk", limit_s=limit_s, people=people, chance=near, best=near,
        time_s=soonest,
    )  # fmt: skip


def _row(
    points: str, side: str, *, standard: str, limit_s: float, people: np.ndarray,
    chance: np.ndarray, best: np.ndarray, time_s: np.ndarray,
) -> Row:  # fmt: skip
    total, within = float(people.sum()), float((people * chance).sum())
    return {
        "points": points, "side": side, "standard": standard, "limit_s": float(limit_s),
        "n_points": int((people > 0).sum()), "people": within,
        "people_best": float((people * best).sum()),
        "people_share": within / total if total else None,
        "mean_s": weighted.mean(time_s, weights=people, among=np.isfinite(time_s)),
    }  # fmt: skip
