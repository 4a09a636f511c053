"""The open page of a site sheet: what would happen, where, to whom, and who must agree."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from colocate.publish import svg
from colocate.publish.facts import paths, words
from colocate.publish.facts.amounts import known, whole
from colocate.publish.facts.words import cut
from colocate.publish.sheets.localmap import Ground, Mark, Shown, mark
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
LONGEST = {"title": 150, "name": 90, "line": 200, "text": 330, "note": 1100}
"""Characters of each kind of text that keep it on its page; the shortlist has all of it."""

MARKS = {"fire": "●", "police": "■"}
ASKED = {
    "tenure": "tenure", "lease_end": "lease end", "break_date": "lease break",
    "gia_m2": "internal area", "site_area_m2": "site area", "parking_spaces": "parking",
    "epc": "energy rating", "condition": "condition", "listed": "listing",
    "flood_zone": "flood zone", "uprn": "property number",
}  # fmt: skip
"""What estates teams are asked of a site, in words."""

AREA_MARKS = {"computed": "*", "assumed": "†"}
"""What the sheet's note on areas explains."""

DESK_MARK = "‡"
DESK_ASSUMED = (
    f"{DESK_MARK} assumed: no source says that the desk is open to the public; if it is not, "
    "nothing changes"
)

OF_LEASES = ("lease_end", "break_date")
"""What a freehold does not have."""


def _nowhere(option: Option) -> bool:
    return option.area_of_search is None and option.kind == "both_to_new"


def _mapped(option: Option) -> bool:
    return any(site.area and site.area.outline for site in option.sites)


MAP_NOTES = (
    ("Small: other sites.", lambda _, ground: ground.others),
    ("No area of search was found.", lambda option, _: _nowhere(option)),
    (
        "Below left: buildings of the sites so numbered, enlarged.",
        lambda option, _: _mapped(option),
    ),
)
"""What is said below the map, and of which options."""


