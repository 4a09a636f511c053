"""The page of data sources is made from the list."""

from __future__ import annotations

import importlib.util
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "docs" / "house" / "data_sources.py"


def test_the_page_holds_the_list_as_it_is():
    spec = importlib.util.spec_from_file_location("data_sources", HOUSE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.PAGE.read_text(encoding="utf-8")
