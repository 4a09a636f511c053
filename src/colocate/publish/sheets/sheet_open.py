"""The open part of a site sheet: what would happen, where, to whom, and who must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts import words
from colocate.publish.facts.amounts import known, whole
from colocate.publish.facts.words import cut
from colocate.publish.sheets.localmap import Ground, Shown, mark
from colocate.tables import parts as listed
from colocate.tables.text import two_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from colocate.publish.facts import Facts, Option, Site
    from colocate.publish.facts.effect_records import Access, Cover
    from colocate.study import Study

Row = dict[str, Any]

MOST_SITES = 6
MOST_STEPS = 9
LONGEST = {"title": 110, "name": 90, "text": 330, "line": 180}
"""Characters of each kind of text that keep a part on its page; the shortlist has all of it."""

MARKS = {"fire": "●", "police": "■"}
ASKED = ("tenure", "lease_end", "break_date", "gia_m2", "site_area_m2", "parking_spaces", "epc",
         "condition", "listed", "flood_zone", "uprn")  # fmt: skip

AREA_MARKS = {"computed": "*", "assumed": "†"}
"""What the sheet's note on areas explains."""

OF_LEASES = ("lease_end", "break_date")
"""What a freehold does not have."""


def _nowhere(option: Option) -> bool:
    return option.area_of_search is None and option.kind == "both_to_new"


def _mapped(option: Option) -> bool:
    return any(site.area and site.area.outline for site in option.sites)


MAP_NOTES = (
    ("No area of search was found.", _nowhere),
    ("Below left: the sites' buildings on the map, enlarged.", _mapped),
)
"""What is said below the map, and of which options."""


def parts(facts: Facts, /, *, ground: Ground, study: Study) -> dict[str, Row]:
    """Return what the open part of each option's sheet says, by option_id.

    Args:
        facts: some options, cut to what an open page may tell.
        ground: the map below.
        study: the study of the run.
    """
    return {
        option.option_id: _part(option, ground=ground, study=study)
        | {"rank": _rank(option) if facts.ranked else ""}
        for option in facts.options
    }


def short(text: str, kind: str, /) -> str:
    """Text of a register in the length that its place on the page allows.

    Args:
        text: as the register has it.
        kind: the place, one of `LONGEST`.
    """
    return cut(text, LONGEST[kind])


def _part(option: Option, *, ground: Ground, study: Study) -> Row:
    """What the open part says of one option."""
    hidden = len(option.sites) - MOST_SITES
    return {
        "title": short(option.title, "title"),
        "kind": option.kind_words,
        "area": short(", ".join(listed(option.police_areas)), "line"),
        "reference": short(option.option_id, "name"),
        "decision": words.decided_on(option.decision),
        "what_happens": short(option.what_happens, "text"),
        "map": _map(option, ground),
        "map_note": " ".join(note for note, holds in MAP_NOTES if holds(option)),
        "sites": [_site(site, option) for site in option.sites[:MOST_SITES]],
        "area_note": _area_note(option.sites[:MOST_SITES]),
        "more_sites": f"and {hidden} more sites, named in the shortlist" if hidden > 0 else "",
        "effects": list(_effects(option, study)),
        "approvals": _path(option),
        "gaps": _gaps(option.sites),
        "as_of": option.as_of or "undated",
        "sources": short(_sources(option.sites), "line"),
    }


def _rank(option: Option) -> str:
    score = option.score
    return "Not ranked" if score.rank is None else f"Rank {score.rank_words} of {score.of_list}"


def _map(option: Option, ground: Ground) -> str:
    stands = option.host or option.new_site
    shown = Shown(
        sites=[mark(site)._replace(name=short(site.name, "name")) for site in option.sites],
        stands=(stands.geometry.x, stands.geometry.y) if stands else None,
        movers=frozenset(listed(option.mover_site_ids)),
        area=option.area_of_search.geometry if option.area_of_search else None,
    )
    return ground.draw(shown, label=f"Map: {short(option.title, 'title')}")


def _effects(option: Option, study: Study) -> Iterator[Row]:
    response = study.response.standards[0].limit_min.value
    desk = study.access.limit_min.value
    fire = f"of the first fire engine ({response:g} min from the answered call)"
    police = f"of a police desk ({desk:g} min by car)"
    cover, access = option.cover, option.access
    nothing = None if cover.fire_changes else "no crewed station moves"
    yield _effect(cover, label=fire, nothing=nothing)
    yield _effect(access, label=police, nothing=None if access.desk_changes else "no desk moves")


def _effect(effect: Cover | Access, *, label: str, nothing: str | None) -> Row:
    """One row of the table; `nothing` says why nothing changes, where that is so."""
    same = effect.known and nothing is not None
    return {
        "label": label,
        "before": whole(effect.people_before),
        "after": nothing if same else whole(effect.people_after),
        "gained": "0" if same else whole(effect.people_gained),
        "lost": "0" if same else whole(effect.people_lost),
    }


def _path(option: Option) -> list[str]:
    path = words.path(option.approvals, longest=LONGEST["name"])
    rest = len(path) - MOST_STEPS
    return [*path[:MOST_STEPS], *([f"and {rest} more, in the shortlist"] if rest > 0 else [])]


def _site(site: Site, option: Option) -> Row:
    place = [short(text, "name") for text in (site.town, site.stated_postcode) if text is not None]
    dates = {"break": site.break_date, "end": site.lease_end}
    return {
        "mark": MARKS.get(site.service, "▲"),
        "name": short(site.name, "name"),
        "part": _role(site.site_id, option),
        "place": ", ".join(place) or "not known",
        "tenure": site.tenure or "not known",
        "lease": ", ".join(f"{word} {day}" for word, day in dates.items() if day is not None)
        or ("none" if site.tenure == "freehold" else "not known"),
        "area": _area(site),
    }


def _area(site: Site) -> str:
    """The recorded area; else a range with a mark that the table's note explains."""
    if site.gia_m2 is not None:
        return f"{site.gia_m2:,.0f} m²"
    mapped = site.area
    if mapped is None or mapped.mapped_low_m2 is None or mapped.mapped_high_m2 is None:
        return "not known"
    low, high = two_figures(mapped.mapped_low_m2), two_figures(mapped.mapped_high_m2)
    return f"{low} to {high} m²{AREA_MARKS[str(mapped.mapped_basis)]}"


def _area_note(sites: Sequence[Site]) -> str:
    """Explain the marks that the sites' areas bear."""
    areas = "".join(_area(site) for site in sites)
    said = {
        "*": "* computed from the map's outline: its ground by storeys",
        "†": "† assumed of such sites: no sure outline",
    }
    return "; ".join(note for mark, note in said.items() if mark in areas)


def _role(site: str, option: Option) -> str:
    if site == option.host_site_id:
        return "stays"
    moves = site in listed(option.mover_site_ids)
    freed = site in listed(option.released_site_ids)
    return {(True, True): "moves, comes free", (True, False): "moves",
            (False, True): "comes free"}.get((moves, freed), "takes part")  # fmt: skip


def _sources(sites: Sequence[Site]) -> str:
    return "; ".join(dict.fromkeys(site.source for site in sites)).rstrip(".")


def _gaps(sites: Sequence[Site]) -> str:
    """Name the facts that nobody supplied for some of the sites."""
    leased = [site for site in sites if site.tenure != "freehold"]
    open_facts = [
        name
        for name in ASKED
        if not all(known(getattr(site, name)) for site in (leased if name in OF_LEASES else sites))
    ]
    said = ", ".join(name.removesuffix("_m2").replace("_", " ") for name in open_facts)
    return f"Not known of every site: {said}." if said else ""
