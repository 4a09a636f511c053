"""The classical models of siting, asked of an analyst's own matrix of times.

The models and their sources stand in `colocate.portfolio.allocation`; all are solved exactly.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import numpy as np
import pandas as pd

from colocate.errors import SchemaError, some
from colocate.portfolio import allocation
from colocate.portfolio.allocation import Sites

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import ArrayLike, NDArray

    from colocate.portfolio.allocation import Sited

    Floats = NDArray[np.float64]


class _Asked(NamedTuple):
    """A question, with all that any model may take."""

    times: Floats
    weights: Floats
    given: Sites
    covers: NDArray[np.bool_]
    p: int
    capacity: Floats
    charge: Floats
    worth: float
    beyond: float

    def grouped(self) -> tuple[NDArray[np.bool_], Floats]:
        """Put points together that the same candidates cover: no model of cover tells them apart.

        Returns:
            What covers each group, and its weight.
        """
        columns, group = np.unique(self.covers, axis=1, return_inverse=True)
        weights = np.zeros(columns.shape[1])
        np.add.at(weights, group.ravel(), self.weights)
        return columns, weights


class _Model(NamedTuple):
    takes: tuple[str, ...]
    unit: str
    solve: Callable[..., Sited]


MODELS = {
    "lscp": _Model(("limit",), "sites", allocation.lscp),
    "mclp": _Model(("limit", "p"), "weight", allocation.mclp),
    "backup": _Model(("limit", "p"), "weight", allocation.backup),
    "p_median": _Model(("p", "beyond"), "weight x time", allocation.p_median),
    "p_centre": _Model(("p",), "time", allocation.p_center),
    "capacity": _Model(("limit", "p", "capacity"), "weight", allocation.capacitated),
    "fixed_charge": _Model(("charge", "worth", "beyond"), "charge", allocation.fixed_charge),
}
"""Of each model what it takes, what its value is counted in, and how it is solved."""
_OTHER_WORDS = {"p_center": "p_centre", "capacitated": "capacity"}
_MAY_BE_LEFT_OUT = {"beyond"}


@dataclass(frozen=True)
class Siting:
    """What a model chose."""

    model: str
    status: str
    """optimal; feasible (good, not proven best in the time given); infeasible; or out of time."""
    chosen: tuple[object, ...]
    """Ids of the candidates chosen; those open anyway are not among them."""
    value: float
    """Of the model's objective; not a number without a solution."""
    unit: str
    """What `value` is counted in: sites, weight, time, weight x time, or charge."""
    bound: float
    """No choice does better."""
    gap: float
    """How far `value` may be from the best, as a share of it."""
    served: pd.DataFrame
    """By demand point: `weight`, `site_id` of the nearest site open then, its `time` (infinite
    where none reaches it), and `within` the limit (of models that have one). Sites with a
    capacity may serve others than their nearest."""


class Terms(TypedDict, total=False):
    """What a model takes beside matrix and weights; `siting` says what each is."""

    limit: float | ArrayLike
    p: int
    capacity: ArrayLike
    charge: ArrayLike
    worth: float
    beyond: float


