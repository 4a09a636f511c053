"""Drawn networks in a run: the stages `draws` and `robustness` on the invented town."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pytest

from colocate import pipeline
from colocate import study as study_file
from colocate.scoring import criteria, drawn_networks, draws, stages
from colocate.travel.ready_roads import Made, ready_roads


class Job(NamedTuple):
    study: study_file.Study
    tables: Mapping[str, pd.DataFrame]


if TYPE_CHECKING:
    from collections.abc import Mapping


SAME = dict.fromkeys(("motorway_trunk", "main", "minor", "built_up"), 1.0)


@pytest.fixture(scope="module")
def job(town):
    place = pipeline.locate(town)
    fewer = place.study.robustness.model_copy(update={"speed_draws": 3, "weight_draws": 30})
    study = place.study.model_copy(update={"robustness": fewer})
    return Job(study, pipeline.tables_until(place, "scores"))


def measuring(job):
    roads = ready_roads(*(job.tables[name] for name in Made._fields))
    names = set(drawn_networks.Drawn._fields) - {"roads"}
    given = drawn_networks.Drawn(**{name: job.tables[name] for name in names}, roads=roads)
    study = job.study
    return drawn_networks.measuring(
        given,
        travel=study.travel,
        response=study.response,
        access=study.access,
        tolerance=study.tolerance,
        nearness=study.choice.nearness,
    )


def drawn(job):
    return stages.draws.run(job.tables, study=job.study, inputs={})["drawn_measures"]


def test_speeds_as_they_stand_measure_what_the_run_measured(job):
    found = measuring(job)(pd.DataFrame([SAME], index=[1]))
    run = job.tables["contributions"].merge(found, on=["option_id", "criterion"])
    assert len(run) == len(found)
    pd.testing.assert_series_equal(run["raw_x"], run["raw_y"], check_names=False, check_exact=True)


def test_a_measure_without_rows_does_not_depend_on_speeds(job):
    found = drawn(job)
    travel = {each.id for each in criteria.REGISTRY.values() if each.varied == "speeds"}
    kept = job.tables["contributions"].merge(
        found.drop_duplicates(["option_id", "criterion"]),
        on=["option_id", "criterion"], how="left", indicator=True,
    )  # fmt: skip
    ranked = job.tables["scores"].query("rank.notna()")["option_id"]
    alone = kept[
        kept["option_id"].isin(ranked)
        & kept["criterion"].isin(travel)
        & (kept["_merge"] == "left_only")
    ]
    assert set(found["draw"]) == {1, 2, 3}
    assert set(found["option_id"]) == set(ranked)
    assert (alone["raw_x"] == 0).all()


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_how_many_networks_share_the_work_changes_nothing(job, at_once, monkeypatch):
    monkeypatch.setattr("colocate.travel.draws.AT_ONCE", at_once)
    settings = job.study.robustness
    factors = draws.speed_factors(3, spread=settings.speed_spread.value, seed=job.study.study.seed)
    measured = measuring(job)
    one_by_one = [measured(factors.loc[[draw]]) for draw in factors.index]
    found = drawn(job)
    pd.testing.assert_frame_equal(found, pd.concat(one_by_one, ignore_index=True))


def test_neither_weights_nor_money_make_the_networks_anew():
    assert not {"contributions", "scores", "money", "gates"} & set(stages.draws.reads)
    settings = {each.name for each in stages.draws.settings.values()}
    assert not any(name.startswith(("choice.criteria", "money")) for name in settings)
    assert "robustness" not in settings  # only what is drawn of speeds
