"""When each stage of an option could begin and end, and which stages everything waits for.

    start of a step = the study's day + Σ of the longest stage of each step before
    end of a stage  = its start + its days

once with the days that each step takes at least, once with those that it usually takes. A building
that would be left is given back at the first break or end of its lease from the end of the move on.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from colocate.governance.order import by_option
from colocate.tables import each, parts
from colocate.tables.dates import first_day
from colocate.tables.governance import TIMELINE, TOPICS
from colocate.tables.rows import LocatedSite, Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from colocate.tables.rows import Approval

    Row = dict[str, Any]

PACES = ("earliest", "usual")
MOVED = "move"
OPEN_END = ("leasehold", "licence", "pfi")
"""Tenures under which a building is given back by date."""
UNDATED = "no break or end of the lease is recorded"
OVER = "the lease on record is, or may be, over before the move"


def timeline(
    approvals: pd.DataFrame,
    options: pd.DataFrame,
    *,
    located_sites: pd.DataFrame,
    as_of: dt.date,
) -> pd.DataFrame:
    """Lay the stages of every option on a line of days.

    Args:
        approvals: table `approvals`.
        options: table `options`.
        located_sites: table `located_sites`, for how buildings that would be left are held.
        as_of: the study's day: when the first stage begins.

    Returns:
        Table `timeline`, sorted by option_id, step and topic in the order of the process.
    """
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    freed = {
        option.option_id: [sites[site] for site in parts(option.released_site_ids)]
        for option in each(Option, options)
    }
    rows: list[Row] = []
    for option_id, path in by_option(approvals).items():
        stages = _stages(path, as_of=as_of)
        moved = next((row for row in stages if row["topic"] == MOVED), None)
        held = [site for site in freed[option_id] if site.tenure in OPEN_END]
        given = [_given_back(moved, held)] if moved and held else []
        rows += [{"option_id": option_id} | row for row in (*stages, *given)]
    return conform(TIMELINE, sorted(rows, key=_place))


def _place(row: Mapping[str, Any]) -> tuple[str, int, int]:
    topics = (*TOPICS, "lease")
    return row["option_id"], row["step"], topics.index(row["topic"])


def _stages(path: Iterable[Approval], *, as_of: dt.date) -> list[Row]:
    """Lay the stages of one path end to end, step by step."""
    stages: dict[tuple[int, str, str], list[Approval]] = {}
    for one in path:
        stages.setdefault((one.step, one.topic, one.phase), []).append(one)
    days = {
        pace: {of: max(getattr(one, f"days_{pace}") for one in all_) for of, all_ in stages.items()}
        for pace in PACES
    }
    longest = {pace: _longest(taken) for pace, taken in days.items()}
    rows = []
    for (step, topic, phase), approvals in stages.items():
        said = "; ".join(dict.fromkeys(one.days_source for one in approvals))
        row: Row = {"step": step, "topic": topic, "phase": phase, "rests_on": said}
        for pace in PACES:
            before = sum(most for earlier, most in longest[pace].items() if earlier < step)
            start = as_of + dt.timedelta(days=before)
            end = start + dt.timedelta(days=days[pace][step, topic, phase])
            row |= {f"start_{pace}": start.isoformat(), f"end_{pace}": end.isoformat()}
        usual = days["usual"][step, topic, phase]
        row["critical"] = bool(usual and usual == longest["usual"][step])
        rows.append(row)
    return rows


def _longest(taken: Mapping[tuple[int, str, str], int]) -> dict[int, int]:
    """The days of the longest stage of each step."""
    longest: dict[int, int] = {}
    for (step, _, _), days in taken.items():
        longest[step] = max(longest.get(step, days), days)
    return longest


def _given_back(moved: Mapping[str, Any], held: list[LocatedSite]) -> Row:
    """Say when the last of some leased buildings could be given back."""
    row: Row = {"step": moved["step"], "topic": "lease", "phase": moved["phase"]}
    for pace in PACES:
        end = moved[f"end_{pace}"]
        days = [next(_from(site, end), None) for site in held]
        row[f"start_{pace}"] = end
        row[f"back_{pace}"] = None if None in days else max(day for day in days if day)
    row["critical"] = row["back_usual"] is not None and row["back_usual"] > moved["end_usual"]
    late = [site for site in held if next(_from(site, moved["end_usual"]), None) is None]
    said = {
        why: "; ".join(site.name for site in late if (next(_from(site, ""), None) is None) == bare)
        for why, bare in ((UNDATED, True), (OVER, False))
    }
    told = ". ".join(f"{why}: {names}" for why, names in said.items() if names)
    row["rests_on"] = told or "lease dates recorded"
    return row


def _from(site: LocatedSite, day: str) -> Iterator[str]:
    """Yield the break and the end of a lease that are not before a day, the first one first."""
    dates = [date for date in (site.break_date, site.lease_end) if isinstance(date, str)]
    yield from sorted(date for date in dates if first_day(date).isoformat() >= day)
