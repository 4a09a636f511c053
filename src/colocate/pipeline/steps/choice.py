"""Scores and ranks."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.scoring import criteria
from colocate.tables import TABLES, empty


def _choice(job: Job) -> Made:
    from colocate.scoring import scoring

    tables, chosen = job.tables, job.study.choice.criteria
    measured = criteria.measures(tables, ids=[criterion.id for criterion in chosen])
    contributions = scoring.contributions(measured, criteria=chosen)
    return {
        "measures": measured,
        "contributions": contributions,
        "scores": scoring.scores(contributions, tables["options"], gates=tables["gates"]),
        "issues": empty(TABLES["issues"]),
    }


STAGES = (
    Stage(
        "choice",
        "scores and ranks",
        makes=("measures", "contributions", "scores"),
        run=_choice,
        modules=("scoring.scoring", "scoring.criteria"),
        reads=tuple(dict.fromkeys(("options", "gates", *criteria.reads()))),
        settings=("choice.criteria",),
    ),
)  # fmt: skip
