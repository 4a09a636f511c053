"""How one begins a study of one's own: from a copy of an embedded one."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import OutputError
from colocate.pipeline.locate import EMBEDDED, embedded_study, load_study

if TYPE_CHECKING:
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
