"""What colocate can tell about each gate of an option from registers, effects and the option.

Each function registered below looks at one gate and returns findings: one for each site, body or
option the gate asks about. What the study's data do not tell is unknown.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from colocate.gates.case import (
    Case,
    Finding,
    compared,
    no_host,
    of_option,
    of_site,
    years_after,
)
from colocate.gates.decided import already_decided
from colocate.tables import parts
from colocate.tables.dates import first_day, last_day
from colocate.tables.roles import is_fire_station

if TYPE_CHECKING:
    from collections.abc import Callable

    from colocate import study
    from colocate.tables.rows import LocatedSite

NO_CELLS = {"office", "front_desk", "touchdown", "training", "stores", "workshop"}
"""Main roles of police sites without custody cells, unless the register says otherwise."""


Test: TypeAlias = "Callable[[Case, study.GateRule], list[Finding]]"

TESTS: dict[str, Test] = {}
"""What colocate can tell about a gate, by the gate's id in the study."""


def gate(id_: str, /) -> Callable[[Test], Test]:
    """Register what can be told about a gate.

    Args:
        id_: the gate's id in the study.
    """

    def register(test: Test) -> Test:
        TESTS[id_] = test
        return test

    return register


gate("already_decided")(already_decided)


def find(case: Case, rule: study.GateRule, /) -> list[Finding]:
    """Put an option through one gate.

    Args:
        case: the option, its sites and its effects.
        rule: the gate as the study has it.

    Returns:
        Findings; none where the gate is not for such an option.
    """
    test = TESTS.get(rule.id)
    if test is None:
        reason = "Nothing in the study's data tells; evidence is needed"
        return [Finding("unknown", reason, f"rule:{rule.id}", of_option(case))]
    return test(case, rule)


@gate("shared_already")
def _shared_already(case: Case, _: study.GateRule) -> list[Finding]:
    """Nothing is saved by moving in where one has moved in already."""
    option = case.option
    if option.existing_share != "possible":
        told = "Nothing in the registers hints that they share a building today"
        return [Finding("pass", told, "rule:shared_already", of_option(case))]
    rows = ";".join(f"register:{site.site_id}" for site in case.members)
    why = str(option.share_reason)
    return [Finding("unknown", f"{why[0].upper()}{why[1:]}", rows, of_option(case))]


@gate("site_known")
def _site_known(case: Case, _: study.GateRule) -> list[Finding]:
    """An unnamed point of a map, or a doubtful row, may be something else, or gone."""
    weak = parts(case.option.weak_site_ids)
    return [
        of_site(site, f"{site.name}: no name in its source, or of low confidence")
        if site.site_id in weak
        else of_site(site, f"{site.name} is named in its source", outcome="pass")
        for site in case.involved
    ]


@gate("host_willing")
def _host_willing(case: Case, _: study.GateRule) -> list[Finding]:
    """A point on a map says neither whose a partner's site is nor whether they would have anybody.

    The services of the study are asked on the approval path instead.
    """
    if case.host is None or not case.into_partner:
        return []
    return [of_site(case.host, f"Nobody has asked whoever owns {case.host.name}")]


@gate("opening_hours")
def _opening_hours(case: Case, _: study.GateRule) -> list[Finding]:
    """A partner's building may be shut, or full of visitors, when the movers work."""
    if case.host is None or not case.into_partner:
        return []
    return [of_site(case.host, f"When {case.host.name} is open is not recorded")]


@gate("space")
def _space(case: Case, rule: study.GateRule) -> list[Finding]:
    """The host's spare area against a share of what the movers occupy, or a desk's need."""
    host = case.host
    if host is None:
        return [no_host(case)]
    areas = [mover.gia_m2 for mover in case.movers]
    if pd.isna(host.spare_m2):
        return [of_site(host, f"Spare floor area of {host.name} is not recorded{_hint(case)}")]
    spare = f"{host.spare_m2:,.0f} m² spare at {host.name}"
    if not case.movers:
        need = rule.threshold.value if rule.threshold else 0.0
        told = f"{spare}, {need:,.0f} m² needed for a desk"
        return [of_site(host, told, outcome=_holds(host.spare_m2, need))]
    if any(pd.isna(area) for area in areas):
        return [of_site(host, f"{spare}; the movers' area is not recorded{_hint(case)}")]
    need = _share(rule) * sum(areas)
    told = f"{spare}, {need:,.0f} m² needed: {_share(rule):.0%} of what the movers occupy"
    return [compared(host, told, movers=case.movers, outcome=_holds(host.spare_m2, need))]


