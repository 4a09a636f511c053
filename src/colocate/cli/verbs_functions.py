"""The command on the back office: functions by body, how each could be run, what choices bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from colocate.cli import grammar as g
from colocate.cli.answer import Answer, as_json, of_table, records
from colocate.cli.bars import say
from colocate.cli.grammar import verb

if TYPE_CHECKING:
    import pandas as pd

    from colocate.io import Tables

Function = Annotated[
    str | None,
    g.option("NAME", "the ways of one area of focus, e.g. Fleet (default: all)", "--function"),
]
TABLES = ("functions", "function_totals", "function_baseline", "function_options",
          "function_plans", "function_gains")  # fmt: skip


@verb(example="colocate functions --function Fleet")
def functions(
    study: g.Study = None, *, function: Function = None, run: g.RunFolder = None
) -> Answer:
    """Tell of the back office: each function and body, and the ways it could be run.

    From the last run of the study. Piped, one row a function, body and way, as CSV; what each
    choice of the study would bring whom goes to stderr.
    """
    from colocate.pipeline import runs
    from colocate.pipeline.back_office import gains, of_function, summary, told_folder

    folder = told_folder(study, run=run)
    say(f"from the run in {folder}")
    tables = runs.open_run(folder)
    options = of_function(tables["function_options"], function)
    told = of_table(options)

    def text() -> str:
        say(*gains(tables))
        return told.text()

    def shown() -> pd.DataFrame:
        say(*gains(tables))
        return summary(tables, function)

    return Answer(text=text, json=lambda: as_json(_json(tables, options)), table=shown, wraps=True)


def _json(tables: Tables, options: pd.DataFrame) -> dict[str, object]:
    told = {name: tables[name] for name in TABLES} | {"function_options": options}
    return {name: records(frame) for name, frame in told.items()}