def siting(
    matrix: pd.DataFrame | ArrayLike,
    weights: pd.Series | ArrayLike | None = None,
    /,
    *,
    model: str,
    fixed: Collection[object] = (),
    existing: Collection[object] | None = None,
    time_limit_s: float = 60.0,
    **terms: Unpack[Terms],
) -> Siting:
    """Choose sites by a classical model, exactly.

    `lscp`: the fewest sites that cover everybody. `mclp`: the p sites that cover most weight.
    `backup`: p sites that cover everybody, and most weight twice. `p_median`: the p sites with
    the least sum of weight x time. `p_centre`: up to p sites with the shortest longest time.
    `capacity`: the p sites that cover most weight, none more than it can take.
    `fixed_charge`: as many sites as pay, each with a charge of its own.

    Example:
        >>> matrix = cl.times(stations, places, wide=True)
        >>> cl.siting(matrix, places["people"], model="mclp", limit=480, p=20).chosen

    Args:
        matrix: time from each candidate (a row) to each demand point (a column), in any one unit
            (`times(…, wide=True)` has seconds); infinite where there is no way. Its direction is
            the caller's: for drives to a site, take those from demand points and turn the matrix.
            A frame brings ids in its index and columns; else they are 0, 1, 2, …
        weights: of each demand point, such as people, 0 or more: in the order of the columns, or a
            series with their ids. All alike by default.
        model: one of the above.
        fixed: ids of candidates that are open anyway, and cost nothing.
        existing: ids of those that stand today: of equally good choices the one with most of
            them is taken, but for the p-median.
        time_limit_s: how long a solve may think, s.
        terms: what the model takes. `limit`: longest time that covers, included; one for all, or
            one a candidate (what turnout leaves of a standard). `p`: how many to choose, beside
            those open anyway. `capacity`: weight that each candidate can take. `charge`: of each
            candidate, in any unit of money. `worth`: of a unit of time of a unit of weight, in the
            same money. `beyond`: time at which a point that nobody reaches counts, no shorter than
            any other; by default the longest in the matrix, which must then have no infinite one.

    Returns:
        What was chosen; without any site where the model has no solution.

    Raises:
        SchemaError: there is no such model, it lacks what it takes or is given what it does not
            take, or numbers or ids are out of range.
    """
    table = _table(matrix)
    name = _OTHER_WORDS.get(_word(model), _word(model))
    if name not in MODELS:
        raise SchemaError(f"siting: no model {model!r}; expected one of {', '.join(MODELS)}.")
    stands = np.ones(len(table), "bool")
    if existing is not None:
        stands = _among(table, existing, name="existing")
    given = Sites(_among(table, fixed, name="fixed"), stands, time_limit_s)
    asked = _asked(name, table, weights=_weights(table, weights), given=given, terms=terms)
    found = _solved(MODELS[name], asked)
    solved, limited = not np.isnan(found.value), "limit" in MODELS[name].takes
    return Siting(
        name,
        found.status,
        tuple(table.index[list(found.chosen)]),
        found.value,
        MODELS[name].unit,
        found.bound,
        found.gap,
        _served(table, asked, found=found if solved else None, limited=limited),
    )


def _solved(model: _Model, asked: _Asked) -> Sited:
    """Ask a model what its parameters name; models of cover take points put together."""
    by_cover = "limit" in model.takes
    matrix, weights = asked.grouped() if by_cover else (asked.times, asked.weights)
    known = {
        "people": weights, "p": asked.p, "capacity": asked.capacity, "charge": asked.charge,
        "per_person_s": asked.worth, "beyond_s": asked.beyond,
    }  # fmt: skip
    wanted = inspect.signature(model.solve).parameters
    named = {name: value for name, value in known.items() if name in wanted}
    return model.solve(matrix, asked.given, **named)


def _word(model: str) -> str:
    return str(model).strip().lower().replace("-", "_").replace(" ", "_")


