"""What may block an option: every gate passes, fails or is unknown, with its reason.

A gate passes or fails only on evidence; what the study's data do not tell is unknown and says what
to find out. Manual evidence always wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from shapely import STRtree

from colocate.errors import OptionError, some
from colocate.gates.case import Case, Finding
from colocate.gates.gate_checks import find
from colocate.tables import each, issue_rows, parts
from colocate.tables.gates import GATES
from colocate.tables.roles import CAMPUS_M, is_fire_station
from colocate.tables.rows import Access, Cover, Evidence, LocatedSite, Option, Space
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from colocate import study
    from colocate.gates.decided import Decided

SUBJECTS = ("option", "site", "body")
"""What evidence may be about: table `evidence` has an id column for each."""
_WORST = ("fail", "unknown", "pass")


class Gated(NamedTuple):
    """Tables made here."""

    gates: pd.DataFrame
    issues: pd.DataFrame


class _Said(NamedTuple):
    """A row of evidence."""

    date: str
    outcome: str
    reason: str
    evidence: str


def gates(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    effects: Mapping[str, pd.DataFrame],
    rules: Sequence[study.GateRule],
    as_of: dt.date,
    evidence: pd.DataFrame | None = None,
    decided: Mapping[str, Sequence[Decided]] | None = None,
) -> Gated:
    """Put every option that is not in place already through every gate of the study.

    A gate asks of one or more sites, bodies or the option itself; one that is not for such an
    option has no row. It fails if the answer about any of them is fail, is unknown if any is
    unknown, and passes otherwise; a gate that colocate cannot tell anything about is unknown.
    Evidence about a site or a body answers for it in every option in which the gate asks of it,
    evidence about an option for all that the gate asks there. Of several rows the latest counts;
    on one day, that about the option.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        effects: tables `cover`, `access` and `space` by name.
        rules: section `gates` of the study.
        as_of: the study's day, from which the age of evidence counts.
        evidence: table `evidence`.
        decided: what stands decided about sites, by site_id (`colocate.gates.decided`).

    Returns:
        Table `gates`, sorted by option_id and then as in the study, and `issues` naming evidence
        that no gate asks for, or that bears a date after the study's day.

    Raises:
        OptionError: a row of evidence is not about exactly one option, site or body.
    """
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    covers = {row.option_id: row for row in each(Cover, effects["cover"])}
    accesses = {row.option_id: row for row in each(Access, effects["access"])}
    spaces = {row.option_id: row for row in each(Space, effects["space"])}
    said = _latest(evidence)
    stations, on_plot = _stations_on_plots(sites)
    proposed = options[options["existing_share"].fillna("") != "existing"]
    rows, asked = [], set()
    for option in each(Option, proposed.sort_values("option_id")):
        members = [sites[site] for site in parts(option.site_ids)]
        case = Case(
            option=option,
            host=sites[host] if isinstance(host := option.host_site_id, str) else None,
            movers=[sites[site] for site in parts(option.mover_site_ids)],
            members=members,
            campus=[stations[n] for n in sorted({n for m in members for n in on_plot[m.site_id]})],
            cover=covers[option.option_id],
            access=accesses[option.option_id],
            space=spaces[option.option_id],
            as_of=as_of,
            decided=decided or {},
        )
        whole = f"option:{option.option_id}"
        for rule in rules:
            if not (found := find(case, rule)):
                continue
            asked |= {(about, rule.id) for about in (whole, *(f.about for f in found)) if about}
            heard = [_heard(each, said, whole=whole, gate=rule.id) for each in found]
            rows.append(_row(heard, rule, case=case))
    return Gated(conform(GATES, rows), _doubts(said, asked=asked, as_of=as_of))


def _stations_on_plots(
    sites: Mapping[str, LocatedSite],
) -> tuple[list[LocatedSite], dict[str, list[int]]]:
    """List the open fire stations, and by site the numbers of its own body's on its plot."""
    stations = [s for s in sites.values() if is_fire_station(s) and s.status == "open"]
    near = STRtree([s.geometry for s in stations])
    found: dict[str, list[int]] = {}
    for site_id, site in sites.items():
        numbers = near.query(site.geometry, predicate="dwithin", distance=CAMPUS_M).tolist()
        found[site_id] = [n for n in numbers if stations[n].body_id == site.body_id]
    return stations, found


