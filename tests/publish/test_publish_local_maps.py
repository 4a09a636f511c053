"""The maps that the stages of publish draw are those that the pages would draw themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate import pipeline
from colocate.io import Tables
from colocate.pipeline.stages import STAGES
from colocate.publish.facts import gather
from colocate.publish.report import layers
from colocate.publish.sheets import sheet


@pytest.fixture(scope="module")
def made(town, town_run):
    return pipeline.run(town, out=town_run).tables  # all is there: nothing is made again


def test_open_pages_show_the_maps_they_would_draw(made, town):
    study = pipeline.open_study(town).settings
    facts = gather(made, study)
    without = Tables(
        {name: path for name, path in made.files.items() if not name.startswith("local_")}
    )
    drawn, shown = (
        dict(sheet.opened(facts, tables, study=study, run_id="r")) for tables in (without, made)
    )
    assert shown == drawn
    assert any("<svg" in page for page in shown.values())
    assert set(made["local_maps"]["option_id"]) == set(made["options"]["option_id"])


def test_the_report_is_handed_what_it_would_draw(made, town):
    study = pipeline.open_study(town).settings
    drawn = layers.drawings(made, fire_area=study.study.fire_area)
    pd.testing.assert_frame_equal(made["drawings"], drawn)


def test_what_is_drawn_reads_nothing_that_a_weight_moves():
    moved = {"scores", "contributions", "ranking_basis", "robustness", "portfolio_options"}
    for stage in STAGES:
        if stage.name in {"drawings", "local_grounds", "local_maps"}:
            assert not moved & set(stage.reads)
            assert not {"choice.criteria"} & {each.name for each in stage.settings.values()}


def test_the_ground_of_a_map_hangs_on_no_name():
    own = next(stage for stage in STAGES if stage.name == "local_grounds")
    assert not {"options", "located_sites"} - set(own.columns)
    assert not {"name", "title"} & {each for read in own.columns.values() for each in read}
