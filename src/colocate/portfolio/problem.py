"""Which options may be in a set, and what holds for a set of them: tables into arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from colocate.portfolio import at_stake, transfers
from colocate.portfolio.at_stake import AtStake
from colocate.portfolio.losses import narrowed
from colocate.portfolio.milp import Problem
from colocate.scoring.scoring import maybe_shared, moves_crew, weakly_evidenced
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate import study
    from colocate.portfolio.losses import Stakes

MEASURES = {
    "net_saving": "net_saving_gbp",
    "npv": "npv_gbp",
    "released": "n_released",
    "score": "score",
}
"""Column of each objective."""
UNKNOWN = {"net_saving": "saving not known", "npv": "net present value not known"}
"""Objectives whose figure may be missing, and how to say so."""
SIDES = {"cover": "fire_cover", "access": "police_access"}
"""Gate of each loss."""
DECIMALS = 6
"""Of the figures added up: far below a penny or a point of score, and free of rounding noise."""


class Given(NamedTuple):
    """Tables that sets are made from, by name."""

    options: pd.DataFrame
    scores: pd.DataFrame
    gates: pd.DataFrame
    space: pd.DataFrame
    money: pd.DataFrame
    money_ranges: pd.DataFrame
    money_by_body: pd.DataFrame
    located_sites: pd.DataFrame
    new_sites: pd.DataFrame
    points_at_stake: pd.DataFrame
    stakes: pd.DataFrame
    unknown_stakes: pd.DataFrame


class Case(NamedTuple):
    """Options that may be chosen from, and the problem they pose."""

    options: pd.DataFrame
    """With their score and money, in order of id."""
    problem: Problem
    left_out: tuple[str, ...]
    """Why options that rank are not among them, in words, with how many."""


class Ground(NamedTuple):
    """What every problem of a study stands on, whatever may be chosen."""

    options: pd.DataFrame
    cover: Stakes
    access: Stakes
    unknown: np.ndarray
    """Mask of the options of which nobody knows where their sites would be."""
    crew: np.ndarray
    """Mask of those that would move a fire crew's base."""
    weak: np.ndarray
    """Mask of those with a site that is weakly evidenced."""
    shared: np.ndarray
    """Mask of those whose sites may be sharing already."""


def ground_of(given: Given, /) -> Ground:
    """Put together what is known of the options, and who could lose by each.

    Args:
        given: the tables.
    """
    frame = _known(given)
    made = AtStake(given.points_at_stake, given.stakes, given.unknown_stakes)
    cover, cover_unknown = at_stake.known(made, frame, side="cover")
    access, access_unknown = at_stake.known(made, frame, side="access")
    return Ground(
        frame,
        cover,
        access,
        unknown=cover_unknown | access_unknown,
        crew=moves_crew(frame, given.gates).to_numpy(),
        weak=weakly_evidenced(frame, given.gates).to_numpy(),
        shared=maybe_shared(frame, given.gates).to_numpy(),
    )


