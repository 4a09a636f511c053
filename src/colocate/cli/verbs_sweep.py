"""The command that works out many scenarios at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from colocate.cli import grammar as g
from colocate.cli.answer import Answer, as_json, of_table, records
from colocate.cli.bars import say, told_on_stderr
from colocate.cli.grammar import SWEEP_EXAMPLE, verb

Scenarios = Annotated[Path, g.argument("SCENARIOS", "CSV of scenarios, one a row; see below")]
SweepFolder = Annotated[
    Path | None, g.option("DIR", "folder to write (default: out/STUDY-sweep)", "--out")
]


@verb(example=SWEEP_EXAMPLE)
def sweep(  # noqa: PLR0913 - each is a word of the command
    scenarios: Scenarios,
    study: g.Study = None,
    *,
    out: SweepFolder = None,
    work: g.Work = None,
    workers: g.Workers = None,
    cluster: g.Cluster = None,
    dashboard: g.Dashboard = False,
    anyway: g.Anyway = False,
    quiet: g.Quiet = False,
) -> Answer:
    """Work out many scenarios over the same roads: one table, one picture of what they move."""
    from colocate.pipeline import sweep as sweeping
    from colocate.spread import Workers

    with told_on_stderr(quiet=quiet) as progress:
        swept = sweeping.sweep(
            scenarios, study, out=out, work=work, anyway=anyway, progress=progress,
            workers=Workers(cluster or workers, dashboard=dashboard),
        )  # fmt: skip
    say(*(str(swept.folder / file) for file in ("sweep.csv", "sweep.html")))
    told = of_table(swept.table)
    return Answer(
        text=lambda: "",
        json=lambda: as_json({
            "folder": str(swept.folder),
            "failed": {name: str(fault) for name, fault in swept.failed.items()},
            "sweep": records(swept.table),
        }),
        table=told.table,
        fault=next(iter(swept.failed.values()), None),
    )  # fmt: skip
