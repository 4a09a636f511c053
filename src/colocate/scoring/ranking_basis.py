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

from typing import TYPE_CHECKING, Any

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
    drive = options.set_index("option_id")["travel_time_s"]
    ranked = scores[scores["rank"].notna()].sort_values("place").set_index("option_id")
    of_each = {
        name: part.set_index("option_id") for name, part in contributions.groupby("criterion")
    }
    rows: list[dict[str, Any]] = []
    for (name, group), of in ranked.groupby(["list", "rank_group"], sort=False):
        found = [_criterion(of_each[each.id], of, drive=drive) | {"criterion": each.id}
                 for each in criteria]  # fmt: skip
        found.append(_all(found, of, drive=drive))
        rows += [{"list": name, "rank_group": group, "n_options": len(of)} | row for row in found]
    return conform(RANKING_BASIS, rows)


def _criterion(
    contributed: pd.DataFrame, ranked: pd.DataFrame, *, drive: pd.Series
) -> dict[str, Any]:
    at = contributed.index.get_indexer(ranked.index)
    contribution, value, low, high, weight = (
        contributed[name].to_numpy()[at]
        for name in ("contribution", "value", "value_low", "value_high", "weight")
    )
    score = ranked["score"].to_numpy()
    apart = score - score.mean()
    spread = float((apart**2).sum())
    made = (contribution - contribution.mean()) * apart
    unsure = contributed["basis"].isin(UNSURE).to_numpy()[at]
    n_values = len(np.unique(value))
    return {
        "weight": weight[0],
        "varies": n_values > 1,
        "n_values": n_values,
        "assumed_share": unsure.mean(),
        "spread_share": made.sum() / spread if spread > FLAT else None,
        "spread_assumed": made[unsure].sum() / spread if spread > FLAT else None,
        "drive_rho": drive_rho(pd.Series(contribution, ranked.index), drive),
        "n_separated": _apart(
            ranked["score_low"].to_numpy() + 100 * weight * (value - low),
            ranked["score_high"].to_numpy() + 100 * weight * (value - high),
        ),
    }


def _all(found: list[dict[str, Any]], ranked: pd.DataFrame, *, drive: pd.Series) -> dict[str, Any]:
    score, low, high = (ranked[name].to_numpy() for name in ("score", "score_low", "score_high"))
    points = pd.Series(millionths(score), index=ranked.index)
    n_values = points.nunique()
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
        "n_decided": float(ranked["decided_from_next"].fillna(value=False).sum()),
        "n_separated": _apart(low, high),
        "n_different": float(_apart(score, score)),
    }


def _apart(low: Floats, high: Floats) -> int:
    """Count the pairs of options whose ranges do not meet."""
    least, most = (np.sort(millionths(end)) for end in (low, high))
    return int((len(least) - np.searchsorted(least, most, "right")).sum())


def drive_rho(scored: pd.Series, drive: pd.Series, /) -> float | None:
    """Spearman's rank correlation of an order, highest first, with the drive, nearest first.

    Args:
        scored: by option_id.
        drive: seconds by option_id; options without are left out.
    """
    driven = drive.reindex(scored.index).to_numpy("float64")
    known = ~(np.isnan(driven) | scored.isna().to_numpy())
    one, other = (_ranks(values[known]) for values in (-scored.to_numpy("float64"), driven))
    if known.sum() < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(pd.Series(one).corr(pd.Series(other)))


def _ranks(values: Floats) -> Floats:
    """Rank values from 1, equals in the middle of the places they take."""
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2)[at]
    return ranks
