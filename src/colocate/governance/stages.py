"""Stages of governance: who must agree and when, what was decided, how an option could be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.stage import setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate import study


@stage(
    "approvals",
    makes=("approvals", "routes"),
    columns={
        "options": (*MOVES, "site_ids", "released_site_ids", "police_areas"),
        "located_sites": ("site_id", "service", "body_id", "confidence"),
    },
)
def approvals(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
    governance: pd.DataFrame,
    as_of: dt.date = setting("study.as_of"),
    rule_set: str = setting("rule_set"),
) -> Mapping[str, pd.DataFrame]:
    """Find who must agree to each option, in which order."""
    from colocate.governance.approval_routes import routes
    from colocate.governance.approvals import approvals

    given = {"cover": cover, "access": access, "bodies": bodies}
    path = approvals(
        options, located_sites, **given, governance=governance, rule_set=rule_set, as_of=as_of
    )
    return {
        "approvals": path,
        "routes": routes(options, located_sites, **given, approvals=path),
    }


@stage(
    "timeline",
    makes=("timeline",),
    columns={
        "options": ("option_id", "released_site_ids"),
        "located_sites": ("site_id", "name", "tenure", "lease_end", "break_date"),
    },
)
def timeline(
    approvals: pd.DataFrame,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Find when each stage of each option could begin and end."""
    from colocate.governance.timeline import timeline

    return {"timeline": timeline(approvals, options, located_sites=located_sites, as_of=as_of)}


@stage(
    "what outlives a body",
    makes=("successions",),
    columns={"located_sites": ("site_id", "body_id", "lease_end")},
)
def successions(
    bodies: pd.DataFrame,
    approvals: pd.DataFrame,
    located_sites: pd.DataFrame,
    targets: Sequence[study.Target] = setting("targets"),
    appraisal_years: study.Figure = setting("money.appraisal_years"),
    as_of: dt.date = setting("study.as_of"),
) -> NamedTuple:
    """Find what would run on after the body that answers for it has ended."""
    from colocate.governance.successions import outlived

    return outlived(
        bodies,
        approvals,
        located_sites=located_sites,
        targets=targets,
        appraisal_years=round(appraisal_years.value),
        as_of=as_of,
    )


@stage(
    "decision register",
    makes=("option_decisions",),
    columns={"options": ("option_id",)},
)
def decisions(
    options: pd.DataFrame,
    decisions: pd.DataFrame,
    bodies: pd.DataFrame,
    as_of: dt.date = setting("study.as_of"),
) -> NamedTuple:
    """Find where each option stands by the register."""
    from colocate.governance.decisions import decided

    return decided(options, decisions, bodies=bodies, as_of=as_of)


@stage(
    "ways of working together",
    makes=("delivery",),
    columns={
        "options": (*MOVES, "site_ids", "released_site_ids", "police_areas"),
        "located_sites": ("site_id", "service", "body_id"),
    },
)
def delivery(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
    vehicles: pd.DataFrame,
    as_of: dt.date = setting("study.as_of"),
    rule_set: str = setting("rule_set"),
) -> Mapping[str, pd.DataFrame]:
    """Find which ways of working together each option could take."""
    from colocate.governance.delivery import delivery

    found = delivery(
        options,
        located_sites,
        cover=cover,
        access=access,
        bodies=bodies,
        vehicles=vehicles,
        rule_set=rule_set,
        as_of=as_of,
    )
    return {"delivery": found}
