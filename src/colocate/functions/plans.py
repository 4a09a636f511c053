"""How functions would be run under each scenario, and what that would bring each body.

What a scenario brings a body is the sum over its functions that would be run otherwise and whose
saving is known. Where none is known, all would be run in one way, and the study has a prior for
it, published totals stand in:

    budget in scope x (saving share + scale share)

with the budget in scope as published for the body, or for several together, or else the body's
whole budget times the part the study assumes. Scale counts for a function where the study's fire
authority takes part in it: all parties gain in proportion to what they bring (DSFRA/16/5, 5.12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.errors import StudyError, some
from colocate.functions.options import nothing_changes
from colocate.functions.outcomes import (
    AS_TODAY,
    JOINED,
    NOTHING,
    Outcome,
    basis_of,
    ground_of,
    share_of_budget,
)
from colocate.money.prices import Span
from colocate.tables import each, parts
from colocate.tables.functions import BASES, FUNCTION_GAINS, FUNCTION_PLANS, MISSING
from colocate.tables.rows import FunctionTotal
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from colocate import study
    from colocate.functions.options import BackOffice
    from colocate.tables.rows import Function


class Planned(NamedTuple):
    """Tables made here."""

    function_plans: pd.DataFrame
    function_gains: pd.DataFrame


class _Planned(NamedTuple):
    """One function of one body under one scenario."""

    row: Function
    way: str
    changes: bool
    takers: frozenset[str]
    """Bodies that would run this function in this way."""
    outcome: Outcome


def plans(
    office: BackOffice,
    /,
    *,
    totals: pd.DataFrame,
    scenarios: Sequence[study.Scenario],
    names: Mapping[str, str],
) -> Planned:
    """Say how each function would be run under each scenario, and what that brings.

    Args:
        office: functions, ways, housing and priors.
        totals: table `function_totals`.
        scenarios: those of the study; only those that say how functions are run count.
        names: short name of each body.

    Returns:
        Tables `function_plans` and `function_gains`.

    Raises:
        StudyError: a scenario names a body that is not in table `bodies`.
    """
    told = [scenario for scenario in scenarios if scenario.edits.functions]
    _check(told, known=names)
    planned = {scenario.id: list(_planned(office, scenario)) for scenario in told}
    dated = totals.sort_values("year", kind="stable")  # of several years the latest counts
    listed = list(each(FunctionTotal, dated))
    return Planned(
        conform(
            FUNCTION_PLANS,
            (
                _row(office, each_one, scenario_id=scenario)
                for scenario, rows in planned.items()
                for each_one in rows
            ),
        ),
        conform(
            FUNCTION_GAINS,
            (
                {"scenario_id": scenario, **gain}
                for scenario, rows in planned.items()
                for gain in _Gains(office, listed, names).of(rows)
            ),
        ),
    )


def _check(scenarios: Sequence[study.Scenario], *, known: Mapping[str, str]) -> None:
    named = {
        (scenario.id, body)
        for scenario in scenarios
        for arrangement in scenario.edits.functions
        for body in arrangement.bodies
    }
    if odd := sorted(f"{scenario}: {body}" for scenario, body in named if body not in known):
        raise StudyError(
            f"scenarios, edits.functions.bodies: {some(odd)} not in table bodies; there are "
            f"{', '.join(sorted(known))}. Correct the id, add the body, or take it out of the "
            "scenario."
        )


def _planned(office: BackOffice, scenario: study.Scenario) -> Iterator[_Planned]:
    ways: dict[tuple[str, str], str] = {}
    for arrangement in scenario.edits.functions:
        for row in office.functions:
            concerned = not arrangement.functions or row.function in arrangement.functions
            if concerned and row.body_id in arrangement.bodies:
                ways[row.function, row.body_id] = arrangement.way
    fire = office.parties.fire_body
    for row in office.functions:
        way = ways.get((row.function, row.body_id), AS_TODAY)
        changes = way != AS_TODAY and not office.in_place(row, way)
        takers = frozenset(b for (f, b), w in ways.items() if (f, w) == (row.function, way))
        found = office.outcome(row, way, with_fire=fire in takers)
        yield _Planned(row, way, changes, takers, found if changes else nothing_changes(found))


def _row(office: BackOffice, planned: _Planned, *, scenario_id: str) -> dict[str, Any]:
    takers = planned.takers
    apart = planned.way not in JOINED and len(takers) < 2  # whoever would take part
    needs = office.needs(planned.row, planned.way, among=None if apart else takers)
    with_fire = office.parties.fire_body in takers
    approving = office.approving(planned.row, planned.way, with_fire=with_fire)
    return {
        "scenario_id": scenario_id,
        "function": planned.row.function,
        "body_id": planned.row.body_id,
        "way": planned.way,
        "changes": planned.changes,
        **planned.outcome.columns,
        "option_ids": ";".join(needs) or None,
        "approved_by": ";".join(approving) or None,
    }


class _Gains(NamedTuple):
    """What it takes to add up what a scenario brings."""

    office: BackOffice
    totals: Sequence[FunctionTotal]
    names: Mapping[str, str]

    def of(self, planned: Sequence[_Planned]) -> Iterator[dict[str, Any]]:
        """Yield one row a body, or one for several where only their total is published."""
        by_body: dict[str, list[_Planned]] = {}
        for one in planned:
            by_body.setdefault(one.row.body_id, []).append(one)
        done: set[str] = set()
        for body, rows in sorted(by_body.items()):
            if body in done:
                continue
            together = self._together(body, by_body=by_body)
            done.update(together)
            changed = [one for each_body in together for one in by_body[each_body] if one.changes]
            yield self._gain(together, changed, whole=len(rows) * len(together))

    def _together(self, body: str, *, by_body: Mapping[str, Sequence[_Planned]]) -> list[str]:
        """The bodies whose only published budget in scope is one total, if none knows its own."""
        for total in self.totals:
            bodies = parts(total.body_ids)
            if (
                total.figure == "budget_in_scope"
                and len(bodies) > 1
                and body in bodies
                and all(_all_changed(by_body.get(each_body, ())) for each_body in bodies)
            ):
                return sorted(bodies)
        return [body]

    def _gain(
        self, bodies: Sequence[str], changed: Sequence[_Planned], *, whole: int
    ) -> dict[str, Any]:
        known = [one.outcome for one in changed if one.outcome.saving is not None]
        found = _sum([one.outcome for one in changed])
        if changed and not known and len(changed) == whole:
            found = self._by_totals(bodies, changed) or found
        return {
            "body_ids": ";".join(bodies),
            "functions": len({one.row.function for one in changed}),
            "known": len(known),
            **found.columns,
            "words": self._words(bodies, changed, known=len(known), found=found),
        }

    def _by_totals(self, bodies: Sequence[str], changed: Sequence[_Planned]) -> Outcome | None:
        """Published totals with the study's prior, where all is run in one way that has one."""
        settings, prices = self.office.priors
        way = changed[0].way
        prior = settings.ways.get(way)
        budget = self._in_scope(bodies)
        if len({one.way for one in changed}) > 1 or prior is None or budget is None:
            return None
        scaled_up = all(self.office.parties.fire_body in one.takers for one in changed)
        shares, missing = share_of_budget(prior, scaled_up=scaled_up)
        if shares is None:
            return None
        amount, year, ground, is_assumed = budget
        rests_on = (
            f"{ground} Prices of {year} brought to {prices.year}. "
            f"{ground_of(prior, scaled_up=scaled_up)}"
        )
        return Outcome(
            amount * shares * prices.factor(year),
            None,
            "assumed" if is_assumed else basis_of(prior),
            rests_on,
            (*missing, "change_share"),
        )

    def _in_scope(self, bodies: Sequence[str]) -> tuple[Span, int, str, bool] | None:
        """Budget in scope of some bodies together: amount, year, what it rests on, assumed."""
        of = {
            total.figure: total for total in self.totals if set(parts(total.body_ids)) == {*bodies}
        }
        if total := of.get("budget_in_scope"):
            ground = f"£{total.amount:,.0f} in scope ({total.source})."
            return Span.at(total.amount), total.year, ground, False
        part = self.office.priors.settings.in_scope_share.get(bodies[0])
        total = of.get("budget")
        if total is None or part is None or len(bodies) > 1:
            return None
        ground = (
            f"{part.least:.0%} to {part.most:.0%} of £{total.amount:,.0f} would be in scope "
            f"({part.ground}; {total.source})."
        )
        amount = Span.of(part) * total.amount
        return amount, total.year, ground, part.assumed is not None

    def _words(
        self, bodies: Sequence[str], changed: Sequence[_Planned], *, known: int, found: Outcome
    ) -> str:
        who = " and ".join(self.names[body] for body in bodies)
        if not changed:
            return f"{who}: every function stays as it is."
        columns, functions = found.columns, {one.row.function for one in changed}
        if found.saving is None:
            saves = "what that saves is not known"
        else:
            low, high = columns["saving_low_gbp"], columns["saving_high_gbp"]
            saves = f"saves £{low:,.0f} to £{high:,.0f} a year ({found.basis})"
        return (
            f"{who}: {len(functions)} functions run otherwise, {known} of them known; {saves}. "
            f"{columns['rests_on']}"
        )


def _all_changed(rows: Sequence[_Planned]) -> bool:
    unknown = all(one.outcome.saving is None for one in rows)
    return bool(rows) and unknown and all(one.changes for one in rows)


def _sum(outcomes: Sequence[Outcome]) -> Outcome:
    """Add up what is known; what is not is named as missing, and counts for nothing."""
    if not outcomes:
        return Outcome(NOTHING, NOTHING, "computed", "Nothing changes.")
    savings = [one.saving for one in outcomes if one.saving is not None]
    changes = [one.change for one in outcomes if one.change is not None]
    bases = {one.basis for one in outcomes if one.saving is not None}
    missing = {name for one in outcomes for name in one.missing}
    return Outcome(
        NOTHING.plus(*savings) if savings else None,
        NOTHING.plus(*changes) if changes else None,
        max(bases, key=BASES.index) if bases else "unknown",
        f"Sum of {len(savings)} of {len(outcomes)} functions." if savings else "",
        tuple(name for name in MISSING if name in missing),
        of_some=len(outcomes) > 1,
    )
