"""Which options together: the best set, the next best, and the frontier of worth against losses.

Each site moves at most once, a site that moves hosts nobody, a host takes so many movers and, where
its spare area and theirs are recorded, only what fits; people who lose cover or desk access with
the whole set in place stay within what the study allows. Unless the study says otherwise no body
loses money once partners pay the rent that clears, neither in a year nor, as far as the present
values of the options are known, over the years appraised. `milp` has the formulas.

What is maximised is one of

    net_saving   running cost saved a year, summed over the set
    npv          net present value, summed over the set
    released     sites that would no longer be needed for their use
    score        sum of the options' scores: favours many options, each judged by itself

Options whose figure is unknown are left out and counted, never taken as 0.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.errors import OptionError, some
from colocate.money import prices
from colocate.portfolio import milp
from colocate.portfolio.losses import people_lost
from colocate.portfolio.problem import SIDES, Case, Given, case, ground_of
from colocate.tables.choice import PORTFOLIO_OPTIONS, PORTFOLIOS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from colocate import study
    from colocate.portfolio.milp import Chosen, Relaxation

GOALS = {
    "net_saving": "running cost saved a year",
    "npv": "net present value",
    "released": "sites released",
    "score": "the sum of scores",
}
FIGURES = (
    "net_saving_gbp", "net_saving_low_gbp", "net_saving_high_gbp", "npv_gbp", "capital_gbp",
    "npv_low_gbp", "npv_central_gbp", "npv_high_gbp",
)  # fmt: skip
"""Of the options; a set has those that are known of all of its own."""
WORTH = ("npv_low_gbp", "npv_central_gbp", "npv_high_gbp")
"""Those that are rounded once they are added up."""
LOSSES = {"cover": "fire cover", "access": "desk access"}
SOLVED = {"optimal", "feasible"}
WORTH_SAYING = 1e-6
"""Share of a value below which a difference is the arithmetic's."""


class Portfolios(NamedTuple):
    """Tables made here."""

    portfolios: pd.DataFrame
    portfolio_options: pd.DataFrame


class _Set(NamedTuple):
    """A set of options: its id, what it was solved for, and what to know about it."""

    name: str
    purpose: str
    case: Case
    chosen: Chosen
    note: str
    marginal: tuple[float, ...] = ()


def portfolios(
    given: Given,
    /,
    *,
    settings: study.Portfolio,
    gates: Sequence[study.GateRule],
) -> Portfolios:
    """Choose the best set of options, the next best ones, and the frontier.

    Eligible are ranked options that no gate blocks; those that move a fire crew's base only where
    the study lets them in, and so are weakly evidenced ones. On the frontier, options that fail the
    gate of the very loss it shows, and no other, may be chosen too, and fire crews may move where
    that loss is fire cover.

    Args:
        given: the tables.
        settings: section `portfolio` of the study.
        gates: its gates; the thresholds of fire cover and desk access are what the whole set may
            lose, unless `settings` says otherwise.

    Returns:
        Tables `portfolios` and `portfolio_options`.

    Raises:
        OptionError: a locked option does not exist.
    """
    listed = {*settings.locked_in, *settings.locked_out}
    if unknown := sorted(listed - set(given.options["option_id"])):
        raise OptionError(
            f"portfolio.locked_in, portfolio.locked_out: no such option: {some(unknown)}; expected "
            "ids of this run's options. Correct them in the study file; shortlist.csv lists them."
        )
    pose = partial(case, given, settings=settings, gates=gates, ground=ground_of(given))
    posed = pose()
    sets = list(_best_and_next(posed, settings))
    for side in SIDES:
        wide = pose(letting_in=side)
        sets += _frontier(wide, side, settings=settings)
    return Portfolios(
        conform(PORTFOLIOS, (_row(each, settings) for each in sets)),
        conform(PORTFOLIO_OPTIONS, (row for each in sets for row in _members(each))),
    )


