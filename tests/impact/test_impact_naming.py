"""Sites in effects are called by their names, with their staff, and by nothing else."""

import pandas as pd
import pytest

from colocate.impact.naming import HEADS, STAFF, named

SITES = pd.DataFrame(
    {"site_id": ["F1", "F11"], "name": ["Staff Mill F1", "Quay"], "staff_fte": [5.0, None]}
)


def told(*rows):
    table = pd.DataFrame(rows, columns=["measure", "label", "note"])
    return named(table, SITES)


def test_labels_that_end_in_an_id_end_in_the_name_of_that_site():
    rows = told(
        ("staff_travel_F11_s", "Drive of staff from F11", STAFF),
        ("bus_stops_F11", "Bus stops within 5 min on foot: F11", None),
    )
    assert list(rows["label"]) == [
        "Drive of staff from Quay",
        "Bus stops within 5 min on foot: Quay",
    ]


def test_labels_of_measures_of_no_single_site_stay():
    rows = told(("stations", "Stations such as F1", "Some staff."))
    assert tuple(rows.loc[0, ["label", "note"]]) == ("Stations such as F1", "Some staff.")


def test_staff_are_told_by_number_where_the_register_has_it():
    row = told(("staff_travel_F1_s", "Drive of staff from F1", f"{STAFF} Beyond.")).loc[0]
    assert tuple(row[["label", "note"]]) == (
        "Drive of 5 staff from Staff Mill F1",
        f"{STAFF} Beyond.",
    )


@pytest.mark.parametrize("more", ["", " Beyond."])
def test_where_nobody_knows_how_many_the_note_says_so(more):
    row = told(("staff_travel_F11_s", "Drive of staff from F11", f"{STAFF}{more}")).loc[0]
    assert row["note"] == f"{STAFF} {HEADS}{more}"


def test_a_drive_to_nowhere_says_nothing_of_staff():
    row = told(("staff_travel_F11_s", "Drive of staff from F11", "Where is not known.")).loc[0]
    assert row["note"] == "Where is not known."
