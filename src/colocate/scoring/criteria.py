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

from colocate.errors import ScoringError, some
from colocate.study import Figure, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

Varied = Literal["speeds", "costs"]
"""What a measure moves with when it is drawn to see how sure a rank is."""


class Measured(NamedTuple):
    """Raw measures of one criterion, each a series by option_id.

    An option without a row, or with none at its centre, is missing: it gets the centre that the
    study states for all that lack it, and a range over the whole scale. No range is wider than
    something it rests on.
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
    scale: Scale
    """Raw measures worth 0 and 1, and the centre of a missing one, where a study sets no other."""
    lists: Mapping[str, Scale]
    """Other scales, by list, for what is ranked apart."""
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
    scale: Scale,
    varied: Varied | None = None,
    lists: Mapping[str, Scale] | None = None,
) -> Callable[[Measure], Measure]:
    """Register the function that follows as a criterion.

    Args:
        id_: what study files, columns and tables call it.
        label: its name for people.
        meaning: one line on what it measures.
        unit: unit of its raw measures.
        source: what they are computed from.
        scale: raw measures worth 0 and 1, and the centre for all options that lack one, where a
            study sets no other.
        varied: what it moves with when drawn: `speeds`, and then it may read no table that is not
            made anew on each drawn network: `options`, and of `cover` and `access` what is expected
            of people and means, before and after; `costs`, by a factor of the option's own; or
            nothing.
        lists: other scales, by list, for what is ranked apart.
    """

    def register(measure: Measure) -> Measure:
        REGISTRY[id_] = Registered(
            id_, label, meaning, unit, source, scale, lists or {}, varied, measure
        )
        return measure

    return register


def _assumed(value: float, ground: str) -> Figure:
    return Figure(value=value, assumed=ground)


@criterion(
    "fire_cover",
    label="Net fire cover",
    meaning="People who gain the first response standard less those who lose it; the gate on fire "
    "cover judges the losses alone",
    unit="people",
    source="table cover: drives on the road network to the people of the census",
    scale=Scale(
        worst=_assumed(-10_000, "about one small town losing cover"),
        best=_assumed(10_000, "about one small town gaining cover"),
    ),
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
    scale=Scale(
        worst=_assumed(5, "five seconds on the mean of the whole area is a large loss"),
        best=_assumed(-5, "as large a gain"),
    ),
    varied="speeds",
)
def fire_response(cover: pd.DataFrame) -> Measured:
    """Mean response afterwards, less that before."""
    by_option = cover.set_index("option_id")
    return Measured(by_option["mean_response_after_s"] - by_option["mean_response_before_s"])


@criterion(
    "police_access",
    label="Net police access",
    meaning="People who gain the access limit of a police desk less those who lose it; the gate "
    "on desk access judges the losses alone",
    unit="people",
    source="table access: drives on the road network from the people of the census",
    scale=Scale(
        worst=_assumed(-10_000, "about one small town losing access"),
        best=_assumed(10_000, "about one small town gaining access"),
    ),
    varied="speeds",
)
def police_access(access: pd.DataFrame) -> Measured:
    """People within the limit afterwards, less those within it before.

    Where the desk that moves is only assumed, there may be none, and then nothing changes.
    """
    by_option = access.set_index("option_id")
    change = by_option["people_after"] - by_option["people_before"]
    assumed = by_option["basis"] == "assumed"
    rests_on = {
        True: "a desk that moves is taken from its site's role: nothing evidences it, and without "
        "one nothing changes",
        False: REGISTRY["police_access"].source,
    }
    return Measured(
        change,
        basis=assumed.map({True: "assumed", False: "computed"}),
        rests_on=assumed.map(rests_on),
        low=change.where(~assumed, change.clip(upper=0)),
        high=change.where(~assumed, change.clip(lower=0)),
    )


@criterion(
    "proximity",
    label="Closeness",
    meaning="How near the sites are, in bands that matter to people: the same plot, a walk, a "
    "short drive, beyond",
    unit="band",
    source="table options: distances and drives between the option's sites",
    scale=Scale(
        worst=_assumed(3, "beyond a short drive; each step from band to band counts alike"),
        best=_assumed(0, "the same plot"),
    ),
    varied="speeds",
)
def proximity(options: pd.DataFrame) -> Measured:
    """Band of the two sites that are farthest apart, by its number."""
    return Measured(options.set_index("option_id")["band"])


@criterion(
    "running_cost",
    label="Running cost",
    meaning="Net running cost saved a year",
    unit="GBP/year",
    source="table money: recorded running costs, else the study's prior",
    scale=Scale(
        worst=_assumed(0, "nothing saved"),
        best=_assumed(45_000, "the review threshold for a small station"),
        missing=_assumed(
            12_000,
            "as the prior of a small station: what nobody priced is neither above nor below it",
        ),
    ),
    varied="costs",
    lists={
        "headquarters": Scale(
            worst=_assumed(0, "nothing saved"),
            best=_assumed(
                1_000_000, "about 5,000 m² at the £195 a m² a year of the Avon & Somerset police "
                "estate (2019)"
            ),
        ),
        **dict.fromkeys(
            ("depots", "training"),
            Scale(
                worst=_assumed(0, "nothing saved"),
                best=_assumed(
                    100_000, "an average property of Devon & Cornwall and Dorset police: 211 for "
                    "over £21m a year"
                ),
            ),
        ),
    },
)  # fmt: skip
def running_cost(options: pd.DataFrame, money: pd.DataFrame) -> Measured:
    """Running costs released, less what the host's rise by, with the ranges of the priors.

    Where two services probably share already, most likely nothing is saved, and at most what would
    be saved otherwise.
    """
    by_option = money.set_index("option_id")
    shared = options.set_index("option_id")["existing_share"].reindex(by_option.index) == "possible"
    asked = "Probably shared already: then nothing is saved. Else: " + by_option["note"]
    low, high = by_option["net_saving_low_gbp"], by_option["net_saving_high_gbp"]
    return Measured(
        by_option["net_saving_gbp"].mask(shared, 0.0),
        basis=by_option["basis"].mask(shared, "assumed"),
        rests_on=by_option["note"].mask(shared, asked),
        low=low.mask(shared, low.clip(upper=0).fillna(0.0)),
        high=high.mask(shared, high.clip(lower=0)),
    )


@criterion(
    "deliverability",
    label="Deliverability",
    meaning="Bodies evidenced to approve or agree",
    unit="bodies",
    source="table approvals: steps evidenced to stand today",
    scale=Scale(
        worst=_assumed(6, "a fire authority, two commissioners, two forces and an owner"),
        best=_assumed(1, "one body decides alone"),
    ),
)
def deliverability(options: pd.DataFrame, approvals: pd.DataFrame) -> Measured:
    """Bodies that approve or agree; those not evidenced to do so today widen the range."""
    decides = approvals[approvals["action"].isin(["approve", "agree"])]
    counts = [
        rows.groupby("option_id")["body_id"]
        .nunique()
        .reindex(options["option_id"], fill_value=0)
        .astype("float64")
        for rows in (decides[decides["certainty"] == "evidenced"], decides)
    ]
    return Measured(counts[0], high=counts[1])


@criterion(
    "space",
    label="Room at the host",
    meaning="Share of the area the movers need that the host has room for, where their ranges "
    "decide it; the gate on space judges recorded areas alone",
    unit="share",
    source="table space: recorded areas, else those of the map's outlines",
    scale=Scale(
        worst=_assumed(0, "no room"),
        best=_assumed(1, "room for all that is needed"),
    ),
)
def space(space: pd.DataFrame) -> Measured:
    """Share of the need, from what the ranges leave; missing where they leave all or nothing."""
    rows = space.set_index("option_id")
    open_ = (rows["share_low"] == 0) & (rows["share_high"] == 1)
    bases = rows[["need_basis", "room_basis"]]
    sure = bases.eq("recorded").all(axis=1)
    assumed = bases.eq("assumed").any(axis=1)
    return Measured(
        ((rows["share_low"] + rows["share_high"]) / 2).mask(open_),
        basis=sure.map({True: "recorded", False: "computed"}).mask(assumed, "assumed"),
        low=rows["share_low"],
        high=rows["share_high"],
    )


def tables_read(*, varied: Varied | None = None) -> tuple[str, ...]:
    """Return the tables that all criteria take together, or those that move with `varied`.

    Args:
        varied: what criteria move with when it is drawn; None for all criteria.
    """
    listed = (c for c in REGISTRY.values() if varied in {None, c.varied})
    return tuple(dict.fromkeys(name for each in listed for name in each.reads))


def defaults() -> dict[str, dict[str, Any]]:
    """Return what an entry of `choice.criteria` may leave out, by criterion id."""
    words = ("label", "meaning", "unit")
    return {
        each.id: {
            **{name: getattr(each, name) for name in words},
            **each.scale.model_dump(exclude_none=True),
            "lists": {n: scale.model_dump(exclude_none=True) for n, scale in each.lists.items()},
        }
        for each in REGISTRY.values()
    }


def registered(ids: Iterable[str], /) -> list[Registered]:
    """Return criteria by their ids.

    Args:
        ids: of criteria.

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
