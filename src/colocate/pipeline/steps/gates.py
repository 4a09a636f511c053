"""What may block each option, who must agree, what was decided, and how it could be run."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _gates(job: Job) -> Made:
    from colocate.gates import gates

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
    from colocate.governance import approval_routes, approvals

    study, tables = job.study, job.tables
    about = (tables["options"], tables["located_sites"])
    given = {name: tables[name] for name in ("cover", "access", "bodies")}
    approvals = approvals.approvals(
        *about,
        **given,
        governance=tables["governance"],
        rule_set=study.rule_set,
        as_of=study.study.as_of,
    )
    return {
        "approvals": approvals,
        "routes": approval_routes.routes(*about, **given, approvals=approvals),
        "issues": empty(TABLES["issues"]),
    }


def _decisions(job: Job) -> Made:
    from colocate.governance import decisions

    tables = job.tables
    return decisions.decided(
        tables["options"],
        tables["decisions"],
        bodies=tables["bodies"],
        as_of=job.study.study.as_of,
    )._asdict()


def _delivery(job: Job) -> Made:
    from colocate.governance import delivery

    study, tables = job.study, job.tables
    found = delivery.delivery(
        tables["options"],
        tables["located_sites"],
        **{name: tables[name] for name in ("cover", "access", "bodies", "vehicles")},
        rule_set=study.rule_set,
        as_of=study.study.as_of,
    )
    return {"delivery": found, "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "gates",
        "gates",
        makes=("gates",),
        run=_gates,
        modules=("gates.gates",),
        reads=("options", "located_sites", "cover", "access", "evidence"),
        settings=("study.as_of", "gates"),
    ),
    Stage(
        "approvals",
        "approvals",
        makes=("approvals", "routes"),
        run=_approvals,
        modules=("governance.approvals", "governance.approval_routes"),
        reads=("options", "located_sites", "cover", "access", "bodies", "governance"),
        settings=("study.as_of", "rule_set"),
    ),
    Stage(
        "decisions",
        "decision register",
        makes=("option_decisions",),
        run=_decisions,
        modules=("governance.decisions",),
        reads=("options", "decisions", "bodies"),
        settings=("study.as_of",),
    ),
    Stage(
        "delivery",
        "ways of working together",
        makes=("delivery",),
        run=_delivery,
        modules=("governance.delivery",),
        reads=("options", "located_sites", "cover", "access", "bodies", "vehicles"),
        settings=("study.as_of", "rule_set"),
    ),
)
