"""The page on the back office: published totals, the choices side by side, every function.

Static HTML without script, for screen and paper. It is for the authorities: budgets are restricted.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import amounts, words
from colocate.publish.facts import back_office as said
from colocate.publish.page import asset, digest, template
from colocate.tables import each, parts
from colocate.tables.functions import FUNCTIONS_OF_FOCUS, WAYS
from colocate.tables.rows import (
    Function,
    FunctionBaseline,
    FunctionGain,
    FunctionOption,
    FunctionPlan,
    FunctionTotal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from colocate.study import Scenario, Study

    Tables = Mapping[str, pd.DataFrame]


POLICY = "default-src 'none'; base-uri 'none'; form-action 'none';"


def page(tables: Tables, /, *, study: Study, run_id: str, told: str) -> str:
    """Return the page as HTML.

    Args:
        tables: the run's tables by name.
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the run.
    """
    bodies = tables["bodies"]
    names = dict(zip(bodies["body_id"], bodies["short_name"], strict=True))
    entered = sorted(set(tables["functions"]["body_id"]))
    style = _style()
    return template("back-office/back-office.html").render(
        study=study.study,
        run_id=run_id,
        told=told,
        date=amounts.day(study.study.as_of),
        licence=words.licence(study),
        style=style,
        policy=f"{POLICY} style-src {digest(style)}",
        bodies=[names[body] for body in entered],
        totals=list(_totals(tables["function_totals"], names)),
        choices=list(_choices(tables, study, names=names)),
        who=_who(tables["function_gains"], names),
        ways=list(_ways(tables["function_options"], names)),
        functions=list(_functions(tables, entered, names=names)),
    )


@cache
def _style() -> str:
    return re.sub(r"\s*\n\s*", "\n", asset("back-office/back-office.css")).strip()


def _totals(totals: pd.DataFrame, names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for row in each(FunctionTotal, totals):
        people = row.figure in {"staff", "operational_staff"}
        yield {
            "who": _together(row.body_ids, names),
            "what": said.FIGURES[row.figure],
            "amount": f"{row.amount:,.0f}" if people else amounts.pounds(row.amount),
            "year": f"{row.year}/{(row.year + 1) % 100:02d}",
            "source": row.source,
            "note": row.note if isinstance(row.note, str) else "",
        }


def _who(gains: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Everybody to whom a choice brings something, as the columns of a table."""
    return [_together(bodies, names) for bodies in sorted(set(gains["body_ids"]))]


