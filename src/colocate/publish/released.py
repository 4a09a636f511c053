"""What the decision register has opened: the only rows about named sites that agents may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from colocate.tables import parts

Tables = Mapping[str, pd.DataFrame]

CLOSED = ("declined", "withdrawn")
"""A decision against an option closes it to agents, whatever its release says."""

SOURCES: Mapping[str, tuple[str, ...]] = {
    "options": ("option_id", "kind", "title", "what_happens", "site_ids", "host_site_id",
                "mover_site_ids", "released_site_ids", "fire_area", "police_areas"),
    "scores": ("option_id", "rank"),
    "option_decisions": ("option_id", "status", "date", "decided_by", "release"),
    "approvals": ("option_id", "step", "body_id", "body", "action", "citation", "certainty"),
    "cover": ("option_id", "fire_changes", "known", "people_before", "people_after",
              "people_gained", "people_lost"),
    "access": ("option_id", "desk_changes", "known", "people_before", "people_after",
               "people_gained", "people_lost"),
    "areas_of_search": ("option_id", "geometry"),
    "new_sites": ("option_id", "geometry"),
    "located_sites": ("site_id", "name", "service", "body_id", "status", "town", "postcode",
                      "postcode_basis", "uprn", "tenure", "lease_end", "break_date", "gia_m2",
                      "site_area_m2", "spare_m2", "parking_spaces", "epc", "condition", "listed",
                      "flood_zone", "confidence", "source", "as_of", "over_border", "disclosure",
                      "geometry"),
}  # fmt: skip
"""All that agents may read of an option that is released: public and commercial columns only."""


def option_ids(tables: Tables, /) -> list[str]:
    """Return the options that agents may see with their sites named, by option_id.

    Released by a decision in force that bears a date and a body and is not against the option;
    and none of the option's sites is restricted, which no decision can change.
    """
    decided = tables["option_decisions"]
    stated = decided["date"].notna() & decided["decided_by"].notna()
    opened = stated & (decided["release"] == "agents") & ~decided["status"].isin(CLOSED)
    sites = tables["located_sites"]
    closed = set(sites.loc[sites["disclosure"] == "restricted", "site_id"])
    members = tables["options"].set_index("option_id")["site_ids"]
    return sorted(
        option
        for option in decided.loc[opened, "option_id"]
        if option in members.index and closed.isdisjoint(parts(members[option]))
    )


def view(tables: Tables, /) -> dict[str, pd.DataFrame]:
    """Return the tables of `SOURCES` with the released options and their own sites only."""
    return open_part(tables, option_ids(tables))


def open_part(tables: Tables, chosen: Collection[str], /) -> dict[str, pd.DataFrame]:
    """Return the tables of `SOURCES` with some options and their own sites only."""
    options = tables["options"]
    involved = options.loc[options["option_id"].isin(chosen), "site_ids"]
    sites = {site for listed in involved for site in parts(listed)}
    seen = {}
    for name, columns in SOURCES.items():
        frame = tables[name]
        by_site = name == "located_sites"
        kept = frame["site_id"].isin(sites) if by_site else frame["option_id"].isin(chosen)
        seen[name] = frame.loc[kept, list(columns)].reset_index(drop=True)
    return seen
