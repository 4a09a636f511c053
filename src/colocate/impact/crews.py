"""Fire crews as arrays: how soon each can be anywhere, and how often it is there to come.

    response = call handling + turnout of the crew that comes + drive from its station

The standards run from the answered call, so a flat drive-time ring would be wrong by the turnout
(dsfire.gov.uk, our performance). Three cases: in the best every crew is there and turns out in the
mean; what is expected is that any crew may be out; in the worst it is out more often and turns out
at its ceiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.errors import OptionError
from colocate.impact import arrivals
from colocate.impact.arrivals import Chances, Floats, Ints, Odds, Queue
from colocate.impact.relocation import Bases, Moves, Shift, bases, in_area
from colocate.impact.tolerance import settled
from colocate.tables import parts
from colocate.tables.effects import FIRE_CASES
from colocate.travel.kernel import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from colocate import study
    from colocate.travel.od_array import OdArray

HOURS = 24


class Arrivals(NamedTuple):
    """What the points of the area may expect."""

    time_s: Floats
    """Expected response of the first appliance, s; infinite where no crew has a way."""
    within: Floats
    """Standards × points: the chance that it comes within each."""
    at: Ints
    """Points whose crews the queue holds: those at which anything is told from today's."""
    queue: Queue


class Case(NamedTuple):
    """One way of taking crews: how soon they turn out, and how often they are there."""

    bases: Bases
    turnout_s: Floats
    """Per row, and at the end the one that counts where nobody is there."""
    odds: Odds
    chances: Chances
    """Of today's queue, which `now` holds."""
    now: Arrivals


class Crews(NamedTuple):
    """Fire crews as arrays: rows in order of station id, then as the register lists them."""

    station: pd.Index
    """Of each row."""
    crewing: np.ndarray
    """Per row: a value of `crewing`, or `unknown`."""
    demand: pd.DataFrame
    """Demand points of the area in order of id: the columns of `bases`."""
    people: Floats
    """Of each demand point."""
    fires: Floats
    """A year, likewise."""
    cases: Mapping[str, Case]
    """By name, of `FIRE_CASES`; `expected` is always there."""
    moves: Moves
    """What could move where."""
    limits_s: Floats
    """Of the response standards."""
    cutoff_s: float
    """The drive that counts where nobody is there."""
    response: study.Response
    tolerance: study.Tolerance

    @property
    def expected(self) -> Case:
        """The case that is the headline."""
        return self.cases["expected"]

    @property
    def bases(self) -> Bases:
        """Who serves, in that case."""
        return self.expected.bases


class Terms(NamedTuple):
    """What of a study the response depends on."""

    response: study.Response
    """Its first standard measures the options."""
    tolerance: study.Tolerance
    cutoff_s: float
    """Longest drive that was looked for."""
    crew_hours: pd.DataFrame | None = None
    """Table of that name; every hour alike without rows."""


class Roster(NamedTuple):
    """Who counts and whom they serve, whatever the roads: rows as of `Crews`."""

    station: pd.Index
    crewing: np.ndarray
    demand: pd.DataFrame
    turnout_s: Mapping[str, Floats]
    """By case, as of `Case`."""
    odds: Mapping[str, Odds]
    """By case."""
    moves: Moves
    terms: Terms


def roster(
    moves: Moves,
    located_sites: pd.DataFrame,
    /,
    *,
    participation: pd.DataFrame,
    demand_points: pd.DataFrame,
    terms: Terms,
    cases: Iterable[str] = FIRE_CASES,
) -> Roster:
    """List every crew that counts in cover.

    A station has a row for each crew in its `crewing`, and one where the register gives none. A
    later crew never turns out before an earlier one of its station. Stations over the border count,
    closed ones do not.

    Args:
        moves: what could move where.
        located_sites: table `located_sites`.
        participation: table `participation`; `covers` says which stations count.
        demand_points: table `demand_points`; those in the study's area count.
        terms: what of the study counts.
        cases: those wanted, `expected` among them.

    Raises:
        OptionError: there is no such crew, or no demand point in the area.
    """
    demand = in_area(demand_points)
    station = participation.loc[participation["covers"], "site_id"].sort_values()
    if station.empty or demand.empty:
        raise OptionError(
            f"fire cover: {len(station)} stations cover {len(demand)} demand points; expected at "
            "least one of each. Check service, roles and status in the registers, and in_area in "
            "the demand table."
        )
    sites = located_sites.set_index("site_id").loc[station]
    listed = sites["crewing"].map(lambda crews: parts(crews) or ["unknown"], na_action=None)
    crewing = listed.explode()
    own = sites["availability"].reindex(crewing.index).to_numpy("float64")
    mean_s, most_s = _turnouts(crewing, terms.response)
    return Roster(
        station=crewing.index,
        crewing=crewing.to_numpy("object"),
        demand=demand,
        turnout_s={case: most_s if case == "worst" else mean_s for case in cases},
        odds={case: _odds(case, crewing, own=own, terms=terms) for case in cases},
        moves=moves,
        terms=terms,
    )


