"""The criteria options may be measured on: each a function beside its meaning, unit and scale.

A criterion is a function whose parameters are the names of the tables it reads and which returns
the raw measure of every option, with what it rests on. To add one, write its function here: the
run hands over the tables it names, and everything that lists criteria follows. A study weighs it
by an entry of `choice.criteria` with its id and a weight; what that leaves out is taken from here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from colocate.errors import ScoringError, some
from colocate.study import Figure
from colocate.tables.choice import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Tables = Mapping[str, pd.DataFrame]
Varied = Literal["speeds", "costs"]
"""What a measure moves with when it is drawn to see how sure a rank is."""


class Measured(NamedTuple):
    """Raw measures of one criterion, each a series by option_id.

    An option without a row, or with none at its centre, is missing.
    """

    central: pd.Series
    basis: pd.Series | str = "computed"
    rests_on: pd.Series | str | None = None
    """None: the criterion's source."""
    low: pd.Series | None = None
    """Least it may be; None: as the centre."""
    high: pd.Series | None = None
    """Most it may be; None: as the centre."""


Measure = Callable[..., Measured]


@dataclass(frozen=True)
class Registered:
    """A criterion colocate knows."""

    id: str
    label: str
    meaning: str
    unit: str
    source: str
    """What its raw values are computed from."""
    worst: Figure
    best: Figure
    varied: Varied | None
    measure: Measure

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the tables its function takes."""
        return tuple(inspect.signature(self.measure).parameters)


REGISTRY: dict[str, Registered] = {}
"""Every criterion by id."""


def criterion(
    id_: str,
    /,
    *,
    label: str,
    meaning: str,
    unit: str,
    source: str,
    worst: Figure,
    best: Figure,
    varied: Varied | None = None,
) -> Callable[[Measure], Measure]:
    """Register the function that follows as a criterion.

    Args:
        id_: what study files, columns and tables call it.
        label: its name for people.
        meaning: one line on what it measures.
        unit: unit of its raw measures.
        source: what they are computed from.
        worst: raw measure that is worth 0 where a study sets no other.
        best: raw measure that is worth 1 where a study sets no other.
        varied: what it moves with when drawn: `speeds`, and then it may read no table that is not
            made anew on each drawn network (`options`, `cover`, `access`); `costs`, by a factor
            of the option's own; or nothing.
    """

    def register(measure: Measure) -> Measure:
        REGISTRY[id_] = Registered(id_, label, meaning, unit, source, worst, best, varied, measure)
        return measure

    return register


def _assumed(value: float, ground: str) -> Figure:
    return Figure(value=value, assumed=ground)


@criterion(
    "fire_cover",
    label="Fire cover",
    meaning="Change in people within the first response standard",
    unit="people",
    source="table cover: drives on the road network to the people of the census",
    worst=_assumed(-10_000, "about one small town losing cover"),
    best=_assumed(10_000, "about one small town gaining cover"),
    varied="speeds",
)
def fire_cover(cover: pd.DataFrame) -> Measured:
    """People within the standard afterwards, less those within it before."""
    by_option = cover.set_index("option_id")
    return Measured(by_option["people_after"] - by_option["people_before"])


@criterion(
    "fire_response",
    label="Fire response",
    meaning="Change in the mean response of the first appliance, weighted by fires",
    unit="s",
    source="table cover: drives on the road network, call handling, turnout by crewing",
    worst=_assumed(5, "five seconds on the mean of the whole area is a large loss"),
    best=_assumed(-5, "as large a gain"),
    varied="speeds",
)
def fire_response(cover: pd.DataFrame) -> Measured:
    """Mean response afterwards, less that before."""
    by_option = cover.set_index("option_id")
    return Measured(by_option["mean_response_after_s"] - by_option["mean_response_before_s"])


@criterion(
    "police_access",
    label="Police access",
    meaning="Change in people within the access limit of a police desk",
    unit="people",
    source="table access: drives on the road network from the people of the census",
    worst=_assumed(-10_000, "about one small town losing access"),
    best=_assumed(10_000, "about one small town gaining access"),
    varied="speeds",
)
def police_access(access: pd.DataFrame) -> Measured:
    """People within the limit afterwards, less those within it before."""
    by_option = access.set_index("option_id")
    assumed = by_option["basis"] == "assumed"
    rests_on = {
        True: "a desk that moves is taken from its site's role: nothing evidences it",
        False: REGISTRY["police_access"].source,
    }
    return Measured(
        by_option["people_after"] - by_option["people_before"],
        basis=assumed.map({True: "assumed", False: "computed"}),
        rests_on=assumed.map(rests_on),
    )


@criterion(
    "proximity",
    label="Closeness",
    meaning="Largest drive time between the sites: staff, vehicles and visitors already go there",
    unit="s",
    source="table options: drives on the road network between the option's sites",
    worst=_assumed(600, "the longest tier of the Devon & Somerset study"),
    best=_assumed(0, "the same place"),
    varied="speeds",
)
def proximity(options: pd.DataFrame) -> Measured:
    """Largest drive between any two sites, either way."""
    return Measured(options.set_index("option_id")["travel_time_s"])


@criterion(
    "running_cost",
    label="Running cost",
    meaning="Net running cost saved a year",
    unit="GBP/year",
    source="table money: recorded running costs, else the study's prior",
    worst=_assumed(0, "nothing saved"),
    best=_assumed(45_000, "the review threshold for a small station"),
    varied="costs",
)
def running_cost(money: pd.DataFrame) -> Measured:
    """Running costs released, less what the host's rise by."""
    by_option = money.set_index("option_id")
    return Measured(
        by_option["net_saving_gbp"],
        basis=by_option["basis"],
        rests_on=by_option["note"],
        low=by_option["net_saving_low_gbp"],
        high=by_option["net_saving_high_gbp"],
    )


