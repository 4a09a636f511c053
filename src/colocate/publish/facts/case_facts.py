"""What the business case of one option is made from: the option, those beside it, its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from colocate.publish.facts.audiences import Audience, restricted
from colocate.publish.facts.disclosure import Fact, fact, held, made
from colocate.publish.facts.gather import gather, rows
from colocate.publish.facts.paths import ahead
from colocate.publish.facts.settlement import BEST, short_names
from colocate.tables import TABLES, empty, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.publish.facts.path_records import Law
    from colocate.publish.facts.records import Option
    from colocate.study import Study

    Tables = Mapping[str, pd.DataFrame]

F = TypeVar("F", bound=Fact)

OPEN = Audience("public")
"""Anybody who reads the open part of a board's papers."""


@fact(TABLES["cash_flows"])
class Flow(Fact):
    """What a body pays or gains in a year, all items together."""

    body_id: str
    year: int
    amount_gbp: float
    body: str = made("Short name of the body.")


@fact(TABLES["apportionment_ranges"])
class Portion(Fact):
    """What one body would pay and gain by a key."""

    key: str
    body_id: str
    share_low: float
    share: float | None
    share_high: float
    cost_low_gbp: float | None
    cost_gbp: float | None
    cost_high_gbp: float | None
    net_low_gbp: float | None
    net_gbp: float | None
    net_high_gbp: float | None
    lacks: str | None
    body: str = made("Short name of the body.")


@fact(TABLES["principle_ranges"])
class Principle(Fact):
    """One of the seven principles of a funding model, by a key."""

    key: str
    principle: str
    outcome: str
    reason: str


@fact(TABLES["benefits"])
class Benefit(Fact):
    """What is promised, and what it came to."""

    measure: str
    label: str
    unit: str
    before: float | None
    promised_low: float | None
    promised: float | None
    promised_high: float | None
    basis: str
    measured_by: str
    months_after: float
    how: str
    actual: float | None
    measured_on: str | None
    outcome: str


class CaseFacts(NamedTuple):
    """What may be told in the business case of one option."""

    option: Option
    others: tuple[Option, ...]
    """Options that share a site with it: those with a rank first, by rank group and rank."""
    law: tuple[Law, ...]
    """Changes that are to come, or not verified, for the bodies of its path."""
    flows: tuple[Flow, ...]
    """By body and year."""
    portions: tuple[Portion, ...]
    principles: tuple[Principle, ...]
    benefits: tuple[Benefit, ...]
    """Where the option is approved or in the best set."""
    targets: tuple[str, ...]
    """What the best set brings towards each target, where the option is in it: restricted."""
    names: Mapping[str, str]
    """Short names of bodies by their ids."""
    open_part: bool
    """Whether the facts of all its sites are public, so that there is an open part."""


BESIDE = ("law", "flows", "portions", "principles", "benefits")
"""Fields of `CaseFacts` that hold records of other tables than those of `Option`."""


def case_facts(option_id: str, tables: Tables, /, *, study: Study) -> CaseFacts:
    """Gather what the business case of an option is made from.

    Args:
        option_id: an option of the run.
        tables: the run's tables by name.
        study: the study of that run.
    """
    sites = dict(zip(tables["options"]["option_id"], tables["options"]["site_ids"], strict=True))
    own = set(parts(sites[option_id]))
    beside = {each for each, ids in sites.items() if not own.isdisjoint(parts(ids))}
    found = gather(tables, study, only=beside)
    option = next(each for each in found.options if each.option_id == option_id)
    others = [each for each in found.options if each.option_id != option_id]
    in_best = any(each.portfolio_id == BEST for each in option.portfolios)
    return CaseFacts(
        option,
        tuple(sorted(others, key=_place)),
        law=tuple(ahead(found.law, option, day=study.study.as_of.isoformat())),
        **_beside_it(option_id, tables),
        flows=tuple(_flows(option_id, tables)),
        targets=found.targets if in_best else (),
        names=short_names(tables),
        open_part=all(site.disclosure == "public" for site in option.sites),
    )


def opened(case: CaseFacts, /) -> CaseFacts:
    """Return what the open part may tell: reading anything else raises `WithheldError`.

    Args:
        case: all that is known.
    """
    named = [each for each in case.others if not restricted(each) and _all_public(each)]
    more: dict[str, Any] = {
        name: tuple(held(each, OPEN.readable) for each in getattr(case, name)) for name in BESIDE
    }
    return case._replace(
        option=held(case.option, OPEN.readable),
        others=tuple(held(each, OPEN.readable) for each in named),
        targets=(),
        **more,
    )


def _all_public(option: Option) -> bool:
    return all(site.disclosure == "public" for site in option.sites)


def _place(option: Option) -> tuple[bool, int, float, str]:
    score = option.score
    return score.rank is None, score.rank_group, score.rank or 0, option.option_id


def _beside_it(option_id: str, tables: Tables) -> dict[str, Any]:
    """Return what tables beside those of `Option` hold on an option, by field of `CaseFacts`."""
    return {
        "portions": records(
            Portion, _shared(tables, "apportionment_ranges", option_id=option_id), tables=tables
        ),
        "principles": records(
            Principle, _shared(tables, "principle_ranges", option_id=option_id), tables=tables
        ),
        "benefits": records(Benefit, _own(tables, "benefits", option_id=option_id), tables=tables),
    }


def rows_of(tables: Tables, name: str, /) -> pd.DataFrame:
    """Return a table of a run; one that is not there is empty.

    Args:
        tables: the run's tables by name.
        name: of the table.
    """
    return tables[name] if name in tables else empty(TABLES[name])


def _own(tables: Tables, name: str, *, option_id: str) -> pd.DataFrame:
    found = rows_of(tables, name)
    return found[found["option_id"] == option_id]


def _shared(tables: Tables, name: str, *, option_id: str) -> pd.DataFrame:
    found = rows_of(tables, name)
    return found[(found["kind"] == "option") & (found["subject_id"] == option_id)]


def records(kind: type[F], frame: pd.DataFrame, /, *, tables: Tables) -> tuple[F, ...]:
    """Return the rows of a table as records, bodies named where the record has a name for them.

    Args:
        kind: of the records.
        frame: the rows.
        tables: the run's tables by name, for the bodies' names.
    """
    if "body" in kind.COLUMNS and "body" not in frame:
        names = short_names(tables)
        frame = frame.assign(body=[names.get(body, body) for body in frame["body_id"]])
    return tuple(kind(**{name: row[name] for name in kind.COLUMNS}) for row in rows(frame))


def _flows(option_id: str, tables: Tables) -> list[Flow]:
    """Sum the cash flows of an option by body and year."""
    own = _own(tables, "cash_flows", option_id=option_id)
    summed = own.groupby(["body_id", "year"], as_index=False)["amount_gbp"].sum().round(2)
    names = short_names(tables)
    return [Flow(**row, body=names.get(row["body_id"], row["body_id"])) for row in rows(summed)]
