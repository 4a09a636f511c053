"""What a run tells of the back office: one row a function and body, and what each choice brings."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate import io
from colocate.errors import OptionError
from colocate.pipeline import runs
from colocate.pipeline.locate import Location, locate
from colocate.publish.facts import back_office as said
from colocate.tables import each, parts
from colocate.tables.functions import FUNCTIONS_OF_FOCUS
from colocate.tables.rows import FunctionGain, FunctionOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.io import Tables


def told_folder(study: Location | None, *, run: Path | None) -> Path:
    """Return the run to read: the one named, that of the study named, or the last.

    Args:
        study: as `run` of the pipeline takes it, or an output folder.
        run: output folder of a run.

    Raises:
        InputError: there is no run to read.
    """
    if run is not None:
        return run
    if study is None:
        return runs.newest()
    if (Path(study) / io.MANIFEST).is_file():
        return Path(study)
    return locate(study).out


def of_function(options: pd.DataFrame, function: str | None) -> pd.DataFrame:
    """Return the rows of one area of focus, or all.

    Args:
        options: any table with a column `function`.
        function: its name, in any case; None for all.

    Raises:
        OptionError: no area of focus of that name; the message names the nearest ones.
    """
    if function is None:
        return options
    by_name = {name.casefold(): name for name in FUNCTIONS_OF_FOCUS}
    if (name := by_name.get(function.casefold())) is None:
        near = difflib.get_close_matches(function.casefold(), by_name, n=3, cutoff=0.3) or by_name
        raise OptionError(
            f"no area of focus called {function!r}; nearest are "
            f"{', '.join(by_name[each_name] for each_name in near)}. Operational staff are out of "
            "scope: they have none."
        )
    return options[options["function"] == name].reset_index(drop=True)


def gains(tables: Tables, /) -> Iterator[str]:
    """Say what each choice of the study would bring each body by its functions.

    Args:
        tables: of a run.
    """
    bodies = tables["bodies"]
    names = dict(zip(bodies["body_id"], bodies["short_name"], strict=True))
    for row in each(FunctionGain, tables["function_gains"]):
        who = " and ".join(names[body] for body in parts(row.body_ids))
        yield f"{row.scenario_id}: {who} saves {said.gain(row)}"


def summary(tables: Tables, function: str | None, /) -> pd.DataFrame:
    """Return what a terminal shows: one row a function and body, or each way of one function.

    Args:
        tables: of a run.
        function: name of an area of focus; None for all.
    """
    bodies = tables["bodies"].set_index("body_id")["short_name"]
    options = of_function(tables["function_options"], function)
    if function is not None:
        return pd.DataFrame(
            [
                {
                    "body": bodies[row.body_id],
                    "way": said.WAYS[row.way],
                    "standing": said.STANDINGS[row.standing],
                    "saves": said.saving(row),
                    "costs": said.change(row),
                    "missing": row.missing,
                    "buildings": row.option_ids,
                }
                for row in each(FunctionOption, options)
            ]
        )
    keys = ["function", "body_id"]
    entered = tables["functions"][[*keys, "budget_gbp", "staff_fte", "area_m2", "benchmark_gbp"]]
    told = tables["function_baseline"].merge(entered, on=keys, how="left")
    open_ = options[options["standing"].isin(["open", "little_to_gain"])]
    known = open_[open_["saving_central_gbp"].notna()].groupby(keys)["way"].agg(", ".join)
    told = told.join(known.rename("saving_known_for"), on=keys)
    told.insert(1, "body", told["body_id"].map(bodies).fillna("all"))
    return told[["function", "body", "in_scope", "budget_gbp", "staff_fte", "area_m2",
                 "benchmark_gbp", "state", "saving_known_for"]]  # fmt: skip
