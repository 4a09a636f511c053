"""Where an option, or a set of options together, would change people's service.

It is found unit by unit. What people are told is by demand point: a unit has a few dozen people,
and how many there are is an estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.tables.demand import CHANGED_UNITS
from colocate.tables.effects import CHANGES
from colocate.tables.schema import of_columns
from colocate.travel.od_array import positions

if TYPE_CHECKING:
    from colocate.impact.access import Desks
    from colocate.impact.crews import Crews
    from colocate.impact.relocation import Shifts
    from colocate.impact.told import Floats, Ints, Told

WORST = 5
"""How many of the demand points that lose most time are marked."""


class _Service(NamedTuple):
    """What demand points have of a service."""

    time_s: Floats
    chance: Floats
    """Of the standard, 0 to 1."""


class _Side(NamedTuple):
    """One side's service: whom it serves, and what people have of it today and after each shift."""

    side: str
    demand: pd.DataFrame
    shifts: Shifts
    now: _Service
    told: Told
    later: _Service
    """Where something is told."""


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
    found = pd.concat([_changed(_of_fire(fire)), _changed(_of_police(police))], ignore_index=True)
    return found.sort_values(["option_id", "side"], kind="stable", ignore_index=True)


def by_area(changed_units: pd.DataFrame, demand_units: pd.DataFrame, /) -> pd.DataFrame:
    """Add changes up by demand point: means of the people whose time or chance changes.

    Args:
        changed_units: table `changed_units`.
        demand_units: table `demand_units`.

    Returns:
        Table `changes`, sorted by its key. A mean is empty where somebody is beyond the cut-off.
    """
    unit = positions(changed_units["demand_id"], demand_units["demand_id"])
    weight = changed_units["people"].to_numpy()
    means = {
        name: changed_units[name].to_numpy() * weight
        for name in ("before_s", "after_s", "chance_before", "chance_after")
    }
    # Within one area some may gain what others lose: told apart, never netted.
    more = means["chance_after"] - means["chance_before"]
    parts = pd.DataFrame({
        "people": weight, **means, "people_gained": np.maximum(more, 0.0),
        "people_lost": np.maximum(-more, 0.0),
    })  # fmt: skip
    keys = {name: changed_units[name] for name in ("option_id", "side")}
    keys["demand_id"] = demand_units["area_id"]
    number, words = zip(*(_numbered(column) for column in keys.values()), strict=True)
    sizes = [len(each) for each in words]
    key = np.ravel_multi_index((*number[:2], number[2][unit]), sizes)
    # Where nobody lives nothing changes for anybody.
    found = parts[weight > 0].groupby(key[weight > 0]).sum(skipna=False)
    for name in means:
        found[name] /= found["people"]
    at = np.unravel_index(found.index.to_numpy(), sizes)
    found = pd.DataFrame(
        {name: each.take(of) for name, each, of in zip(keys, words, at, strict=True)}
        | {name: column.array for name, column in found.items()}
    )
    return of_columns(CHANGES, {**found, "worst": _worst(found)})


def _numbered(column: pd.Series) -> tuple[Ints, Any]:
    """Number the words of a column in their order; with them come the words."""
    found, words = pd.factorize(column, sort=True)
    return found, words.array


def _worst(rows: pd.DataFrame) -> pd.Series:
    """Number the demand points of a subject and side that lose most time."""
    was, is_ = (rows[f"{when}_s"].fillna(np.inf) for when in ("before", "after"))
    longer = rows.assign(more=is_ - was)[is_ > was]
    order = longer.sort_values(["option_id", "side", "more"], ascending=[True, True, False],
                               kind="stable")  # fmt: skip
    place = order.groupby(["option_id", "side"]).cumcount() + 1.0
    return place.where(place <= WORST).reindex(rows.index)


def _of_fire(fire: Crews) -> _Side:
    now, told, later = fire.expected.now, fire.expected.told, fire.expected.later
    had, has = (_Service(each.time_s, each.within[0]) for each in (now, later))
    return _Side("fire", fire.demand, fire.shifts, had, told, has)


def _of_police(police: Desks) -> _Side:
    limit_s, served = police.settings.limit_min.value * 60, police.served
    had, has = (
        _Service(time_s, (time_s <= limit_s).astype("float64"))
        for time_s in (served.now.soonest, served.later_s)
    )
    return _Side("police", police.demand, served.shifts, had, served.told, has)


def _changed(side: _Side) -> pd.DataFrame:
    """Table `changed_units` of one side."""
    at, now, later = side.told.at, side.now, side.later
    other = (now.time_s[at] != later.time_s) | (now.chance[at] != later.chance)
    at, subject = at[other], side.told.of[other]
    was, is_ = now.time_s[at], later.time_s[other]
    columns = (
        pd.Series(list(side.shifts.number), dtype="str").take(subject),
        pd.Series([side.side], dtype="str").take(np.zeros(len(at), "int64")),
        side.demand["demand_id"].take(at),
        np.where(np.isfinite(was), was, np.nan),
        np.where(np.isfinite(is_), is_, np.nan),
        now.chance[at],
        later.chance[other],
        side.demand["people"].to_numpy()[at],
    )
    arrays = (each.array if isinstance(each, pd.Series) else each for each in columns)
    frame = pd.DataFrame(dict(zip(CHANGED_UNITS.names, arrays, strict=True)))
    return frame.astype({column.name: column.dtype for column in CHANGED_UNITS.columns})
