"""What a scenario of a sweep is measured by, and what it moves against the study as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.tables.choice import SWEEP, SWEEP_MEASURES
from colocate.tables.schema import check, conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STUDY = "study"
"""Subject of what is measured of the whole study; of options it is their id."""

BEST_SET = {
    "n_options": "options",
    "net_saving_low_gbp": "GBP/year",
    "net_saving_gbp": "GBP/year",
    "net_saving_high_gbp": "GBP/year",
    "people_losing_cover": "people",
    "people_losing_access": "people",
}
"""What is told of the best set, with units."""


def measures(tables: Mapping[str, pd.DataFrame], /) -> pd.DataFrame:
    """Measure a scenario: today's cover, counts of options, the best set, and each option.

    Args:
        tables: options, scores, cover_baseline, cover, access, portfolios and portfolio_options.

    Returns:
        Table `sweep_measures`.
    """
    return conform(SWEEP_MEASURES, [*_of_study(tables), *_of_options(tables)])


def _row(subject: str, measure: str, /, *, value: Any, unit: str) -> dict[str, Any]:  # noqa: ANN401 - a frame's cell
    return {"subject": subject, "measure": measure, "value": value, "unit": unit}


def _of_study(tables: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    for measure, value, unit in zip(
        *(tables["cover_baseline"][name] for name in ("measure", "value", "unit")), strict=True
    ):
        yield _row(STUDY, measure, value=value, unit=unit)
    access = tables["access"]
    if len(access):  # today's, and so the same beside every option
        yield _row(
            STUDY, "people_within_desk_limit", value=access["people_before"].iloc[0], unit="people"
        )
    status = tables["scores"]["status"]
    for word, count in status.value_counts().sort_index().items():
        yield _row(STUDY, f"options_{word}", value=count, unit="options")
    best = tables["portfolios"].set_index("portfolio_id").loc["best"]
    for name, unit in BEST_SET.items():
        yield _row(STUDY, f"best_set_{name}", value=best[name], unit=unit)


def _of_options(tables: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    chosen = tables["portfolio_options"]
    best = set(chosen.loc[chosen["portfolio_id"] == "best", "option_id"])
    lost = (
        tables[name].set_index("option_id")["people_lost"].rename(measure)
        for name, measure in (("cover", "people_losing_cover"), ("access", "people_losing_access"))
    )
    each = tables["scores"].set_index("option_id")[["rank", "score"]].join(list(lost), how="left")
    each["in_best_set"] = each.index.isin(best).astype("float64")
    units = {"rank": "rank", "score": "points", "in_best_set": "0 or 1"}
    for option_id, row in zip(each.index, each.to_dict("records"), strict=True):
        for measure, value in row.items():
            yield _row(option_id, str(measure), value=value, unit=units.get(str(measure), "people"))


def changed(
    of: Mapping[str, pd.DataFrame], /, *, today: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Set the measures of scenarios beside those of the study as it stands.

    Args:
        of: `sweep_measures` of each scenario by its id.
        today: `sweep_measures` of the study as it stands.
        names: what each scenario is called.

    Returns:
        Table `sweep`: what only one of the two has, an option that came or went, has no change.
    """
    parts = [
        found.merge(today, on=["subject", "measure", "unit"], how="outer",
                    suffixes=("", "_today")).assign(scenario=scenario, name=names[scenario])
        for scenario, found in of.items()
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True).rename(columns={"value_today": "today"})
    table["change"] = table["value"] - table["today"]
    return check(SWEEP, table)
