"""What one does with a finished run, and how one begins a study of one's own."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.choice.story import story
from colocate.errors import InputError, OptionError, OutputError
from colocate.pipeline import embedded_study
from colocate.pipeline.store import Tables
from colocate.study import load
from colocate.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def open_run(folder: Path, /) -> Tables:
    """Return the tables of a run by name, each read when first asked for.

    Raises:
        InputError: `folder` is not the output folder of a run.
    """
    if not (folder / io.MANIFEST).is_file():
        raise InputError(
            f"{folder}: no run here ({io.MANIFEST} is missing). Run `colocate run` first, or name "
            "a run's output folder."
        )
    files = {path.stem: path for path in sorted((folder / "tables").glob("*.parquet"))}
    tables = Tables({})
    tables.add({name: path for name, path in files.items() if name in TABLES})
    return tables


def table_of(folder: Path, name: str) -> pd.DataFrame:
    """Return one table of a run.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no table of that name; the message lists those there are.
    """
    tables = open_run(folder)
    if name not in tables:
        raise OptionError(f"no table called {name!r} in this run; there are {', '.join(tables)}")
    return tables[name]


def explain(folder: Path, option_id: str) -> str:
    """Tell one option of a run in plain words, with what every number rests on.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option of that id; the message names the nearest ones.
    """
    return story(option_id, open_run(folder), settings=load(folder / "study.toml"))


def facts_of(folder: Path, option_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that every table of a run holds on one option, by table."""
    tables = open_run(folder)
    facts = {}
    for name in tables:
        if "option_id" in TABLES[name].names:
            rows = tables[name].query("option_id == @option_id")
            facts[name] = json.loads(rows.to_json(orient="records"))
    if not facts["options"]:
        raise OptionError(f"no option {option_id!r} in this run; see `colocate show options`")
    return facts


def init(folder: Path, /) -> list[Path]:
    """Copy the embedded study and the notebooks into a new folder; return the files.

    Raises:
        OutputError: the folder is there already, or cannot be written.
    """
    if folder.exists():
        raise OutputError(f"{folder}: is there already; name a folder that does not exist yet.")
    source = embedded_study().parent
    try:
        shutil.copytree(source, folder)
        notebooks = source.parent / "notebooks"
        if not notebooks.is_dir():  # a checkout keeps them at the top
            notebooks = source.parent.parent / "notebooks"
        shutil.copytree(
            notebooks, folder / "notebooks", ignore=shutil.ignore_patterns(".*", "__pycache__")
        )
    except OSError as fault:
        raise OutputError(f"{folder}: cannot be written ({fault.strerror}).") from None
    return sorted(path for path in folder.rglob("*") if path.is_file())
