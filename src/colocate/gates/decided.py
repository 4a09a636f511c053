"""What was decided about sites already, and what that says of an option that would change one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from colocate.gates.case import Finding, years_after
from colocate.tables import each, issue_rows, parts
from colocate.tables.dates import first_day
from colocate.tables.rows import LocatedSite, SiteDecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate import study
    from colocate.gates.case import Case

SETTLED = ("kept", "rebuilt", "refurbished", "shared")
"""What speaks against leaving a site again, as long as it is recent."""
_PLANS = ("announced", "dropped", "refused")
_OPEN = {
    "sold": "whose it is, and whether it is still used, is not recorded",
    "announced": "the outcome is not known",
    "dropped": "what is planned instead is not known",
    "refused": "what is planned instead is not known",
}


class Decided(NamedTuple):
    """One decision about a site."""

    what: str
    date: str
    evidenced: bool
    told: str
    """In words, from what was decided to the source; without the site's name or a full stop."""
    key: str
    """As in column `evidence` of table `gates`."""


class Standing(NamedTuple):
    """The decisions that count."""

    by_site: Mapping[str, Sequence[Decided]]
    """The latest of each site that has any, by site_id; several where they are of one day."""
    issues: pd.DataFrame


def standing(site_decisions: pd.DataFrame, *, bodies: pd.DataFrame, as_of: dt.date) -> Standing:
    """Find what stands decided about each site on the study's day.

    Args:
        site_decisions: table `site_decisions`.
        bodies: table `bodies`, for the names of those who decided.
        as_of: the study's day; a later decision does not count yet.

    Returns:
        The latest decisions of each site, and `issues` naming those that do not count yet.
    """
    names = dict(zip(bodies["body_id"], bodies["short_name"], strict=True))
    by_site: dict[str, list[Decided]] = {}
    early = []
    for row in each(SiteDecision, site_decisions.sort_values(["site_id", "date", "what"])):
        one = _decided(row, by=names[row.decided_by])
        if first_day(row.date) > as_of:
            early.append(one)
            continue
        others = by_site.get(row.site_id, [])
        last = [o for o in others if first_day(o.date) == first_day(row.date)]
        by_site[row.site_id] = [*last, one]
    return Standing(by_site, issue_rows(_early(one, as_of) for one in early))


def _early(one: Decided, as_of: dt.date) -> tuple[str, str, str, str, str, str]:
    told = (
        f"Dated {one.date}, after the study's day {as_of}; it does not count yet. Correct the "
        "date, or study.as_of."
    )
    key = one.key.partition(":")[2]
    return "gates.decided", "site_decisions", key, "site_decision_after_as_of", "doubt", told


def _decided(row: SiteDecision, *, by: str) -> Decided:
    what = f"plan {row.what}" if row.what in _PLANS else row.what
    doubt = "" if row.certainty == "evidenced" else ", not verified"
    return Decided(
        row.what,
        row.date,
        row.certainty == "evidenced",
        f"{what} {row.date} by {by}{doubt}: {row.note.rstrip('.')} ({row.source})",
        f"site_decisions:{row.site_id}/{row.what}/{row.date}",
    )


def _judged(decision: Decided, *, released: bool | None, since: dt.date) -> tuple[str, str]:
    """Say what a decision about a site means for an option that would change that site.

    A site that was kept, rebuilt, refurbished or shared since a day stands against being left; it
    may take somebody in. What is older, not verified, sold, given up or open is a question.

    Args:
        decision: what stands decided.
        released: whether the option would leave the site; None where that is open.
        since: first day on which a decision is recent. A date without its day may mean any, and
            counts from the first.

    Returns:
        Outcome of the gate and its reason, without the site's name.
    """
    if decision.what not in SETTLED:
        return "unknown", f"{decision.told}; {_OPEN[decision.what]}"
    if released is None:
        return "unknown", f"{decision.told}; whether it would be left is open"
    if not released:
        return "pass", decision.told
    if not decision.evidenced or first_day(decision.date) < since:
        return "unknown", f"{decision.told}; whether that stands today is not known"
    return "fail", f"{decision.told}; it would be left again"


def already_decided(case: Case, rule: study.GateRule, /) -> list[Finding]:
    """Find what was decided about the sites that an option would change.

    Args:
        case: the option, its sites and its effects.
        rule: the gate as the study has it; its threshold is the years for which a keeping stands.

    Returns:
        A finding for each decision, or one that nothing is known.
    """
    known = [(site, one) for site in case.involved for one in case.decided.get(site.site_id, ())]
    if not known:
        return [Finding("pass", "Nothing decided is known", "rule:already_decided")]
    since = years_after(case.as_of, -rule.threshold.value) if rule.threshold else dt.date.min
    found = []
    for site, one in known:
        outcome, told = _judged(one, released=_left_behind(case, site), since=since)
        found.append(Finding(outcome, f"{site.name}: {told}", one.key, f"site:{site.site_id}"))
    return found


def _left_behind(case: Case, site: LocatedSite) -> bool | None:
    """Whether the option would leave a site; None while it is open which of two would stay."""
    if site.site_id in parts(case.option.released_site_ids):
        return True
    return None if case.host is None and site in case.movers else False
