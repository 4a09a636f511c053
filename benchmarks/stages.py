"""How the stages that compare and choose grow with the options, on invented ones.

`python benchmarks/stages.py` prints the table of docs/scale-stages.md: processor time and peak
memory of each kernel at every size, and the exponent fitted to the times. Sites lie at random; of a
*sparse* estate each has about 3 neighbours to move to, of a *crowded* one about 30, and the options
are as many pairs as asked for.
"""

from __future__ import annotations

import argparse
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from growth import exponent
from measure import alone, once, peak_mb
from scipy.spatial import KDTree
from shapely import points

from colocate.gates.gates import gates
from colocate.pipeline.locate import embedded_study, load_study
from colocate.portfolio import allocation, covering, milp, problem
from colocate.portfolio.losses import narrowed
from colocate.scoring.breakeven import break_evens
from colocate.scoring.dominance import dominating
from colocate.scoring.drawn_ranks import Ranked, drawn_ranks
from colocate.tables import TABLES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from colocate import study

SIZES = (1_000, 3_000, 10_000)
NEIGHBOURS = {"sparse": 3, "crowded": 30}
UNITS = 5
"""Points with people to a site; each is reached from its 8 nearest sites."""
CRITERIA = 6
TIME_LIMIT_S = 60.0
"""Of each solve."""


class Estate(NamedTuple):
    """Invented options: in each one site moves to another."""

    at: np.ndarray
    mover: np.ndarray
    host: np.ndarray

    @property
    def ids(self) -> np.ndarray:
        """Ids of the sites."""
        return np.array([f"S{n:06}" for n in range(len(self.at))], dtype="object")

    @property
    def options(self) -> pd.DataFrame:
        """As in table `options`."""
        return pd.DataFrame({
            "option_id": [f"O{n:06}" for n in range(len(self.mover))],
            "mover_site_ids": self.ids[self.mover],
            "host_site_id": self.ids[self.host],
            "host": self.ids[self.host],
            "site_ids": self.ids[self.mover] + ";" + self.ids[self.host],
            "kind": "into_police",
        }).astype("str")  # fmt: skip


