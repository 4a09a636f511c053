"""Where functions of the back office are housed: which sites, and which options of the estate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.functions.outcomes import AS_TODAY
from colocate.tables import each, parts
from colocate.tables.rows import LocatedSite, Option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    import pandas as pd

HOUSED_IN = {
    "Fleet": ("workshop",),
    "Learning & Workforce Development": ("training",),
    "Stores": ("stores",),
}
"""Roles of sites that house a function."""
OFFICES = ("headquarters",)
"""Of any other function: assumed, for a register does not say who sits where."""
KINDS = ("hq", "depot", "training")
"""Kinds of options between sites of like function."""
SPACE = {
    "in_house": "stays", "contracted_in": "room_for_others", "contracted_out": "comes_free",
    "mutual": "let", "collaboration": "once_for_all", "alliance": "once_for_all",
    "alliance_single_leadership": "once_for_all",
}  # fmt: skip
"""What becomes of the room that a function takes."""


class Housing:
    """The open sites and the options between them, ready to be asked about a function."""

    def __init__(self, options: pd.DataFrame, located_sites: pd.DataFrame) -> None:
        """Take tables `options` and `located_sites`."""
        self._having: dict[tuple[str, str], list[str]] = {}
        standing = located_sites[located_sites["status"] == "open"].sort_values("site_id")
        for site in each(LocatedSite, standing):
            for role in parts(site.roles):
                self._having.setdefault((site.body_id, role), []).append(site.site_id)
        chosen = options[options["kind"].isin(KINDS)]
        self._options = list(each(Option, chosen.sort_values("option_id")))
        self._body = dict(zip(located_sites["site_id"], located_sites["body_id"], strict=True))

    def sites(self, function: str, body_id: str) -> list[str]:
        """Return the body's open sites that house a function, by their roles.

        Args:
            function: area of focus.
            body_id: the body.
        """
        roles = HOUSED_IN.get(function, OFFICES)
        found = {site for role in roles for site in self._having.get((body_id, role), ())}
        return sorted(found)

    def options(
        self, sites: AbstractSet[str], way: str, *, among: AbstractSet[str] | None
    ) -> Iterator[str]:
        """Yield the options of the estate that would house a function run in a way.

        Args:
            sites: the body's own that house it.
            way: one of `WAYS`.
            among: bodies that take part; None: whoever would.
        """
        if way in {AS_TODAY, "mutual"}:
            return
        for option in self._options:
            members = set(parts(option.site_ids))
            host = {option.host_site_id} if isinstance(option.host_site_id, str) else members
            fits = {
                "contracted_in": bool(host & sites),
                "contracted_out": bool(host - sites),
            }.get(way, True)
            joined = among is None or {self._body[site] for site in members} <= among
            if members & sites and fits and joined:
                yield option.option_id
