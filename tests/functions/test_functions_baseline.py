"""The baseline by function, and that operational staff stay out of it."""

import numpy as np
import pytest

from colocate import io
from colocate.errors import OptionError, SchemaError
from colocate.functions.baseline import baseline
from colocate.tables import TABLES, check
from colocate.tables.functions import FUNCTIONS, FUNCTIONS_OF_FOCUS
from colocate.tables.schema import conform
from options_town import bodies

HEADER = ",".join(FUNCTIONS.names) + "\n"


def one(**facts):
    """The baseline's row for Fleet of the fire authority."""
    row = {"function": "Fleet", "occupies_space": True, "body_id": "shirefire"} | facts
    return entered(row).set_index("function").loc["Fleet"]


def entered(*rows):
    return check(TABLES["function_baseline"], baseline(conform(FUNCTIONS, rows), bodies=bodies()))


@pytest.mark.parametrize(
    ("budget", "benchmark", "state", "over"),
    [(90.0, 100.0, "competitive already", -0.1), (100.0, 100.0, "competitive already", 0),
     (150.0, 100.0, "above benchmark", 0.5), (None, 100.0, "not supplied", np.nan),
     (150.0, None, "not supplied", np.nan)],
)  # fmt: skip
def test_a_function_is_held_against_its_benchmark(budget, benchmark, state, over):
    row = one(budget_gbp=budget, benchmark_gbp=benchmark)
    assert row["state"] == state
    assert row["over_benchmark"] == pytest.approx(over, nan_ok=True)


def test_what_is_missing_is_named():
    assert one(budget_gbp=1.0)["note"] == "Not supplied: staff, benchmark."


def test_bodies_are_compared_like_for_like():
    both = entered(
        {"function": "Fleet", "occupies_space": True, "body_id": "shirefire",
         "budget_gbp": 400_000.0, "staff_fte": 8.0},
        {"function": "Fleet", "occupies_space": True, "body_id": "eastpolice",
         "budget_gbp": 900_000.0, "staff_fte": 20.0},
    )  # fmt: skip
    fleet = both[both["function"] == "Fleet"]
    assert fleet["gbp_per_fte"].tolist() == [45_000, 50_000]
    assert fleet["note"].str.contains("East Police £45,000, Shire Fire Authority £50,000").all()


def test_all_24_areas_of_focus_stand_there_entered_or_not():
    empty = entered()
    assert tuple(empty["function"]) == FUNCTIONS_OF_FOCUS
    assert len(FUNCTIONS_OF_FOCUS) == 24
    assert set(empty["state"]) == {"not supplied"}
    assert empty["occupies_space"].isna().all()


def test_a_body_nobody_knows_is_refused():
    with pytest.raises(OptionError, match="nobody"):
        one(body_id="nobody")


@pytest.mark.parametrize("function", ["Operational staff", "Firefighters"])
def test_operational_staff_cannot_be_entered(tmp_path, function):
    file = tmp_path / "functions.csv"
    file.write_text(f"{HEADER}{function},no,shirefire,,1,1,,1,,invented\n")
    with pytest.raises(SchemaError) as refused:
        io.read_table(file, FUNCTIONS)
    told = str(refused.value)
    assert f"‘{function}’ is not one of Audit, Risk & Insurance" in told
    assert "Operational staff are out of scope" in told
    assert "the fire authority alone decides on them" in told
    assert "Take such rows out" in told


def test_the_embedded_baseline_holds_the_24_areas_and_no_figure(study_folder):
    table = io.read_table(study_folder / "functions.csv", FUNCTIONS)
    assert table.groupby("body_id")["function"].nunique().to_dict() == {
        "dcp": 24, "dorsetp": 24, "dsfra": 24,
    }  # fmt: skip
    assert table[["budget_gbp", "staff_fte", "benchmark_gbp"]].isna().all(axis=None)
    assert table["area_m2"].isna().all()
    assert table["source"].str.contains("assumed").all()
    space = set(table.loc[table["occupies_space"], "function"])
    assert {"Estates", "Fleet", "Stores", "ICT", "Learning & Workforce Development"} <= space
