"""The approval path of each option in one row: which forces, what consultation, which forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.governance.conditions import conditions
from colocate.tables import each, parts
from colocate.tables.gates import ROUTES
from colocate.tables.rows import Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

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
    paths = dict(iter(approvals.groupby("option_id")))
    rows = []
    for option in each(Option, options.sort_values("option_id")):
        path, held = paths[option.option_id], holding[option.option_id]
        forces = {police[site] for site in parts(option.site_ids) if site in police.index}
        forms = (form for text in path["legal_form"].dropna() for form in text.split("; "))
        rows.append(
            {
                "option_id": option.option_id,
                "outside_alliance": _listed(sorted(forces & alone)),
                "cross_force": "cross_force" in held,
                "consultation": _listed(CONSULTATION[c] for c in CONSULTATION if c in held),
                "consulted": _listed(path.loc[path["action"] == "consult", "body_id"]),
                "first_body": _listed(_first(path)),
                "n_steps": path["step"].max(),
                "n_unknown": (path["certainty"] != "evidenced").sum(),
                "legal_forms": _listed(forms),
            }
        )
    return conform(ROUTES, rows)


def _first(path: pd.DataFrame) -> Iterable[str]:
    """Bodies of the first step at which anybody decides."""
    decided = path[path["phase"] == "decision"]
    return list(decided.loc[decided["step"] == decided["step"].min(), "body_id"])


def _listed(items: Iterable[str]) -> str | None:
    return ";".join(dict.fromkeys(items)) or None
