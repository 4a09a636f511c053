"""Running cost of sites beside what others pay; and the settings an appraisal needs."""

import datetime as dt

import numpy as np
import pytest
from pydantic import ValidationError

from colocate import study
from colocate.money.running_costs import running_costs
from colocate.tables import TABLES, check
from colocate.tables.money import BENCHMARKS
from colocate.tables.schema import conform
from money_town import estimated
from options_town import MONEY, site, sites

OTHERS = [{"role": "headquarters", "gbp_per_m2": 95.0, "source": "peer survey"}]


def beside(*rows, benchmarks=()):
    frame = sites(*rows)
    made = running_costs(
        frame, benchmarks=conform(BENCHMARKS, benchmarks), estimates=estimated(frame)
    )
    return check(TABLES["running_costs"], made).set_index("site_id")


def test_a_recorded_cost_stands_beside_the_benchmark_of_its_main_role():
    row = beside(
        site("PH", 0, 0, "headquarters;custody", annual_running_cost_gbp=500_000.0, gia_m2=4000.0),
        benchmarks=OTHERS,
    ).loc["PH"]
    assert (row["basis"], row["role"]) == ("recorded", "headquarters")
    assert (row["gbp_per_m2"], row["benchmark_gbp_per_m2"]) == (125, 95)
    assert row["benchmark_source"] == "peer survey"


def test_without_a_benchmark_or_an_area_nothing_is_made_up():
    table = beside(site("PH", 0, 0, "headquarters"), site("PA", 9000, 0))
    assert table["basis"].to_dict() == {"PA": "assumed", "PH": "unknown"}
    assert table.loc["PA", "running_cost_gbp"] == 31_000
    assert np.isnan(table.loc["PH", "running_cost_gbp"])
    assert table[["gbp_per_m2", "benchmark_gbp_per_m2"]].isna().all(axis=None)


def test_sites_out_of_use_or_over_the_border_are_not_listed():
    table = beside(site("FA", 0, 0), site("FC", 0, 0, status="closed"),
                   site("FX", 0, 0, over_border=True))  # fmt: skip
    assert list(table.index) == ["FA"]


GIVEN = MONEY.model_dump()


def rate(year, day=dt.date(2003, 4, 1)):
    return {"valid_from": day, "from_year": year, "rate": 0.03}


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"discount_rates": [rate(31)]}, "lack a rate from_year 1"),
     ({"discount_rates": [rate(1), rate(1)]}, "two rates for the same date"),
     ({"discount_rates": []}, "at least 1 item"),
     ({"appraisal_years": 76}, "75 or less"),
     ({"appraisal_years": 2.5}, "whole number"),
     ({"hybrid": {"weights": {"wishes": 1}, "floor": 0, "cap": 1}}, "no key wishes"),
     ({"hybrid": {"weights": {"funding": 0}, "floor": 0, "cap": 1}}, "above 0"),
     ({"hybrid": {"weights": {"funding": 1}, "floor": 0.6, "cap": 0.5}}, "exceed cap"),
     ({"station_net_saving_gbp": 31_001}, "must not exceed the running cost")],
)  # fmt: skip
def test_settings_that_define_no_appraisal_are_refused(changed, told):
    with pytest.raises(ValidationError, match=told):
        study.Money.model_validate(GIVEN | changed)