def _hint(case: Case) -> str:
    """Say what the ranges of the areas tell, for whoever asks; they settle nothing."""
    told = case.space.told
    return f" ({told})" if isinstance(told, str) else ""


@gate("parking")
def _parking(case: Case, rule: study.GateRule) -> list[Finding]:
    """Registers tell all of a host's spaces, not the free ones: too few fails, enough is open."""
    if not case.movers:
        return [Finding("pass", "No vehicle would change its base", "rule:parking")]
    host = case.host
    if host is None:
        return [no_host(case)]
    spaces = [mover.parking_spaces for mover in case.movers]
    need = None if any(pd.isna(n) for n in spaces) else _share(rule) * sum(spaces)
    if need == 0:
        told = "The movers need no parking space"
        return [compared(host, told, movers=case.movers, outcome="pass")]
    if need is None or pd.isna(host.parking_spaces):
        lacking = "the movers' need" if need is None else f"parking at {host.name}"
        return [of_site(host, f"Not recorded: {lacking}")]
    told = f"{host.parking_spaces:g} spaces at {host.name}, {need:g} needed"
    if need > host.parking_spaces:
        return [compared(host, told, movers=case.movers, outcome="fail")]
    return [of_site(host, f"{told}; how many are free is not recorded")]


@gate("bay_integrity")
def _bay_integrity(case: Case, _: study.GateRule) -> list[Finding]:
    if not case.movers:
        return [Finding("pass", "A shared desk would take no bay", "rule:bay_integrity")]
    stations = [site for site in case.members if is_fire_station(site)]
    if not stations and not case.campus:
        return [
            of_site(site, "No fire station is involved", outcome="pass") for site in case.involved
        ]
    if not stations:
        told = "stands on the same plot; its bays and yard are not recorded"
        return [of_site(site, f"{site.name} {told}") for site in case.campus]
    if case.host is None:
        return [no_host(case)]
    moving = [site.name for site in case.movers if is_fire_station(site)]
    if moving:
        told = "would need bays, a drill yard and a turnout route at"
        return [of_site(case.host, f"{' and '.join(moving)} {told} {case.host.name}")]
    return [of_site(case.host, f"Bays and yard of {case.host.name} are not recorded")]


@gate("custody")
def _custody(case: Case, _: study.GateRule) -> list[Finding]:
    """Only a register or evidence can say that a police station has no cells; a map cannot."""
    if not case.movers:
        return [Finding("pass", "Nothing would move", "rule:custody")]
    return [_cells(site, case) for site in case.movers]


def _cells(site: LocatedSite, case: Case) -> Finding:
    roles = parts(site.roles)
    if "custody" in roles:
        source = f" ({site.custody_evidence})" if isinstance(site.custody_evidence, str) else ""
        told = f"{site.name} has custody cells{source}"
        if case.host is not None and (case.host.service == "fire" or case.into_partner):
            what = "a fire station" if case.host.service == "fire" else case.host.name
            return of_site(site, f"{told}, which {what} cannot take", outcome="fail")
        return of_site(site, told)
    if site.service == "police" and roles[0] not in NO_CELLS:
        return of_site(site, f"Custody at {site.name} is not recorded")
    return of_site(site, f"{site.name}: no police station, so no cells", outcome="pass")


