"""Whose money a set or an option is, in words: targets, and the rent that clears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.money.prices import two_figures
from colocate.money.target_shares import ALL
from colocate.publish.facts.amounts import known, pounds
from colocate.tables import each
from colocate.tables.rows import ClearingByBody, ClearingRent, TargetShare

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    Tables = Mapping[str, pd.DataFrame]

BEST = "best"
BUILDINGS_ALONE = (
    "At the centre buildings alone do not reach it; functions, fleet and systems are not counted."
)


def toward_targets(tables: Tables, portfolio_id: str = BEST, /) -> list[str]:
    """Say for each target what a set brings towards it, in the order of the study.

    Args:
        tables: the run's tables by name.
        portfolio_id: the set.
    """
    rows = tables["target_shares"]
    own = rows[(rows["portfolio_id"] == portfolio_id) & (rows["body_id"] == ALL)]
    return [with_rest(row) for row in each(TargetShare, own)]


def with_rest(row: TargetShare, /) -> str:
    """Return the words of a target, and that buildings alone do not reach it where they do not.

    Args:
        row: of table `target_shares`.
    """
    reached = [share for share in (row.share, row.share_after_rent) if known(share)]
    short = reached and 0 < max(reached) < 1
    return f"{row.words} {BUILDINGS_ALONE}" if short else str(row.words)


def rents(tables: Tables, subject_id: str, /, *, kind: str) -> list[str]:
    """Say what would clear between the bodies of an option or a set, a sentence a pair.

    Args:
        tables: the run's tables by name.
        subject_id: the option or the set.
        kind: `option` or `portfolio`.
    """
    rows = tables["clearing_rents"]
    own = rows[(rows["kind"] == kind) & (rows["subject_id"] == subject_id)]
    return by_subject(own, tables).get(subject_id, [])


def by_subject(rents: pd.DataFrame, tables: Tables, /) -> dict[str, list[str]]:
    """Say what would clear, a sentence a pair, by option or set.

    Args:
        rents: rows of table `clearing_rents` of one kind.
        tables: the run's tables by name.
    """
    if rents.empty:
        return {}
    names = short_names(tables)
    found: dict[str, list[ClearingRent]] = {}
    for row in each(ClearingRent, rents):
        found.setdefault(row.subject_id, []).append(row)
    return {
        subject: list(dict.fromkeys(rent(row, names, alone=len(own) == 1) for row in own))
        for subject, own in found.items()
    }


def short_names(tables: Tables, /) -> dict[str, str]:
    """Return what each body is called.

    Args:
        tables: the run's tables by name.
    """
    bodies = tables["bodies"]
    return dict(zip(bodies["body_id"], bodies["short_name"], strict=True))


def rent(row: ClearingRent, names: Mapping[str, str], /, *, alone: bool) -> str:
    """Write a row of table `clearing_rents` as a sentence.

    Args:
        row: the row.
        names: what bodies are called.
        alone: whether it is the only rent of its option or set.
    """
    payer, payee = names[row.payer_id], names[row.payee_id]
    if known(row.none_reason):
        return str(row.none_reason)
    if row.least_gbp == row.rent_gbp == row.most_gbp == 0:
        return f"Nothing need pass between {payer} and {payee}."
    works = ""
    if known(row.payer_works_share):
        works = f" and bear {row.payer_works_share:.0%} of all works"
    return (
        f"{payer} would pay {payee} {pounds(row.rent_gbp)} a year{works}, so that nobody loses; "
        f"anything from {pounds(row.least_gbp)} to {pounds(row.most_gbp)} would do"
        f"{'' if alone else ', other rents following'}. Nobody loses in {row.holds_share:.0%} of "
        f"the range of savings and costs ({row.basis})."
    )


def by_body(
    tables: Tables, portfolio_id: str = BEST, /, *, assumed: bool
) -> list[tuple[str, str, str]]:
    """Return each body of a set: its name, what it gains a year, and with the rent that clears.

    Args:
        tables: the run's tables by name.
        portfolio_id: the set.
        assumed: whether any of it is assumed, and so told to two figures.
    """
    rows = tables["clearing_by_body"]
    own = rows[(rows["kind"] == "portfolio") & (rows["subject_id"] == portfolio_id)]
    names = short_names(tables)

    def said(value: float) -> str:
        if not known(value):
            return pounds(None)
        return pounds(two_figures(value) if assumed else value)

    return [
        (names[row.body_id], said(row.supplied_gbp), said(row.after_gbp))
        for row in each(ClearingByBody, own)
    ]
