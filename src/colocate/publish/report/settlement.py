"""What the report tells of whose money it is: targets, each body's gain, and rents that clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from colocate.money.target_shares import ALL
from colocate.publish.facts import settlement as words
from colocate.publish.report.columns import per_option
from colocate.tables import each
from colocate.tables.rows import TargetShare

if TYPE_CHECKING:
    from colocate.publish.facts import Facts

Tables = Mapping[str, pd.DataFrame]

BODY_COLUMNS = ("subject_id", "body_id", "supplied_gbp", "after_gbp", "npv_before_gbp",
                "npv_after_gbp")  # fmt: skip
PRINCIPLE_COLUMNS = ("subject_id", "principle", "outcome", "reason")


def settlement(facts: Facts, tables: Tables, /) -> dict[str, pd.DataFrame]:
    """Gather rents of options, and of sets the rents, bodies, principles and targets.

    Args:
        facts: the run's options.
        tables: a run's tables by name.
    """
    rents = tables["clearing_rents"]
    sets = rents.loc[rents["kind"] == "portfolio", "subject_id"].unique()
    said = [(one, text) for one in sets for text in words.rents(tables, one, kind="portfolio")]
    bodies = tables["clearing_by_body"]
    bodies = bodies.assign(body_id=bodies["body_id"].map(words.short_names(tables)))
    targets = tables["target_shares"]
    whole = targets[targets["body_id"] == ALL]
    shares = [words.with_rest(row) for row in each(TargetShare, whole)]
    targets = whole.assign(words=pd.Series(shares, whole.index, "str"))
    return {
        "clearing_rents": per_option(facts, "clearing", columns=("words",)),
        "rents_of_sets": pd.DataFrame(said, columns=["subject_id", "words"]),
        "bodies_of_sets": _of_sets(bodies, BODY_COLUMNS).round(0),
        "rent_principles": _of_sets(tables["clearing_principles"], PRINCIPLE_COLUMNS),
        "targets_of_sets": targets[["portfolio_id", "words"]],
    }


def _of_sets(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return rows.loc[rows["kind"] == "portfolio", list(columns)]
