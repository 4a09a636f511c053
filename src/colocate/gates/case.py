"""What a gate looks at and what it finds: one option with all about it, and one finding."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from colocate.gates.decided import Decided
    from colocate.tables.rows import Access, Cover, LocatedSite, Option, Space

DAYS_A_YEAR = 365.25
FOREVER_YEARS = 1000
"""Keeps days within the calendar, whatever threshold a study sets."""


class Finding(NamedTuple):
    """What one gate finds about one site, body or option; reasons have no full stop."""

    outcome: str
    reason: str
    evidence: str
    about: str | None = None
    """site:ID, body:ID or option:ID; None where the gate asks nothing of anybody."""


class Case(NamedTuple):
    """One option with all that its gates may look at."""

    option: Option
    host: LocatedSite | None
    """None where the host is still to be found."""
    movers: Sequence[LocatedSite]
    members: Sequence[LocatedSite]
    campus: Sequence[LocatedSite]
    """Open fire stations of the members' own bodies on a member's plot, members among them."""
    cover: Cover
    access: Access
    space: Space
    as_of: dt.date
    decided: Mapping[str, Sequence[Decided]]
    """What stands decided about sites, by site_id."""

    @property
    def into_partner(self) -> bool:
        """Whether the host is a partner's site, which hosts and nothing else."""
        return self.option.kind == "into_partner"

    @property
    def involved(self) -> list[LocatedSite]:
        """Sites that something happens to: a touchdown leaves its nearest police site alone."""
        sites = self.movers if self.host is None else [self.host, *self.movers]
        return sorted(sites, key=lambda site: site.site_id)


def years_after(day: dt.date, years: float, /) -> dt.date:
    """Return the day some years after another, or before it where they are negative.

    Args:
        day: the day to count from.
        years: how many; a part of a year counts as its days.
    """
    years = min(max(years, -FOREVER_YEARS), FOREVER_YEARS)
    return day + dt.timedelta(days=int(years * DAYS_A_YEAR))


def of_site(site: LocatedSite, reason: str, /, *, outcome: str = "unknown") -> Finding:
    """Return what the register tells, or does not tell, of one site.

    Args:
        site: the site, which is asked.
        reason: why, without a full stop.
        outcome: pass, fail or unknown.
    """
    return Finding(outcome, reason, f"register:{site.site_id}", f"site:{site.site_id}")


def of_option(case: Case, /) -> str:
    """Return whom a finding is about that is about an option.

    Args:
        case: the option.
    """
    return f"option:{case.option.option_id}"


def no_host(case: Case, /) -> Finding:
    """Return that nothing can be told while it is open who would host.

    Args:
        case: the option.
    """
    reason = "Which site stays is open"
    if case.option.kind == "both_to_new":
        reason = "The new site is still to be found"
    return Finding("unknown", reason, of_option(case), of_option(case))


def compared(
    host: LocatedSite, reason: str, /, *, movers: Sequence[LocatedSite], outcome: str
) -> Finding:
    """Return of the host what follows from its row and the movers' rows together.

    Args:
        host: the host, which is asked.
        reason: why, without a full stop.
        movers: who would move in.
        outcome: pass, fail or unknown.
    """
    rows = [f"register:{site.site_id}" for site in (host, *movers)]
    return Finding(outcome, reason, ";".join(rows), f"site:{host.site_id}")
