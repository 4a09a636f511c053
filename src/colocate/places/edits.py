"""A scenario's edits of sites: closed, opened or moved, and noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.errors import StudyError, some
from colocate.tables import issue_rows
from colocate.tables.places import SITES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.study import SiteEdit

ABOUT_THE_PLACE = (
    "address", "town", "postcode", "postcode_basis", "postcode_given", "grid_reference",
    "declared_area", "uprn",
)  # fmt: skip
"""What a register says of where a site stands: no longer true of one that moves."""


class Edited(NamedTuple):
    """Tables made here."""

    sites: pd.DataFrame
    issues: pd.DataFrame


def edit(sites: pd.DataFrame, edits: Sequence[SiteEdit], /) -> Edited:
    """Return the registers' sites as a scenario would have them.

    Args:
        sites: table `sites`, unchanged by this.
        edits: sites closed, opened (again, or as new ones) or moved.

    Returns:
        Table `sites`, sorted by site_id, and a note in `issues` for every edit.

    Raises:
        StudyError: an edit names a site that is in no register, and does not say enough of it
            to open it as a new one.
    """
    known = set(sites["site_id"])
    if lost := [e.site_id for e in edits if e.site_id not in known and not e.is_new]:
        raise StudyError(
            f"edits.sites: {some(sorted(lost))} in no register; expected a site_id of the study, "
            "or for a new site what = 'open' with easting, northing, service, body_id and roles."
        )
    edited = sites.set_index("site_id", drop=False)
    new = [_new(each) for each in edits if each.site_id not in known]
    for each in edits:
        if each.site_id in known:
            for name, value in _changes(each).items():
                edited.loc[each.site_id, name] = value
    frame = pd.concat([edited.reset_index(drop=True), conform(SITES, new)], ignore_index=True)
    notes = [
        ("places", "sites", each.site_id, "scenario_edit", "note", _told(each)) for each in edits
    ]
    return Edited(frame.sort_values("site_id", ignore_index=True), issue_rows(notes))


def moved(edits: Sequence[SiteEdit], /) -> list[str]:
    """Return the sites that a scenario puts elsewhere: no point signed before is theirs.

    Args:
        edits: the scenario's edits of sites.
    """
    return [each.site_id for each in edits if each.easting is not None]


def _changes(edit: SiteEdit) -> dict[str, Any]:
    if edit.what == "close":
        return {"status": "closed", "status_note": _told(edit)}
    changes: dict[str, Any] = {"status_note": _told(edit)}
    if edit.what == "open":
        changes["status"] = "open"
    if edit.easting is not None:
        changes |= dict.fromkeys(ABOUT_THE_PLACE) | {
            "easting": edit.easting,
            "northing": edit.northing,
            "coordinate_source": "register",
            "coordinate_error_m": 0.0,
        }
    if edit.crewing:
        changes["crewing"] = ";".join(edit.crewing)
    if edit.roles:
        changes["roles"] = ";".join(edit.roles)
    return changes


def _new(edit: SiteEdit) -> dict[str, Any]:
    return {
        "site_id": edit.site_id,
        "name": edit.name or edit.site_id,
        "service": edit.service,
        "body_id": edit.body_id,
        "over_border": False,
        "confidence": "low",
        "source": "scenario",
        "disclosure": "restricted",
        **_changes(edit),
    }


def _told(edit: SiteEdit) -> str:
    word = {"close": "closed", "open": "open", "move": "moved"}[edit.what]
    where = "" if edit.easting is None else f" at {edit.easting:.0f}, {edit.northing:.0f}"
    return f"{word}{where} in this scenario"
