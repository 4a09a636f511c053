"""What the business case of one function of the back office is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.publish.facts.case_facts import OPEN, records, rows_of
from colocate.publish.facts.disclosure import Fact, fact, held, made
from colocate.publish.facts.gather import gather
from colocate.publish.facts.settlement import short_names
from colocate.tables import TABLES, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from colocate.publish.facts.records import Option
    from colocate.study import Study

    Tables = Mapping[str, pd.DataFrame]


@fact(TABLES["functions"])
class Baseline(Fact):
    """A function as one body runs it today."""

    body_id: str
    in_scope: bool | None
    occupies_space: bool
    budget_gbp: float | None
    staff_fte: float | None
    area_m2: float | None
    benchmark_gbp: float | None
    source: str | None
    body: str = made("Short name of the body.")
    state: str = made("What its budget against its benchmark says.")
    note: str = made("The same in words.", disclosure="restricted")


@fact(TABLES["function_options"])
class Way(Fact):
    """A way in which a body could run the function."""

    body_id: str
    way: str
    name: str
    continuum_step: int
    standing: str
    saving_low_gbp: float | None
    saving_central_gbp: float | None
    saving_high_gbp: float | None
    change_low_gbp: float | None
    change_central_gbp: float | None
    change_high_gbp: float | None
    basis: str
    rests_on: str
    missing: str | None
    space: str
    site_ids: str | None
    option_ids: str | None
    legal_form: str
    responsibility: str
    certainty: str
    note: str | None
    body: str = made("Short name of the body.")
    approvers: str | None = made("Short names of the bodies that approve, in order.")


@fact(TABLES["function_plans"])
class Plan(Fact):
    """How a body would run it under a choice of the study."""

    scenario_id: str
    body_id: str
    way: str
    changes: bool
    saving_low_gbp: float | None
    saving_central_gbp: float | None
    saving_high_gbp: float | None
    basis: str
    body: str = made("Short name of the body.")


@fact(TABLES["function_totals"])
class Total(Fact):
    """A published total of a body, or of several together."""

    body_ids: str
    figure: str
    amount: float
    year: int
    source: str
    bodies: str = made("Their short names.")


class FunctionFacts(NamedTuple):
    """What may be told in the business case of one function."""

    function: str
    baselines: tuple[Baseline, ...]
    ways: tuple[Way, ...]
    plans: tuple[Plan, ...]
    totals: tuple[Total, ...]
    estate: tuple[Option, ...]
    """Options of the estate that one of the ways needs."""


def function_facts(function: str, tables: Tables, /, *, study: Study) -> FunctionFacts:
    """Gather what the business case of a function is made from.

    Args:
        function: an area of focus.
        tables: the run's tables by name.
        study: the study of that run.
    """

    def own(name: str) -> pd.DataFrame:
        found = rows_of(tables, name)
        return found[found["function"] == function]

    names = short_names(tables)
    told = own("function_baseline").set_index("body_id")
    ways = own("function_options")
    totals = rows_of(tables, "function_totals")
    needed = {option for ids in ways["option_ids"].dropna() for option in parts(ids)}
    supplied = own("functions")
    return FunctionFacts(
        function,
        records(Baseline, supplied.assign(
            state=supplied["body_id"].map(told["state"]), note=supplied["body_id"].map(told["note"])
        ), tables=tables),
        records(Way, ways.assign(approvers=_named(ways["approved_by"], names)), tables=tables),
        records(Plan, own("function_plans"), tables=tables),
        records(Total, totals.assign(bodies=_named(totals["body_ids"], names)), tables=tables),
        gather(tables, study, only=needed).options if needed else (),
    )  # fmt: skip


def _named(listed: Iterable[Any], names: Mapping[str, str]) -> list[str | None]:
    """Return lists of bodies by their short names, those that nobody named as they are."""
    return [", ".join(names.get(body, body) for body in parts(ids)) or None for ids in listed]


def opened(case: FunctionFacts, /) -> FunctionFacts:
    """Return what the open part may tell: reading anything else raises `WithheldError`.

    Args:
        case: all that is known.
    """
    public = [o for o in case.estate if all(site.disclosure == "public" for site in o.sites)]
    return case._replace(
        baselines=tuple(held(each, OPEN.readable) for each in case.baselines),
        ways=tuple(held(each, OPEN.readable) for each in case.ways),
        plans=tuple(held(each, OPEN.readable) for each in case.plans),
        totals=tuple(held(each, OPEN.readable) for each in case.totals),
        estate=tuple(held(each, OPEN.readable) for each in public),
    )
