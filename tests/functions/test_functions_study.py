"""The embedded study's back office: published totals, no invented figure, choices that differ."""

import pandas as pd
import pytest

from colocate import io
from colocate.errors import StudyError
from colocate.pipeline.locate import load_study
from colocate.places.input_checks import assert_agreed
from colocate.tables import parts
from colocate.tables.functions import FUNCTION_FIGURES, FUNCTION_TOTALS, FUNCTIONS_OF_FOCUS

CHOICES = ("do-nothing", "contract", "collaborate", "alliance", "declined")
FORCES = "dcp;dorsetp"


@pytest.fixture(scope="module")
def study(study_folder):
    return load_study(study_folder / "study.toml")


def test_the_totals_are_those_that_are_published(study_folder):
    totals = io.read_table(study_folder / "function_totals.csv", FUNCTION_TOTALS)
    found = totals.set_index(["body_ids", "figure"])["amount"].to_dict()
    assert found == {
        (FORCES, "budget"): 396e6, (FORCES, "budget_in_scope"): 145e6,
        (FORCES, "saving_sought"): 12e6, ("dsfra", "budget"): 75e6, ("dsfra", "staff"): 2300,
        ("dsfra", "operational_staff"): 2000,
    }  # fmt: skip


def test_the_share_of_the_alliance_is_its_target_over_its_scope_and_whose_it_is(study):
    prior = study.functions.ways["alliance"]
    assert prior.saving_share.value == pytest.approx(12 / 145, abs=0.0005)
    assert prior.is_target
    assert prior.saving_share.least == 0
    assert prior.saving_share.of == "dcp"
    part = study.functions.in_scope_share["dsfra"]
    assert (part.least, part.most) == pytest.approx((300 / 2300, 145 / 396), abs=0.005)
    assert part.of == "dsfra"


def test_the_authority_contracts_in_at_two_places_today(study_folder):
    figures = io.read_table(study_folder / "function_figures.csv", FUNCTION_FIGURES)
    assert figures["in_place"].all()
    assert set(figures["function"]) == {"Learning & Workforce Development", "Procurement"}
    assert set(figures["way"]) == {"contracted_in"}
    assert figures["saving_central_gbp"].isna().all()
    assert figures["source"].str.contains("5.6").all()


def test_each_choice_says_what_it_answers_and_what_speaks_against_it(study):
    told = {scenario.id: scenario for scenario in study.scenarios if scenario.edits.functions}
    assert tuple(told) == CHOICES
    cited = {word for scenario in told.values() for word in ("reasons", "costs", "risks")
             for said in getattr(scenario, word) if "DSFRA/16/5" not in said.source}  # fmt: skip
    assert not cited
    assert any(said.text.startswith("Set aside") for said in told["do-nothing"].reasons)
    assert all(told[choice].risks for choice in CHOICES[1:])
    assert told["alliance"].edits.offer == type(told["alliance"].edits.offer)()
    assert told["declined"].edits.offer.without == ("dsfra",)


def test_another_fire_service_does_not_inherit_them(study, study_folder):
    from colocate.tables import TABLES

    bodies = io.read_table(study_folder / "bodies.csv", TABLES["bodies"])
    boundaries = io.read_table(study_folder / "boundaries.parquet", TABLES["boundaries"])
    with pytest.raises(StudyError) as refused:
        assert_agreed(
            {"bodies": bodies, "boundaries": boundaries},
            fire_area=study.study.fire_area, fire_body="avonfa",
            police_areas=study.study.police_areas, belongings=study.belongings,
        )  # fmt: skip
    for name in ("functions.in_scope_share.dsfra", "scenarios.alliance", "scenarios.declined"):
        assert name in str(refused.value)


@pytest.mark.study
def test_the_choices_differ_or_say_which_figure_is_missing(study_run):
    gains = pd.read_parquet(study_run / "tables" / "function_gains.parquet")
    gains = gains.set_index(["scenario_id", "body_ids"])
    own = gains.xs("dsfra", level="body_ids")
    assert own["functions"].to_dict() == dict(zip(CHOICES, (0, 3, 5, 24, 0), strict=True))
    assert own.loc["contract", "missing"] == "budget;benchmark;change_share"
    assert own.loc["collaborate", "missing"] == "budget;saving_share;change_share"
    assert own.loc["alliance", "basis"] == "assumed"
    assert own.loc["alliance", "saving_low_gbp"] == 0 < own.loc["alliance", "saving_central_gbp"]
    forces = gains.xs(FORCES, level="body_ids")
    assert set(forces["basis"]) == {"target"}
    own_target = forces["saving_high_gbp"]  # whatever the authority chooses
    assert own_target.tolist() == [own_target.iloc[0]] * len(CHOICES)
    scale = forces["missing"].map(parts).map(lambda missing: "scale_share" in missing)
    assert scale.to_dict() == dict.fromkeys(CHOICES, False) | {"alliance": True}


@pytest.mark.study
def test_no_figure_by_function_is_made_up(study_run):
    options = pd.read_parquet(study_run / "tables" / "function_options.parquet")
    assert set(options["function"]) == set(FUNCTIONS_OF_FOCUS)
    changing = options[options["way"] != "in_house"]
    assert changing["saving_central_gbp"].isna().all()
    assert changing["change_central_gbp"].isna().all()
    assert changing["missing"].notna().all()
    assert options["area_m2"].isna().all()


@pytest.mark.study
def test_headquarters_meet_the_estate(study_run):
    options = pd.read_parquet(study_run / "tables" / "function_options.parquet")
    rows = options.set_index(["function", "body_id", "way"])["option_ids"]
    assert rows[("Finance", "dsfra", "alliance")] == "PDC019-hq-F100"
    assert rows[("Finance", "dcp", "collaboration")] == "PDC019-hq-F100"


@pytest.mark.study
def test_a_mutual_is_offered_for_no_building(study_run):
    delivery = pd.read_parquet(study_run / "tables" / "delivery.parquet")
    assert not set(delivery["vehicle_id"]) & {"mutual", "contracted_in", "contracted_out"}
