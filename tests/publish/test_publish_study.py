"""What the embedded study publishes, as its run left it."""

from __future__ import annotations

import pandas as pd
import pytest

pytestmark = pytest.mark.study


def test_the_report_stays_under_five_megabytes(study_run):
    assert (study_run / "report.html").stat().st_size < 5_000_000


def test_no_site_is_named_to_agents(study_run):
    text = (study_run / "shortlist-agents.csv").read_text(encoding="utf-8-sig")
    sites = pd.read_parquet(study_run / "tables" / "located_sites.parquet")
    options = pd.read_parquet(study_run / "tables" / "options.parquet")
    towns = set(pd.read_csv(study_run / "shortlist-agents.csv")["town"])
    told = [name for name in sites["name"] if name not in towns and name in text]
    told += [code for code in (*sites["site_id"], *options["option_id"]) if code in text]
    assert told == []


def test_every_output_says_it_is_a_demonstration(study_run):
    notice = "Demonstration on public data. Not a proposal of any authority."
    for name in ("report.html", "shortlist.csv", "shortlist-agents.csv", "study.gpkg"):
        assert notice.encode() in (study_run / name).read_bytes()
