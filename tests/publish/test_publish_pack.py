"""The agents' pack as it lies in the folder: what it must never hold, and what all of it says."""

from __future__ import annotations

import sqlite3
import zipfile

import pandas as pd
import pytest
from publish_town import HOSTILE, RUN, SITES, stored

from colocate.publish.output_folder import publish
from colocate.tables import TABLES
from colocate.tables.schema import parts

OPEN = ("F2+P2-new", "F4-hq-P3", "P1-into-F1")
"""The options of the town that appointed agents are told of."""


def contents(path):
    """All that a reader could find in a file: its bytes, and what is packed in it."""
    found = [path.read_bytes()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            found.append("\n".join(base.iterdump()).encode())
    return b"\n".join(found)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sites_of(tables, options):
    """Sites of some options."""
    sites = tables["options"].set_index("option_id")["site_ids"]
    return {site for option in options for site in parts(sites[option])}


def planted(tables, told=OPEN):
    """The town with a marker in every value that agents must not see.

    In every restricted column everywhere; in every commercial column and in every text of the
    sites and options that they are not told of.
    """
    opened = sites_of(tables, told)
    marked = {}
    for name, frame in tables.items():
        key = "site_id" if "site_id" in frame else "option_id"
        shown = opened if key == "site_id" else set(told)
        hidden = ~frame[key].isin(shown) if key in frame else None
        marked[name] = frame.copy()
        for column in TABLES[name].columns:
            secret = column.disclosure == "restricted"
            closed = hidden is not None and (
                column.disclosure == "commercial" or column.name in FREE_TEXT
            )
            if column.allowed or column.kind not in {"str", "float"} or not (secret or closed):
                continue
            number = 987_654.0 if column.at_most is None else 0.987654
            marker = f"MARK-{name}-{column.name}" if column.kind == "str" else number
            rows = hidden if closed and not secret else slice(None)
            marked[name].loc[rows, column.name] = marker
    return marked


FREE_TEXT = ("name", "address", "postcode", "uprn", "notes", "source", "status_note", "title",
             "what_happens", "reason", "note", "declared_area", "share_with")  # fmt: skip


@pytest.fixture(scope="module")
def pack(tables, study, tmp_path_factory):
    """The agents' pack of the town with markers."""
    folder = tmp_path_factory.mktemp("planted")
    publish(stored(planted(tables)), folder, study=study, run_id=RUN.run_id, version=RUN.version)
    return folder / "agents"


def test_the_markers_are_where_the_authorities_look(pack):
    inside = contents(pack.parent / "shortlist.xlsx") + contents(pack.parent / "study.gpkg")
    assert b"MARK-options-title" in inside
    assert b"MARK-located_sites-name" in inside
    assert b"987654" in inside


def test_no_marker_is_in_any_byte_of_the_agents_pack(pack):
    for path in files(pack):
        found = contents(path)
        for marker in (b"MARK-", b"987654", b"987,654"):
            assert marker not in found, (path.name, marker)


def test_no_other_site_or_option_is_in_any_byte_of_the_agents_pack(published, tables):
    opened = sites_of(tables, OPEN)
    secret = [given["name"] for site, given in SITES.items() if site not in opened]
    secret += [option for option in tables["options"]["option_id"] if option not in OPEN]
    for path in files(published / "agents"):
        found = contents(path).decode(errors="replace")
        assert not [name for name in secret if name in found], path.name


def test_what_agents_are_told_of_is_in_the_pack(published):
    for name in ("shortlist-agents.csv", "shortlist-agents.xlsx", "shortlist-agents.gpkg",
                 "sheets/F4-hq-P3.html"):  # fmt: skip
        assert b"Police Headquarters" in contents(published / "agents" / name)


def test_a_sensitive_site_is_in_no_byte_of_the_agents_pack(tables, study, tmp_path):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P3", "disclosure"] = "restricted"
    given = stored(tables | {"located_sites": sites})
    publish(given, tmp_path, study=study, run_id=RUN.run_id, version=RUN.version)
    for path in files(tmp_path / "agents"):
        assert b"Headquarters" not in contents(path), path


def test_every_file_of_the_agents_pack_says_that_it_is_in_confidence(published):
    for path in files(published / "agents"):
        assert b"In confidence, for the agents whom the authorities appointed" in contents(path)


def test_every_file_says_that_it_is_a_demonstration(published, study):
    for path in files(published):
        if path.parent.name != "tables":
            assert study.study.notice.encode() in contents(path), path


def test_nothing_in_the_agents_pack_calls_itself_internal(published):
    for path in files(published / "agents"):
        assert b"INTERNAL" not in contents(path), path


def test_two_runs_are_the_same_bytes(published, tables, study, tmp_path):
    publish(stored(tables), tmp_path, study=study, run_id=RUN.run_id, version=RUN.version)
    assert [p.relative_to(tmp_path) for p in files(tmp_path)] == [
        p.relative_to(published) for p in files(published)
    ]
    for path in files(tmp_path):
        assert path.read_bytes() == (published / path.relative_to(tmp_path)).read_bytes(), path


def test_the_pack_is_whole(published):
    assert {path.name for path in (published / "agents").iterdir()} == {
        "shortlist-agents.csv", "shortlist-agents.csv-metadata.json", "shortlist-agents.xlsx",
        "shortlist-agents.gpkg", "data-dictionary.csv", "datapackage.json", "NOTICE.md",
        "sheets",
    }  # fmt: skip


def test_a_hostile_name_is_plain_text_in_the_spatial_file(published):
    with sqlite3.connect(published / "study.gpkg") as base:
        names = {name for (name,) in base.execute("select name from sites")}
    assert HOSTILE in names


def test_the_notice_names_every_source(published, study):
    for folder in (published, published / "agents"):
        text = (folder / "NOTICE.md").read_text(encoding="utf-8")
        assert all(line in text for line in (study.study.notice, *study.study.attribution))
        assert "Licences and attribution of the embedded data" not in text  # those are another's


def test_every_list_of_pounds_says_whose_year_s_they_are(published):
    told = {path.name: pd.read_csv(path) for path in published.glob("*.csv")}
    pounds = {name for name, rows in told.items() if rows.columns.str.endswith("_gbp").any()}
    assert {"shortlist.csv", "target_shares.csv", "clearing_by_body.csv"} <= pounds
    for name in pounds:
        assert set(told[name]["price_year"]) == {2026}, name
