"""How sure the ranks are: networks with drawn speeds, then draws of everything."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _draws(job: Job) -> Made:
    from colocate.scoring import draws
    from colocate.scoring.drawn_networks import measuring, on_networks

    settings = job.study.robustness
    factors = draws.speed_factors(
        settings.speed_draws, spread=settings.speed_spread.value, seed=job.study.study.seed
    )
    drawn = on_networks(factors, measured=measuring(job.study, job.tables), progress=job.progress)
    return {"drawn_measures": drawn, "issues": empty(TABLES["issues"])}


def _robustness(job: Job) -> Made:
    from colocate.scoring import robustness

    study, tables = job.study, job.tables
    made = robustness.robustness(
        tables["contributions"],
        tables["scores"],
        drawn_measures=tables["drawn_measures"],
        criteria=study.choice.criteria,
        settings=study.robustness,
        seed=study.study.seed,
    )
    return {**made._asdict(), "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "draws",
        "the options on networks with drawn speeds",
        makes=("drawn_measures",),
        run=_draws,
        modules=("scoring.draws", "scoring.drawn_networks"),
        reads=("options", "cover", "access", "located_sites", "participation", "demand_points",
               "snaps", "new_sites", "road_nodes", "road_edges", "turns",
               "road_order", "edge_speeds"),
        settings=("study.seed", "travel", "response", "access", "robustness.speed_draws",
                  "robustness.speed_spread"),
    ),
    Stage(
        "robustness",
        "how sure the ranks are",
        makes=("robustness", "stability", "break_even"),
        run=_robustness,
        modules=("scoring.robustness",),
        reads=("contributions", "scores", "drawn_measures"),
        settings=("study.seed", "choice.criteria", "robustness"),
    ),
)  # fmt: skip
