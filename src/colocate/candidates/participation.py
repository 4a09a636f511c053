"""Who may take part, as what, and if not, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from colocate.tables import each, issue_rows
from colocate.tables.options import PARTICIPATION
from colocate.tables.roles import has_role
from colocate.tables.rows import Participation
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from colocate import study

_NOT_OFFERED = {
    "off": "a partner's site, and the study offers none (options.partner_hosts)",
    "where_no_good_fire_host": "a partner's site: no site without a good fire host near by has it "
    "as the nearest of its service",
    "all": "a partner's site: no site near by has it as the nearest of its service",
}
"""Why a partner's site hosts nobody, by what the study offers."""


def participation(
    located_sites: gpd.GeoDataFrame,
    spans: pd.DataFrame,
    /,
    *,
    on_road: set[str],
    reaching: set[str],
    settings: study.Options,
    fire_body: str,
) -> pd.DataFrame:
    """Decide for every located site whether it may host and move, and whether it counts in cover.

    Open sites of the study's own fire authority take part. Open sites of other services take part
    inside the fire area, or outside it when a participating fire site is within a tier. Fire
    stations of other authorities and over the border count for cover, and partners' sites not at
    all, unless they host (`hosts`). A site without a road route to another site takes no part:
    nothing can be said about a move. As a station it covers who lives on its own roads.

    Args:
        located_sites: table `located_sites`, sorted by site_id.
        spans: `nearness.spans`.
        on_road: sites with a road route to another.
        reaching: sites with a road route to people.
        settings: section `options` of the study.
        fire_body: the authority the study is about.

    Returns:
        Table `participation`, one row per located site; nobody only hosts as yet.
    """
    sites = located_sites
    is_open = sites["status"] == "open"
    fire = sites["service"] == "fire"
    partner = sites["service"].isin(settings.partner_hosts.services)
    own = fire & (sites["body_id"] == fire_body) & ~sites["over_border"]
    drivable = sites["site_id"].isin(on_road)
    usable = is_open & drivable
    responds = is_open & (drivable | sites["site_id"].isin(reaching))
    by_own = spans.loc[spans["near_site_id"].isin(sites.loc[usable & own, "site_id"]), "site_id"]
    near = sites["site_id"].isin(by_own)
    reasons = [
        (~is_open, sites["status"] + (" (" + sites["status_note"] + ")").fillna("")),
        (fire & ~own, "another fire authority's site: counts for cover only"),
        (~drivable, "no road route to or from any other site within the travel cut-off"),
        (partner, _NOT_OFFERED[settings.partner_hosts.offer]),
        (own, "open site of the study's fire authority"),
        (sites["in_area"], "open site inside the study's fire area"),
        (near, "open site outside the study's fire area, within a tier"),
    ]
    decided = pd.DataFrame(
        {
            "site_id": sites["site_id"],
            "takes_part": usable & (own | (~fire & ~partner & (sites["in_area"] | near))),
            "hosts_only": False,
            "covers": fire & responds & has_role(sites, "station"),
            "reason": _first(reasons),
        }
    )
    return conform(PARTICIPATION, decided.to_dict("records"))


def _first(reasons: Sequence[tuple[pd.Series, pd.Series | str]]) -> np.ndarray:
    """Give each site the first reason that holds for it."""
    return np.select(
        [holds.to_numpy() for holds, _ in reasons],
        [np.broadcast_to(text, len(holds)) for holds, text in reasons],
        default="outside the study's fire area and beyond its tiers",
    )


def left_out(participation: pd.DataFrame, /) -> pd.DataFrame:
    """List the sites that take no part as `issues` rows: excluded, or noted if they cover.

    Args:
        participation: table `participation`.
    """
    return issue_rows(
        ("candidates.generate", "located_sites", row.site_id,
         *(("cover_only", "note") if row.covers else ("takes_no_part", "excluded")),
         f"{row.site_id} is no host and no mover: {row.reason}.")
        for row in each(Participation, participation[~participation["takes_part"]])
    )  # fmt: skip
