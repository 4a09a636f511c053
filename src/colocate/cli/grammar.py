"""The words of the command line: what the verbs take, how they are registered, help, examples."""

from __future__ import annotations

import functools
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from colocate.cli.answer import Answer, form, write
from colocate.cli.bars import say
from colocate.errors import ColocateError

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = """\b
examples:
  colocate run                        run the embedded Devon & Somerset study
  colocate init mine                  copy that study to start your own from
  colocate init kent --area Kent --pack raw   begin one of another area from raw files
  colocate inspect estate.xlsx        what a file holds, and its block for the study file
  colocate check mine                 look at its registers before a long run
  colocate run mine --out out/mine    run it
  colocate run example                run the small invented study, which shows everything
  colocate show ranking | head        one row an option, as CSV; so with every table
  colocate explain PAS033-into-F070   one option in plain words
  colocate questions --first 10       what to find out first
  colocate functions                  the back office: how each function could be run
  colocate run --scenario alliance    the same study under another choice
  colocate compare RUN_A RUN_B        what changed between two runs, and why
  colocate calibrate trips.csv mine   speed factors from observed drives
  colocate validate mine              how far its times agree with times known from elsewhere
  colocate geocode mine               which point each site has, from what, and why
  colocate fetch osm:devon            bring open data; without names: what there is
  colocate backtest cases.csv         where sites that moved, or stayed, stood in the ranking

\b
exit codes: 0 done, 2 usage, 11 study file, 12 input file, 13 table, 14 coordinates,
15 gazetteer, 16 road network, 17 option, 18 weights, 19 output folder,
20 an output could not be made (the others are there), 21 too little of the inputs is understood
(`--anyway` goes on), 24 not fetched, 130 interrupted."""


TRIPS_EXAMPLE = """colocate calibrate mobilising-2025.csv mine --profile appliance --out fit

\b
trips, one a row: where from and where to, each a site_id of the study, an easting and northing
(EPSG:27700) or a lat and lon (WGS84); seconds of driving alone, from wheels rolling to arrival.
trip_id, profile (car or appliance) and time (a time of day, or ISO 8601) may be given:
  trip_id,from_site_id,to_easting,to_northing,seconds,profile,time
  2025-0417,F033,292310,92875,412,appliance,2025-03-04T17:20

\b
The factors go to stdout as TOML; nothing is applied until you paste them into the study file."""


INIT_EXAMPLE = """colocate init cornwall --area Cornwall --pack raw
  colocate init mine --like example

\b
a pack is a folder of raw files (and folders), each recognised by the columns it holds:
  outlines     fire areas (fra), police areas (pfa), LSOAs (lsoa21_code, ltla24_name);
               countries and buildings near sites if there are any
  demand       LSOAs of 2021 and 2011, the lookup between them, dwelling fires by MSOA
  premises     fire stations (frs), police premises (force), other public bodies' (kind)
  place names  (cls, name, lat, lon), and an OpenStreetMap extract of the roads
What is missing is named, with the columns it would have. All is cut to the area and 25 km around.

\b
The study begins without a figure of any other service, and without your own: [supply] in study.toml
lists what to supply, and `check` tells it until you have."""


CASES_EXAMPLE = """colocate backtest cases.csv --run out/mine --out backtest.csv

\b
cases, one row a site: site and partner_site are a site_id or name, body an id or name of a body;
body, partner_site, source and source_kind may be empty. outcome: happened (given up or shared),
announced (to be, outcome not known), dropped (a plan given up), kept (stayed, was rebuilt):
  site,body,partner_site,outcome,decided,source,source_kind
  PDC029,dcp,F002,announced,2015-10-15,itv.com 2015-10-15,press

\b
The ranking each is held against is made anew as of the day before, without evidence and
decisions that are not surely earlier; what else is later is named. A standing is the share of the
other sites that stand behind: 1 is first, 0 last."""


FETCH_EXAMPLE = """colocate fetch osm:devon os-open-uprn --into raw

\b
  colocate fetch                            what there is, with licences
  colocate fetch osm:devon --dry-run        how large, under which licence, from where
  colocate fetch roads:Exeter               roads of a place through Overpass, no turn restrictions
  colocate fetch roads:area.geojson         the same of a polygon

\b
Proxies are those of HTTPS_PROXY and NO_PROXY. raw/fetched.json says where each file is from."""