def _table(matrix: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    try:
        table = pd.DataFrame(matrix).astype("float64")
    except (ValueError, TypeError) as fault:
        raise SchemaError(f"siting: the matrix is not all numbers ({fault}).") from None
    values = table.to_numpy()
    if not values.size or np.isnan(values).any() or (values < 0).any():
        raise SchemaError(
            f"siting: a matrix of {len(table)} candidates x {len(table.columns)} demand points, "
            f"{int(np.isnan(values).sum())} missing and {int((values < 0).sum())} below 0; "
            "expected at least one of each and times of 0 or more, infinite where there is no way."
        )
    for what, ids in (("candidates", table.index), ("demand points", table.columns)):
        if not ids.is_unique:
            raise SchemaError(
                f"siting: ids of {what} more than once: {some(ids[ids.duplicated()].unique())}."
            )
    return table


def _asked(
    name: str, table: pd.DataFrame, *, weights: Floats, given: Sites, terms: Terms
) -> _Asked:
    _fit(name, {key for key, value in terms.items() if value is not None})
    n, times = len(table), table.to_numpy("float64")
    return _Asked(
        times,
        weights,
        given,
        covers=times <= _each(terms.get("limit"), n=n, name="limit")[:, np.newaxis],
        p=_number(terms.get("p"), n=n),
        capacity=_each(terms.get("capacity"), n=n, name="capacity"),
        charge=_each(terms.get("charge"), n=n, name="charge"),
        worth=float(_each(terms.get("worth"), n=1, name="worth")[0]),
        beyond=_beyond(times, terms.get("beyond")) if "beyond" in MODELS[name].takes else np.inf,
    )


def _fit(name: str, said: set[str]) -> None:
    takes = set(MODELS[name].takes)
    if lacking := sorted(takes - said - _MAY_BE_LEFT_OUT):
        raise SchemaError(f"siting: model {name} needs {' and '.join(lacking)}.")
    if idle := sorted(said - takes):
        raise SchemaError(f"siting: model {name} has no use for {' and '.join(idle)}.")


def _among(table: pd.DataFrame, ids: Collection[object], *, name: str) -> NDArray[np.bool_]:
    if unknown := [each for each in ids if each not in table.index]:
        raise SchemaError(f"siting: {name} names no candidates: {some(unknown)}.")
    found: NDArray[np.bool_] = table.index.isin(list(ids))
    return found


def _weights(table: pd.DataFrame, weights: pd.Series | ArrayLike | None) -> Floats:
    m = len(table.columns)
    if weights is None:
        return np.ones(m)
    if isinstance(weights, pd.Series) and not weights.index.equals(table.columns):
        if set(table.columns) <= set(weights.index) and weights.index.is_unique:
            weights = weights.loc[table.columns]
        elif not isinstance(weights.index, pd.RangeIndex):
            lost = [each for each in table.columns if each not in weights.index]
            raise SchemaError(f"siting: no single weight for {some(lost or table.columns)}.")
    return _each(weights, n=m, name="weights", alike=False)


def _each(
    value: float | ArrayLike | pd.Series | None, *, n: int, name: str, alike: bool = True
) -> Floats:
    """One number of 0 or more for each of n; of what is not said, infinity."""
    array = np.asarray(np.inf if value is None else value, dtype="float64")
    if array.ndim == 0 and alike:
        array = np.full(n, array)
    if array.shape != (n,) or not (array >= 0).all():
        raise SchemaError(
            f"siting: {name} has the shape {array.shape}, least {np.min(array, initial=np.inf):g}; "
            f"expected {n} numbers of 0 or more."
        )
    return array


def _number(p: int | None, *, n: int) -> int:
    if p is None:
        return n
    if isinstance(p, bool) or int(p) != p or not 0 <= p <= n:
        raise SchemaError(f"siting: p={p}; expected a whole number from 0 to {n}, the candidates.")
    return int(p)


def _beyond(times: Floats, beyond: float | None) -> float:
    reached = times[np.isfinite(times)]
    longest = float(reached.max(initial=0.0))
    if beyond is None:
        if len(reached) < times.size:
            raise SchemaError(
                f"siting: {times.size - len(reached)} drives of {times.size} are infinite; say "
                "with beyond at which time a point counts that nobody reaches."
            )
        return longest
    if not longest <= beyond < np.inf:
        raise SchemaError(
            f"siting: beyond={beyond:g}; expected no less than the longest time, {longest:g}."
        )
    return float(beyond)


def _served(
    table: pd.DataFrame, asked: _Asked, *, found: Sited | None, limited: bool
) -> pd.DataFrame:
    open_ = asked.given.fixed.copy()
    if found is not None:
        open_[list(found.chosen)] = True
    frame = pd.DataFrame({"weight": asked.weights}, index=table.columns)
    times = np.where(open_[:, np.newaxis], asked.times, np.inf)
    nearest = times.argmin(axis=0)
    frame["time"] = times[nearest, np.arange(times.shape[1])]
    frame.insert(1, "site_id", pd.Series(table.index[nearest], index=table.columns))
    frame["site_id"] = frame["site_id"].where(np.isfinite(frame["time"]))
    if limited:
        frame["within"] = (asked.covers & open_[:, np.newaxis]).any(axis=0)
    return frame
