"""What the order rests on: which criteria vary, what each makes of the spread, how much is assumed.

With contributions x_ic of option i, scores s_i = sum over c of x_ic, and means over the options of
one list and rank group,

    spread_share_c   = sum over i of (x_ic - mean x_c)(s_i - mean s) / sum over i of (s_i - mean s)²

which is cov(x_c, s) / var(s), so that the shares add up to 1. Each option's term stands for itself,
so the part that is assumed or unknown is the sum over the options whose measure is so.

Two options are told apart where the least score of one is above the other's most. What a criterion
keeps from being told apart shows where it is put at its centre for every option, all else as it is:
with weight w and values v, low_i becomes low_i + 100 w (v_i - v_low_i), and high_i alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.scoring.ranking import millionths
from colocate.tables.choice import ALL, RANKING_BASIS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from colocate import study

    Floats = NDArray[np.float64]

UNSURE = ("assumed", "missing")
FLAT = 1e-9
"""Sum of squares, in points, below which scores do not differ."""


class _Contributed(NamedTuple):
    """What a criterion makes of options."""

    contribution: Floats
    value: Floats
    value_low: Floats
    value_high: Floats
    weight: Floats
    unsure: NDArray[np.bool_]


def ranking_basis(
    contributions: pd.DataFrame,
    scores: pd.DataFrame,
    /,
    *,
    options: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> pd.DataFrame:
    """Say what the order of every list and rank group rests on.

    Args:
        contributions: table `contributions`.
        scores: table `scores`; only ranked options count.
        options: table `options`, for the drive times.
        criteria: the study's criteria, whose order the rows keep; `all` comes last.

    Returns:
        Table `ranking_basis`, lists and rank groups in the order in which they are ranked.
    """
    ranked = scores[scores["rank"].notna()].sort_values("place", ignore_index=True)
    ids = pd.Index(ranked["option_id"])
    drive = _in_order(options, ids)["travel_time_s"].to_numpy("float64")
    made = {
        each.id: _contributed(_in_order(contributions[contributions["criterion"] == each.id], ids))
        for each in criteria
    }
    rows: list[dict[str, Any]] = []
    for (name, group), of in ranked.groupby(["list", "rank_group"], sort=False):
        own = of.index.to_numpy()
        ends = tuple(of[name].to_numpy() for name in ("score_low", "score", "score_high"))
        found = [
            _criterion(_Contributed(*(part[own] for part in made[each.id])), ends, drive=drive[own])
            | {"criterion": each.id}
            for each in criteria
        ]
        decided = float(of["decided_from_next"].fillna(value=False).sum())
        found.append(_all(found, ends, drive=drive[own]) | {"n_decided": decided})
        rows += [{"list": name, "rank_group": group, "n_options": len(of)} | row for row in found]
    return conform(RANKING_BASIS, rows)


def _in_order(rows: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    return rows.iloc[pd.Index(rows["option_id"]).get_indexer(ids)]


def _contributed(rows: pd.DataFrame) -> _Contributed:
    """Lay out table `contributions` of one criterion."""
    figures = (rows[name].to_numpy() for name in _Contributed._fields[:-1])
    return _Contributed._make([*figures, rows["basis"].isin(UNSURE).to_numpy()])


def _criterion(
    of: _Contributed, ends: tuple[Floats, Floats, Floats], *, drive: Floats
) -> dict[str, Any]:
    low, score, high = ends
    apart = score - score.mean()
    spread = float((apart**2).sum())
    made = (of.contribution - of.contribution.mean()) * apart
    n_values = len(np.unique(of.value))
    return {
        "weight": of.weight[0],
        "varies": n_values > 1,
        "n_values": n_values,
        "assumed_share": of.unsure.mean(),
        "spread_share": made.sum() / spread if spread > FLAT else None,
        "spread_assumed": made[of.unsure].sum() / spread if spread > FLAT else None,
        "drive_rho": drive_rho(of.contribution, drive),
        "n_separated": _apart(
            low + 100 * of.weight * (of.value - of.value_low),
            high + 100 * of.weight * (of.value - of.value_high),
        ),
    }


def _all(
    found: list[dict[str, Any]], ends: tuple[Floats, Floats, Floats], *, drive: Floats
) -> dict[str, Any]:
    low, score, high = ends
    points = millionths(score)
    n_values = len(np.unique(points))
    shares = [row["spread_assumed"] for row in found]
    known = None not in shares
    return {
        "criterion": ALL,
        "weight": min(1.0, sum(row["weight"] for row in found)),
        "varies": n_values > 1,
        "n_values": n_values,
        "assumed_share": min(1.0, sum(row["weight"] * row["assumed_share"] for row in found)),
        "spread_share": 1.0 if known else None,
        "spread_assumed": sum(shares) if known else None,
        "drive_rho": drive_rho(points, drive),
        "n_separated": _apart(low, high),
        "n_different": float(_apart(score, score)),
    }


def _apart(low: Floats, high: Floats) -> int:
    """Count the pairs of options whose ranges do not meet."""
    least, most = (np.sort(millionths(end)) for end in (low, high))
    return int((len(least) - np.searchsorted(least, most, "right")).sum())


def drive_rho(scored: Floats, drive: Floats, /) -> float | None:
    """Spearman's rank correlation of an order, highest first, with the drive, nearest first.

    Args:
        scored: of each option.
        drive: seconds of each; options without are left out.
    """
    known = ~(np.isnan(drive) | np.isnan(scored))
    one, other = (_ranks(values[known]) for values in (-scored, drive))
    if known.sum() < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(pd.Series(one).corr(pd.Series(other)))


def _ranks(values: Floats) -> Floats:
    """Rank values from 1, equals in the middle of the places they take."""
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2)[at]
    return ranks
