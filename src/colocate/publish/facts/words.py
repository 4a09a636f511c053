"""How facts are put into words: names of states, and the sentences about an option."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from colocate.tables.text import two_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from colocate.publish.facts.audiences import Reach
    from colocate.publish.facts.effect_records import Access, Cover
    from colocate.publish.facts.records import Decision, Gate
    from colocate.publish.facts.site_records import Site
    from colocate.study import Study
    from colocate.tables.rows import SiteArea

KINDS: Mapping[str, str] = {
    "into_fire": "Another service into fire",
    "into_other": "Into another service",
    "into_partner": "Into a partner’s site",
    "both_to_new": "All to a new site",
    "touchdown": "Touchdown desk",
    "hq": "Headquarters",
    "depot": "Depot",
    "training": "Training",
}
MATCHED: Mapping[str, str] = {
    "sure": "its own",
    "likely": "likely its own",
    "doubtful": "perhaps another's",
}
"""How sure it is that an outline of the map is a site's own."""
STATUSES: Mapping[str, str] = {
    "recommended": "Recommended",
    "investigate": "Investigate",
    "blocked": "Blocked",
    "existing": "Existing share",
}
RANK_GROUPS: Mapping[int, str] = {
    1: "weak evidence: is the site there, and what is it?",
    2: "moves a fire crew: the authority alone decides",
}
"""What holds an option back although no gate fails (DSFRA/16/5, 5.18)."""
GROUPS: Mapping[int, str] = {
    0: "that can be acted on",
    1: "with a site of weak evidence",
    2: "that would move a fire crew",
    3: "that are blocked",
}
"""What the options of a rank group are."""
GROUP_TITLES: Mapping[int, str] = {
    0: "Can be acted on",
    1: "Weakly evidenced: is it there, and what is it?",
    2: "Only the authority’s decision on crews",
    3: "Blocked",
}
"""Rank groups as headings."""
LISTS: Mapping[str, str] = {
    "stations": "stations",
    "headquarters": "headquarters",
    "depots": "depots",
    "training": "training sites",
}
"""Lists that options are ranked in, by what they are about."""

UNTOLD = "no change the method can tell"
"""What is said of a change within the study's tolerance: `too_small` in column `change`."""

MONEY_BASES: Mapping[str, str] = {
    "recorded": "recorded figures",
    "assumed": "assumed figures",
    "unknown": "a figure is missing, so the net saving is not known",
}
OBJECTIVES: Mapping[str, str] = {
    "net_saving": "most running cost saved a year",
    "npv": "highest net present value",
    "released": "most sites released",
    "score": "highest sum of scores",
}
"""What a set of options is chosen for."""
STABILITY: Mapping[str, str] = {
    "robust": "Robust",
    "contested": "Contested",
    "undecided": "Undecided",
    "fragile": "Fragile",
}
DECISIONS: Mapping[str, str] = {
    "none": "No decision on this option in the register",
    "proposed": "Proposed",
    "deferred": "Deferred",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}
"""Where an option stands by the decision register."""

OUTCOMES: Mapping[str, str] = {"fail": "fail", "unknown": "open", "pass": "pass"}
"""Outcomes of a gate, in the order in which readers want them."""

WHOM: Mapping[str, str] = {
    "authority": "the fire authority",
    "force": "the police",
    "council": "the council",
    "other": "others",
}
"""Kinds of bodies that are asked."""

IN_PLACE = "In place today"
VARIED: Mapping[str, str] = {
    "weights_near": "Weights near the starting ones",
    "weights_any": "Any weights at all",
    "speeds": "Other drive speeds",
    "costs": "Other costs",
    "ranges": "What is not known, over its range",
    "together": "Weights, speeds, costs and ranges together",
}
"""What was drawn anew to see whether a rank holds."""

LONGEST_WORD = 30
"""Letters of a word that text is cut before; what is longer is cut within."""

ODBL = (
    "This database is made available under the Open Database Licence (ODbL) 1.0, "
    "https://opendatacommons.org/licenses/odbl/1-0/."
)


def kind(given: str, /, *, movers: Iterable[str], hosts: Sequence[str]) -> str:
    """What kind an option is; a move into a building is named by the services it is between.

    Args:
        given: kind of table `options`.
        movers: services of the sites that move.
        hosts: services of the sites that stay.
    """
    moving = sorted(set(movers))
    if not given.startswith("into_") or not moving or not hosts:
        return KINDS[given]
    return f"{listed(moving).capitalize()} into {listed(hosts)}"


