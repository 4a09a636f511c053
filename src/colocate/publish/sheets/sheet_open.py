"""The open part of a site sheet: what would happen, where, to whom, and who must agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish import words
from colocate.publish.sheets.localmap import Ground, Mark, Shown, marks
from colocate.publish.words import known
from colocate.tables import parts as listed

if TYPE_CHECKING:
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]

MOST_SITES = 6
MOST_STEPS = 9
LONGEST = {"title": 110, "name": 90, "text": 330, "line": 180}
"""Characters of each kind of text that keep a part on its page; the shortlist has all of it."""

MARKS = {"fire": "●", "police": "■"}
SIDES = (
    ("cover", "fire_changes", "of the first fire engine ({0:g} min from the answered call)",
     "no crewed station moves"),
    ("access", "desk_changes", "of a police desk ({1:g} min by car)", "no desk moves"),
)  # fmt: skip
ASKED = ("tenure", "lease_end", "break_date", "gia_m2", "site_area_m2", "parking_spaces", "epc",
         "condition", "listed", "flood_zone", "uprn")  # fmt: skip

OF_LEASES = ("lease_end", "break_date")
"""What a freehold does not have."""


def parts(seen: Tables, /, *, ground: Ground, study: Study, ranked: int) -> dict[str, Row]:
    """Return what the open part of each option's sheet says, by option_id.

    Args:
        seen: the open columns of some options and their sites (`released.open_part`).
        ground: the map below.
        study: the study of the run.
        ranked: how many options have a rank.
    """
    book = _Book(seen, ground, study=study, ranked=ranked)
    return {option["option_id"]: book.part(option) for option in rows(book.options)}


def rows(frame: pd.DataFrame, /) -> list[Row]:
    """Return a table as dictionaries, unknown as None."""
    plain = pd.DataFrame(frame).astype("object")
    found: list[Row] = plain.where(plain.notna(), None).to_dict("records")
    return found


def by_option(frame: pd.DataFrame, /) -> dict[str, list[Row]]:
    """Return a table's rows by option_id, in order."""
    found: dict[str, list[Row]] = {}
    for row in rows(frame):
        found.setdefault(row["option_id"], []).append(row)
    return found


def short(text: object, kind: str, /) -> str:
    """Text of a register in the length that its place on the page allows."""
    said = str(text)
    most = LONGEST[kind]
    return said if len(said) <= most else f"{said[: most - 1]}…"


def whole(value: object, /) -> str:
    """A count for people; unknown says so."""
    return f"{value:,.0f}" if known(value) else "not known"


