"""Stage of candidates: what could be looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.spread import ALONE, Spread
from colocate.stage import joined, setting, stage
from colocate.tables.places import SERVES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.study import Offer, Options


CONSIDERED = (
    *SERVES, "name", "body_id", "status_note", "crewing", "share_status", "share_with", "address",
    "town", "postcode", "postcode_basis", "uprn", "confidence", "as_of", "notes", "fire_area",
    "police_area", "in_area", "geometry",
)  # fmt: skip
"""What makes a site take part, and what an option's title and doubts tell of it."""


@stage(
    "pairs, clusters and options",
    makes=("participation", "pairs", "clusters", "options"),
    columns={"located_sites": CONSIDERED},
    by_part=("located_sites", "today_site_to_demand", "today_site_to_site", "bodies"),
)
def options(
    located_sites: pd.DataFrame,
    today_site_to_demand: pd.DataFrame,
    today_site_to_site: pd.DataFrame,
    bodies: pd.DataFrame,
    fire_body: str = setting("study.fire_body"),
    settings: Options = setting("options"),
    offer: Offer = setting("edits.offer"),
    spread: Spread = ALONE,
) -> Mapping[str, pd.DataFrame]:
    """Find who takes part, which sites are near enough, and the options that follow."""
    from colocate.candidates.generate import generate
    from colocate.candidates.scenario_filter import offered

    made = generate(
        located_sites,
        today_site_to_site,
        settings=settings,
        fire_body=fire_body,
        reaching=today_site_to_demand["site_id"].unique(),
        spread=spread,
    )
    kept = offered(made.options, located_sites, bodies=bodies, offer=offer)
    issues = joined(made.issues, kept.issues)
    return {**made._asdict(), "options": kept.options, "issues": issues}
