"""What may block each option, and who must agree."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _gates(job: Job) -> Made:
    from colocate.options import gates

    study, tables = job.study, job.tables
    return gates.gates(
        tables["options"],
        tables["located_sites"],
        cover=tables["cover"],
        access=tables["access"],
        rules=study.gates,
        as_of=study.study.as_of,
        evidence=tables["evidence"],
    )._asdict()


def _approvals(job: Job) -> Made:
    from colocate.options import governance

    study, tables = job.study, job.tables
    approvals = governance.approvals(
        tables["options"],
        tables["located_sites"],
        cover=tables["cover"],
        access=tables["access"],
        bodies=tables["bodies"],
        governance=tables["governance"],
        rule_set=study.rule_set,
        as_of=study.study.as_of,
    )
    return {"approvals": approvals, "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "gates",
        "gates",
        makes=("gates",),
        run=_gates,
        modules=("options.gates",),
        reads=("options", "located_sites", "cover", "access", "evidence"),
        settings=("study.as_of", "gates"),
    ),
    Stage(
        "approvals",
        "approvals",
        makes=("approvals",),
        run=_approvals,
        modules=("options.governance",),
        reads=("options", "located_sites", "cover", "access", "bodies", "governance"),
        settings=("study.as_of", "rule_set"),
    ),
)