def _choices(tables: Tables, study: Study, *, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    gains, plans = tables["function_gains"], tables["function_plans"]
    for scenario in study.all_scenarios:
        if not scenario.edits.functions:
            continue
        own = {row.body_ids: row for row in each(FunctionGain, _of(gains, scenario))}
        planned = list(each(FunctionPlan, _of(plans, scenario)))
        yield {
            "scenario": scenario,
            "brings": [
                said.gain(own[bodies]) if bodies in own else "counted with others"
                for bodies in sorted(set(gains["body_ids"]))
            ],
            "costs_once": [
                f"{_together(row.body_ids, names)}: {said.change(row)}"
                for row in own.values()
                if row.functions
            ],
            "changes": list(_changes(planned, scenario, names=names)),
            "rests_on": [row.words for row in own.values() if row.functions],
            "offer": _offer(scenario, names),
            "approvals": sorted(
                {
                    " then ".join(names.get(body, body) for body in parts(row.approved_by))
                    for row in planned
                    if row.changes and isinstance(row.approved_by, str)
                }
            ),
        }


def _of(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    return rows[rows["scenario_id"] == scenario.id]


def _changes(
    planned: Sequence[FunctionPlan], scenario: Scenario, *, names: Mapping[str, str]
) -> Iterator[str]:
    """Say by body and way which functions would be run otherwise, and why these."""
    grouped: dict[tuple[str, str], list[FunctionPlan]] = {}
    for row in planned:
        if row.way != "in_house":
            grouped.setdefault((row.body_id, row.way), []).append(row)
    for (body, way), rows in grouped.items():
        listed = ", ".join(row.function for row in rows)
        shown = f"all {len(rows)}" if len(rows) == len(FUNCTIONS_OF_FOCUS) else listed
        why = next(
            (
                one.why
                for one in reversed(scenario.edits.functions)
                if one.way == way and body in one.bodies
            ),
            "",
        )
        yield f"{names[body]}, {said.WAYS[way]}: {shown}{f' ({why})' if why else ''}"


def _offer(scenario: Scenario, names: Mapping[str, str]) -> str:
    """Say which options of the estate are on the table."""
    offer = scenario.edits.offer
    every = type(offer)().kinds
    kinds = ", ".join(words.KINDS[kind].lower() for kind in offer.kinds)
    told = "all kinds" if offer.kinds == every else kinds or "none but what is shared today"
    without = ", ".join(names.get(body, body) for body in offer.without)
    return f"{told}, without sites of {without}" if without else told


def _ways(options: pd.DataFrame, names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Describe each way once, by the first function that it is told of."""
    first = options.drop_duplicates("way").set_index("way", drop=False)
    for way in WAYS:
        if way in first.index:
            row = next(each(FunctionOption, first.loc[[way]]))
            yield {
                "name": said.WAYS[way],
                "step": str(row.continuum_step),
                "legal_form": row.legal_form,
                "responsibility": row.responsibility,
                "space": said.SPACE[row.space],
                "approved_by": " then ".join(
                    names.get(body, body) for body in parts(row.approved_by)
                ),
                "evidence": "" if row.certainty == "evidenced" else "not verified",
                "note": row.note if isinstance(row.note, str) else "",
            }


def _functions(
    tables: Tables, bodies: Sequence[str], *, names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Tell every area of focus: what each body spends, and what each way would bring it."""
    entered = {(r.function, r.body_id): r for r in each(Function, tables["functions"])}
    states = {
        (r.function, r.body_id): r for r in each(FunctionBaseline, tables["function_baseline"])
    }
    options = {
        (r.function, r.way, r.body_id): r for r in each(FunctionOption, tables["function_options"])
    }
    sites = tables["located_sites"]
    site_names = dict(zip(sites["site_id"], sites["name"], strict=True))
    for function in FUNCTIONS_OF_FOCUS:
        rows = [entered.get((function, body)) for body in bodies]
        yield {
            "name": function,
            "bodies": [names[body] for body in bodies],
            "baseline": [
                _baseline(row, states.get((function, body)))
                for row, body in zip(rows, bodies, strict=True)
            ],
            "ways": [
                {
                    "name": said.WAYS[way],
                    "cells": [
                        _cell(options.get((function, way, body)), site_names) for body in bodies
                    ],
                }
                for way in WAYS
                if any((function, way, body) in options for body in bodies)
            ],
        }


def _baseline(row: Function | None, state: FunctionBaseline | None) -> list[str]:
    if row is None or state is None:
        return ["not entered"]
    scope = "scope not decided"
    if not pd.isna(row.in_scope):
        scope = "in scope" if row.in_scope else "out of scope"
    benchmark = amounts.pounds(row.benchmark_gbp)
    figures = [
        f"budget {amounts.pounds(row.budget_gbp)}" if amounts.known(row.budget_gbp) else "",
        f"{row.staff_fte:,.0f} staff" if amounts.known(row.staff_fte) else "",
        f"{row.area_m2:,.0f} m²" if amounts.known(row.area_m2) else "",
        f"benchmark {benchmark}" if amounts.known(row.benchmark_gbp) else "",
    ]
    return [*filter(None, figures), scope, state.note]


def _cell(row: FunctionOption | None, sites: Mapping[str, str]) -> list[str]:
    if row is None:
        return ["not for this body"]
    if row.standing == "not_open":
        return ["not open"]
    told = [said.STANDINGS[row.standing]]
    if row.way != "in_house":
        told += [f"saves {said.saving(row)}", f"costs {said.change(row)}"]
        if amounts.known(row.missing):
            told.append(row.rests_on)
    where = [*(sites[site] for site in parts(row.site_ids)), *parts(row.option_ids)]
    return [*told, f"{said.SPACE[row.space]}: {', '.join(where)}" if where else ""]


def _together(body_ids: str, names: Mapping[str, str]) -> str:
    return " and ".join(names[body] for body in parts(body_ids))
