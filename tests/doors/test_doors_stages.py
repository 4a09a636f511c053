from __future__ import annotations

import inspect
import re

import pytest

from colocate.pipeline import store
from colocate.pipeline.stages import STAGES


def test_a_key_covers_what_a_module_imports_directly_or_not():
    assert {"impact.nearest", "tables.schema", "errors"} <= store.closure("impact.cover")
    assert "travel.kernel.roadgraph" not in store.closure("impact.cover")


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_names_the_modules_it_calls(stage):
    """A stage whose code changed must run again."""
    source = inspect.getsource(stage.run)
    called = set(re.findall(r"from colocate\.([\w.]+) import", source))
    rooms = re.search(r"from colocate\.(\w+) import (.+)", source)
    if rooms:
        called |= {f"{rooms[1]}.{name.strip()}" for name in rooms[2].split(",")}
    covered = {name for module in stage.modules for name in store.closure(module)}
    assert {name for name in called if store._file(name)} - {rooms and rooms[1]} <= covered
