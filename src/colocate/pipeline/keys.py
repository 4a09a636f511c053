"""The key of a stage: a digest of everything that its tables are made from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from colocate import io
from colocate.pipeline import code, manifest, store
from colocate.pipeline.stages import databases, input_files

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from colocate.pipeline.locate import Place
    from colocate.stage import Stage


def key(
    stage: Stage, place: Place, *, digests: Mapping[str, str], without: Collection[str] = ()
) -> str:
    """Return the digest of all that a stage's signature names, and of its code.

    Args:
        stage: the stage.
        place: the study and its scenario.
        digests: of the tables made so far and of their columns, as `store.Entry.digests` gives
            them; a table without digests of columns counts whole.
        without: tables and inputs that are left out, whatever the stage reads of them.
    """
    settings = {name: _plain(behind.of(place.study)) for name, behind in stage.settings.items()}
    files = {}
    for name, behind in stage.files.items():
        if name in without:
            continue
        paths = input_files(place.study, place.file.parent, names=[behind.name])
        told = getattr(place.study.inputs, behind.name)
        held = databases(place.study, names=[behind.name])
        files[name] = [_plain(told), *((path.name, io.sha256(path)) for path in paths), *held]
    reads = {
        part: digests.get(part) or digests[name]
        for name, parts in stage.rests_on.items()
        for part in parts
        if name not in without
    }
    own = code.hashes(place.work)[code.of_stage(stage)]
    return store.digest(stage.name, settings, files, own, reads, manifest.versions())


def _plain(value: Any, /) -> Any:  # noqa: ANN401 - a setting may be anything
    """Return a setting as JSON can hold it."""
    return _adapter(cast("Hashable", type(value))).dump_python(value, mode="json")


@cache
def _adapter(kind: Any, /) -> TypeAdapter[Any]:  # noqa: ANN401 - a type
    return TypeAdapter(kind)
