"""The path of an option in plain words: steps, days, what outlives whom, what is ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.publish.facts import Facts, Option
    from colocate.publish.facts.path_records import Stage
    from colocate.study import Study


def path(option: Option, facts: Facts, /, *, study: Study) -> Iterator[list[str]]:
    """Yield the sections that tell how an option is decided.

    Args:
        option: the option with all its fields.
        facts: those of the run.
        study: the study of the run.
    """
    yield _steps(option, study)
    yield _timeline(option)
    yield _outlived(option)
    changes = paths.ahead(facts.law, option, day=study.study.as_of.isoformat())
    yield [
        *(["What changes for its bodies"] if changes else []),
        *(
            f"  {change.valid_from or 'no day known'}: {change.what} ({change.certainty}). "
            f"{change.means} [{change.citation}]"
            for change in changes
        ),
    ]


def _steps(option: Option, study: Study) -> list[str]:
    """List what is done before, at and after the decision."""
    lines = [f"Who does what, in order (rules {study.rule_set})"]
    phase = None
    for act in paths.acts(option.approvals):
        if act.phase != phase:
            lines.append(f"  {paths.PHASE_TITLES[act.phase]}")
            phase = act.phase
        lines.append(f"  {act.step}. {act.who}: {_act(act)} [{act.citation}]")
    return lines


def _act(act: paths.Act) -> str:
    form = f"; legal form: {act.form}" if act.form else ""
    days = f" ({act.days}, {act.days_source})" if act.days else ""
    doubt = "" if act.certainty == "evidenced" else " (not verified)"
    return f"{act.action.replace('_', ' ')}. {act.task}{form}{days}{doubt}"


def _timeline(option: Option) -> list[str]:
    if not option.timeline:
        return []
    lines = [
        "How long it takes",
        f"  {paths.ready(option.timeline)} {paths.waits(option.timeline)}",
    ]
    for stage in option.timeline:
        mark = "*" if stage.critical else " "
        lines.append(f" {mark}{stage.step}. {paths.topic(stage.topic)}: {_when(stage)}")
    lines.append(" * everything after it waits for it, at the usual pace")
    if late := paths.ended(option):
        lines.append(f"  At the usual pace the move comes after the end of {late}.")
    return lines


def _when(stage: Stage) -> str:
    if stage.topic == "lease":
        back = [day or "no day known" for day in (stage.back_earliest, stage.back_usual)]
        return f"back on {back[0]} at the earliest, {back[1]} if all takes its usual time"
    days = (stage.start_earliest, stage.end_earliest, stage.start_usual, stage.end_usual)
    start, end, start_usual, end_usual = (paths.month(day) for day in days)
    return f"{start} to {end} at the earliest, {start_usual} to {end_usual} usually"


def _outlived(option: Option) -> list[str]:
    """Say what would outlive a body, and what to write."""
    if not option.successions:
        return []
    return [
        "What would outlive a body",
        *(
            f"  {row.body} ends on {row.ends} ({row.certainty}); {row.about} runs to {row.until}. "
            f"{row.clause} [{row.source}]"
            for row in option.successions
        ),
    ]