def case(
    given: Given,
    /,
    *,
    settings: study.Portfolio,
    gates: Sequence[study.GateRule],
    letting_in: str | None = None,
    ground: Ground | None = None,
) -> Case:
    """Gather the options that may be chosen and pose the problem.

    Args:
        given: the tables.
        settings: section `portfolio` of the study.
        gates: its gates.
        letting_in: `cover` or `access`: options that fail that gate alone may be chosen too.
        ground: what `ground_of` returns, where it was asked before.
    """
    ground = ground or ground_of(given)
    frame = ground.options
    tests = _tests(ground, given, settings=settings, letting_in=letting_in)
    barred, left_out = _barred(frame, tests)
    # What is locked in stays in the problem, so that its bar shows as what to let go.
    kept = ~barred | frame["option_id"].isin(settings.locked_in).to_numpy()
    chosen = frame[kept].reset_index(drop=True)
    yearly, worth = _accounts(chosen, given) if settings.no_body_loses else (None, None)
    packing, room = _packing(chosen, given, settings=settings, gates=gates)
    most = _may_lose(settings, gates)
    problem = Problem(
        value=_figures(chosen[MEASURES[settings.objective]]),
        preference=_figures(chosen["score"]),
        packing=packing,
        room=room,
        cover=narrowed(ground.cover, kept, most=most["cover"]),
        access=narrowed(ground.access, kept, most=most["access"]),
        capital=_figures(chosen["capital_gbp"]),
        saving=_figures(chosen["net_saving_gbp"]),
        budget=b.value if (b := settings.capital_budget_gbp) else np.inf,
        target=t.value if (t := settings.saving_target_gbp) else -np.inf,
        locked_in=np.flatnonzero(chosen["option_id"].isin(settings.locked_in)),
        locked_out=np.flatnonzero(chosen["option_id"].isin(settings.locked_out)),
        barred=np.flatnonzero(barred[kept]),
        time_limit_s=settings.time_limit_s.value,
        yearly=yearly,
        worth=worth,
    )
    return Case(chosen, problem, left_out)


def _accounts(
    options: pd.DataFrame, given: Given
) -> tuple[transfers.Account | None, transfers.Account | None]:
    """Return the accounts, of a year and of all years, in which some body could lose."""
    ids = options["option_id"].to_list()
    both = (
        transfers.account(given.money_by_body, column, options=ids)
        for column in ("net_saving_gbp", "npv_gbp")
    )
    yearly, worth = (each if transfers.binds(each) else None for each in both)
    return yearly, worth


def _known(given: Given) -> pd.DataFrame:
    """Put together what is known of every option, in order of id; `host` may be a new site."""
    frame = (
        given.options.merge(given.scores, on="option_id")
        .merge(given.money, on="option_id")
        .sort_values("option_id", ignore_index=True)
    )
    return frame.assign(
        **_unrounded(frame, given.money_ranges),
        host=at_stake.hosts(frame, given.new_sites),
        n_released=frame["released_site_ids"].map(lambda sites: float(len(parts(sites)))),
    )


