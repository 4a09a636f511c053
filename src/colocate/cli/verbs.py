"""What each command does: it reads its words, calls colocate, prints, returns an exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    import pandas as pd


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """Run a study; print the report's path, or the manifest."""
    from colocate import pipeline

    done = pipeline.run(
        arguments.study,
        out=arguments.out,
        work=arguments.work,
        scenario=arguments.scenario,
        progress=(lambda _: None) if arguments.quiet else _say,
    )
    if arguments.json:
        print((done.folder / "manifest.json").read_text(encoding="utf-8"))
    else:
        print(done.report.resolve())
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Print the issues of the registers."""
    from colocate import pipeline

    located, issues = pipeline.check_registers(arguments.study)
    if arguments.json:
        _print_table(issues, as_json=True)
        return 0
    _print_table(issues, as_json=False)
    _say(f"{len(located)} sites located; {pipeline.counted(issues)}")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Print what a run would find stored and what it would make."""
    from colocate import pipeline

    found = pipeline.status(arguments.study, out=arguments.out, work=arguments.work)
    if arguments.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for stage in found["stages"]:
        print(f"{stage['state']:<12} {stage['stage']}")
    last: Mapping[str, Any] | None = found["last_run"]
    print(
        f"last run     {last['run_id']}, {last['finished']}, {last['seconds']} s, {last['folder']}"
        if last
        else f"last run     none in {found['folder']}"
    )
    return 0


def _named_run(arguments: argparse.Namespace) -> Path:
    """Return the run that was named, or the last one, saying which."""
    from colocate.pipeline import runs

    if arguments.run is not None:
        return Path(arguments.run)
    folder = runs.newest()
    _say(f"from the run in {folder}")
    return folder


def show(arguments: argparse.Namespace) -> int:
    """Print a table of a run."""
    from colocate.pipeline import runs

    table = runs.table_of(_named_run(arguments), arguments.table)
    _print_table(table, as_json=arguments.json)
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """Explain an option, or print its rows of every table."""
    from colocate.pipeline import runs

    folder = _named_run(arguments)
    if arguments.json:
        facts = runs.facts_of(folder, arguments.option)
        print(json.dumps(facts, indent=1, ensure_ascii=False))
    else:
        print(runs.explain(folder, arguments.option))
    return 0


def scenarios(arguments: argparse.Namespace) -> int:
    """Print the scenarios of a study, `no-change` first."""
    from colocate.pipeline import open_study

    listed = [
        {"scenario": each.id, "name": each.name, "meaning": each.meaning}
        for each in open_study(arguments.study).settings.all_scenarios
    ]
    if arguments.json:
        print(json.dumps(listed, indent=1, ensure_ascii=False))
        return 0
    for each in listed:
        print(f"{each['scenario']:<24} {each['name']}: {each['meaning']}")
    return 0


def questions(arguments: argparse.Namespace) -> int:
    """Print what to find out, first what is open for most options; as JSON the whole table."""
    from colocate.pipeline import runs

    table = runs.table_of(_named_run(arguments), "questions").sort_values("rank")
    table = table if arguments.first is None else table.head(arguments.first)
    if arguments.json:
        _print_table(table, as_json=True)
        return 0
    for row in table.itertuples():
        named = row.option_ids.split(";")
        rest = f" and {len(named) - 3} more" if len(named) > 3 else ""
        must = "must be known" if row.mandatory else "would help"
        print(f"{row.rank:.0f}. {row.about_name}: {row.question}")
        print(f"   ask {row.whom}; {must}; open for {row.n_options} options, the last question "
              f"left for {row.n_settled}: {', '.join(named[:3])}{rest}")  # fmt: skip
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Print table `comparison` of two runs; say on stderr what went in and what moved."""
    from colocate.pipeline import compare

    found = compare.compare(arguments.earlier, arguments.later)
    if arguments.json:
        told = {"summary": found.summary} | {
            name: json.loads(getattr(found, name).to_json(orient="records"))
            for name in ("cover", "comparison")
        }
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return 0
    for line in found.summary:
        _say(line)
    _print_table(found.comparison, as_json=False)
    return 0


def sheet(arguments: argparse.Namespace) -> int:
    """Write an option's site sheet; print where."""
    from colocate.pipeline import pdf

    written = pdf.sheet(
        _named_run(arguments), arguments.option, pdf=arguments.pdf, out=arguments.out
    )
    print(json.dumps({"sheet": str(written)}) if arguments.json else written)
    return 0


def schema(arguments: argparse.Namespace) -> int:
    """Print the data dictionary or the JSON schema of study files."""
    from colocate.errors import OptionError
    from colocate.tables import TABLES, dictionary

    if arguments.name == "study":
        from colocate.study import Study

        print(json.dumps(Study.model_json_schema(), indent=2))
        return 0
    if arguments.name and arguments.name not in TABLES:
        raise OptionError(f"no table called {arguments.name!r}; there are {', '.join(TABLES)}")
    chosen = [TABLES[arguments.name]] if arguments.name else list(TABLES.values())
    _print_table(dictionary(chosen), as_json=arguments.json)
    return 0


def init(arguments: argparse.Namespace) -> int:
    """Copy the embedded study; print where its file is."""
    from colocate.pipeline import init

    file = init.init(arguments.folder, like=arguments.like)
    if arguments.json:
        print(json.dumps({"folder": str(arguments.folder), "study": str(file)}))
    else:
        print(file)
    _say(
        f"A copy of the embedded study is in {arguments.folder}. Put your registers beside "
        f"{file.name}, name them in it, then:\n"
        f"  colocate check {arguments.folder}\n"
        f"  colocate run {arguments.folder}"
    )
    return 0


def calibrate(arguments: argparse.Namespace) -> int:
    """Print speed factors fitted to observed trips."""
    from colocate.pipeline import calibrate

    done = calibrate.calibrate(
        arguments.trips, arguments.study, profile=arguments.profile, out=arguments.out
    )
    for line in done.lines:
        _say(line)
    if arguments.json:
        tables = {
            name: json.loads(frame.to_json(orient="records"))
            for name, frame in done.fitted._asdict().items()
        }
        print(json.dumps({**tables, "toml": done.toml}, indent=1, ensure_ascii=False))
    else:
        print(done.toml, end="")
    return 0


def _print_table(frame: pd.DataFrame, *, as_json: bool) -> None:
    plain = frame.drop(columns="geometry", errors="ignore").round(6)  # no 0.30000000000000004
    if "geometry" in frame.columns:
        plain["geometry"] = frame["geometry"].to_wkt(rounding_precision=1)
    if as_json:
        print(plain.to_json(orient="records", force_ascii=False, indent=1))
    else:
        sys.stdout.write(plain.to_csv(index=False, lineterminator="\n"))
