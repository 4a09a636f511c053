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
import pandas as pd

from colocate.errors import OptionError
from colocate.impact import arrivals
from colocate.impact.arrivals import Chances, Moving, Odds, Offers, Queue
from colocate.impact.relocation import Bases, Moves, Shifts, bases, in_area, shifts
from colocate.impact.told import joined
from colocate.tables import parts
from colocate.tables.effects import FIRE_CASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from colocate import study
    from colocate.impact.told import Floats, Told
    from colocate.travel.od_array import OdArray

HOURS = 24


class Arrivals(NamedTuple):
    """What points may expect."""

    time_s: Floats
    """Expected response of the first appliance, s; infinite where no crew has a way."""
    within: Floats
    """Standards × points: the chance that it comes within each."""
    second: Floats
    """The chance that a second appliance comes within its limit."""
    border: Floats
    """The chance that the first comes from over the border."""


class Case(NamedTuple):
    """One way of taking crews: how soon they turn out, and how often they are there."""

    turnout_s: Floats
    """Per row, and at the end the one that counts where nobody is there."""
    start_s: Floats
    """Per row: call handling and turnout."""
    queue: Queue
    """Today's."""
    chances: Chances
    """Of it."""
    now: Arrivals
    """At all points."""
    told: Told
    """Where something is told from today's after each of the shifts that are worked out."""
    later: Arrivals
    """There."""


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
    shifts: Shifts
    """The rows that do."""
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
    over: np.ndarray
    """Per row: whether the station is over the border."""
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
        over=sites["over_border"].reindex(crewing.index).to_numpy("bool", copy=True),
        demand=demand,
        turnout_s={case: most_s if case == "worst" else mean_s for case in cases},
        odds={case: _odds(case, crewing, own=own, terms=terms) for case in cases},
        moves=moves,
        terms=terms,
    )


def crews(
    listed: Roster,
    site_to_demand: pd.DataFrame | OdArray,
    /,
    *,
    earlier: Shifts | None = None,
) -> Crews:
    """Lay out the response of every crew to every demand point.

    Args:
        listed: the crews, and whom they serve.
        site_to_demand: table `site_to_demand`, the response direction.
        earlier: the shifts of the same crews at other times, as `shifts` takes them.
    """
    terms = listed.terms
    serving = bases(
        listed.station, moves=listed.moves, od=site_to_demand,
        demand=pd.Index(listed.demand["demand_id"]),
    )  # fmt: skip
    moved = shifts(serving, listed.moves, earlier=earlier)
    return Crews(
        station=listed.station,
        crewing=listed.crewing,
        demand=listed.demand,
        people=listed.demand["people"].to_numpy(),
        fires=listed.demand["fires_per_year"].to_numpy(),
        cases=_cases(listed, serving=serving, moving=moved.moving()),
        moves=listed.moves,
        shifts=moved,
        limits_s=_limits_s(terms.response),
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


def _limits_s(response: study.Response) -> Floats:
    return np.array([each.limit_min.value * 60 for each in response.standards], "float64")


def _cases(listed: Roster, *, serving: Bases, moving: Moving) -> dict[str, Case]:
    """Lay out every case, today and after each shift."""
    response, tolerance, cutoff_s, _ = listed.terms
    handling_s, second = response.call_handling_s.value, response.second_limit_min
    leaving, today = int(np.diff(moving.first).max(initial=0)), {}
    for name, turnout_s in listed.turnout_s.items():
        odds = listed.odds[name]
        terms = arrivals.Terms(
            over=listed.over,
            limits_s=_limits_s(response),
            second_s=float(second.value * 60) if second else 0.0,
            beyond_s=float(handling_s + turnout_s[-1] + cutoff_s),
            tolerance_s=float(tolerance.time_s.value),
            tolerance=float(tolerance.chance.value),
        )
        offers = Offers(serving.drive, serving.site, handling_s + turnout_s[:-1])
        queue = arrivals.queue(offers, length=arrivals.places(odds, leaving=leaving))
        today[name] = (offers, queue, arrivals.measured(queue, odds, terms=terms), odds, terms)
    found: dict[str, list[tuple[Told, Floats]]] = {name: [] for name in today}
    for drive, part in serving.blocks(moving):
        for name, (offers, queue, now, odds, terms) in today.items():
            after = arrivals.after(
                now, queue=queue, moving=part, offers=offers._replace(drive=drive), odds=odds,
                terms=terms,
            )  # fmt: skip
            found[name].append(after)
    cases = {}
    for name, (offers, queue, now, odds, _) in today.items():
        told, later = joined(found.pop(name), today=now)
        chances = arrivals.first(queue.row, odds)
        cases[name] = Case(listed.turnout_s[name], offers.start_s, queue, chances, _named(now),
                           told, _named(later))  # fmt: skip
    return cases


def _named(values: Floats) -> Arrivals:
    return Arrivals(values[0], values[1:-2], values[-2], values[-1])


def parts_of(fire: Crews, case: Case, /) -> dict[str, Floats]:
    """Part the expected response of each point: call handling, turnout, drive, and the whole.

    Args:
        fire: every crew that counts.
        case: one of its cases.

    Returns:
        By part, s a point; infinite where no crew has a way.
    """
    queue, chances = case.queue, case.chances
    turnout_s = case.turnout_s[queue.row]
    handling_s = fire.response.call_handling_s.value
    drive_s = queue.time_s - case.start_s[queue.row]
    handling = np.where(queue.row[0] >= 0, handling_s, np.inf)
    return {
        "handling": handling,
        "turnout": arrivals.expected(turnout_s, chances, row=queue.row, beyond=case.turnout_s[-1]),
        "drive": arrivals.expected(drive_s, chances, row=queue.row, beyond=fire.cutoff_s),
        "response": case.now.time_s,
    }
