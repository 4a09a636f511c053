"""The words of the command line: its commands, their arguments, help and examples."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from colocate.cli import verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    Verb = Callable[[argparse.Namespace], int]
    AddVerb = Callable[..., argparse.ArgumentParser]

EXAMPLES = """examples:
  colocate run                        run the embedded Devon & Somerset study
  colocate init mine                  copy that study to start your own from
  colocate check mine                 look at its registers before a long run
  colocate run mine --out out/mine    run it
  colocate run example                run the small invented study, which shows everything
  colocate show ranking | head        one row an option, as CSV; so with every table
  colocate explain PAS033-into-F070   one option in plain words
  colocate questions --first 10       what to find out first
  colocate run --scenario alliance    the same study under another choice
  colocate compare RUN_A RUN_B        what changed between two runs, and why
  colocate calibrate trips.csv mine   speed factors from observed drives

exit codes: 0 done, 2 usage, 11 study file, 12 input file, 13 table, 14 coordinates,
15 gazetteer, 16 road network, 17 option, 18 weights, 19 output folder,
20 an output could not be made (the others are there), 130 interrupted."""


TRIPS_EXAMPLE = """colocate calibrate mobilising-2025.csv mine --profile appliance --out fit

trips, one a row: where from and where to, each a site_id of the study, an easting and northing
(EPSG:27700) or a lat and lon (WGS84); seconds of driving alone, from wheels rolling to arrival.
trip_id, profile (car or appliance) and time (a time of day, or ISO 8601) may be given:
  trip_id,from_site_id,to_easting,to_northing,seconds,profile,time
  2025-0417,F033,292310,92875,412,appliance,2025-03-04T17:20

The factors go to stdout as TOML; nothing is applied until you paste them into the study file."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; each names, as `verb`, the function that does it."""
    whole = argparse.ArgumentParser(
        prog="colocate",
        description="Which fire and police buildings could become one: real travel times, "
        "cover before and after, ranked options, an offline map.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=_version())
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def verb(name: str, does: Verb, *, says: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(verb=does)
        sub.add_argument("--json", action="store_true", help="machine-readable on stdout")
        return sub

    _running(verb)
    _looking(verb)
    _beginning(verb)
    return whole


def _running(verb: AddVerb) -> None:
    says = "run a study and write its output folder"
    sub = verb("run", verbs.run, says=says, example="colocate run mine")
    _study_argument(sub)
    _folder_arguments(sub)
    sub.add_argument(
        "--scenario",
        metavar="ID",
        default="no-change",
        help="run it under one of its scenarios; `colocate scenarios` lists them",
    )
    sub.add_argument("--quiet", action="store_true", help="no progress")
    says = "read and geocode the registers, and say what is doubtful"
    _study_argument(verb("check", verbs.check, says=says, example="colocate check mine"))
    says = "list the scenarios of a study"
    _study_argument(verb("scenarios", verbs.scenarios, says=says, example="colocate scenarios"))
    says = "say which stages a run would repeat, and what was run last"
    sub = verb("status", verbs.status, says=says, example="colocate status mine")
    _study_argument(sub)
    _folder_arguments(sub)


def _looking(verb: AddVerb) -> None:
    says = "print a table of the last run as CSV"
    sub = verb("show", verbs.show, says=says, example="colocate show ranking")
    sub.add_argument(
        "table",
        metavar="TABLE",
        help="ranking, one row an option, or a table's name; `colocate schema` lists them",
    )
    _run_folder(sub)
    says = "tell one option in plain words, with every number's source"
    sub = verb("explain", verbs.explain, says=says, example="colocate explain PAS033-into-F070")
    _option(sub)
    _run_folder(sub)
    says = "list what to find out first, by how many options each answer would settle"
    sub = verb("questions", verbs.questions, says=says, example="colocate questions --first 10")
    sub.add_argument("--first", type=_count, metavar="N", help="only the first N (default: all)")
    _run_folder(sub)
    says = "say what changed between two runs, in rank and why: data, weight or rule"
    sub = verb(
        "compare",
        verbs.compare,
        says=says,
        example="colocate compare out/devon-somerset out/devon-somerset--alliance",
    )
    for name in ("earlier", "later"):
        sub.add_argument(name, type=Path, metavar=f"RUN_{'A' if name == 'earlier' else 'B'}",
                         help=f"output folder of the {name} run")  # fmt: skip
    says = "write the site sheet of one option, as a page or a PDF"
    sub = verb("sheet", verbs.sheet, says=says, example="colocate sheet PAS033-into-F070 --pdf")
    _option(sub)
    sub.add_argument("--pdf", action="store_true", help="print it through Chromium, Chrome or Edge")
    sub.add_argument("--out", type=Path, metavar="FILE", help="where to (default: OPTION.html)")
    _run_folder(sub)


def _beginning(verb: AddVerb) -> None:
    says = "print the data dictionary, or the study file's JSON schema"
    sub = verb("schema", verbs.schema, says=says, example="colocate schema sites")
    sub.add_argument("name", nargs="?", metavar="TABLE", help="a table's name, or `study`")
    says = "copy the embedded study and notebooks to start your own from"
    sub = verb("init", verbs.init, says=says, example="colocate init mine")
    sub.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
    sub.add_argument(
        "--like",
        choices=["devon-somerset", "example"],
        default="devon-somerset",
        help="the study to copy; example is small and invented (default: devon-somerset)",
    )
    says = "fit speed factors by class group to observed trips, for you to paste into a study"
    sub = verb("calibrate", verbs.calibrate, says=says, example=TRIPS_EXAMPLE)
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


def _count(word: str) -> int:
    """Read a number of 1 or more."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is no whole number of 1 or more")
    return int(word)


def _option(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("option", metavar="OPTION", help="an option_id, as in shortlist.csv")


def _study_argument(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "study",
        nargs="?",
        type=Path,
        metavar="STUDY",
        help="study.toml, its folder, or `example`, the invented one (default: Devon & Somerset)",
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
