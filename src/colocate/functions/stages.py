"""Stage of functions: the back office, how each function could be run, and what scenarios say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.stage import setting, stage

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate import study


@stage(
    "back office",
    makes=("function_baseline", "function_options", "function_plans", "function_gains"),
    columns={
        "options": ("option_id", "kind", "host_site_id", "site_ids"),
        "located_sites": ("site_id", "body_id", "roles", "status"),
    },
)
def functions(
    functions: pd.DataFrame,
    function_totals: pd.DataFrame,
    function_figures: pd.DataFrame,
    vehicles: pd.DataFrame,
    bodies: pd.DataFrame,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    deflators: pd.DataFrame,
    settings: study.Functions = setting("functions"),
    scenarios: Sequence[study.Scenario] = setting("scenarios"),
    fire_body: str = setting("study.fire_body"),
    as_of: dt.date = setting("study.as_of"),
    rule_set: str = setting("rule_set"),
) -> Mapping[str, pd.DataFrame]:
    """Find how each function of the back office could be run, and what each scenario brings."""
    from colocate.functions.baseline import baseline
    from colocate.functions.housing import Housing
    from colocate.functions.options import (
        BackOffice,
        function_options,
        not_on_the_table,
        ordered,
    )
    from colocate.functions.outcomes import Priors
    from colocate.functions.plans import plans
    from colocate.functions.ways import Parties, ways
    from colocate.money.prices import prices
    from colocate.tables import each
    from colocate.tables.rows import FunctionFigure

    figures = each(FunctionFigure, function_figures)
    office = BackOffice(
        functions=ordered(functions),
        figures={(row.function, row.body_id, row.way): row for row in figures},
        ways=ways(vehicles, rule_set=rule_set, as_of=as_of),
        parties=Parties(bodies, fire_body=fire_body),
        housing=Housing(options, located_sites),
        priors=Priors(settings, prices(deflators, year=as_of.year)),
        known=frozenset(options["option_id"]),
    )
    found = baseline(functions, bodies=bodies)
    return {
        "function_baseline": found,
        "issues": not_on_the_table(office, options=options),
        "function_options": function_options(office, baseline=found),
        **plans(
            office,
            totals=function_totals,
            scenarios=scenarios,
            names=dict(zip(bodies["body_id"], bodies["short_name"], strict=True)),
        )._asdict(),
    }
