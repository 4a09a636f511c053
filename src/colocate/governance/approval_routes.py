"""The approval path of each option in one row: which forces, what consultation, which forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.governance.conditions import conditions
from colocate.governance.order import by_option
from colocate.tables import each, parts
from colocate.tables.gates import ROUTES
from colocate.tables.rows import Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from colocate.tables.rows import Approval

CONSULTATION = {"fire_cover_changes": "fire_cover", "desk_changes": "desk_access",
                "staff_move": "staff"}  # fmt: skip
"""What asks for consultation, by condition of table `governance`."""


def routes(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    approvals: pd.DataFrame,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
) -> pd.DataFrame:
    """Sum up the approval path of every option.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        approvals: table `approvals`; every option has a path.
        cover: table `cover`.
        access: table `access`.
        bodies: table `bodies`; a body without an alliance is outside it, if there is one.

    Returns:
        Table `routes`, sorted by option_id.
    """
    holding = conditions(options, located_sites, cover=cover, access=access, bodies=bodies)
    police = located_sites[located_sites["service"] == "police"].set_index("site_id")["body_id"]
    allied = bodies["alliance"].notna()
    alone = set(bodies.loc[~allied, "body_id"]) if allied.any() else set()
    paths = by_option(approvals)
    rows = []
    for option in each(Option, options.sort_values("option_id")):
        path, held = paths[option.option_id], holding[option.option_id]
        forces = {police[site] for site in parts(option.site_ids) if site in police.index}
        said = [step.legal_form for step in path if isinstance(step.legal_form, str)]
        rows.append(
            {
                "option_id": option.option_id,
                "outside_alliance": _listed(sorted(forces & alone)),
                "cross_force": "cross_force" in held,
                "consultation": _listed(CONSULTATION[c] for c in CONSULTATION if c in held),
                "consulted": _listed(step.body_id for step in path if step.action == "consult"),
                "first_body": _listed(_first(path)),
                "n_steps": max(step.step for step in path),
                "n_unknown": sum(step.certainty != "evidenced" for step in path),
                "legal_forms": _listed(form for text in said for form in text.split("; ")),
            }
        )
    return conform(ROUTES, rows)


def _first(path: Iterable[Approval]) -> Iterable[str]:
    """Bodies of the first step at which anybody decides."""
    decided = [step for step in path if step.phase == "decision"]
    first = min((step.step for step in decided), default=0)
    return [step.body_id for step in decided if step.step == first]


def _listed(items: Iterable[str]) -> str | None:
    return ";".join(dict.fromkeys(items)) or None
