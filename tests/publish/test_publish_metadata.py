"""The descriptions beside the files, as independent readers see them."""

from __future__ import annotations

import hashlib
import json

import pytest

from colocate.publish.facts import gather
from colocate.publish.facts.disclosure import Readable
from colocate.publish.lists import fields, metadata, pack_fields, packs, shortlist

FOLDERS = {"": "shortlist.csv", "agents": "shortlist-agents.csv"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_frictionless_finds_the_data_as_described(published, folder):
    import frictionless

    report = frictionless.Package(str(published / folder / "datapackage.json")).validate()
    assert report.flatten(["title", "message"]) == []
    read = {task.name: task.stats["rows"] for task in report.tasks if "rows" in task.stats}
    assert read[FOLDERS[folder]] > 0


@pytest.mark.parametrize("folder", FOLDERS)
def test_csvw_reads_every_row_by_its_metadata(published, folder):
    import csvw

    name = FOLDERS[folder]
    described = csvw.CSVW(str(published / folder / f"{name}-metadata.json"), validate=True)
    assert described.is_valid
    table = described.t if hasattr(described.t, "tableSchema") else described.tables[0]
    rows = list(table)
    written = (published / folder / name).read_text(encoding="utf-8-sig").splitlines()
    assert list(rows[0]) == written[0].split(",")


@pytest.mark.parametrize("ceiling", ["public", "commercial"])
def test_columns_are_chosen_by_their_class_alone(study, ceiling):
    columns = fields.internal(study)
    chosen = fields.readable(columns, Readable(ceiling))
    above = [field for field in columns if field not in chosen]
    assert {field.disclosure for field in above} <= {"commercial", "restricted"} - {ceiling}
    assert "restricted" not in {field.disclosure for field in chosen}
    assert len(chosen) + len(above) == len(columns)


def test_the_descriptions_name_the_columns_of_the_files(tables, study):
    frame = shortlist.rows(gather(tables, study), study=study)
    assert fields.names(fields.internal(study)) == tuple(frame)
    for kind in (packs.agents(study), packs.market(study)):
        assert fields.names(kind.columns) == tuple(
            packs.pack(gather(tables, study), kind, study=study).rows
        )


@pytest.mark.parametrize("listed", [fields.INTERNAL, pack_fields.AGENTS, pack_fields.MARKET])
def test_every_column_has_a_heading_of_its_own_and_a_meaning(listed):
    titles = [field.title for field in listed]
    assert len(set(titles)) == len(titles)
    assert all(field.meaning for field in listed)


def test_neither_pack_has_a_restricted_column(study):
    for kind in (packs.agents(study), packs.market(study)):
        assert {field.disclosure for field in kind.columns} == {"public", "commercial"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_other_file_of_the_folder_is_listed_with_its_hash(published, folder):
    described = json.loads((published / folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"]: resource for resource in described["resources"]}
    there = {p.name for p in (published / folder).iterdir() if p.is_file()} - {"datapackage.json"}
    assert set(listed) == there
    for name, resource in listed.items():
        data = (published / folder / name).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)


@pytest.mark.parametrize("folder", FOLDERS)
def test_licence_sources_and_notice_go_with_the_data(published, folder, study):
    described = json.loads((published / folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [licence["name"] for licence in described["licenses"]] == ["ODbL-1.0"]
    assert [source["title"] for source in described["sources"]] == list(study.study.attribution)
    assert study.study.notice in described["description"]


def test_units_and_types_are_given(study):
    text = metadata.csvw("a.csv", pack_fields.AGENTS, study=study, told="public", key="")
    columns = {c["name"]: c for c in json.loads(text)["tableSchema"]["columns"]}
    assert columns["gia_m2"]["schema:unitText"] == "m2"
    assert columns["gia_m2"]["datatype"] == "number"
    assert columns["lease_end"]["datatype"] == "date"
    assert columns["uprn"]["datatype"] == "string"


def test_a_study_of_its_own_data_carries_no_notice_of_ours(study):
    head = study.study.model_copy(update={"attribution": ("Own records",), "notice": "Ours."})
    own = study.model_copy(update={"study": head})
    text = metadata.notice(own, told="public", run_id="0", embedded="", packs=())
    assert "Own records" in text
    assert "ODbL" not in text