def crews(listed: Roster, site_to_demand: pd.DataFrame | OdArray, /) -> Crews:
    """Lay out the response of every crew to every demand point.

    Args:
        listed: the crews, and whom they serve.
        site_to_demand: table `site_to_demand`, the response direction.
    """
    terms = listed.terms
    handling_s = terms.response.call_handling_s.value
    limits_s = np.array([each.limit_min.value * 60 for each in terms.response.standards])
    serving = bases(
        listed.station, handling_s + listed.turnout_s["expected"][:-1], moves=listed.moves,
        od=site_to_demand, demand=listed.demand, tolerance=terms.tolerance,
    )  # fmt: skip
    leaving, found = _leaving(serving, listed.moves), {}
    for name, turnout_s in listed.turnout_s.items():
        found[name] = _case(
            _later(serving, handling_s + turnout_s[:-1]) if name == "worst" else serving,
            turnout_s,
            odds=listed.odds[name],
            limits_s=limits_s,
            leaving=leaving,
            beyond_s=handling_s + turnout_s[-1] + terms.cutoff_s,
        )
    return Crews(
        station=listed.station,
        crewing=listed.crewing,
        demand=listed.demand,
        people=listed.demand["people"].to_numpy(),
        fires=listed.demand["fires_per_year"].to_numpy(),
        cases=found,
        moves=listed.moves,
        limits_s=limits_s,
        cutoff_s=terms.cutoff_s,
        response=terms.response,
        tolerance=terms.tolerance,
    )


def _turnouts(crewing: pd.Series, response: study.Response) -> tuple[Floats, Floats]:
    """Mean and ceiling of each crew's turnout, s, and at the end the longest of any crewing."""
    means = {kind: figure.value for kind, figure in response.turnout_s.items()}
    ceilings = {kind: response.turnout_most_s(kind) for kind in means}
    mean, most = (
        np.append(crewing.map(by).groupby(level=0).cummax().to_numpy("float64"), max(by.values()))
        for by in (means, ceilings)
    )
    return mean, most


def _later(serving: Bases, start_s: Floats) -> Bases:
    """The same crews where they take another time before the drive."""
    offers = serving.drive + start_s[:, np.newaxis]
    return serving._replace(start_s=start_s, now=nearest.reach(offers))


def _leaving(serving: Bases, moves: Moves) -> int:
    """Most crews that move at once."""
    counts = (
        sum(len(serving.rows[site]) for site in hosts if site in serving.rows)
        for hosts in moves.values()
    )
    return max(counts, default=0)


def _odds(case: str, crewing: pd.Series, *, own: Floats, terms: Terms) -> Odds:
    """Say how often each crew is out: what is known of its station before what is of its crewing.

    Of a station its hours come first, then the figure of its register; of a crewing its hours, then
    the study's figure, whose low end counts in the worst case.
    """
    count, figures = len(crewing), terms.response.availability
    if case == "best" or not (figures or np.isfinite(own).any() or _given(terms.crew_hours)):
        return Odds(np.zeros((1, count)), np.ones(1))
    usual = {kind: f.least if case == "worst" else f.value for kind, f in figures.items()}
    there = np.tile(crewing.map(usual).fillna(1.0).to_numpy("float64"), (HOURS, 1))
    _put(there, terms.crew_hours, of=crewing.to_numpy("object"))
    there = np.where(np.isfinite(own), own, there)
    _put(there, terms.crew_hours, of=crewing.index.to_numpy("object"))
    alike, counted = np.unique(there, axis=0, return_counts=True)
    return Odds(1 - alike, counted / HOURS)


def _put(there: Floats, crew_hours: pd.DataFrame | None, *, of: np.ndarray) -> None:
    """Set what is known by hour of some crews."""
    if crew_hours is not None:
        for known, rows in crew_hours.sort_values("hour").groupby("of"):
            there[:, of == known] = rows["availability"].to_numpy()[:, np.newaxis]


def _given(table: pd.DataFrame | None) -> bool:
    return table is not None and not table.empty


def _case(
    serving: Bases, turnout_s: Floats, *, odds: Odds, limits_s: Floats, leaving: int,
    beyond_s: float,
) -> Case:  # fmt: skip
    queue = arrivals.queue(serving.now.offers, length=arrivals.places(odds, leaving=leaving))
    chances = arrivals.first(queue.row, odds)
    everywhere = np.arange(queue.row.shape[1])
    now = Arrivals(*_expected(queue, chances, limits_s=limits_s, beyond_s=beyond_s), everywhere,
                   queue)  # fmt: skip
    return Case(serving, turnout_s, odds, chances, now)


