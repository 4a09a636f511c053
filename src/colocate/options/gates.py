"""What may block an option: every gate passes, fails or is unknown, with its reason.

A gate passes or fails only on evidence; what public data cannot tell is unknown and says what to
find out. Manual evidence always wins.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.options.roles import CAMPUS_M, is_fire_station
from colocate.tables import issue_rows, parts
from colocate.tables.gates import GATES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from colocate import study


DAYS_A_YEAR = 365.25
NO_CELLS = {"office", "front_desk", "touchdown", "training", "stores", "workshop"}
"""Main roles of police sites without custody cells, unless the register says otherwise."""


class Gated(NamedTuple):
    """Tables made here."""

    gates: pd.DataFrame
    issues: pd.DataFrame


class Finding(NamedTuple):
    """Outcome of one gate."""

    outcome: str
    reason: str
    evidence: str | None = None


class Case(NamedTuple):
    """One option with all that its gates may look at; sites are rows of `located_sites`."""

    option: Any
    host: Any
    """None where the host is still to be found."""
    movers: Sequence[Any]
    members: Sequence[Any]
    campus: Sequence[Any]
    """Open fire stations of the members' own bodies on a member's plot, members among them."""
    cover: Any
    access: Any
    as_of: dt.date


def gates(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    rules: Sequence[study.GateRule],
    as_of: dt.date,
    evidence: pd.DataFrame | None = None,
) -> Gated:
    """Put every option that is not in place already through every gate of the study.

    A gate that colocate cannot tell anything about is unknown until someone records evidence.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        cover: table `cover`.
        access: table `access`.
        rules: section `gates` of the study.
        as_of: the study's day, from which the age of evidence counts.
        evidence: table `evidence`; its latest row for a gate of an option wins.

    Returns:
        Table `gates`, sorted by option_id and then as in the study, and `issues` naming evidence
        that fits no option or gate.
    """
    sites = {site.site_id: site for site in located_sites.itertuples()}
    covers = {row.option_id: row for row in cover.itertuples()}
    accesses = {row.option_id: row for row in access.itertuples()}
    manual = _latest(evidence)
    stations = [s for s in sites.values() if is_fire_station(s) and s.status == "open"]
    proposed = options[options["existing_share"].fillna("") != "existing"]
    rows = []
    for option in proposed.sort_values("option_id").itertuples():
        members = [sites[site] for site in parts(option.site_ids)]
        case = Case(
            option=option,
            host=sites.get(option.host_site_id),
            movers=[sites[site] for site in parts(option.mover_site_ids)],
            members=members,
            campus=[s for s in stations if any(_one_plot(s, member) for member in members)],
            cover=covers[option.option_id],
            access=accesses[option.option_id],
            as_of=as_of,
        )
        for rule in rules:
            found = manual.get((option.option_id, rule.id)) or _find(case, rule)
            rows.append(
                {
                    "option_id": option.option_id,
                    "gate": rule.id,
                    "mandatory": rule.mandatory,
                    "question": rule.question if found.outcome == "unknown" else None,
                    **found._asdict(),
                }
            )
    known = {(row["option_id"], row["gate"]) for row in rows}
    return Gated(conform(GATES, rows), _unused(set(manual) - known))


def _one_plot(a: Any, b: Any) -> bool:  # noqa: ANN401
    return bool(a.body_id == b.body_id and a.geometry.distance(b.geometry) <= CAMPUS_M)


def _latest(evidence: pd.DataFrame | None) -> dict[tuple[str, str], Finding]:
    if evidence is None:
        return {}
    return {
        (row.option_id, row.gate): Finding(row.outcome, row.reason, f"{row.author}, {row.date}")
        for row in evidence.sort_values(["date", "author"]).itertuples()
    }


def _unused(keys: set[tuple[str, str]]) -> pd.DataFrame:
    return issue_rows(
        ("options.gates", "evidence", f"{option_id}/{gate}", "evidence_unused", "doubt",
         f"No option {option_id} with a gate {gate} in this run; the evidence was not used.")
        for option_id, gate in sorted(keys)
    )  # fmt: skip


def _find(case: Case, rule: study.GateRule) -> Finding:
    test = TESTS.get(rule.id)
    if test is None:
        return Finding("unknown", "Nothing in the study's data tells; evidence is needed.")
    return test(case, rule)


def _space(case: Case, _: study.GateRule) -> Finding:
    if case.host is None:
        return _no_host(case)
    spare = case.host.spare_m2
    needs = [mover.gia_m2 for mover in case.movers]
    if pd.isna(spare):
        return Finding("unknown", f"Spare floor area of {case.host.name} is not recorded.")
    if not needs:
        return Finding("unknown", f"{case.host.name} has {spare:,.0f} m² spare; a desk's need is "
                       "not stated.", "register")  # fmt: skip
    if any(pd.isna(need) for need in needs):
        return Finding("unknown", f"{case.host.name} has {spare:,.0f} m² spare; the movers' area "
                       "is not recorded.", "register")  # fmt: skip
    compared = f"{spare:,.0f} m² spare at {case.host.name}, {sum(needs):,.0f} m² occupied today"
    if spare >= sum(needs):
        return Finding("pass", f"{compared}.", "register")
    return Finding("unknown", f"{compared}: the movers would have to need less.", "register")


def _parking(case: Case, _: study.GateRule) -> Finding:
    if not case.movers:
        return Finding("pass", "No vehicle would change its base.", "rule")
    if case.host is None:
        return _no_host(case)
    if pd.isna(case.host.parking_spaces):
        return Finding("unknown", f"Parking at {case.host.name} is not recorded.")
    spaces = case.host.parking_spaces
    return Finding("unknown", f"{case.host.name} has {spaces:g} spaces; the movers' need is not "
                   "recorded.", "register")  # fmt: skip


def _bay_integrity(case: Case, _: study.GateRule) -> Finding:
    stations = [site for site in case.members if is_fire_station(site)]
    if not stations and case.campus:
        names = " and ".join(site.name for site in case.campus)
        return Finding("unknown", f"On the same plot: {names}; bays and yard are not recorded.",
                       "register")  # fmt: skip
    if not stations:
        return Finding("pass", "No fire station is involved.", "register")
    if not case.movers:
        return Finding("pass", "A shared desk would take no bay.", "rule")
    if case.host is None:
        return _no_host(case)
    moving = [site.name for site in case.movers if is_fire_station(site)]
    if moving:
        return Finding("unknown", f"{' and '.join(moving)} would need bays, a drill yard and a "
                       f"turnout route at {case.host.name}.")  # fmt: skip
    return Finding("unknown", f"Bays and yard of {case.host.name} are not recorded.")


def _custody(case: Case, _: study.GateRule) -> Finding:
    """Only a register or evidence can say that a police station has no cells; a map cannot."""
    if not case.movers:
        return Finding("pass", "Nothing would move.", "rule")
    cells = [site.name for site in case.movers if "custody" in parts(site.roles)]
    silent = [
        site.name
        for site in case.movers
        if site.service == "police" and parts(site.roles)[0] not in NO_CELLS
    ]
    if not cells and silent:
        return Finding("unknown", f"Custody at {' and '.join(silent)} is not recorded.")
    if not cells:
        return Finding("pass", "What would move is no police station.", "register")
    where = f"{' and '.join(cells)} has custody cells"
    if case.host is not None and case.host.service == "fire":
        return Finding("fail", f"{where}, which a fire station cannot take.", "register")
    return Finding("unknown", f"{where}.", "register")


def _in_use(case: Case, rule: study.GateRule) -> Finding:
    """Recent evidence shows a site in use; an old map or list, or a doubtful one, does not."""
    years = rule.threshold.value if rule.threshold else 0.0
    doubts = []
    for site in case.members:
        if pd.isna(site.as_of):
            doubts.append(f"{site.name}: undated")
        elif (case.as_of - dt.date.fromisoformat(site.as_of)).days > years * DAYS_A_YEAR:
            doubts.append(f"{site.name}: {site.as_of}")
        elif site.confidence == "low":
            doubts.append(f"{site.name}: {site.as_of}, of low confidence")
    if doubts:
        return Finding("unknown", f"Latest evidence of use: {'; '.join(doubts)}.", "register")
    return Finding("pass", f"All sites are evidenced within {years:g} years.", "register")


def _tenure(case: Case, _: study.GateRule) -> Finding:
    """Freehold can be shared or sold; a lease or licence left at a known break or end."""
    released = parts(case.option.released_site_ids)
    doubts = []
    for site in case.members:
        held = site.tenure if pd.notna(site.tenure) else "tenure not recorded"
        ends = site.break_date if pd.notna(site.break_date) else site.lease_end
        leaves = site.site_id in released and held in {"leasehold", "licence"} and pd.notna(ends)
        if held != "freehold" and not leaves:
            doubts.append(f"{site.name}: {'PFI' if held == 'pfi' else held}")
    if case.host is None:
        doubts.append("the new site or the one that stays is open")
    if doubts:
        return Finding("unknown", f"{'; '.join(doubts)}.")
    return Finding("pass", "Freehold, or a lease with a known break or end.", "register")


def _flood_listing(case: Case, _: study.GateRule) -> Finding:
    """Police and fire stations that must work during a flood are not permitted in zone 3.

    Planning Practice Guidance, Flood risk and coastal change, Table 2: "highly vulnerable" uses.
    """
    if case.host is None:
        return _no_host(case)
    zone, listed = case.host.flood_zone, case.host.listed
    if zone in {"3a", "3b"}:
        return Finding("fail", f"{case.host.name} is in flood zone {zone}, where new police or "
                       "fire use is not permitted.", "register")  # fmt: skip
    if zone == "1" and listed == "no":
        return Finding("pass", f"{case.host.name}: flood zone 1, not listed.", "register")
    zone = "not recorded" if pd.isna(zone) else zone
    listed = "not recorded" if pd.isna(listed) else listed
    return Finding("unknown", f"{case.host.name}: flood zone {zone}, listing {listed}.")


def _security(_: Case, __: study.GateRule) -> Finding:
    return Finding("unknown", "Only the force can sign off shared space.")


def _operational_staff(case: Case, _: study.GateRule) -> Finding:
    """Where crews are based is for the authority alone (DSFRA/16/5, recommendation (a), 5.18)."""
    moving = [site.name for site in case.movers if is_fire_station(site)]
    if not moving:
        return Finding("pass", "No fire crew would change its base.", "rule")
    return Finding("unknown", f"The crew of {' and '.join(moving)} would change its base, which "
                   "the fire authority alone decides; operational staff are outside the alliance "
                   "(DSFRA/16/5, 5.18).", "rule")  # fmt: skip


def _fire_cover(case: Case, rule: study.GateRule) -> Finding:
    if not case.cover.fire_changes:
        return Finding(
            "pass", "No crewed station would move: cover stays exactly as it is.", "cover"
        )
    if not case.cover.known:
        return Finding("unknown", "It depends on where the crew would be based.")
    return _not_worse(
        case.cover.people_lost, rule, what="fire cover within the first standard"
    )._replace(evidence="cover")


def _police_access(case: Case, rule: study.GateRule) -> Finding:
    """A loss at a desk that is only assumed open is a question, not a failure."""
    if not case.access.desk_changes:
        return Finding("pass", "No desk would move: access stays exactly as it is.", "access")
    if not case.access.known:
        return Finding("unknown", "It depends on where the desk would be.")
    found = _not_worse(case.access.people_lost, rule, what="desk access within the limit")
    if found.outcome == "fail" and case.access.basis == "assumed":
        return found._replace(
            outcome="unknown", reason=f"{found.reason} The desk is assumed to be open today."
        )
    return found


def _not_worse(lost: float, rule: study.GateRule, *, what: str) -> Finding:
    allowed = rule.threshold.value if rule.threshold else 0.0
    outcome = "pass" if lost <= allowed else "fail"
    verdict = "within" if lost <= allowed else "above"
    return Finding(outcome, f"{lost:,.0f} people would lose {what}, {verdict} the {allowed:,.0f} "
                   "allowed.", rule.id.replace("police_", "").replace("fire_", ""))  # fmt: skip


def _no_host(case: Case) -> Finding:
    if case.option.kind == "both_to_new":
        return Finding("unknown", "The new site is still to be found.")
    return Finding("unknown", "Which site stays is open.")


TESTS: dict[str, Callable[[Case, study.GateRule], Finding]] = {
    "space": _space,
    "parking": _parking,
    "bay_integrity": _bay_integrity,
    "custody": _custody,
    "in_use": _in_use,
    "tenure": _tenure,
    "flood_listing": _flood_listing,
    "security": _security,
    "operational_staff": _operational_staff,
    "fire_cover": _fire_cover,
    "police_access": _police_access,
}
"""What colocate can tell about a gate, by the gate's id in the study."""