def _best_and_next(posed: Case, settings: study.Portfolio) -> Iterator[_Set]:
    problem, objective = posed.problem, settings.objective
    best = milp.best(problem)
    if best.status not in SOLVED:
        yield _Set("best", "best", posed, best, _what_to_relax(posed, best))
        return
    # Beside a set that is not proven best, differences would tell of the solver.
    told = problem.settled and best.status == "optimal"
    without = milp.values_without(problem, best.options) if told else ()
    marginal = tuple(best.value - value for value in without)
    note = " ".join(
        [
            f"Most of {GOALS[objective]}{_among_equals(problem)}.",
            *_binding(posed, best, objective=objective),
            *_left_out(posed),
        ]
    )
    yield _Set("best", "best", posed, best, note, marginal)
    known = [best.options]
    for number in range(1, settings.alternatives + 1):
        later = milp.best(problem, without=known)
        if later.status not in SOLVED:
            return
        known.append(later.options)
        note = _difference(posed.options["option_id"], best.options, other=later.options)
        yield _Set(f"next-{number}", "next_best", posed, later, note)


def _among_equals(problem: milp.Problem) -> str:
    if problem.settled:
        return ", then fewest options, then highest scores"
    return (
        f"; others of the {len(problem.value):,} options to choose from may do as well, and what "
        "each brings is left open"
    )


def _frontier(wide: Case, side: str, *, settings: study.Portfolio) -> Iterator[_Set]:
    """Trade what is maximised against one loss: for equally spaced values the fewest who lose.

    Every point is the set with the fewest people losing for at least its value, and the most value
    for that loss: no set is better in both (epsilon-constraint).
    """
    # The saving target gives way to steps of what is maximised, which may be another figure.
    free = _unbound(wide.problem, side)._replace(saving=wide.problem.value, target=-np.inf)
    least = milp.best(free, least_lost=side)
    most = milp.best(free)
    if not {least.status, most.status} <= SOLVED:
        return
    note = " ".join(
        [
            f"Frontier of {GOALS[settings.objective]} against people losing {LOSSES[side]};",
            f"options that fail only gate {SIDES[side]} may be chosen here"
            + (", and fire crews may move." if side == "cover" else "."),
            *_no_trade(least, most, side=side),
            *_left_out(wide),
        ]
    )
    found: list[tuple[int, ...]] = []
    for value in np.linspace(least.value, most.value, settings.frontier_points):
        point = least
        if value > least.value:
            point = milp.best(free._replace(target=float(value)), least_lost=side)
        if point.status in SOLVED and point.options not in found:
            found.append(point.options)
            name = f"frontier-{side}-{len(found)}"
            yield _Set(name, "frontier", wide, point, note)


def _no_trade(least: Chosen, most: Chosen, *, side: str) -> Iterator[str]:
    if most.value - least.value <= WORTH_SAYING * abs(most.value):
        yield (
            f"Of what is known, nothing is bought with {LOSSES[side]}: the set that loses fewest "
            "people's is also worth most."
        )


def _unbound(problem: milp.Problem, side: str) -> milp.Problem:
    """Let any number of people lose one service."""
    if side == "cover":
        return problem._replace(cover=problem.cover._replace(most=np.inf))
    return problem._replace(access=problem.access._replace(most=np.inf))


def _row(each: _Set, settings: study.Portfolio) -> dict[str, Any]:
    chosen, problem = each.chosen, each.case.problem
    row = {
        "portfolio_id": each.name,
        "purpose": each.purpose,
        "status": chosen.status,
        "objective": settings.objective,
        "n_options": len(chosen.options),
    }
    if chosen.status not in SOLVED:
        return row | {"note": each.note}
    members = {n: each.case.options[n].to_numpy()[[*chosen.options]] for n in FIGURES}
    sums = {name: float(figures.sum()) for name, figures in members.items()}
    if not any(math.isnan(sums[name]) for name in WORTH):
        worth = prices.told(prices.Span(*(sums[name] for name in WORTH)))
        sums |= zip(WORTH, worth, strict=True)
    totals = {name: None if math.isnan(total) else total for name, total in sums.items()}
    note = [each.note, *_unknown(members)]
    found = {
        "objective_value": chosen.value,
        "bound": chosen.bound if np.isfinite(chosen.bound) else None,
        "gap": chosen.gap if np.isfinite(chosen.gap) else None,
        "people_losing_cover": people_lost(problem.cover, chosen.options),
        "people_losing_access": people_lost(problem.access, chosen.options),
        "note": " ".join(note),
    }
    return row | totals | found


