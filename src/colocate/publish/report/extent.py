"""What the report of a large study carries: as many options and sites as open on any desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.tables import parts

if TYPE_CHECKING:
    import pandas as pd

    from colocate.publish.facts import Facts, Option
    from colocate.study.report import Report

OF_OPTIONS = frozenset({"search"})
OF_SITES = frozenset({"catchment", "building"})
"""Layers of drawings whose key is an option, or a site."""


def carried(facts: Facts, settings: Report, /) -> Facts:
    """Keep what the page carries: the first options of every list and rank group, and sites.

    Args:
        facts: what may be told of the run's options and sites.
        settings: how many.
    """
    order = sorted(facts.options, key=_rank)[: settings.most_options]
    kept = {option.option_id for option in order}
    options = tuple(option for option in facts.options if option.option_id in kept)
    own = {site for option in options for site in parts(option.site_ids)}
    sites = sorted(
        facts.sites.values(),
        key=lambda site: (site.site_id not in own, not site.takes_part, site.site_id),
    )
    kept = own | {site.site_id for site in sites[: settings.most_sites]}
    return facts._replace(
        options=options, sites={key: site for key, site in facts.sites.items() if key in kept}
    )


def _rank(option: Option) -> tuple[float, float, str]:
    score = option.score
    return (score.rank or np.inf, score.place or np.inf, option.option_id)


def drawn(drawings: pd.DataFrame, facts: Facts, /) -> pd.DataFrame:
    """Keep the drawings of what the page carries.

    Args:
        drawings: what `layers.drawings` returns.
        facts: what `carried` returns.
    """
    layer, key = drawings["layer"], drawings["key"]
    other = layer.isin(OF_OPTIONS) & ~key.isin({option.option_id for option in facts.options})
    other |= layer.isin(OF_SITES) & ~key.isin(set(facts.sites))
    return drawings[~other]


def left_out(whole: Facts, facts: Facts, /) -> list[str]:
    """Say what the page does not carry, and where it stands; nothing where it carries all.

    Args:
        whole: what may be told of the run.
        facts: what `carried` returns of it.
    """
    said = []
    if len(facts.options) < len(whole.options):
        said.append(
            f"The first {len(facts.options):,} of {len(whole.options):,} options, as deep in every "
            "list. Other weights rank these alone, ranges of ranks count them, and of a set the "
            "live list has only those among them. All options are in shortlist.csv, "
            "shortlist.xlsx and study.gpkg, and each has its sheet."
        )
    if len(facts.sites) < len(whole.sites):
        said.append(
            f"{len(facts.sites):,} of {len(whole.sites):,} sites: those of its options first. All "
            "are in study.gpkg."
        )
    return said