def _latest(evidence: pd.DataFrame | None) -> dict[tuple[str, str], _Said]:
    """Key the latest evidence by what it is about (as in `Finding.about`) and gate."""
    if evidence is None or evidence.empty:
        return {}
    given = evidence[[f"{subject}_id" for subject in SUBJECTS]].notna()
    if (wrong := given.sum(axis=1) != 1).any():
        rows = [f"{row.gate}, {row.date}" for row in each(Evidence, evidence[wrong])]
        raise OptionError(
            f"table evidence: {some(rows)} name none or several of option_id, site_id and body_id; "
            "expected exactly one in each row. Split or complete the rows."
        )
    latest = {}
    for row in each(Evidence, evidence.sort_values("date")):
        subject = next(s for s in SUBJECTS if pd.notna(getattr(row, f"{s}_id")))
        name = getattr(row, f"{subject}_id")
        latest[f"{subject}:{name}", row.gate] = _Said(
            row.date,
            row.outcome,
            f"{row.reason.rstrip('.')} ({row.author}, {row.date})",
            f"evidence:{name}/{row.gate}/{row.date}",
        )
    return latest


def _heard(
    found: Finding, said: Mapping[tuple[str, str], _Said], *, whole: str, gate: str
) -> Finding:
    """Let evidence about the option, or about what a finding is about, take the finding's place."""
    rows = [said.get((about, gate)) for about in (whole, found.about) if about]
    if not (known := [row for row in rows if row is not None]):
        return found
    latest = max(known, key=lambda row: row.date)  # the first of equals: the option's own
    return Finding(latest.outcome, latest.reason, latest.evidence, found.about)


def _row(found: Sequence[Finding], rule: study.GateRule, *, case: Case) -> dict[str, Any]:
    option_id = case.option.option_id
    outcome = min((each.outcome for each in found), key=_WORST.index)
    telling = [each for each in found if each.outcome == outcome]
    row = {
        "option_id": option_id,
        "gate": rule.id,
        "mandatory": rule.mandatory,
        "outcome": outcome,
        "reason": "; ".join(dict.fromkeys(each.reason for each in telling)) + ".",
        "evidence": ";".join(dict.fromkeys(e for each in telling for e in parts(each.evidence))),
    }
    if outcome != "unknown":
        return row
    asked = dict.fromkeys(each.about or f"option:{option_id}" for each in telling)
    question = (case.into_partner and rule.partner_question) or rule.question
    return row | {"question": question, "asked_of": ";".join(asked)}


def _doubts(
    said: Mapping[tuple[str, str], _Said], *, asked: set[tuple[str, str]], as_of: dt.date
) -> pd.DataFrame:
    def rows() -> Iterator[tuple[str, str, str, str, str, str]]:
        for (about, gate), row in sorted(said.items()):
            where = ("gates.gates", "evidence", row.evidence.partition(":")[2])
            if (about, gate) not in asked:
                what = (
                    f"No gate {gate} of this run asks of {about.replace(':', ' ', 1)}; the row was "
                    "not used. Correct the id or the gate, or remove the row."
                )
                yield (*where, "evidence_unused", "doubt", what)
            if row.date > as_of.isoformat():
                what = (
                    f"Dated {row.date}, after the study's day {as_of}; it was used. Correct the "
                    "date, or study.as_of."
                )
                yield (*where, "evidence_after_as_of", "doubt", what)

    return issue_rows(rows())
