"""Which options together: an exact choice among options that exclude, burden and help each other.

For options j (x_j = 1: chosen), points i covered today by K_i sites, a_ij = 1 where what j opens
covers i, and n_ij the number of sites covering i that j takes away:

    maximise   sum_j value_j x_j
    subject to packing rows                     sum_j p_rj x_j <= P_r
               losses of each service           lost_i >= 1 - [K_i - sum_j n_ij x_j]
                                                            - sum_j a_ij x_j
                                                sum_i people_i lost_i <= most
               budget and target                sum_j capital_j x_j <= b,  sum_j saving_j x_j >= s
               locked in, locked out            x_j = 1,  x_j = 0
               no body loses (`transfers`)      of bodies that chosen options link, none need lose

The bracket counts the sites that stay, so a point is lost exactly when nobody stays and nobody
arrives: lost_i needs no whole-number condition, for the right-hand side is whole where x is. Only
points whose every covering site could move have a row. Set packing with cover constraints, as in
the maximal covering model (Church and ReVelle 1974); epsilon-constraint method after Haimes, Lasdon
and Wismer (1971); no-good cuts after Balas and Jeroslow (1972).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array, eye_array

from colocate.portfolio import solver, transfers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from colocate.portfolio.losses import Losses
    from colocate.portfolio.solver import Rows
    from colocate.portfolio.transfers import Account

IDS_AT_ONCE = 12
"""Options decided by one solve of the last tie-break: powers of two up to 2^11 stay well apart."""
SETTLED = 1_000
"""Options up to which sets of equal value are told apart: of 3,000 it takes over twenty minutes."""
FAMILIES = ("locked_in", "cover", "access", "budget", "target", "yearly", "worth", "locked_out")
"""Constraints that may be relaxed, in this order where several do equally well."""


class Problem(NamedTuple):
    """Options in order of id, with all that holds for a set of them."""

    value: np.ndarray
    """What is maximised."""
    preference: np.ndarray
    """What decides between sets of equal value and number."""
    packing: csr_array
    """Rows × options, 0 or more."""
    room: np.ndarray
    """Per row of `packing`."""
    cover: Losses
    access: Losses
    capital: np.ndarray
    saving: np.ndarray
    budget: float
    """Infinite where there is none."""
    target: float
    """Minus infinity where there is none."""
    locked_in: np.ndarray
    """Options, by row."""
    locked_out: np.ndarray
    barred: np.ndarray
    """Options that no relaxation lets in."""
    time_limit_s: float
    yearly: Account | None = None
    """What each option saves each body a year, where no body may lose once rents are paid."""
    worth: Account | None = None
    """The same of present values; of options whose own is not known, 0."""

    @property
    def accounts(self) -> dict[str, Account]:
        """Accounts in which no body may lose, by family."""
        both = {"yearly": self.yearly, "worth": self.worth}
        return {name: account for name, account in both.items() if account is not None}

    @property
    def settled(self) -> bool:
        """Whether sets of equal value are told apart."""
        return len(self.value) <= SETTLED


class Chosen(NamedTuple):
    """A set of options; `options` are rows of the problem, in order."""

    status: solver.Status
    options: tuple[int, ...]
    value: float
    bound: float
    gap: float


class Relaxation(NamedTuple):
    """Families of constraints that must give way together, and by how much each."""

    amounts: dict[str, float]
    """By family: options for locks, people for losses, pounds for money."""
    options: dict[str, tuple[int, ...]]
    """By family of locks: the options that would have to be let go or let in."""


class _Model(NamedTuple):
    """The programme of a problem: variables are options, losses, and slacks (0 unless relaxed)."""

    problem: Problem
    programme: solver.Programme
    at: dict[str, slice]
    """Where each kind of variable stands."""

    def spread(self, kind: str, coefficients: np.ndarray) -> np.ndarray:
        """Spread coefficients of one kind of variable over all of them."""
        over_all = np.zeros(len(self.programme.whole))
        over_all[self.at[kind]] = coefficients
        return over_all


def _model(problem: Problem) -> _Model:
    sizes = _sizes(problem)
    ends = np.cumsum(list(sizes.values())).tolist()
    at = {
        kind: slice(end - size, end) for (kind, size), end in zip(sizes.items(), ends, strict=True)
    }
    width = ends[-1]
    upper, whole = np.zeros(width), np.zeros(width, dtype=bool)
    upper[: at["lost_access"].stop] = 1.0
    upper[problem.barred] = 0.0
    for kind in ("options", "locked_in", "locked_out"):
        whole[at[kind]] = True
    lower = np.zeros(width)
    for name in problem.accounts:  # in units of all money of the account, either way round
        lower[at[f"{name}_paid"]], upper[at[f"{name}_paid"]] = -1.0, 1.0
    rows = solver.stacked(
        solver.of_blocks(sizes, high=problem.room, options=problem.packing),
        _loss_rows(problem.cover, sizes, side="cover"),
        _loss_rows(problem.access, sizes, side="access"),
        *_lock_rows(problem, sizes),
        *_limits(problem, sizes),
        *(
            solver.of_blocks(
                sizes, low=low, **{kind.format(name): block for kind, block in blocks.items()}
            )
            for name, account in problem.accounts.items()
            for low, blocks in transfers.rows(account)
        ),
    )
    programme = solver.Programme(rows, lower, upper, whole, problem.time_limit_s)
    return _Model(problem, programme, at)


def _sizes(problem: Problem) -> dict[str, int]:
    """Count the variables of each kind, in their order."""
    return {
        "options": len(problem.value),
        "lost_cover": len(problem.cover.people),
        "lost_access": len(problem.access.people),
        "locked_in": len(problem.locked_in),
        "locked_out": len(problem.locked_out),
        "cover": 1,
        "access": 1,
        "budget": 1,
        "target": 1,
        "yearly": 0,
        "worth": 0,
        **{name: account.nets.shape[1] for name, account in problem.accounts.items()},
        **{f"{name}_paid": account.pairs.shape[1] for name, account in problem.accounts.items()},
    }


def _loss_rows(losses: Losses, sizes: dict[str, int], *, side: str) -> Rows:
    """A point is lost where nobody stays and nobody arrives."""
    change = (losses.arrives - losses.gone).T.astype("float64")
    own = eye_array(len(losses.people), format="csr")
    return solver.of_blocks(sizes, low=1.0 - losses.sites, options=change, **{f"lost_{side}": own})


def _lock_rows(problem: Problem, sizes: dict[str, int]) -> Iterator[Rows]:
    every = eye_array(len(problem.value), format="csr")
    kept, shut = problem.locked_in, problem.locked_out
    yield solver.of_blocks(
        sizes, low=np.ones(len(kept)), options=every[kept], locked_in=np.eye(len(kept))
    )
    yield solver.of_blocks(
        sizes, high=np.zeros(len(shut)), options=every[shut], locked_out=-np.eye(len(shut))
    )


def _limits(problem: Problem, sizes: dict[str, int]) -> Iterator[Rows]:
    """Limits on sums over the set, each with its slack."""
    slack = np.ones((1, 1))
    for side, losses in (("cover", problem.cover), ("access", problem.access)):
        if np.isfinite(losses.most):
            sums = {f"lost_{side}": losses.people[np.newaxis], side: -slack}
            yield solver.of_blocks(sizes, high=np.array([losses.most]), **sums)
    if np.isfinite(problem.budget):
        capital = problem.capital[np.newaxis]
        yield solver.of_blocks(
            sizes, high=np.array([problem.budget]), options=capital, budget=-slack
        )
    if np.isfinite(problem.target):
        saving = problem.saving[np.newaxis]
        yield solver.of_blocks(sizes, low=np.array([problem.target]), options=saving, target=slack)


def best(
    problem: Problem,
    /,
    *,
    without: Sequence[tuple[int, ...]] = (),
    least_lost: str | None = None,
) -> Chosen:
    """Find the best set: the most value, then the fewest options, then the most preference.

    Sets still equal are decided by the options' order: the set that holds the first option on
    which they differ. So the same problem gives the same set, whatever the solver came upon. A set
    that is not proven to have the most value in the time allowed is taken as it is, and so is the
    first that the solver finds of more than `SETTLED` options.

    Args:
        problem: options and what holds for a set of them.
        without: sets not to be found again.
        least_lost: `cover` or `access`: first of all lose as few people's as possible.

    Returns:
        The set; `value` is its value, `bound` and `gap` are of what came first.
    """
    model = _model(problem)
    programme = model.programme
    for known in without:
        programme = _with(programme, _no_good(model, known))
    goals = (problem.value, -np.ones(len(problem.value)), problem.preference)
    objectives = [
        model.spread("options", goal) for goal in (goals if problem.settled else goals[:1])
    ]
    if least_lost:
        people: np.ndarray = getattr(problem, least_lost).people
        objectives.insert(0, model.spread(f"lost_{least_lost}", -people))
    first = found = _maximise(objectives[0], programme, model=model)
    if not first.x.size:
        return Chosen(first.status, (), np.nan, np.nan, np.nan)
    # What is not proven best has equals that nobody knows: none is looked for.
    proven = first.status == "optimal"
    programme = _with(programme, solver.at_least(objectives[0], first.value))
    for objective in objectives[1:] if proven else ():
        later = _maximise(objective, programme, model=model)
        if not later.x.size:  # out of time: what was found before still stands
            break
        found = later
        programme = _with(programme, solver.at_least(objective, later.value))
    if proven and problem.settled:
        found = _first_by_order(found, programme, model=model)
    members = _members(model, found.x)
    value = float(problem.value[list(members)].sum())
    bound = value if least_lost else first.bound
    return Chosen(first.status, members, value, bound, first.gap)


def _maximise(
    objective: np.ndarray, programme: solver.Programme, *, model: _Model
) -> solver.Solved:
    """Solve, and cut off any set that the solver's tolerance let through though a body loses."""
    while True:
        found = solver.maximise(objective, programme)
        members = _members(model, found.x)
        accounts = model.problem.accounts.values()
        if not found.x.size or all(transfers.clears(a, members) for a in accounts):
            return found
        programme = _with(programme, _no_good(model, members))