@criterion(
    "deliverability",
    label="Deliverability",
    meaning="Bodies evidenced to approve or agree",
    unit="bodies",
    source="table approvals: steps evidenced to stand today",
    worst=_assumed(6, "as many as the longest path of the Devon & Somerset study"),
    best=_assumed(1, "one body decides alone"),
)
def deliverability(options: pd.DataFrame, approvals: pd.DataFrame) -> Measured:
    """Bodies that approve or agree; one that may no longer sit decides nothing here."""
    decides = approvals["action"].isin(["approve", "agree"])
    deciding = approvals[decides & (approvals["certainty"] == "evidenced")]
    bodies = deciding.groupby("option_id")["body_id"].nunique()
    return Measured(bodies.reindex(options["option_id"], fill_value=0).astype("float64"))


def tables_read(*, varied: Varied | None = None) -> tuple[str, ...]:
    """Return the tables that all criteria take together, or those that move with `varied`."""
    listed = (c for c in REGISTRY.values() if varied in {None, c.varied})
    return tuple(dict.fromkeys(name for each in listed for name in each.reads))


def defaults() -> dict[str, dict[str, Any]]:
    """Return what an entry of `choice.criteria` may leave out, by criterion id."""
    words = ("label", "meaning", "unit")
    return {
        each.id: {
            **{name: getattr(each, name) for name in words},
            "worst": each.worst.model_dump(exclude_none=True),
            "best": each.best.model_dump(exclude_none=True),
        }
        for each in REGISTRY.values()
    }


def registered(ids: Iterable[str], /) -> list[Registered]:
    """Return criteria by their ids.

    Raises:
        ScoringError: an id that names none.
    """
    wanted = list(ids)
    if unknown := [id_ for id_ in wanted if id_ not in REGISTRY]:
        raise ScoringError(
            f"choice.criteria: no measure for {some(unknown)}; expected some of "
            f"{', '.join(REGISTRY)}. Remove the criterion or correct its id."
        )
    return [REGISTRY[id_] for id_ in wanted]


def measures(tables: Tables, /, *, ids: Sequence[str]) -> pd.DataFrame:
    """Measure every option on criteria.

    Args:
        tables: `options` and those of `tables_read()`, by name.
        ids: the criteria.

    Returns:
        Table `measures`, sorted by option_id and criterion.

    Raises:
        ScoringError: an id that names no criterion.
    """
    listed = pd.Index(tables["options"]["option_id"].sort_values(), name="option_id")
    found = [
        _of(each, tables).reindex(listed).assign(criterion=each.id, unit=each.unit)
        for each in registered(ids)
    ]
    rows = pd.concat(found).reset_index()
    rows["basis"] = rows["basis"].where(rows["central"].notna(), "missing")
    rows = rows.sort_values(["option_id", "criterion"], ignore_index=True)
    return rows[MEASURES.names].astype({c.name: c.dtype for c in MEASURES.columns})


def drawn(tables: Tables, /) -> pd.DataFrame:
    """Measure options on a network with drawn speeds, on the criteria that move with them.

    Args:
        tables: those of `tables_read(varied="speeds")` on that network, by name.

    Returns:
        `option_id`, `criterion` and `raw`, sorted by both; only rows that a criterion gives.
    """
    rows = pd.concat(
        [
            _of(each, tables)[["central"]].assign(criterion=each.id).reset_index()
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