def parts(facts: Facts, /, *, ground: Ground, study: Study) -> dict[str, Row]:
    """Return what the open page of each option says, by option_id.

    Args:
        facts: some options, cut to what an open page may tell.
        ground: the map below.
        study: the study of the run.
    """
    return {
        option.option_id: _part(option, ground=ground, study=study)
        | {"rank": rank(option) if facts.ranked else ""}
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
    """What the open page says of one option."""
    return {
        **head(option),
        "about": words.decided_on(option.decision),
        "decided": short(option.decided or "", "text"),
        "map": _map(option, ground),
        "map_note": " ".join(note for note, holds in MAP_NOTES if holds(option, ground)),
        "effects": list(_effects(option, study)),
        "effects_note": DESK_ASSUMED if _assumed(option) else "",
        "approvals": _path(option),
        "ready": short(paths.ready(option.timeline), "text"),
        "timeline": _timeline(option),
        "gaps": _gaps(option.sites),
        "as_of": option.as_of or "undated",
        "sources": _sources(option.sites),
    }


def head(option: Option, /) -> Row:
    """What an option is and which sites take part, as both of its pages have it.

    Args:
        option: the option.
    """
    shown = option.sites[:MOST_SITES]
    hidden = len(option.sites) - MOST_SITES
    return {
        "title": short(option.title, "title"),
        "kind": option.kind_words,
        "area": short(", ".join(listed(option.police_areas)), "line"),
        "reference": short(option.option_id, "name"),
        "what_happens": short(option.what_happens, "text"),
        "sites": [_site(site, option) for site in shown],
        "area_note": _area_note(shown),
        "more_sites": f"and {hidden} more sites, named in the shortlist" if hidden > 0 else "",
    }


def rank(option: Option, /) -> str:
    """Where an option stands in its list, and where it may.

    Args:
        option: the option.
    """
    score = option.score
    if score.rank is None:
        return "Not ranked"
    said = f"Rank {score.rank_words} of {score.of_list}"
    if score.rank_low == score.rank_high:
        return said
    return f"{said} ({score.rank_low:.0f} to {score.rank_high:.0f} while figures are not known)"


def _map(option: Option, ground: Ground) -> str:
    if option.option_id in ground.drawn:
        return ground.drawn[option.option_id]
    stands = option.host or option.new_site
    shown = Shown(
        sites=marked([mark(site) for site in option.sites]),
        stands=(stands.geometry.x, stands.geometry.y) if stands else None,
        movers=frozenset(listed(option.mover_site_ids)),
        area=option.area_of_search.geometry if option.area_of_search else None,
    )
    return drawn_map(ground, shown, title=option.title)


def drawn_map(ground: Ground, shown: Shown, /, *, title: str) -> str:
    """Draw the map of an option.

    Args:
        ground: what it is cut from.
        shown: what it is about.
        title: of the option.
    """
    return ground.draw(shown, label=f"Map: {short(title, 'title')}")


def marked(sites: Sequence[Mark], /) -> list[Mark]:
    """Return an option's sites as its map shows them.

    Their buildings are there only where their number stands in the table.

    Args:
        sites: the option's own sites, in order.
    """
    named = [site._replace(name=short(site.name, "name")) for site in sites]
    return [s if n < MOST_SITES else s._replace(outline=None) for n, s in enumerate(named)]


def _effects(option: Option, study: Study) -> Iterator[Row]:
    response = study.response.standards[0].limit_min.value
    desk = study.access.limit_min.value
    fire = f"of the first fire engine ({response:g} min from the answered call)"
    mark = DESK_MARK if _assumed(option) else ""
    cover, access = option.cover, option.access
    nothing = None if cover.fire_changes else "no crewed station moves"
    yield _effect(cover, label=fire, nothing=nothing)
    nothing = None if access.desk_changes else "no desk moves"
    police = f"of a police desk ({desk:g} min by car){mark}"
    yield _effect(access, label=police, nothing=nothing)
    for walk in (row for row in option.effects if row.measure == "people_within_walk"):
        limit = study.walking.limit_min.value
        yield {
            "label": f"of a police desk ({limit:g} min on foot, roughly){mark}",
            "before": whole(walk.before),
            "after": nothing or whole(walk.after),
            "gained": whole(walk.gained),
            "lost": whole(walk.lost),
        }


def _assumed(option: Option) -> bool:
    """Whether the desk that moves is taken from its site's role alone."""
    return option.access.desk_changes and option.access.basis == "assumed"


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
    path = paths.path(option.approvals, longest=LONGEST["name"])
    rest = len(path) - MOST_STEPS
    return [*path[:MOST_STEPS], *([f"and {rest} more, in the shortlist"] if rest > 0 else [])]


def _timeline(option: Option) -> str:
    """Draw when the groups of stages could begin and end, with a line at each new year."""
    bars = list(paths.bars(option.timeline))
    if not bars:
        return ""
    first = dt.date.fromisoformat(bars[0].start_earliest)
    last = max(dt.date.fromisoformat(bar.end_usual) for bar in bars)
    whole = max((last - first).days, 1)

    def at(day: str) -> float:
        return (dt.date.fromisoformat(day) - first).days / whole

    years = [f"{year}-01-01" for year in range(first.year + 1, last.year + 1)]
    return svg.spans(
        [(bar.name, [at(day) for day in bar[1:]]) for bar in bars],
        marks=[(at(day), day[:4]) for day in years],
        label=paths.ready(option.timeline),
    )


def _site(site: Site, option: Option) -> Row:
    place = [short(text, "name") for text in (site.town, site.stated_postcode) if text is not None]
    dates = {"break": site.break_date, "end": site.lease_end}
    lease = ", ".join(f"{word} {day}" for word, day in dates.items() if day is not None)
    if not lease and site.tenure not in {None, "freehold"}:
        lease = "end not known"
    return {
        "mark": MARKS.get(site.service, "▲"),
        "name": short(site.name, "name"),
        "part": _role(site.site_id, option),
        "place": ", ".join(place) or "not known",
        "tenure": ", ".join(filter(None, [site.tenure, lease])) or "not known",
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
    """Name as many of the sites' sources as there is room for, and how many more there are."""
    first, *others = dict.fromkeys(site.source.rstrip(".") for site in sites)
    said = short(first, "text")
    for n, source in enumerate(others):
        if len(said) + len(source) > LONGEST["text"]:
            return f"{said}; and {len(others) - n} more, in the shortlist."
        said = f"{said}; {source}"
    return f"{said}."


def _gaps(sites: Sequence[Site]) -> str:
    """Name the facts that nobody supplied for some of the sites."""
    leased = [site for site in sites if site.tenure != "freehold"]
    open_facts = [
        name
        for name in ASKED
        if not all(known(getattr(site, name)) for site in (leased if name in OF_LEASES else sites))
    ]
    said = ", ".join(ASKED[name] for name in open_facts)
    return f"Not known of every site: {said}." if said else ""
