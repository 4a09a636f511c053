from __future__ import annotations

import pytest
from pydantic import ValidationError

from colocate import embedded_study
from colocate import study as study_file
from colocate.errors import StudyError
from colocate.pipeline.locate import load_study
from town import SETTINGS


@pytest.fixture
def study():
    return load_study(SETTINGS)


def with_edits(study, **edits):
    found = study_file.Scenario(id="x", name="X", meaning="invented", edits=edits)
    return study.model_copy(update={"scenarios": (found,)})


def test_no_change_is_the_study_itself(study):
    assert study_file.under(study, "no-change") is study
    assert study.all_scenarios[0].id == "no-change"


def test_every_scenario_of_the_embedded_study_holds():
    study = load_study(embedded_study())
    for scenario in study.all_scenarios:
        assert study_file.under(study, scenario.id).choice.criteria


def test_a_bare_number_for_a_figure_says_who_set_it(study):
    edited = study_file.under(with_edits(study, settings={"access.limit_min": 12}), "x")
    assert edited.access.limit_min.value == 12
    assert edited.access.limit_min.assumed == "set by scenario x"


def test_an_entry_of_a_list_is_named_by_its_id_or_name(study):
    settings = {"gates.fire_cover.threshold": 7, "response.standards.Dwelling fire.limit_min": 9}
    edited = study_file.under(with_edits(study, settings=settings), "x")
    gates = {gate.id: gate for gate in edited.gates}
    assert gates["fire_cover"].threshold.value == 7
    assert edited.response.standards[0].limit_min.value == 9
    assert edited.response.standards[1] == study.response.standards[1]


def test_a_preset_takes_the_place_of_the_weights(study):
    edited = study_file.under(with_edits(study, preset="All equal"), "x")
    weights = study.choice.presets["All equal"]
    assert {c.id: c.weight.value for c in edited.choice.criteria if c.weight.value} == weights


@pytest.mark.parametrize(
    "edits",
    [{"settings": {"access.limit_mni": 12}}, {"settings": {"gates.nogate.threshold": 1}},
     {"preset": "No such preset"}, {"settings": {"access.limit_min": -1}}],
)  # fmt: skip
def test_an_edit_that_means_nothing_is_refused(study, edits):
    with pytest.raises(StudyError, match="scenario x"):
        study_file.under(with_edits(study, **edits), "x")


def test_an_unknown_scenario_is_refused_with_those_there_are(study):
    with pytest.raises(StudyError, match="no-change, desks-only"):
        study_file.under(study, "merger")


@pytest.mark.parametrize(
    "site",
    [{"what": "move"}, {"what": "close", "easting": 1, "northing": 2},
     {"what": "open", "easting": 300000}],
)  # fmt: skip
def test_a_site_edit_must_be_whole(site):
    with pytest.raises(ValidationError):
        study_file.SiteEdit(site_id="F1", **site)
