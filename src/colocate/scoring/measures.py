"""Measure options on the criteria of a study, as they stand and on drawn networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate.scoring.bands import banded, list_of
from colocate.scoring.criteria import REGISTRY, registered
from colocate.tables.choice import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from colocate.scoring.criteria import Registered
    from colocate.study import Criterion, Nearness

    Tables = Mapping[str, pd.DataFrame]


def measures(
    tables: Tables, /, *, criteria: Sequence[Criterion], nearness: Mapping[str, Nearness]
) -> pd.DataFrame:
    """Measure every option on criteria; what nobody knows gets a centre and the whole scale.

    Args:
        tables: `options` and those of `tables_read()`, by name.
        criteria: the study's criteria, with their scales.
        nearness: `choice.nearness` of the study.

    Returns:
        Table `measures`, sorted by option_id and criterion.

    Raises:
        ScoringError: an id that names no criterion.
    """
    options = tables["options"].sort_values("option_id")
    listed = pd.Index(options["option_id"], name="option_id")
    lists = list_of(options).to_numpy()
    given = {**tables, "options": banded(tables["options"], nearness=nearness)}
    found = []
    for each, scaled in zip(registered(c.id for c in criteria), criteria, strict=True):
        rows = _of(each, given).reindex(listed).assign(criterion=each.id, unit=each.unit)
        found.append(_filled(rows.assign(list=lists), scaled))
    rows = pd.concat(found).reset_index()
    rows = rows.sort_values(["option_id", "criterion"], ignore_index=True)
    return rows[MEASURES.names].astype({c.name: c.dtype for c in MEASURES.columns})


def _filled(rows: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    """Give what is missing the stated centre, a range over the scale, and the ground of both."""
    scales = {name: criterion.scale(name) for name in set(rows["list"])}
    missing = rows["central"].isna()
    centre = rows["list"].map({name: scale.centre.value for name, scale in scales.items()})
    ends = {
        "low": rows["list"].map({name: scale.least for name, scale in scales.items()}),
        "central": centre,
        "high": rows["list"].map({name: scale.most for name, scale in scales.items()}),
    }
    grounds = {name: scale.centre.ground for name, scale in scales.items()}
    ground = rows["list"].map(grounds).astype("str")
    why = rows["rests_on"].astype("str")
    told = (
        (why + " ").fillna("")
        + "Not known: its centre is taken as all such have it, "
        + ground
        + "."
    )
    return rows.assign(
        **{name: rows[name].mask(rows[name].isna() | missing, end) for name, end in ends.items()},
        basis=rows["basis"].mask(missing, "missing"),
        rests_on=rows["rests_on"].mask(missing, told),
    )


def drawn(tables: Tables, /, *, nearness: Mapping[str, Nearness]) -> pd.DataFrame:
    """Measure options on a network with drawn speeds, on the criteria that move with them.

    Args:
        tables: those of `tables_read(varied="speeds")` on that network, by name.
        nearness: `choice.nearness` of the study.

    Returns:
        `option_id`, `criterion` and `raw`, sorted by both; only rows that a criterion gives.
    """
    given = {**tables, "options": banded(tables["options"], nearness=nearness)}
    rows = pd.concat(
        [
            _of(each, given)[["central"]].assign(criterion=each.id).reset_index()
            for each in REGISTRY.values()
            if each.varied == "speeds"
        ]
    ).rename(columns={"central": "raw"})
    columns = {"option_id": "str", "criterion": "str", "raw": "float64"}
    return rows[list(columns)].astype(columns).sort_values(["option_id", "criterion"])


def _of(entry: Registered, tables: Tables) -> pd.DataFrame:
    """Measure one criterion: its range, basis and what that rests on, by option_id."""
    found = entry.measure(**{name: tables[name] for name in entry.reads})
    columns = {
        "low": found.central if found.low is None else found.low,
        "central": found.central,
        "high": found.central if found.high is None else found.high,
        "basis": found.basis,
        "rests_on": entry.source if found.rests_on is None else found.rests_on,
    }
    return pd.DataFrame(columns, index=found.central.index).rename_axis("option_id")
