"""A register in a real PostgreSQL with PostGIS, started for these tests on a socket of its own."""

import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

import pandas as pd
import pydantic
import pytest

from colocate import cli, io
from colocate.errors import InputError
from colocate.pipeline import inspecting
from colocate.pipeline.locate import load_study
from colocate.pipeline.stages import databases
from colocate.places.estate import registers_to_sites
from colocate.study import Register, Source
from colocate.tables import TABLES

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
EXTENSION = list(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
SECRET = "s3cr%t/@:word"  # noqa: S105 - of the database that these tests start

pytestmark = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not (PROGRAMS and EXTENSION),
    reason="PostgreSQL with PostGIS is not here",
)

SETUP = """
CREATE EXTENSION postgis;
CREATE SCHEMA estates;
CREATE TABLE estates.sites (
  ref text PRIMARY KEY, site text, kind text, tenure text, gia numeric, "lease end" date,
  geom geometry(Point, 4326));
INSERT INTO estates.sites VALUES
  ('B2', 'Brockwell Police Station', 'Police Station', 'F/H', 320, NULL,
   ST_SetSRID(ST_MakePoint(-3.5275, 50.7236), 4326)),
  ('A1', 'Alderton Fire Station', 'Fire Station', 'long leasehold', 1200.5, '2031-03-31',
   ST_SetSRID(ST_MakePoint(-3.5339, 50.7184), 4326));
CREATE VIEW estates.empty_view AS SELECT ref, geom FROM estates.sites WHERE false;
CREATE TABLE estates.areas (fra text, geom geometry(MultiPolygon, 27700));
INSERT INTO estates.areas VALUES ('Anyshire',
  ST_Multi(ST_MakeEnvelope(290000, 90000, 300000, 100000, 27700)));
CREATE ROLE reader LOGIN PASSWORD 's3cr%t/@:word';
GRANT USAGE ON SCHEMA estates TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA estates TO reader;
"""


def as_owner(*words, cwd=None):
    """Run a program as a user that PostgreSQL lets run it: it refuses to be run by root."""
    if os.geteuid() == 0:
        words = ("runuser", "-u", "postgres", "--", *map(str, words))
    return subprocess.run(
        list(map(str, words)), check=True, capture_output=True, text=True, cwd=cwd
    )


