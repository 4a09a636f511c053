"""What two choices of one study differ in: papers, functions, sites, money, approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.functions.outcomes import AS_TODAY, listed
from colocate.publish.facts import amounts
from colocate.publish.facts import back_office as said
from colocate.study import NO_CHANGE, Offer
from colocate.tables import each, parts
from colocate.tables.rows import FunctionGain, FunctionPlan, TargetShare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate.io import Tables
    from colocate.study import Scenario, Statement, Study

NAMED = 5
"""Functions that a line names, before it says how many more there are."""


class Chosen(NamedTuple):
    """A run, and the scenario it was made under."""

    which: str
    """earlier or later."""
    tables: Tables
    scenario: Scenario

    @property
    def plan(self) -> Mapping[tuple[str, str], FunctionPlan]:
        """How functions are run under it, by body and function; nothing where it does not say."""
        rows = self.tables["function_plans"]
        own = rows[rows["scenario_id"] == self.scenario.id]
        return {(row.body_id, row.function): row for row in each(FunctionPlan, own)}

    @property
    def gains(self) -> Mapping[str, FunctionGain]:
        """What that brings, by body."""
        rows = self.tables["function_gains"]
        own = rows[rows["scenario_id"] == self.scenario.id]
        return {row.body_ids: row for row in each(FunctionGain, own)}


def chosen(which: str, tables: Tables, *, study: Study, scenario_id: str) -> Chosen:
    """Return a run with its scenario.

    Args:
        which: earlier or later.
        tables: of the run.
        study: its settings.
        scenario_id: the scenario it was made under.
    """
    scenario = next(one for one in study.all_scenarios if one.id == scenario_id)
    return Chosen(which, tables, scenario)


def differences(a: Chosen, b: Chosen, /) -> Iterator[str]:
    """Yield lines on what two choices differ in; none for two runs under one scenario.

    Args:
        a: the earlier run.
        b: the later one.
    """
    if a.scenario.id == b.scenario.id:
        return
    for one, other in ((a, b), (b, a)):
        yield from _said(one, other)
    yield from _functions(a, b)
    yield from _sites(a, b)
    yield from _money(a, b)
    yield from _approvals(a, b)
    yield from _told_apart(a, b)


def _said(one: Chosen, other: Chosen) -> Iterator[str]:
    """Tell what a choice answers, and what is said of it and not of the other."""
    scenario = one.scenario
    if scenario.id == NO_CHANGE:
        return
    answers = f" [{scenario.answers}]" if scenario.answers else ""
    yield f"{one.which} run, {scenario.name}{answers}: {scenario.meaning}"
    for word in ("reasons", "costs", "risks"):
        statements: tuple[Statement, ...] = getattr(scenario, word)
        for statement in statements:
            if statement not in getattr(other.scenario, word):
                yield f"  {word[:-1]}: {statement.text} [{statement.source}]"


def _functions(a: Chosen, b: Chosen) -> Iterator[str]:
    """Tell which functions of whom would be run otherwise."""
    names = _names(b)
    was, is_ = a.plan, b.plan
    moved: dict[tuple[str, str, str], list[str]] = {}
    for key in sorted({*was, *is_}):
        before, after = (_way(plan.get(key)) for plan in (was, is_))
        if before != after:
            moved.setdefault((key[0], before, after), []).append(key[1])
    for (body, before, after), functions in moved.items():
        more = f" and {len(functions) - NAMED} more" if len(functions) > NAMED else ""
        told = ", ".join(functions[:NAMED])
        yield (
            f"functions: {len(functions)} of {names[body]}, {said.WAYS[before]} to "
            f"{said.WAYS[after]}: {told}{more}"
        )
    for arrangement in b.scenario.edits.functions:
        if arrangement.why and arrangement not in a.scenario.edits.functions:
            yield f"  {said.WAYS[arrangement.way]}: {arrangement.why}"


def _way(row: FunctionPlan | None) -> str:
    """The way in which a function would be run; what is so today already is no change."""
    return AS_TODAY if row is None or not row.changes else row.way


def _sites(a: Chosen, b: Chosen) -> Iterator[str]:
    """Tell how many options of each kind are on the table."""
    was, is_ = (run.tables["options"]["kind"].value_counts() for run in (a, b))
    moved = [
        f"{kind} {was.get(kind, 0)} to {is_.get(kind, 0)}"
        for kind in sorted({*was.index, *is_.index})
        if was.get(kind, 0) != is_.get(kind, 0)
    ]
    told = f"options on the table, {', '.join(moved)}" if moved else "the same are on the table"
    yield f"sites: {told}"
    for run, counts in ((a, was), (b, is_)):
        kinds = run.scenario.edits.offer.kinds
        if none := [kind for kind in kinds if kind not in counts and kinds != Offer().kinds]:
            yield (
                f"  {run.which} run: no option of kind {', '.join(none)} is to be had, for the "
                "registers have no such sites near enough of both services"
            )


def _money(a: Chosen, b: Chosen) -> Iterator[str]:
    """Tell whose money changes: by functions, and by the best set of buildings."""
    names = _names(b)
    was, is_ = a.gains, b.gains
    for bodies in sorted({*was, *is_}):
        who = " and ".join(names[body] for body in parts(bodies))
        before, after = (said.gain(gains.get(bodies)) for gains in (was, is_))
        if before != after:
            yield f"money of {who}: by functions, {before} to {after}"
    shares = {run.which: _shares(run) for run in (a, b)}
    for key in sorted({*shares[a.which], *shares[b.which]}):
        before, after = (shares[run.which].get(key, "nothing") for run in (a, b))
        if before != after:
            yield f"money of {names.get(key[1], key[1])}: by buildings, {before} to {after}"


def _shares(run: Chosen) -> Mapping[tuple[str, str], str]:
    """What the best set brings each body of a target over its years."""
    rows = run.tables["target_shares"]
    own = rows[(rows["portfolio_id"] == "best") & (rows["body_id"] != "all")]
    return {
        (row.target_id, row.body_id): f"{_pounds(row.gain_low_gbp, row.gain_high_gbp)} in "
        f"{row.last_year - row.first_year + 1} years towards {row.target_id}"
        for row in each(TargetShare, own)
    }


def _approvals(a: Chosen, b: Chosen) -> Iterator[str]:
    """Tell which bodies approve under one choice alone."""
    names = _names(b)
    was, is_ = (_approving(run) for run in (a, b))
    for one, other, run in ((was, is_, a), (is_, was, b)):
        if only := sorted(names.get(body, body) for body in one - other):
            yield f"approves in the {run.which} run alone: {', '.join(only)}"
    before, after = (_paths(run) for run in (a, b))
    for run, paths in ((a, before - after), (b, after - before)):
        for path in sorted(paths):
            yield f"  approvals of functions in the {run.which} run alone: {path}"


def _paths(run: Chosen) -> set[str]:
    """Who approves functions that would be run otherwise, in order."""
    names = _names(run)
    return {
        " then ".join(names.get(body, body) for body in parts(row.approved_by))
        for row in run.plan.values()
        if row.changes and isinstance(row.approved_by, str)
    }


def _approving(run: Chosen) -> set[str]:
    path = run.tables["approvals"]
    buildings = set(path.loc[path["action"] == "approve", "body_id"])
    functions = {
        body for row in run.plan.values() if row.changes for body in parts(row.approved_by)
    }
    return buildings | functions


def _told_apart(a: Chosen, b: Chosen) -> Iterator[str]:
    """Say what these figures do not tell apart, and which figure would."""
    names = _names(b)
    was, is_ = a.gains, b.gains
    for bodies in sorted({*was, *is_}):
        found = [gains[bodies] for gains in (was, is_) if bodies in gains]
        if _apart(*found) or not any(row.functions for row in found):
            continue
        who = " and ".join(names[body] for body in parts(bodies))
        missing = dict.fromkeys(name for row in found for name in parts(row.missing))
        lacking = f"; lacking {listed(missing)}" if missing else ""
        if _same(*found):
            yield f"the same in both, functions of {who}: {said.gain(found[0])}"
        elif all(amounts.known(row.saving_low_gbp) for row in found):
            yield f"not told apart for certain, functions of {who}: the ranges meet{lacking}"
        else:
            yield f"not told apart, functions of {who}{lacking}"
    best = [
        frozenset(rows.loc[rows["portfolio_id"] == "best", "option_id"])
        for rows in (run.tables["portfolio_options"] for run in (a, b))
    ]
    on_the_table = [set(run.tables["options"]["option_id"]) for run in (a, b)]
    if best[0] == best[1] and on_the_table[0] != on_the_table[1]:
        yield (
            "not told apart, buildings: the best set is the same; what else is on the table in "
            "one of the two is not in it"
        )


def _apart(*gains: FunctionGain) -> bool:
    """Whether two savings are known, and their ranges do not meet."""
    if len(gains) < 2 or any(pd.isna(gain.saving_low_gbp) for gain in gains):
        return False
    one, other = sorted(gains, key=lambda gain: gain.saving_low_gbp)
    return one.saving_high_gbp < other.saving_low_gbp


def _same(*gains: FunctionGain) -> bool:
    """Whether both choices bring the same by functions, as far as anything tells."""
    return len(gains) > 1 and len({said.gain(gain) for gain in gains}) == 1


def _pounds(low: float, high: float) -> str:
    if pd.isna(low) or pd.isna(high):
        return "not known"
    ends = amounts.pounds(low), amounts.pounds(high)
    return ends[0] if low == high else f"{ends[0]} to {ends[1]}"


def _names(run: Chosen) -> Mapping[str, str]:
    bodies = run.tables["bodies"]
    return dict(zip(bodies["body_id"], bodies["short_name"], strict=True))