def _members(model: _Model, x: np.ndarray) -> tuple[int, ...]:
    return tuple(int(j) for j in np.flatnonzero(x[: len(model.problem.value)] > 0.5))


def _with(programme: solver.Programme, more: Rows) -> solver.Programme:
    return programme._replace(rows=solver.stacked(programme.rows, more))


def _no_good(model: _Model, known: tuple[int, ...]) -> Rows:
    """Differ from a known set in at least one option."""
    signs = np.ones(len(model.problem.value))
    signs[list(known)] = -1.0
    return solver.row(model.spread("options", signs), low=1.0 - len(known))


def _first_by_order(
    found: solver.Solved, programme: solver.Programme, *, model: _Model
) -> solver.Solved:
    """Of sets equal in all else take the one that holds the first option on which they differ."""
    lower, upper = programme.lower.copy(), programme.upper.copy()
    spans = [(0, len(model.problem.value))]
    while spans:
        start, end = spans.pop()
        span = np.arange(start, end)
        held = programme._replace(lower=lower, upper=upper)
        if end - start > IDS_AT_ONCE:
            # Only another option within the span makes a set come sooner, whatever goes for it.
            more = model.spread("options", found.x[: len(model.problem.value)] < 0.5)
            more[:start] = more[end:] = 0.0
            other = _maximise(
                np.zeros(len(more)), _with(held, solver.row(more, low=1.0)), model=model
            )
            if other.x.size:
                middle = (start + end) // 2
                spans += [(middle, end), (start, middle)]
                continue
            if other.status != "infeasible":
                return found
        else:
            order = np.zeros(len(programme.whole))
            order[span] = 2.0 ** -(span - start)
            later = _maximise(order, held, model=model)
            if not later.x.size:
                return found
            found = later
        lower[span] = upper[span] = found.x[span]
    return found


