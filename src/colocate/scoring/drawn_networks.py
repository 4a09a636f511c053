"""Measure the options on networks with drawn speeds: each re-weighted, several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.access import open_desks
from colocate.impact.crews import Terms
from colocate.progress import SILENT, Progress
from colocate.scoring import drawn_services, draws
from colocate.spread import ALONE, Spread, gathered
from colocate.tables import parts
from colocate.travel.draws import AT_ONCE, prepared, times_drawn
from colocate.travel.od_matrix import ready

if TYPE_CHECKING:
    from colocate.study import Access, Nearness, Response, Tolerance, Travel
    from colocate.travel import draws as travel_draws
    from colocate.travel.kernel.roadgraph import Floats
    from colocate.travel.roads import ReadyRoads

Measured = Callable[..., pd.DataFrame]
"""From the factors on speed of some draws to their `drawn_measures`; told the networks done."""

BLOCK = AT_ONCE
"""Most networks that a worker is sent at once."""
CELLS = 2**28
"""Drives of networks held at once, 8 bytes each."""


def on_networks(
    factors: pd.DataFrame,
    given: Drawn,
    /,
    *,
    terms: Given,
    progress: Progress = SILENT,
    spread: Spread = ALONE,
) -> pd.DataFrame:
    """Measure on one network a draw, here or on several workers; none changes a result.

    Args:
        factors: one row a draw, by its number; one column a class group.
        given: the run's tables.
        terms: settings that options are measured by.
        progress: told the networks that are done.
        spread: measures blocks of networks elsewhere.

    Returns:
        Table `drawn_measures`.
    """
    count = -(-len(factors) // BLOCK)
    blocks = [factors.iloc[part] for part in np.array_split(np.arange(len(factors)), count or 1)]
    if spread is ALONE:
        measured, found = measuring(given, **terms._asdict()), []
        for block in blocks:  # no more drives are held than those of a block
            found.append(measured(block))
            if len(block):
                progress.advance(int(block.index[-1]), len(factors), what="networks")
        return pd.concat(found, ignore_index=True)
    parts = {f"networks up to {block.index[-1]}": block for block in blocks}
    answers = spread.each(_block, parts, given=(given, terms))
    return pd.concat(gathered(answers, parts, progress=progress), ignore_index=True)


_LAST: list[tuple[object, Measured]] = []
"""What a worker was given last, and what it prepared of it: the same for every block it is sent."""


def _block(factors: pd.DataFrame, given: tuple[Drawn, Given]) -> pd.DataFrame:
    if not _LAST or _LAST[0][0] is not given:
        drawn, terms = given
        _LAST[:] = [(given, measuring(drawn, **terms._asdict()))]
    return _LAST[0][1](factors)


class Given(NamedTuple):
    """Settings that options are measured by: what `measuring` takes by these names."""

    travel: Travel
    response: Response
    access: Access
    tolerance: Tolerance
    nearness: Mapping[str, Nearness]


class Drawn(NamedTuple):
    """What drawn networks are measured with: tables by name, and the roads made ready."""

    options: pd.DataFrame
    located_sites: pd.DataFrame
    participation: pd.DataFrame
    demand_points: pd.DataFrame
    snaps: pd.DataFrame
    new_sites: pd.DataFrame
    crew_hours: pd.DataFrame
    roads: ReadyRoads
    edge_speeds: pd.DataFrame


def measuring(
    given: Drawn,
    /,
    *,
    travel: Travel,
    response: Response,
    access: Access,
    tolerance: Tolerance,
    nearness: Mapping[str, Nearness],
) -> Measured:
    """Prepare the roads once for all speeds; return how to measure the options at some.

    Measured are the options that are ranked: in cover those that move a crew, in access those
    that move a desk. The others change nothing at any speed.

    Args:
        given: the run's tables.
        travel: section `travel` of the study.
        response: section `response`.
        access: section `access`.
        tolerance: section `tolerance`.
        nearness: `choice.nearness` of the study.
    """
    serving = _serving(given, access=access)
    ranked, crews, desks = _ranked(given.options, serving=serving)
    trips = prepared(
        ready(given.snaps, given.roads, settings=travel),
        given.edge_speeds,
        settings=travel,
        **_that_matter(given, ranked=ranked, crews=crews, desks=desks, serving=serving),
    )
    terms = Terms(response, tolerance, travel.cutoff_min.value * 60, given.crew_hours)
    sites, points = given.located_sites, given.demand_points
    measures = draws.Measures(
        ranked,
        nearness=nearness,
        driven=_driven(ranked),
        cover=drawn_services.crews(
            crews, given.new_sites, located_sites=sites, participation=given.participation,
            demand_points=points, terms=terms,
        ),
        access=drawn_services.desks(
            desks, given.new_sites, located_sites=sites[_near(given)], demand_points=points,
            terms=terms, access=access,
        ),
    )  # fmt: skip

    return partial(_measured, trips=trips, measures=measures)


def _measured(
    factors: pd.DataFrame,
    progress: Progress = SILENT,
    *,
    trips: travel_draws.Prepared,
    measures: draws.Measures,
) -> pd.DataFrame:
    """Measure the options on so many networks at a time as there is room for the drives of."""
    drives = sum(len(each.sources.edge) * len(each.targets.edge) for each in trips.trips.values())
    found, at_once = [], max(CELLS // max(drives, 1), 1)
    for begin in range(0, max(len(factors), 1), at_once):
        part = factors.iloc[begin : begin + at_once]
        drawn = times_drawn(trips, factors=part.to_dict("records"), progress=progress)
        networks = dict(zip(part.index, drawn, strict=True))
        found.append(draws.drawn_measures(measures, networks))
    return pd.concat(found, ignore_index=True)


def _near(given: Drawn) -> pd.Series:
    """Say which sites have a way to them or would move: others serve nobody on any network."""
    movers = [site for listed in given.options["mover_site_ids"] for site in parts(listed)]
    return given.located_sites["site_id"].isin([*given.snaps["point_id"], *movers])


def _driven(options: pd.DataFrame) -> Callable[[travel_draws.Drawn], Floats]:
    """Return what gives options the largest drive between any two of their sites, either way, s.

    It is NaN where one is unknown.
    """
    of = [
        (row, start, end)
        for row, listed in enumerate(options["site_ids"])
        for start, end in permutations(parts(listed), 2)
    ]
    if not of:
        return lambda _: options["travel_time_s"].to_numpy("float64")
    row, start, end = (np.array(column, "object") for column in zip(*of, strict=True))
    begins = np.flatnonzero(np.diff(row.astype("int64"), prepend=-1))

    def at_times(times: travel_draws.Drawn) -> Floats:
        on = times.site_id.get_indexer
        found = np.pad(times.site_to_site, ((0, 1), (0, 1)), constant_values=np.inf)
        longest = np.maximum.reduceat(found[on(start), on(end)], begins)
        return np.where(np.isfinite(longest), longest, np.nan)

    return at_times


def _serving(given: Drawn, *, access: Access) -> tuple[set[str], set[str]]:
    """Name the stations that cover today, and the sites with a desk."""
    who = given.participation
    return {*who.loc[who["covers"], "site_id"]}, {*open_desks(given.located_sites, access).index}


def _ranked(options: pd.DataFrame, *, serving: tuple[set[str], set[str]]) -> list[pd.DataFrame]:
    """Find the options that are ranked, and those of them that move a crew or a desk."""
    ranked = options[(options["existing_share"] != "existing") & (options["kind"] != "touchdown")]
    movers = [parts(listed) for listed in ranked["mover_site_ids"]]
    moves = (np.array([not own.isdisjoint(each) for each in movers], "bool") for own in serving)
    return [ranked] + [ranked[moved] for moved in moves]


def _that_matter(
    given: Drawn,
    *,
    ranked: pd.DataFrame,
    crews: pd.DataFrame,
    desks: pd.DataFrame,
    serving: tuple[set[str], set[str]],
) -> dict[str, set[str]]:
    """Name the sites whose trips decide: what serves today, and hosts of what would move."""
    new, demand = given.new_sites, given.demand_points
    stations, with_desk = serving

    def hosts(options: pd.DataFrame) -> set[str]:
        own = new.loc[new["option_id"].isin(options["option_id"]), "site_id"]
        return {*options["host_site_id"].dropna(), *own}

    return {
        "response": hosts(crews) | stations,
        "access": hosts(desks) | with_desk,
        "between": {site for listed in ranked["site_ids"] for site in parts(listed)},
        "demand": set(demand.loc[demand["in_area"], "demand_id"]),
    }
