"""How the build derives: on a few invented rows, counted by hand."""

import importlib

import pandas as pd
import pytest

from colocate.errors import InputError


@pytest.fixture
def module(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "data" / "build")
    return importlib.import_module


@pytest.fixture
def register(module):
    return module("register")


def test_a_status_that_no_one_has_read_stops_the_build(register):
    with pytest.raises(InputError, match=r"no status for 1 .*half open"):
        register._status(pd.Series(["half open"]), register.readings())


def test_a_correction_of_a_site_that_is_not_there_stops_the_build(module, register):
    correction = pd.DataFrame([{"site_id": "F999", "column": "town", "value": "Ham"}])
    with pytest.raises(module("files").BuildError, match=r"no F999\.town"):
        register._corrected(pd.DataFrame({"site_id": ["F001"]}), correction)


def test_every_correction_and_desk_gives_its_ground(register):
    read = register.readings()
    assert (read.corrections[["reason", "source"]] != "").all(axis=None)
    assert (read.desks["evidence"] != "").all()
    assert (read.statuses["reason"] != "").all()
