"""What each command does: it takes its words, calls colocate, and returns an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from colocate.cli import grammar as g
from colocate.cli.answer import Answer, as_json, of_table, records
from colocate.cli.bars import say, told_on_stderr
from colocate.cli.grammar import verb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


@verb(example="colocate run mine")
def run(  # noqa: PLR0913 - each is a word of the command
    study: g.Study = None,
    *,
    out: g.Out = None,
    work: g.Work = None,
    scenario: g.Scenario = "no-change",
    anyway: g.Anyway = False,
    processes: g.Processes = None,
    workers: g.Workers = None,
    cluster: g.Cluster = None,
    share: g.Share = None,
    dashboard: g.Dashboard = False,
    quiet: g.Quiet = False,
) -> Answer:
    """Run a study and write its output folder."""
    from colocate import pipeline
    from colocate.spread import Workers

    with told_on_stderr(quiet=quiet) as progress:
        done = pipeline.run(
            study, out=out, work=work, scenario=scenario, anyway=anyway, processes=processes,
            workers=Workers(cluster or workers, share, dashboard), progress=progress,
        )  # fmt: skip
    return Answer(
        text=lambda: f"{done.report.resolve()}\n",
        json=lambda: (done.folder / "manifest.json").read_text(encoding="utf-8") + "\n",
    )


@verb(example="colocate check mine")
def check(study: g.Study = None, *, anyway: g.Anyway = False) -> Answer:
    """Read every input, and say all that is wrong or doubtful."""
    from colocate.pipeline.audit import audit

    found = audit(study, anyway=anyway)
    say(*found.said)
    return replace(of_table(found.findings), wraps=True, fault=found.fault)


@verb(example="colocate inspect estate.xlsx")
def inspect(
    files: g.Inspected,
    *,
    kind: g.Kind = None,
    sheet: g.Sheet = None,
    layer: g.Layer = None,
    into: g.Into = None,
) -> Answer:
    """Look at files, and propose how a study would take them in."""
    from colocate.cli.inspected import answer

    return answer(files, kind=kind, sheet=sheet, layer=layer, into=into)


@verb(example="colocate scenarios")
def scenarios(study: g.Study = None) -> Answer:
    """List the scenarios of a study."""
    import pandas as pd

    from colocate.pipeline import open_study

    listed = [
        {"scenario": each.id, "name": each.name, "meaning": each.meaning}
        for each in open_study(study).settings.all_scenarios
    ]
    return Answer(
        text=lambda: "".join(f"{s['scenario']:<24} {s['name']}: {s['meaning']}\n" for s in listed),
        json=lambda: as_json(listed),
        table=lambda: pd.DataFrame(listed),
        wraps=True,
    )


@verb(example="colocate status mine")
def status(study: g.Study = None, *, out: g.Out = None, work: g.Work = None) -> Answer:
    """Say which stages a run would repeat, and what was run last."""
    import pandas as pd

    from colocate import pipeline

    found = pipeline.status(study, out=out, work=work)
    last: Mapping[str, Any] | None = found["last_run"]
    told = (
        f"{last['run_id']}, {last['finished']}, {last['seconds']} s, {last['folder']}"
        if last
        else f"none in {found['folder']}"
    )
    rows = [*((s["state"], s["stage"]) for s in found["stages"]), ("last run", told)]
    return Answer(
        text=lambda: "".join(f"{state:<12} {what}\n" for state, what in rows),
        json=lambda: as_json(found),
        table=lambda: pd.DataFrame(rows, columns=["state", "stage"]),
        wraps=True,
    )


def _named_run(folder: Path | None) -> Path:
    """Return the run that was named, or the last one, saying which."""
    from colocate.pipeline import runs

    if folder is not None:
        return folder
    last = runs.newest()
    say(f"from the run in {last}")
    return last


@verb(example="colocate show ranking")
def show(table: g.Table, *, run: g.RunFolder = None) -> Answer:
    """Print a table of the last run, as CSV where it is piped."""
    from colocate.pipeline import runs

    return of_table(runs.table_of(_named_run(run), table))


@verb(example="colocate explain PAS033-into-F070")
def explain(option: g.Option, *, run: g.RunFolder = None) -> Answer:
    """Tell one option in plain words, with every number's source."""
    from colocate.pipeline import runs

    folder = _named_run(run)
    return Answer(
        text=lambda: f"{runs.explain(folder, option)}\n",
        json=lambda: as_json(runs.facts_of(folder, option)),
    )


@verb(example="colocate questions --first 10")
def questions(*, first: g.First = None, run: g.RunFolder = None) -> Answer:
    """List what to find out first.

    By what each answer is worth, in ranks moved and options settled.
    """
    from colocate.pipeline import runs

    table = runs.table_of(_named_run(run), "questions").sort_values("rank")
    table = table if first is None else table.head(first)
    columns = ["rank", "whom_kind", "whom", "about_name", "question", "n_options", "moved_mean",
               "moved_max", "settled_mean", "settled_max"]  # fmt: skip
    return Answer(
        text=lambda: _questions(table),
        json=of_table(table).json,
        table=lambda: table[columns],
        wraps=True,
    )