@pytest.fixture(scope="module")
def database():
    """The address of a database, without user; its sockets lie in a folder of the tests."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's name may have 107 bytes
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    programs = PROGRAMS[-1]
    port = 40000 + os.getpid() % 20000
    as_owner(programs / "initdb", "-D", home / "data", "-A", "scram-sha-256", "-U", "owner",
             "--pwfile", _password(home), "--no-sync", cwd=home)  # fmt: skip
    options = f"-p {port} -k {home} -c listen_addresses= -c fsync=off"
    as_owner(programs / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", options,
             "start", cwd=home)  # fmt: skip
    try:
        subprocess.run(
            [programs / "psql", "-h", home, "-p", str(port), "-U", "owner", "-d", "postgres",
             "-v", "ON_ERROR_STOP=1", "-q", "-c", SETUP],
            check=True, env={**os.environ, "PGPASSWORD": "owner"}, capture_output=True,
        )  # fmt: skip
        yield f"/postgres?host={home}&port={port}"
    finally:
        as_owner(programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop", cwd=home)
        shutil.rmtree(home, ignore_errors=True)


def _password(home):
    path = home / "password"
    path.write_text("owner\n")
    if os.geteuid() == 0:
        shutil.chown(path, "postgres")
    return path


@pytest.fixture
def address(database, monkeypatch):
    monkeypatch.setenv("ESTATES_PASSWORD", SECRET)
    return f"postgresql://reader:${{ESTATES_PASSWORD}}@{database}"


def test_a_table_is_read_with_its_points_and_in_order(address):
    raw = io.read_register(Path(), Register(file=address, layer="estates.sites"))
    assert raw["ref"].tolist() == ["A1", "B2"]
    assert raw["gia"].tolist() == ["1200.5", "320"]
    assert raw["lease end"].tolist()[0] == "2031-03-31"
    assert raw["coordinate_crs"].unique().tolist() == ["EPSG:4326"]
    assert float(raw["easting"][1]) == pytest.approx(-3.5339)


def test_inspect_proposes_a_block_that_reads_to_the_end(address):
    seen = inspecting.inspected(address, layer="estates.sites")
    block = inspecting.block(seen)
    assert SECRET not in block
    (settings,) = tomllib.loads(block)["inputs"]["registers"]
    register = Register.model_validate(settings)
    bodies = pd.DataFrame({"body_id": [register.defaults["body_id"]]})
    sites, issues = registers_to_sites([(register, io.read_register(Path(), register))], bodies)
    assert sites["site_id"].tolist() == ["A1", "B2"]
    assert sites["tenure"].tolist() == ["leasehold", "freehold"]
    assert sites["lease_end"].tolist()[0] == "2031-03-31"
    assert sites["easting"].between(290_000, 295_000).all()
    assert (
        not issues.astype("str").apply(lambda c: c.str.contains(SECRET, regex=False)).any(axis=None)
    )


def test_other_tables_are_read_from_a_database_too(address):
    source = Source(
        file=address, layer="estates.areas", columns={"name": "fra"}, defaults={"kind": "fire_area"}
    )
    areas = io.read_table(Path(), TABLES["boundaries"], source=source)
    assert areas["name"].tolist() == ["Anyshire"]
    assert areas.geometry.area.tolist() == [pytest.approx(1e8)]


def test_a_password_from_the_environment_alone_suffices(database, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", SECRET)
    register = Register(file=f"postgresql://reader@{database}", layer="estates.sites")
    assert len(io.read_register(Path(), register)) == 2


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        (None, "several tables and none chosen; found 3 \\(estates.areas"),
        ("estates.nothing", "no table called estates.nothing"),
        ("estates.empty_view", "holds no rows"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(address, layer, told):
    with pytest.raises(InputError, match=told) as fault:
        io.read_register(Path(), Register(file=address, layer=layer))
    assert SECRET not in str(fault.value)


def test_a_wrong_password_is_told_without_it(database, monkeypatch):
    monkeypatch.setenv("WRONG", "not-the-s3cret")
    register = Register(file=f"postgresql://reader:${{WRONG}}@{database}", layer="estates.sites")
    with pytest.raises(InputError, match="password authentication failed") as fault:
        io.read_register(Path(), register)
    assert "not-the-s3cret" not in str(fault.value)


def test_a_run_records_what_the_table_held_and_no_secret(address, tmp_path, root):
    study = tmp_path / "mine"
    shutil.copytree(root / "data" / "example", study)
    block = inspecting.block(inspecting.inspected(address, layer="estates.sites"))
    inspecting.into(study / "study.toml", block, kind="register")
    text = (study / "study.toml").read_text()
    assert "${ESTATES_PASSWORD}" in text
    assert SECRET not in text
    settings = load_study(study / "study.toml")
    ((label, before),) = databases(settings, names=["registers"])
    assert label == "postgres [estates.sites]"
    assert dict(databases(settings, names=["registers"])) == {label: before}
    assert dict(databases(settings, names=["demand"])) == {}


def test_an_address_with_a_password_is_refused_and_not_repeated(capsys):
    assert cli.main(["inspect", "postgresql://me:hunter2@localhost/estates"]) == 12
    out, err = capsys.readouterr()
    assert "a password stands in `file`" in err
    assert "hunter2" not in out + err


def test_nothing_can_be_written(address):
    hostile = Register(file=address, layer='estates.sites"; DROP TABLE estates.sites; --')
    with pytest.raises(InputError, match="no table called"):
        io.read_register(Path(), hostile)
    assert len(io.read_register(Path(), Register(file=address, layer="estates.sites"))) == 2


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    register = Register(file="postgresql://reader:${NOT_SET}@localhost/estates", layer="a.b")
    with pytest.raises(InputError, match="NOT_SET is not set"):
        io.read_register(Path(), register)


@pytest.mark.parametrize(
    "file",
    [
        f"postgresql://reader:{SECRET}@localhost/estates",
        "postgresql://reader:hunter2@localhost/estates",
        "postgres://reader@localhost/estates?password=hunter2",
    ],
)
def test_a_password_in_the_study_file_is_refused_and_not_repeated(file):
    with pytest.raises(pydantic.ValidationError) as fault:
        Register(file=file)
    (only,) = fault.value.errors(include_url=False)
    assert "a password stands in `file`" in only["msg"]
    assert "hunter2" not in only["msg"]
    assert not isinstance(only["input"], str)


def test_a_label_says_neither_user_nor_host():
    register = Register(file="postgresql://reader@db.internal:5432/estates", layer="public.sites")
    assert register.label == "estates [public.sites]"
