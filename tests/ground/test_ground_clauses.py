"""The clause table: one class each, and what a class owes the reader."""

import subprocess
import sys

import pandas as pd
import pytest

CLASSES = {"computed", "computed from ranges", "checklist", "out of reach"}


@pytest.fixture(scope="module")
def clauses(root):
    return pd.read_csv(root / "docs" / "clauses.csv", keep_default_na=False)


def test_the_page_is_what_the_data_say(root):
    script = root / "docs" / "house" / "clauses.py"
    subprocess.run([sys.executable, script, "--check"], check=True)


def test_every_clause_has_exactly_one_class(clauses):
    assert set(clauses["class"]) == CLASSES
    assert not clauses.duplicated(["clause", "asks"]).any()


def test_what_is_out_of_reach_names_the_datum_that_is_missing(clauses):
    out = clauses[clauses["class"] == "out of reach"]
    assert out["note"].str.startswith("Missing: ").all()


def test_a_checklist_names_its_owner_and_what_it_needs(clauses):
    listed = clauses[clauses["class"] == "checklist"]
    assert listed["note"].str.fullmatch(r"Whose: .+\. Needs .+").all()


def test_whatever_is_computed_has_a_command_and_says_what_must_be_seen(clauses):
    told = clauses[clauses["class"].str.startswith("computed")]
    assert (told["command"] != "").all()
    assert (told["shows"] != "").all()
