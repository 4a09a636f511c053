"""Where an option, or a set of options together, would change people's service.

It is found unit by unit. What people are told is by demand point: a unit has a few dozen people,
and how many there are is an estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact import crews
from colocate.impact.relocation import Bases, Shift, shift, soonest_after
from colocate.tables.demand import CHANGED_UNITS
from colocate.tables.effects import CHANGES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from colocate.impact.access import Desks
    from colocate.impact.crews import Crews

WORST = 5
"""How many of the demand points that lose most time are marked."""


class _Service(NamedTuple):
    """What each demand point has of a service."""

    time_s: np.ndarray
    chance: np.ndarray
    """Of the standard, 0 to 1."""


class _Side(NamedTuple):
    """One side's service: what serves and whom, and what people have of it, now and after."""

    side: str
    bases: Bases
    demand: pd.DataFrame
    now: _Service
    after: Callable[[Shift], _Service]


def changes_together(fire: Crews, police: Desks, /) -> pd.DataFrame:
    """Find the units whose first appliance or nearest desk takes another time.

    All moves of a subject happen at once: an option is one subject, a portfolio is one too. Units
    whose expected time, and chance of the standard, change by no more than the tolerance have no
    row, nor has a side on which a host is open.

    Args:
        fire: every crew that counts, and what could move where; the first standard counts.
        police: every desk that counts, with the same moves.

    Returns:
        Table `changed_units`, sorted by its key; `option_id` is the subject.
    """
    sides = (_of_fire(fire), _of_police(police))
    found = [
        _changed(subject, side, host_of=host_of)
        for subject, host_of in sorted(fire.moves.items())
        for side in sides
    ]
    columns = zip(*[rows for rows in found if rows], strict=True)
    values = [np.concatenate(parts) for parts in columns] or [np.empty(0)] * len(
        CHANGED_UNITS.names
    )
    frame = pd.DataFrame(dict(zip(CHANGED_UNITS.names, values, strict=True)))
    return frame.astype({column.name: column.dtype for column in CHANGED_UNITS.columns})


def by_area(changed_units: pd.DataFrame, demand_units: pd.DataFrame, /) -> pd.DataFrame:
    """Add changes up by demand point: means of the people whose time or chance changes.

    Args:
        changed_units: table `changed_units`.
        demand_units: table `demand_units`.

    Returns:
        Table `changes`, sorted by its key. A mean is empty where somebody is beyond the cut-off.
    """
    area = demand_units.set_index("demand_id")["area_id"].reindex(changed_units["demand_id"])
    weight = changed_units["people"].to_numpy()
    means = {
        name: changed_units[name].to_numpy() * weight
        for name in ("before_s", "after_s", "chance_before", "chance_after")
    }
    keys = ["option_id", "side", "demand_id"]
    # Within one area some may gain what others lose: told apart, never netted.
    more = means["chance_after"] - means["chance_before"]
    rows = changed_units[["option_id", "side"]].assign(
        demand_id=area.to_numpy(), people=weight, **means,
        people_gained=np.maximum(more, 0.0), people_lost=np.maximum(-more, 0.0),
    )  # fmt: skip
    # Where nobody lives nothing changes for anybody.
    found = rows[weight > 0].groupby(keys, as_index=False).sum(skipna=False)
    for name in means:
        found[name] /= found["people"]
    return conform(CHANGES, found.assign(worst=_worst(found)).to_dict("records"))


def _worst(rows: pd.DataFrame) -> pd.Series:
    """Number the demand points of a subject and side that lose most time."""
    was, is_ = (rows[f"{when}_s"].fillna(np.inf) for when in ("before", "after"))
    longer = rows.assign(more=is_ - was)[is_ > was]
    order = longer.sort_values(["option_id", "side", "more"], ascending=[True, True, False],
                               kind="stable")  # fmt: skip
    place = order.groupby(["option_id", "side"]).cumcount() + 1.0
    return place.where(place <= WORST).reindex(rows.index)


def _of_fire(fire: Crews) -> _Side:
    case = fire.expected

    def after(moved: Shift) -> _Service:
        found = crews.after(fire, moved, case=case)
        return _Service(found.time_s, found.within[0])

    now = _Service(case.now.time_s, case.now.within[0])
    return _Side("fire", case.bases, fire.demand, now, after)


def _of_police(police: Desks) -> _Side:
    limit_s, desks = police.settings.limit_min.value * 60, police.bases

    def of(time_s: np.ndarray) -> _Service:
        return _Service(time_s, (time_s <= limit_s).astype("float64"))

    def after(moved: Shift) -> _Service:
        return of(soonest_after(desks, moved))

    return _Side("police", desks, police.demand, of(desks.now.soonest), after)


def _changed(
    subject: str, side: _Side, *, host_of: Mapping[str, str | None]
) -> tuple[np.ndarray, ...] | None:
    """Columns of table `changed_units` for one subject and side; None where it has no row."""
    moved = shift(side.bases, host_of)
    if not moved.gone.size or not moved.known:
        return None
    now, later = side.now, side.after(moved)
    at = np.flatnonzero((now.time_s != later.time_s) | (now.chance != later.chance))
    was, is_ = now.time_s[at], later.time_s[at]
    return (
        np.full(len(at), subject, dtype="object"),
        np.full(len(at), side.side, dtype="object"),
        side.demand["demand_id"].to_numpy("object")[at],
        np.where(np.isfinite(was), was, np.nan),
        np.where(np.isfinite(is_), is_, np.nan),
        now.chance[at],
        later.chance[at],
        side.demand["people"].to_numpy()[at],
    )