def _questions(table: pd.DataFrame) -> str:
    """Put questions into words, by whom to ask, whose answer is worth most first."""
    from colocate.publish.facts.words import WHOM, listed
    from colocate.scoring.summary import worth
    from colocate.tables import each, parts
    from colocate.tables.rows import Question

    lines = []
    for kinds, asked in table.groupby("whom_kind", sort=False):
        lines.append(f"Ask {listed([WHOM[kind] for kind in parts(kinds)])}\n")
        for row in each(Question, asked):
            named = row.option_ids.split(";")
            rest = f" and {len(named) - 3} more" if len(named) > 3 else ""
            must = "must be known" if row.mandatory else "would help"
            lines.append(
                f"{row.rank:.0f}. {row.about_name}: {row.question}\n"
                f"   ask {row.whom}; {must}; open for {', '.join(named[:3])}{rest}\n"
                f"   {worth(row)}\n"
            )
    return "".join(lines)


@verb(example="colocate compare out/devon-somerset out/devon-somerset--alliance")
def compare(earlier: g.Earlier, later: g.Later) -> Answer:
    """Say what changed between two runs, and why.

    In rank; by data, weight or rule.
    """
    from colocate.pipeline import compare

    found = compare.compare(earlier, later)
    told = of_table(found.comparison)

    def text() -> str:
        say(*found.summary)
        return told.text()

    return Answer(
        text=text,
        json=lambda: as_json(
            {
                "summary": found.summary,
                "cover": records(found.cover),
                "comparison": records(found.comparison),
            }
        ),
    )


@verb(example="colocate sheet PAS033-into-F070 --pdf")
def sheet(
    option: g.Option,
    *,
    inside: g.Inside = False,
    pdf: g.Pdf = False,
    out: g.SheetFile = None,
    run: g.RunFolder = None,
) -> Answer:
    """Write the open or the internal page of one option, as HTML or a PDF."""
    from colocate.pipeline import pdf as printing

    written = printing.sheet(_named_run(run), option, inside=inside, pdf=pdf, out=out)
    return Answer(text=lambda: f"{written}\n", json=lambda: as_json({"sheet": str(written)}))


@verb(example="colocate case PAS033-into-F070")
def case(subject: g.Option, *, out: g.CaseFolder = None, run: g.RunFolder = None) -> Answer:
    """Write the business case of an option or a function, as HTML and DOCX.

    In five cases; what is open and what is restricted in files of their own.
    """
    from colocate.pipeline import case as writing

    written = [str(path) for path in writing.case(_named_run(run), subject, out=out)]
    return Answer(
        text=lambda: "".join(f"{path}\n" for path in written),
        json=lambda: as_json({"files": written}),
    )


@verb(example="colocate schema sites")
def schema(table: g.Described = None) -> Answer:
    """Print the data dictionary, or the study file's JSON schema."""
    from colocate.tables import TABLES, dictionary
    from colocate.tables.names import named

    if table == "study":
        from colocate.study import Study

        def text() -> str:
            return as_json(Study.model_json_schema())

        return Answer(text=text, json=text)
    return of_table(dictionary([named(table)] if table else list(TABLES.values())))


@verb(example=g.INIT_EXAMPLE)
def init(
    folder: g.NewFolder,
    *,
    area: g.Area = None,
    pack: g.PackFolder = None,
    like: g.Like = None,
    quiet: g.Quiet = False,
) -> Answer:
    """Begin a study: of your own area from raw files, or a copy of an embedded one."""
    import datetime as dt

    from colocate.errors import InputError
    from colocate.pipeline import init

    if (area is None) != (pack is None):
        raise InputError("--area and --pack go together: the area to cut out, and the raw files.")
    if area is not None and pack is not None:
        if like is not None:
            raise InputError("--like copies an embedded study; --area begins one without it.")
        today = dt.datetime.now(tz=dt.UTC).date()
        with told_on_stderr(quiet=quiet) as progress:
            file, told = init.init_area(folder, area=area, pack=pack, day=today, progress=progress)
    else:
        file = init.init(folder, like=like or "devon-somerset")
        told = ["a copy of the embedded study, to put your registers beside and name them in it"]
    say(*told, "next:", f"  colocate check {folder}", f"  colocate run {folder}")
    return Answer(
        text=lambda: f"{file}\n",
        json=lambda: as_json({"folder": str(folder), "study": str(file), "told": told}),
    )


@verb(example=g.TRIPS_EXAMPLE)
def calibrate(
    trips: g.Trips,
    study: g.Study = None,
    *,
    profile: g.Profile = "car",
    out: g.FactorsFolder = None,
) -> Answer:
    """Fit speed factors to observed trips.

    By class group, for you to paste into a study.
    """
    from colocate.pipeline import calibrate

    done = calibrate.calibrate(trips, study, profile=profile, out=out)
    say(*done.lines)
    return Answer(
        text=lambda: done.toml,
        json=lambda: as_json(
            {name: records(frame) for name, frame in done.fitted._asdict().items()}
            | {"toml": done.toml}
        ),
    )


@verb(example=g.CASES_EXAMPLE)
def backtest(cases: g.Cases = None, *, run: g.RunFolder = None, out: g.CasesFile = None) -> Answer:
    """Hold a run's ranking against what happened.

    Beside straight distance, drive time and town size.
    """
    from colocate import io
    from colocate.pipeline import backtest

    found = backtest.backtest(_named_run(run), cases=cases)
    say(*found.said)
    told = of_table(found.cases)
    if out is not None:
        io.write_text(told.text(), out)
    return Answer(
        text=told.text,
        json=lambda: as_json(
            {
                "cases": records(found.cases),
                "summary": records(found.summary),
                "said": found.said,
            }
        ),
        table=lambda: found.cases[backtest.SHOWN].round(2),
        wraps=True,
    )