def _expected(
    queue: Queue, chances: Chances, *, limits_s: Floats, beyond_s: float
) -> tuple[Floats, Floats]:
    time_s = arrivals.expected(queue.time_s, chances, row=queue.row, beyond=beyond_s)
    within = [arrivals.within(queue.time_s, chances, limit_s=limit) for limit in limits_s]
    return time_s, np.stack(within)


def after(fire: Crews, moved: Shift, /, *, case: Case) -> Arrivals:
    """Find what points may expect after a known shift.

    The first, the second, … crew's time is kept as it is today where it changes by no more than can
    be told; where all are, everything is. So is then a point's expected response, and its chance of
    each standard. With every crew there this is the rule for the first alone.

    Args:
        fire: every crew that counts.
        moved: a known shift.
        case: one of its cases.
    """
    return after_each(fire, [moved], case=case)[0]


def after_each(fire: Crews, moved: Sequence[Shift], /, *, case: Case) -> list[Arrivals]:
    """Find what points may expect after each of many known shifts, as `after` does.

    Args:
        fire: every crew that counts.
        moved: known shifts, each from as it is today.
        case: one of its cases.
    """
    now, least_s = case.now, fire.tolerance.time_s.value
    changed = [
        arrivals.changed(now.queue, gone=each.gone, arrivals=each.arrivals(case.bases))
        for each in moved
    ]
    # What a point may expect does not depend on other points: those of all shifts go together.
    of = np.repeat(np.arange(len(moved)), [len(at) for at, _ in changed])
    at = np.concatenate([at for at, _ in changed] or [of])
    row, time_s = (
        np.concatenate([getattr(queue, name) for _, queue in changed] or [today[:, :0]], axis=1)
        for name, today in now.queue._asdict().items()
    )
    before_s = now.queue.time_s[:, at]
    told_s = settled(before_s, time_s, tolerance_s=least_s)
    told = (told_s != before_s).any(axis=0)
    of, at, queue = of[told], at[told], Queue(row[:, told], told_s[:, told])
    beyond_s = fire.response.call_handling_s.value + case.turnout_s[-1] + fire.cutoff_s
    found_s, chance = _expected(
        queue, arrivals.first(queue.row, case.odds), limits_s=fire.limits_s, beyond_s=beyond_s
    )
    found_s = settled(now.time_s[at], found_s, tolerance_s=least_s)
    chance = settled(now.within[:, at], chance, tolerance_s=fire.tolerance.chance.value)
    each_s, within = np.tile(now.time_s, (len(moved), 1)), np.tile(now.within, (len(moved), 1, 1))
    each_s[of, at] = found_s
    within[of, :, at] = chance.T
    ends = np.searchsorted(of, np.arange(len(moved) + 1))
    return [
        Arrivals(times, chances, at[part], Queue(queue.row[:, part], queue.time_s[:, part]))
        if shifted.gone.size
        else now
        for shifted, times, chances, part in zip(
            moved, each_s, within, map(slice, ends[:-1], ends[1:]), strict=True
        )
    ]


def second_within(fire: Crews, limit_s: float) -> tuple[Floats, Callable[[Arrivals], Floats]]:
    """Find the chance that a second appliance comes within a limit: today's, and how afterwards.

    Args:
        fire: every crew that counts.
        limit_s: the limit, included.
    """
    case = fire.expected

    def of(queue: Queue) -> Floats:
        chances = arrivals.second(queue.row, case.odds)
        return arrivals.within(queue.time_s, chances, limit_s=limit_s)

    now = of(case.now.queue)

    def later(found: Arrivals) -> Floats:
        chance = now.copy()
        chance[found.at] = settled(
            now[found.at], of(found.queue), tolerance_s=fire.tolerance.chance.value
        )
        return chance

    return now, later


def parts_of(fire: Crews, case: Case, /) -> dict[str, Floats]:
    """Part the expected response of each point: call handling, turnout, drive, and the whole.

    Args:
        fire: every crew that counts.
        case: one of its cases.

    Returns:
        By part, s a point; infinite where no crew has a way.
    """
    queue, chances = case.now.queue, case.chances
    turnout_s = case.turnout_s[queue.row]
    handling_s = fire.response.call_handling_s.value
    drive_s = queue.time_s - case.bases.start_s[queue.row]
    handling = np.where(queue.row[0] >= 0, handling_s, np.inf)
    return {
        "handling": handling,
        "turnout": arrivals.expected(turnout_s, chances, row=queue.row, beyond=case.turnout_s[-1]),
        "drive": arrivals.expected(drive_s, chances, row=queue.row, beyond=fire.cutoff_s),
        "response": case.now.time_s,
    }
