"""What options do to fire cover and to desks on a drawn network: figures alone, and no table.

Who serves whom and who moves is the same at all speeds; only the drives are laid out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from colocate.impact import access as desk_access
from colocate.impact import cover
from colocate.impact.crews import Terms, roster
from colocate.impact.crews import crews as laid_out
from colocate.impact.relocation import bases, in_area, moves, served, shifts

if TYPE_CHECKING:
    from colocate.impact.relocation import Shifts
    from colocate.study import Access
    from colocate.travel.draws import Drawn

Columns = Mapping[str, np.ndarray]
"""Columns of table `cover` or `access`, `option_id` among them."""

Serving = Callable[["Drawn"], Columns]
"""From drawn times to what follows of each option."""


def crews(
    options: pd.DataFrame,
    new_sites: pd.DataFrame,
    /,
    *,
    located_sites: pd.DataFrame,
    participation: pd.DataFrame,
    demand_points: pd.DataFrame,
    terms: Terms,
) -> Serving:
    """Return how options that move a crew are measured: what is expected of the first appliance.

    Args:
        options: table `options`, those that move a crew.
        new_sites: table `new_sites`.
        located_sites: table `located_sites`.
        participation: table `participation`.
        demand_points: table `demand_points`; those in the area count.
        terms: what of the study counts.
    """
    listed = roster(
        moves(options, new_sites),
        located_sites,
        participation=participation,
        demand_points=demand_points,
        terms=terms,
        cases=("expected",),
    )
    ids = options["option_id"].tolist()
    moved: Shifts | None = None

    def at_times(times: Drawn) -> Columns:
        nonlocal moved
        fire = laid_out(listed, times.site_to_demand, earlier=moved)
        moved = fire.shifts
        return _columns(ids, fire.shifts, figures=cover.figures(fire, fire.expected))

    return at_times


def desks(
    options: pd.DataFrame,
    new_sites: pd.DataFrame,
    /,
    *,
    located_sites: pd.DataFrame,
    demand_points: pd.DataFrame,
    terms: Terms,
    access: Access,
) -> Serving:
    """Return how options that move a desk are measured, on the people of the area.

    Args:
        options: table `options`, those that move a desk.
        new_sites: table `new_sites`.
        located_sites: table `located_sites`.
        demand_points: table `demand_points`; those in the area count.
        terms: what of the study counts.
        access: section `access` of the study.
    """
    moving, demand = moves(options, new_sites), in_area(demand_points)
    known = desk_access.open_desks(located_sites, access)
    points, assumed = pd.Index(demand["demand_id"]), frozenset(known.index[~known])
    people, limit_s = demand["people"].to_numpy(), access.limit_min.value * 60
    ids = options["option_id"].tolist()
    basis = np.array(
        ["recorded" if assumed.isdisjoint(moving.get(each, ())) else "assumed" for each in ids],
        "object",
    )
    moved: Shifts | None = None

    def at_times(times: Drawn) -> Columns:
        nonlocal moved
        every = bases(known.index, moves=moving, od=times.demand_to_site, demand=points)
        moved = shifts(every, moving, earlier=moved)
        found = served(every, moved, tolerance_s=terms.tolerance.time_s.value)
        figures = desk_access.figures(
            found, people, limit_s=limit_s, mean_s=terms.tolerance.mean_s.value
        )
        return {**_columns(ids, found.shifts, figures=figures), "basis": basis}

    return at_times


def _columns(
    ids: Sequence[str], moved: Shifts, *, figures: tuple[Mapping[str, float], Mapping[str, Any]]
) -> dict[str, np.ndarray]:
    """Put figures beside options: of one that is worked out its own, else today's, if known."""
    today, later = figures
    number = np.array([moved.number.get(each, -1) for each in ids], "int64")
    known = np.array([moved.get(each).known for each in ids], "bool")
    found: dict[str, np.ndarray] = {"option_id": np.array(ids, "object")}
    for figure, value in today.items():
        column = np.where(known | figure.endswith(("_before", "_before_s")), value, np.nan)
        if figure in later:
            column[number >= 0] = later[figure][number[number >= 0]]
        found[figure] = column
    return found
