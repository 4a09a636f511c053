"""The command line: words in, exit code out. Progress on stderr, data on stdout.

Only the standard library is imported up here; a verb imports what it needs when it needs it, so
that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    Verb = Callable[[argparse.Namespace], int]

EXAMPLES = """examples:
  colocate run                        run the embedded Devon & Somerset study
  colocate init mine                  copy that study to start your own from
  colocate check mine                 look at its registers before a long run
  colocate run mine --out out/mine    run it
  colocate show scores | head         a table of the run, as CSV
  colocate explain PAS033-into-F070   one option in plain words
  colocate calibrate trips.csv mine   speed factors from observed drives

exit codes: 0 done, 2 usage, 11 study file, 12 input file, 13 table, 14 coordinates,
15 gazetteer, 16 road network, 17 option, 18 weights, 19 output folder, 130 interrupted."""


TRIPS_EXAMPLE = """colocate calibrate mobilising-2025.csv mine --profile appliance --out fit

trips, one a row: where from and where to, each a site_id of the study, an easting and northing
(EPSG:27700) or a lat and lon (WGS84); seconds of driving alone, from wheels rolling to arrival.
trip_id, profile (car or appliance) and time (a time of day, or ISO 8601) may be given:
  trip_id,from_site_id,to_easting,to_northing,seconds,profile,time
  2025-0417,F033,292310,92875,412,appliance,2025-03-04T17:20

The factors go to stdout as TOML; nothing is applied until you paste them into the study file."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names and titles hold more than ASCII
        sys.stdout.reconfigure(encoding="utf-8")
    arguments = _parser().parse_args(argv)
    from colocate.errors import ColocateError, OutputError

    try:
        verb: Verb = arguments.verb
        code = verb(arguments)
        sys.stdout.flush()
    except ColocateError as fault:
        if arguments.json:
            kind = type(fault).__name__
            print(json.dumps({"error": kind, "exit_code": fault.exit_code, "message": str(fault)}))
        print(f"colocate: {fault}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:  # `colocate show sites | head` is no fault
        _forget_stdout()
        return 0
    except OSError as fault:
        if fault.filename is not None:  # no file of ours is opened without an error of its own
            raise
        _forget_stdout()
        print(f"colocate: stdout cannot be written ({fault.strerror})", file=sys.stderr)
        return OutputError.exit_code
    except KeyboardInterrupt:
        print(
            "colocate: interrupted; finished stages are kept, run again to go on", file=sys.stderr
        )
        return 130
    return code


def _forget_stdout() -> None:
    """Send what stdout still holds nowhere, so that closing it at the end fails no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="colocate",
        description="Which fire and police buildings could become one: real travel times, "
        "cover before and after, ranked options, an offline map.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def verb(name: str, does: Verb, *, says: str, example: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(verb=does)
        sub.add_argument("--json", action="store_true", help="machine-readable on stdout")
        return sub

    sub = verb(
        "run", _run, says="run a study and write its output folder", example="colocate run mine"
    )
    _study_argument(sub)
    _folder_arguments(sub)
    sub.add_argument("--quiet", action="store_true", help="no progress")
    sub = verb(
        "check",
        _check,
        says="read and geocode the registers, and say what is doubtful",
        example="colocate check mine",
    )
    _study_argument(sub)
    sub = verb(
        "status",
        _status,
        says="say which stages a run would repeat, and what was run last",
        example="colocate status mine",
    )
    _study_argument(sub)
    _folder_arguments(sub)
    sub = verb(
        "show", _show, says="print a table of the last run as CSV", example="colocate show scores"
    )
    sub.add_argument("table", metavar="TABLE", help="a table's name; `colocate schema` lists them")
    _run_folder(sub)
    sub = verb(
        "explain",
        _explain,
        says="tell one option in plain words, with every number's source",
        example="colocate explain PAS033-into-F070",
    )
    sub.add_argument("option", metavar="OPTION", help="an option_id, as in shortlist.csv")
    _run_folder(sub)
    sub = verb(
        "schema",
        _schema,
        says="print the data dictionary, or the study file's JSON schema",
        example="colocate schema sites",
    )
    sub.add_argument("name", nargs="?", metavar="TABLE", help="a table's name, or `study`")
    sub = verb(
        "init",
        _init,
        says="copy the embedded study and notebooks to start your own from",
        example="colocate init mine",
    )
    sub.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
    sub = verb(
        "calibrate",
        _calibrate,
        says="fit speed factors by class group to observed trips, for you to paste into a study",
        example=TRIPS_EXAMPLE,
    )
    sub.add_argument("trips", type=Path, metavar="TRIPS", help="CSV of observed drives, one a row")
    _study_argument(sub)
    sub.add_argument(
        "--profile",
        choices=["car", "appliance"],
        default="car",
        help="whose factors to fit (default: car)",
    )
    sub.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder to write the factors and every trip's residual into",
    )
    return parser


def _study_argument(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "study",
        nargs="?",
        type=Path,
        metavar="STUDY",
        help="study.toml or its folder (default: the embedded study)",
    )


def _folder_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--out", type=Path, metavar="DIR", help="output folder (default: out/<study id>)"
    )
    sub.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="stored stages (default: .work beside the output folder)",
    )


def _run_folder(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--run",
        type=Path,
        metavar="DIR",
        help="output folder of a run (default: the last one below out)",
    )


def _version() -> str:
    from importlib.metadata import version

    return f"colocate {version('colocate')}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _run(arguments: argparse.Namespace) -> int:
    from colocate import pipeline

    done = pipeline.run(
        arguments.study,
        out=arguments.out,
        work=arguments.work,
        progress=(lambda _: None) if arguments.quiet else _say,
    )
    if arguments.json:
        print((done.folder / "manifest.json").read_text(encoding="utf-8"))
    else:
        print(done.report.resolve())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from colocate import pipeline

    located, issues = pipeline.check_registers(arguments.study)
    if arguments.json:
        _print_table(issues, as_json=True)
        return 0
    _print_table(issues, as_json=False)
    _say(f"{len(located)} sites located; {pipeline.counted(issues)}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
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


def _show(arguments: argparse.Namespace) -> int:
    from colocate.pipeline import runs

    table = runs.table_of(_named_run(arguments), arguments.table)
    _print_table(table, as_json=arguments.json)
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from colocate.pipeline import runs

    folder = _named_run(arguments)
    if arguments.json:
        facts = runs.facts_of(folder, arguments.option)
        print(json.dumps(facts, indent=1, ensure_ascii=False))
    else:
        print(runs.explain(folder, arguments.option))
    return 0


def _schema(arguments: argparse.Namespace) -> int:
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


def _init(arguments: argparse.Namespace) -> int:
    from colocate.pipeline import runs

    file = runs.init(arguments.folder)
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


def _calibrate(arguments: argparse.Namespace) -> int:
    from colocate.pipeline import calibrating

    done = calibrating.calibrate(
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


if __name__ == "__main__":
    sys.exit(main())