def estate(n: int, kind: str) -> Estate:
    """Invent so many options."""
    rng, near = np.random.default_rng(7), NEIGHBOURS[kind]
    at = rng.random((max(n // near, near + 1), 2))
    _, found = KDTree(at).query(at, k=near + 1)
    pairs = [(m, h) for m, row in enumerate(found.tolist()) for h in row if h != m][:n]
    mover, host = np.array(pairs).T
    return Estate(at, mover, host)


@cache
def settings() -> study.Study:
    """Settings of the embedded study."""
    return load_study(embedded_study("devon-somerset"))


def _losses(given: Estate) -> problem.Stakes:
    rng, n = np.random.default_rng(8), len(given.at)
    units = rng.random((UNITS * n, 2))
    far, site = KDTree(given.at).query(units, k=8)
    demand = pd.Index([f"U{i:07}" for i in range(len(units))], dtype="str")
    drives = pd.DataFrame({
        "site_id": given.ids[site.ravel()],
        "demand_id": np.repeat(demand.to_numpy("object"), 8),
        "travel_time_s": far.ravel() * np.sqrt(n) * 300,
    }).astype({"site_id": "str", "demand_id": "str"})  # fmt: skip
    service = covering.Service(
        pd.Index(given.ids, dtype="str"), np.full(n, 300.0), demand,
        rng.integers(1, 100, len(units)).astype("float64"), drives, 10.0,
    )  # fmt: skip
    options = given.options
    return covering.losses(options, service, hosts=options["host"])[0]


def _posed(given: Estate) -> milp.Problem:
    n, rng = len(given.mover), np.random.default_rng(9)
    tables = dict.fromkeys(problem.Given._fields)
    tables["located_sites"] = pd.DataFrame({
        "site_id": given.ids, "spare_m2": rng.choice([np.nan, 300.0], len(given.at)),
        "gia_m2": rng.integers(100, 400, len(given.at)).astype("float64"),
    })  # fmt: skip
    packing, room = problem._packing(  # noqa: SLF001 - the part that is measured
        given.options, problem.Given(**tables), settings=settings().portfolio, gates=()
    )
    lost = narrowed(_losses(given), np.ones(n, dtype=bool), most=1_000.0)
    money = rng.integers(1, 100_000, n).astype("float64")
    none = np.empty(0, dtype="int64")
    return milp.Problem(
        value=money, preference=rng.random(n).round(6), packing=packing, room=room, cover=lost,
        access=lost, capital=money, saving=money, budget=np.inf, target=-np.inf, locked_in=none,
        locked_out=none, barred=none, time_limit_s=TIME_LIMIT_S,
    )  # fmt: skip


def _ranked(given: Estate) -> Ranked:
    n, rng = len(given.mover), np.random.default_rng(10)
    value = rng.random((n, CRITERIA)).round(6)
    lists, groups = rng.integers(0, 2, n), rng.integers(0, 3, n)
    score = np.floor(value.mean(axis=1) * 1e8)
    rank = np.array([
        1 + ((score > score[i]) & (lists == lists[i]) & (groups == groups[i])).sum()
        for i in range(n)
    ])  # fmt: skip
    ends = (value - 0.05 * (value > 0.5), value)
    return Ranked(
        pd.Index(given.options["option_id"]), lists, groups, rank, (rank, rank), np.zeros(n),
        value, value, ends, np.zeros(value.shape, dtype=bool),
    )  # fmt: skip


def _drawn(ranked: Ranked) -> list[Any]:
    known = settings()
    criteria = known.choice.criteria[:CRITERIA]
    none = conform(TABLES["drawn_measures"], [])
    return list(drawn_ranks(ranked, none, criteria=criteria, settings=known.robustness, seed=1))


def _gated(given: Estate) -> Callable[[], Any]:
    at = given.at * 1_000 * np.sqrt(len(given.at))
    sites = conform(TABLES["located_sites"], (
        {"site_id": site, "body_id": "f", "service": "fire", "roles": "station", "status": "open",
         "geometry": point}
        for site, point in zip(given.ids, points(at), strict=True)
    ))  # fmt: skip
    rows = given.options[["option_id", "site_ids", "host_site_id", "mover_site_ids", "kind"]]
    options = conform(TABLES["options"], rows.to_dict("records"))
    effects = {
        name: conform(TABLES[name], rows[["option_id"]].to_dict("records"))
        for name in ("cover", "access", "space")
    }
    as_of = settings().study.as_of
    return lambda: gates(options, sites, effects=effects, rules=(), as_of=as_of)


def _sited(given: Estate) -> tuple[np.ndarray, np.ndarray, allocation.Sites]:
    """Times of each site to those within reach, with as many points as options."""
    n, rng = len(given.at), np.random.default_rng(11)
    spots = rng.random((len(given.mover), 2))
    times = np.full((n, len(spots)), np.inf)
    reach = 3 * NEIGHBOURS["sparse"]
    far, site = KDTree(given.at).query(spots, k=reach)
    times[site.ravel(), np.repeat(np.arange(len(spots)), reach)] = far.ravel() * np.sqrt(n) * 300
    sites = allocation.sites(n)._replace(time_limit_s=TIME_LIMIT_S)
    return times, rng.integers(1, 100, len(spots)).astype("float64"), sites


def _median(asked: tuple[np.ndarray, np.ndarray, allocation.Sites]) -> allocation.Sited:
    times, people, sites = asked
    p = len(times) * 3 // 4
    return allocation.p_median(times, sites, people=people, p=p, beyond_s=3_600.0)


KERNELS: dict[str, tuple[Callable[[Estate], Any], Callable[[Any], Any]]] = {
    "gates: cases of options": (_gated, lambda run: run()),
    "dominance": (_ranked, lambda r: sum(
        len(over) for _, over in dominating(r.value, lists=r.listed, groups=r.group))),
    "break-even": (_ranked, lambda r: break_evens(
        r.value, shares=np.full(CRITERIA, 1 / CRITERIA), lists=r.listed, groups=r.group,
        rank=r.rank, top_k=10)),
    "drawn ranks": (_ranked, _drawn),
    "portfolio: who loses": (lambda given: given, _losses),
    "portfolio: problem posed": (lambda given: given, _posed),
    "portfolio: best set": (_posed, milp.best),
    "siting: p-median": (_sited, _median),
}  # fmt: skip
"""By name: what prepares, and what is measured."""


def measured(name: str, kind: str, *, sizes: Sequence[int]) -> list[tuple[float, float, str]]:
    """Run one kernel at every size, the smallest first: CPU seconds, peak in MB, how it ended."""
    prepare, run = KERNELS[name]
    found, imports = [], peak_mb()
    for n in sizes:
        given = prepare(estate(n, kind))
        answer, cost = once(partial(run, given))
        found.append((cost.cpu_s, peak_mb() - imports, getattr(answer, "status", "")))
    return found


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    asked.add_argument("--kernels", nargs="+", default=list(KERNELS), choices=list(KERNELS))
    given = asked.parse_args()
    heads = [f"{n:,}" for n in given.sizes]
    print(f"| kernel | estate | {' | '.join(heads)} | exponent |")
    print("|---|---|" + "---|" * (len(heads) + 1))
    for name in given.kernels:
        for kind in NEIGHBOURS:
            found = alone(measured, name, kind, sizes=sorted(given.sizes))
            cells = [
                f"{cpu:.2f} s, {mb:,.0f} MB"
                + (f", {status}" if status not in {"", "optimal"} else "")
                for cpu, mb, status in found
            ]
            slope = exponent(given.sizes, [max(cpu, 0.001) for cpu, *_ in found])
            print(f"| {name} | {kind} | {' | '.join(cells)} | {slope:.1f} |", flush=True)


if __name__ == "__main__":
    main()