@gate("in_use")
def _in_use(case: Case, rule: study.GateRule) -> list[Finding]:
    """Recent evidence shows a site in use; an old map or list, or a doubtful one, does not."""
    years = rule.threshold.value if rule.threshold else 0.0
    found = []
    for site in case.involved:
        if not isinstance(site.as_of, str):
            found.append(of_site(site, f"{site.name}: evidence without a date"))
            continue
        told = f"{site.name}: evidence of {site.as_of}"
        if first_day(site.as_of) < years_after(case.as_of, -years):
            found.append(of_site(site, f"{told}, more than {years:g} years old"))
        elif site.confidence == "low":
            found.append(of_site(site, f"{told}, of low confidence"))
        else:
            found.append(of_site(site, told, outcome="pass"))
    return found


@gate("tenure")
def _tenure(case: Case, rule: study.GateRule) -> list[Finding]:
    """What is left must be free in time; what stays or may stay must be the body's to share."""
    released = parts(case.option.released_site_ids)
    until = years_after(case.as_of, rule.threshold.value) if rule.threshold else dt.date.max
    found = [
        _left(site, today=case.as_of, until=until) if site.site_id in released else _kept(site)
        for site in case.involved
    ]
    return found if case.host is not None else [*found, no_host(case)]


def _left(site: LocatedSite, *, today: dt.date, until: dt.date) -> Finding:
    """A lease, licence or PFI contract can be left at its next break or its end.

    A recorded end beyond `until` with no break before it fails: whoever read the end read the term.
    A date without its day may mean any; where that decides, the answer is open.
    """
    if _held(site) in {"freehold", ""}:
        return _kept(site)
    told = f"{site.name}: {_held(site)}"
    dates = [date for date in (site.break_date, site.lease_end) if isinstance(date, str)]
    ahead = min((date for date in dates if last_day(date) >= today), key=last_day, default=None)
    if ahead is None:
        return of_site(site, f"{told}, no break or end ahead is recorded")
    if last_day(ahead) <= until:
        return of_site(site, f"{told}, free by {ahead}", outcome="pass")
    if first_day(ahead) <= until:
        return of_site(site, f"{told}, free by {ahead}; whether by {until} depends on the day")
    return of_site(site, f"{told}, not free before {ahead}", outcome="fail")


def _kept(site: LocatedSite) -> Finding:
    held = _held(site)
    if held == "freehold":
        return of_site(site, f"{site.name}: freehold", outcome="pass")
    if not held:
        return of_site(site, f"{site.name}: tenure not recorded")
    whose = "the contractor" if held == "PFI" else "the landlord"
    return of_site(site, f"{site.name}: {held}, and {whose} would have to consent")


def _held(site: LocatedSite) -> str:
    if pd.isna(site.tenure):
        return ""
    return "PFI" if site.tenure == "pfi" else str(site.tenure)


@gate("flood_listing")
def _flood_listing(case: Case, _: study.GateRule) -> list[Finding]:
    """Police and fire stations that must work during a flood are not permitted in zone 3.

    Planning Practice Guidance, Flood risk and coastal change, Table 2: "highly vulnerable" uses.
    """
    host = case.host
    if host is None:
        return [no_host(case)]
    zone, listed = host.flood_zone, host.listed
    if zone in {"3a", "3b"}:
        told = f"{host.name} is in flood zone {zone}, where new police or fire use is not permitted"
        return [of_site(host, told, outcome="fail")]
    if zone == "1" and listed == "no":
        return [of_site(host, f"{host.name}: flood zone 1, not listed", outcome="pass")]
    zone = "not recorded" if pd.isna(zone) else zone
    listed = "not recorded" if pd.isna(listed) else listed
    return [of_site(host, f"{host.name}: flood zone {zone}, listing {listed}")]


@gate("security")
def _security(case: Case, _: study.GateRule) -> list[Finding]:
    sharing = case.movers if case.into_partner else case.members
    bodies = sorted({site.body_id for site in sharing if site.service != "fire"})
    reason = "Only the body whose people would share the space can sign it off"
    return [Finding("unknown", reason, f"body:{body}", f"body:{body}") for body in bodies]


