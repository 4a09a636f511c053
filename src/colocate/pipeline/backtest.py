"""Hold a run's ranking against known cases, each with what the study knew before it was decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate import io
from colocate.candidates.nearness import two_way
from colocate.errors import InputError, SchemaError, some
from colocate.pipeline.runs import open_run, settings_of
from colocate.pipeline.stages import STAGES
from colocate.scoring import backtest as scored
from colocate.tables import parts
from colocate.tables.backtest import BACKTEST, CASES, HAPPENED, METHODS, STAYED
from colocate.tables.dates import first_day, last_day
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate.stage import Stage
    from colocate.study import Study

DATED = ("evidence", "decisions", "site_decisions")
"""Tables of which only rows surely earlier than a case are used."""
UNDATED = "no date stated"
RANKED_ON = ("roads", "demand")
"""Inputs that every rank rests on, beside the registers."""

SHOWN = ["site", "outcome", "decided", "best_option", "rank_group", "rank", "n_others", *METHODS]
"""Columns for a terminal."""


class Backtest(NamedTuple):
    """What a backtest found."""

    cases: pd.DataFrame
    """Table `backtest`."""
    summary: pd.DataFrame
    """Table `backtest_summary`."""
    said: tuple[str, ...]
    """The summary and what it cannot say, in lines for people."""


class _Then(NamedTuple):
    """A ranking as of the day before a case was decided."""

    best: pd.DataFrame
    left_out: int


class _Field(NamedTuple):
    """What all cases of a run have in common."""

    tables: Mapping[str, pd.DataFrame]
    settings: Study
    taking_part: pd.DataFrame
    """`located_sites` of those that take part, by site_id."""
    baselines: pd.DataFrame
    cases: pd.DataFrame
    """The cases with `site_id`, `partner_id` and `why_not`."""


def backtest(folder: Path, /, *, cases: Path | None = None) -> Backtest:
    """Find where the sites of known cases stood among all other sites of their body.

    Nothing is fitted, and nothing is written. The ranking a case is held against is made anew as of
    the day before it was decided, without evidence and decisions that are not surely earlier; all
    else is the run's, and what is later in it is named.

    Args:
        folder: output folder of a run.
        cases: a CSV as table `backtest_cases`; those carried for an embedded study when None.

    Raises:
        InputError: the folder or file cannot be read, or none is carried for this study.
        SchemaError: the cases are not what the table says.
    """
    tables, settings = open_run(folder), settings_of(folder)
    part = tables["participation"].set_index("site_id")["takes_part"]
    located = tables["located_sites"]
    taking_part = located[part.loc[located["site_id"]].to_numpy()]
    drives = two_way(tables["today_site_to_site"])
    field = _Field(
        tables,
        settings,
        taking_part.set_index("site_id"),
        scored.baselines(taking_part, drives=drives, demand_points=tables["demand_points"]),
        _matched(_cases(cases, settings), tables),
    )
    rows, rests, days = [], [], {}
    for case in field.cases.to_dict("records"):
        day = first_day(case["decided"])
        if case["why_not"] is None and day not in days:
            days[day] = _ranked_before(day, tables=tables, settings=settings)
        row, rest = _held(case, days.get(day), field=field)
        rows.append(row)
        rests.append(rest)
    held = conform(BACKTEST, rows)
    against_rest = pd.DataFrame(rests, index=held["site"], columns=list(METHODS), dtype="float64")
    found = scored.summary(held, against_rest=against_rest)
    return Backtest(held, found, (*_told(held), *scored.in_words(found)))


def _cases(path: Path | None, settings: Study) -> pd.DataFrame:
    """Read the cases, or those that colocate carries for an embedded study."""
    file = path or io.carried(f"{settings.study.id}/{CASES.name}.csv")
    if file is None:
        raise InputError(
            f"no cases are carried for study {settings.study.id!r}; name a CSV of cases with the "
            f"columns {', '.join(CASES.names)}."
        )
    return io.read_table(Path(file), CASES)


def _matched(cases: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Find the site, the partner site and, where a case has none, the source of every case."""
    known = tables["site_decisions"]
    sites, bodies = tables["located_sites"], tables["bodies"]
    takes_part = tables["participation"].set_index("site_id")
    rows = []
    for case in cases.to_dict("records"):
        body = _found(case["body"], bodies, names=("body_id", "name", "short_name"))
        own = sites if not body else sites[sites["body_id"].isin(body)]
        found = _found(case["site"], own, names=("site_id", "name"))
        partner = _found(case["partner_site"], sites, names=("site_id", "name"))
        rows.append(
            {
                "site_id": found[0] if len(found) == 1 else None,
                "partner_id": partner[0] if len(partner) == 1 else None,
                "why_not": _why_not(case, body, found=found, takes_part=takes_part),
                "source": _source(case, known, about=[*found, *partner]),
            }
        )
    matched = pd.DataFrame(rows, columns=["site_id", "partner_id", "why_not", "source"])
    matched = matched.astype("object").where(matched.notna(), None)
    if (lost := cases["site"][matched["source"].isna()]).size:
        raise SchemaError(
            f"{CASES.name}: {some(lost)} have no source, and table site_decisions has no row of "
            "that day about the site or its partner site. Name where it was published."
        )
    twice = matched["site_id"].notna() & matched["site_id"].duplicated(keep=False)
    if twice.any():
        raise SchemaError(
            f"{CASES.name}: {some(cases['site'][twice])} are one site; expected one row a site, "
            "with what became of it in the end."
        )
    return cases.drop(columns="source").join(matched)


