"""How sure each rank is: other weights, speeds and costs, what is not known, and all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.scoring.breakeven import break_evens
from colocate.scoring.drawn_ranks import Draw, Ranked, drawn_ranks, ranked_options
from colocate.scoring.scoring import weight_shares
from colocate.scoring.stability import stability
from colocate.tables import TABLES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from colocate import study
    from colocate.scoring.drawn_ranks import Floats


class Robust(NamedTuple):
    """Tables made here."""

    robustness: pd.DataFrame
    stability: pd.DataFrame
    break_even: pd.DataFrame


def robustness(
    contributions: pd.DataFrame,
    scores: pd.DataFrame,
    /,
    *,
    ranking_basis: pd.DataFrame,
    drawn_measures: pd.DataFrame,
    criteria: Sequence[study.Criterion],
    settings: study.Robustness,
    seed: int,
    unready: str = "",
) -> Robust:
    """Say how sure the rank of every option is, what would change it, and what dominates it.

    Args:
        contributions: table `contributions`, under the agreed weights of `criteria`.
        scores: table `scores`; options without a rank are left out.
        ranking_basis: table `ranking_basis`.
        drawn_measures: table `drawn_measures`; what has no row in it keeps its measure. Empty if
            speeds were not drawn: `speeds` is then one draw, the study as it stands.
        criteria: the study's criteria.
        settings: section `robustness` of the study.
        seed: the study's.
        unready: what no rank can rest on, in a few words; empty if the study is ready.

    Returns:
        Tables `robustness`, `stability` and `break_even`, in order of option_id.
    """
    ranked = ranked_options(contributions, scores, ranking_basis=ranking_basis, criteria=criteria)
    drawn = list(
        drawn_ranks(ranked, drawn_measures, criteria=criteria, settings=settings, seed=seed)
    )
    return Robust(
        _robustness(ranked, drawn, top_k=settings.top_k),
        stability(ranked, drawn, unready=unready, settings=settings),
        _break_even(ranked, criteria=criteria, top_k=settings.top_k),
    )


def _robustness(ranked: Ranked, drawn: Sequence[Draw], *, top_k: int) -> pd.DataFrame:
    parts = []
    for draw in drawn:
        low, middle, high = draw.interval
        top = draw.rank <= top_k
        parts.append(
            pd.DataFrame(
                {
                    "option_id": ranked.option_id,
                    "varied": draw.varied,
                    "n_draws": len(draw.rank),
                    "rank_low": low,
                    "rank_median": middle,
                    "rank_high": high,
                    "share_first": (draw.rank == 1).mean(axis=0),
                    "share_top": top.mean(axis=0),
                    "share_top_error": standard_error(top, independent=draw.independent),
                }
            )
        )
    table = TABLES["robustness"]
    kinds = {draw.varied: number for number, draw in enumerate(drawn)}
    rows = pd.concat(parts).astype({c.name: c.dtype for c in table.columns})
    order = rows["option_id"].rank(method="dense"), rows["varied"].map(kinds)
    return rows.iloc[np.lexsort(order[::-1])].reset_index(drop=True)


def standard_error(inside: NDArray[np.bool_], /, *, independent: int) -> Floats:
    """Monte Carlo standard error of the share of draws that are inside.

    Args:
        inside: draws × options.
        independent: how many draws are independent of each other: draw d and draw d + independent
            share a network. Where these are fewer than all, the shares by network are what varies.
    """
    share = inside.mean(axis=0)
    if independent == len(inside) or independent < 2:
        error: Floats = np.sqrt(share * (1 - share) / len(inside))
        return error
    by_network = [inside[first::independent].mean(axis=0) for first in range(independent)]
    spread: Floats = np.std(by_network, axis=0, ddof=1) / np.sqrt(independent)
    return spread


def _break_even(ranked: Ranked, *, criteria: Sequence[study.Criterion], top_k: int) -> pd.DataFrame:
    shares = np.array(weight_shares([criterion.weight.value for criterion in criteria]))
    found = break_evens(
        ranked.value,
        shares=shares,
        lists=ranked.listed,
        groups=ranked.group,
        rank=ranked.rank,
        top_k=top_k,
    )
    rows = (
        {
            "option_id": option_id,
            "criterion": criterion.id,
            "weight": share,
            "break_even": at,
            "change": "never" if np.isnan(at) else "leaves" if rank <= top_k else "enters",
        }
        for option_id, rank, line in zip(ranked.option_id, ranked.rank, found, strict=True)
        for criterion, share, at in zip(criteria, shares, line, strict=True)
    )
    return conform(TABLES["break_even"], rows)
