"""Whether the outputs of an earlier run stand: made of the same, and untouched since."""

from __future__ import annotations

import importlib.metadata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import InputError
from colocate.pipeline import code, manifest, store
from colocate.publish.published import Published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

WRITERS = ("branca", "folium", "jinja2", "pyogrio", "xlsxwriter", "xstatic-leaflet")
"""Packages whose version may change a page or a file without changing an answer."""


@cache
def publishing(work: Path, /) -> str:
    """SHA-256 of all that turns a run's tables into outputs: code, pages, styles and writers.

    Args:
        work: the work folder.
    """
    assets = sorted(_files(files("colocate.publish").joinpath("assets")))
    versions = {name: importlib.metadata.version(name) for name in WRITERS}
    return store.digest(code.hashes(work)[code.PUBLISH], assets, versions, manifest.versions())


def shelf(work: Path, /) -> io.Shelf:
    """Return where publishing keeps what its next run can take over.

    Args:
        work: the work folder.
    """
    return io.Shelf(work / ".published", publishing(work))


def _files(folder: Traversable) -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _files(each)
        elif not each.name.endswith(".pyc"):
            yield each.name, store.digest(each.read_bytes().hex())


def read_the_same(folder: Path, inputs: Mapping[str, str], /) -> bool:
    """Return whether the run of a folder read what a new one would: most likely none is needed.

    Args:
        folder: where a run may have written before.
        inputs: hash of each input by name.
    """
    try:
        return bool(manifest.read(folder).get("inputs") == inputs)
    except InputError:
        return False


def outputs(folder: Path, /, *, made_of: str, anyway: bool) -> Published | None:
    """Return what was published in a folder, if a new run would write the same.

    Args:
        folder: where a run may have written before.
        made_of: digest of what a new run would publish, and by what.
        anyway: whether what was written in spite of what a study lacks may stand.

    Returns:
        None where there is no such run, something was missing in it, or a file of it is gone or
        another now.
    """
    if not (folder / io.MANIFEST).is_file():
        return None
    try:
        found = manifest.read(folder)
    except InputError:
        return None
    if found.get("made_of") != made_of or found.get("missing") or not found.get("outputs"):
        return None
    if found["in_spite_of"] and not anyway:
        return None
    written = {folder / name: digest for name, digest in found["outputs"].items()}
    kept = all(path.is_file() for path in written) and io.hashes(written) == written
    return Published({}, tuple(found["said"])) if kept else None
