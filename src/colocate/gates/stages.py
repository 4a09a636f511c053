"""Stage of gates: what may block an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.stage import joined, setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate.study import GateRule


@stage(
    "room at the hosts",
    makes=("space",),
    columns={
        "options": ("option_id", "host_site_id", "mover_site_ids"),
        "located_sites": ("site_id", "spare_m2"),
    },
)
def space(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    site_areas: pd.DataFrame,
    rules: Sequence[GateRule] = setting("gates"),
) -> Mapping[str, pd.DataFrame]:
    """Set what the movers of each option need beside what its host has."""
    from colocate.gates.space import space

    found = space(options, located_sites=located_sites, site_areas=site_areas, rules=rules)
    return {"space": found}


@stage(
    "gates",
    makes=("gates",),
    columns={
        "options": (
            *MOVES,
            "site_ids",
            "released_site_ids",
            "existing_share",
            "share_reason",
            "weak_site_ids",
        ),
        "located_sites": (
            "site_id",
            "name",
            "service",
            "body_id",
            "roles",
            "status",
            "desk",
            "custody_evidence",
            "tenure",
            "lease_end",
            "break_date",
            "gia_m2",
            "spare_m2",
            "parking_spaces",
            "listed",
            "flood_zone",
            "confidence",
            "as_of",
            "geometry",
        ),
    },
)
def gates(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    space: pd.DataFrame,
    evidence: pd.DataFrame,
    site_decisions: pd.DataFrame,
    bodies: pd.DataFrame,
    rules: Sequence[GateRule] = setting("gates"),
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Put every option to every gate."""
    from colocate.gates.decided import standing
    from colocate.gates.gates import gates

    decided = standing(site_decisions, bodies=bodies, as_of=as_of)
    found = gates(
        options,
        located_sites,
        effects={"cover": cover, "access": access, "space": space},
        rules=rules,
        as_of=as_of,
        evidence=evidence,
        decided=decided.by_site,
    )
    return {"gates": found.gates, "issues": joined(found.issues, decided.issues)}