SWEEP_EXAMPLE = """colocate sweep scenarios.csv --workers 2

\b
scenarios.csv, one a row; every other column is a setting by its dotted name, empty as it is:
  scenario,name,from,preset,close,open,move,block,response.standards.Dwelling fire.limit_min
  eight,Eight minutes,,,,,,,8
  moved,Exeter moved,,Savings first,,,F070 292500 92600,,
  bridge,A bridge closed,topsham-open,,,,,294500 89500 150,

\b
from is a scenario of the study to begin from; close and open take site_ids by `;`, move takes
site_id easting northing, block easting northing and metres."""


app = typer.Typer(
    help="Which fire and police buildings could become one: real travel times, "
    "cover before and after, ranked options, an offline map.",
    epilog=EXAMPLES,
    rich_markup_mode=None,  # rich takes a fifth of a second to import
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def verb(*, example: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Make a function a command of its name: its parameters are the words, its docstring the help.

    The command takes `--json` besides, tells what the function answers, and turns an expected
    fault into a message and its exit code.

    Args:
        example: how the command may be called, for its help.
    """

    def register(does: Callable[..., Answer]) -> Callable[..., Answer]:
        @functools.wraps(does)
        def command(*, as_json: bool, **words: Any) -> None:  # noqa: ANN401 - as the verb has them
            raise typer.Exit(_done(functools.partial(does, **words), as_json=as_json))

        asked = inspect.Parameter("as_json", kind=inspect.Parameter.KEYWORD_ONLY, default=False,
                                  annotation=Json)  # fmt: skip
        words = inspect.signature(does, eval_str=True)
        command.__signature__ = words.replace(  # type: ignore[attr-defined]
            parameters=[*words.parameters.values(), asked]
        )
        app.command(does.__name__, epilog=f"\b\nexample:\n  {example}")(command)
        return does

    return register


def _done(does: Callable[[], Answer], *, as_json: bool) -> int:
    """Do what a verb does and tell its answer; return the exit code."""
    try:
        answer = does()
        tell = form(answer, json_asked=as_json)
    except ColocateError as fault:
        if as_json:
            kind, message = type(fault).__name__, str(fault)
            told = {"error": kind, "exit_code": fault.exit_code, "message": message}
            write(json.dumps(told) + "\n")
        say(f"colocate: {fault}")
        return fault.exit_code
    except KeyboardInterrupt:
        say("colocate: interrupted; finished stages are kept, run again to go on")
        return 130
    code = tell()  # outside, so that a fault of stdout is taken for nothing else
    if answer.fault is None:
        return code
    say(f"colocate: {answer.fault}")
    return answer.fault.exit_code


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        from importlib.metadata import version

        print(f"colocate {version('colocate')}")
        raise typer.Exit


@app.callback()
def whole(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Take the words that belong to no verb.

    Args:
        version: whether only the version is asked for.
    """


def count(word: str) -> int:
    """Read a number of 1 or more.

    Args:
        word: as it was typed.
    """
    if not word.isdecimal() or int(word) < 1:
        raise typer.BadParameter(f"{word!r} is no whole number of 1 or more")
    return int(word)


def option(metavar: str, text: str, /, *names: str, **more: Any) -> Any:  # noqa: ANN401 - typer's
    """Describe an option that takes a value.

    Args:
        metavar: what stands for the value in the help.
        text: the help.
        names: how it is written, where not as its parameter.
        more: what typer takes besides.
    """
    return typer.Option(*names, metavar=metavar, help=text, **more)


def argument(metavar: str, text: str, /, **more: Any) -> Any:  # noqa: ANN401 - typer's
    """Describe an argument.

    Args:
        metavar: what stands for it in the help.
        text: the help.
        more: what typer takes besides.
    """
    return typer.Argument(metavar=metavar, help=text, **more)


Json = Annotated[bool, typer.Option("--json", help="machine-readable on stdout")]
Study = Annotated[
    Path | None,
    argument(
        "STUDY",
        "study.toml, its folder, or `example`, the invented one (default: Devon & Somerset)",
        show_default=False,
    ),
]
Out = Annotated[Path | None, option("DIR", "output folder (default: out/<study id>)")]
Work = Annotated[
    Path | None, option("DIR", "stored stages (default: .work beside the output folder)")
]
RunFolder = Annotated[
    Path | None, option("DIR", "output folder of a run (default: the last one below out)", "--run")
]
Option = Annotated[str, argument("OPTION", "an option_id, as in shortlist.csv")]
Scenario = Annotated[
    str, option("ID", "run it under one of its scenarios; `colocate scenarios` lists them")
]
Anyway = Annotated[
    bool,
    typer.Option("--anyway", help="go on where too little is understood; every output says so"),
]
Processes = Annotated[
    int | None,
    option(
        "N",
        "processes that make stages side by side (default: 2 where there are two cores and "
        "much to do; each takes some 1 GB for a study of 190 sites)",
        min=1,
    ),
]
Workers = Annotated[
    int | None,
    option(
        "N",
        "Dask workers of this machine that share the parts of long work; they listen on "
        "loopback alone (default: none)",
        min=1,
    ),
]
Cluster = Annotated[
    str | None,
    option(
        "ADDRESS",
        "a Dask scheduler whose workers share them, e.g. tcp://host:8786; they must see the "
        "same files, or (`run`) a folder named with --share",
    ),
]
Share = Annotated[
    str | None,
    option(
        "URL",
        "a folder that this machine and all workers reach, e.g. s3://bucket/folder or "
        "sftp://host/folder, for workers that do not see the work folder",
    ),
]
Dashboard = Annotated[
    bool, typer.Option("--dashboard", help="open Dask's dashboard, and say where it is")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress")]
Table = Annotated[
    str,
    argument(
        "TABLE", "ranking, one row an option, or a table's name; `colocate schema` lists them"
    ),
]
First = Annotated[int | None, option("N", "only the first N (default: all)", parser=count)]
Earlier = Annotated[Path, argument("RUN_A", "output folder of the earlier run")]
Later = Annotated[Path, argument("RUN_B", "output folder of the later run")]
Pdf = Annotated[bool, typer.Option("--pdf", help="print it through Chromium, Chrome or Edge")]
Inside = Annotated[
    bool, typer.Option("--internal/--open", help="the page not to be passed on, or the open one")
]
SheetFile = Annotated[
    Path | None, option("FILE", "where to (default: OPTION.html or OPTION-internal.html)", "--out")
]
CaseFolder = Annotated[
    Path | None,
    option("DIR", "folder to write into (default: case-OPTION or case-FUNCTION)", "--out"),
]
Described = Annotated[
    str | None, argument("TABLE", "a table's name, or `study`", show_default=False)
]
Inspected = Annotated[
    list[str], argument("FILE", "files to look at, or postgresql://… of a database")
]
Kind = Annotated[str | None, option("INPUT", "what it is: register, demand, boundaries, …", "--as")]
Sheet = Annotated[str | None, option("NAME", "sheet of a workbook")]
Layer = Annotated[str | None, option("NAME", "layer of a vector file, table of a database")]
Into = Annotated[Path | None, option("STUDY", "add what is proposed to this study file")]
NewFolder = Annotated[Path, argument("DIR", "a folder that does not exist yet")]
Area = Annotated[str | None, option("NAME", "fire and rescue area to begin a study of")]
PackFolder = Annotated[
    Path | None, option("DIR", "folder of raw files to cut the area out of", "--pack")
]
Like = Annotated[
    Literal["devon-somerset", "example"] | None,
    typer.Option(
        show_default=False,
        help="embedded study to copy (default: devon-somerset); example is small and invented",
    ),
]
Trips = Annotated[Path, argument("TRIPS", "CSV of observed drives, one a row")]
Cases = Annotated[
    Path | None,
    argument(
        "CASES",
        "CSV of known cases, one a site (default: those carried for an embedded study)",
        show_default=False,
    ),
]
CasesFile = Annotated[Path | None, option("FILE", "also write the cases as CSV", "--out")]
Profile = Annotated[Literal["car", "appliance"], typer.Option(help="whose factors to fit")]
FactorsFolder = Annotated[
    Path | None,
    option("DIR", "folder to write the factors and every trip's residual into", "--out"),
]
PointsPage = Annotated[
    Path | None, option("FILE", "page with maps (default: geocoding-STUDY.html here)", "--page")
]
Names = Annotated[
    list[str] | None,
    argument("NAME", "sources; osm:NAME, roads:PLACE or roads:FILE", show_default=False),
]
FilesInto = Annotated[Path, option("DIR", "folder for the files")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="only say what would come: size, licence, address")
]
Again = Annotated[bool, typer.Option("--again", help="replace what is there by what there is now")]
SourceList = Annotated[Path | None, option("CSV", "a list of sources of your own, or of a mirror")]