class _Book:
    """The open tables of all options, ready to be looked up by option."""

    def __init__(self, seen: Tables, ground: Ground, *, study: Study, ranked: int) -> None:
        self.options = seen["options"].sort_values("option_id")
        self._ground, self._ranked = ground, ranked
        self._limits = (study.response.standards[0].limit_min.value, study.access.limit_min.value)
        located = seen["located_sites"]
        self._sites = {row["site_id"]: row for row in rows(located.drop(columns="geometry"))}
        self._services = {key: row["service"] for key, row in self._sites.items()}
        self._marks = {mark.site_id: mark for mark in marks(located)}
        self._rank = dict(zip(seen["scores"]["option_id"], seen["scores"]["rank"], strict=True))
        self._areas = _shapes(seen["areas_of_search"])
        self._new = _shapes(seen["new_sites"])
        self._sides = {name: by_option(seen[name]) for name in ("cover", "access")}
        self._approvals = by_option(seen["approvals"].sort_values(["option_id", "step", "body"]))
        self._decided = by_option(seen["option_decisions"])

    def part(self, option: Row) -> Row:
        """What the open part says of one option."""
        key = option["option_id"]
        ids = listed(option["site_ids"])
        sites = [self._sites[site] for site in ids]
        area = self._areas.get(key)
        hidden = len(ids) - MOST_SITES
        rank = self._rank.get(key)
        return {
            "title": short(option["title"], "title"),
            "kind": words.kind(option, self._services),
            "area": short(", ".join(listed(option["police_areas"])), "line"),
            "reference": short(key, "name"),
            "rank": f"Rank {rank:.0f} of {self._ranked}" if known(rank) else "Not ranked",
            "decision": _decision(self._decided.get(key, [])),
            "what_happens": short(option["what_happens"], "text"),
            "map": self._map(option, ids),
            "map_note": "" if area is not None or option["kind"] != "both_to_new"
            else "No area of search was found.",
            "sites": [_site(site, option) for site in sites[:MOST_SITES]],
            "more_sites": f"and {hidden} more sites, named in the shortlist" if hidden > 0 else "",
            "effects": list(self._effects(key)),
            "approvals": self._path(key),
            "gaps": _gaps(sites),
            "as_of": words.span(site["as_of"] for site in sites) or "undated",
            "sources": short(_sources(sites), "line"),
        }  # fmt: skip

    def _map(self, option: Row, ids: list[str]) -> str:
        host = listed(option["host_site_id"])
        key = option["option_id"]
        stands = None
        if host:
            stands = (self._marks[host[0]].x, self._marks[host[0]].y)
        elif key in self._new:
            stands = (self._new[key].x, self._new[key].y)
        shown = Shown(
            sites=[_named(self._marks[site]) for site in ids],
            stands=stands,
            movers=frozenset(listed(option["mover_site_ids"])),
            area=self._areas.get(key),
        )
        return self._ground.draw(shown, label=f"Map: {short(option['title'], 'title')}")

    def _effects(self, key: str) -> list[Row]:
        found = []
        for table, flag, label, nothing in SIDES:
            for row in self._sides[table].get(key, []):
                same = row["known"] and not row[flag]
                found.append(
                    {
                        "label": label.format(*self._limits),
                        "before": whole(row["people_before"]),
                        "after": nothing if same else whole(row["people_after"]),
                        "gained": "0" if same else whole(row["people_gained"]),
                        "lost": "0" if same else whole(row["people_lost"]),
                    }
                )
        return found

    def _path(self, key: str) -> list[str]:
        steps = self._approvals.get(key, [])
        told = dict.fromkeys(
            f"{short(step['body'], 'name')} ({step['action']}"
            f"{'' if step['certainty'] == 'evidenced' else ', not verified'})"
            for step in steps
        )
        path = list(told)
        rest = len(path) - MOST_STEPS
        return [*path[:MOST_STEPS], *([f"and {rest} more, in the shortlist"] if rest > 0 else [])]


def _shapes(frame: pd.DataFrame) -> dict[str, Any]:
    return dict(zip(frame["option_id"], frame["geometry"], strict=True))


def _named(mark: Mark) -> Mark:
    return mark._replace(name=short(mark.name, "name"))


def _decision(decided: list[Row]) -> str:
    for row in decided:
        if known(row["date"]):
            return f"{words.STANDING[row['status']]} {row['date']}"
    return words.STANDING["none"]


def _site(site: Row, option: Row) -> Row:
    stated = site["postcode"] if site["postcode_basis"] == "stated" else None
    place = [short(text, "name") for text in (site["town"], stated) if known(text)]
    dates = {"break": site["break_date"], "end": site["lease_end"]}
    return {
        "mark": MARKS.get(site["service"], "▲"),
        "name": short(site["name"], "name"),
        "part": _role(site["site_id"], option),
        "place": ", ".join(place) or "not known",
        "tenure": site["tenure"] or "not known",
        "lease": ", ".join(f"{word} {day}" for word, day in dates.items() if known(day))
        or ("none" if site["tenure"] == "freehold" else "not known"),
        "area": f"{site['gia_m2']:,.0f} m²" if known(site["gia_m2"]) else "not known",
    }


def _role(site: str, option: Row) -> str:
    if site in listed(option["host_site_id"]):
        return "stays"
    moves = site in listed(option["mover_site_ids"])
    freed = site in listed(option["released_site_ids"])
    return {(True, True): "moves, comes free", (True, False): "moves",
            (False, True): "comes free"}.get((moves, freed), "takes part")  # fmt: skip


def _sources(sites: list[Row]) -> str:
    return "; ".join(dict.fromkeys(site["source"] for site in sites)).rstrip(".")


def _gaps(sites: list[Row]) -> str:
    """Name the facts that nobody supplied for some of the sites."""
    held = [site for site in sites if site["tenure"] != "freehold"]
    open_facts = [
        name
        for name in ASKED
        if not all(known(site[name]) for site in (held if name in OF_LEASES else sites))
    ]
    said = ", ".join(name.removesuffix("_m2").replace("_", " ") for name in open_facts)
    return f"Not known of every site: {said}." if said else ""
