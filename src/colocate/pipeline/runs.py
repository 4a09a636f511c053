"""What one does with a finished run: open it, read its tables, have an option explained."""

from __future__ import annotations

import difflib
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.errors import InputError, OptionError, some
from colocate.io import Tables
from colocate.pipeline import Location, manifest
from colocate.pipeline.locate import load_study
from colocate.publish import explain as in_words
from colocate.publish.published import LEFT_OUT
from colocate.scoring.summary import ranking
from colocate.study import NO_CHANGE, Study, in_spite_of, under
from colocate.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


def open_run(folder: Location, /) -> Tables:
    """Return the tables of a run by name, each read when first asked for.

    Args:
        folder: the run's output folder.

    Raises:
        InputError: `folder` is not the output folder of a run, or lacks tables of one.
    """
    manifest.read(Path(folder))
    files = {
        name: Path(folder) / "tables" / f"{name}.parquet" for name in TABLES if name not in LEFT_OUT
    }
    if missing := [name for name, path in files.items() if not path.is_file()]:
        raise InputError(
            f"{folder}: this run lacks the tables {some(missing)}; run the study again."
        )
    return Tables(files)


def newest(out: Path = Path("out"), /) -> Path:
    """Return the output folder below `out` of the run that finished last.

    Args:
        out: folder whose subfolders are output folders of runs.

    Raises:
        InputError: there is none.
    """
    finished = {}
    for path in sorted(out.glob(f"*/{io.MANIFEST}")):
        with suppress(InputError):
            finished[path.parent] = manifest.read(path.parent)["clock"]["finished"]
    if not finished:
        raise InputError(
            f"{out}: no run here. Run `colocate run` first, or name a run's output folder with "
            "`--run`."
        )
    return max(finished, key=lambda folder: (finished[folder], folder.name))


def table_of(folder: Path, name: str) -> pd.DataFrame:
    """Return one table of a run; `ranking` joins several.

    Args:
        folder: the run's output folder.
        name: of the table, or `ranking`.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no table of that name; the message names the nearest ones.
    """
    tables = open_run(folder)
    if name == "ranking":
        return ranking(tables)
    if name not in tables:
        near = difflib.get_close_matches(name, tables, n=3) or ["ranking", "scores"]
        raise OptionError(
            f"no table called {name!r} in this run; nearest are {', '.join(near)}. "
            "`colocate schema` describes them all."
        )
    return tables[name]


def settings_of(folder: Path, /) -> Study:
    """Return the settings a run was made with: its study's, under its scenario.

    Its notice says what the run was made in spite of.

    Args:
        folder: the run's output folder.
    """
    found = manifest.read(folder)
    study = under(load_study(folder / "study.toml"), found.get("scenario", NO_CHANGE))
    return in_spite_of(study, found.get("in_spite_of", []))


def explain(folder: Path, option_id: str) -> str:
    """Tell one option of a run in plain words, with what every number rests on.

    Args:
        folder: the run's output folder.
        option_id: an option of the run.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option of that id; the message names the nearest ones.
    """
    return in_words.explain(option_id, open_run(folder), study=settings_of(folder))


def facts_of(folder: Path, option_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that every table of a run holds on one option, by table.

    Args:
        folder: the run's output folder.
        option_id: an option of the run.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option of that id; the message names the nearest ones.
    """
    tables = open_run(folder)
    in_words.assert_option(option_id, tables)
    facts = {}
    for name in tables:
        if "option_id" in TABLES[name].names:
            rows = tables[name].query("option_id == @option_id")
            facts[name] = json.loads(rows.to_json(orient="records"))
    return facts
