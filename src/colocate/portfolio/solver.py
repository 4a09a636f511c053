"""Mixed-integer linear programmes, solved exactly by HiGHS through scipy.

    maximise  c·x   subject to   low <= A x <= high,   lower <= x <= upper,   some x whole

HiGHS: Huangfu and Hall, Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10 (2018). A relative gap of 0 is asked for, so `optimal` means proven optimal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["optimal", "feasible", "infeasible", "unsolved"]
"""unsolved: the time ran out before anything was found."""

WHOLE_TOLERANCE = 1e-6
"""How far from a whole number the solver may leave one, and how well it may miss a row."""


class Rows(NamedTuple):
    """Linear constraints: low <= matrix x <= high."""

    matrix: csr_array
    low: np.ndarray
    high: np.ndarray


class Programme(NamedTuple):
    """What x may be."""

    rows: Rows
    lower: np.ndarray
    upper: np.ndarray
    whole: np.ndarray
    """Bool per variable: whole numbers only."""
    time_limit_s: float


class Solved(NamedTuple):
    """What the solver found; `value` and `bound` in the unit of the objective."""

    status: Status
    x: np.ndarray
    """Whole variables rounded to whole numbers; empty without a solution."""
    value: float
    bound: float
    """No solution does better."""
    gap: float
    """|bound - value| / |value|; 0 where both are 0."""


def stacked(*rows: Rows) -> Rows:
    """Put constraints below one another.

    Args:
        *rows: constraints over the same variables.
    """
    return Rows(
        csr_array(vstack([r.matrix for r in rows])),
        np.concatenate([r.low for r in rows]),
        np.concatenate([r.high for r in rows]),
    )


def of_blocks(
    sizes: Mapping[str, int],
    /,
    *,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    **blocks: np.ndarray | csr_array,
) -> Rows:
    """Build constraints from blocks of those kinds of variables that take part in them.

    Args:
        sizes: variables of each kind, in their order.
        low: least value of each constraint; none where not given.
        high: largest value of each; none where not given.
        **blocks: by kind, a row a constraint and a column a variable.
    """
    begin = dict(zip(sizes, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    parts = [(begin[kind], coo_array(block)) for kind, block in blocks.items()]
    n = parts[0][1].shape[0]
    rows = np.concatenate([part.row for _, part in parts])
    columns = np.concatenate([part.col + at for at, part in parts])
    values = np.concatenate([part.data for _, part in parts])
    return Rows(
        csr_array((values, (rows, columns)), shape=(n, sum(sizes.values()))),
        np.full(n, -np.inf) if low is None else low,
        np.full(n, np.inf) if high is None else high,
    )


def row(coefficients: np.ndarray, /, *, low: float = -np.inf, high: float = np.inf) -> Rows:
    """Build one constraint over all variables.

    Args:
        coefficients: one a variable.
        low: least value of their sum.
        high: largest value of their sum.
    """
    matrix = csr_array(coefficients[np.newaxis].astype("float64"))
    return Rows(matrix, np.array([low], dtype="float64"), np.array([high], dtype="float64"))


def at_least(objective: np.ndarray, value: float, /) -> Rows:
    """Hold an objective at what was reached, within a millionth of its largest coefficient.

    Args:
        objective: coefficients, one a variable.
        value: what was reached.
    """
    scale = float(np.abs(objective).max(initial=0.0)) or 1.0
    return row(objective / scale, low=value / scale - WHOLE_TOLERANCE)


def maximise(objective: np.ndarray, programme: Programme, /) -> Solved:
    """Find x with the largest objective.

    The objective is scaled by its largest coefficient, so that the solver's tolerances mean the
    same whatever the unit.

    Args:
        objective: coefficient of each variable.
        programme: the constraints.

    Returns:
        The solution; `feasible` where the time ran out before it was proven best.
    """
    scale = float(np.abs(objective).max(initial=0.0)) or 1.0
    found = milp(
        -objective / scale,
        constraints=LinearConstraint(
            programme.rows.matrix, programme.rows.low, programme.rows.high
        ),
        bounds=Bounds(programme.lower, programme.upper),
        integrality=programme.whole.astype("int8"),
        options={"mip_rel_gap": 0.0, "time_limit": programme.time_limit_s},
    )
    if found.x is None:
        # Nothing posed here is unbounded, so "unbounded or infeasible" is the latter.
        status: Status = "infeasible" if "infeasible" in found.message.lower() else "unsolved"
        return Solved(status, np.empty(0), np.nan, np.nan, np.nan)
    x = np.where(programme.whole, np.round(found.x), found.x)
    value = float(objective @ x)
    if found.status == 0:
        return Solved("optimal", x, value, value, 0.0)
    dual = found.mip_dual_bound
    bound = np.inf if dual is None else max(-float(dual) * scale, value)
    gap = 0.0 if bound == value else (bound - value) / abs(value) if value else np.inf
    return Solved("feasible", x, value, bound, gap)
