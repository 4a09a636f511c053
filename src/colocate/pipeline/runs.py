"""What one does with a finished run, and how one begins a study of one's own."""

from __future__ import annotations

import difflib
import json
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.choice.story import story
from colocate.errors import InputError, OptionError, OutputError, some
from colocate.pipeline import Location, embedded_study, manifest
from colocate.pipeline.publishing import LEFT_OUT
from colocate.pipeline.store import Tables
from colocate.study import load
from colocate.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


def open_run(folder: Location, /) -> Tables:
    """Return the tables of a run by name, each read when first asked for.

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
    """Return the rows that every table of a run holds on one option, by table.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option of that id; the message names the nearest ones.
    """
    tables = open_run(folder)
    ids = sorted(tables["options"]["option_id"])
    if option_id not in ids:
        near = difflib.get_close_matches(option_id, ids, n=3) or ids[:3]
        raise OptionError(
            f"no option {option_id!r} among the {len(ids)} of this run; expected an option_id such "
            f"as {', '.join(near)}. List them with `colocate show options`."
        )
    facts = {}
    for name in tables:
        if "option_id" in TABLES[name].names:
            rows = tables[name].query("option_id == @option_id")
            facts[name] = json.loads(rows.to_json(orient="records"))
    return facts


def init(folder: Path, /) -> Path:
    """Begin a study of one's own: the embedded one, with its notebooks and notices, to be changed.

    The study's `id` becomes the folder's name, so that runs of the copy and of the embedded study
    lie side by side, and the notebooks open the copy.

    Raises:
        OutputError: the folder is there already, or cannot be written.
    """
    if folder.exists():
        raise OutputError(f"{folder}: is there already; name a folder that does not exist yet.")
    source = embedded_study().parent
    notebooks = source.parent / "notebooks"
    if not notebooks.is_dir():  # a checkout keeps them at the top
        notebooks = source.parent.parent / "notebooks"
    with io.staged_folder(folder) as staged:
        try:
            shutil.copytree(source, staged, dirs_exist_ok=True)
            shutil.copy2(source.parent / "NOTICE.md", staged)
            shutil.copytree(
                notebooks, staged / "notebooks", ignore=shutil.ignore_patterns(".*", "__pycache__")
            )
        except OSError as fault:
            raise OutputError(f"{folder}: cannot be written ({fault.strerror or fault}).") from None
        _rename(staged, slug=_slug(folder.resolve().name))
    return folder / "study.toml"


def _slug(name: str) -> str:
    """Return a folder's name as an id: lower case, hyphens, no more than an id may hold."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "my-study"


def _rename(folder: Path, *, slug: str) -> None:
    """Give a copy of the embedded study an id and a title of its own, in its notebooks too."""
    head = load(folder / "study.toml").study
    for path, changes in {
        "study.toml": {
            f'id = "{head.id}"': f'id = "{slug}"',
            f'title = "{head.title}"': f'title = "{head.title} (copy)"',
        },
        "notebooks/1-first-look.ipynb": {
            "STUDY = None": r"STUDY = \"../study.toml\"",
            f"../out/{head.id}": f"../out/{slug}",
        },
    }.items():
        text = (folder / path).read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new, 1)
        io.write_text(text, folder / path)
