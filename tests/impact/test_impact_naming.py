"""Sites in effects are called by their names, and by nothing else."""

import pandas as pd

from colocate.impact.naming import named

SITES = pd.DataFrame({"site_id": ["F1", "F11"], "name": ["Mill F1", "Quay"]})


def labels(*rows):
    table = pd.DataFrame(rows, columns=["measure", "label"])
    return list(named(table, SITES)["label"])


def test_labels_that_end_in_an_id_end_in_the_name_of_that_site():
    assert labels(
        ("staff_travel_F1_s", "Drive of 5 staff from F1"),
        ("bus_stops_F11", "Bus stops within 5 min on foot: F11"),
    ) == ["Drive of 5 staff from Mill F1", "Bus stops within 5 min on foot: Quay"]


def test_labels_of_measures_of_no_single_site_stay():
    assert labels(("stations", "Stations such as F1")) == ["Stations such as F1"]
