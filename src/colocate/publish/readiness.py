"""What a run lacks, as it stands at the head of the report and at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def lacks(tables: Mapping[str, pd.DataFrame], /) -> list[str]:
    """Say what a run lacks, a sentence each, the worst first; nothing where it lacks nothing.

    Args:
        tables: the run's tables by name.
    """
    rows = tables["readiness"]
    said = [] if len(tables["options"]) else [_no_option(tables)]
    for state in ("stops", "warns"):
        said += rows.loc[rows["state"] == state, "message"].tolist()
    return said


def _no_option(tables: Mapping[str, pd.DataFrame]) -> str:
    """Say that there is no option, and how far it came to one."""
    sites = tables["located_sites"].set_index("site_id")["service"]
    part = tables["participation"]
    taking = part.loc[part["takes_part"], "site_id"].map(sites).value_counts().sort_index()
    who = ", ".join(f"{count:,} of {service}" for service, count in taking.items()) or "none"
    return (
        f"NO OPTION, so nothing is ranked: sites that take part: {who}; pairs near enough: "
        f"{len(tables['pairs']):,}. Why a site takes no part stands in issues.csv; the tiers stand "
        "in section options of the study file."
    )
