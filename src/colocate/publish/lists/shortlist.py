"""The ranked shortlist with everything in it, for the authorities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from colocate import bng
from colocate.publish import disclosure, words
from colocate.publish.lists import approving
from colocate.publish.lists.fields import HOST_COLUMNS, INTERNAL, names
from colocate.publish.words import known
from colocate.tables import parts

if TYPE_CHECKING:
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

FORMAT = "colocate-shortlist/4"
"""Raised when a column is added, moved or changes its meaning."""

COLUMNS = names(INTERNAL)
"""After these come raw_…, value_… and contribution_… for each criterion, as in the study."""

BY_CRITERION = ("raw", "value", "contribution")

CHECKED = (*(f"host_{name}" for name in HOST_COLUMNS), "host_postcode", "net_saving_gbp",
           "npv_gbp")  # fmt: skip
"""Columns that `data_gaps` names where they are empty."""


def rows(tables: Tables, /, *, study: Study) -> pd.DataFrame:
    """Return every option with its figures, by rank; options without a rank come last."""
    sites = tables["located_sites"].set_index("site_id", drop=False)
    frame = tables["options"].merge(tables["scores"], on="option_id", validate="1:1")
    frame = frame.sort_values(["rank", "option_id"], ignore_index=True)
    ids = frame["option_id"]
    host = sites.reindex(frame["host_site_id"].astype("object"))
    decided = tables["option_decisions"].set_index("option_id").reindex(ids)
    columns = {
        "robustness": tables["stability"].set_index("option_id")["word"].reindex(ids),
        "host_site": host["name"],
        "moving_sites": _named(frame["mover_site_ids"], sites["name"]),
        "surplus_sites": _named(frame["released_site_ids"], sites["name"]),
        "host_postcode": host["postcode"].where(host["postcode_basis"] == "stated"),
        "host_grid_reference": [
            bng.grid_reference(p.x, p.y, digits=3) if p is not None else None for p in host.geometry
        ],
        **{f"host_{name}": host[name] for name in HOST_COLUMNS},
        **_people(tables, ids),
        **_money(tables["money"].set_index("option_id").loc[ids]),
        "approvals": approving.paths(tables["approvals"]).reindex(ids),
        "decision": decided["status"].fillna("none"),
        "release": decided["release"].fillna("internal"),
        "as_of": [words.span(sites["as_of"][parts(listed)]) for listed in frame["site_ids"]],
        "disclosure": disclosure.of_options(tables).loc[ids],
        "notice": f"{words.internal(disclosure.of_run(tables))} {study.study.notice}".strip(),
        "licence_notice": words.licence(study),
        "format": FORMAT,
    }
    for name, values in columns.items():
        frame[name] = values if isinstance(values, str) else list(values)
    frame["data_gaps"] = _gaps(frame, CHECKED)
    return frame[list(COLUMNS)].join(_by_criterion(tables["contributions"], ids, study=study))


def _named(ids: pd.Series, named: pd.Series) -> list[str | None]:
    return ["; ".join(named[site] for site in parts(listed)) or None for listed in ids]


def _money(money: pd.DataFrame) -> dict[str, pd.Series]:
    figures = ("net_saving_gbp", "npv_gbp", "payback_years")
    return {name: money[name] for name in figures} | {"saving_basis": money["basis"]}


def _people(tables: Tables, ids: pd.Series) -> dict[str, pd.Series]:
    return {
        f"people_{word}_{what}": tables[table].set_index("option_id")[column].loc[ids]
        for table, what in (("cover", "fire_cover"), ("access", "desk_access"))
        for word, column in (("losing", "people_lost"), ("gaining", "people_gained"))
    }


def _gaps(frame: pd.DataFrame, columns: Iterable[str]) -> list[str | None]:
    checked = list(columns)
    return [
        ", ".join(name for name, value in zip(checked, row, strict=True) if not known(value))
        or None
        for row in frame[checked].itertuples(index=False)
    ]


def _by_criterion(contributions: pd.DataFrame, ids: pd.Series, *, study: Study) -> pd.DataFrame:
    wide = contributions.pivot_table(
        index="option_id", columns="criterion", values=list(BY_CRITERION), dropna=False
    )
    order = [(k, c.id) for k in BY_CRITERION for c in study.choice.criteria]
    chosen = wide.reindex(columns=pd.MultiIndex.from_tuples(order)).loc[ids].reset_index(drop=True)
    chosen.columns = [f"{kind}_{criterion}" for kind, criterion in order]
    return chosen
