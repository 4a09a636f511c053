"""Mixed-integer linear programmes, solved exactly by HiGHS.

    maximise  c·x   subject to   low <= A x <= high,   lower <= x <= upper,   some x whole

HiGHS: Huangfu and Hall, Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10 (2018). A relative gap of 0 is asked for, so `optimal` means proven optimal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from highspy import (
    Highs,
    HighsLp,
    HighsModelStatus,
    HighsVarType,
    MatrixFormat,
    SolutionStatus,
)
from scipy.sparse import coo_array, csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["optimal", "feasible", "infeasible", "unsolved"]
"""unsolved: the time ran out before anything was found."""

FEASIBLE = SolutionStatus.kSolutionStatusFeasible
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
    solver = _Silent(programme.time_limit_s)
    solver.passModel(_posed(-objective / scale, programme))
    solver.run()
    ended, info = solver.getModelStatus(), solver.getInfo()
    if ended != HighsModelStatus.kModelEmpty and info.primal_solution_status != FEASIBLE:
        # Nothing posed here is unbounded, so "unbounded or infeasible" is the latter.
        none = ended in {HighsModelStatus.kInfeasible, HighsModelStatus.kUnboundedOrInfeasible}
        return Solved("infeasible" if none else "unsolved", np.empty(0), np.nan, np.nan, np.nan)
    found = np.array(solver.getSolution().col_value)
    x = np.where(programme.whole, np.round(found), found)
    value = float(objective @ x)
    if ended in {HighsModelStatus.kOptimal, HighsModelStatus.kModelEmpty}:
        return Solved("optimal", x, value, value, 0.0)
    bound = max(-info.mip_dual_bound * scale, value)
    gap = 0.0 if bound == value else (bound - value) / abs(value) if value else np.inf
    return Solved("feasible", x, value, bound, gap)


class _Silent(Highs):  # type: ignore[misc] # its types are not read
    """The solver, in one thread, so that of equals it comes upon the same on every machine."""

    def __init__(self, time_limit_s: float) -> None:
        super(Highs, self).__init__()  # the wrapper's own prints who it is, where data belongs
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_rel_gap", 0.0),
            ("time_limit", time_limit_s),
            # a fifth of the time, for nothing where the relaxation is nearly whole
            ("mip_heuristic_run_feasibility_jump", False),
        ):
            self.setOptionValue(name, value)


def _posed(cost: np.ndarray, programme: Programme) -> HighsLp:
    """The programme as the solver takes it, `cost` to be least."""
    model, rows = HighsLp(), programme.rows
    matrix = rows.matrix.tocsr()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = rows.low, rows.high
    held = model.a_matrix_
    held.format_ = MatrixFormat.kRowwise
    held.num_row_, held.num_col_ = matrix.shape
    held.start_, held.index_, held.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in programme.whole.tolist()]
    return model
