"""What the business case of one option is made from: the option, those beside it, its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.publish.facts.audiences import Audience, restricted
from colocate.publish.facts.disclosure import Fact, fact, held, made
from colocate.publish.facts.gather import gather, rows
from colocate.publish.facts.settlement import BEST, short_names
from colocate.tables import TABLES, empty, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.publish.facts.records import Option
    from colocate.study import Study

    Tables = Mapping[str, pd.DataFrame]

OPEN = Audience("public")
"""Anybody who reads the open part of a board's papers."""


@fact(TABLES["cash_flows"])
class Flow(Fact):
    """What a body pays or gains in a year, all items together."""

    body_id: str
    year: int
    amount_gbp: float
    body: str = made("Short name of the body.")


class CaseFacts(NamedTuple):
    """What may be told in the business case of one option."""

    option: Option
    others: tuple[Option, ...]
    """Options that share a site with it: those with a rank first, by rank group and rank."""
    flows: tuple[Flow, ...]
    """By body and year."""
    targets: tuple[str, ...]
    """What the best set brings towards each target, where the option is in it: restricted."""
    names: Mapping[str, str]
    """Short names of bodies by their ids."""
    open_part: bool
    """Whether the facts of all its sites are public, so that there is an open part."""


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
        tuple(_flows(option_id, tables)),
        found.targets if in_best else (),
        short_names(tables),
        open_part=all(site.disclosure == "public" for site in option.sites),
    )


def opened(case: CaseFacts, /) -> CaseFacts:
    """Return what the open part may tell: reading anything else raises `WithheldError`.

    Args:
        case: all that is known.
    """
    named = [each for each in case.others if not restricted(each) and _all_public(each)]
    return case._replace(
        option=held(case.option, OPEN.readable),
        others=tuple(held(each, OPEN.readable) for each in named),
        flows=(),
        targets=(),
    )


def _all_public(option: Option) -> bool:
    return all(site.disclosure == "public" for site in option.sites)


def _place(option: Option) -> tuple[bool, int, float, str]:
    score = option.score
    return score.rank is None, score.rank_group, score.rank or 0, option.option_id


def _flows(option_id: str, tables: Tables) -> list[Flow]:
    """Sum the cash flows of an option by body and year."""
    flows = tables["cash_flows"] if "cash_flows" in tables else empty(TABLES["cash_flows"])
    own = flows[flows["option_id"] == option_id]
    summed = own.groupby(["body_id", "year"], as_index=False)["amount_gbp"].sum().round(2)
    names = short_names(tables)
    return [Flow(**row, body=names.get(row["body_id"], row["body_id"])) for row in rows(summed)]
