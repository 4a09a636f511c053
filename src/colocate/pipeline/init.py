"""How one begins a study of one's own: of one's own area, or from a copy of an embedded one."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import OutputError
from colocate.pipeline.locate import EMBEDDED, embedded_study, load_study
from colocate.progress import SILENT, Progress, progress_to

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path


def init(folder: Path, /, *, like: str = EMBEDDED[0]) -> Path:
    """Begin a study of one's own: an embedded one, with the notebooks and notices, to be changed.

    The study's `id` becomes the folder's name, so that runs of the copy and of the embedded study
    lie side by side, and the notebooks open the copy.

    Args:
        folder: where to, not there yet.
        like: `devon-somerset`, or `example` for the small invented one.

    Returns:
        The copy's study file.

    Raises:
        InputError: there is no embedded study of that name.
        OutputError: the folder is there already, or cannot be written.
    """
    if folder.exists():
        raise OutputError(f"{folder}: is there already; name a folder that does not exist yet.")
    source = embedded_study(like).parent
    notebooks = source.parent / "notebooks"
    if not notebooks.is_dir():  # a checkout keeps them at the top
        notebooks = source.parent.parent / "notebooks"
    aside = shutil.ignore_patterns(".*", "__pycache__", "out")
    with io.staged_folder(folder) as staged:
        try:
            shutil.copytree(source, staged, dirs_exist_ok=True)
            shutil.copy2(source.parent / "NOTICE.md", staged)
            shutil.copytree(notebooks, staged / "notebooks", ignore=aside)
        except OSError as fault:
            raise OutputError(f"{folder}: cannot be written ({fault.strerror or fault}).") from None
        _rename(staged, slug=_slug(folder.resolve().name))
    return folder / "study.toml"


def init_area(
    folder: Path,
    /,
    *,
    area: str,
    pack: Path,
    day: dt.date,
    progress: Progress | Callable[[str], object] = SILENT,
) -> tuple[Path, list[str]]:
    """Begin a study of a fire and rescue area from a folder of raw files.

    Roads, demand, outlines, place names, premises and buildings are cut to the area and 25 km
    around it. No figure of any other service is written; what only its own bodies know is listed
    in the study file as to be supplied.

    Args:
        folder: where to, not there yet.
        area: name of the fire and rescue area.
        pack: folder of the raw files, each recognised by its columns.
        day: the study's day.
        progress: told of each step.

    Returns:
        The study file, and what was found and what was not, a line each.

    Raises:
        InputError: the pack lacks a kind of file, or there is no such area.
        OutputError: the folder is there already, or cannot be written.
    """
    from colocate.starting.begin import begin

    if folder.exists():
        raise OutputError(f"{folder}: is there already; name a folder that does not exist yet.")
    slug = _slug(folder.resolve().name)
    with io.staged_folder(folder) as staged:
        told = begin(
            staged, pack=pack, area=area, slug=slug, day=day, progress=progress_to(progress)
        )
        load_study(staged / "study.toml")
    return folder / "study.toml", told


def _slug(name: str) -> str:
    """Return a folder's name as an id: lower case, hyphens, no more than an id may hold."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "my-study"


def _rename(folder: Path, *, slug: str) -> None:
    """Give a copy of an embedded study an id and a title of its own; open it in its notebooks."""
    head = load_study(folder / "study.toml").study
    _replace(
        folder / "study.toml",
        {
            f'id = "{head.id}"': f'id = "{slug}"',
            f'title = "{head.title}"': f'title = "{head.title} (copy)"',
        },
    )
    for notebook in sorted((folder / "notebooks").glob("*.ipynb")):
        _replace(notebook, {"STUDY = None": r"STUDY = \"../study.toml\""})


def _replace(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new, 1)
    io.write_text(text, path)
