"""Some tables of a study without a whole run: only the stages that they hang on are made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from colocate import io
from colocate.pipeline import keys, store
from colocate.pipeline.stages import STAGES, inputs
from colocate.progress import SILENT, Progress
from colocate.tables.readiness import assert_ready

if TYPE_CHECKING:
    from colocate.pipeline.locate import Place
    from colocate.stage import Stage


@cache
def stages_for(tables: tuple[str, ...], /) -> tuple[Stage, ...]:
    """Return the stages that tables hang on, in order.

    Args:
        tables: their names.
    """
    makers = {table: stage for stage in STAGES for table in stage.makes}
    found: set[str] = set()
    todo = list(tables)
    while todo:
        stage = makers[todo.pop()]
        if stage.name not in found:
            found.add(stage.name)
            todo.extend(stage.reads)
    return tuple(stage for stage in STAGES if stage.name in found)


def stored(
    place: Place, tables: tuple[str, ...], /, *, anyway: bool = True, progress: Progress = SILENT
) -> io.Tables:
    """Return tables and what they hang on: those stored as found, the others made and stored.

    Args:
        place: the study, its scenario, and where its stages are stored.
        tables: names of those that are wanted.
        anyway: whether a study that is not ready goes on; what asks for a table is told of it.
        progress: told of the stages that are made.

    Raises:
        ReadinessError: the study is not ready, a table that says so is wanted, and not `anyway`.
    """
    stages = stages_for(tables)
    digests: dict[str, str] = {}
    there = io.Tables({})
    given = inputs(place.study, place.file.parent)
    for number, stage in enumerate(stages, start=1):
        key = keys.key(stage, place, digests=digests)
        entry = store.find(place.work, stage.name, key=key, makes=(*stage.makes, "issues"))
        if entry is None:
            progress.stage(stage.label, number=number, of=len(stages))
            made = stage.run(there, study=place.study, inputs=given, progress=progress)
            entry = store.put(place.work, stage.name, key=key, made=made)
        there.add(entry.files)
        digests |= entry.digests
        for name in {"input_readiness", "readiness"}.intersection(stage.makes):
            assert_ready(there[name], anyway=anyway)
    return there