def _found(wanted: object, frame: pd.DataFrame, *, names: tuple[str, ...]) -> list[str]:
    """Return the ids, in the first of `names`, of the rows that something names."""
    if not isinstance(wanted, str):
        return []
    for name in names:
        hits = frame.loc[frame[name].str.casefold() == wanted.casefold(), names[0]]
        if len(hits):
            return sorted(hits)
    return []


def _why_not(
    case: Mapping[str, Any], body: list[str], *, found: list[str], takes_part: pd.DataFrame
) -> str | None:
    if isinstance(case["body"], str) and not body:
        return f"no body {case['body']!r} in the run"
    if not found:
        return "in no register of the run"
    if len(found) > 1:
        return f"{some(found)} bear this name: give the site_id"
    row = takes_part.loc[found[0]]
    return None if row["takes_part"] else f"takes no part in the run: {row['reason']}"


def _source(case: Mapping[str, Any], known: pd.DataFrame, *, about: list[str]) -> str | None:
    if isinstance(case["source"], str):
        return case["source"]
    rows = known[known["site_id"].isin(about) & (known["date"] == case["decided"])]
    return "; ".join(dict.fromkeys(rows["source"])) or None


def _ranked_before(day: dt.date, *, tables: Mapping[str, pd.DataFrame], settings: Study) -> _Then:
    """Rank anew as of the day before, with the dated rows that are surely earlier.

    Only what reads such rows is made anew: rules of approval and prices are the run's, for a study
    need not hold those of an earlier day.
    """
    then = {name: tables[name] for name in tables}
    left_out = 0
    for name in DATED:
        earlier = tables[name]["date"].map(lambda date: last_day(date) < day).astype("bool")
        then[name] = tables[name][earlier].reset_index(drop=True)
        left_out += int((~earlier).sum())
    head = settings.study.model_copy(update={"as_of": day - dt.timedelta(days=1)})
    study = settings.model_copy(update={"study": head})
    for stage in _again("scores"):
        then |= stage.run(then, study=study, inputs={})
    return _Then(scored.best_options(then["options"], then["scores"]), left_out)


def _again(name: str) -> list[Stage]:
    """Return the stages between the dated tables and another, in order."""
    moved, after = set(DATED), []
    for stage in STAGES:
        if moved & {*stage.reads}:
            after.append(stage)
            moved |= {*stage.makes}
    needed, kept = {name}, []
    for stage in reversed(after):
        if needed & {*stage.makes}:
            kept.append(stage)
            needed |= {*stage.reads}
    return kept[::-1]


