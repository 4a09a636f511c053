"""What would outlive the body that makes it: agreements, leases, targets, and what to write."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.tables import each
from colocate.tables.dates import first_day, last_day
from colocate.tables.governance import SUCCESSIONS
from colocate.tables.rows import Body, LocatedSite, Succession
from colocate.tables.schema import conform, issue_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from colocate import study

NOT_NAMED = "not named"
SIGNING = ("approve", "agree", "carry_out")
"""Actions by which a body binds itself."""
KINDS = {"lease": "the lease", "agreement": "the agreement", "target": "the target"}


class Outlived(NamedTuple):
    """What outlives whom, and the notes to raise."""

    successions: pd.DataFrame
    issues: pd.DataFrame


class _Runs(NamedTuple):
    """Something a body has bound itself to, and until when."""

    body_id: str
    about: str
    until: dt.date
    rests_on: str


def outlived(
    bodies: pd.DataFrame,
    approvals: pd.DataFrame,
    *,
    located_sites: pd.DataFrame,
    targets: Sequence[study.Target],
    appraisal_years: int,
    as_of: dt.date,
) -> Outlived:
    """Find what would run on after the body that answers for it has ended.

    An agreement made now is taken to run as long as the appraisal. What a force has bound itself to
    is its commissioner's too.

    Args:
        bodies: table `bodies`.
        approvals: table `approvals`, for who would bind itself.
        located_sites: table `located_sites`, for leases.
        targets: the study's targets.
        appraisal_years: years over which options are appraised.
        as_of: the study's day.

    Returns:
        Table `successions`, sorted by body_id and about, and a note for each.
    """
    listed = {body.body_id: body for body in each(Body, bodies)}
    signing = set(approvals.loc[approvals["action"].isin(SIGNING), "body_id"])
    runs = [
        _Runs(body_id, "agreement", _years_on(as_of, appraisal_years),
              f"assumed: it runs as long as the appraisal, {appraisal_years} years")
        for body_id in signing
    ]  # fmt: skip
    for site in each(LocatedSite, located_sites):
        if isinstance(site.lease_end, str):
            end = first_day(site.lease_end)
            runs.append(_Runs(site.body_id, f"lease/{site.site_id}", end, "the register"))
    for target in targets:
        end = _years_on(as_of, target.years.value)
        runs += [_Runs(body, f"target/{target.id}", end, "the study") for body in target.bodies]
    rows = {
        (body.body_id, run.about): _row(body, run)
        for run in runs
        for body in _answering(run.body_id, listed)
        if isinstance(body.valid_to, str) and as_of <= last_day(body.valid_to) < run.until
    }
    frame = conform(SUCCESSIONS, [rows[key] for key in sorted(rows)])
    return Outlived(frame, issue_rows(_notes(frame)))


def _years_on(day: dt.date, years: float) -> dt.date:
    on, month = divmod(day.month - 1 + round(12 * years), 12)
    last = calendar.monthrange(day.year + on, month + 1)[1]
    return day.replace(year=day.year + on, month=month + 1, day=min(day.day, last))


def _answering(body_id: str, listed: Mapping[str, Body]) -> Iterator[Body]:
    """Yield a body, and the commissioner of a force."""
    if body_id not in listed:
        return
    own = listed[body_id]
    yield own
    if own.kind == "police_force":
        for body in listed.values():
            if body.kind == "police_commissioner" and body.area == own.area:
                yield body


def _row(body: Body, run: _Runs) -> dict[str, Any]:
    ends = last_day(str(body.valid_to))
    known = isinstance(body.successors, str)
    successors = str(body.successors) if known else NOT_NAMED
    certainty = body.succession_certainty
    kind = run.about.partition("/")[0]
    write = (
        f"say whose target it is from the day after {ends} on ({successors})"
        if kind == "target"
        else f"bind and benefit whoever takes over the functions and property of {body.name} "
        f"({successors}); let either side end it if that body cannot keep the use; review it "
        f"before {ends}"
    )
    source = body.succession_source if isinstance(body.succession_source, str) else body.source
    return {
        "body_id": body.body_id,
        "about": run.about,
        "until": run.until.isoformat(),
        "ends": ends.isoformat(),
        "successors": successors,
        "certainty": certainty if known and isinstance(certainty, str) else "unverified",
        "clause": f"In {KINDS[kind]} {write}.",
        "source": f"{source}; how long it runs: {run.rests_on}",
    }


def _notes(frame: pd.DataFrame) -> Iterator[tuple[str, str, str, str, str, str]]:
    for row in each(Succession, frame):
        message = (
            f"{row.body_id} ends on {row.ends} ({row.certainty}), and {row.about} would run on. "
            f"{row.clause}"
        )
        rule = f"outlived_{row.about}"
        yield "governance.successions", "bodies", row.body_id, rule, "note", message
