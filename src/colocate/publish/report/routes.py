"""Paths of decisions as the page carries them: each act once, each path once."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import paths
from colocate.publish.report.columns import by_column

if TYPE_CHECKING:
    from colocate.publish.facts import Facts

ACT = ("phase", "who", "action", "task", "form", "days", "citation", "certainty")


def routes(facts: Facts, /) -> dict[str, Any]:
    """Gather the paths of all options: what a path holds is its acts' places in the list of acts.

    Args:
        facts: what may be told of the run's options, by option_id.

    Returns:
        `acts`, by column; `paths`, each with its acts and when people could have moved; `path_of`,
        the place of each option's path; `outlived`, bodies that end before what they would sign.
    """
    told = attrgetter(*ACT)
    acts: dict[tuple[Any, ...], int] = {}
    found: dict[tuple[Any, ...], int] = {}
    path_of = []
    for option in facts.options:
        rows = map(told, paths.acts(option.approvals))
        places = tuple(acts.setdefault(row, len(acts)) for row in rows)
        end = paths.moved(option.timeline)
        days = (paths.month(end.end_earliest), paths.month(end.end_usual)) if end else ("", "")
        path_of.append(found.setdefault((places, *days), len(found)))
    ends = {
        row.body: (row.body, row.ends, row.successors, row.certainty)
        for option in facts.options
        for row in option.successions
    }
    return {
        "acts": by_column(pd.DataFrame([*acts], columns=[*ACT])),
        "paths": [
            {"acts": list(places), "earliest": earliest, "usual": usual}
            for places, earliest, usual in found
        ],
        "path_of": path_of,
        "outlived": by_column(
            pd.DataFrame([*ends.values()], columns=["body", "ends", "successors", "certainty"])
        ),
    }