def _unrounded(frame: pd.DataFrame, ranges: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the ends of net present values with all their digits: sums of rounded ones drift."""
    npv = ranges[ranges["figure"] == "npv"].set_index("option_id").reindex(frame["option_id"])
    wide = frame["npv_low_gbp"] != frame["npv_high_gbp"]
    ends = {f"npv_{end}_gbp": npv[end].set_axis(frame.index) for end in ("low", "central", "high")}
    return {name: frame[name].where(~wide, end) for name, end in ends.items()}


def _may_lose(settings: study.Portfolio, gates: Sequence[study.GateRule]) -> dict[str, float]:
    """Return how many people the whole set may put beyond each service."""
    allowed = {gate.id: gate.threshold.value for gate in gates if gate.threshold}
    given = {"cover": settings.people_losing_cover, "access": settings.people_losing_access}
    return {
        side: figure.value if (figure := given[side]) else allowed.get(gate, 0.0)
        for side, gate in SIDES.items()
    }


def _barred(
    frame: pd.DataFrame, tests: dict[str, np.ndarray], /
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the options that may not be chosen, and of those ranked why, each counted once."""
    barred: np.ndarray = frame["rank"].isna().to_numpy()
    left_out = []
    for reason, fails in tests.items():
        if newly := int((fails & ~barred).sum()):
            left_out.append(f"{newly} {'option' if newly == 1 else 'options'}: {reason}")
        barred = barred | fails
    return barred, tuple(left_out)


def _tests(
    ground: Ground,
    given: Given,
    *,
    settings: study.Portfolio,
    letting_in: str | None,
) -> dict[str, np.ndarray]:
    """Return why options may not be chosen, each with a mask of the rows it holds for."""
    frame, let_in = ground.options, SIDES[letting_in] if letting_in else None
    blocked = frame["failed_gates"].notna() & (frame["failed_gates"] != let_in)
    crew_stays = not (settings.crew_moves or letting_in == "cover")
    takes = settings.host_takes.value
    n_movers = frame["mover_site_ids"].map(lambda movers: len(parts(movers)))
    tests = {
        "a gate blocks": blocked,
        "would move a fire crew's base": ground.crew & crew_stays,
        "a site is weakly evidenced": ground.weak & (not settings.weak_sites),
        "they may be sharing already": ground.shared,
        "its host is too small, as far as the map tells": frame["option_id"].isin(
            given.space.loc[given.space["fit"] == "too_small", "option_id"]
        ),
        f"more than {takes:g} movers into one host": (
            n_movers > takes) & frame["host_site_id"].notna(),
    }  # fmt: skip
    if settings.objective in UNKNOWN:
        tests[UNKNOWN[settings.objective]] = frame[MEASURES[settings.objective]].isna()
    if settings.capital_budget_gbp:
        tests["capital not known"] = frame["capital_gbp"].isna()
    if settings.saving_target_gbp:
        tests[UNKNOWN["net_saving"]] = frame["net_saving_gbp"].isna()
    tests["where its sites would be is not known"] = ground.unknown
    return {reason: np.asarray(mask) for reason, mask in tests.items()}


def _figures(column: pd.Series) -> np.ndarray:
    """Return figures to add up; those not known weigh nothing where they are not asked for."""
    figures: np.ndarray = column.fillna(0.0).to_numpy().round(DECIMALS)
    return figures


def _packing(
    options: pd.DataFrame,
    given: Given,
    *,
    settings: study.Portfolio,
    gates: Sequence[study.GateRule],
) -> tuple[csr_array, np.ndarray]:
    """Write down that sites move once, that a mover hosts nobody, and what a host takes."""
    movers = [parts(ids) for ids in options["mover_site_ids"]]
    sites = pd.Index(sorted({*options["host"].dropna(), *(site for ids in movers for site in ids)}))
    shape = len(options), len(sites)
    option = np.repeat(np.arange(len(options)), [len(ids) for ids in movers])
    moves = _ones(option, sites.get_indexer([s for ids in movers for s in ids]), shape=shape)
    hosted = np.flatnonzero(options["host"].notna())
    host = sites.get_indexer(options["host"].iloc[hosted])
    # At most one of the option and of those that move its host.
    own = _ones(np.arange(len(hosted)), hosted, shape=(len(hosted), len(options)))
    apart = moves.T.tocsr()[host] + own
    apart.data[:] = 1.0
    old_host = options["host_site_id"].notna().to_numpy()
    spare, needs = _space(sites, given=given, gates=gates)
    known = np.isfinite(spare)
    stays = _ones(host, hosted, shape=shape[::-1])
    into = stays * (moves.sum(axis=1) * old_host)
    matrix = csr_array(vstack([moves.T, apart, into, (stays * (moves @ needs))[known]]))
    once, takes = np.ones(len(sites) + len(hosted)), np.full(len(sites), settings.host_takes.value)
    limits = np.concatenate([once, takes, spare[known]])
    binds = matrix.sum(axis=1) > limits
    return matrix[binds], limits[binds]


def _ones(row: np.ndarray, column: np.ndarray, *, shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(len(row)), (row, column)), shape=shape)


def _space(
    sites: pd.Index, *, given: Given, gates: Sequence[study.GateRule]
) -> tuple[np.ndarray, np.ndarray]:
    """Return spare area (NaN where not recorded) and the area each site would need elsewhere.

    An area that is not recorded cannot be held against an option here; gate `space` asks for it.
    """
    facts = given.located_sites.set_index("site_id").reindex(sites)
    share = next((g.need_share.value for g in gates if g.id == "space" and g.need_share), 1.0)
    return facts["spare_m2"].to_numpy(), facts["gia_m2"].fillna(0.0).to_numpy() * share
