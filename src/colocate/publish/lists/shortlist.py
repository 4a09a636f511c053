"""The ranked shortlist with everything in it, for the authorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate.publish.facts import words
from colocate.publish.lists.fields import (
    HOST_COLUMNS,
    INTERNAL,
    INTERNAL_FORMAT,
    internal,
    names,
    values,
)

if TYPE_CHECKING:
    from colocate.publish.facts import Facts, Option
    from colocate.study import Study

COLUMNS = names(INTERNAL)
"""After these come raw_…, value_… and contribution_… for each criterion, as in the study."""

BY_CRITERION = ("raw", "value", "contribution")

CHECKED = (*(f"host_{name}" for name in HOST_COLUMNS), "host_postcode", "net_saving_gbp",
           "npv_central_gbp")  # fmt: skip
"""Columns that `data_gaps` names where they are empty."""


def rows(facts: Facts, /, *, study: Study) -> pd.DataFrame:
    """Return every option with its figures, by rank; options without a rank come last.

    Args:
        facts: the run's options with all their fields.
        study: the study of the run.

    Returns:
        Columns as `fields.internal` describes them.
    """
    every = {
        "notice": f"{words.internal(facts.disclosure)} {study.study.notice}".strip(),
        "licence_notice": words.licence(study),
        "format": INTERNAL_FORMAT,
    }
    listed = []
    for option in facts.options:
        row = values(INTERNAL, option) | every | _by_criterion(option)
        gaps = [name for name in CHECKED if row[name] is None]
        listed.append(row | {"data_gaps": ", ".join(gaps) or None})
    frame = pd.DataFrame(listed, columns=list(names(internal(study))))
    return frame.sort_values(["place", "option_id"], ignore_index=True)


def _by_criterion(option: Option) -> dict[str, float | None]:
    return {
        f"{name}_{row.criterion}": getattr(row, name)
        for name in BY_CRITERION
        for row in option.contributions
    }