def listed(names: Sequence[str], /) -> str:
    """Names in a sentence: fire, police and ambulance.

    Args:
        names: in order.
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def names(sites: Iterable[Site], /) -> str | None:
    """Names of sites in a cell of a list.

    Args:
        sites: in order.
    """
    return "; ".join(site.name for site in sites) or None


def weighting(study: Study, /) -> str:
    """What to call the study's own weights: agreed if each has a source, else starting.

    Args:
        study: the study of the run.
    """
    agreed = all(criterion.weight.basis == "recorded" for criterion in study.choice.criteria)
    return "agreed" if agreed else "starting"


def internal(disclosure: str, /) -> str:
    """What a file says that holds more than is public; nothing for a public one.

    Args:
        disclosure: class of what the file holds.
    """
    if disclosure == "public":
        return ""
    return f"INTERNAL: holds {disclosure} columns; agents and market get folders of their own."


def licence(study: Study, /) -> str:
    """The licence of what is handed on, if the study's sources ask for one, and who to name.

    Args:
        study: whose attribution is asked.
    """
    lines = study.study.attribution
    odbl = [ODBL] if any("ODbL" in line for line in lines) else []
    return " ".join([*odbl, "; ".join(lines)])


def notice_and_licence(study: Study, /) -> str:
    """What to pass on with the data; once, where the attribution is the notice.

    Args:
        study: whose notice and attribution it is.
    """
    said = licence(study)
    return study.study.notice if said in study.study.notice else f"{study.study.notice} {said}"


def block(list_name: str, rank_group: int, /) -> str:
    """Heading of what is ranked together: `Stations · Can be acted on`.

    Args:
        list_name: one of `LISTS`.
        rank_group: one of `GROUP_TITLES`.
    """
    return f"{LISTS[list_name].capitalize()} · {GROUP_TITLES[rank_group]}"


def gates_counted(gates: Sequence[Gate], /) -> str:
    """How many gates fail, are open and pass: 1 fail, 3 open, 2 pass.

    Args:
        gates: of one option; none where it is in place already.
    """
    found = Counter(gate.word for gate in gates)
    counts = [f"{found[word]} {word}" for word in OUTCOMES.values() if word in found]
    return ", ".join(counts) or IN_PLACE


def gates_in_short(gates: Sequence[Gate], /) -> str:
    """Which gates fail, and how many mandatory answers are open.

    Args:
        gates: of one option.
    """
    failed = [gate.gate.replace("_", " ") for gate in gates if gate.outcome == "fail"]
    asked = sum(gate.outcome == "unknown" and gate.mandatory for gate in gates)
    fails = f"{len(failed)} fail ({', '.join(failed)})" if failed else "none fails"
    return f"{fails}, {asked or 'no'} mandatory {'answer is' if asked == 1 else 'answers are'} open"


def cut(text: str, longest: int, /) -> str:
    """Text in at most so many characters, cut after a word; 0 leaves it whole.

    Args:
        text: the text.
        longest: how many characters it may have.
    """
    if not longest or len(text) <= longest:
        return text
    words, _, rest = text[:longest].rpartition(" ")
    kept = words.rstrip(" ,;:&(") if words and len(rest) <= LONGEST_WORD else ""
    return f"{kept or text[: longest - 1]}…"


def on_the_map(area: SiteArea, /) -> str | None:
    """What the map tells of a site's floor area, in a few words; nothing where it tells nothing.

    Args:
        area: a row of table `site_areas`.
    """
    outline = ""
    if area.match != "none":
        size = two_figures(area.footprint_m2)
        outline = f"outline of {size} m² on the map, {MATCHED[area.match_confidence]}"
    if area.area_basis not in {"computed", "assumed"}:
        return outline or None
    low, high = two_figures(area.area_low_m2), two_figures(area.area_high_m2)
    ground = "computed from the map's outline" if area.area_basis == "computed" else "assumed"
    return f"{low} to {high} m², {ground}" + (f" ({outline})" if outline else "")


def floor_area(site: Site, /) -> str | None:
    """Say what is known of a site's floor area: the register's, and what the map tells.

    Args:
        site: the site.
    """
    said = [] if site.gia_m2 is None else [f"{site.gia_m2:,.0f} m², recorded"]
    if site.area is not None and site.area.words is not None:
        said.append(site.area.words)
    return "; ".join(said) or None


def gained_and_lost(effect: Cover | Access, /, *, changes: bool) -> str:
    """What an option would do to the people within reach of a service, in a few words.

    Args:
        effect: on cover or on access.
        changes: whether the option changes the service at all.
    """
    if not changes:
        return "exactly as today"
    if not effect.known:
        return "would change; how, is open until a site is found"
    if effect.untold is not None:
        return effect.untold
    said = f"{effect.people_gained:,.0f} people would gain it, {effect.people_lost:,.0f} lose it"
    around = getattr(effect, "people_lost_outside", None)
    return f"{said}, and {around:,.0f} around the area" if around else said


SHOWN: Mapping[Reach, str] = {
    "internal": "its sites are named in the internal lists alone",
    "agents": "the appointed agents see its sites named, in confidence",
    "market": "anybody may see its sites named",
}
"""Who sees the sites of an option named."""


def counted(options: int, /) -> str:
    """A number of options: 1 option, 64 options.

    Args:
        options: how many.
    """
    return f"{options} option{'' if options == 1 else 's'}"


def decided(decision: Decision, /, *, shown: Reach) -> str:
    """Who decided what on which day, and who sees the option's sites named.

    Args:
        decision: where the option stands by the decision register.
        shown: whom it may be named to.
    """
    if decision.status == "none":
        said = DECISIONS["none"]
    else:
        said = f"{decision.status.capitalize()} by {decision.body}, {decision.date}"
    return f"{said}; {SHOWN[shown]}."


def decided_on(decision: Decision, /) -> str:
    """What was decided, and the day: Approved 2026-10-01.

    Args:
        decision: where the option stands.
    """
    if decision.date is None:
        return DECISIONS["none"]
    return f"{decision.status_words} {decision.date}"


def decided_inside(decision: Decision, /, *, shown: Reach) -> str:
    """The decision, and who sees the option's sites named, for the authorities' own page.

    Args:
        decision: where the option stands.
        shown: whom it may be named to.
    """
    if decision.date is None:
        return f"{DECISIONS['none']}; {SHOWN[shown]}."
    undone = {None: "", True: "; could be undone", False: "; could not be undone"}
    return (f"Decision: {decision.status} on {decision.date} by {decision.decided_by}"
            f"{undone[decision.reversible]}; release: {decision.release}.")  # fmt: skip
