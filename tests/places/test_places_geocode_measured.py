"""The tables of docs/geocoding.md, made again from the shared registers."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measured(shared_data):
    spec = importlib.util.spec_from_file_location("geocoding", ROOT / "docs/house/geocoding.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.registers(shared_data / "registers")


@pytest.mark.shared
def test_no_repair_on_the_shared_registers_is_wrong(measured):
    module, known = measured
    repairs = module.repairs(known)
    assert repairs["of them wrong"].sum() == 0
    assert repairs["repaired"].sum() == 530


@pytest.mark.shared
def test_the_page_tells_what_is_measured(measured, shared_data):
    module, _ = measured
    told = (ROOT / "docs" / "geocoding.md").read_text(encoding="utf-8")
    for table in module.tables(shared_data).split("\n\n"):
        assert table.strip() in told
