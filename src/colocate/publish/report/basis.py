"""What the order of each list rests on, as people read it beside the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts import amounts, words
from colocate.scoring.summary import rests_on
from colocate.tables import each
from colocate.tables.choice import ALL
from colocate.tables.rows import RankingBasi

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from colocate.study.choice import Criterion


def basis(ranking_basis: pd.DataFrame, /, *, criteria: Iterable[Criterion]) -> list[dict[str, Any]]:
    """Say of each list and rank group what its order rests on: a sentence, and its figures.

    Args:
        ranking_basis: table `ranking_basis`.
        criteria: criteria of the study, which have labels.

    Returns:
        One entry a list and rank group, in the order of the ranking: `title`, `said` and `rows`
        (criterion, share of the spread, the part of it that is assumed, rank correlation with
        drive time); no rows where nothing tells the options apart.
    """
    labels = {criterion.id: criterion.label for criterion in criteria}
    blocks = ranking_basis.groupby(["list", "rank_group"], sort=False)
    return [
        {
            "title": words.block(name, group),
            "said": rests_on(ranking_basis, labels=labels, list_name=name, rank_group=group),
            "rows": _rows(of, labels={**labels, ALL: "All together"}),
        }
        for (name, group), of in blocks
    ]


def _rows(block: pd.DataFrame, *, labels: dict[str, str]) -> list[tuple[str, str, str, str]]:
    if not block["varies"].any():
        return []
    return [
        (
            labels[row.criterion],
            _percent(row.spread_share) if row.varies else "the same",
            _percent(row.spread_assumed) if row.varies else "–",
            f"{row.drive_rho:.2f}".replace("-", "−") if amounts.known(row.drive_rho) else "–",
        )
        for row in each(RankingBasi, block)
    ]


def _percent(share: float | None) -> str:
    return f"{share:.0%}".replace("-0%", "0%").replace("-", "−") if amounts.known(share) else "–"