@gate("operational_staff")
def _operational_staff(case: Case, rule: study.GateRule) -> list[Finding]:
    """Where crews are based is for the authority alone."""
    moving = [site for site in case.movers if is_fire_station(site)]
    if not moving:
        return [Finding("pass", "No fire crew would change its base", "rule:operational_staff")]
    cited = f" ({rule.citation})" if rule.citation else ""
    told = f"would change its base, which the fire authority alone decides{cited}"
    return [of_site(site, f"The crew of {site.name} {told}") for site in moving]


IN_CASE = {
    "best": "with every crew there and mean turnout",
    "expected": "as expected over crews that may be out",
    "worst": "with crews out more often and turnout at the ceiling",
}
OTHERWISE = {"best": "with every crew there", "expected": "expected over crews that may be out",
             "worst": "at worst"}  # fmt: skip


@gate("fire_cover")
def _fire_cover(case: Case, rule: study.GateRule) -> list[Finding]:
    about = of_option(case)
    row = f"cover:{case.option.option_id}"
    if not case.cover.fire_changes:
        reason = "No crewed station would move: cover stays exactly as it is"
        return [Finding("pass", reason, row, about)]
    if not case.cover.known:
        return [Finding("unknown", "It depends on where the crew would be based", row, about)]
    lost_in = {"best": case.cover.people_lost_best, "expected": case.cover.people_lost,
               "worst": case.cover.people_lost_worst}  # fmt: skip
    lost = lost_in[rule.case]
    what = f"fire cover within the first response standard {IN_CASE[rule.case]}"
    others = (f"{n:,.0f} {OTHERWISE[name]}" for name, n in lost_in.items() if name != rule.case)
    reason = f"{_losing(case, lost, rule=rule, what=what)}; {', '.join(others)}"
    return [Finding(_not_worse(lost, rule), reason, row, about)]


@gate("police_access")
def _police_access(case: Case, rule: study.GateRule) -> list[Finding]:
    """A desk that is only assumed open settles nothing; people over the border lose as others."""
    about, effect = of_option(case), case.access
    row = f"access:{case.option.option_id}"
    if not effect.desk_changes:
        reason = "No desk would move: access stays exactly as it is"
        return [Finding("pass", reason, row, about)]
    if not effect.known:
        return [Finding("unknown", "It depends on where the desk would be", row, about)]
    lost = effect.people_lost + effect.people_lost_outside
    reason = _losing(case, lost, rule=rule, what="access to a police desk within the time limit")
    if effect.people_slower_outside:
        slower = effect.people_slower_outside
        reason += f"; {slower:,.0f} people around the study's area would have a longer drive"
    outcome = _not_worse(lost, rule)
    if outcome == "pass" and _not_worse(effect.people_lost_evidenced, rule) == "fail":
        shut = f"{effect.people_lost_evidenced:,.0f} would if desks only assumed open were shut"
        return [Finding("unknown", f"{reason}, but {shut}", row, about)]
    if outcome == "pass" or effect.basis != "assumed":
        return [Finding(outcome, reason, row, about)]
    assumed = [
        f"site:{site.site_id}"
        for site in case.movers
        if site.service == "police" and pd.isna(site.desk) and "front_desk" not in parts(site.roles)
    ]
    reason += ", if the desk is open to the public today, as assumed"
    return [Finding("unknown", reason, row, each) for each in assumed or [about]]


def _losing(case: Case, lost: float, *, rule: study.GateRule, what: str) -> str:
    """Say who would lose what, and where a site still to be found is taken to stand."""
    allowed = rule.threshold.value if rule.threshold else 0.0
    where = ""
    if case.option.kind == "both_to_new":
        where = ", with the new site at the best point of its area of search"
    if not lost:
        return f"Nobody would lose {what}{where}"
    return f"{lost:,.0f} people would lose {what}{where}; the study allows {allowed:,.0f}"


def _not_worse(lost: float, rule: study.GateRule) -> str:
    return _holds(rule.threshold.value if rule.threshold else 0.0, lost)


def _holds(room: float, need: float) -> str:
    return "pass" if need <= room else "fail"


def _share(rule: study.GateRule) -> float:
    """Share of what the movers have today that they would need; all of it unless stated."""
    return rule.need_share.value if rule.need_share else 1.0