def best_value(problem: Problem, /) -> float:
    """Return the value of the best set; NaN for none.

    Args:
        problem: options with their values, and the limits of a set.
    """
    model = _model(problem)
    return _maximise(model.spread("options", problem.value), model.programme, model=model).value


def values_without(problem: Problem, options: Sequence[int], /) -> list[float]:
    """Return for each of some options the value of the best set without it; NaN for none.

    Args:
        problem: options with their values, and the limits of a set.
        options: rows of the options.
    """
    model = _model(problem)
    value = model.spread("options", problem.value)
    found = []
    for option in options:
        upper = model.programme.upper.copy()
        upper[option] = 0.0
        programme = model.programme._replace(upper=upper)
        found.append(_maximise(value, programme, model=model).value)
    return found


def relaxations(problem: Problem, /) -> list[Relaxation]:
    """Find the fewest families of constraints whose relaxation makes a set possible.

    Every family is tried alone, then every two, and so on; of each the smallest relaxation counts.
    Where several must give way, amounts are added up as shares of the people, capital or saving at
    stake, a lock counting 1.

    Args:
        problem: options with their values, and the limits that no set keeps.

    Returns:
        All relaxations with as few families as possible; none where even all together do not do.
    """
    model = _model(problem)
    for size in range(1, len(FAMILIES) + 1):
        found = [_relaxed(model, families) for families in combinations(FAMILIES, size)]
        if possible := [each for each in found if each is not None]:
            return possible
    return []


def _relaxed(model: _Model, families: Sequence[str]) -> Relaxation | None:
    problem, programme = model.problem, model.programme
    upper, amount = programme.upper.copy(), np.zeros(len(programme.whole))
    units = {
        "cover": float(problem.cover.people.sum()),
        "access": float(problem.access.people.sum()),
        "budget": float(np.abs(problem.capital).sum()),
        "target": float(np.abs(problem.saving).sum()),
        # Slack and transfers of an account are counted in all its money, so its unit is 1.
        **dict.fromkeys(("yearly", "worth"), 1.0),
    }
    for family in families:
        slack = model.at[family]
        upper[slack] = np.inf if family in units else 1.0
        amount[slack] = -1.0 / (units[family] or 1.0) if family in units else -1.0
    found = solver.maximise(amount, programme._replace(upper=upper))
    if not found.x.size:
        return None
    taken = {
        family: float(found.x[model.at[family]].sum())
        * (problem.accounts[family].scale if family in problem.accounts else 1.0)
        for family in families
    }
    locks = {"locked_in": problem.locked_in, "locked_out": problem.locked_out}
    let = {family: tuple(options[found.x[model.at[family]] > 0.5].tolist())
           for family, options in locks.items()}  # fmt: skip
    return Relaxation(taken, let)