def _held(
    case: dict[str, Any], then: _Then | None, *, field: _Field
) -> tuple[dict[str, Any], dict[str, float | None]]:
    """Return the row of one case, and its standings among sites without a case of its kind."""
    site = case["site_id"]
    if then is not None and case["why_not"] is None and _in_place(site, field):
        case = case | {"why_not": f"shared already in the register of {_dated(site, field)}"}
    if then is None or case["why_not"] is not None:
        return case, dict.fromkeys(METHODS)
    body = field.taking_part.loc[site, "body_id"]
    of = list(field.taking_part.index[field.taking_part["body_id"] == body])
    best = then.best.set_index("site_id")
    own = best.loc[site] if site in best.index else None
    ranking = scored.by_ranking(
        then.best, of=of, list_name="stations" if own is None else own["list"]
    )
    keys = {"ranking": ranking}
    keys |= {name: field.baselines.loc[ranking.index, name] for name in METHODS[1:]}
    kind = HAPPENED if case["outcome"] in HAPPENED else STAYED
    alike = field.cases.loc[field.cases["outcome"].isin(kind), "site_id"]
    rest = [each for each in ranking.index if each == site or each not in set(alike)]
    row = case | {
        "body_id": body,
        "n_others": len(ranking) - 1,
        "rows_left_out": then.left_out,
        "later_inputs": ";".join(_later(case, ranking.index, field=field)) or None,
        **{name: scored.standing(of_sites, site) for name, of_sites in keys.items()},
    }
    if own is not None:
        joined = case["partner_id"] and case["partner_id"] in parts(own["site_ids"])
        row |= {"best_option": own["option_id"], "with_partner": joined}
        row |= {"rank_group": own["rank_group"], "rank": own["rank"]}
    return row, {n: scored.standing(of_sites[rest], site) for n, of_sites in keys.items()}


def _in_place(site: str, field: _Field) -> bool:
    """Whether every option of a site is in place today, so that the register tells the answer."""
    options = field.tables["options"]
    own = options[[site in parts(sites) for sites in options["site_ids"]]]
    return bool(len(own)) and bool((own["existing_share"] == "existing").all())


def _dated(site: str, field: _Field) -> str:
    return str(field.taking_part.loc[site, "as_of"])


def _later(case: Mapping[str, Any], others: pd.Index, *, field: _Field) -> Iterator[str]:
    """Name what is used and not surely earlier than a case."""
    day = first_day(case["decided"])
    as_of = field.tables["located_sites"].set_index("site_id")["as_of"].fillna(UNDATED)
    later = as_of[[date == UNDATED or last_day(date) >= day for date in as_of]]
    for site in (case["site_id"], case["partner_id"]):
        if site in later.index:
            yield f"register row of {site} ({later[site]})"
    rest = later[later.index.isin(others.drop(case["site_id"]))]
    if len(rest):
        dated = rest[rest != UNDATED]
        span = " to ".join(dict.fromkeys((dated.min(), dated.max()))) if len(dated) else UNDATED
        yield f"register rows of {len(rest)} of the {len(others) - 1} other sites ({span})"
    dates = field.settings.inputs.dates
    for name in dict.fromkeys((*RANKED_ON, *dates)):
        date = dates.get(name, UNDATED)
        if date == UNDATED or last_day(date) >= day:
            yield f"{name} ({date})"
    if (as_of_run := field.settings.study.as_of) >= day:
        yield f"rules of approval and prices ({as_of_run})"


def _told(held: pd.DataFrame) -> Iterator[str]:
    """Say how many cases there are and which have no standing, and why."""
    known = held["why_not"].isna()
    yield f"{len(held)} cases, {known.sum()} with a standing"
    for row in held[~known].itertuples():
        yield f"  {row.site} ({row.outcome} {row.decided}): no standing: {row.why_not}"
    if (held["later_inputs"].notna()).any():
        n = int(held["later_inputs"].notna().sum())
        yield f"{n} of them rest on inputs that are later than the case (column later_inputs)"
