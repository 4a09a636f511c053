"""What a stage may read, and what makes it run again: all of it stands in its signature."""

from __future__ import annotations

import ast
import inspect
import tomllib

import pandas as pd
import pytest

from colocate import pipeline
from colocate.pipeline import code, keys
from colocate.pipeline.stages import STAGES, inputs
from colocate.stage import Setting, Stage, setting, stage
from colocate.tables import TABLES, empty

DECLARED = [
    pytest.param(each, name, id=f"{each.name}-{name}")
    for each in STAGES
    for name in each.parameters
]


class Recorded(dict):
    """Tables that note which of them were asked for."""

    asked: set[str]

    def __getitem__(self, name):
        self.asked.add(name)
        return empty(TABLES[name])


@pytest.fixture(scope="module")
def place(town):
    return pipeline.locate(town)


@pytest.mark.parametrize("each", STAGES, ids=lambda each: each.name)
def test_a_stage_is_handed_what_its_signature_names_and_no_more(each, place):
    handed = {}

    def instead(**given):
        handed.update(given)
        return {name: empty(TABLES[name]) for name in each.makes}

    instead.__signature__ = inspect.signature(each.function)
    tables = Recorded()
    tables.asked = set()
    Stage(each.label, each.makes, instead, each.columns).run(
        tables, study=place.study, inputs=inputs(place.study, place.file.parent)
    )
    assert tables.asked == set(each.reads)
    assert set(handed) - {"progress", "spread"} == set(each.parameters)
    for name, behind in each.settings.items():
        assert handed[name] == behind.of(place.study)
    for name, columns in each.columns.items():
        assert list(handed[name]) == list(columns)
    assert not any(
        value is place.study for value in handed.values()
    )  # the whole study is nobody's setting


@pytest.mark.parametrize("each", STAGES, ids=lambda each: each.name)
def test_a_stage_has_no_other_way_to_tables_and_settings(each):
    """Nothing that it runs opens a study, a run or the work folder."""
    for module in sorted(code.modules_of(*code.of_stage(each).split(":"))):
        assert not module.startswith(("pipeline", "cli")), module
        assert each.room == "publish" or not module.startswith("publish"), module
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            for node in ast.walk(ast.parse(code._source(module)))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
        }
        if not module.startswith(("io", "study", "spread", "handed")):  # which load what they pack
            assert not called & {"open_study", "open_run", "under", "load"}, module


@pytest.mark.parametrize(("each", "name"), DECLARED)
def test_what_a_stage_declares_makes_it_run_again(each, name, place, monkeypatch):
    hashes = {table: "a" for other in STAGES for table in other.makes}
    monkeypatch.setattr(keys.io, "sha256", lambda path: f"hash of {path.name}")
    before = keys.key(each, place, digests=hashes)
    assert keys.key(each, place, digests=hashes) == before
    behind = each.parameters[name]
    if behind is None:
        hashes = {**hashes, name: "b"}
    elif isinstance(behind, Setting):
        was = Setting.of
        monkeypatch.setattr(
            Setting, "of", lambda self, study: "other" if self == behind else was(self, study)
        )
    else:
        there = keys.input_files

        def more(study, folder, *, names):
            yield from there(study, folder, names=names)
            if behind.name in names:
                yield folder / "another-file"

        monkeypatch.setattr(keys, "input_files", more)
    assert keys.key(each, place, digests=hashes) != before


@pytest.mark.parametrize("each", STAGES, ids=lambda each: each.name)
def test_what_a_stage_does_not_declare_leaves_it_alone(each, place, monkeypatch):
    hashes = {table: "a" for other in STAGES for table in other.makes}
    others = {table: "b" for table in hashes if table not in each.reads}
    monkeypatch.setattr(keys.io, "sha256", lambda path: f"hash of {path.name}")
    found = {keys.key(each, place, digests=given) for given in (hashes, hashes | others)}
    assert len(found) == 1


BY_COLUMN = [
    pytest.param(each, table, id=f"{each.name}-{table}")
    for each in STAGES
    for table in each.columns
]


@pytest.mark.parametrize(("each", "table"), BY_COLUMN)
def test_of_a_table_read_by_column_only_those_columns_count(each, table, place, monkeypatch):
    monkeypatch.setattr(keys.io, "sha256", lambda path: f"hash of {path.name}")
    hashes = {name: "a" for other in STAGES for name in other.makes}
    columns = {f"{table}.{name}": "a" for name in TABLES[table].names}
    assert TABLES[table].by_column

    def key(changed=""):
        digests = hashes | columns | {table: changed} | ({changed: "b"} if changed else {})
        return keys.key(each, place, digests=digests)

    counting = {name for name in columns if key(name) != key()}
    assert counting == {f"{table}.{name}" for name in each.columns[table]}


def test_a_key_covers_the_code_that_a_stage_names_and_what_this_imports():
    effects = next(each for each in STAGES if each.name == "effects")
    modules = code.modules_of(*code.of_stage(effects).split(":"))
    assert {"impact.cover", "travel.kernel.nearest", "tables.schema", "errors", "stage"} <= modules
    assert "portfolio.milp" not in modules


def test_a_stage_that_makes_other_tables_than_it_declares_is_refused(place):
    @stage("wrong", makes=("scores",))
    def wrong(seed: int = setting("study.seed")):
        return {"money": pd.DataFrame(), "scores": pd.DataFrame([seed])}

    with pytest.raises(TypeError, match="declares"):
        wrong.run({}, study=place.study, inputs={})


def test_the_floors_follow_the_flow(root):
    """The rooms stand in the import contract in the order in which their stages first run."""
    rooms = list(dict.fromkeys(each.room for each in STAGES))
    told = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = told["contracts"][0]["layers"]
    height = {
        room.strip().removeprefix("colocate."): number
        for number, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }
    heights = [height[room] for room in rooms]
    assert heights == sorted(heights), dict(zip(rooms, heights, strict=True))
