"""The key of a stage: a digest of everything that its tables are made from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from colocate import io
from colocate.pipeline import code, manifest, store
from colocate.pipeline.stages import databases, input_files

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from colocate.pipeline.locate import Place
    from colocate.stage import Stage


def key(stage: Stage, place: Place, *, hashes: Mapping[str, str]) -> str:
    """Return the digest of all that a stage's signature names, and of its code.

    Args:
        stage: the stage.
        place: the study and its scenario.
        hashes: SHA-256 of the tables made so far, by name: those it reads among them.
    """
    settings = {name: _plain(behind.of(place.study)) for name, behind in stage.settings.items()}
    files = {}
    for name, behind in stage.files.items():
        paths = input_files(place.study, place.file.parent, names=[behind.name])
        told = getattr(place.study.inputs, behind.name)
        held = databases(place.study, names=[behind.name])
        files[name] = [_plain(told), *((path.name, io.sha256(path)) for path in paths), *held]
    reads = {name: hashes[name] for name in stage.reads}
    own = code.hashes(place.work)[code.of_stage(stage)]
    return store.digest(stage.name, settings, files, own, reads, manifest.versions())


def _plain(value: Any, /) -> Any:  # noqa: ANN401 - a setting may be anything
    """Return a setting as JSON can hold it."""
    return _adapter(cast("Hashable", type(value))).dump_python(value, mode="json")


@cache
def _adapter(kind: Any, /) -> TypeAdapter[Any]:  # noqa: ANN401 - a type
    return TypeAdapter(kind)