def _members(each: _Set) -> Iterator[dict[str, Any]]:
    ids, released = (each.case.options[name].array for name in ("option_id", "released_site_ids"))
    for number, option in enumerate(each.chosen.options):
        yield {
            "portfolio_id": each.name,
            "option_id": ids[option],
            "marginal_value": each.marginal[number] if each.marginal else None,
            "releases": released[option],
        }


def _unknown(members: Mapping[str, NDArray[np.float64]]) -> Iterator[str]:
    for name, what in (("net_saving_gbp", "saving"), ("npv_gbp", "net present value"),
                       ("capital_gbp", "capital")):  # fmt: skip
        figures = members[name]
        if n := int(np.isnan(figures).sum()):
            of = "all" if n == len(figures) else f"{n} of"
            yield f"The {what} of {of} its {len(figures)} options is not known."
    savings = members["net_saving_gbp"]
    known = savings[~np.isnan(savings)]
    if 0 < len(known) < len(savings):
        yield f"The others would save £{known.sum():,.0f} a year."


def _left_out(posed: Case) -> Iterator[str]:
    if posed.left_out:
        yield f"Ranked but not to choose from: {'; '.join(posed.left_out)}."


def _binding(posed: Case, best: Chosen, *, objective: str) -> Iterator[str]:
    """Say which limits cost something: how much more there would be without each."""
    problem = posed.problem
    free = {
        "the limit on people losing fire cover": _unbound(problem, "cover"),
        "the limit on people losing desk access": _unbound(problem, "access"),
        "the capital budget": problem._replace(budget=np.inf),
        "the rule that no body loses money": problem._replace(yearly=None, worth=None),
    }
    for limit, loosened in free.items():
        more = milp.best_value(loosened) - best.value
        if more > WORTH_SAYING * abs(best.value):
            yield f"Without {limit} it would be {_amount(more, objective)} more."


def _amount(value: float, objective: str) -> str:
    return f"£{value:,.0f}" if objective in {"net_saving", "npv"} else f"{value:,.4g}"


def _difference(ids: pd.Series, best: tuple[int, ...], *, other: tuple[int, ...]) -> str:
    gone = [ids[j] for j in best if j not in other]
    come = [ids[j] for j in other if j not in best]
    said = [
        *([f"without {some(gone)}"] if gone else []),
        *([f"with {some(come)} instead" if gone else f"with {some(come)} as well"] if come else []),
    ]
    return f"Against the best set: {', '.join(said)}."


def _what_to_relax(posed: Case, best: Chosen) -> str:
    if best.status == "unsolved":
        return "No set was found in the time allowed; raise portfolio.time_limit_s."
    ways = [_way(posed.options["option_id"], each) for each in milp.relaxations(posed.problem)]
    if not ways:
        return "No set keeps to the study's limits, and no relaxation of them makes one possible."
    return (
        f"No set keeps to all limits. The least that would have to give way: {'; or '.join(ways)}."
    )


def _way(ids: pd.Series, relaxed: Relaxation) -> str:
    return " and ".join(
        _giving_way(ids, relaxed, family=family, by=by) for family, by in relaxed.amounts.items()
    )


def _giving_way(ids: pd.Series, relaxed: Relaxation, *, family: str, by: float) -> str:
    if family in relaxed.options:
        options = some(ids.iloc[list(relaxed.options[family])])
        let = (
            "let go of what is locked in" if family == "locked_in" else "let in what is locked out"
        )
        return f"{let}: {options}"
    if family in LOSSES:
        return f"let {by:,.0f} more people lose {LOSSES[family]}"
    if family == "budget":
        return f"raise the capital budget by £{by:,.0f}"
    if family == "target":
        return f"lower the saving target by £{by:,.0f} a year"
    span = "a year" if family == "yearly" else "over the years appraised"
    return f"let bodies lose £{by:,.0f} {span}"
