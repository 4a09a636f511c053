"""Tables by the names that people use: those of the inputs, in the singular, with hyphens."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from colocate.errors import OptionError
from colocate.tables import TABLES
from colocate.tables.vocabulary import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.tables import Table

ALSO: Mapping[str, str] = {
    "demand": "demand_points", "register": "sites", "registers": "sites", "estate": "sites",
    "stations": "sites", "areas": "boundaries", "labels": "places", "buildings": "site_buildings",
    "postcodes": "gazetteer", "roads": "road_edges", "stops": "bus_stops", "shortlist": "scores",
    "rules": "governance", "organisations": "bodies", "times": "site_to_demand",
}  # fmt: skip
"""What people call a table beside its own name."""


def named(name: str, /) -> Table:
    """Return the table that somebody means by a name.

    Args:
        name: the table's own, an input's, or another that people use, in any case.

    Raises:
        OptionError: there is none; the nearest names are told.
    """
    known = {key(each): each for each in (*ALSO, *TABLES)}
    known |= {each.removesuffix("s"): known[each] for each in list(known) if each[:-1] not in known}
    found = known.get(key(name))
    if found is None:
        near = difflib.get_close_matches(key(name), known, n=3, cutoff=0.6)
        meant = ", ".join(dict.fromkeys(known[each] for each in near))
        hint = f"did you mean {meant}? " if meant else ""
        raise OptionError(f"no table called {name!r}; {hint}there are {', '.join(TABLES)}")
    return TABLES[ALSO.get(found, found)]
